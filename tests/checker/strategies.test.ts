import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import { Campaign, cell, rule, type StrategyName, type System, seedOf, system } from '../../checker/index.ts'

/* Where a strategy is better than another, and what it guarantees, on systems small enough to count by hand. */

const program = (length: number) =>
  setup({ types: { events: {} as { type: 'STEP' } } }).createMachine({
    id: 'program',
    initial: 'at0',
    states: Object.fromEntries(
      Array.from({ length: length + 1 }, (_, at) => [`at${at}`, at < length ? { on: { STEP: `at${at + 1}` } } : {}]),
    ),
  })

/** Two programs of eight steps each that share nothing. */
function race(): System {
  const machine = program(8)
  const actors = ['a', 'b']
  const of = (name: string) => cell(name, machine)
  return system({
    cells: actors.map(of),
    rules: [
      rule('program.step', { actor: actors }, { actor: ({ actor }) => actor, sends: ({ actor }) => ({ self: of(actor) }) }).does({
        when: { unfinished: ({ self }) => self.value !== 'at8' },
        events: () => ({ self: { type: 'STEP' } }),
      }),
    ],
  })
}

/** In how many of so many runs the programs once stand so far, one and the other. */
function meetings(strategy: StrategyName, depth: number, runs: number, one: number, other: number): number {
  const campaign = new Campaign(race(), { seed: seedOf('strategies'), strategy, depth, runs, steps: 100, states: 0 })
  let met = 0
  while (!campaign.done) {
    campaign.advance(1)
    const at = [0, 0]
    if (campaign.simulator.lastRun.some((step) => ++at[step]! > 0 && at[0] === one && at[1] === other)) met++
  }
  expect(campaign.simulator.runs).toBe(runs)
  return met
}

describe('priorities', () => {
  test('of depth 1 meet a bug of depth 1 in one run of n at least', () => {
    // That b ends before a begins is one ordering of two actors.
    expect(meetings('pct', 1, 400, 0, 8)).toBeGreaterThan(400 / 2 - 3 * 10)
    // Eight times in a row b must be chosen.
    expect(meetings('uniform', 1, 400, 0, 8)).toBeLessThan(12)
  })

  test('of depth 2 meet a bug of depth 2 in one run of n · k at least', () => {
    // One stops in the middle, and the other overtakes it.
    const least = 2000 / (2 * 16)
    expect(meetings('pct', 2, 2000, 3, 5)).toBeGreaterThan(least - 3 * Math.sqrt(least))
    expect(meetings('pct', 1, 400, 3, 5)).toBe(0)
  })
})

describe('partial-order sampling', () => {
  test('holds one actor back far oftener than a uniform walk does', () => {
    // The first step of a keeps its priority until it is taken, since nothing races with it: the least of nine, one time in nine.
    const met = meetings('pos', 1, 900, 0, 8)
    expect(met).toBeGreaterThan(100 - 3 * 10)
    expect(met).toBeLessThan(100 + 3 * 10)
  })
})

describe('swarm', () => {
  test('meets what priorities meet and what walks meet', () => {
    expect(meetings('swarm', 1, 400, 0, 8)).toBeGreaterThan(20)
    expect(meetings('swarm', 1, 400, 4, 4)).toBeGreaterThan(20)
  })
})
