import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkSystem } from '../../checker/index.ts'
import { judge } from '../../checker/replay/judge.ts'
import { walk } from '../../checker/replay/walk.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { naiveProgress } from './naive-progress.ts'
import { systemOf, systemPlan } from './random-system.ts'

test('progress is decided alike by components and by fixed points on 500 random systems, and every run shows it', () => {
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
  fc.assert(agree, { seed: 5, numRuns: 500 })
  expect(met.violated).toBeGreaterThan(100)
  expect(met.holds).toBeGreaterThan(100)
  expect(met.lassos).toBeGreaterThan(50)
})
