import { type Layout, maskOf } from '../compile/layout.ts'
import type { Images } from './images.ts'

/*
 * Folding is done to every successor, so its two inner loops are generated for one layout, over tables that are filled
 * as entries are asked for: what the cells say of each thing, and what an exchange makes of a row.
 */

/** The generated half of `CanonicalRow`. */
export interface FoldCode {
  /** Sums up in `said` what the cells of the row at `out[at…]` say of each thing. */
  readonly say: (out: Int32Array, at: number, said: Int32Array) => void
  /** For each exchange: writes its image of the row at `from[at…]` into `to[place…]`, which may be the row itself. */
  readonly exchange: readonly ((from: Int32Array, at: number, to: Int32Array, place: number) => void)[]
}

/** What a cell says of a thing that it does not mention; 0 stands for what was not asked yet. */
const nothing = 2
const mixed = (portrait: number): number => {
  const value = Math.imul(portrait ^ (portrait >>> 15), 0x2c1b3c6d) | 0
  return value === 0 ? 1 : value
}

export function foldCode(layout: Layout, images: Images, involved: readonly number[]): FoldCode {
  const field = (cell: number): string => `(w${layout.word[cell]} >>> ${layout.shift[cell]}) & ${maskOf(layout.bits[cell]!)}`
  const load = (cells: readonly number[], from: string): string =>
    [...new Set(cells.map((cell) => layout.word[cell]!))].map((word) => `const w${word} = ${from}[at + ${word}];`).join(' ')
  const tables: Int32Array[] = []
  const constants: string[] = []
  const table = (size: number): string => {
    constants.push(`const T${tables.length} = tables[${tables.length}];`)
    return `T${tables.push(new Int32Array(size)) - 1}`
  }
  const sayings = new Map<number, string[]>()
  for (const cell of involved)
    for (const thing of images.mentions(cell)) {
      const name = table(2 ** layout.bits[cell]!)
      const said = `(${name}[i${cell}] || (${name}[i${cell}] = portrait(${cell}, i${cell}, ${thing})))`
      sayings.set(thing, [...(sayings.get(thing) ?? []), said])
    }
  const fields = involved.map((cell) => `const i${cell} = ${field(cell)};`)
  const saying = [...sayings].map(([thing, all]) => `said[${thing}] = ${all.join(' + ')} | 0;`)
  const exchanging = images.symmetry.exchanges.map(({ cells }, nth) => {
    const touched = images.touched[nth]!
    const words = [...new Set(touched.map((cell) => layout.word[cell]!))]
    const parts = new Map<number, string[]>(words.map((word) => [word, []]))
    const masks = new Map<number, number>(words.map((word) => [word, 0]))
    const lookups: string[] = []
    for (const cell of touched) {
      const image = cells[cell]!
      const name = table(2 ** layout.bits[cell]!)
      lookups.push(`i = ${field(cell)}; const n${image} = ${name}[i] || (${name}[i] = 1 + imageOf(${nth}, ${cell}, i));`)
      const word = layout.word[image]!
      parts.get(word)!.push(`((n${image} - 1) << ${layout.shift[image]})`)
      masks.set(word, masks.get(word)! | (maskOf(layout.bits[image]!) << layout.shift[image]!))
    }
    const store = words.map(
      (word) => `to[place + ${word}] = w${word} & ${~masks.get(word)!} | ${parts.get(word)!.join(' | ') || '0'};`,
    )
    const rest = Array.from({ length: layout.words }, (_, word) => word).filter((word) => !words.includes(word))
    const copy = rest.map((word) => `to[place + ${word}] = from[at + ${word}];`)
    return `(from, at, to, place) => { let i = 0; ${load(touched, 'from')} ${lookups.join(' ')} ${store.join(' ')} ${copy.join(' ')} }`
  })
  const source = `'use strict';
${constants.join(' ')}
const say = (out, at, said) => { ${load(involved, 'out')} ${fields.join(' ')}
${saying.join('\n')} };
return { say, exchange: [${exchanging.join(',\n')}] };`
  const portrait = (cell: number, id: number, thing: number): number => {
    const found = images.portraits(cell, id)[thing]!
    return found === 0 ? nothing : mixed(found)
  }
  return new Function('tables', 'portrait', 'imageOf', source)(tables, portrait, images.of.bind(images)) as FoldCode
}
