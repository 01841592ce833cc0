import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'

/** What runs on every change, and what runs at night: full sizes, every item of every slice, long campaigns. */
export type Lane = 'change' | 'nightly'

/** What the environment says of a run: `LANE` and `SEED`; a CI system sets `CI`. */
type Environment = Readonly<Record<string, string | undefined>>

/** @throws Error when `LANE` names no lane. */
export function laneOf({ LANE = '' }: Environment): Lane {
  if (LANE === '' || LANE === 'change') return 'change'
  if (LANE === 'nightly') return 'nightly'
  throw new Error(`LANE is '${LANE}': it is 'change' (the default) or 'nightly'`)
}

/**
 * The seed of everything that is sampled: `SEED`, or in CI the hash of the commit, so that every commit looks elsewhere
 * and can be looked at again. On a developer's machine it is a constant, so that two runs are the same.
 *
 * @throws Error in CI where neither is known: a seed that nobody wrote down reproduces nothing.
 */
export function seedOf({ SEED, CI }: Environment, commit: () => string): string {
  if (SEED) return SEED
  if (!CI || CI === 'false') return 'local'
  const hash = commit()
  if (hash === '') throw new Error('in CI a seed is needed, and this is no git checkout: set SEED, for instance to the commit')
  return hash
}

/** The hash of the commit that is checked out here, or nothing. Whoever owns the checkout: nothing of it is run. */
const commitHash = (): string =>
  spawnSync('git', ['-c', 'safe.directory=*', 'rev-parse', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  }).stdout?.trim() ?? ''

export const lane = laneOf(process.env)
export const seed = seedOf(process.env, commitHash)

/** The first 32 bits of a hash of the seed and of what it is used for: a non-negative integer, the same everywhere. */
export const seedNumber = (purpose: string): number => hashOf(seed, purpose)

/** The same, but on every change for a seed that never changes: for tests that also ask their samples to be a rich lot. */
export const steadySeed = (purpose: string): number => hashOf(lane === 'nightly' ? seed : 'local', purpose)

/** How many random systems this lane looks at: at night all, otherwise three in ten. */
export const shareOf = (atNight: number): number => (lane === 'nightly' ? atNight : Math.ceil(atNight * 0.3))

/** The items that this lane looks at: at night all, otherwise about `perMille` of a thousand, chosen by the seed, in order. */
export const slice = <T>(items: readonly T[], perMille: number): T[] => sliceOf(items, perMille, lane, seed)

/** `slice` for a given lane and seed. At least one item where there is one and `perMille` is above 0. */
export function sliceOf<T>(items: readonly T[], perMille: number, lane: Lane, seed: string): T[] {
  if (lane === 'nightly') return [...items]
  const wanted = Math.min(items.length, Math.ceil((items.length * perMille) / 1000))
  const drawn = [...items.keys()].sort((a, b) => hashOf(seed, String(a)) - hashOf(seed, String(b)) || a - b)
  return drawn
    .slice(0, wanted)
    .sort((a, b) => a - b)
    .map((at) => items[at]!)
}

const hashOf = (seed: string, purpose: string): number =>
  createHash('sha256').update(`${seed}\0${purpose}`).digest().readUInt32BE(0)
