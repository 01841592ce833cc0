import { test as propertyTest } from '@fast-check/vitest'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { design, interleaving, type Schedule } from '../../checker/fast-check/index.ts'
import { checkDesign, choiceOf, replay } from '../../checker/index.ts'
import { isBetter, switchesOf } from '../../checker/shrink/cost.ts'
import { lockScenario } from '../cli/toy.ts'
import { seedNumber } from '../lane.ts'
import { systemOf, systemPlan } from './random-system.ts'
import { twoPhaseCommit } from './two-phase-commit.ts'

const racing = choiceOf(lockScenario, 'racing', 'small')
const atomic = choiceOf(lockScenario, 'atomic', 'small')
const broken = 'two cores are never inside together'

describe('interleaving', () => {
  test('gives schedules that the system can take, whatever the system', () => {
    const possible = fc.property(
      systemPlan().chain((plan) => interleaving(systemOf(plan), { maxSteps: 10 })),
      (schedule) => {
        // The walk that judges it is the semantics', not the tables'.
        expect(() => schedule.failures).not.toThrow()
        expect(schedule.labels.length).toBe(schedule.steps.length)
      },
    )
    fc.assert(possible, { seed: seedNumber('schedules'), numRuns: 30 })
  })

  test('finds a race, and shrinks it to a shortest schedule with fewest context switches', () => {
    const property = fc.property(interleaving(racing), (schedule) => schedule.holds(broken))
    const found = fc.check(property, { seed: 7, numRuns: 500 })
    expect(found.failed).toBe(true)
    const [schedule] = found.counterexample!
    const shortest = checkDesign(racing).check.properties.find(({ name }) => name === broken)!.run!.stem
    expect(schedule.steps.length).toBe(shortest.length)
    expect(switchesOf(schedule.system, schedule.steps)).toBe(2)
    expect(schedule.failures).toContainEqual({ property: broken, instance: `${broken}(cpu0,cpu1)`, at: 6 })
    expect(replay([lockScenario], schedule.replayString!).failures.map(({ property }) => property)).toContain(broken)
  })

  test('is replayed by seed and path', () => {
    const property = fc.property(interleaving(racing), (schedule) => schedule.holds(broken))
    const found = fc.check(property, { seed: 7, numRuns: 500 })
    const again = fc.check(property, { seed: found.seed, path: found.counterexamplePath! })
    expect(again.numShrinks).toBe(0)
    expect(again.counterexample![0].steps).toEqual(found.counterexample![0].steps)
  })

  test('is told in reports by labels, failures and replay string', () => {
    const property = fc.property(interleaving(racing), (schedule) => schedule.holds(broken))
    let told = ''
    const reporter = (details: fc.RunDetails<[Schedule]>) => {
      told = fc.stringify(details.counterexample)
    }
    fc.assert(property, { seed: 7, numRuns: 500, reporter })
    expect(told).toMatch(
      /^\[Schedule \[core\.want\(cpu0\), .*\]; two cores are never inside together\(cpu0,cpu1\) fails after step 6; /,
    )
    expect(told).toMatch(/npx litebox-model replay lb1\.one-lock\.racing\./)
    expect(() => fc.assert(property, { seed: 7, numRuns: 500 })).toThrow(/Counterexample: \[Schedule \[core\.want/)
  })

  test('works with statistics and sample', () => {
    const lines: string[] = []
    fc.statistics(interleaving(racing), (schedule) => (schedule.holds() ? 'holds' : 'fails'), {
      seed: 1,
      numRuns: 200,
      logger: (line) => void lines.push(line),
    })
    expect(lines.map((line) => line.replace(/\.+.*/, '')).sort()).toEqual(['fails', 'holds'])
    const [one, other] = [1, 1].map((seed) => fc.sample(interleaving(twoPhaseCommit(3), { maxSteps: 20 }), { seed, numRuns: 5 }))
    expect(one!.map(({ labels }) => labels)).toEqual(other!.map(({ labels }) => labels))
    expect(Math.max(...one!.map(({ steps }) => steps.length))).toBeLessThanOrEqual(20)
  })

  test('every schedule that it shrinks to is better told, and can be taken', () => {
    const arbitrary = interleaving(racing)
    const sampled = fc.sample(arbitrary, { seed: 3, numRuns: 20 })
    const value = sampled.toSorted((a, b) => b.steps.length - a.steps.length)[0]!
    const smaller = [...arbitrary.shrink(value, undefined)].map(({ value }) => value)
    expect(smaller.length).toBeGreaterThan(3)
    for (const one of smaller) {
      expect(isBetter(value.system, one.steps, value.steps)).toBe(true)
      expect(one.failures.length).toBeGreaterThanOrEqual(0)
    }
  })

  test('tells the local state of a cell after each step, and refuses names that do not exist', () => {
    const [schedule] = fc.sample(interleaving(atomic), { seed: 2, numRuns: 1 })
    const core = schedule!.system.cells.find(({ name }) => name === 'core.cpu0')!
    expect(schedule!.stateOf(core, 0)).toMatchObject({ value: 'outside' })
    expect(() => schedule!.stateOf({ ...core, name: 'core.cpu9' })).toThrow(/'core.cpu9' is no cell; did you mean 'core.cpu/)
    expect(() => schedule!.stateOf(core, 1000)).toThrow(/the schedule has steps 0 to/)
    expect(() => schedule!.holds('two cores')).toThrow(/is no property; did you mean/)
    expect(() => interleaving(atomic, { maxSteps: 0 })).toThrow("'maxSteps' of an interleaving is a whole number from 1, not 0")
  })

  test('refuses what is neither a system nor a design', () => {
    const takes = "'interleaving' takes a system, or a scenario's design as 'choiceOf' or 'design' give it, not "
    for (const [given, told] of [
      [lockScenario, "scenario 'one-lock'"],
      [design(lockScenario), /an object of class \w+/],
      [{ scenario: 'one-lock' }, 'a plain object'],
      [undefined, 'undefined'],
      ['racing', '"racing"'],
    ] as const) {
      const call = () => interleaving(given as never)
      expect(call).toThrow(takes)
      expect(call).toThrow(told)
    }
  })

  propertyTest.prop([interleaving(atomic)], { seed: 11 })('of the atomic lock, no schedule fails', (schedule) => {
    expect(schedule.failures).toEqual([])
  })

  propertyTest.prop({ schedule: interleaving(choiceOf(lockScenario, 'forgetful', 'small')) }, { seed: 11 })(
    'of the lock that is not given back, no two cores are inside together',
    ({ schedule }) => schedule.holds(broken),
  )
})

describe('design', () => {
  test('draws every assignment that the scenario can build', () => {
    const drawn = fc.sample(design(lockScenario, { size: 'small' }), { seed: 1, numRuns: 300 })
    const { acquire, release } = lockScenario.knobs
    expect(new Set(drawn.map(({ knobs }) => `${knobs.acquire} ${knobs.release}`)).size).toBe(acquire!.length * release!.length)
    expect(new Set(drawn.map(({ design }) => design))).toContain('racing')
  })

  test('shrinks to the values that are listed first, together with the schedule', () => {
    const both = design(lockScenario).chain((choice) => interleaving(choice).map((schedule) => ({ choice, schedule })))
    const found = fc.check(
      fc.property(both, ({ schedule }) => schedule.holds(broken)),
      { seed: 5, numRuns: 2000 },
    )
    const { choice, schedule } = found.counterexample![0]
    expect(choice.knobs).toMatchObject({ acquire: 'look-then-seize', cores: lockScenario.knobs.cores![0] })
    expect(schedule.steps.length).toBe(6)
  })

  test('keeps what is set, and refuses what does not exist', () => {
    const drawn = fc.sample(design(lockScenario, { set: { acquire: 'spinning' } }), { seed: 1, numRuns: 20 })
    expect(new Set(drawn.map(({ knobs }) => knobs.acquire))).toEqual(new Set(['spinning']))
    expect(() => design(lockScenario, { set: { aquire: 'spinning' } })).toThrow(/'aquire' is no knob .* did you mean 'acquire'/)
    expect(() => design(lockScenario, { set: { acquire: 'spining' } })).toThrow(
      /'spining' is no value .* did you mean 'spinning'/,
    )
  })

  test('refuses what is no scenario', () => {
    const takes = "'design' takes a scenario, as 'scenario({ ... })' gives it, not "
    expect(() => design(racing as never)).toThrow(`${takes}design 'racing' of scenario 'one-lock'`)
    expect(() => design(undefined as never)).toThrow(`${takes}undefined`)
  })
})
