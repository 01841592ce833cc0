import { type Layout, maskedWords } from './layout.ts'
import type { Memory } from './memory.ts'

/** An exact map from the fields of some cells to positive integers, for keys too wide for a dense table. */
export class WideTable {
  /** Records `[masked words…, value]`, open addressing; a value of 0 marks an empty slot. */
  slots: Int32Array
  readonly #memory: Memory
  readonly #fields: readonly { readonly word: number; readonly mask: number }[]
  readonly #stride: number
  #used = 0

  constructor(memory: Memory, layout: Layout, cells: readonly number[]) {
    this.#memory = memory
    this.#fields = maskedWords(layout, cells)
    this.#stride = this.#fields.length + 1
    this.slots = memory.integers(this.#stride * 16)
  }

  get bytes(): number {
    return this.slots.byteLength
  }

  /** The value stored for the row at `base`, or 0. */
  get(rows: Int32Array, base: number): number {
    return this.slots[this.#find(rows, base) + this.#stride - 1]!
  }

  set(rows: Int32Array, base: number, value: number): void {
    if ((this.#used + 1) * this.#stride * 3 > this.slots.length * 2) this.#grow()
    const at = this.#find(rows, base)
    if (this.slots[at + this.#stride - 1] === 0) this.#used++
    for (const [nth, { word, mask }] of this.#fields.entries()) this.slots[at + nth] = rows[base + word]! & mask
    this.slots[at + this.#stride - 1] = value
  }

  #find(rows: Int32Array, base: number): number {
    let hash = 0
    for (let nth = 0; nth < this.#fields.length; nth++) {
      const { word, mask } = this.#fields[nth]!
      hash = Math.imul((hash ^ (hash >>> 15)) + (rows[base + word]! & mask), 0x9e3779b1)
    }
    const capacity = this.slots.length / this.#stride
    let slot = ((hash ^ (hash >>> 13)) >>> 0) & (capacity - 1)
    for (;;) {
      const at = slot * this.#stride
      if (this.slots[at + this.#stride - 1] === 0 || this.#same(at, rows, base)) return at
      slot = (slot + 1) & (capacity - 1)
    }
  }

  #same(at: number, rows: Int32Array, base: number): boolean {
    for (let nth = 0; nth < this.#fields.length; nth++) {
      const { word, mask } = this.#fields[nth]!
      if (this.slots[at + nth] !== (rows[base + word]! & mask)) return false
    }
    return true
  }

  #grow(): void {
    const old = this.slots
    this.slots = this.#memory.integers(old.length * 2)
    this.#memory.replaced++
    const row = new Int32Array(1 + Math.max(0, ...this.#fields.map(({ word }) => word)))
    for (let at = 0; at < old.length; at += this.#stride) {
      const value = old[at + this.#stride - 1]!
      if (value === 0) continue
      for (const [nth, { word }] of this.#fields.entries()) row[word] = old[at + nth]!
      const slot = this.#find(row, 0)
      for (let nth = 0; nth < this.#fields.length; nth++) this.slots[slot + nth] = old[at + nth]!
      this.slots[slot + this.#stride - 1] = value
    }
  }
}

/**
 * JavaScript text of `WideTable.get`, specialised to its cells: a function of the words it reads, and the text of its
 * call where these are named `s0`, `s1`, … `table` is an expression for the table.
 */
export function wideText(
  layout: Layout,
  cells: readonly number[],
  table: string,
): { readonly get: string; readonly call: string } {
  const fields = maskedWords(layout, cells)
  const stride = fields.length + 1
  const keys = fields.map((_, nth) => `k${nth}`)
  const hash = keys.map((key) => `h = Math.imul((h ^ (h >>> 15)) + ${key}, 0x9e3779b1);`).join(' ')
  const same = keys.map((key, nth) => `slots[at + ${nth}] === ${key}`).join(' && ')
  return {
    get: `(${keys.join(', ')}) => {
    const slots = ${table}.slots, mask = slots.length / ${stride} - 1;
    let h = 0; ${hash}
    for (let slot = (h ^ (h >>> 13)) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * ${stride}, v = slots[at + ${stride - 1}];
      if (v === 0 || (${same || 'true'})) return v;
    }
  }`,
    call: `(${fields.map(({ word, mask }) => `s${word} & ${mask}`).join(', ')})`,
  }
}
