import { type Layout, maskedWords, maskOf } from './layout.ts'

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

/** An exact map from the fields of some cells to positive integers, for keys too wide for a dense table. */
export class WideTable {
  readonly #fields: readonly { readonly word: number; readonly mask: number }[]
  readonly #stride: number
  #slots: Int32Array
  #used = 0

  constructor(layout: Layout, cells: readonly number[]) {
    this.#fields = maskedWords(layout, cells)
    this.#stride = this.#fields.length + 1
    this.#slots = new Int32Array(this.#stride * 64)
  }

  get bytes(): number {
    return this.#slots.byteLength
  }

  /** The value stored for the row at `base`, or 0. */
  get(rows: Int32Array, base: number): number {
    return this.#slots[this.#find(rows, base) + this.#stride - 1]!
  }

  set(rows: Int32Array, base: number, value: number): void {
    if ((this.#used + 1) * this.#stride * 3 > this.#slots.length * 2) this.#grow()
    const at = this.#find(rows, base)
    if (this.#slots[at + this.#stride - 1] === 0) this.#used++
    for (const [nth, { word, mask }] of this.#fields.entries()) this.#slots[at + nth] = rows[base + word]! & mask
    this.#slots[at + this.#stride - 1] = value
  }

  #find(rows: Int32Array, base: number): number {
    let hash = 0
    for (let nth = 0; nth < this.#fields.length; nth++) {
      const { word, mask } = this.#fields[nth]!
      hash = Math.imul((hash ^ (hash >>> 15)) + (rows[base + word]! & mask), 0x9e3779b1)
    }
    const capacity = this.#slots.length / this.#stride
    let slot = ((hash ^ (hash >>> 13)) >>> 0) & (capacity - 1)
    for (;;) {
      const at = slot * this.#stride
      if (this.#slots[at + this.#stride - 1] === 0 || this.#same(at, rows, base)) return at
      slot = (slot + 1) & (capacity - 1)
    }
  }

  #same(at: number, rows: Int32Array, base: number): boolean {
    for (let nth = 0; nth < this.#fields.length; nth++) {
      const { word, mask } = this.#fields[nth]!
      if (this.#slots[at + nth] !== (rows[base + word]! & mask)) return false
    }
    return true
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Int32Array(old.length * 2)
    const row = new Int32Array(1 + Math.max(0, ...this.#fields.map(({ word }) => word)))
    for (let at = 0; at < old.length; at += this.#stride) {
      const value = old[at + this.#stride - 1]!
      if (value === 0) continue
      for (const [nth, { word }] of this.#fields.entries()) row[word] = old[at + nth]!
      const slot = this.#find(row, 0)
      for (let nth = 0; nth < this.#fields.length; nth++) this.#slots[slot + nth] = old[at + nth]!
      this.#slots[slot + this.#stride - 1] = value
    }
  }
}
