import { choiceOf, systemOf } from '../define/assign.ts'
import type { Scenario } from '../define/scenario.ts'
import { ModelError } from '../errors.ts'
import { type Judged, nursery } from './judge.ts'
import type { Mutant } from './mutants.ts'

/** The mutants of one design, all of them judged. */
export interface DesignMutants {
  readonly design: string
  /** The properties that hold of the original, the built-in ones included. */
  readonly properties: readonly string[]
  readonly judged: readonly Judged[]
}

/** What mutation says of a scenario's properties. */
export interface Mutation {
  readonly scenario: string
  readonly designs: readonly DesignMutants[]
  /** Properties that are asked of no design that holds, and that no mutant can be made for. */
  readonly outOfReach: readonly string[]
}

/** How many designs a property gets to kill something. */
const mostTries = 2

/**
 * Judges the mutants of designs that hold at the small size: of the smallest, and of others, by size, as long as they are
 * asked something that has killed nothing yet. With `design`: of that design alone.
 */
export function mutate(scenario: Scenario, options: { readonly design?: string; readonly states?: number } = {}): Mutation {
  const holding = options.design === undefined ? holdingDesigns(scenario) : [options.design]
  const designs: DesignMutants[] = []
  const killers = new Set<string>()
  const tries = new Map<string, number>()
  for (const design of holding) {
    const system = systemOf(choiceOf(scenario, design, 'small'))
    const isWaiting = system.properties.some(({ name }) => !killers.has(name) && (tries.get(name) ?? 0) < mostTries)
    if (designs.length > 0 && !isWaiting) continue
    const { original, mutants, judge } = nursery(system, options.states)
    const properties = original.properties.filter(({ verdict }) => verdict === 'holds').map(({ name }) => name)
    const judged = mutants.map(judge)
    const note = (found: readonly Judged[]): void => {
      for (const killer of found.flatMap((one) => one.killers)) killers.add(killer)
    }
    note(judged)
    // Where the rules' mutants leave a property idle, the faults that the design could have had are planted too.
    if (system.properties.some(({ name }) => !killers.has(name))) judged.push(...knobMutants(scenario, design).map(judge))
    note(judged)
    for (const name of properties) tries.set(name, (tries.get(name) ?? 0) + 1)
    designs.push({ design, properties, judged })
  }
  const asked = (names: readonly string[]): string[] => names.flatMap((name) => propertiesAskedOf(scenario, name))
  const reached = new Set(asked(holding))
  const outOfReach = new Set(asked(Object.keys(scenario.designs)).filter((name) => !reached.has(name)))
  return { scenario: scenario.name, designs, outOfReach: [...outOfReach] }
}

/** The design with one knob turned, for each of its other values with which the scenario can be built. */
function knobMutants(scenario: Scenario, design: string): Mutant[] {
  const turned = Object.keys(scenario.designs[design]!.knobs).flatMap((knob) =>
    scenario.knobs[knob]!.map((value) => [knob, String(value)] as const),
  )
  return turned.flatMap(([knob, value]) => {
    const choice = choiceOf(scenario, design, 'small', { [knob]: value })
    if (String(choiceOf(scenario, design, 'small').knobs[knob]) === value) return []
    try {
      return [{ name: `knob ${knob}=${value}`, kind: 'design' as const, system: systemOf(choice) }]
    } catch (thrown) {
      if (thrown instanceof ModelError) return []
      throw thrown
    }
  })
}

/** The names of a design's properties; none of one that cannot be built. */
function propertiesAskedOf(scenario: Scenario, design: string): string[] {
  try {
    return systemOf(choiceOf(scenario, design, 'small')).properties.map(({ name }) => name)
  } catch (thrown) {
    if (thrown instanceof ModelError) return []
    throw thrown
  }
}

/** The designs that are expected to hold at the small size, those of few states first. */
export function holdingDesigns({ designs }: Scenario): string[] {
  return Object.entries(designs)
    .flatMap(([name, { expect }]) => (expect.small?.verdict === 'holds' ? [{ name, states: expect.small.states }] : []))
    .toSorted((a, b) => a.states - b.states)
    .map(({ name }) => name)
}
