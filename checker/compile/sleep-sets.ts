import type { Step } from '../define/system.ts'

/*
 * Which successors need no look-up, since they are known already. Let a state have been found first by step `a` from its
 * parent, and let `b` be a step of smaller index that the parent has enabled too, or that needed no look-up there. Where
 * `a` and `b` are independent (neither writes a cell that the other touches), `b` then `a` leads where `a` then `b` does,
 * and the search has gone that way before. These are the sleep sets of partial-order reduction (P. Godefroid,
 * "Partial-Order Methods for the Verification of Concurrent Systems", 1996, chapter 5), which prune transitions and keep
 * every state; here the transitions are counted all the same, and only the look-up is spared.
 *
 * A set is a mask of `chunkSize` steps in each of the first `sleepChunks` words.
 */

/** Steps beyond this many chunks never sleep: their masks would cost more than they spare. */
const mostChunks = 8

/** How many words the sleep set of a state takes. */
export const sleepWords = (steps: number, chunkSize: number): number => Math.min(mostChunks, Math.ceil(steps / chunkSize))

/** For each step, the masks of the steps that are independent of it, and of those with smaller indices. */
export interface Sleepers {
  readonly words: number
  readonly independent: Int32Array
  readonly before: Int32Array
}

export function sleepersOf(steps: readonly Step[], chunkSize: number): Sleepers {
  const words = sleepWords(steps.length, chunkSize)
  const independent = new Int32Array(steps.length * words)
  const before = new Int32Array(steps.length * words)
  const touched = steps.map(({ shape }) => new Set(shape.cells))
  const written = steps.map(({ shape, receivers }) => shape.cells.slice(0, receivers))
  for (const { index: a } of steps)
    for (let b = 0; b < Math.min(steps.length, words * chunkSize); b++) {
      const [word, bit] = [a * words + Math.floor(b / chunkSize), 1 << (b % chunkSize)]
      if (b < a) before[word]! |= bit
      if (!written[a]!.some((cell) => touched[b]!.has(cell)) && !written[b]!.some((cell) => touched[a]!.has(cell)))
        independent[word]! |= bit
    }
  return { words, independent, before }
}

const blockBits = 10

/** The sleep sets of the states that are found and not yet expanded, in blocks that are given up as the search goes on. */
export class SleepSets {
  readonly sleepers: Sleepers
  readonly #blocks: (Int32Array | undefined)[] = []
  readonly #empty: Int32Array
  readonly #noted: (bytes: number) => void
  #spare: Int32Array | undefined
  #live = 0
  /** Whether every step is awake everywhere. */
  isOff = false

  /** `noted` is told how many bytes there are, whenever they change. */
  constructor(sleepers: Sleepers, noted: (bytes: number) => void = () => {}) {
    this.sleepers = sleepers
    this.#noted = noted
    this.#empty = new Int32Array(sleepers.words << blockBits)
  }

  get bytes(): number {
    return (this.#live + 1) * this.#empty.byteLength
  }

  /** The array that holds the sleep set of a state, at `offset(state)`. Where none is known it is empty. */
  block(state: number): Int32Array {
    return this.#blocks[state >> blockBits] ?? this.#empty
  }

  offset(state: number): number {
    return (state & ((1 << blockBits) - 1)) * this.sleepers.words
  }

  /**
   * Notes the sleep set of a state that was found by `step` from `parent`, where the steps in `enabled[at…]` were enabled
   * and changed the state.
   */
  bear(state: number, step: number, parent: number, enabled: Int32Array, at: number): void {
    const { words, independent, before } = this.sleepers
    if (this.isOff) return
    const own = this.#blocks[state >> blockBits] ?? this.#add(state >> blockBits)
    const [to, from] = [this.offset(state), this.offset(parent)]
    const asleep = this.block(parent)
    for (let word = 0; word < words; word++) {
      const mask = step * words + word
      own[to + word] = (asleep[from + word]! | (enabled[at + word]! & before[mask]!)) & independent[mask]!
    }
  }

  /** Copies the sets of the states `from..until` into `into`, one after another. */
  read(from: number, until: number, into: Int32Array): void {
    this.#runs(from, until - from, (state, count, at) => {
      const offset = this.offset(state)
      into.set(this.block(state).subarray(offset, offset + count), at)
    })
  }

  /** Notes the sets of `count` states from `first` on, which stand in `sets` one after another. */
  write(first: number, count: number, sets: Int32Array): void {
    if (this.isOff) return
    this.#runs(first, count, (state, words, at) => {
      const own = this.#blocks[state >> blockBits] ?? this.#add(state >> blockBits)
      own.set(sets.subarray(at, at + words), this.offset(state))
    })
  }

  /** Visits the stretches of so many states that stand in one block each: a state, a number of words, and how many came before. */
  #runs(first: number, count: number, visit: (state: number, words: number, at: number) => void): void {
    const { words } = this.sleepers
    for (let state = first; state < first + count; ) {
      const next = Math.min(first + count, ((state >> blockBits) + 1) << blockBits)
      visit(state, (next - state) * words, (state - first) * words)
      state = next
    }
  }

  /** From now on no step sleeps. */
  off(): void {
    this.isOff = true
    this.#blocks.length = 0
    this.#live = 0
  }

  /** Gives up the sets of the states before this one. */
  forget(before: number): void {
    for (let block = (before >> blockBits) - 1; block >= 0 && this.#blocks[block] !== undefined; block--) {
      this.#spare = this.#blocks[block]
      this.#blocks[block] = undefined
      this.#live--
      this.#noted(this.bytes)
    }
  }

  #add(block: number): Int32Array {
    const made = this.#spare ?? new Int32Array(this.#empty.length)
    this.#spare = undefined
    made.fill(0)
    this.#blocks[block] = made
    this.#live++
    this.#noted(this.bytes)
    return made
  }
}
