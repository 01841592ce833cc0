import type { Compiled } from '../compile/compiled.ts'
import { type Layout, mover } from '../compile/layout.ts'
import { GrowingBuffer } from './growing.ts'

const firstStates = 1024
/** How many states a hash table takes before it is enlarged: seven slots in eight. */
const mostIn = (slots: number): number => Math.floor((slots / 8) * 7)
/** Small tables grow fourfold, so that less is entered twice; large ones twofold, so that less is empty. */
const tableFor = (states: number, from = 2048): number => {
  let slots = from
  while (mostIn(slots) < states) slots *= slots < 1 << 19 ? 4 : 2
  return slots
}

/** Every state found, in breadth-first order, with the parent and step through which it was found first. */
export class Store {
  count = 0
  rows: Int32Array
  parents: Int32Array
  vias: Uint16Array | Uint32Array
  /** Open addressing; see `generate.ts`. */
  table: Int32Array
  peakBytes = 0
  readonly #compiled: Compiled
  readonly #wide: boolean
  readonly #rowBuffer: GrowingBuffer
  readonly #parentBuffer = new GrowingBuffer(firstStates * 4)
  readonly #viaBuffer: GrowingBuffer
  readonly #tableBuffer: GrowingBuffer
  #capacity = firstStates
  #slots = tableFor(firstStates)

  constructor(compiled: Compiled) {
    this.#compiled = compiled
    this.#wide = compiled.system.steps.length > 0xffff
    this.#rowBuffer = new GrowingBuffer(firstStates * compiled.layout.words * 4)
    this.#viaBuffer = new GrowingBuffer(firstStates * (this.#wide ? 4 : 2))
    this.#tableBuffer = new GrowingBuffer(this.#slots * 4)
    this.rows = new Int32Array(this.#rowBuffer.buffer)
    this.parents = new Int32Array(this.#parentBuffer.buffer)
    this.vias = this.#viaView()
    this.table = new Int32Array(this.#tableBuffer.buffer)
    this.rows.set(compiled.initialRow())
    this.parents[0] = -1
    this.count = 1
    compiled.program.run.enter(this.rows, 0, 1, this.table)
    this.#note()
  }

  /** The bytes of all buffers now. */
  get bytes(): number {
    return this.#rowBuffer.bytes + this.#parentBuffer.bytes + this.#viaBuffer.bytes + this.#tableBuffer.bytes
  }

  /** The bytes of all buffers if `more` states were to be added. */
  bytesFor(more: number): number {
    const states = this.count + more
    if (states <= this.#capacity) return this.bytes
    return (
      this.#rowBuffer.grown(states * this.#compiled.layout.words * 4) +
      this.#parentBuffer.grown(states * 4) +
      this.#viaBuffer.grown(states * (this.#wide ? 4 : 2)) +
      this.#tableBuffer.grown(tableFor(states, this.#slots) * 4)
    )
  }

  /** Makes room for `more` states. */
  reserve(more: number): void {
    const states = this.count + more
    if (states <= this.#capacity) return
    const { words } = this.#compiled.layout
    if (this.#rowBuffer.reserve(states * words * 4)) this.rows = new Int32Array(this.#rowBuffer.buffer)
    if (this.#parentBuffer.reserve(states * 4)) this.parents = new Int32Array(this.#parentBuffer.buffer)
    if (this.#viaBuffer.reserve(states * (this.#wide ? 4 : 2))) this.vias = this.#viaView()
    this.#capacity = Math.min(Math.floor(this.rows.length / words), this.parents.length, this.vias.length)
    if (tableFor(states, this.#slots) > this.#slots) this.#rehash(tableFor(states, this.#slots))
    this.#capacity = Math.min(this.#capacity, mostIn(this.#slots))
    this.#note()
  }

  /** Packs every row anew after the compiled system was widened from `before`. */
  repack(before: Layout): void {
    const { layout } = this.#compiled
    this.#rowBuffer.reserve(this.#capacity * layout.words * 4)
    this.rows = new Int32Array(this.#rowBuffer.buffer)
    this.#note()
    mover(before, layout)(this.rows, this.count)
    this.#rehash(this.#slots)
  }

  #rehash(slots: number): void {
    this.#slots = slots
    this.#tableBuffer.reserve(slots * 4)
    this.table = new Int32Array(this.#tableBuffer.buffer, 0, slots).fill(0)
    this.#compiled.program.run.enter(this.rows, 0, this.count, this.table)
  }

  #viaView(): Uint16Array | Uint32Array {
    return this.#wide ? new Uint32Array(this.#viaBuffer.buffer) : new Uint16Array(this.#viaBuffer.buffer)
  }

  #note(): void {
    this.peakBytes = Math.max(this.peakBytes, this.bytes + this.#compiled.program.bytes)
  }
}
