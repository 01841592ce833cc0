import { type Layout, mover } from '../compile/layout.ts'

interface RowSetCode {
  /** The number of the row at `from[at…]`, −1 where it is not among `rows`. */
  readonly find: (from: Int32Array, at: number, rows: Int32Array, table: Int32Array) => number
  /** Enters the row at `from[at…]`, which is new, as number `state`. */
  readonly enter: (from: Int32Array, at: number, rows: Int32Array, table: Int32Array, state: number) => void
}

/** An exact set of states, numbered in the order in which they come: whole rows are compared. */
export class RowSet {
  count = 0
  /** Row `n` stands at `n * layout.words`. */
  rows: Int32Array
  #words: number
  #table = new Int32Array(1 << 12)
  #code: RowSetCode

  constructor({ words }: Layout) {
    this.#words = words
    this.rows = new Int32Array(words << 10)
    this.#code = generateRowSet(words)
  }

  get bytes(): number {
    return this.rows.byteLength + this.#table.byteLength
  }

  /** The number of the row at `from[at…]`, or −1. */
  find(from: Int32Array, at: number): number {
    return this.#code.find(from, at, this.rows, this.#table)
  }

  /** The same, and where it is new it is entered. */
  add(from: Int32Array, at: number): number {
    const known = this.find(from, at)
    if (known >= 0) return known
    if ((this.count + 1) * this.#words > this.rows.length) {
      const longer = new Int32Array(this.rows.length * 2)
      longer.set(this.rows)
      this.rows = longer
    }
    if ((this.count + 1) * 3 > this.#table.length * 2) this.#rehash(this.#table.length * 2)
    this.#code.enter(from, at, this.rows, this.#table, this.count)
    return this.count++
  }

  /** Packs every row anew for another layout. */
  repack(before: Layout, layout: Layout): void {
    const capacity = this.rows.length / before.words
    const rows = new Int32Array(capacity * Math.max(before.words, layout.words))
    rows.set(this.rows)
    mover(before, layout)(rows, this.count)
    this.rows = rows
    this.#words = layout.words
    this.#code = generateRowSet(layout.words)
    this.#rehash(this.#table.length)
  }

  #rehash(slots: number): void {
    this.#table = new Int32Array(slots)
    for (let state = 0; state < this.count; state++)
      this.#code.enter(this.rows, state * this.#words, this.rows, this.#table, state)
  }
}

function generateRowSet(words: number): RowSetCode {
  const each = (text: (word: number) => string, between: string): string =>
    Array.from({ length: words }, (_, word) => text(word)).join(between)
  const hash = `let h = 0; ${each((word) => `h = Math.imul((h ^ (h >>> 15)) + from[at + ${word}] | 0, 0x9E3779B1);`, ' ')} h = Math.imul(h ^ (h >>> 16), 0x85EBCA6B); h ^= h >>> 13;`
  const source = `'use strict';
return {
  find(from, at, rows, table) {
    const mask = table.length - 1;
    ${hash}
    for (let slot = h & mask; ; slot = (slot + 1) & mask) {
      const state = table[slot] - 1;
      if (state < 0) return -1;
      const b = state * ${words};
      if (${each((word) => `rows[b + ${word}] === from[at + ${word}]`, ' && ')}) return state;
    }
  },
  enter(from, at, rows, table, state) {
    const mask = table.length - 1;
    ${hash}
    let slot = h & mask;
    while (table[slot] !== 0) slot = (slot + 1) & mask;
    table[slot] = state + 1;
    const b = state * ${words};
    ${each((word) => `rows[b + ${word}] = from[at + ${word}];`, ' ')}
  },
};`
  return new Function(source)() as RowSetCode
}
