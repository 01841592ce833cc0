/** Where each cell's number stands in a packed row of 32-bit words. A cell never spans two words. */
export interface Layout {
  readonly bits: readonly number[]
  readonly word: readonly number[]
  readonly shift: readonly number[]
  readonly words: number
}

/** The mask of a field of `bits` bits, as a signed 32-bit integer. */
export const maskOf = (bits: number): number => (bits >= 32 ? -1 : (1 << bits) - 1)

/** How many bits hold the numbers below `count`. */
export const bitsFor = (count: number): number => Math.max(1, 32 - Math.clz32(count - 1))

/** Each cell goes into the first word that still has room for it. */
export function layoutOf(bits: readonly number[]): Layout {
  const used: number[] = []
  const [word, shift]: [number[], number[]] = [[], []]
  for (const width of bits) {
    let at = used.findIndex((taken) => taken + width <= 32)
    if (at < 0) at = used.push(0) - 1
    word.push(at)
    shift.push(used[at]!)
    used[at]! += width
  }
  return { bits, word, shift, words: Math.max(1, used.length) }
}

/** The number that `cell` has in the row at `base`. */
export const fieldOf = (layout: Layout, rows: Int32Array, base: number, cell: number): number =>
  (rows[base + layout.word[cell]!]! >>> layout.shift[cell]!) & maskOf(layout.bits[cell]!)

/** Writes a cell's number into a zeroed row. */
export function putField(layout: Layout, rows: Int32Array, base: number, cell: number, id: number): void {
  rows[base + layout.word[cell]!]! |= id << layout.shift[cell]!
}

/** For each word that holds one of `cells`: its index and the mask of their fields. */
export function maskedWords(layout: Layout, cells: readonly number[]): { readonly word: number; readonly mask: number }[] {
  const masks = new Map<number, number>()
  for (const cell of cells) {
    const field = maskOf(layout.bits[cell]!) << layout.shift[cell]!
    masks.set(layout.word[cell]!, (masks.get(layout.word[cell]!) ?? 0) | field)
  }
  return [...masks].map(([word, mask]) => ({ word, mask })).sort((a, b) => a.word - b.word)
}

/** A generated function that moves the first `count` rows from one layout to another, in place: the last first where they get longer. */
export function mover(before: Layout, after: Layout): (rows: Int32Array, count: number) => void {
  // Fields that move by the same distance between the same words move together.
  const masks = new Map<string, number>()
  for (const [cell, bits] of before.bits.entries()) {
    const key = [before.word[cell], after.word[cell], after.shift[cell]! - before.shift[cell]!].join(' ')
    masks.set(key, (masks.get(key) ?? 0) | (maskOf(Math.min(bits, after.bits[cell]!)) << before.shift[cell]!))
  }
  const parts: string[][] = Array.from({ length: after.words }, () => [])
  for (const [key, mask] of masks) {
    const [from, to, shift] = key.split(' ').map(Number) as [number, number, number]
    parts[to]!.push(shift >= 0 ? `((s${from} & ${mask}) << ${shift})` : `((s${from} & ${mask}) >>> ${-shift})`)
  }
  const load = Array.from({ length: before.words }, (_, word) => `const s${word} = rows[state * ${before.words} + ${word}];`)
  const store = parts.map((fields, word) => `rows[state * ${after.words} + ${word}] = ${fields.join(' | ') || '0'};`)
  const loop =
    after.words >= before.words ? 'let state = count - 1; state >= 0; state--' : 'let state = 0; state < count; state++'
  const body = `for (${loop}) { ${load.join(' ')} ${store.join(' ')} }`
  return new Function('rows', 'count', body) as (rows: Int32Array, count: number) => void
}
