import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkSystem } from '../../checker/index.ts'
import { judge } from '../../checker/replay/judge.ts'
import { walk } from '../../checker/replay/walk.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { shareOf } from '../lane.ts'
import { naiveProgress } from './naive-progress.ts'
import { systemOf, systemPlan } from './random-system.ts'

const systems = shareOf(500)

test(`progress is decided alike by components and by fixed points on ${systems} random systems, and every run shows it`, () => {
  const progress = ['leadsTo', 'eventually', 'infinitelyOften', 'canReach']
  const met = { violated: 0, holds: 0, lassos: 0 }
  const agree = fc.property(systemPlan({ progress: true, fairness: true }), (plan) => {
    const system = systemOf(plan)
    const result = checkSystem(system)
    const naive = naiveProgress(system)
    const semantics = new Semantics(system)
    for (const { name, kind, verdict, run } of result.properties) {
      if (!progress.includes(kind)) continue
      expect([name, verdict]).toEqual([name, naive.get(name) ? 'violated' : 'holds'])
      met[verdict as 'violated' | 'holds']++
      if (run === undefined) continue
      if (run.cycle.length > 0) met.lassos++
      const judged = judge(semantics, walk(semantics, [...run.stem, ...run.cycle]), run.cycle.length)
      expect(judged.map(({ property }) => property)).toContain(name)
    }
  })
  fc.assert(agree, { seed: 5, numRuns: systems })
  expect(met.violated / systems).toBeGreaterThan(0.2)
  expect(met.holds / systems).toBeGreaterThan(0.2)
  expect(met.lassos / systems).toBeGreaterThan(0.1)
})
