import { describe, expect, test } from 'vitest'
import { checkDesign, checkSystem, choiceOf, explorePlainly } from '../checker/index.ts'
import { scenarios } from '../scenarios/index.ts'
import { countsOf, fiveHundredSteps, fullShape, type Shape, type Sleepers } from './five-hundred-steps.ts'
import { exploreWithXState } from './one-machine.ts'
import { measureSpin, spinIsMissing } from './spin.ts'
import { twoPhaseCommitCounts, unmapCounts } from './subjects.ts'

const kinds: readonly Sleepers[] = ['none', 'asleep', 'waiting', 'comparing']

describe('the model of 500 steps', () => {
  test('has 500 steps, and the core alone 36', () => {
    expect(kinds.map((kind) => fiveHundredSteps(fullShape(kind)).steps.length)).toEqual([36, 500, 500, 500])
  })

  for (const sleepers of kinds)
    test(`${sleepers}: both explorers find as many states and transitions as are counted by hand`, () => {
      const small: Shape = { dials: 3, positions: 4, sleepers, actors: 2, stepsEach: 3 }
      const system = fiveHundredSteps(small)
      // 4³ positions; 3 turns in each, and 3·2 ordered pairs that agree in a quarter of them.
      expect(countsOf(small)).toEqual({ states: 64, transitions: 64 * 3 + 16 * 6 })
      expect(explorePlainly(system)).toMatchObject(countsOf(small))
      const checked = checkSystem(system)
      expect(checked).toMatchObject({ ...countsOf(small), verdict: 'holds', complete: true })
      expect(checked.asleep.rules).toEqual(sleepers === 'none' ? [] : ['sleeper.advance'])
    })
})

test('two-phase commit as one machine has the same states and transitions', () => {
  expect(exploreWithXState(3)).toEqual(twoPhaseCommitCounts[3])
})

describe('the Promela twins', () => {
  const missing = spinIsMissing()
  for (const twin of ['two-phase-commit', 'two-phase-commit-packed'] as const)
    test(`${twin} has the same states and transitions, or its absence is reported`, () => {
      if (missing === undefined) expect(measureSpin(twin, 3)).toMatchObject(twoPhaseCommitCounts[3])
      else expect(missing).toMatch(/not found: Spin was not measured/)
    })

  test('unmap-shootdown has the same states and transitions as the design, or its absence is reported', () => {
    const scenario = scenarios.find(({ name }) => name === 'unmap-shootdown')!
    expect(checkDesign(choiceOf(scenario, 'snapshot', 'small')).check).toMatchObject(unmapCounts[2])
    if (missing === undefined) expect(measureSpin('unmap-shootdown', 2)).toMatchObject(unmapCounts[2])
    else expect(missing).toMatch(/not found: Spin was not measured/)
  })
})
