import { InputError, ModelError, messageOf } from '../errors.ts'
import { choose } from '../suggest.ts'
import { type AnyAssignment, assignmentOf, type KnobValue, type Scenario, type Size } from './scenario.ts'
import type { System } from './system.ts'

/** A full assignment of knobs, and the name of the design it is, if it is a named one. */
export interface Choice {
  readonly scenario: Scenario
  /** The design it was made from. */
  readonly base: string
  /** The named design that this assignment is, or undefined. */
  readonly design: string | undefined
  /** The size whose world knobs it has, or undefined. */
  readonly size: Size | undefined
  readonly knobs: AnyAssignment
}

/**
 * A named design at a size, with some knobs set otherwise.
 *
 * @throws InputError for a design, knob or value that does not exist, naming the nearest that does.
 */
export function choiceOf(scenario: Scenario, design: string, size: Size, sets: Readonly<Record<string, string>> = {}): Choice {
  const base = choose(`design of scenario '${scenario.name}'`, design, Object.keys(scenario.designs))
  const knobs: Record<string, KnobValue> = { ...assignmentOf(scenario, base, size) }
  for (const [name, text] of Object.entries(sets)) {
    const knob = choose(`knob of scenario '${scenario.name}'`, name, Object.keys(scenario.knobs))
    const values = scenario.knobs[knob]!
    const value = choose(`value of knob '${knob}'`, text, values.map(String))
    knobs[knob] = values.find((candidate) => String(candidate) === value)!
  }
  const sameAs = (fixed: AnyAssignment): boolean => Object.entries(fixed).every(([knob, value]) => knobs[knob] === value)
  const sizeOf = (['small', 'full'] as const).filter((candidate) => sameAs(scenario.sizes[candidate]))
  const named = [base, ...Object.keys(scenario.designs)].find((candidate) => sameAs(scenario.designs[candidate]!.knobs))
  const actualSize = sizeOf.includes(size) ? size : sizeOf[0]
  return { scenario, base, design: actualSize === undefined ? undefined : named, size: actualSize, knobs }
}

/**
 * The system of a choice.
 *
 * @throws ModelError when the scenario cannot build it, whatever it threw.
 */
export function systemOf({ scenario, knobs }: Choice): System {
  try {
    return scenario.build(knobs)
  } catch (thrown) {
    throw new ModelError(`scenario '${scenario.name}' cannot be built: ${messageOf(thrown)}`, { cause: thrown })
  }
}

/** The choice as replay strings write it: `snapshot`, or `snapshot+cores=3`, always against the small size. */
export function choiceText({ scenario, base, design, knobs }: Choice): string {
  const name = design ?? base
  const small = assignmentOf(scenario, name, 'small')
  const changed = Object.entries(knobs).filter(([knob, value]) => small[knob] !== value)
  return [name, ...changed.map(([knob, value]) => `${knob}=${value}`)].join('+')
}

/**
 * Reads `design+knob=value` back.
 *
 * @throws InputError for a text of another form, or a knob set twice.
 */
export function choiceFromText(scenario: Scenario, text: string): Choice {
  const [design = '', ...changes] = text.split('+')
  const sets: Record<string, string> = {}
  for (const change of changes) {
    const [knob, value, ...rest] = change.split('=')
    if (knob === undefined || value === undefined || rest.length > 0)
      throw new InputError(`'${change}' is no setting of a knob; write knob=value`)
    if (knob in sets) throw new InputError(`knob '${knob}' is set twice`)
    sets[knob] = value
  }
  return choiceOf(scenario, design, 'small', sets)
}
