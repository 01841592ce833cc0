import { describe, expect, test } from 'vitest'
import { choiceOf, type Scenario } from '../../checker/index.ts'
import { type Fate, nursery } from '../../checker/mutate/judge.ts'
import { holdingDesigns, mutate } from '../../checker/mutate/scenario.ts'
import { fits, needsReason, scoreOf } from '../../checker/mutate/score.ts'
import { builtIn } from '../../checker/verdict.ts'
import { survivors } from '../../properties/mutants/index.ts'
import { scenarios } from '../../scenarios/index.ts'
import { lane, slice } from '../lane.ts'

const reasonFor = (scenario: string, mutant: string): string | undefined =>
  survivors.find((one) => one.scenario === scenario && fits(one.mutant, mutant))?.reason

test('every reason belongs to a scenario', () => {
  for (const { scenario, reason } of survivors) {
    expect(scenarios.map(({ name }) => name)).toContain(scenario)
    expect(reason.length).toBeGreaterThan(20)
  }
})

if (lane === 'nightly')
  describe('every property kills a mutant, and every mutant that survives has a reason', () => {
    for (const scenario of scenarios)
      test(scenario.name, { timeout: 1_800_000 }, () => {
        const score = scoreOf(mutate(scenario), survivors, Object.values(builtIn))
        expect(score.unexplained).toEqual([])
        expect(score.idle).toEqual([])
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

/** The mutants of designs with more states than this are for the night. */
const mostStates = 3000

describe('some mutants of some scenarios', () => {
  const small = scenarios.filter((scenario) => {
    const [smallest] = holdingDesigns(scenario)
    return smallest !== undefined && scenario.designs[smallest]!.expect.small!.states <= mostStates
  })
  for (const scenario of slice(small, 30))
    test(`are killed, or survive for a reason: ${scenario.name}`, { timeout: 300_000 }, () => {
      const [design] = holdingDesigns(scenario)
      const { mutants, judge } = nursery(scenario.build(choiceOf(scenario, design!, 'small').knobs))
      const faults = slice(
        mutants.filter(({ kind }) => kind === 'program'),
        100,
      )
      const left = faults.filter((mutant) => needsReason(judge(mutant).fate)).map(({ name }) => name)
      const unknown = left.filter((name) => reasonFor(scenario.name, name) === undefined)
      expect(unknown.filter((name) => !fatesOf(scenario, name).includes('killed'))).toEqual([])
    })
})
