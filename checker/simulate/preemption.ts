import type { System } from '../define/system.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { Walker } from './walker.ts'

/**
 * Tells which steps of a run preempt: program steps by another actor than took the last program step, while that one has a
 * program step enabled that would change something. Environment steps preempt nobody.
 */
export class PreemptionWatch {
  /** For each step: its actor, 0 for the environment. */
  readonly #actorOf: Int32Array
  readonly #stepsOf: readonly Int32Array[]
  #last = 0

  constructor({ steps }: System) {
    const actors = [...new Set(steps.filter(({ kind }) => kind === 'program').map(({ actor }) => actor))]
    this.#actorOf = Int32Array.from(steps, ({ kind, actor }) => (kind === 'program' ? actors.indexOf(actor) + 1 : 0))
    this.#stepsOf = Array.from({ length: actors.length + 1 }, (_, actor) =>
      Int32Array.from(steps.filter(({ index }) => this.#actorOf[index] === actor).map(({ index }) => index)),
    )
  }

  begin(): void {
    this.#last = 0
  }

  /** Whether `step` would preempt where the walker stands. */
  preempts(walker: Walker, step: number): boolean {
    const actor = this.#actorOf[step]!
    if (actor === 0 || this.#last === 0 || actor === this.#last) return false
    return this.#stepsOf[this.#last]!.some((own) => walker.enabled.has(own) && walker.changes(own))
  }

  taken(step: number): void {
    if (this.#actorOf[step]! > 0) this.#last = this.#actorOf[step]!
  }
}

/** Another scheduler, but that a run preempts so often and no more: then one of the steps that do not is taken instead. */
export class BoundedScheduler implements Scheduler {
  readonly #inner: Scheduler
  readonly #watch: PreemptionWatch
  readonly #bound: number
  #used = 0

  constructor(inner: Scheduler, system: System, bound: number) {
    this.#inner = inner
    this.#watch = new PreemptionWatch(system)
    this.#bound = bound
  }

  begin(random: Random, most: number): number {
    this.#watch.begin()
    this.#used = 0
    return this.#inner.begin(random, most)
  }

  choose(walker: Walker, random: Random): number {
    const step = this.#inner.choose(walker, random)
    if (!this.#watch.preempts(walker, step)) return step
    if (this.#used++ < this.#bound) return step
    const others: number[] = []
    for (let nth = 0; nth < walker.enabled.count; nth++) {
      const other = walker.enabled.pick(nth)
      if (!this.#watch.preempts(walker, other)) others.push(other)
    }
    return others[random.below(others.length)]!
  }

  taken(step: number, changed: boolean, random: Random): void {
    this.#watch.taken(step)
    this.#inner.taken(step, changed, random)
  }
}
