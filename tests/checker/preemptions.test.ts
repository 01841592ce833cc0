import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Campaign, checkSystem, choiceOf, concludeCampaign, type System, seedOf } from '../../checker/index.ts'
import { after, fireIn, type State, stateText } from '../../checker/replay/walk.ts'
import { concludeBounded } from '../../checker/search/preemption-result.ts'
import { PreemptionSearch } from '../../checker/search/preemptions.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { builtIn } from '../../checker/verdict.ts'
import { scenarios } from '../../scenarios/index.ts'
import { counterScenario, lockScenario } from '../cli/toy.ts'
import { lane, steadySeed } from '../lane.ts'
import { systemOf, systemPlan } from './random-system.ts'
import { twoPhaseCommit } from './two-phase-commit.ts'

/** Every state within a bound, and how many preemptions each needs: by relaxation until nothing changes, over plain objects. */
function plainly(system: System): Map<string, number> {
  const semantics = new Semantics(system)
  const fewest = new Map<string, number>()
  const queue: { state: State; last: string | undefined; preemptions: number }[] = [
    { state: semantics.initial(), last: undefined, preemptions: 0 },
  ]
  for (const { state, last, preemptions } of queue) {
    const text = stateText(semantics, state)
    const key = `${last}\n${text}`
    if ((fewest.get(key) ?? 1000) <= preemptions) continue
    fewest.set(key, preemptions)
    const moves = system.steps.flatMap((step) => {
      const outcome = fireIn(semantics, step, state)
      return outcome.kind === 'taken' ? [{ step, next: after(step, state, outcome.writes) }] : []
    })
    const couldGoOn = moves.some(
      ({ step, next }) => step.kind === 'program' && step.actor === last && stateText(semantics, next) !== text,
    )
    for (const { step, next } of moves) {
      const isProgram = step.kind === 'program'
      const preempts = isProgram && couldGoOn && step.actor !== last
      queue.push({ state: next, last: isProgram ? step.actor : last, preemptions: preemptions + (preempts ? 1 : 0) })
    }
  }
  const states = new Map<string, number>()
  for (const [key, preemptions] of fewest) {
    const text = key.slice(key.indexOf('\n') + 1)
    states.set(text, Math.min(states.get(text) ?? 1000, preemptions))
  }
  return states
}

test('each state is met by the fewest preemptions that any run to it has', () => {
  let deepest = 0
  const agree = fc.property(systemPlan(), (plan) => {
    const system = systemOf(plan)
    const expected: number[] = []
    for (const preemptions of plainly(system).values()) expected[preemptions] = (expected[preemptions] ?? 0) + 1
    for (let bound = 0; bound < expected.length; bound++) {
      const { preemptions } = concludeBounded(new PreemptionSearch(system, bound).run())
      expect([...preemptions!.states]).toEqual(Array.from(expected.slice(0, bound + 1), (count) => count ?? 0))
    }
    deepest = Math.max(deepest, expected.length - 1)
  })
  fc.assert(agree, { seed: steadySeed('preemptions'), numRuns: lane === 'nightly' ? 300 : 15 })
  expect(deepest).toBeGreaterThan(0)
})

test('with enough preemptions everything is found that a whole search finds, and nothing else', () => {
  const agree = fc.property(systemPlan(), (plan) => {
    const system = systemOf(plan)
    const whole = checkSystem(system)
    const bounded = concludeBounded(new PreemptionSearch(system, 100).run())
    expect(bounded.states).toBe(whole.states)
    expect(bounded.preemptions!.exhausted).toBe(true)
    for (const { name, verdict, run } of bounded.properties) {
      const other = whole.properties.find((property) => property.name === name)!
      expect(verdict).toBe(verdict === 'bounded' && ['holds', 'unwitnessed'].includes(other.verdict) ? 'bounded' : other.verdict)
      if (run !== undefined) expect(run.stem.length).toBeGreaterThanOrEqual(other.run!.stem.length)
    }
  })
  fc.assert(agree, { seed: steadySeed('enough preemptions'), numRuns: lane === 'nightly' ? 300 : 20 })
})

test('the race for a lock needs a preemption, and a bound of none does not find it', () => {
  const system = lockScenario.build(choiceOf(lockScenario, 'racing', 'small').knobs)
  const none = concludeBounded(new PreemptionSearch(system, 0).run())
  expect(none).toMatchObject({ verdict: 'bounded', complete: false, limit: 'preemptions', preemptions: { exhausted: false } })
  const two = concludeBounded(new PreemptionSearch(system, 2).run())
  expect(two.verdict).toBe('unhandled')
  expect(two.preemptions!.violations).toEqual({
    'two cores are never inside together': 2,
    'no deadlock': 2,
    'every event is handled': 2,
  })
})

test('rows are widened on the way, limits are kept, and bounds that cannot be are refused', () => {
  const counting = counterScenario.build({ fault: 'none', limit: 200, counters: 1 })
  const wide = concludeBounded(new PreemptionSearch(counting, 0).run())
  expect(wide).toMatchObject({ states: 201, within: ['count=200'], preemptions: { states: [201], exhausted: true } })
  expect(wide.stats.widenings).toBeGreaterThan(0)
  const unmap = scenarios.find(({ name }) => name === 'unmap-shootdown')!
  const { expect: expected, knobs } = unmap.designs.snapshot!
  const all = concludeBounded(new PreemptionSearch(unmap.build({ ...knobs, ...unmap.sizes.small }), 50).run())
  expect(all).toMatchObject({ verdict: 'violated', states: expected.small!.states, preemptions: { exhausted: true } })
  expect(Object.keys(all.preemptions!.violations).sort()).toEqual(Object.keys(expected.small!.violations!).sort())
  const wrong = new PreemptionSearch(counterScenario.build({ fault: 'throws', limit: 3, counters: 1 }), 0).run()
  expect(concludeBounded(wrong)).toMatchObject({ verdict: 'error', properties: [{ run: { stem: [0, 0, 0] } }] })
  const cut = concludeBounded(new PreemptionSearch(twoPhaseCommit(6), 3, { states: 100 }).run())
  expect(cut.limit).toBe('states')
  expect(() => new PreemptionSearch(twoPhaseCommit(2), -1)).toThrow('a whole number from 0 to 255, not -1')
})

test('random runs with bounded preemptions keep the bound, and so does what is shrunk', () => {
  let [found, bounded] = [0, 0]
  const kept = fc.property(systemPlan(), fc.integer({ min: 0, max: 1 }), (plan, bound) => {
    const system = systemOf(plan)
    const { preemptions: within } = concludeBounded(new PreemptionSearch(system, bound).run())
    const options = { seed: seedOf('bounded'), runs: 40, steps: 30, preemptions: bound }
    const { properties, saturation } = concludeCampaign(new Campaign(system, options).run())
    expect(saturation.states).toBeLessThanOrEqual(within!.states.reduce((sum, count) => sum + count, 0))
    bounded++
    for (const { name, found: shown } of properties) {
      if (shown === undefined) continue
      expect(shown.shrunk).toMatchObject({ proof: 'minimal' })
      expect(shown.shrunk!.preemptions).toBeLessThanOrEqual(bound)
      // The search met it with as few preemptions at least.
      expect(within!.violations[name]).toBeLessThanOrEqual(bound)
      if (name !== builtIn.unhandled) expect(within!.violations[name]).toBeLessThanOrEqual(shown.shrunk!.preemptions)
      found++
    }
  })
  fc.assert(kept, { seed: steadySeed('bounded runs'), numRuns: lane === 'nightly' ? 300 : 20 })
  expect(found).toBeGreaterThan(5)
  expect(bounded).toBe(lane === 'nightly' ? 300 : 20)
})
