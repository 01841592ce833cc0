import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conclude } from '../../checker/check.ts'
import { checkpointOf, resume } from '../../checker/checkpoint.ts'
import { type Choice, choiceOf, Explorer, type System, scenario } from '../../checker/index.ts'
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

/** Everything that a search answers, and the states it stored, as plain data; but for its memory, which has forgotten sleep sets. */
function answerOf(explorer: Explorer) {
  const { system, stats, ...rest } = conclude(explorer)
  const { bytes, ...counts } = stats
  expect(bytes).toBeGreaterThan(0)
  const result = { ...rest, counts }
  const { store, compiled, levels } = explorer
  const rows = createHash('sha256').update(Int32Array.from(store.rows.subarray(0, store.count * compiled.layout.words)))
  return { ...result, levels, rows: rows.digest('hex') }
}

/** Ends the search after each of these many states, and goes on from the file with a system that is built again. */
function brokenUp(choice: Choice, pieces: readonly number[]): { readonly explorer: Explorer; readonly breaks: number } {
  const build = () => choice.scenario.build(choice.knobs)
  let explorer = new Explorer(build())
  let breaks = 0
  for (const piece of pieces) {
    if (explorer.done) break
    explorer.advance(piece)
    const bytes = Buffer.concat([...checkpointOf(choice, explorer, 'v')!])
    explorer = resume(bytes, choice, build(), 'v', {})
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
  fc.assert(same, { seed: 21, numRuns: 40 })
  expect(breaks).toBeGreaterThan(60)
})

describe('a design that is broken up and resumed answers what an unbroken search does, costs included', () => {
  for (const [name, design] of [
    ['unmap-shootdown', 'snapshot'],
    ['physical-pointer', 'upstream-newer'],
    ['futex-wake', 'snapshot-tso'],
  ] as const) {
    const found = scenarios.find((one) => one.name === name)!
    const choice = choiceOf(found, design, 'small')
    test(`${found.name}, ${choice.base}`, () => {
      const { explorer, breaks } = brokenUp(choice, [1, 300, 1000, 2000, 5000, 5000, 8000])
      expect(breaks).toBeGreaterThan(1)
      expect(answerOf(explorer)).toEqual(answerOf(new Explorer(found.build(choice.knobs)).run()))
    })
  }
})
