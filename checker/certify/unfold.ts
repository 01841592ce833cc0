import type { Local } from '../define/cell.ts'
import type { System } from '../define/system.ts'
import { InputError } from '../errors.ts'
import { renamedContext } from '../reduce/references.ts'
import { Asymmetry, type Exchange, renamingOf, type Symmetry, symmetryOf } from '../reduce/symmetry.ts'
import { canonical } from '../semantics/canonical.ts'
import type { Certificate, Field } from './certificate.ts'
import { readIds } from './state-set.ts'

/**
 * The certificate of the whole set that one closed up to symmetry stands for: with each row, every row that exchanges of
 * interchangeable things make of it. The verifier then confirms that set as it stands. So nothing about symmetry needs to
 * be believed: if the things were not interchangeable, or were exchanged wrongly, some step would lead out of the set.
 *
 * @throws InputError when the system declares no symmetry that could be meant.
 */
export function unfolded(system: System, certificate: Certificate): Certificate {
  const { header, rows } = certificate
  const symmetry = declared(system)
  const locals = header.cells.map((cell) => [...cell.locals])
  const images = imagesOf(system, symmetry, locals)
  const fields = fieldsFor(locals.map(({ length }) => length))
  const words = 1 + Math.max(...fields.map(({ word }) => word))
  const pieces = new Pieces(words)
  const ids = new Uint32Array(locals.length)
  for (let state = 0; state < header.states; state++) {
    readIds(header, rows, state, ids)
    for (const each of orbitOf(ids, symmetry.exchanges, images)) pieces.add(each, fields)
  }
  const cells = header.cells.map(({ name }, cell) => ({ name, field: fields[cell]!, locals: locals[cell]! }))
  return { header: { ...header, reduction: 'none', cells, words, states: pieces.count }, rows: pieces.rows() }
}

function declared(system: System): Symmetry {
  try {
    return symmetryOf(system)
  } catch (thrown) {
    if (!(thrown instanceof Asymmetry)) throw thrown
    throw new InputError(`it is closed up to symmetry, and the model has none: ${thrown.message}`, { cause: thrown })
  }
}

/** By exchange, cell and number: the number of the image in the cell's image. Local states that are new are added. */
function imagesOf(system: System, { exchanges, things }: Symmetry, locals: string[][]): number[][][] {
  const numbers = locals.map((own) => new Map(own.map((text, id) => [text, id])))
  const images: number[][][] = exchanges.map(() => locals.map(() => []))
  const waiting = locals.flatMap((own, cell) => own.map((_, id) => ({ cell, id })))
  for (const { cell, id } of waiting)
    for (const [nth, exchange] of exchanges.entries()) {
      const target = exchange.cells[cell]!
      const text = imageText(system, cell, locals[cell]![id]!, exchange, things)
      let image = numbers[target]!.get(text)
      if (image === undefined) {
        image = locals[target]!.push(text) - 1
        numbers[target]!.set(text, image)
        waiting.push({ cell: target, id: image })
      }
      images[nth]![cell]![id] = image
    }
  return images
}

function imageText(system: System, cell: number, text: string, exchange: Exchange, things: Symmetry['things']): string {
  const { value, context } = JSON.parse(text) as Local
  const renamed = renamedContext(context, system.cells[cell]!.references, renamingOf(exchange), things)
  return `{"value":${canonical(value)},"context":${canonical(renamed)}}`
}

/** A state's numbers and all that exchanges make of them, each once. */
function orbitOf(ids: Uint32Array, exchanges: readonly Exchange[], images: readonly number[][][]): Uint32Array[] {
  const orbit = [ids.slice()]
  const known = new Set([ids.join()])
  for (const one of orbit)
    for (const [nth, { cells }] of exchanges.entries()) {
      const image = new Uint32Array(one.length)
      for (let cell = 0; cell < one.length; cell++) image[cells[cell]!] = images[nth]![cell]![one[cell]!]!
      const key = image.join()
      if (known.has(key)) continue
      known.add(key)
      orbit.push(image)
    }
  return orbit
}

/** Each cell in the first word that has room for it. */
function fieldsFor(sizes: readonly number[]): Field[] {
  const used: number[] = []
  return sizes.map((size) => {
    const bits = Math.max(1, Math.ceil(Math.log2(size)))
    let word = used.findIndex((taken) => taken + bits <= 32)
    if (word < 0) word = used.push(0) - 1
    const field = { word, shift: used[word]!, bits }
    used[word]! += bits
    return field
  })
}

/** Rows that are added one by one. */
class Pieces {
  count = 0
  readonly #words: number
  #rows: Int32Array

  constructor(words: number) {
    this.#words = words
    this.#rows = new Int32Array(words * 1024)
  }

  add(ids: Uint32Array, fields: readonly Field[]): void {
    const base = this.count++ * this.#words
    if (base + this.#words > this.#rows.length) {
      const larger = new Int32Array(this.#rows.length * 2)
      larger.set(this.#rows)
      this.#rows = larger
    }
    for (const [cell, { word, shift }] of fields.entries()) this.#rows[base + word]! |= ids[cell]! << shift
  }

  rows(): Int32Array {
    return this.#rows.subarray(0, this.count * this.#words)
  }
}
