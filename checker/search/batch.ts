import { Fault } from '../compile/compiled.ts'
import { successorExtra } from '../compile/generate.ts'
import { Outgrown } from '../compile/interner.ts'
import type { Expanded } from '../parallel/board.ts'
import type { Reducer } from '../reduce/reducer.ts'
import type { Explorer } from './explorer.ts'

/** About how many successors, and at most how many states, are gathered before they are inserted together. */
const batchSize = 512
/** With as many states as this, rows are packed tightly. */
const roomyStates = 1 << 16

/** The parent of a successor, whether or not the successor was known. */
export const parentOf = (entry: number): number => (entry < 0 ? ~entry : entry)

/** Successors of the states from `first` on, and what else is to be known of them. */
interface Gathered {
  readonly first: number
  readonly out: Int32Array
  /** Where in `out` they end. */
  readonly end: number
  /** Where in `out` each new state stands. */
  readonly born: Int32Array
  readonly marks: Int32Array
}

/** One thread's way through the frontier: a few states are expanded into a buffer, and what is new in it is entered. */
export class Batch {
  /** Successors, as `generate.ts` lays them out. */
  out: Int32Array
  readonly #explorer: Explorer
  readonly #reducer: Reducer | undefined
  readonly #progress = new Int32Array(2)
  /** The hashes of the successors in the buffer. */
  readonly #hashes: Int32Array
  /** Where in the buffer each new state stands. */
  readonly #born: Int32Array
  /** Where rows are folded: for each successor in the buffer, its step, and how that is renamed as its row is. */
  readonly #arrivals: Int32Array
  /** For each state of the batch, which steps were enabled there, as `awake` marks them. */
  readonly #marks: Int32Array
  readonly #markWords: number
  readonly #everyStep: Uint8Array
  /** The first state of the batch. */
  #first = 0

  constructor(explorer: Explorer, reducer: Reducer | undefined) {
    const { length } = explorer.compiled.system.steps
    this.#explorer = explorer
    this.#reducer = reducer
    this.out = this.#buffer()
    this.#hashes = new Int32Array(batchSize + length)
    this.#born = new Int32Array(batchSize + length)
    this.#arrivals = new Int32Array((batchSize + length) * 2)
    this.#markWords = explorer.sleep.sleepers.words + 1
    this.#marks = new Int32Array(batchSize * this.#markWords)
    this.#everyStep = new Uint8Array(length).fill(1)
  }

  /** Expands the next states of the level, before `until`, and enters what they lead to, or says which limit forbids that. */
  run(until = this.#explorer.levelEnd): void {
    const explorer = this.#explorer
    this.#first = explorer.expanded
    try {
      const end = this.#expand(until)
      if (this.#makeRoom(end)) this.#insert({ first: this.#first, out: this.out, end, born: this.#born, marks: this.#marks })
      else this.#goBackTo(this.#first)
      if (explorer.roomy && explorer.store.count >= roomyStates) explorer.tighten()
    } catch (thrown) {
      if (!(thrown instanceof Outgrown)) throw thrown
      this.#goBackTo(this.#first)
      explorer.widen()
    }
  }

  /** Enters what a window of the frontier leads to, the next states being those it begins with; false, with nothing changed, where a limit is near. */
  take(window: Expanded): boolean {
    const explorer = this.#explorer
    const { budget, store, compiled } = explorer
    const { out, end, hashes, born } = window
    if (budget.states !== undefined && store.count + end / (compiled.layout.words + successorExtra) > budget.states) return false
    if (!this.#makeRoom(end)) {
      explorer.limit = undefined
      return false
    }
    const { run } = compiled.program
    const count = run.insert(out, end, hashes, store.rows, born, store.table, store.count, 0x7fffffff, this.#progress)
    this.welcome(window, count - store.count)
    return true
  }

  /** Takes over what a window of the frontier leads to, the next states being those it begins with, and so many being new. */
  welcome({ from, reached, out, end, born, marks, idle, idles, stepAsks, asks, counts }: Expanded, births: number): void {
    const explorer = this.#explorer
    const { store, compiled, findings } = explorer
    const { words } = compiled.layout
    explorer.expanded = reached
    for (let nth = 0; nth < idles; nth++) {
      const state = parentOf(idle[nth]!)
      explorer.idle.push(state)
      if (idle[nth]! < 0) explorer.spinning.add(state)
    }
    for (let step = 0; step < counts.length; step++) {
      explorer.transitions += counts[step]!
      explorer.enabled[step]! += counts[step]!
    }
    const before = store.count
    store.count += births
    findings.guarded(reached, () => {
      for (let nth = 0; nth < asks; nth++) {
        const at = stepAsks[nth]!
        findings.judge(out[at + words]!, parentOf(out[at + words + 1]!), out, at)
      }
    })
    this.#welcome(before, { first: from, out, end, born, marks })
  }

  /** Fills the entries that a state is in need of; false where one cannot be filled, as the search will find itself. */
  fill(state: number): boolean {
    const { compiled, store } = this.#explorer
    try {
      compiled.program.run.expand(store.rows, state, this.out, 0)
      compiled.program.run.counts.fill(0)
      return true
    } catch (thrown) {
      if (thrown instanceof Outgrown || thrown instanceof Fault) return false
      throw thrown
    }
  }

  /** To be called when rows have another layout. */
  adapt(): void {
    this.out = this.#buffer()
  }

  /** What a reduction makes of the successors in `out[start..end)`: their new end. Steps are judged before rows are folded. */
  reduce(state: number, out: Int32Array, start: number, end: number, judging: boolean): number {
    const explorer = this.#explorer
    if (this.#reducer === undefined) return end
    const nextLevel = explorer.levels[explorer.depthOf(state) + 1] ?? explorer.levelEnd
    const kept = this.#reducer.choose(state, nextLevel, out, start, end, explorer.store)
    if (explorer.reduction.symmetry === undefined) return kept
    if (judging) this.#judge(start, kept)
    this.#reducer.fold(out, start, kept, this.#arrivals)
    return kept
  }

  /** Forgets that states from `first` on were expanded. */
  #goBackTo(first: number): void {
    const { compiled, idle, spinning } = this.#explorer
    this.#explorer.expanded = first
    compiled.program.run.counts.fill(0)
    while (idle.length > 0 && idle.at(-1)! >= first) spinning.delete(idle.pop()!)
  }

  /** Fills the successor buffer from the next states of this level; returns its end. */
  #expand(before: number): number {
    const explorer = this.#explorer
    const { compiled, findings, sleep } = explorer
    const { run } = compiled.program
    const { rows } = explorer.store
    const full = batchSize * (compiled.layout.words + successorExtra)
    const until = Math.min(before, this.#first + batchSize)
    const asked = sleep.isOff ? this.#everyStep : explorer.stepClaims.asked
    let end = 0
    for (let state = this.#first; state < until && end < full; state++) {
      const mark = (state - this.#first) * this.#markWords
      const start = end
      try {
        end = run.awake(rows, state, this.out, end, sleep.block(state), sleep.offset(state), this.#marks, mark, asked)
      } catch (thrown) {
        if (sleep.isOff || !(thrown instanceof Fault)) {
          findings.fail(state, thrown)
          return end
        }
        // What was counted of the failing state cannot be told apart: the batch is gone over again, with every step awake.
        sleep.off()
        this.#goBackTo(this.#first)
        return 0
      }
      this.#noteIdle(state, this.#marks[mark + this.#markWords - 1]!)
      end = this.reduce(state, this.out, start, end, true)
      explorer.expanded++
    }
    return end
  }

  /** `kinds` is what `awake` says of the steps that are enabled. */
  #noteIdle(state: number, kinds: number): void {
    if ((kinds & 1) !== 0) return
    this.#explorer.idle.push(state)
    if ((kinds & 2) !== 0) this.#explorer.spinning.add(state)
  }

  #makeRoom(end: number): boolean {
    const explorer = this.#explorer
    const more = end / (explorer.compiled.layout.words + successorExtra)
    const { bytes } = explorer.budget
    if (bytes !== undefined && explorer.bytesFor(more) > bytes) explorer.limit = 'memory'
    else
      try {
        explorer.store.reserve(more)
      } catch (thrown) {
        if (!(thrown instanceof RangeError)) throw thrown
        explorer.limit = 'memory'
      }
    return explorer.limit === undefined
  }

  #insert(gathered: Gathered): void {
    const { end } = gathered
    const explorer = this.#explorer
    const { store, budget, compiled, findings } = explorer
    const before = store.count
    const most = budget.states ?? 0x7fffffff
    const { run } = compiled.program
    run.hash(this.out, end, this.#hashes)
    store.count = run.insert(this.out, end, this.#hashes, store.rows, this.#born, store.table, before, most, this.#progress)
    const reached = this.#progress[0]!
    this.#count(reached)
    if (reached < end) {
      explorer.limit = 'states'
      this.#goBackTo(parentOf(this.out[reached + compiled.layout.words + 1]!))
    }
    this.#welcome(before, gathered)
    if (budget.first && findings.any) explorer.limit = 'first'
  }

  /** Counts the transitions in the buffer and those that were spared it, and judges those that were not judged yet. */
  #count(end: number): void {
    const explorer = this.#explorer
    const { words } = explorer.compiled.layout
    const { counts } = explorer.compiled.program.run
    for (let at = words; at < end; at += words + successorExtra) counts[this.out[at]!]!++
    for (let step = 0; step < counts.length; step++) {
      explorer.transitions += counts[step]!
      explorer.enabled[step]! += counts[step]!
      counts[step] = 0
    }
    if (explorer.reduction.symmetry === undefined) this.#judge(0, end)
  }

  /** Asks the `onStep` claims about the transitions in the buffer. */
  #judge(start: number, end: number): void {
    const { compiled, findings, stepClaims, expanded } = this.#explorer
    if (stepClaims.none) return
    const { words } = compiled.layout
    findings.guarded(expanded, () => {
      for (let at = start; at < end; at += words + successorExtra)
        if (stepClaims.asked[this.out[at + words]!] !== 0)
          findings.judge(this.out[at + words]!, parentOf(this.out[at + words + 1]!), this.out, at)
    })
  }

  /** Notes the parents of the states from `first` on, which are new, and asks of each the claims that its step may have changed. */
  #welcome(first: number, { first: parents, out, born, marks }: Gathered): void {
    const { store, compiled, sleep, findings, expanded } = this.#explorer
    const { words } = compiled.layout
    for (let state = first; state < store.count; state++) {
      const at = born[state - first]! + words
      const parent = out[at + 1]!
      store.bear(state, parent)
      sleep.bear(state, out[at]!, parent, marks, (parent - parents) * this.#markWords)
    }
    sleep.forget(expanded)
    let state = first
    try {
      for (; state < store.count; state++) findings.welcome(state, this.#arrival(out, born[state - first]!))
    } catch (thrown) {
      findings.fail(state, thrown)
    }
  }

  /** The step that led to the row at `at`; where rows are folded, renamed as they are. */
  #arrival(out: Int32Array, at: number): number {
    const { compiled, reduction } = this.#explorer
    const { words } = compiled.layout
    if (reduction.symmetry === undefined) return out[at + words]!
    return this.#reducer!.arrival(this.#arrivals, at / (words + successorExtra))
  }

  #buffer(): Int32Array {
    const { layout, system } = this.#explorer.compiled
    return new Int32Array((batchSize + system.steps.length) * (layout.words + successorExtra))
  }
}
