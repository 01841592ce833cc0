import { watchedBy } from '../compile/claims.ts'
import { Compiled, Fault } from '../compile/compiled.ts'
import type { Layout } from '../compile/layout.ts'
import { StepClaims } from '../compile/step-claims.ts'
import type { System } from '../define/system.ts'
import { messageOf } from '../errors.ts'
import { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { Seed } from './seed.ts'
import { firstStuck } from './stuck.ts'
import { came } from './take-code.ts'
import { batchSize, Visits } from './visits.ts'
import { Walker } from './walker.ts'

/** After this many steps the walker settles, once: most local states have been met by then, and longer code will pay. */
const settlingSteps = 1 << 14

/** Where a run came upon something: the run, its seed, and its steps so far. */
export interface Finding {
  readonly run: number
  readonly seed: Seed
  /** Indices of the steps taken; of a step that could not be taken, or not be evaluated, last. */
  readonly steps: readonly number[]
  /** Index among the system's instances, where a property is concerned. */
  readonly instance: number | undefined
}

/**
 * Random runs of one compiled system, and what they came upon. Every state and step of a run is judged as the search
 * judges them, and a run goes on through violations. What a run does depends on its seed and scheduler alone, not on the
 * runs before it.
 */
export class Simulator {
  readonly compiled: Compiled
  readonly walker: Walker
  readonly visits: Visits
  readonly stepClaims: StepClaims
  runs = 0
  steps = 0
  /** Length of the longest run. */
  longest = 0
  /** How often each step was taken. */
  readonly taken: Float64Array
  /** By property: the first run that violated it. */
  readonly violations = new Map<number, Finding>()
  /** By instance of a `sometimes`: the first run that saw it. */
  readonly witnesses = new Map<number, Finding>()
  readonly boundsHit = new Set<number>()
  unhandled: Finding | undefined
  deadlock: Finding | undefined
  /** The model error that ended it all. */
  fault: (Finding & { readonly message: string }) | undefined
  readonly #watched: readonly (readonly number[])[]
  readonly #random: Random
  readonly #counts: boolean
  #seed: Seed = { high: 0, low: 0 }
  #schedule = new Int32Array(1024)
  #length = 0
  #batch: Int32Array
  #batchRuns = new Int32Array(batchSize)
  #batched = 0
  /** Since which length of this run no program step has been enabled, −1 where one is; and whether it was not final there. */
  #idleSince = -1
  #suspect = false
  /** Whether no step is enabled. */
  #isOver = false
  #isSettled = false

  /**
   * Keeps at most `most` distinct states; 0: none are counted.
   *
   * @throws ModelError when the system cannot be built.
   */
  constructor(system: System, most: number) {
    this.compiled = new Compiled(system)
    const { layout, claims } = this.compiled
    this.stepClaims = new StepClaims(this.compiled)
    this.walker = new Walker(this.compiled, this.stepClaims)
    this.visits = new Visits(layout, most)
    this.taken = new Float64Array(system.steps.length)
    this.#watched = system.steps.map((step) => watchedBy(step, claims))
    this.#random = new Random(this.#seed)
    this.#counts = most > 0
    this.#batch = new Int32Array(layout.words * batchSize)
    this.walker.onWiden = (before) => this.#repack(before)
  }

  /** Whether anything was found that a first finding would end. */
  get hasFailed(): boolean {
    return this.violations.size > 0 || this.unhandled !== undefined || this.deadlock !== undefined || this.fault !== undefined
  }

  /** The steps of the last run. */
  get lastRun(): readonly number[] {
    return this.#soFar()
  }

  /** Takes one run of `most` steps at most. Not after a fault. */
  run(seed: Seed, scheduler: Scheduler, most: number): void {
    this.#seed = seed
    this.#length = 0
    this.#idleSince = -1
    this.#isOver = false
    this.#random.restart(seed)
    try {
      this.walker.restart()
      if (this.runs === 0) this.#lookAt([...this.compiled.claims.keys()].filter((at) => this.compiled.settles[at] !== 0))
      this.#arrive()
      const bound = scheduler.begin(this.#random, most)
      if (bound > this.#schedule.length) this.#schedule = new Int32Array(bound)
      this.#walk(scheduler, bound)
      if (this.#suspect && this.#idleSince >= 0) this.#lookForDeadlock()
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      const steps = thrown.step === undefined ? this.#soFar() : [...this.#soFar(), thrown.step.index]
      this.fault = { ...this.#found(undefined), steps, message: messageOf(thrown) }
    }
    this.runs++
    this.steps += this.#length
    this.longest = Math.max(this.longest, this.#length)
    if (!this.#isSettled && this.steps >= settlingSteps && this.fault === undefined) {
      this.#isSettled = true
      this.walker.settle()
    }
  }

  /** Notes the visits that are still on their way. To be called before `visits` is read. */
  settle(): void {
    this.visits.add(this.#batch, this.#batchRuns, this.#batched)
    this.#batched = 0
  }

  #walk(scheduler: Scheduler, bound: number): void {
    const { walker, taken } = this
    while (this.#length < bound && !this.#isOver) {
      const step = scheduler.choose(walker, this.#random)
      this.#schedule[this.#length++] = step
      taken[step]!++
      const bits = walker.advance(step)
      const changed = (bits & came.changed) !== 0
      scheduler.taken(step, changed, this.#random)
      if ((bits & came.toJudge) !== 0) this.#judgeStep(step)
      if (!changed) continue
      if ((bits & came.toLookAt) !== 0 && !this.compiled.program.run.quiet[step]!(walker.row, 0))
        this.#lookAt(this.#watched[step]!)
      this.#arrive()
    }
  }

  /** The run stands in a state, not by a step that changed nothing. */
  #arrive(): void {
    if (this.walker.isProgramEnabled) this.#idleSince = -1
    else this.#idle()
    const unhandled = this.walker.unhandled()
    if (unhandled >= 0) this.unhandled ??= { ...this.#found(undefined), steps: [...this.#soFar(), unhandled] }
    if (this.#counts) this.#visit()
  }

  /** No step of the program is enabled. */
  #idle(): void {
    if (this.#idleSince < 0) {
      this.#idleSince = this.#length
      this.#suspect = false
    }
    this.#isOver = !this.walker.enabled.any
    if (!this.#suspect && this.deadlock === undefined) this.#suspect = !this.walker.isFinal()
  }

  #visit(): void {
    const { row } = this.walker
    const at = this.#batched * row.length
    for (let word = 0; word < row.length; word++) this.#batch[at + word] = row[word]!
    this.#batchRuns[this.#batched++] = this.runs
    if (this.#batched === batchSize) this.settle()
  }

  #judgeStep(step: number): void {
    for (;;) {
      const instance = this.stepClaims.violated(step, this.walker.before, 0, this.walker.row, 0)
      if (instance === undefined) return
      this.#violate(instance)
    }
  }

  /** Asks every one of these claims, those that nothing is awaited of too: `quiet` is silent only about what it knows. */
  #lookAt(claims: readonly number[]): void {
    const { program, settles } = this.compiled
    for (const at of claims) if (program.run.claims[at]!(this.walker.row, 0) === settles[at]) this.#settle(at)
  }

  #settle(claim: number): void {
    const { role, owner, nth } = this.compiled.claims[claim]!
    if (role === 'bound') this.boundsHit.add(owner)
    else if (role === 'sometimes') this.witnesses.set(nth, this.#found(nth))
    else this.#violate(nth)
    for (const [at, { role, owner, nth }] of this.compiled.claims.entries()) {
      const settled =
        role === 'bound' ? this.boundsHit.has(owner) : role === 'sometimes' ? this.witnesses.has(nth) : this.violations.has(owner)
      if (settled) this.compiled.settles[at] = 0
    }
  }

  #violate(instance: number): void {
    const { owner } = this.compiled.system.instances[instance]!
    if (!this.violations.has(owner)) this.violations.set(owner, this.#found(instance))
    this.stepClaims.decide(owner)
  }

  #lookForDeadlock(): void {
    const at = firstStuck(this.walker, this.#soFar(), this.#idleSince)
    if (at !== undefined) this.deadlock = { ...this.#found(undefined), steps: this.#soFar().slice(0, at) }
  }

  #soFar(): number[] {
    return Array.from(this.#schedule.subarray(0, this.#length))
  }

  #found(instance: number | undefined): Finding {
    return { run: this.runs, seed: this.#seed, steps: this.#soFar(), instance }
  }

  #repack(before: Layout): void {
    this.settle()
    const { layout } = this.compiled
    this.#batch = new Int32Array(layout.words * batchSize)
    this.visits.repack(before, layout)
  }
}
