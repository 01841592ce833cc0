import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explorePlainly, type System } from '../../checker/index.ts'
import { judge } from '../../checker/replay/judge.ts'
import { after, fireIn, type State, walk } from '../../checker/replay/walk.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { isBetter, switchesOf } from '../../checker/shrink/cost.ts'
import { Shrinker } from '../../checker/shrink/shrink.ts'
import type { Target } from '../../checker/shrink/target.ts'
import { uniform } from '../../checker/simulate/scheduler.ts'
import { Simulator } from '../../checker/simulate/simulator.ts'
import { builtIn } from '../../checker/verdict.ts'
import { lane, steadySeed } from '../lane.ts'
import { systemOf, systemPlan } from './random-system.ts'

const nameOf = (system: System, target: Target): string =>
  typeof target === 'number' ? system.properties[target]!.name : target === 'deadlock' ? builtIn.deadlock : builtIn.unhandled

/** Every raw run to something that uniform walks of a system come upon. */
function findings(system: System): {
  readonly simulator: Simulator
  readonly found: readonly (readonly [Target, readonly number[]])[]
} {
  const simulator = new Simulator(system, 0)
  for (let run = 0; run < 40; run++) simulator.run({ high: 7, low: run }, uniform, 30)
  const { violations, deadlock, unhandled } = simulator
  const found: [Target, readonly number[]][] = [...violations].map(([owner, { steps }]) => [owner, steps])
  if (deadlock !== undefined) found.push(['deadlock', deadlock.steps])
  if (unhandled !== undefined) found.push(['unhandled', unhandled.steps])
  return { simulator, found }
}

/** What fails on a run, by the semantics; of an unhandled step it is the last. */
const failuresOn = (system: System, run: readonly number[]): string[] => {
  const semantics = new Semantics(system)
  const walked = walk(semantics, run)
  if (walked.refused !== undefined && walked.taken.length < run.length - 1) return []
  return judge(semantics, walked, 0).map(({ property }) => property)
}

/** Every run of this length, by the semantics; a last step may be one that is unhandled. */
function* runsOf(system: System, length: number): Generator<number[]> {
  const semantics = new Semantics(system)
  function* from(state: State, run: number[]): Generator<number[]> {
    if (run.length === length) return yield run
    for (const step of system.steps) {
      const outcome = fireIn(semantics, step, state)
      if (outcome.kind === 'taken') yield* from(after(step, state, outcome.writes), [...run, step.index])
      else if (outcome.kind === 'unhandled' && run.length === length - 1) yield [...run, step.index]
    }
  }
  yield* from(semantics.initial(), [])
}

test('a shortest run has the fewest switches of its length, then the smallest parameters, then the least indices', () => {
  let [compared, multiple] = [0, 0]
  const best = fc.property(systemPlan(), (plan) => {
    const system = systemOf(plan)
    const { simulator, found } = findings(system)
    const shrinker = new Shrinker(simulator.walker)
    for (const [target, steps] of found) {
      const shrunk = shrinker.shrink(steps, target)
      expect(shrunk.proof).toBe('shortest')
      expect(shrunk.switches).toBe(switchesOf(system, shrunk.steps))
      if (shrunk.steps.length > 3) continue
      const all = [...runsOf(system, shrunk.steps.length)].filter((run) =>
        failuresOn(system, run).includes(nameOf(system, target)),
      )
      const least = all.reduce((one, other) => (isBetter(system, other, one) ? other : one))
      expect(shrunk.steps).toEqual(least)
      compared++
      if (all.length > 1) multiple++
    }
  })
  fc.assert(best, { seed: steadySeed('shortest'), numRuns: lane === 'nightly' ? 300 : 20 })
  expect(compared).toBeGreaterThan(10)
  expect(multiple).toBeGreaterThan(3)
})

test('without a search no single step can be dropped, and what is left shows the same', () => {
  let [shrunkRuns, asShort] = [0, 0]
  const minimal = fc.property(systemPlan(), (plan) => {
    const system = systemOf(plan)
    const { simulator, found } = findings(system)
    const plain = explorePlainly(system)
    const shrinker = new Shrinker(simulator.walker, 0)
    for (const [target, steps] of found) {
      const { steps: run, proof, switches } = shrinker.shrink(steps, target)
      const name = nameOf(system, target)
      expect(proof).toBe('minimal')
      expect(switches).toBe(switchesOf(system, run))
      expect(run.length).toBeLessThanOrEqual(steps.length)
      expect(failuresOn(system, run)).toContain(name)
      for (const at of run.keys()) expect(failuresOn(system, run.toSpliced(at, 1))).not.toContain(name)
      const shortest =
        target === 'deadlock' ? plain.deadlock : target === 'unhandled' ? plain.unhandled : plain.violations.get(name)
      shrunkRuns++
      if (run.length === shortest!.length) asShort++
    }
  })
  fc.assert(minimal, { seed: steadySeed('minimal'), numRuns: lane === 'nightly' ? 300 : 25 })
  expect(shrunkRuns).toBeGreaterThan(15)
  expect(asShort / shrunkRuns).toBeGreaterThan(0.7)
})
