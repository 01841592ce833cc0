import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conclude } from '../../checker/check.ts'
import { checkpointOf, resume } from '../../checker/checkpoint.ts'
import { choiceText } from '../../checker/define/assign.ts'
import { type Budget, type Choice, choiceOf, Explorer, type System, scenario } from '../../checker/index.ts'
import { scenarios } from '../../scenarios/index.ts'
import { systemOf, systemPlan } from './random-system.ts'

/** A system as the only design of a scenario. */
const choiceFor = (system: System): Choice =>
  choiceOf(
    scenario({
      name: 'the-only-one',
      story: '',
      knobs: {},
      sizes: { small: {}, full: {} },
      designs: { only: { story: '', knobs: {}, expect: {} } },
      build: () => system,
    }),
    'only',
    'small',
  )

/** Everything that a search answers, and the states it stored, as plain data. */
function answerOf(explorer: Explorer) {
  const { system, reduction, ...result } = conclude(explorer)
  const { store, compiled, levels } = explorer
  const rows = createHash('sha256').update(Int32Array.from(store.rows.subarray(0, store.count * compiled.layout.words)))
  return { ...result, reduction: reduction.name, levels, rows: rows.digest('hex') }
}

/** Ends the search after each of these many states, and goes on from the file with a system that is built again. */
function brokenUp(
  choice: Choice,
  pieces: readonly number[],
  budget: Budget = {},
): { readonly explorer: Explorer; readonly breaks: number } {
  const build = () => choice.scenario.build(choice.knobs)
  let explorer = new Explorer(build(), budget)
  let breaks = 0
  for (const piece of pieces) {
    if (explorer.done) break
    explorer.advance(piece)
    const bytes = Buffer.concat([...checkpointOf(choice, explorer, 'v')!])
    explorer = resume(bytes, choice, build(), 'v', budget)
    breaks++
  }
  return { explorer: explorer.run(), breaks }
}

test('a search of a random system that is broken up and resumed answers and stores what an unbroken one does', () => {
  let breaks = 0
  const same = fc.property(
    systemPlan({ progress: true, fairness: true }),
    fc.array(fc.integer({ min: 1, max: 40 })),
    (plan, pieces) => {
      const choice = choiceFor(systemOf(plan))
      const broken = brokenUp(choice, pieces)
      breaks += broken.breaks
      expect(answerOf(broken.explorer)).toEqual(answerOf(new Explorer(systemOf(plan)).run()))
    },
  )
  fc.assert(same, { seed: 21, numRuns: 15 })
  expect(breaks).toBeGreaterThan(15)
})

describe('a design that is broken up and resumed answers what an unbroken search does, costs included', () => {
  const threeCores = { cores: '3' }
  for (const [name, design, knobs, budget] of [
    ['unmap-shootdown', 'snapshot', {}, {}],
    ['physical-pointer', 'flush-all', {}, {}],
    ['futex-wake', 'snapshot-tso', {}, {}],
    ['unmap-shootdown', 'free-after-flush', threeCores, { reduce: 'symmetry' }],
    ['unmap-shootdown', 'snapshot', {}, { reduce: 'por' }],
    ['unmap-shootdown', 'free-after-flush', threeCores, { reduce: 'all' }],
  ] as const) {
    const found = scenarios.find((one) => one.name === name)!
    const choice = choiceOf(found, design, 'small', knobs)
    test(`${name}, ${choiceText(choice)}, ${JSON.stringify(budget)}`, () => {
      const { explorer, breaks } = brokenUp(choice, [1, 500, 3000], budget)
      expect(breaks).toBeGreaterThan(1)
      expect(answerOf(explorer)).toEqual(answerOf(new Explorer(found.build(choice.knobs), budget).run()))
    })
  }
})

test('a search by two threads is resumed too, and by another number of threads, with the same answer', () => {
  const found = scenarios.find((one) => one.name === 'unmap-shootdown')!
  const choice = choiceOf(found, 'snapshot', 'small', { cores: '3' })
  const build = () => found.build(choice.knobs)
  const together: Budget = { workers: 2, workersFrom: 1 }
  const first = new Explorer(build(), together)
  first.advance(60_000)
  expect(first.rounds).toBeGreaterThan(0)
  const bytes = Buffer.concat([...checkpointOf(choice, first, 'v')!])
  // Threads take memory of their own, and when one goes on alone decides how rows are laid out.
  const answered = (explorer: Explorer) => {
    const { stats, ...rest } = answerOf(explorer)
    const { bytes: _, rowBits: __, rowWords: ___, widenings: ____, ...counts } = stats
    return { ...rest, rows: undefined, counts }
  }
  const whole = answered(new Explorer(build()).run())
  for (const budget of [together, {}]) expect(answered(resume(bytes, choice, build(), 'v', budget).run())).toEqual(whole)
})

test('a checkpoint of a search with another reduction is refused', () => {
  const found = scenarios.find((one) => one.name === 'unmap-shootdown')!
  const choice = choiceOf(found, 'snapshot', 'small', { cores: '3' })
  const explorer = new Explorer(found.build(choice.knobs), { reduce: 'symmetry' })
  explorer.advance(500)
  const bytes = Buffer.concat([...checkpointOf(choice, explorer, 'v')!])
  expect(() => resume(bytes, choice, found.build(choice.knobs), 'v', {})).toThrow(
    "it is of a search with the reduction 'symmetry', and this one has the reduction 'none'",
  )
})
