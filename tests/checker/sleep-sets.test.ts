import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Explorer, type System } from '../../checker/index.ts'
import { systemOf, systemPlan } from './random-system.ts'
import { twoPhaseCommit } from './two-phase-commit.ts'

/* That a search with sleep sets finds what the naive explorer finds is held by `agreement.test.ts`: it is the search. */

const countsOf = ({ store, transitions, enabled }: Explorer) => ({ states: store.count, transitions, enabled: [...enabled] })

/** The same search with every step awake. */
function awake(system: System): Explorer {
  const explorer = new Explorer(system)
  explorer.sleep.off()
  return explorer.run()
}

describe('sleep sets', () => {
  test('spare look-ups and change no count, no violation and no idle state', () => {
    const agree = fc.property(systemPlan(), (plan) => {
      const [sleeping, waking] = [new Explorer(systemOf(plan)).run(), awake(systemOf(plan))]
      expect(countsOf(sleeping)).toEqual(countsOf(waking))
      expect(sleeping.findings.violations).toEqual(waking.findings.violations)
      expect(sleeping.idle).toEqual(waking.idle)
      expect(sleeping.spinning).toEqual(waking.spinning)
    })
    fc.assert(agree, { seed: 11, numRuns: 100 })
  })

  test('lose states where dependent steps are taken for independent', () => {
    const explorer = new Explorer(twoPhaseCommit(3))
    explorer.sleep.sleepers.independent.fill(-1)
    expect(explorer.run().store.count).toBeLessThan(288)
  })

  test('are given up behind the search', () => {
    const explorer = new Explorer(twoPhaseCommit(5))
    let most = 0
    for (; !explorer.done; explorer.advance(100)) most = Math.max(most, explorer.sleep.bytes)
    expect(explorer.sleep.bytes).toBeLessThan(most)
  })
})
