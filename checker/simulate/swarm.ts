import type { System } from '../define/system.ts'
import { PriorityScheduler } from './pct.ts'
import { PartialOrderScheduler } from './pos.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { Walker } from './walker.ts'

/** A rule is left out of one run in four; otherwise it weighs one of these. */
const weights = [0, 1, 2, 8] as const
/** Depths that a run by priorities may have. */
const deepest = 4

/**
 * Swarm testing (Groce, Zhang, Eide, Chen and Regehr, ISSTA 2012): many configurations, each run its own, find more than
 * the best single one. A run draws how its steps are chosen: by weights of rules, some of which are left out while
 * anything else can happen; by priorities, of a drawn depth; or by partial-order sampling. It also draws how long it is: half
 * of all runs are as long as they may be.
 */
export class SwarmScheduler implements Scheduler {
  readonly #weighted: WeightedScheduler
  readonly #others: readonly Scheduler[]
  #chosen: Scheduler

  constructor(system: System, length: number) {
    this.#weighted = new WeightedScheduler(system)
    this.#others = [
      new PartialOrderScheduler(system),
      ...Array.from({ length: deepest }, (_, at) => new PriorityScheduler(system, at + 1, length)),
    ]
    this.#chosen = this.#weighted
  }

  begin(random: Random, most: number): number {
    this.#chosen = this.#others[random.below(2 * this.#others.length)] ?? this.#weighted
    const halvings = random.below(2) * random.below(6)
    return this.#chosen.begin(random, Math.max(1, most >> halvings))
  }

  choose(walker: Walker, random: Random): number {
    return this.#chosen.choose(walker, random)
  }

  taken(step: number, changed: boolean, random: Random): void {
    this.#chosen.taken(step, changed, random)
  }
}

/** Each step with a chance in proportion to the weight that the run drew for its rule. */
class WeightedScheduler implements Scheduler {
  readonly #ruleOf: Int32Array
  readonly #weight: Int32Array

  constructor({ rules, steps }: System) {
    this.#ruleOf = Int32Array.from(steps, ({ rule }) => rules.indexOf(rule))
    this.#weight = new Int32Array(rules.length)
  }

  begin(random: Random, most: number): number {
    for (let rule = 0; rule < this.#weight.length; rule++) this.#weight[rule] = weights[random.below(weights.length)]!
    return most
  }

  choose(walker: Walker, random: Random): number {
    let sum = 0
    for (let nth = 0; nth < walker.enabled.count; nth++) sum += this.#weight[this.#ruleOf[walker.enabled.pick(nth)]!]!
    if (sum === 0) return walker.enabled.pick(random.below(walker.enabled.count))
    let rest = random.below(sum)
    for (let nth = 0; ; nth++) {
      const step = walker.enabled.pick(nth)
      rest -= this.#weight[this.#ruleOf[step]!]!
      if (rest < 0) return step
    }
  }

  taken(): void {}
}
