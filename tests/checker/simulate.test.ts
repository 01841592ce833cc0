import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Compiled } from '../../checker/compile/compiled.ts'
import {
  always,
  Campaign,
  checkSystem,
  concludeCampaign,
  explorePlainly,
  type System,
  seedOf,
  seedText,
} from '../../checker/index.ts'
import { fireIn, stateText, walk } from '../../checker/replay/walk.ts'
import { type StrategyName, strategyNames } from '../../checker/simulate/campaign.ts'
import { Random } from '../../checker/simulate/random.ts'
import { runSeed } from '../../checker/simulate/seed.ts'
import { Walker } from '../../checker/simulate/walker.ts'
import { builtIn } from '../../checker/verdict.ts'
import { counterScenario } from '../cli/toy.ts'
import { lane, steadySeed } from '../lane.ts'
import { counter, counting } from './counters.ts'
import { systemOf, systemPlan } from './random-system.ts'
import { twoPhaseCommit } from './two-phase-commit.ts'

/* Random runs against the naive explorer and the semantics, on random systems. */

const campaign = (system: System, strategy: StrategyName, runs: number, text = 'a seed') =>
  new Campaign(system, { seed: seedOf(text), strategy, runs, steps: 40 })

/** A campaign whose walker does from the first step what others do once they are long: it uses joint tables. */
function settledCampaign(...given: Parameters<typeof campaign>): Campaign {
  const long = campaign(...given)
  long.simulator.walker.settle()
  return long
}

test('a walk stands in the states of the semantics, and knows the steps that are enabled there', () => {
  const agree = fc.property(systemPlan(), fc.nat(), (plan, seed) => {
    const system = systemOf(plan)
    const [walker, random] = [new Walker(new Compiled(system)), new Random({ high: 1, low: seed })]
    const { semantics } = walker.compiled
    for (let run = 0; run < 3; run++) {
      walker.restart()
      const taken: number[] = []
      for (;;) {
        const walked = walk(semantics, taken)
        const state = walked.taken.at(-1)?.after ?? walked.initial
        const found = walker.compiled.localsOf(walker.row, 0)
        expect(stateText(semantics, found)).toBe(stateText(semantics, state))
        const enabled = system.steps.filter((step) => fireIn(semantics, step, state).kind === 'taken')
        expect(system.steps.filter(({ index }) => walker.enabled.has(index))).toEqual(enabled)
        expect(Array.from({ length: walker.enabled.count }, (_, nth) => walker.enabled.pick(nth))).toEqual(
          enabled.map(({ index }) => index),
        )
        expect(walker.isProgramEnabled).toBe(enabled.some(({ kind }) => kind === 'program'))
        if (enabled.length === 0 || taken.length === 12) break
        taken.push(walker.enabled.pick(random.below(walker.enabled.count)))
        walker.take(taken.at(-1)!)
      }
    }
  })
  fc.assert(agree, { seed: steadySeed('walks'), numRuns: lane === 'nightly' ? 500 : 25 })
})

for (const [name, strategy, begin] of [
  ...strategyNames.map((strategy) => [strategy, strategy, campaign] as const),
  ['uniform, settled', 'uniform', settledCampaign] as const,
])
  test(`${name}: what runs find, the naive explorer finds; shortest runs are as short as its`, () => {
    const met = { violated: 0, deadlock: 0, unhandled: 0, seen: 0, everyState: 0, systems: 0 }
    const agree = fc.property(systemPlan(), (plan) => {
      const system = systemOf(plan)
      const plain = explorePlainly(system)
      const result = concludeCampaign(begin(system, strategy, 60).run())
      expect(result.message).toBeUndefined()
      met.systems++
      if (result.saturation.states === plain.states) met.everyState++
      expect(result.saturation.states).toBeLessThanOrEqual(plain.states)
      for (const { name, kind, verdict, run, found, instance } of result.properties) {
        expect(verdict).not.toBe(kind === 'sometimes' ? 'violated' : 'holds')
        const trace =
          name === builtIn.deadlock ? plain.deadlock : name === builtIn.unhandled ? plain.unhandled : plain.violations.get(name)
        if (verdict === 'holds') {
          met.seen++
          for (const one of system.instances)
            if (system.properties[one.owner]!.name === name) expect(plain.witnessed).toContain(one.label)
        }
        if (found === undefined) continue
        met[verdict as 'violated']++
        expect(found.shrunk!.proof).toBe('shortest')
        expect(run!.stem.length).toBe(trace!.length)
        if (verdict === 'violated') expect(instance).toBeDefined()
      }
      for (const step of system.steps) if (result.coverage.taken[step.index]! > 0) expect(plain.enabled).toContain(step.label)
    })
    fc.assert(agree, { seed: steadySeed(`campaigns by ${strategy}`), numRuns: lane === 'nightly' ? 500 : 25 })
    expect(met.violated).toBeGreaterThan(3)
    expect(met.unhandled).toBeGreaterThan(1)
    expect(met.seen).toBeGreaterThan(1)
    expect(met.everyState).toBeGreaterThan(met.systems / 4)
  })

describe('a run is determined by its seed', () => {
  const found = (strategy: StrategyName, slice: number) => {
    const running = campaign(twoPhaseCommit(4), strategy, 300)
    while (!running.done) running.advance(slice)
    const { taken, untaken, ...rest } = { ...concludeCampaign(running), ...concludeCampaign(running).coverage }
    return JSON.stringify([[...taken], untaken, { ...rest, system: undefined, coverage: undefined }])
  }
  for (const strategy of strategyNames)
    test(`${strategy}: whatever the slices are`, () => {
      expect(found(strategy, 1)).toBe(found(strategy, 1 << 20))
    })

  for (const strategy of strategyNames)
    test(`${strategy}: a run alone, by its own seed, is the same run`, () => {
      const last = (runs: number, text: string) => campaign(twoPhaseCommit(4), strategy, runs, text).run().simulator.lastRun
      const seventh = last(7, 'a seed')
      expect(seventh.length).toBeGreaterThan(0)
      expect(last(1, seedText(runSeed(seedOf('a seed'), 6)))).toEqual(seventh)
      expect(last(6, 'a seed')).not.toEqual(seventh)
    })
})

test('rows are widened in the middle of a run, and every local state is counted', () => {
  const system = counterScenario.build({ fault: 'none', limit: 200, counters: 1 })
  const { simulator } = new Campaign(system, { seed: seedOf('wide'), runs: 2, steps: 500 }).run()
  simulator.settle()
  expect(simulator.compiled.widenings).toBeGreaterThan(0)
  expect(simulator.visits.count).toBe(201)
  expect(simulator.longest).toBe(200)
})

test('what an interrupt ended is shrunk with less effort, since somebody waits for the answer', () => {
  const full = always(
    'some counter is below 9',
    {},
    {
      reads: () => ({ a: counter('a'), b: counter('b'), c: counter('c'), d: counter('d') }),
      holds: ({ a, b, c, d }) => [a, b, c, d].some(({ context }) => context.count < 9),
    },
  )
  const foundBefore = (limit: 'time' | 'interrupt') => {
    const stopped = new Campaign(counting(['a', 'b', 'c', 'd'], 9, [full]), { seed: seedOf('x'), stop: () => limit })
    return concludeCampaign(stopped.run()).properties[0]!
  }
  // The one state in which it fails is the last of ten thousand.
  expect(foundBefore('time')).toMatchObject({ verdict: 'violated', found: { shrunk: { proof: 'shortest' } } })
  const { verdict, found, run } = foundBefore('interrupt')
  expect({ verdict, proof: found?.shrunk?.proof }).toEqual({ verdict: 'violated', proof: 'minimal' })
  expect(run!.stem).toHaveLength(36)
})

test('a guard that throws is an error with the run to it', () => {
  const system = counterScenario.build({ fault: 'throws', limit: 3, counters: 1 })
  const result = concludeCampaign(new Campaign(system, { seed: seedOf('x'), runs: 5 }).run())
  expect(result).toMatchObject({
    verdict: 'error',
    runs: 1,
    message: "conjunct 'below' of step 'counter.add(c0)' threw: the guard fell over",
  })
  expect(result.properties[0]!.run!.stem).toEqual([0, 0, 0])
})

test('a guard that answers twice is dishonest', () => {
  const system = counterScenario.build({ fault: 'lies', limit: 3, counters: 1 })
  expect(concludeCampaign(new Campaign(system, { seed: seedOf('x'), runs: 5 }).run()).verdict).toBe('dishonest')
})

test('numbers that no campaign can have are refused', () => {
  const system = twoPhaseCommit(2)
  for (const options of [{ runs: 0 }, { steps: 1.5 }, { depth: 0 }, { states: -1 }])
    expect(() => new Campaign(system, { seed: seedOf('x'), ...options })).toThrow(/is a whole number from/)
})

test('a step that is never enabled is never taken, and said so', () => {
  const { coverage } = concludeCampaign(campaign(twoPhaseCommit(3), 'uniform', 200).run())
  const { asleep } = checkSystem(twoPhaseCommit(3))
  expect(coverage.untaken.rules).toEqual(asleep.rules)
})
