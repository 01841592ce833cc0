import { Arbitrary, type Random, type Stream, stream, Value } from 'fast-check'
import { Compiled } from '../compile/compiled.ts'
import { type Choice, systemOf } from '../define/assign.ts'
import type { System } from '../define/system.ts'
import { described, isChoice, isSystem } from '../define/told-apart.ts'
import { InputError } from '../errors.ts'
import { isBetter } from '../shrink/cost.ts'
import { variants } from '../shrink/minimal.ts'
import { Walker } from '../simulate/walker.ts'
import { Schedule } from './schedule.ts'

export interface InterleavingConstraints {
  /** Most steps in a schedule. Default: 100. */
  readonly maxSteps?: number
}

const defaultSteps = 100

/**
 * An arbitrary of schedules: at each step one of those that are enabled. It shrinks to fewer steps, then to fewer context
 * switches, then to smaller parameters, and every schedule on the way is one that the system can take.
 *
 * ```ts
 * fc.assert(fc.property(interleaving(choiceOf(room, 'racing', 'small')), (schedule) => schedule.holds()))
 * ```
 *
 * @param of A system, or a scenario's design as `choiceOf` or `design` give it, whose schedules have replay strings.
 * @throws ModelError when the system cannot be built, InputError for what is neither, and a bound that is no whole number from 1.
 */
export function interleaving(
  of: System | Choice,
  { maxSteps = defaultSteps }: InterleavingConstraints = {},
): Arbitrary<Schedule> {
  if (!Number.isSafeInteger(maxSteps) || maxSteps < 1)
    throw new InputError(`'maxSteps' of an interleaving is a whole number from 1, not ${maxSteps}`)
  if (!isChoice(of) && !isSystem(of))
    throw new InputError(
      `'interleaving' takes a system, or a scenario's design as 'choiceOf' or 'design' give it, not ${described(of)}`,
    )
  return isChoice(of) ? new Interleaving(systemOf(of), of, maxSteps) : new Interleaving(of, undefined, maxSteps)
}

class Interleaving extends Arbitrary<Schedule> {
  readonly #walker: Walker
  readonly #choice: Choice | undefined
  readonly #most: number

  constructor(system: System, choice: Choice | undefined, most: number) {
    super()
    this.#walker = new Walker(new Compiled(system))
    this.#choice = choice
    this.#most = most
  }

  override generate(random: Random): Value<Schedule> {
    const walker = this.#walker
    const length = random.nextInt(1, this.#most)
    const steps: number[] = []
    walker.restart()
    while (steps.length < length && walker.enabled.count > 0) {
      const step = walker.enabled.pick(random.nextInt(0, walker.enabled.count - 1))
      walker.take(step)
      steps.push(step)
    }
    return this.#valueOf(steps)
  }

  override canShrinkWithoutContext(value: unknown): value is Schedule {
    return value instanceof Schedule && value.system === this.#walker.compiled.system
  }

  override shrink({ steps }: Schedule): Stream<Value<Schedule>> {
    return stream(this.#smaller(steps))
  }

  /** Schedules that are better told, those first that leave most out. */
  *#smaller(steps: readonly number[]): Generator<Value<Schedule>> {
    const { system } = this.#walker.compiled
    const seen = new Set([steps.join()])
    for (const variant of candidates(system, steps)) {
      const taken = this.#taken(variant)
      const key = taken.join()
      if (seen.has(key) || !isBetter(system, taken, steps)) continue
      seen.add(key)
      yield this.#valueOf(taken)
    }
  }

  /** Of these steps, in this order, those that are enabled where their turn comes. */
  #taken(steps: readonly number[]): number[] {
    const walker = this.#walker
    walker.restart()
    return steps.filter((step) => {
      if (!walker.enabled.has(step)) return false
      walker.take(step)
      return true
    })
  }

  #valueOf(steps: readonly number[]): Value<Schedule> {
    return new Value(new Schedule(this.#walker.compiled.semantics, steps, this.#choice), undefined)
  }
}

/** Without the end, without a stretch in the middle, and of the same length. */
function* candidates(system: System, steps: readonly number[]): Generator<readonly number[]> {
  for (let length = 0; length < steps.length; length += Math.max(1, (steps.length - length) >> 1)) yield steps.slice(0, length)
  for (let size = steps.length >> 1; size >= 1; size >>= 1)
    for (let at = 0; at + size < steps.length; at += size) yield steps.toSpliced(at, size)
  yield* variants(system, steps)
}
