import { type Layout, maskOf } from './layout.ts'

/** How many bits the numbers of these cells take together. */
export const keyBits = (layout: Layout, cells: readonly number[]): number =>
  cells.reduce((sum, cell) => sum + layout.bits[cell]!, 0)

/** The dense key of cells with the given numbers: their fields side by side, the first cell lowest. */
export function keyOf(layout: Layout, cells: readonly number[], ids: ArrayLike<number>): number {
  let [key, at] = [0, 0]
  for (const [position, cell] of cells.entries()) {
    key |= ids[position]! << at
    at += layout.bits[cell]!
  }
  return key
}

/** JavaScript text that computes the same key from words named `s0`, `s1`, … */
export function keyText(layout: Layout, cells: readonly number[]): string {
  let at = 0
  const parts = cells.map((cell) => {
    const field = `((s${layout.word[cell]} >>> ${layout.shift[cell]}) & ${maskOf(layout.bits[cell]!)})`
    const part = at === 0 ? field : `(${field} << ${at})`
    at += layout.bits[cell]!
    return part
  })
  return parts.length === 0 ? '0' : parts.join(' | ')
}
