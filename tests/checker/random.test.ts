import { describe, expect, test } from 'vitest'
import { Random } from '../../checker/simulate/random.ts'
import { runSeed, seedOf, seedText, splitMix } from '../../checker/simulate/seed.ts'

const mask = (1n << 64n) - 1n
const bigOf = (text: string): bigint => BigInt(`0x${seedText(seedOf(text))}`)

describe('the generator', () => {
  test("draws what Blackman and Vigna's xoshiro128starstar.c draws", () => {
    const random = new Random(seedOf('0'))
    random.fill(1, 2, 3, 4)
    expect(Array.from({ length: 10 }, () => random.bits() >>> 0)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ])
  })

  test("is filled by SplitMix64 as Vigna's splitmix64.c gives it", () => {
    const seed = seedOf(1234567n.toString(16).padStart(16, '0'))
    expect([0, 1, 2, 3, 4].map((nth) => BigInt(`0x${seedText(splitMix(seed, nth))}`))).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ])
  })

  test('draws these numbers from these seeds, on every machine', () => {
    const drawn = (text: string) => {
      const random = new Random(seedOf(text))
      return Array.from({ length: 4 }, () => random.below(1000))
    }
    expect(
      Object.fromEntries(['0000000000000000', 'ffffffffffffffff', '', 'a commit'].map((text) => [text, drawn(text)])),
    ).toEqual({
      '0000000000000000': [870, 601, 669, 765],
      ffffffffffffffff: [111, 580, 129, 141],
      '': [880, 452, 544, 814],
      'a commit': [425, 429, 668, 957],
    })
  })

  test('draws each of a few numbers about as often', () => {
    const random = new Random(seedOf('even'))
    const counts = new Array(7).fill(0)
    for (let draw = 0; draw < 70_000; draw++) counts[random.below(7)]++
    expect(Math.min(...counts)).toBeGreaterThan(9_600)
    expect(Math.max(...counts)).toBeLessThan(10_400)
  })
})

describe('a seed', () => {
  test('is 16 hexadecimal digits as they are, and any other text by its FNV-1a hash', () => {
    expect(seedText(seedOf('00FF00ff12345678'))).toBe('00ff00ff12345678')
    const fnv = (text: string): bigint => {
      let hash = 0xcbf29ce484222325n
      for (let at = 0; at < text.length; at++) hash = ((hash ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n) & mask
      return hash
    }
    for (const text of ['', 'a', 'foobar', '3cc745cc', '00ff00ff1234567', 'a longer text with öäü'])
      expect(bigOf(text)).toBe(fnv(text))
    // Published with FNV-1a.
    expect(seedText(seedOf('foobar'))).toBe('85944171f73967e8')
  })

  test('of a run stands the golden ratio from that of the run before, and that of the first is the own', () => {
    const campaign = seedOf('fedcba9876543210')
    for (const nth of [0, 1, 2, 1000, 123_456_789])
      expect(BigInt(`0x${seedText(runSeed(campaign, nth))}`)).toBe(
        (0xfedcba9876543210n + BigInt(nth) * 0x9e3779b97f4a7c15n) & mask,
      )
  })
})
