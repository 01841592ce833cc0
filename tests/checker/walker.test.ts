import { expect, test } from 'vitest'
import { fiveHundredSteps } from '../../bench/five-hundred-steps.ts'
import { Compiled } from '../../checker/compile/compiled.ts'
import { successorExtra } from '../../checker/compile/generate.ts'
import { chunkSize } from '../../checker/compile/program.ts'
import { systemOf } from '../../checker/define/assign.ts'
import { choiceOf, type System } from '../../checker/index.ts'
import { EnabledSteps } from '../../checker/simulate/enabled.ts'
import { nthOne, onesUpTo } from '../../checker/simulate/ones.ts'
import { Random, scaled } from '../../checker/simulate/random.ts'
import { Walker } from '../../checker/simulate/walker.ts'
import { scenarios } from '../../scenarios/index.ts'
import { seedNumber, slice, steadySeed } from '../lane.ts'

/* What a walk knows of the state it stands in, against the successors that the search generates from the same row. */

const designs = scenarios.flatMap((scenario) => Object.keys(scenario.designs).map((design) => ({ scenario, design })))

/** The steps that lead on from the row, and of each whether it changes anything, as the search's own code says. */
function byExpansion(compiled: Compiled, row: Int32Array): Map<number, string> {
  const { words } = compiled.layout
  const out = new Int32Array(compiled.system.steps.length * (words + successorExtra))
  const end = compiled.program.run.expand(row, 0, out, 0)
  const found = new Map<number, string>()
  for (let at = 0; at < end; at += words + successorExtra) found.set(out[at + words]!, out.slice(at, at + words).join())
  return found
}

function walkAndCompare(system: System, runs: number, length: number): { taken: number; chunks: number } {
  const walker = new Walker(new Compiled(system))
  const random = new Random({ high: 0, low: seedNumber('walker') })
  let taken = 0
  for (let run = 0; run < runs; run++) {
    if (run === 1) walker.settle()
    walker.restart()
    for (let at = 0; at < length && walker.enabled.any; at++, taken++) {
      const here = walker.row.join()
      const next = byExpansion(walker.compiled, walker.row)
      const enabled = [...next.keys()]
      expect(Array.from({ length: walker.enabled.count }, (_, nth) => walker.enabled.pick(nth))).toEqual(enabled)
      expect(walker.isProgramEnabled).toBe(enabled.some((step) => system.steps[step]!.kind === 'program'))
      const bits = random.bits()
      const step = walker.enabled.draw(bits)
      expect(step).toBe(enabled[scaled(bits, enabled.length)])
      const { widenings } = walker.compiled
      const changes = walker.take(step)
      if (walker.compiled.widenings !== widenings) continue
      expect(walker.row.join()).toBe(next.get(step))
      expect(changes).toBe(next.get(step) !== here)
    }
  }
  return { taken, chunks: walker.enabled.now.length }
}

test('steps that are enabled, and what they lead to, on the designs of the registry', () => {
  const met = { taken: 0, chunks: new Set<number>() }
  for (const { scenario, design } of slice(designs, 20)) {
    const { taken, chunks } = walkAndCompare(systemOf(choiceOf(scenario, design, 'small')), 3, 40)
    met.taken += taken
    met.chunks.add(chunks)
  }
  expect(met.taken).toBeGreaterThan(500)
  expect(met.chunks.size).toBeGreaterThan(1)
})

test.each(['asleep', 'waiting', 'comparing'] as const)('the same of many chunks of steps, most of them %s', (sleepers) => {
  const system = fiveHundredSteps({ dials: 4, positions: 3, sleepers, actors: 8, stepsEach: 29 })
  const { taken, chunks } = walkAndCompare(system, 3, 100)
  expect(taken).toBe(300)
  expect(chunks).toBeGreaterThan(4)
})

test('whatever the number of chunks, a number draws the step that it picks', () => {
  const random = new Random({ high: 1, low: steadySeed('draw') })
  for (const chunks of [1, 2, 3, 4, 5, 17]) {
    const enabled = new EnabledSteps(chunks)
    const every = Int32Array.from({ length: chunks }, (_, chunk) => chunk)
    for (let round = 0; round < 200; round++) {
      for (const chunk of every) enabled.now[chunk] = random.bits() & random.bits() & ((1 << chunkSize) - 1)
      enabled.changed(every)
      const steps = Array.from({ length: chunks * chunkSize }, (_, step) => step).filter((step) => enabled.has(step))
      expect(enabled.count).toBe(steps.length)
      if (steps.length === 0) continue
      const bits = random.bits()
      expect(enabled.draw(bits)).toBe(steps[scaled(bits, steps.length)])
      expect(enabled.pick(steps.length - 1)).toBe(steps.at(-1))
    }
  }
})

test('the nth bit of a word that is set', () => {
  for (const word of [1, 0x3fffffff, 0x20000000, 0x15555555, 0x01010101, 0x3f00ff01])
    for (let bit = 0, nth = 0; bit < chunkSize; bit++)
      if ((word >>> bit) & 1) expect(nthOne(word, onesUpTo(word), nth++)).toBe(bit)
})

test('random bits are scaled alike by integers and by fractions', () => {
  for (const bits of [0, 1, -1, 0x7fffffff, -0x80000000, 0x12345678, -0x12345678])
    for (const count of [1, 2, 3, 7, 1000, 0xffff, 0x10000])
      expect(scaled(bits, count)).toBe(Math.floor(((bits >>> 0) * count) / 2 ** 32))
})
