import { truth } from '../compile/codes.ts'
import { Fault } from '../compile/compiled.ts'
import { asksAbout } from '../compile/step-claims.ts'
import type { Local } from '../define/cell.ts'
import type { Instance, Step, System } from '../define/system.ts'
import { lastState, walk } from '../replay/walk.ts'
import type { Semantics } from '../semantics/semantics.ts'
import { PreemptionWatch } from '../simulate/preemption.ts'
import { isStuck } from '../simulate/stuck.ts'
import type { Walker } from '../simulate/walker.ts'

/** What a run shows, and must still show when it is made shorter: a property by its index, or what is claimed of every system. */
export type Target = number | 'deadlock' | 'unhandled'

/** Asks of an `onStep` property whether a step breaks it. */
export function stepJudge(semantics: Semantics, owner: number) {
  const { system } = semantics
  const instances = system.instances.filter((instance) => instance.owner === owner)
  return {
    asked: (step: Step): boolean => instances.some((instance) => asksAbout(system, instance, step)),
    breaks: (step: Step, before: readonly Local[], after: readonly Local[]): boolean =>
      instances.some((instance) => breaks(semantics, instance, step, before, after)),
  }
}

const pick = (locals: readonly Local[], { shape }: Instance): Local[] => shape.cells.map((cell) => locals[cell]!)

function breaks(
  semantics: Semantics,
  instance: Instance,
  step: Step,
  before: readonly Local[],
  after: readonly Local[],
): boolean {
  const property = semantics.system.properties[instance.owner]!
  if (property.kind !== 'onStep' || !asksAbout(semantics.system, instance, step)) return false
  return !semantics.holdsOnStep(instance, property.holds, step, pick(before, instance), pick(after, instance))
}

/** Which instance of a property fails at the end of a run: in its last state, or by its last step. */
export function instanceAtEnd(semantics: Semantics, owner: number, run: readonly number[]): Instance | undefined {
  const { system } = semantics
  const property = system.properties[owner]!
  const walked = walk(semantics, run)
  const end = lastState(walked)
  const own = system.instances.filter((instance) => instance.owner === owner)
  if (property.kind === 'always') return own.find((instance) => !semantics.holds(instance, property.holds, pick(end, instance)))
  const last = walked.taken.at(-1)
  return last && own.find((instance) => breaks(semantics, instance, last.step, last.before, last.after))
}

/** The claims whose falsehood in a state shows the target. */
export const claimsOfTarget = ({ claims }: Walker['compiled'], target: Target): number[] =>
  [...claims.keys()].filter((at) => claims[at]!.role === 'always' && claims[at]!.owner === target)

/** Replays step lists and says whether, and after which step, they show the target. */
export class Replayer {
  readonly system: System
  /** How many lists were replayed. */
  replayed = 0
  /** How many preemptions the last of them had, an unhandled last step left out. */
  preemptions = 0
  readonly #walker: Walker
  readonly #watch: PreemptionWatch
  readonly #most: number
  readonly #target: Target
  readonly #claims: readonly number[]
  readonly #judge: ReturnType<typeof stepJudge> | undefined

  /** `most`: preemptions beyond so many are left out like steps that are not enabled. */
  constructor(walker: Walker, target: Target, most: number = Number.POSITIVE_INFINITY) {
    const { system, semantics } = walker.compiled
    this.system = system
    this.#walker = walker
    this.#watch = new PreemptionWatch(system)
    this.#most = most
    this.#target = target
    this.#claims = claimsOfTarget(walker.compiled, target)
    this.#judge =
      typeof target === 'number' && system.properties[target]!.kind === 'onStep' ? stepJudge(semantics, target) : undefined
  }

  /**
   * Takes the steps in order, up to the first state or step that shows the target, and leaves out those that are not enabled.
   *
   * @returns The steps taken (of an unhandled step, that one last), or undefined where nothing shows the target or the model
   *   cannot be evaluated.
   */
  shortened(steps: readonly number[]): number[] | undefined {
    this.replayed++
    try {
      return this.#upToTarget(steps)
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      return undefined
    }
  }

  #upToTarget(steps: readonly number[]): number[] | undefined {
    const walker = this.#walker
    walker.restart()
    walker.unhandled()
    this.#watch.begin()
    this.preemptions = 0
    const taken: number[] = []
    if (this.#showsHere()) return taken
    for (const step of steps) {
      if (!walker.enabled.has(step)) continue
      if (this.#watch.preempts(walker, step)) {
        if (this.preemptions === this.#most) continue
        this.preemptions++
      }
      this.#watch.taken(step)
      const before = this.#judge?.asked(this.system.steps[step]!) ? this.#locals() : undefined
      walker.take(step)
      taken.push(step)
      if (before !== undefined && this.#judge!.breaks(this.system.steps[step]!, before, this.#locals())) return taken
      const unhandled = walker.unhandled()
      if (this.#target === 'unhandled' && unhandled >= 0) return [...taken, unhandled]
      if (this.#showsHere()) return taken
    }
    return undefined
  }

  #showsHere(): boolean {
    const walker = this.#walker
    if (this.#target === 'deadlock') return !walker.isProgramEnabled && !walker.isFinal() && isStuck(walker)
    const { run } = walker.compiled.program
    return this.#claims.some((at) => run.claims[at]!(walker.row, 0) === truth.false)
  }

  #locals(): Local[] {
    return this.#walker.compiled.localsOf(this.#walker.row, 0)
  }
}
