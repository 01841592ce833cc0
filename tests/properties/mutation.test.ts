import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { choiceOf, type Scenario } from '../../checker/index.ts'
import { type Fate, nursery } from '../../checker/mutate/judge.ts'
import { holdingDesigns, mutate } from '../../checker/mutate/scenario.ts'
import { fits, needsReason, scoreOf } from '../../checker/mutate/score.ts'
import { builtIn } from '../../checker/verdict.ts'
import { survivors } from '../../properties/mutants/index.ts'
import { scenarios } from '../../scenarios/index.ts'
import { root } from '../generated.ts'
import { lane, slice } from '../lane.ts'

/**
 * What nobody has looked into yet: mutants that survive without a written reason, and properties that kill nothing, by
 * scenario. It may only shrink: what is new fails here, and what is no longer true, or not in it, fails at night.
 */
interface Unexamined {
  readonly mutants: readonly string[]
  readonly properties: readonly string[]
}
const ledger = JSON.parse(readFileSync(join(root, 'tests/properties/unexamined.json'), 'utf8')) as Readonly<
  Record<string, Unexamined>
>
const unexamined = (scenario: string): Unexamined => ledger[scenario] ?? { mutants: [], properties: [] }

const reasonFor = (scenario: string, mutant: string): string | undefined =>
  survivors.find((one) => one.scenario === scenario && fits(one.mutant, mutant))?.reason

test('every reason belongs to a scenario, and no mutant has a reason and is unexamined', () => {
  for (const { scenario, reason } of survivors) {
    expect(scenarios.map(({ name }) => name)).toContain(scenario)
    expect(reason.length).toBeGreaterThan(20)
  }
  for (const [scenario, { mutants }] of Object.entries(ledger)) {
    expect(scenarios.map(({ name }) => name)).toContain(scenario)
    expect(mutants.filter((mutant) => reasonFor(scenario, mutant) !== undefined)).toEqual([])
  }
})

if (lane === 'nightly')
  describe('every property kills a mutant, and every mutant that survives has a reason', () => {
    for (const scenario of scenarios)
      test(scenario.name, { timeout: 1_800_000 }, () => {
        const score = scoreOf(mutate(scenario), survivors, Object.values(builtIn))
        const known = unexamined(scenario.name)
        expect(score.unexplained.toSorted()).toEqual(known.mutants.toSorted())
        expect(score.idle.toSorted()).toEqual(known.properties.toSorted())
        const left = score.outcomes.filter(({ kind, fate }) => kind === 'program' && needsReason(fate))
        for (const { mutant } of survivors.filter((one) => one.scenario === scenario.name))
          expect(
            left.some((one) => fits(mutant, one.mutant)),
            `a reason for '${mutant}', which does not survive`,
          ).toBe(true)
      })
  })

/** What became of a mutant in the designs that hold, until one kills it. */
function fatesOf(scenario: Scenario, name: string): Fate[] {
  const fates: Fate[] = []
  for (const design of holdingDesigns(scenario)) {
    const { mutants, judge } = nursery(scenario.build(choiceOf(scenario, design, 'small').knobs))
    const mutant = mutants.find((one) => one.name === name)
    if (mutant === undefined) continue
    fates.push(judge(mutant).fate)
    if (fates.at(-1) === 'killed') break
  }
  return fates
}

describe('some mutants of some scenarios', () => {
  const known = scenarios.filter((scenario) => ledger[scenario.name] !== undefined && holdingDesigns(scenario).length > 0)
  for (const scenario of slice(known, 30))
    test(`are killed, or known to survive: ${scenario.name}`, { timeout: 300_000 }, () => {
      const [design] = holdingDesigns(scenario)
      const { mutants, judge } = nursery(scenario.build(choiceOf(scenario, design!, 'small').knobs))
      const faults = slice(
        mutants.filter(({ kind }) => kind === 'program'),
        100,
      )
      const left = faults.filter((mutant) => needsReason(judge(mutant).fate)).map(({ name }) => name)
      const unknown = left.filter(
        (name) => reasonFor(scenario.name, name) === undefined && !unexamined(scenario.name).mutants.includes(name),
      )
      expect(unknown.filter((name) => !fatesOf(scenario, name).includes('killed'))).toEqual([])
    })
})
