import { truth } from '../compile/codes.ts'
import { Compiled } from '../compile/compiled.ts'
import { successorExtra } from '../compile/generate.ts'
import { Outgrown } from '../compile/interner.ts'
import { StepClaims } from '../compile/step-claims.ts'
import type { System } from '../define/system.ts'
import { Crew, type Round } from '../parallel/crew.ts'
import type { Unsoundness } from '../reduce/footprint.ts'
import { Reducer } from '../reduce/reducer.ts'
import { planOf, type ReductionName, type ReductionPlan } from '../reduce/reduction.ts'
import { orbitsOf } from '../reduce/symmetry.ts'
import type { Budget, LimitName } from './budget.ts'
import { Findings, type Sighting } from './findings.ts'
import { runTo, type SightedRun } from './runs.ts'
import { Store } from './store.ts'

/** The parent of a successor, whether or not the step changed anything. */
const parentOf = (entry: number): number => (entry < 0 ? ~entry : entry)

/** About how many successors are gathered before they are inserted together. */
const batchSize = 512
/** Fewer states than this to expand are not worth a round. */
const fewestTogether = 128
/** With as many states as this, rows are packed tightly. */
const roomyStates = 1 << 12

/**
 * Exhaustive breadth-first search over the compiled system. `advance` does a slice of work, so that a caller can show
 * progress and hear interrupts between slices. States are numbered in the order of discovery; that order is also the
 * lexicographic order of their least shortest traces.
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
  /** How many stretches of the frontier were gone over by several workers together. */
  rounds = 0
  /** How often each step was enabled. */
  readonly enabled: Float64Array
  readonly stepClaims: StepClaims
  readonly reduction: ReductionPlan
  /** Why the symmetries that the system declares are none, as far as that is known before the search. */
  readonly asymmetry: string | undefined
  readonly #reducer: Reducer | undefined
  readonly #budget: Budget
  /** For each step: those that some symmetry makes of it. */
  readonly #alike: readonly (readonly number[])[]
  readonly #isProgram: readonly boolean[]
  readonly #progress = new Int32Array(2)
  #out: Int32Array
  /** Where in the buffer each new state stands. */
  readonly #born: Int32Array
  #crew: Crew | undefined
  #crewBytes = 0
  /** Up to this state the search goes on alone, a round having been given up. */
  #aloneUntil = 0
  /** Where rows are folded: for each successor in the buffer, its step renamed as its row is. */
  readonly #arrivals: Int32Array

  /** @throws ModelError when the system cannot be built. */
  constructor(system: System, budget: Budget = {}, reduce: ReductionName = 'none', unsound: Unsoundness = {}) {
    this.compiled = new Compiled(system)
    this.reduction = planOf(system, reduce)
    this.#reducer = this.reduction.name === 'none' ? undefined : new Reducer(this.compiled, this.reduction, unsound)
    this.asymmetry = this.reduction.asymmetry ?? this.#reducer?.asymmetryAtTheStart()
    this.#budget = budget
    this.store = new Store(this.compiled)
    this.enabled = new Float64Array(system.steps.length)
    this.stepClaims = new StepClaims(this.compiled)
    this.#alike = orbitsOf(system.steps.length, this.reduction.symmetry?.exchanges ?? [], (exchange) => exchange.steps)
    this.#isProgram = system.steps.map((step) => step.kind === 'program')
    this.#out = this.#buffer()
    this.#born = new Int32Array(batchSize + system.steps.length)
    this.#arrivals = new Int32Array(batchSize + system.steps.length)
    this.findings = new Findings(this.compiled, this.store, this.stepClaims, this.reduction.symmetry)
    this.#listen()
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

  /** All buffers of the search at their peak, growth included, in bytes. */
  get peakBytes(): number {
    return this.store.peakBytes + this.#crewBytes
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
    while (!this.done && this.expanded < until) if (!this.#round()) this.#batch()
    if (!this.done) this.limit = this.#budget.stop?.()
    if (this.done) this.#dismiss()
  }

  /** Runs to the end, or to the first limit. */
  run(): this {
    while (!this.done) this.advance(1 << 16)
    return this
  }

  /** Computes the successors of a state again and visits each. Valid once the search is done. */
  successors(state: number, visit: (step: number, to: number) => void): void {
    const { words } = this.compiled.layout
    const { run } = this.compiled.program
    const end = this.expand(state, this.#out)
    for (let at = 0; at < end; at += words + successorExtra)
      visit(this.#out[at + words]!, run.find(this.#out, at, this.store.rows, this.store.table))
  }

  /**
   * Computes the successors of an expanded state again into `out`, as the search saw them; returns their end. What a
   * reduction left out is left out again.
   */
  expand(state: number, out: Int32Array): number {
    const end = this.compiled.program.run.expand(this.store.rows, state, out, 0)
    return this.#reducer === undefined ? end : this.#reduce(this.#reducer, state, out, 0, end, false)
  }

  /** The run that leads to a sighting. */
  runTo(sighting: Sighting): SightedRun {
    return runTo(this, sighting, this.#reducer)
  }

  /** Whether a state is a legitimate end. */
  isFinal(state: number): boolean {
    const { claims, layout, program } = this.compiled
    if (this.compiled.system.final === undefined) return false
    return claims.every(
      (claim, at) => claim.role !== 'final' || program.run.claims[at]!(this.store.rows, state * layout.words) === truth.true,
    )
  }

  /** Begins the next level where the last is done; false where that is as deep as the search may go. */
  #mayGoOn(): boolean {
    if (this.expanded === this.levelEnd) {
      this.levels.push(this.levelEnd)
      this.levelEnd = this.store.count
    }
    if (this.#budget.depth !== undefined && this.depth >= this.#budget.depth) this.limit = 'depth'
    return this.limit === undefined
  }

  #batch(): void {
    if (!this.#mayGoOn()) return
    const first = this.expanded
    try {
      const end = this.#expandBatch()
      if (this.#makeRoom(end)) this.#insert(end)
      else this.#backTo(first)
      if (this.roomy && this.store.count >= roomyStates) {
        this.roomy = false
        this.#widen()
      }
    } catch (thrown) {
      if (!(thrown instanceof Outgrown)) throw thrown
      this.#backTo(first)
      this.#widen()
    }
  }

  /** Lets the workers, if there are any, go over the next stretch of the frontier; false where it is left to `#batch`. */
  #round(): boolean {
    const { workers = 1, workersFrom = 1 << 16, first } = this.#budget
    // Called in early, since threads take a while to start, which one goes on without.
    if (workers === 1 || this.#reducer !== undefined || first || this.store.count < workersFrom >> 2 || !this.#mayGoOn())
      return false
    if (this.expanded < this.#aloneUntil || this.levelEnd - this.expanded < Math.min(fewestTogether, workersFrom)) return false
    if (this.#crew?.fits === false) this.#dismiss()
    const crew = (this.#crew ??= this.#callIn(workers))
    if (!crew.isPresent && this.store.count < workersFrom) return false
    this.#aloneUntil = this.expanded + crew.stretch
    const round = crew.round(this.expanded, this.levelEnd, this.findings.unhandled !== undefined, (more) => this.#mayAdd(more))
    return round !== undefined && this.#take(round)
  }

  /** Takes over what a round found; false, and as if there had been none, where the model errs on the way. */
  #take(round: Round): boolean {
    const { store, findings } = this
    const { words } = this.compiled.layout
    const before = store.count
    store.count += round.fresh
    findings.guarded(this.expanded, () => {
      for (const at of round.stepAsks) findings.judge(round.out[at + words]!, parentOf(round.out[at + words + 1]!), round.out, at)
      for (const nth of round.asks) findings.welcome(before + nth, round.out[round.births[nth]! + words]!)
    })
    if (findings.fault !== undefined) {
      findings.fault = undefined
      store.truncate(before)
      return false
    }
    for (let nth = 0; nth < round.fresh; nth++) store.bear(before + nth, round.out[round.births[nth]! + words + 1]!)
    for (const enabled of round.enabled) for (const [step, times] of enabled.entries()) this.enabled[step]! += times
    for (const entry of round.idle) {
      this.idle.push(parentOf(entry))
      if (entry < 0) this.spinning.add(~entry)
    }
    this.rounds++
    this.transitions += round.transitions
    this.expanded = this.#aloneUntil = round.reached
    return true
  }

  /** Starts the workers, with everything that they read in memory that they can see. */
  #callIn(workers: number): Crew {
    if (!this.compiled.program.memory.shared) {
      this.compiled.share()
      this.stepClaims.widen()
      this.store.share()
      this.#listen()
    }
    const crew = new Crew(this.compiled, this.store, this.stepClaims, workers)
    this.#crewBytes = Math.max(this.#crewBytes, crew.bytes)
    return crew
  }

  #dismiss(): void {
    this.#crew?.dismiss()
    this.#crew = undefined
  }

  #mayAdd(more: number): boolean {
    const { states, bytes } = this.#budget
    if (states !== undefined && this.store.count + more > states) return false
    if (bytes !== undefined && this.#bytesFor(more) > bytes) return false
    try {
      this.store.reserve(more)
      return true
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown
      return false
    }
  }

  /** All buffers of the search, if `more` states were to be added. */
  #bytesFor(more: number): number {
    return this.store.bytesFor(more) + this.compiled.program.bytes + (this.#crew?.bytes ?? 0)
  }

  /** Forgets that states from `first` on were expanded. */
  #backTo(first: number): void {
    this.expanded = first
    while (this.idle.length > 0 && this.idle.at(-1)! >= first) this.spinning.delete(this.idle.pop()!)
  }

  /** Fills the successor buffer from the next states of this level; returns its end. */
  #expandBatch(): number {
    const { rows } = this.store
    const { expand } = this.compiled.program.run
    const { words } = this.compiled.layout
    const full = batchSize * (words + successorExtra)
    let end = 0
    while (this.expanded < this.levelEnd && end < full) {
      const state = this.expanded
      const start = end
      try {
        end = expand(rows, state, this.#out, end)
      } catch (thrown) {
        this.findings.fail(state, thrown)
        return end
      }
      this.#noteIdle(state, start, end)
      if (this.#reducer !== undefined) end = this.#reduce(this.#reducer, state, this.#out, start, end)
      this.expanded++
    }
    return end
  }

  /** What a reduction makes of the successors in `out[start..end)`: their new end. Steps are judged before rows are folded. */
  #reduce(reducer: Reducer, state: number, out: Int32Array, start: number, end: number, judging = true): number {
    const nextLevel = this.levels[this.depthOf(state) + 1] ?? this.levelEnd
    const kept = reducer.choose(state, nextLevel, out, start, end, this.store)
    if (this.reduction.symmetry === undefined) return kept
    if (judging) this.#judge(start, kept)
    reducer.fold(out, start, kept, this.#arrivals)
    return kept
  }

  #noteIdle(state: number, start: number, end: number): void {
    const { words } = this.compiled.layout
    let spins = false
    for (let at = start + words; at < end; at += words + successorExtra) {
      if (!this.#isProgram[this.#out[at]!]) continue
      if (this.#out[at + 1]! >= 0) return
      spins = true
    }
    this.idle.push(state)
    if (spins) this.spinning.add(state)
  }

  #makeRoom(end: number): boolean {
    const more = end / (this.compiled.layout.words + successorExtra)
    const { bytes } = this.#budget
    if (bytes !== undefined && this.#bytesFor(more) > bytes) this.limit = 'memory'
    else
      try {
        this.store.reserve(more)
      } catch (thrown) {
        if (!(thrown instanceof RangeError)) throw thrown
        this.limit = 'memory'
      }
    return this.limit === undefined
  }

  #insert(end: number): void {
    const { store } = this
    const before = store.count
    const most = this.#budget.states ?? 0x7fffffff
    store.count = this.compiled.program.run.insert(
      this.#out,
      end,
      store.rows,
      this.#born,
      store.table,
      before,
      most,
      this.#progress,
    )
    const reached = this.#progress[0]!
    this.#count(reached)
    if (reached < end) {
      this.limit = 'states'
      this.#backTo(parentOf(this.#out[reached + this.compiled.layout.words + 1]!))
    }
    this.#welcome(before)
    if (this.#budget.first && this.findings.any) this.limit = 'first'
  }

  /** Counts the transitions in the buffer, and judges those that were not judged yet. */
  #count(end: number): void {
    const { words } = this.compiled.layout
    const stride = words + successorExtra
    this.transitions += end / stride
    for (let at = words; at < end; at += stride) this.enabled[this.#out[at]!]!++
    if (this.reduction.symmetry === undefined) this.#judge(0, end)
  }

  /** Asks the `onStep` claims about the transitions in the buffer. */
  #judge(start: number, end: number): void {
    if (this.stepClaims.none) return
    const { words } = this.compiled.layout
    this.findings.guarded(this.expanded, () => {
      for (let at = start; at < end; at += words + successorExtra)
        this.findings.judge(this.#out[at + words]!, parentOf(this.#out[at + words + 1]!), this.#out, at)
    })
  }

  /** Notes the parents of the states from `first` on, which are new, and asks of each the claims that its step may have changed. */
  #welcome(first: number): void {
    const { store } = this
    const { words } = this.compiled.layout
    const parentAt = (state: number): number => this.#born[state - first]! + words + 1
    for (let state = first; state < store.count; state++) store.bear(state, this.#out[parentAt(state)]!)
    let state = first
    try {
      for (; state < store.count; state++) this.findings.welcome(state, this.#arrival(parentAt(state) - 1))
    } catch (thrown) {
      this.findings.fail(state, thrown)
    }
  }

  /** The step that led to the row whose step stands at `out[at]`; where rows are folded, renamed as they are. */
  #arrival(at: number): number {
    const { words } = this.compiled.layout
    if (this.reduction.symmetry === undefined) return this.#out[at]!
    return this.#arrivals[(at - words) / (words + successorExtra)]!
  }

  #widen(): void {
    const before = this.compiled.widen(this.roomy)
    this.store.repack(before)
    this.stepClaims.widen()
    this.adapt()
  }

  /** Takes up the program that the compiled system has now. */
  adapt(): void {
    this.#reducer?.widen()
    this.#out = this.#buffer()
    this.#listen()
  }

  #buffer(): Int32Array {
    return new Int32Array((batchSize + this.compiled.system.steps.length) * (this.compiled.layout.words + successorExtra))
  }

  #listen(): void {
    this.compiled.program.run.onUnhandled = (step, state) => {
      this.findings.unhandled ??= { state, step }
    }
  }
}
