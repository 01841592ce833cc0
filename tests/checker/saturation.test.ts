import { expect, test } from 'vitest'
import { Compiled } from '../../checker/compile/compiled.ts'
import { checkSystem, seedOf } from '../../checker/index.ts'
import { Random } from '../../checker/simulate/random.ts'
import { saturationOf } from '../../checker/simulate/saturation.ts'
import { Visits } from '../../checker/simulate/visits.ts'
import { Walker } from '../../checker/simulate/walker.ts'
import { lane } from '../lane.ts'
import { twoPhaseCommit } from './two-phase-commit.ts'

const system = twoPhaseCommit(4)
const [runs, length] = [60, 25]

/** The rows that uniform runs visit, run by run, as text. */
function visitedBy(walker: Walker, random: Random, count: number): string[][] {
  return Array.from({ length: count }, () => {
    walker.restart()
    const rows = [walker.row.join()]
    for (let step = 0; step < length && walker.enabled.count > 0; step++)
      if (walker.take(walker.enabled.pick(random.below(walker.enabled.count)))) rows.push(walker.row.join())
    return rows
  })
}

function visitsOf(words: Walker['compiled']['layout'], all: readonly (readonly string[])[], most = 1 << 20): Visits {
  const visits = new Visits(words, most)
  for (const [run, rows] of all.entries())
    visits.add(
      Int32Array.from(rows.flatMap((row) => row.split(',').map(Number))),
      new Int32Array(rows.length).fill(run),
      rows.length,
    )
  return visits
}

test('the interval holds what further runs visit and no run has seen, about 95 times of 100', () => {
  const walker = new Walker(new Compiled(system))
  const random = new Random(seedOf('saturation'))
  visitedBy(walker, random, 200)
  const { layout } = walker.compiled
  const reference = visitedBy(walker, random, 3000).flat()
  const repetitions = lane === 'nightly' ? 1000 : 150
  let [held, bias] = [0, 0]
  for (let nth = 0; nth < repetitions; nth++) {
    const all = visitedBy(walker, random, runs)
    const { states, exact, unseen } = saturationOf(visitsOf(layout, all), runs)
    const seen = new Set(all.flat())
    expect({ states, exact }).toEqual({ states: seen.size, exact: true })
    const truth = reference.filter((row) => !seen.has(row)).length / reference.length
    if (unseen!.low <= truth && truth <= unseen!.high) held++
    bias += (unseen!.share - truth) / repetitions
  }
  expect(walker.compiled.layout).toBe(layout)
  expect(held / repetitions).toBeGreaterThan(0.88)
  expect(Math.abs(bias)).toBeLessThan(0.01)
})

test('runs that see everything again and again leave nothing, within 3 in their number', () => {
  const walker = new Walker(new Compiled(twoPhaseCommit(1)))
  const random = new Random(seedOf('everything'))
  visitedBy(walker, random, 100)
  const { states, unseen } = saturationOf(visitsOf(walker.compiled.layout, visitedBy(walker, random, 600)), 600)
  expect(states).toBe(checkSystem(twoPhaseCommit(1)).states)
  expect(unseen).toEqual({ share: 0, low: 0, high: 3 / 600 })
})

test('where there is no room for every state it is said, and one run alone tells nothing', () => {
  const walker = new Walker(new Compiled(system))
  const all = visitedBy(walker, new Random(seedOf('narrow')), 20)
  const { layout } = walker.compiled
  const narrow = saturationOf(visitsOf(layout, visitedBy(walker, new Random(seedOf('narrow')), 20), 50), 20)
  expect(narrow).toMatchObject({ states: 50, exact: false })
  expect(saturationOf(visitsOf(layout, all.slice(0, 1)), 1).unseen).toBeUndefined()
})

test('visits are counted as by hand', () => {
  const walker = new Walker(new Compiled(system))
  const { layout } = walker.compiled
  const row = (state: number): string => [state, ...new Array(layout.words - 1).fill(0)].join()
  // State 1 is visited by all, 2 by the first alone and twice, 3 by the first and second, 4 by the third alone.
  const visits = visitsOf(layout, [[1, 2, 2, 3].map(row), [1, 3].map(row), [1, 4].map(row)])
  expect([...visits.unique.subarray(0, 3)]).toEqual([2, 0, 1])
  expect([...visits.all.subarray(0, 3)]).toEqual([4, 2, 2])
  expect(visits.pairs()).toEqual([[1, 1]])
  const { unseen } = saturationOf(visits, 3)
  expect(unseen!.share).toBe(3 / 8)
  const spread = (2 - (3 / 8) * 4) ** 2 + ((3 / 8) * 2) ** 2 + (1 - (3 / 8) * 2) ** 2 + 2
  expect(unseen!.high).toBeCloseTo(Math.min(1, 3 / 8 + (1.96 * Math.sqrt(spread)) / 8), 12)
})
