import { describe, expect, test } from 'vitest'
import { laneOf, seedOf, sliceOf } from '../lane.ts'

describe('the lane', () => {
  test('is that of every change unless the night is asked for', () => {
    expect([laneOf({}), laneOf({ LANE: '' }), laneOf({ LANE: 'change' }), laneOf({ LANE: 'nightly' })]).toEqual([
      'change',
      'change',
      'change',
      'nightly',
    ])
  })

  test('that does not exist is refused', () => {
    expect(() => laneOf({ LANE: 'weekly' })).toThrow("LANE is 'weekly': it is 'change' (the default) or 'nightly'")
  })
})

describe('the seed', () => {
  const commit = (): string => 'abc'

  test('is what is given, before the hash of the commit', () => {
    expect(seedOf({ SEED: '7', CI: 'true' }, commit)).toBe('7')
    expect(seedOf({ CI: 'true' }, commit)).toBe('abc')
  })

  test('is constant outside of CI, and an error in CI where nobody knows it', () => {
    expect(seedOf({}, commit)).toBe('local')
    expect(seedOf({ CI: 'false' }, commit)).toBe('local')
    expect(() => seedOf({ CI: 'true' }, () => '')).toThrow('in CI a seed is needed')
    expect(() => seedOf({ CI: 'true', SEED: '' }, () => '')).toThrow('in CI a seed is needed')
  })
})

describe('a slice', () => {
  const items = Array.from({ length: 400 }, (_, at) => at)

  test('has the share that is asked for, in order, and one item at least', () => {
    const drawn = sliceOf(items, 100, 'change', 'a')
    expect(drawn).toHaveLength(40)
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b))
    expect(sliceOf(items, 1, 'change', 'a')).toHaveLength(1)
    expect(sliceOf([], 500, 'change', 'a')).toEqual([])
    expect(sliceOf(items, 0, 'change', 'a')).toEqual([])
  })

  test('is the same for the same seed, another for another, and everything at night', () => {
    expect(sliceOf(items, 100, 'change', 'a')).toEqual(sliceOf(items, 100, 'change', 'a'))
    expect(sliceOf(items, 100, 'change', 'a')).not.toEqual(sliceOf(items, 100, 'change', 'b'))
    expect(sliceOf(items, 100, 'nightly', 'a')).toEqual(items)
  })

  test('does not depend on the machine', () => {
    expect(sliceOf(items, 10, 'change', 'pinned')).toMatchInlineSnapshot(`
      [
        0,
        19,
        68,
        122,
      ]
    `)
  })
})
