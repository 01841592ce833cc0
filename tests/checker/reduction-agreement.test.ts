import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { System } from '../../checker/index.ts'
import { auditReduction } from '../../checker/reduce/audit.ts'
import type { Unsoundness } from '../../checker/reduce/footprint.ts'
import type { ReductionName } from '../../checker/reduce/reduction.ts'
import { Explorer } from '../../checker/search/explorer.ts'
import { lane } from '../lane.ts'
import { type SparseOptions, sparsePlan, sparseSystem } from './sparse-system.ts'

const mostStates = 1500
const runs = (every: number): number => (lane === 'nightly' ? every * 20 : every)

/** The plain search of a system, if it is small enough to be compared in full. */
function searched(system: System): Explorer | undefined {
  const plain = new Explorer(system, { states: mostStates }).run()
  return plain.complete ? plain : undefined
}

function compared(options: SparseOptions, reduction: ReductionName, seed: number, numRuns: number) {
  const met = { searched: 0, smaller: 0, plain: 0, reduced: 0, verdicts: {} as Record<string, number> }
  const agree = fc.property(sparsePlan(options), (plan) => {
    const system = sparseSystem(plan)
    const plain = searched(system)
    if (plain === undefined) return
    const { reduced, differences } = auditReduction(system, reduction, {}, plain)
    expect(differences).toEqual([])
    met.searched++
    met.plain += plain.store.count
    met.reduced += reduced.states
    if (reduced.states < plain.store.count) met.smaller++
    for (const { verdict } of reduced.properties) met.verdicts[verdict] = (met.verdicts[verdict] ?? 0) + 1
  })
  fc.assert(agree, { seed, numRuns })
  return met
}

test('partial order reduction keeps every answer about random systems, and leaves states out', () => {
  const met = compared({ things: [1, 2] }, 'por', 1, runs(80))
  expect(met.smaller).toBeGreaterThan(5)
})
test('symmetry keeps every answer about random systems, and leaves states out', () => {
  const met = compared({ things: [2, 3] }, 'symmetry', 2, runs(60))
  expect(met.smaller).toBeGreaterThan(20)
})
test('both together keep every answer about random systems, and leave states out', () => {
  const met = compared({ things: [2, 3] }, 'all', 3, runs(60))
  expect(met.smaller).toBeGreaterThan(20)
})

/** Whether a reduction with this mistake in it is found out on one of some random systems. */
function isFoundOut(unsound: Unsoundness): boolean {
  return fc.sample(sparsePlan({ things: [1, 2] }), { seed: 4, numRuns: 150 }).some((plan) => {
    const system = sparseSystem(plan)
    const plain = searched(system)
    return plain !== undefined && auditReduction(system, 'por', {}, plain, unsound).differences.length > 0
  })
}

test.for([
  ['a set may lead back to what was searched', { noProviso: true }],
  ['a cell that is written is taken for one that is not', { unwritten: 'rule0' }],
] as const)('the comparison finds out a reduction in which %s', ([, unsound]) => expect(isFoundOut(unsound)).toBe(true))
