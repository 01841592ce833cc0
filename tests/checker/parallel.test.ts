import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CheckResult, conclude } from '../../checker/check.ts'
import { systemOf as scenarioSystem } from '../../checker/define/assign.ts'
import { type Budget, choiceOf, Explorer, type System, system } from '../../checker/index.ts'
import { scenarios } from '../../scenarios/index.ts'
import { lane, slice, steadySeed } from '../lane.ts'
import { counting } from './counters.ts'
import { systemOf, systemPlan } from './random-system.ts'
import { twoPhaseCommit } from './two-phase-commit.ts'

/*
 * Workers change nothing but the time: whatever is said of a system is the same with one thread and with several. They
 * are called in at once here, so that small systems are searched by them too.
 */

/** All that a search says, its rows, and in which order entries were filled and local states found; but not its buffers. */
function said(system: System, budget: Budget) {
  const explorer = new Explorer(system, budget).run()
  const { stats, system: _, ...answer }: CheckResult = conclude(explorer)
  const { compiled, store } = explorer
  const rows = Array.from({ length: store.count }, (_, state) =>
    compiled
      .localsOf(store.rows, state * compiled.layout.words)
      .map((local, cell) => compiled.interner.idOf(cell, local))
      .join(),
  )
  const { enabled, localStates, tableEntries } = stats
  return {
    rounds: explorer.rounds,
    answer: { ...answer, rows, enabled, localStates, tableEntries, idle: explorer.idle, spinning: explorer.spinning },
  }
}

/** Asserts that several workers say the same as one, and answers how many rounds two of them took together. */
function sameWithWorkers(build: () => System, budget: Budget = {}, counts: readonly number[] = [2, 3]): number {
  const alone = said(build(), budget).answer
  const rounds = counts.map((workers) => {
    const together = said(build(), { ...budget, workers, workersFrom: 1 })
    expect(together.answer).toEqual(alone)
    return together.rounds
  })
  return rounds[0]!
}

test('workers and one thread agree on random systems', { timeout: 300_000 }, () => {
  let rounds = 0
  const agree = fc.property(systemPlan(), (plan) => {
    rounds += sameWithWorkers(() => systemOf(plan), {}, [2])
  })
  fc.assert(agree, { seed: steadySeed('parallel'), numRuns: lane === 'nightly' ? 500 : 25 })
  expect(rounds).toBeGreaterThan(0)
})

const designs = scenarios.flatMap((scenario) => Object.keys(scenario.designs).map((design) => ({ scenario, design })))
test('workers and one thread agree on designs of the scenarios', { timeout: 3_000_000 }, () => {
  let rounds = 0
  for (const { scenario, design } of slice(designs, 20))
    rounds += sameWithWorkers(() => scenarioSystem(choiceOf(scenario, design, 'small')), {}, [2])
  expect(rounds).toBeGreaterThan(0)
})

describe('two-phase commit with workers', () => {
  test('5 managers, by 2 and by 3 threads', () => {
    expect(sameWithWorkers(() => twoPhaseCommit(5))).toBeGreaterThan(3)
  })

  test('a limit on states ends the search where one thread ends', () => {
    for (const states of [1, 700, 5_000]) sameWithWorkers(() => twoPhaseCommit(5), { states }, [2])
  })

  test('a limit on depth likewise', () => {
    sameWithWorkers(() => twoPhaseCommit(5), { depth: 9 }, [2])
  })
})

test('an error of the model is met at the same state, with the same counts', () => {
  const failing = (): System => {
    const { cells, rules, properties } = counting(['a', 'b', 'c'], 20)
    const [count] = rules
    const broken = {
      ...count!,
      events: (view: never, at: never) => {
        const { counter } = view as { counter: { context: { count: number } } }
        if (counter.context.count === 17) throw new Error('seventeen')
        return count!.events(view, at)
      },
    }
    return system({ cells, rules: [broken], properties })
  }
  expect(said(failing(), {}).answer.verdict).toBe('error')
  sameWithWorkers(failing, {}, [2])
})
