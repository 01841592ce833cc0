import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { held, stored, type Word } from '../platform/shared-word.ts'
import { sleeperOf } from './raw-mutex.ts'
import type { Change } from './raw-mutex-block.ts'
import { bits, type bitsWaker, claimantOf, type Reset } from './raw-mutex-wake-bits.ts'

/*
 * The steps of the raw mutex with wake bits; `raw-mutex-wake-bits.ts` has the charts and says what is modelled.
 *
 * A waker's spin is a step that waits. Leaves out: what the charts leave out.
 */

export interface WakeBits {
  readonly threads: readonly string[]
  readonly waker: CellOf<typeof bitsWaker>
  readonly inner: Word<Change>
  /** How many it asks the host to wake: more than there are. */
  readonly asks: number
  readonly reset: Reset
}

const source = 'pull requests 75 and 86, litebox_platform_linux_userland/src/lib.rs: RawMutex'
/** The two words that a thread may sleep on: the wake bits, and the waker's own queue. */
const [main, own] = ['wakeBits', 'wakerQueue']

export const wakeBitsRules = (world: WakeBits): readonly Rule[] => [...claimantRules(world), ...wakerRules(world)]

/** For a waker that changes the compared word before it wakes. */
export const changeBeforeWake = ({ waker, inner }: WakeBits): Rule =>
  rule(
    'waker.change',
    {},
    {
      source: 'litebox/src/platform/mod.rs: RawMutex::underlying_atomic',
      actor: () => 'waker',
      sends: () => ({ waker, inner: inner.cell }),
    },
  ).does({
    when: { atChange: ({ waker }) => waker.value === 'changing' },
    events: () => ({ waker: { type: 'CHANGED' }, inner: stored(inner, 'changed') }),
  })

const claimantRules = ({ threads, inner }: WakeBits): readonly Rule[] => [
  rule(
    'claimant.compare',
    { thread: threads },
    {
      source: `${source}::block_or_maybe_timeout`,
      actor: ({ thread }) => thread,
      sees: () => ({ inner: inner.cell }),
      sends: ({ thread }) => ({ thread: claimantOf(thread) }),
    },
  ).does({
    when: { atComparison: ({ thread }) => thread.value === 'comparing' || thread.value === 'recomparing' },
    events: (at) => ({ thread: { type: 'SEE', change: held(inner, at.inner) } }),
  }),
  rule(
    'claimant.sleep',
    { thread: threads },
    {
      source: `${source}::block_or_maybe_timeout`,
      actor: ({ thread }) => thread,
      sees: () => ({ bits }),
      sends: ({ thread }) => ({ thread: claimantOf(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: { asks: ({ thread }) => thread.value === 'asking', bitsAreZero: ({ bits }) => bits.value === 'zero' },
    events: () => ({ thread: { type: 'FALL_ASLEEP' }, sleeper: { type: 'SLEEP', word: main } }),
  }),
  rule(
    'claimant.stayAwake',
    { thread: threads },
    {
      source: `${source}::block_or_maybe_timeout`,
      actor: ({ thread }) => thread,
      sees: () => ({ bits }),
      sends: ({ thread }) => ({ thread: claimantOf(thread) }),
    },
  ).does({
    when: { asks: ({ thread }) => thread.value === 'asking', bitsAreSet: ({ bits }) => bits.value !== 'zero' },
    events: () => ({ thread: { type: 'STAY_AWAKE' } }),
  }),
  rule(
    'claimant.wakeUp',
    { thread: threads },
    {
      source: `${source}::block_or_maybe_timeout`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: claimantOf(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: { asleep: ({ thread }) => thread.value === 'sleeping', woken: ({ sleeper }) => sleeper.value === 'woken' },
    events: () => ({ thread: { type: 'WAKE_UP' }, sleeper: { type: 'RESUME' } }),
  }),
  rule(
    'claimant.claim',
    { thread: threads },
    {
      source: `${source}::block_or_maybe_timeout`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: claimantOf(thread), bits }),
    },
  ).does({
    when: { atClaim: ({ thread }) => thread.value === 'claiming', leftToClaim: ({ bits }) => bits.context.count > 0 },
    events: () => ({ thread: { type: 'CLAIMED' }, bits: { type: 'CLAIM' } }),
  }),
  rule(
    'claimant.findNothing',
    { thread: threads },
    {
      source: `${source}::block_or_maybe_timeout`,
      actor: ({ thread }) => thread,
      sees: () => ({ bits }),
      sends: ({ thread }) => ({ thread: claimantOf(thread) }),
    },
  ).does({
    when: { atClaim: ({ thread }) => thread.value === 'claiming', nothingLeft: ({ bits }) => bits.context.count === 0 },
    events: () => ({ thread: { type: 'FOUND_NOTHING' } }),
  }),
]

const mayReset: Readonly<Record<Reset, (count: number, unwoken: number) => boolean>> = {
  'at-once': () => true,
  'when-equal': (count, unwoken) => count === unwoken,
  'when-at-most': (count, unwoken) => count <= unwoken,
}

const wakerRules = ({ threads, waker: self, asks, reset }: WakeBits): readonly Rule[] => {
  const actor = () => 'waker'
  const wakeMany = `${source}::wake_many`
  const sleepers = threads.map(sleeperOf)
  return [
    rule('waker.requeue', {}, { source: wakeMany, actor, sends: () => ({ self, sleepers }) }).does({
      when: { atRequeue: ({ self }) => self.value === 'requeueing' },
      events: () => ({ self: { type: 'REQUEUED' }, sleepers: { type: 'REQUEUE', word: main, to: own } }),
    }),
    rule('waker.lock', {}, { source: wakeMany, actor, sends: () => ({ self, bits }) }).does({
      when: { atLock: ({ self }) => self.value === 'locking' },
      events: () => ({ self: { type: 'LOCKED' }, bits: { type: 'LOCK', count: asks } }),
    }),
    rule('waker.wake', {}, { source: wakeMany, actor, sends: () => ({ self, sleepers }) }).does({
      when: { atWake: ({ self }) => self.value === 'waking' },
      events: ({ sleepers }) => ({
        self: {
          type: 'WOKE',
          unwoken: asks - sleepers.filter((sleeper) => sleeper.value === 'asleep' && sleeper.context.word === own).length,
        },
        sleepers: { type: 'WAKE', word: own },
      }),
    }),
    rule('waker.reset', {}, { source: wakeMany, actor, sends: () => ({ self, bits }) }).does({
      when: {
        atReset: ({ self }) => self.value === 'resetting',
        counted: ({ self, bits }) => mayReset[reset](bits.context.count, self.context.unwoken),
      },
      events: () => ({ self: { type: 'RESET' }, bits: { type: 'RESET' } }),
    }),
  ]
}
