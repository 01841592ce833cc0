import type { System } from '../define/system.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { Walker } from './walker.ts'

/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatte, "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs", ASPLOS 2010). Actors have random priorities, the highest that can move
 * moves, and at `depth - 1` random moments of a run the one that moves falls below all others.
 *
 * What is guaranteed, by their theorem: with n actors that all end within `length` steps together, each with at most one
 * step enabled at a time and no environment, a run meets a given bug of this depth with a chance of at least
 * 1 / (n · length^(depth − 1)). Where an actor has several steps to choose from they are equally likely, and the bound is
 * to be multiplied by the chance of the right choices. Two things are added for models that do not end, and no bound is
 * claimed where they come into play: the environment is one actor more, whose priority is drawn anew after each of its
 * steps, and an actor whose step changes nothing (it spins) falls below all others.
 */
export class PriorityScheduler implements Scheduler {
  readonly #depth: number
  readonly #length: number
  /** For each step: its actor; 0 is the environment. */
  readonly #actorOf: Int32Array
  readonly #stepsOf: readonly Int32Array[]
  readonly #priority: Float64Array
  /** Before step `#falls[n]` of the run the actor that would move falls to priority `n`, below all that was drawn. */
  readonly #falls: Int32Array
  #lowest = 0
  #moment = 0

  /** `length`: about how many steps a run has; the moments at which priorities change are drawn from these. */
  constructor(system: System, depth: number, length: number) {
    const actors = [...new Set(system.steps.filter(({ kind }) => kind === 'program').map(({ actor }) => actor))]
    this.#depth = depth
    this.#length = Math.max(1, length)
    this.#actorOf = Int32Array.from(system.steps, ({ kind, actor }) => (kind === 'program' ? actors.indexOf(actor) + 1 : 0))
    this.#stepsOf = Array.from({ length: actors.length + 1 }, (_, actor) =>
      Int32Array.from(system.steps.filter(({ index }) => this.#actorOf[index] === actor).map(({ index }) => index)),
    )
    this.#priority = new Float64Array(actors.length + 1)
    this.#falls = new Int32Array(Math.max(0, depth - 1))
  }

  begin(random: Random, most: number): number {
    for (let actor = 0; actor < this.#priority.length; actor++) this.#priority[actor] = this.#depth + (random.bits() >>> 0)
    for (let at = 0; at < this.#falls.length; at++) this.#falls[at] = random.below(this.#length)
    this.#lowest = this.#moment = 0
    return most
  }

  choose(walker: Walker, random: Random): number {
    for (let nth = 0; nth < this.#falls.length; nth++)
      if (this.#falls[nth] === this.#moment) this.#priority[this.#highest(walker)] = nth
    this.#moment++
    const actor = this.#highest(walker)
    return oneOf(this.#stepsOf[actor]!, walker, random)
  }

  taken(step: number, changed: boolean, random: Random): void {
    const actor = this.#actorOf[step]!
    if (actor === 0) this.#priority[0] = this.#depth + (random.bits() >>> 0)
    else if (!changed) this.#priority[actor] = --this.#lowest
  }

  #highest(walker: Walker): number {
    let best = -1
    for (let actor = 0; actor < this.#priority.length; actor++) {
      if (best >= 0 && this.#priority[actor]! <= this.#priority[best]!) continue
      if (this.#stepsOf[actor]!.some((step) => walker.enabled.has(step))) best = actor
    }
    return best
  }
}

/** One of those of the steps that are enabled. */
function oneOf(steps: Int32Array, walker: Walker, random: Random): number {
  let count = 0
  for (const step of steps) if (walker.enabled.has(step)) count++
  let rest = random.below(count)
  for (const step of steps) if (walker.enabled.has(step) && rest-- === 0) return step
  throw new TypeError('an actor was chosen that cannot move')
}
