import { describe, expect, test } from 'vitest'
import { checkSystem, explorePlainly } from '../../checker/index.ts'
import { twoPhaseCommit } from './two-phase-commit.ts'

/** Published counts: Stateright `examples/2pc.rs`; transitions do not count the initial state. */
const published = [
  { managers: 3, states: 288, transitions: 1_145 },
  { managers: 5, states: 8_832, transitions: 58_145 },
  { managers: 7, states: 296_448, transitions: 2_744_705 },
] as const

describe('two-phase commit has the published number of states and transitions', () => {
  for (const { managers, ...counts } of published)
    test(`compiled search, ${managers} managers`, () => {
      const result = checkSystem(twoPhaseCommit(managers))
      expect(result).toMatchObject({ ...counts, verdict: 'holds', complete: true, asleep: { steps: [], rules: [] } })
      // A few tables, and what each state takes.
      expect(result.stats.bytes).toBeLessThan(160_000 + 40 * result.states)
    })
  for (const { managers, ...counts } of published.slice(0, 2))
    test(`naive explorer, ${managers} managers`, () => {
      const result = explorePlainly(twoPhaseCommit(managers))
      expect(result).toMatchObject({ ...counts, violations: new Map(), deadlock: undefined, unhandled: undefined })
      expect(result.witnessed.size).toBe(2)
    })
})
