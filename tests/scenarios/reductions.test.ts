import { describe, expect, test } from 'vitest'
import { systemOf } from '../../checker/define/assign.ts'
import { checkDesign, choiceOf, Explorer } from '../../checker/index.ts'
import { auditReduction } from '../../checker/reduce/audit.ts'
import { planOf, reductionNames } from '../../checker/reduce/reduction.ts'
import { replay } from '../../checker/replay/replay.ts'
import { scenarios } from '../../scenarios/index.ts'
import { lane, slice } from '../lane.ts'

/** Every design at its small size, with claims on executions left out where they would switch a reduction off. */
const designs = scenarios.flatMap((scenario) => Object.keys(scenario.designs).map((design) => ({ scenario, design })))
const symmetric = designs.filter(
  ({ scenario, design }) => Object.keys(systemOf(choiceOf(scenario, design, 'small')).interchangeable).length > 0,
)

describe('reductions keep every answer', () => {
  test('designs whose things are interchangeable are among those compared', () => {
    expect(new Set(symmetric.map(({ scenario }) => scenario.name)).size).toBeGreaterThan(2)
  })

  for (const { scenario, design } of new Set([...slice(designs, 8), ...slice(symmetric, 40)]))
    test(`${scenario.name}, ${design}`, { timeout: 120_000 }, () => {
      const choice = choiceOf(scenario, design, 'small')
      const budget = { safetyOnly: true }
      const plainly = new Explorer(systemOf(choice), budget).run()
      for (const name of reductionNames) {
        const { name: allowed } = planOf(plainly.compiled.system, name)
        if (name === 'none' || allowed !== name) continue
        expect([name, auditReduction(systemOf(choice), name, budget, plainly).differences]).toEqual([name, []])
      }
      const { check, replays } = checkDesign(choice, { ...budget, reduce: 'all' })
      expect(check.message).toBeUndefined()
      for (const [property, string] of replays)
        expect(replay(scenarios, string).failures.map((failure) => failure.property)).toContain(property)
    })
})

if (lane === 'nightly')
  describe('three cores, more than ten million states for plain search', () => {
    for (const [name, design, sets, states] of [
      ['vmap-reuse', 'snapshot-out-of-tables', { cores: '3', addresses: '2' }, 6_790_937],
      ['unmap-shootdown', 'snapshot-mprotect', { cores: '3', pages: '3' }, 7_079_864],
      ['sessions', 'snapshot', { cores: '3', applications: '2', failures: 'every' }, 2_596_632],
    ] as const) {
      const choice = () => choiceOf(scenarios.find((one) => one.name === name)!, design, 'small', sets)

      test(`${name}, ${design}: folded`, { timeout: 900_000 }, () => {
        const { check } = checkDesign(choice(), { reduce: 'symmetry', safetyOnly: true })
        expect(check).toMatchObject({ complete: true, verdict: 'violated', states, message: undefined })
      })

      test(`${name}, ${design}: plainly`, { timeout: 900_000 }, () => {
        const { check } = checkDesign(choice(), { states: 10_000_000 })
        expect(check).toMatchObject({ complete: false, limit: 'states' })
      })
    }
  })
