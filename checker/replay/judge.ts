import { type Fairness, fairnessName } from '../define/fairness.ts'
import type { Instance, Step } from '../define/system.ts'
import type { Semantics } from '../semantics/semantics.ts'
import { builtIn } from '../verdict.ts'
import { after, fireIn, lastState, type State, stateText, type Walk } from './walk.ts'

/** A property that fails on a run. `at` counts steps from the initial state; for a lasso it is where the cycle begins. */
export interface Failure {
  readonly property: string
  readonly instance: string | undefined
  readonly at: number
}

const pick = (state: State, { shape }: Instance) => shape.cells.map((cell) => state[cell]!)

/** Every property of the system that fails on this run, evaluated afresh; `cycle` is how many last steps repeat. */
export function judge(semantics: Semantics, walked: Walk, cycle: number): Failure[] {
  const { system } = semantics
  const states: State[] = [walked.initial, ...walked.taken.map((taken) => taken.after)]
  const failures = new Map<string, Failure>()
  const fail = (property: string, at: number, instance?: string): void => {
    const known = failures.get(property)
    if (known === undefined || known.at > at) failures.set(property, { property, instance, at })
  }
  const loop = states.length - 1 - cycle
  const fair = cycle > 0 && unfairOn(semantics, walked, loop) === undefined
  for (const instance of system.instances) {
    const property = system.properties[instance.owner]!
    const test = (predicate: (view: never, at: never) => boolean) => (state: State) =>
      semantics.holds(instance, predicate, pick(state, instance))
    switch (property.kind) {
      case 'always': {
        const at = states.findIndex((state) => !test(property.holds)(state))
        if (at >= 0) fail(property.name, at, instance.label)
        break
      }
      case 'onStep':
        for (const [at, { step, before, after }] of walked.taken.entries()) {
          const written = step.shape.cells.slice(0, step.receivers)
          const asked = property.on?.includes(step.rule.name) ?? instance.shape.cells.some((cell) => written.includes(cell))
          if (!asked) continue
          if (!semantics.holdsOnStep(instance, property.holds, step, pick(before, instance), pick(after, instance)))
            fail(property.name, at + 1, instance.label)
        }
        break
      case 'leadsTo': {
        if (!fair && !endsForGood(semantics, walked, cycle)) break
        const [from, to] = [test(property.from), test(property.to)]
        const last = Math.max(states.findLastIndex(to), -1)
        const pending = states.findIndex((state, at) => at > last && from(state))
        const inCycle = cycle > 0 && states.slice(loop).some(to)
        if (pending >= 0 && !inCycle) fail(property.name, loop, instance.label)
        break
      }
      case 'eventually':
        if ((fair || endsForGood(semantics, walked, cycle)) && !states.some(test(property.goal)))
          fail(property.name, loop, instance.label)
        break
      case 'infinitelyOften':
        if ((fair || endsForGood(semantics, walked, cycle)) && !states.slice(loop).some(test(property.goal)))
          fail(property.name, loop, instance.label)
        break
      case 'canReach':
        if (cycle === 0 && closure(semantics, lastState(walked), () => true, test(property.goal)) === undefined)
          fail(property.name, states.length - 1, instance.label)
        break
      case 'sometimes':
        break
      default:
        property satisfies never
    }
  }
  if (walked.refused?.outcome.kind === 'unhandled') fail(builtIn.unhandled, states.length, walked.refused.step.label)
  else if (cycle === 0 && isDeadlock(semantics, lastState(walked))) fail(builtIn.deadlock, states.length - 1)
  return [...failures.values()]
}

/** A run that stutters for ever in its last state: executions are maximal, so nothing at all is enabled there. */
const endsForGood = (semantics: Semantics, walked: Walk, cycle: number): boolean =>
  cycle === 0 && semantics.system.steps.every((step) => fireIn(semantics, step, lastState(walked)).kind !== 'taken')

/** The first fairness assumption that the cycle of a lasso breaks, if it breaks one. */
export function unfairOn(semantics: Semantics, walked: Walk, loop: number): string | undefined {
  const turn = walked.taken.slice(loop)
  for (const fairness of semantics.system.fairness) {
    const targets = targetsOf(semantics, fairness)
    if (turn.some(({ step }) => targets.includes(step))) continue
    const enabledAt = turn.map(({ before }) => targets.some((step) => changes(semantics, step, before)))
    const owed = fairness.strength === 'weak' ? enabledAt.every(Boolean) : enabledAt.some(Boolean)
    if (owed) return `${fairness.strength}: ${fairnessName(fairness)}`
  }
  return undefined
}

/** The steps that a fairness assumption speaks of. */
export const targetsOf = ({ system }: Semantics, fairness: Fairness): Step[] =>
  system.steps.filter((step) =>
    'step' in fairness
      ? step.label === fairness.step
      : 'rule' in fairness
        ? step.rule.name === fairness.rule
        : step.actor === fairness.actor && step.kind === 'program',
  )

/** Whether a step is enabled and changes the state: what fairness counts as enabled. */
export function changes(semantics: Semantics, step: Step, state: State): boolean {
  const outcome = fireIn(semantics, step, state)
  return outcome.kind === 'taken' && outcome.writes.some((local, position) => local !== state[step.shape.cells[position]!])
}

/** Whether a state is a non-final one from which environment steps alone never enable a program step. */
function isDeadlock(semantics: Semantics, state: State): boolean {
  const { system } = semantics
  const final = system.final?.instances.every((end) => semantics.holds(end, system.final!.ending.holds, pick(state, end)))
  if (final) return false
  const program = (at: State): boolean =>
    system.steps.some((step) => step.kind === 'program' && fireIn(semantics, step, at).kind === 'taken')
  return closure(semantics, state, (step) => step.kind === 'environment', program) === undefined
}

/** The first state in which `goal` is true among those that `allowed` steps reach from `state`, itself included. */
function closure(
  semantics: Semantics,
  state: State,
  allowed: (step: Step) => boolean,
  goal: (state: State) => boolean,
): State | undefined {
  const seen = new Set([stateText(semantics, state)])
  const queue = [state]
  for (const at of queue) {
    if (goal(at)) return at
    for (const step of semantics.system.steps) {
      if (!allowed(step)) continue
      const outcome = fireIn(semantics, step, at)
      if (outcome.kind !== 'taken') continue
      const next = after(step, at, outcome.writes)
      const text = stateText(semantics, next)
      if (!seen.has(text)) {
        seen.add(text)
        queue.push(next)
      }
    }
  }
  return undefined
}
