import { Compiled } from '../compile/compiled.ts'
import { successorExtra } from '../compile/generate.ts'
import { chunkSize } from '../compile/program.ts'
import { SleepSets, sleepersOf } from '../compile/sleep-sets.ts'
import { StepClaims } from '../compile/step-claims.ts'
import { type System, safetyOf } from '../define/system.ts'
import { Together } from '../parallel/together.ts'
import type { Unsoundness } from '../reduce/footprint.ts'
import { Reducer } from '../reduce/reducer.ts'
import { planOf, type ReductionPlan } from '../reduce/reduction.ts'
import { orbitsOf } from '../reduce/symmetry.ts'
import { Batch } from './batch.ts'
import type { Budget, LimitName } from './budget.ts'
import { Findings, type Sighting } from './findings.ts'
import { MemoryPeak } from './memory-peak.ts'
import { runTo, type SightedRun } from './runs.ts'
import { Store } from './store.ts'

/**
 * Exhaustive breadth-first search over the compiled system. `advance` does a slice of work, so that a caller can show
 * progress and hear interrupts between slices. States are numbered in the order of discovery; that order is also the
 * lexicographic order of their least shortest traces. The work itself is done by `Batch`, or by several threads in
 * `Together`; they write the fields that stand here.
 */
export class Explorer {
  readonly compiled: Compiled
  readonly store: Store
  /** The first state of each level. */
  readonly levels: number[] = [0]
  /** States whose successors were all computed. */
  expanded = 0
  transitions = 0
  /** Where the level that is being expanded ends. */
  levelEnd = 1
  /** Whether states are few, so that rows have room to spare. */
  roomy = true
  /** What ended the search before it was done. */
  limit: LimitName | undefined
  readonly findings: Findings
  /** States in which no program step is enabled that would change the state, in order. */
  readonly idle: number[] = []
  /** Those of them in which a program step is enabled that changes nothing. */
  readonly spinning = new Set<number>()
  /** How often each step was enabled. */
  readonly enabled: Float64Array
  readonly stepClaims: StepClaims
  readonly peak = new MemoryPeak()
  readonly sleep: SleepSets
  readonly budget: Budget
  readonly reduction: ReductionPlan
  /** Claims on whole executions that were left out on request. */
  readonly leftOut: readonly string[]
  /** Why the symmetries that the system declares are none, as far as that is known before the search. */
  readonly asymmetry: string | undefined
  readonly #reducer: Reducer | undefined
  /** For each step: those that some symmetry makes of it. */
  readonly #alike: readonly (readonly number[])[]
  readonly #batch: Batch
  readonly #together: Together | undefined

  /** @throws ModelError when the system cannot be built. */
  constructor(whole: System, budget: Budget = {}, unsound: Unsoundness = {}) {
    const { system, leftOut } = budget.safetyOnly ? safetyOf(whole) : { system: whole, leftOut: [] }
    this.leftOut = leftOut
    this.compiled = new Compiled(system)
    this.reduction = planOf(system, budget.reduce ?? 'none')
    this.#reducer = this.reduction.name === 'none' ? undefined : new Reducer(this.compiled, this.reduction, unsound)
    this.asymmetry = this.reduction.asymmetry ?? this.#reducer?.asymmetryAtTheStart()
    this.budget = budget
    this.store = new Store(this.compiled, this.peak)
    this.enabled = new Float64Array(system.steps.length)
    this.stepClaims = new StepClaims(this.compiled)
    this.#alike = orbitsOf(system.steps.length, this.reduction.symmetry?.exchanges ?? [], (exchange) => exchange.steps)
    this.findings = new Findings(this.compiled, this.store, this.stepClaims, this.reduction.symmetry)
    this.sleep = new SleepSets(sleepersOf(system.steps, chunkSize), (bytes) => this.peak.set('sleep sets', bytes))
    // A limit that ends the search between two transitions, and a reduction, want each of them in its place.
    if (budget.states !== undefined || budget.first || this.#reducer !== undefined) this.sleep.off()
    this.#batch = new Batch(this, this.#reducer)
    this.#together = Together.mayWork(budget, this.#reducer) ? new Together(this, this.#batch, this.peak) : undefined
    this.listen()
    this.#together?.prepare()
    this.findings.begin()
    if (budget.first && this.findings.any) this.limit = 'first'
  }

  get done(): boolean {
    const isRefused = this.limit !== undefined || this.findings.fault !== undefined || this.asymmetry !== undefined
    return isRefused || this.expanded === this.store.count
  }

  /** Whether every reachable state was expanded. */
  get complete(): boolean {
    return this.findings.fault === undefined && this.expanded === this.store.count
  }

  /** How many windows of the frontier were taken over from several threads. */
  get rounds(): number {
    return this.#together?.rounds ?? 0
  }

  /** All buffers of the search at their peak, growth included, in bytes. */
  get peakBytes(): number {
    return this.peak.most
  }

  /** All buffers of the search in bytes, if `more` states were to be added. */
  bytesFor(more: number): number {
    return this.store.bytesFor(more) + this.compiled.program.bytes + this.sleep.bytes + (this.#together?.bytes ?? 0)
  }

  /** Why things that were declared interchangeable are not, where states stood for their orbits: see `asymmetryOf`. */
  findAsymmetry(): string | undefined {
    return this.asymmetry ?? this.#reducer?.asymmetryIn(this.stepClaims)
  }

  /** Whether no step like this one, up to symmetry, was ever enabled. */
  isAsleep(step: number): boolean {
    return this.#alike[step]!.every((alike) => this.enabled[alike] === 0)
  }

  /** Distance of the last level from the initial state, in steps. */
  get depth(): number {
    return this.levels.length - 1
  }

  /** Distance of a state from the initial state, in steps. */
  depthOf(state: number): number {
    let [low, high] = [0, this.levels.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.levels[middle]! <= state) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Expands up to about `states` more states. */
  advance(states: number): void {
    const until = this.expanded + states
    while (!this.done && this.expanded < until && this.#mayGoOn()) if (!this.#together?.round()) this.#batch.run()
    if (!this.done) this.limit = this.budget.stop?.()
    if (this.done) this.#together?.dismiss()
  }

  /** Runs to the end, or to the first limit. */
  run(): this {
    while (!this.done) this.advance(1 << 16)
    return this
  }

  /**
   * Computes the successors of a state again and visits each, until one visit answers true; answers whether one did. Valid
   * once the search is done.
   */
  successors(state: number, visit: (step: number, to: number) => unknown): boolean {
    const { words } = this.compiled.layout
    const { run } = this.compiled.program
    const { out } = this.#batch
    const end = this.expand(state, out)
    for (let at = 0; at < end; at += words + successorExtra)
      if (visit(out[at + words]!, run.find(out, at, this.store.rows, this.store.table)) === true) return true
    return false
  }

  /**
   * Computes the successors of an expanded state again into `out`, as the search saw them; returns their end. What a
   * reduction left out is left out again.
   */
  expand(state: number, out: Int32Array): number {
    const end = this.compiled.program.run.expand(this.store.rows, state, out, 0)
    return this.#batch.reduce(state, out, 0, end, false)
  }

  /** The run that leads to a sighting. */
  runTo(sighting: Sighting): SightedRun {
    return runTo(this, sighting, this.#reducer)
  }

  /** Whether a state is a legitimate end. */
  isFinal(state: number): boolean {
    return this.compiled.isFinal(this.store.rows, state * this.compiled.layout.words)
  }

  /** Takes back what rows have to spare, and makes tables that are quick for many states, where either pays. */
  tighten(): void {
    this.roomy = false
    if (this.compiled.couldBeTighter) this.widen()
  }

  /** Gives every cell the bits that its local states need by now. */
  widen(): void {
    this.#together?.giveUp()
    const before = this.compiled.widen(this.roomy)
    this.store.repack(before)
    this.stepClaims.widen()
    this.adapt()
  }

  /** Takes up the program that the compiled system has now. */
  adapt(): void {
    this.#reducer?.widen()
    this.#batch.adapt()
    this.listen()
  }

  /** Hears of steps that are not handled. */
  listen(): void {
    this.compiled.program.run.onUnhandled = (step, state) => {
      this.findings.unhandled ??= { state, step }
    }
  }

  /** Begins the next level where the last is done; false where that is as deep as the search may go. */
  #mayGoOn(): boolean {
    if (this.expanded === this.levelEnd) {
      this.levels.push(this.levelEnd)
      this.levelEnd = this.store.count
    }
    if (this.budget.depth !== undefined && this.depth >= this.budget.depth) this.limit = 'depth'
    return this.limit === undefined
  }
}
