import type { Compiled } from '../compile/compiled.ts'
import { bytesToEnter } from '../compile/generate.ts'
import { type Layout, mover } from '../compile/layout.ts'
import { GrowingBuffer } from './growing.ts'
import { MemoryPeak } from './memory-peak.ts'

const firstStates = 2048
/** How many states a hash table takes before it is enlarged: seven slots in eight. */
const mostIn = (slots: number): number => Math.floor((slots / 8) * 7)
/**
 * Small tables grow fourfold, so that less is entered twice; large ones twofold, so that less is empty. Those that threads
 * share grow fourfold always: who enters again keeps the others waiting.
 */
const tableFor = (states: number, from = 4096, isShared = false): number => {
  let slots = from
  while (mostIn(slots) < states) slots *= isShared || slots < 1 << 19 ? 4 : 2
  return slots
}
const fewestSharedSlots = 1 << 16
/** Of this many states only the first has its parent stored. */
const blockBits = 4

/** Sizes of a store: states, and bytes of its buffers for rows, parents and hash table. */
export interface StoreMemory {
  readonly count: number
  readonly capacity: number
  readonly slots: number
  readonly bytes: readonly number[]
}

/**
 * Every state found, in breadth-first order. Parents are never fewer than those of the states before: states are found
 * in the order in which their parents are expanded. So the parent of one state in sixteen narrows that of every other
 * down to a few, and which of these it is, and by which step, is found by expanding them again (`runs.ts`).
 */
export class Store {
  count = 0
  rows: Int32Array
  /** Open addressing; see `generate.ts`. */
  table: Int32Array
  /** Enters so many states into an empty table by several threads, or answers false. */
  enterTogether: ((count: number) => boolean) | undefined
  readonly #compiled: Compiled
  readonly #peak: MemoryPeak
  readonly #rowBuffer: GrowingBuffer
  readonly #parentBuffer = new GrowingBuffer((firstStates >> blockBits) * 4)
  readonly #tableBuffer: GrowingBuffer
  #parents: Int32Array
  #capacity = firstStates
  #slots = tableFor(firstStates)

  constructor(compiled: Compiled, peak = new MemoryPeak()) {
    this.#compiled = compiled
    this.#peak = peak
    this.#rowBuffer = new GrowingBuffer(firstStates * compiled.layout.words * 4)
    this.#tableBuffer = new GrowingBuffer(this.#slots * 4)
    this.rows = new Int32Array(this.#rowBuffer.buffer)
    this.table = new Int32Array(this.#tableBuffer.buffer)
    this.#parents = new Int32Array(this.#parentBuffer.buffer)
    this.rows.set(compiled.initialRow())
    this.count = 1
    compiled.program.run.enter(this.rows, 0, 1, this.table)
    this.#note()
  }

  /** The bytes of all buffers now. */
  get bytes(): number {
    return this.#rowBuffer.bytes + this.#parentBuffer.bytes + this.#tableBuffer.bytes
  }

  /** The bytes of all buffers if `more` states were to be added. */
  bytesFor(more: number): number {
    const states = this.count + more
    if (states <= this.#capacity) return this.bytes
    return (
      this.#rowBuffer.grown(states * this.#compiled.layout.words * 4) +
      this.#parentBuffer.grown(blocksFor(states) * 4) +
      this.#tableBuffer.grown(tableFor(states, this.#slots, this.#isShared) * 4)
    )
  }

  /** Makes room for `more` states. */
  reserve(more: number): void {
    const states = this.count + more
    if (states <= this.#capacity) return
    const { words } = this.#compiled.layout
    if (this.#rowBuffer.reserve(states * words * 4)) this.rows = new Int32Array(this.#rowBuffer.buffer)
    if (this.#parentBuffer.reserve(blocksFor(states) * 4)) this.#parents = new Int32Array(this.#parentBuffer.buffer)
    this.#capacity = Math.min(Math.floor(this.rows.length / words), this.#parents.length << blockBits)
    if (tableFor(states, this.#slots, this.#isShared) > this.#slots)
      this.#rehash(tableFor(states, this.#slots, this.#isShared), this.enterTogether)
    this.#capacity = Math.min(this.#capacity, mostIn(this.#slots))
    this.#note()
  }

  /** Notes the parent of a new state. */
  bear(state: number, parent: number): void {
    if ((state & ((1 << blockBits) - 1)) === 0) this.#parents[state >> blockBits] = parent
  }

  /** The first and the last state that the parent of `state` may be; `expanded` is the last that was expanded at all. */
  parentsOf(state: number, expanded: number): readonly [first: number, last: number] {
    const block = state >> blockBits
    const next = (block + 1) << blockBits
    return [this.#parents[block]!, next < this.count ? this.#parents[block + 1]! : Math.min(expanded, state - 1)]
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

  /**
   * Moves rows and hash table into memory that worker threads can see, and enters every state anew: into a table so large
   * that no region of it fills up before the whole does.
   */
  share(): void {
    if (this.#rowBuffer.share()) this.rows = new Int32Array(this.#rowBuffer.buffer)
    this.#tableBuffer.share()
    this.#rehash(Math.max(this.#slots, fewestSharedSlots))
    this.#note()
  }

  get #isShared(): boolean {
    return this.#compiled.program.memory.shared
  }

  /** How many states there is room for. */
  get capacity(): number {
    return this.#capacity
  }

  /** Forgets states that were entered and are not counted. */
  forget(): void {
    this.#rehash(this.#slots)
  }

  /** What another process needs beside the rows to go on with them. */
  get memory(): StoreMemory {
    const buffers = [this.#rowBuffer, this.#parentBuffer, this.#tableBuffer] as const
    return {
      count: this.count,
      capacity: this.#capacity,
      slots: this.#slots,
      bytes: buffers.map(({ bytes }) => bytes),
    }
  }

  /** The stored parents. */
  get parents(): Int32Array {
    return this.#parents.subarray(0, blocksFor(this.count))
  }

  /** Goes on with states that were found before, in buffers of the same sizes, so that it grows as it would have grown. */
  recall(memory: StoreMemory, rows: Int32Array, parents: Int32Array): void {
    const [rowBytes, parentBytes, tableBytes] = memory.bytes
    this.#rowBuffer.reserve(rowBytes!)
    this.#parentBuffer.reserve(parentBytes!)
    this.#tableBuffer.reserve(tableBytes!)
    this.rows = new Int32Array(this.#rowBuffer.buffer)
    this.#parents = new Int32Array(this.#parentBuffer.buffer)
    this.rows.set(rows)
    this.#parents.set(parents)
    this.count = memory.count
    this.#capacity = memory.capacity
    this.#rehash(memory.slots)
  }

  #rehash(slots: number, enterTogether?: (count: number) => boolean): void {
    this.#slots = slots
    this.#tableBuffer.reserve(slots * 4)
    this.table = new Int32Array(this.#tableBuffer.buffer, 0, slots).fill(0)
    this.#peak.set('entering', bytesToEnter(this.count))
    if (!enterTogether?.(this.count)) this.#compiled.program.run.enter(this.rows, 0, this.count, this.table)
    this.#peak.set('entering', 0)
  }

  #note(): void {
    this.#peak.set('store', this.bytes)
    this.#peak.set('tables', this.#compiled.program.bytes)
  }
}

const blocksFor = (states: number): number => (states >> blockBits) + 1
