import type { Run } from '../check.ts'
import { type Choice, choiceFromText, choiceText, systemOf } from '../define/assign.ts'
import type { Scenario } from '../define/scenario.ts'
import { InputError } from '../errors.ts'
import { Semantics } from '../semantics/semantics.ts'
import { choose } from '../suggest.ts'
import { type Failure, judge } from './judge.ts'
import { sealOf } from './seal.ts'
import { parseReplayString, replayString } from './string.ts'
import { type State, stateText, type Taken, type Walk, walk } from './walk.ts'

/** A replay string, run again. */
export interface Replay {
  readonly choice: Choice
  readonly semantics: Semantics
  readonly run: Run
  readonly walk: Walk
  /** The properties that fail on the run, evaluated afresh. */
  readonly failures: readonly Failure[]
}

/** The replay string of a run of a scenario's design. */
export function replayStringOf(choice: Choice, semantics: Semantics, run: Run): string {
  const seal = sealOf(semantics, walk(semantics, [...run.stem, ...run.cycle]))
  return replayString({ scenario: choice.scenario.name, design: choiceText(choice), run, seal })
}

/**
 * Runs a replay string against today's models and evaluates every property again.
 *
 * @throws InputError when the string is malformed, names what does not exist, or no longer fits: with the first step
 *   that cannot be taken, the conjunct that failed, and what was true instead. Nothing is approximated.
 */
export function replay(scenarios: readonly Scenario[], text: string): Replay {
  const parts = parseReplayString(text)
  const choice = choiceNamed(scenarios, parts.scenario, parts.design)
  const semantics = new Semantics(systemOf(choice))
  const steps = [...parts.run.stem, ...parts.run.cycle]
  const count = semantics.system.steps.length
  const beyond = steps.findIndex((step) => step >= count)
  if (beyond >= 0)
    throw new InputError(
      `step ${beyond + 1} of the replay string is number ${steps[beyond]}, but the model has steps 0 to ${count - 1} only: it has changed`,
    )
  const walked = walk(semantics, steps)
  const misfit = misfitOf(walked, steps.length)
  if (misfit !== undefined)
    throw new InputError(`step ${misfit.at} of the replay string, ${misfit.label}, no longer fits: ${misfit.why}`)
  if (sealOf(semantics, walked) !== parts.seal)
    throw new InputError(
      'every step of the replay string can be taken, but the steps or the final state are not those that were recorded: the model has changed',
    )
  if (!returns(semantics, walked, parts.run))
    throw new InputError('the cycle of the replay string does not return to the state in which it began')
  return judged(choice, semantics, parts.run, walked)
}

/** The choice that a replay string names. @throws InputError naming the nearest that exists. */
export function choiceNamed(scenarios: readonly Scenario[], scenario: string, design: string): Choice {
  const name = choose(
    'scenario',
    scenario,
    scenarios.map((one) => one.name),
  )
  return choiceFromText(scenarios.find((one) => one.name === name)!, design)
}

/** Where a run no longer fits its model: the position of the step, counted from 1. */
export interface Misfit {
  readonly at: number
  readonly label: string
  readonly why: string
}

/** The step at which a walk ended too early. The last of a run may be one whose event a receiver cannot handle. */
export function misfitOf(walked: Walk, length: number): Misfit | undefined {
  const { refused } = walked
  const at = walked.taken.length + 1
  if (refused === undefined || (at === length && refused.outcome.kind === 'unhandled')) return undefined
  return { at, label: refused.step.label, why: whyNot(walked) }
}

/** Whether a lasso closes; a run without a cycle has nothing to close. */
export function returns(semantics: Semantics, walked: Walk, { stem, cycle }: Run): boolean {
  if (cycle.length === 0) return true
  const states: State[] = [walked.initial, ...walked.taken.map((taken: Taken) => taken.after)]
  return stateText(semantics, states.at(-1)!) === stateText(semantics, states[stem.length]!)
}

/** A run that fits, with every property judged afresh on it. */
export const judged = (choice: Choice, semantics: Semantics, run: Run, walked: Walk): Replay => ({
  choice,
  semantics,
  run,
  walk: walked,
  failures: judge(semantics, walked, run.cycle.length),
})

/** Why the first refused step of a walk cannot be taken, and what was true instead. */
export function whyNot({ initial, taken, refused }: Walk): string {
  if (refused === undefined) return 'it can be taken'
  const state = taken.at(-1)?.after ?? initial
  return refusalText(refused.step, refused.outcome, state)
}

/** One line: the conjunct, lock or missing edge that keeps `step` from being taken in `state`. */
export function refusalText(
  step: NonNullable<Walk['refused']>['step'],
  outcome: NonNullable<Walk['refused']>['outcome'],
  state: State,
): string {
  const seen = step.shape.slots.map(([key, position]) => {
    const local = (at: number): string => localText(state[step.shape.cells[at]!]!)
    return `${key} = ${typeof position === 'number' ? local(position) : `[${position.map(local).join('; ')}]`}`
  })
  const truth = seen.length === 0 ? '' : ` (${seen.join(', ')})`
  switch (outcome.kind) {
    case 'disabled':
      return `conjunct '${outcome.conjunct}' is false${truth}`
    case 'blocked':
      return `it waits for a receiver that is deaf to ${outcome.event}${truth}`
    case 'unhandled':
      return `a receiver has no edge for ${outcome.event}${truth}`
    default:
      return outcome satisfies never
  }
}

/** A local state on one line: its phase, and its context where it has one. */
export function localText(local: { readonly value: unknown; readonly context: unknown }): string {
  const phase = typeof local.value === 'string' ? local.value : JSON.stringify(local.value)
  const context = local.context as Readonly<Record<string, unknown>>
  const entries = Object.entries(context).map(
    ([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return entries.length === 0 ? phase : `${phase} { ${entries.join(', ')} }`
}
