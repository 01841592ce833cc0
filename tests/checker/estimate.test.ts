import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { estimateTotal } from '../../checker/search/estimate.ts'

/** Level sizes of finished searches: designs of the registry, small and full, by name. */
const profiles = JSON.parse(readFileSync(join(import.meta.dirname, 'level-profiles.json'), 'utf8')) as Record<string, number[]>

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0)

/** What is said at each level of a search of which less than 99 in 100 is known, from the tenth on. */
const said = Object.entries(profiles).map(([name, sizes]) => {
  const total = sum(sizes)
  const known = sizes.map((_, depth) => sizes.slice(0, depth + 1)).slice(9, -1)
  const open = known.filter((levels) => sum(levels) <= 0.99 * total)
  return { name, total, estimates: open.map((levels) => estimateTotal(levels)) }
})

describe('the estimate of the total, on recorded searches', () => {
  const all = said.flatMap(({ total, estimates }) => estimates.map((estimate) => ({ total, estimate })))
  const given = all.flatMap(({ total, estimate }) => (estimate === undefined ? [] : [{ total, ...estimate }]))

  test('is given in most cases', () => {
    expect(given.length / all.length).toBeGreaterThan(0.55)
  })

  test('states a range that holds the truth at least four times in five', () => {
    const right = given.filter(({ total, low, high }) => low <= total && total <= high)
    expect(right.length / given.length).toBeGreaterThan(0.8)
  })

  test('does so in the mean over searches too, not only over levels', () => {
    const shares = said.flatMap(({ total, estimates }) => {
      const own = estimates.filter((estimate) => estimate !== undefined)
      return own.length === 0 ? [] : [own.filter(({ low, high }) => low <= total && total <= high).length / own.length]
    })
    expect(shares.length).toBeGreaterThan(50)
    expect(sum(shares) / shares.length).toBeGreaterThan(0.78)
  })

  test('is narrow enough to be of use: half the ranges span less than a factor of three', () => {
    const widths = given.map(({ low, high }) => high / low).sort((a, b) => a - b)
    expect(widths[widths.length >> 1]).toBeLessThan(3)
  })

  test('lies in its range', () => {
    for (const { states, low, high } of given) expect(low <= states && states <= high).toBe(true)
  })
})

describe('there is no estimate', () => {
  test('of a search that has just begun', () => {
    expect(estimateTotal([1])).toBeUndefined()
    expect(estimateTotal([1, 4, 9, 16, 20])).toBeUndefined()
  })

  test('while levels grow by the same factor each time', () => {
    expect(estimateTotal(Array.from({ length: 20 }, (_, depth) => 2 ** depth))).toBeUndefined()
  })
})

test('a search whose levels are a bell is foreseen from its middle', () => {
  const bell = Array.from({ length: 61 }, (_, depth) => Math.round(100_000 * Math.exp(-((depth - 30) ** 2) / 90)))
  const levels = bell.filter((size) => size > 0)
  const { states } = estimateTotal(levels.slice(0, levels.length >> 1))!
  expect(Math.abs(states / sum(levels) - 1)).toBeLessThan(0.05)
})
