import { InputError } from '../errors.ts'
import type { Certificate, CertificateHeader, Field } from './certificate.ts'

/** The states of a certificate as an exact set: rows, and a hash table of their positions that compares whole rows. */
export class StateSet {
  readonly #header: CertificateHeader
  readonly #rows: Int32Array
  readonly #words: number
  readonly #fields: readonly Field[]
  /** Positions of rows, from 1; 0 is an empty slot. */
  readonly #slots: Int32Array
  /** The row that is looked for. */
  readonly #wanted: Int32Array

  constructor({ header, rows }: Certificate) {
    this.#header = header
    this.#rows = rows
    this.#words = header.words
    this.#fields = header.cells.map(({ field }) => field)
    this.#wanted = new Int32Array(this.#words)
    let slots = 16
    while (slots < header.states * 2) slots *= 2
    this.#slots = new Int32Array(slots)
    for (let state = 0; state < header.states; state++) {
      this.#want(state)
      const slot = this.#slotOfWanted()
      if (this.#slots[slot] !== 0) throw new InputError(`it holds state ${state} twice`)
      this.#slots[slot] = state + 1
    }
  }

  /** The number of each cell in a state. */
  read(state: number, ids: Uint32Array): void {
    readIds(this.#header, this.#rows, state, ids)
  }

  /** Whether the state in which each cell has this number is in the set. */
  has(ids: ArrayLike<number>): boolean {
    this.#wanted.fill(0)
    for (let cell = 0; cell < this.#fields.length; cell++) this.#put(cell, ids[cell]!)
    return this.#slots[this.#slotOfWanted()] !== 0
  }

  /** The position of the state that differs from `state` in these cells, or −1 where the set has no such state. */
  after(state: number, writes: readonly Write[]): number {
    this.#want(state)
    for (const { cell, id } of writes) this.#put(cell, id)
    return this.#slots[this.#slotOfWanted()]! - 1
  }

  #want(state: number): void {
    for (let word = 0; word < this.#words; word++) this.#wanted[word] = this.#rows[state * this.#words + word]!
  }

  #put(cell: number, id: number): void {
    const { word, shift, bits } = this.#fields[cell]!
    this.#wanted[word] = (this.#wanted[word]! & ~(mask(bits) << shift)) | (id << shift)
  }

  /** Where the wanted row stands, or the empty slot where it would. */
  #slotOfWanted(): number {
    let hash = 0
    for (let word = 0; word < this.#words; word++) {
      hash = Math.imul(hash ^ this.#wanted[word]!, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    const last = this.#slots.length - 1
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const found = this.#slots[slot]!
      if (found === 0 || this.#isWanted(found - 1)) return slot
    }
  }

  #isWanted(state: number): boolean {
    for (let word = 0; word < this.#words; word++) if (this.#rows[state * this.#words + word] !== this.#wanted[word]) return false
    return true
  }
}

/**
 * Reads the number of each cell in a state.
 *
 * @throws InputError for a number without a local state.
 */
export function readIds({ cells, words }: CertificateHeader, rows: Int32Array, state: number, ids: Uint32Array): void {
  for (let cell = 0; cell < cells.length; cell++) {
    const { field, locals } = cells[cell]!
    const id = (rows[state * words + field.word]! >>> field.shift) & mask(field.bits)
    if (id >= locals.length) throw new InputError(`its state ${state} numbers a local state that it does not list`)
    ids[cell] = id
  }
}

/** A number that a step gives a cell. */
export interface Write {
  readonly cell: number
  readonly id: number
}

const mask = (bits: number): number => 2 ** bits - 1
