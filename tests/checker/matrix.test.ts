import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnyAssignment } from '../../checker/define/scenario.ts'
import { choiceOf } from '../../checker/index.ts'
import { answer, type Row } from '../../checker/matrix/answer.ts'
import { effectsOf, isMinimal, minimalSets } from '../../checker/matrix/conclude.ts'
import { countsOf, policiesOf, type Variation, variantsOf, within } from '../../checker/matrix/variation.ts'
import type { VerdictName } from '../../checker/verdict.ts'
import { lockScenario } from '../cli/toy.ts'

const range = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 4 }))
const variation: fc.Arbitrary<Variation> = fc
  .record({ knobs: range, under: fc.dictionary(fc.constantFrom('x', 'y'), fc.uniqueArray(fc.nat(2), { minLength: 1 })) })
  .map((ranges) => ({ ...ranges, base: { a: 0, b: 0, c: 0, d: 0, x: 0, y: 0 } }))

describe('the assignments of a matrix', () => {
  test('are the whole product, each once, those of few changes first', () => {
    fc.assert(
      fc.property(variation, (variation) => {
        const counts = countsOf(variation)
        const policies = policiesOf(variation)
        const all = policies.flatMap((under) => counts.flatMap((_, count) => variantsOf(variation, under, count)))
        const product = Object.entries(variation.knobs).reduce((size, [, values]) => size * new Set([0, ...values]).size, 1)
        expect(all).toHaveLength(product * policies.length)
        expect(new Set(all.map(({ knobs }) => JSON.stringify(knobs))).size).toBe(all.length)
        for (const { changes, under, knobs } of all) {
          expect(knobs).toEqual({ ...variation.base, ...under, ...changes })
          for (const [knob, value] of Object.entries(changes)) expect(value).not.toBe(variation.base[knob])
        }
        for (const [count, number] of counts.entries()) expect(variantsOf(variation, policies[0]!, count)).toHaveLength(number)
      }),
    )
  })
})

const rowOf = (changes: AnyAssignment, verdict: VerdictName): Row => ({
  under: {},
  changes,
  knobs: changes,
  verdict,
  complete: verdict !== 'bounded',
  states: 1,
  transitions: 0,
  properties: [],
  notes: [],
  message: null,
})

describe('minimal sets of changes', () => {
  const verdicts = fc.infiniteStream(
    fc.constantFrom<VerdictName>('holds', 'violated', 'violated', 'unwitnessed', 'bounded', 'error'),
  )
  const some: Variation = { base: { a: 0, b: 0, c: 0 }, knobs: { a: [1, 2], b: [1], c: [1, 2] }, under: {} }

  test('are exactly the sufficient ones of which no other part suffices', () => {
    fc.assert(
      fc.property(verdicts, (verdicts) => {
        const rows = countsOf(some)
          .flatMap((_, count) => variantsOf(some, {}, count))
          .map(({ changes }) => rowOf(changes, verdicts.next().value))
        const isPart = (one: Row, other: Row): boolean => one !== other && within(one.changes, other.changes)
        const minimal = rows.filter(
          (row) => row.verdict === 'holds' && !rows.some((other) => other.verdict === 'holds' && isPart(other, row)),
        )
        expect(minimalSets(rows, {})).toEqual(minimal)
        for (const row of rows) {
          const open = row.verdict === 'bounded' || rows.some((other) => other.verdict === 'bounded' && isPart(other, row))
          const wanted = minimal.includes(row) || row.verdict === 'bounded' ? (open ? undefined : true) : false
          expect(isMinimal(row, rows)).toBe(wanted)
        }
      }),
    )
  })

  test('never hold an assignment whose search was cut short', () => {
    const { knobs } = choiceOf(lockScenario, 'atomic', 'small')
    const row = { ...rowOf({}, 'holds'), ...answer(lockScenario, knobs, { states: 3 }) }
    expect(row).toMatchObject({ verdict: 'bounded', complete: false })
    expect(minimalSets([row], {})).toEqual([])
  })
})

describe('what a change does alone', () => {
  const base = choiceOf(lockScenario, 'racing', 'small').knobs
  const rows = [{}, { acquire: 'atomic' }, { acquire: 'never' }, { release: 'never' }].map((changes) => ({
    ...rowOf(changes, 'holds'),
    ...answer(lockScenario, { ...base, ...changes }),
  }))

  test('is told by the properties that it breaks and mends', () => {
    const [atomic, never] = effectsOf(rows, {})
    expect(atomic).toMatchObject({
      change: { acquire: 'atomic' },
      breaks: [],
      mends: ['two cores are never inside together', 'no deadlock', 'every event is handled'],
      open: false,
      idle: false,
    })
    expect(never!.breaks.map(({ verdict }) => verdict)).toContain('unwitnessed')
  })

  test('is told apart from no difference at all', () => {
    const twin = [rows[0]!, { ...rows[0]!, changes: { cores: 2 } }]
    expect(effectsOf(twin, {})).toMatchObject([{ idle: true }])
  })
})

test('a model that refuses an assignment is an answer', () => {
  const refusing = {
    ...lockScenario,
    build: () => {
      throw new Error('no such\nworld')
    },
  }
  expect(answer(refusing, {})).toMatchObject({
    verdict: 'error',
    complete: false,
    message: "scenario 'one-lock' cannot be built: no such world",
  })
})
