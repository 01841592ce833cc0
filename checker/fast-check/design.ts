import { type Arbitrary, constant, constantFrom, record } from 'fast-check'
import { type Choice, choiceOf } from '../define/assign.ts'
import type { Scenario, Size } from '../define/scenario.ts'
import { described, isScenario } from '../define/told-apart.ts'
import { InputError } from '../errors.ts'
import { canBeBuilt } from '../simulate/draw.ts'
import { choose } from '../suggest.ts'

export interface DesignConstraints {
  /** Fixes the world's size: the knobs that the size names. Default: they are drawn like all others. */
  readonly size?: Size
  /** Fixes these knobs, by their values as text: `{ free: 'after-flush' }`. */
  readonly set?: Readonly<Record<string, string>>
}

/**
 * An arbitrary of a scenario's designs: a value for every knob. It shrinks, knob by knob, to the value that the scenario lists
 * first. Assignments that the scenario refuses to build are left out.
 *
 * ```ts
 * const schedules = design(room).chain((choice) => interleaving(choice))
 * ```
 *
 * @throws InputError for what is no scenario, and for a knob or a value that does not exist, naming the nearest that does.
 */
export function design(scenario: Scenario, { size, set = {} }: DesignConstraints = {}): Arbitrary<Choice> {
  if (!isScenario(scenario))
    throw new InputError(`'design' takes a scenario, as 'scenario({ ... })' gives it, not ${described(scenario)}`)
  const [base = ''] = Object.keys(scenario.designs)
  for (const knob of Object.keys(set)) choose(`knob of scenario '${scenario.name}'`, knob, Object.keys(scenario.knobs))
  const fixed: Readonly<Record<string, unknown>> = { ...(size && scenario.sizes[size]), ...set }
  const texts = Object.entries(scenario.knobs).map(([knob, values]): [string, Arbitrary<string>] => [
    knob,
    Object.hasOwn(fixed, knob) ? constant(String(fixed[knob])) : constantFrom(...values.map(String)),
  ])
  choiceOf(scenario, base, 'small', set)
  return record(Object.fromEntries(texts))
    .map((knobs) => choiceOf(scenario, base, size ?? 'small', knobs))
    .filter(canBeBuilt)
}
