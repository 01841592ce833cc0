import { describe, expect, test } from 'vitest'
import {
  always,
  bound,
  checkSystem,
  Explorer,
  explorePlainly,
  finalWhen,
  onStep,
  rule,
  sometimes,
  system,
} from '../../checker/index.ts'
import { counter, counting } from './counters.ts'

describe('cells with many local states', () => {
  test('a row that outgrows its bits is widened, and nothing else changes', () => {
    const result = checkSystem(counting(['a', 'b'], 299))
    expect(result).toMatchObject({ states: 90_000, transitions: 2 * 299 * 300, depth: 598 })
    expect(result.stats.widenings).toBeGreaterThan(1)
    expect(result.stats.localStates).toBe(600)
  })

  test('one cell may have tens of thousands of local states', () => {
    const result = checkSystem(counting(['a'], 40_000))
    expect(result).toMatchObject({ states: 40_001, transitions: 40_000, depth: 40_000, verdict: 'deadlock' })
  })

  test('a table too wide to be dense is open-addressed, with the same answers as the naive explorer', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const reads = () => ({ all: names.map(counter) })
    const meet = rule('meet', {}, { actor: () => 'all', sees: reads, sends: () => ({ extra: counter('extra') }) }).does({
      when: { equal: ({ all }) => all.every((one) => one.context.count === all[0]!.context.count) },
      events: ({ all }) => ({ extra: { type: 'SET', count: all[0]!.context.count } }),
    })
    const build = (most: number) => {
      const base = counting(names, most)
      return system({
        cells: [...names, 'extra'].map(counter),
        rules: [...base.rules, meet],
        properties: [
          always(
            'the sum stays small',
            {},
            { reads, holds: ({ all }) => all.reduce((sum, one) => sum + one.context.count, 0) < 6 * most },
          ),
          sometimes('all meet at the top', {}, { reads, holds: ({ all }) => all.every((one) => one.context.count === most) }),
        ],
      })
    }
    const small = checkSystem(build(2))
    const naive = explorePlainly(build(2))
    expect(small).toMatchObject({ states: naive.states, transitions: naive.transitions, depth: naive.depth, verdict: 'violated' })
    expect(small.properties[0]!.run!.stem.length).toBe(12)
    // 16 values take 5 bits once widened: 30 bits and more together, beyond any dense table.
    const wide = new Explorer(build(15), { depth: 9 }).run()
    const { program } = wide.compiled
    expect(program.stepTables.some((table) => !(table instanceof Int32Array))).toBe(true)
    expect(wide.store.count).toBe(multisets(6, 9) + extraStates(9))
  })
})

/** How many ways to count at most `depth` altogether with `counters` counters. */
const multisets = (counters: number, depth: number): number => {
  let ways = [1, ...Array.from({ length: depth }, () => 0)]
  for (let nth = 0; nth < counters; nth++) {
    let sum = 0
    ways = ways.map((way) => (sum += way))
  }
  return ways.reduce((sum, way) => sum + way, 0)
}
/** `extra` is 1 in the states that follow a meeting at 1: six counts and one meeting, then up to `depth − 7` more. */
const extraStates = (depth: number): number => multisets(6, depth - 7)

describe('limits', () => {
  const world = () =>
    counting(['a', 'b'], 50, [
      always('a stays below 30', {}, { reads: () => ({ a: counter('a') }), holds: ({ a }) => a.context.count < 30 }),
      sometimes('b gets to 50', {}, { reads: () => ({ b: counter('b') }), holds: ({ b }) => b.context.count === 50 }),
    ])

  test('a bound on states is exact, and leaves what is undecided bounded', () => {
    const result = checkSystem(world(), { states: 100 })
    expect(result).toMatchObject({ states: 100, complete: false, limit: 'states', verdict: 'bounded' })
    expect(result.properties.map((property) => property.verdict)).toEqual(['bounded', 'bounded', 'bounded', 'bounded'])
  })
  test('a bound that the space just fits is no limit', () => {
    expect(checkSystem(world(), { states: 51 * 51 })).toMatchObject({ states: 51 * 51, complete: true, limit: undefined })
  })
  test('states at the greatest depth are found and not expanded', () => {
    expect(checkSystem(world(), { depth: 3 })).toMatchObject({
      states: 10,
      transitions: 12,
      depth: 3,
      limit: 'depth',
      verdict: 'bounded',
    })
  })
  test('a violation found before a limit is violated, and not complete', () => {
    const result = checkSystem(world(), { depth: 30 })
    expect(result).toMatchObject({ verdict: 'violated', complete: false })
    expect(result.properties[0]!.run!.stem).toEqual(Array.from({ length: 30 }, () => 0))
  })
  test('first stops at the first violation', () => {
    const result = checkSystem(world(), { first: true })
    expect(result).toMatchObject({ verdict: 'violated', complete: false, limit: 'first' })
    expect(result.states).toBeLessThan(51 * 51)
  })
  test('a bound on memory is honoured before the buffers grow', () => {
    const result = checkSystem(counting(['a', 'b', 'c'], 99), { bytes: 2_000_000 })
    expect(result).toMatchObject({ limit: 'memory', verdict: 'bounded', complete: false })
    expect(result.stats.bytes).toBeLessThanOrEqual(2_000_000)
  })
  test('the caller may stop it between slices', () => {
    let slices = 0
    const explorer = new Explorer(counting(['a', 'b', 'c'], 99), { stop: () => (++slices === 3 ? 'time' : undefined) })
    while (!explorer.done) explorer.advance(1000)
    expect(explorer).toMatchObject({ limit: 'time', complete: false })
  })
  test('slices of any length give the same search', () => {
    const whole = checkSystem(world())
    const sliced = new Explorer(world())
    while (!sliced.done) sliced.advance(1)
    expect([sliced.store.count, sliced.transitions, sliced.depth]).toEqual([whole.states, whole.transitions, whole.depth])
  })
})

describe('claims about steps', () => {
  const reads = () => ({ a: counter('a'), b: counter('b') })
  test('onStep sees every transition, those to known states too, before and after', () => {
    const result = checkSystem(
      counting(['a', 'b'], 3, [
        onStep(
          'a does not step while b stands at 2',
          {},
          {
            reads,
            holds: (before, after) => !(before.a.context.count !== after.a.context.count && before.b.context.count === 2),
          },
        ),
      ]),
    )
    expect(result.properties[0]).toMatchObject({ verdict: 'violated' })
    expect(result.properties[0]!.run!.stem.map((step) => result.system.steps[step]!.label)).toEqual([
      'count(b)',
      'count(b)',
      'count(a)',
    ])
  })
  test('on names the rules that are asked', () => {
    const still = rule('stand', {}, { actor: () => 'c', sees: () => ({ a: counter('a') }), sends: () => ({}) }).does({
      when: { high: ({ a }) => a.context.count === 3 },
      events: () => ({}),
    })
    const claim = onStep(
      'nobody stands still',
      {},
      { on: ['stand'], reads: () => ({ b: counter('b') }), holds: ({ b }) => b.context.count > 1 },
    )
    const result = checkSystem(counting(['a', 'b'], 3, [claim], [still]))
    expect(result.properties[0]!.run!.stem.length).toBe(4)
  })
})

test('a claim without an instance is empty, and reported', () => {
  const nobody = always('nobody is late', { name: [] as string[] }, { reads: () => ({ a: counter('a') }), holds: () => false })
  expect(checkSystem(counting(['a'], 2, [nobody])).vacuous).toEqual(["'nobody is late' has no instance"])
})

describe('ends', () => {
  const ended = (last: number) => {
    const base = counting(['a', 'b'], 4)
    return system({
      cells: base.cells,
      rules: base.rules,
      final: finalWhen(
        { name: ['a', 'b'] },
        { reads: ({ name }) => ({ one: counter(name) }), holds: ({ one }) => one.context.count === last },
      ),
      bounds: [
        bound(
          'count',
          4,
          { name: ['a', 'b'] },
          { reads: ({ name }) => ({ one: counter(name) }), hit: ({ one }) => one.context.count === 4 },
        ),
      ],
    })
  }
  test('a named final state is no deadlock', () => {
    expect(checkSystem(ended(4))).toMatchObject({ verdict: 'holds', within: ['count=4'] })
  })
  test('another state without steps is one, with the shortest way there', () => {
    const result = checkSystem(ended(3))
    expect(result.verdict).toBe('deadlock')
    expect(result.properties.find(({ name }) => name === 'no deadlock')!.run!.stem.length).toBe(8)
  })
})
