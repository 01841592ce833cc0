import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule } from '../../checker/index.ts'
import { held, stored, type Word, word } from '../platform/shared-word.ts'
import { sleeperOf } from './raw-mutex.ts'

/*
 * A thread that takes LiteBox's `Mutex` and lets it go.
 *
 * Models: `litebox/src/sync/mutex.rs: RawMutex`: `try_lock`, `lock_contended`, `spin`, `unlock`. The word says `unlocked`,
 * `locked`, or `contended`: locked, and whoever unlocks it must wake somebody. Who has slept takes the lock as contended,
 * since there may be others.
 *
 * Leaves out: that spinning looks more than once; what `wake_one` answers, which nobody reads here; memory order: every
 * change of the word is a locked instruction on x86; and that the mutex may be gone when its last holder wakes somebody.
 */

type Lock = 'unlocked' | 'locked' | 'contended'
export const mutexWord: Word<Lock> = word<Lock>('mutex', 'unlocked')

export const mutexCaller = setup({
  types: {
    events: {} as
      | { type: 'CALL' }
      | { type: 'LOCKED' }
      | { type: 'SEE'; lock: Lock }
      | { type: 'SLEEP' }
      | { type: 'STAY_AWAKE' }
      | { type: 'RESUME' }
      | { type: 'UNLOCK'; lock: Lock }
      | { type: 'WOKE' },
  },
  guards: { is: (_, { lock, wanted }: { lock: Lock; wanted: Lock }) => lock === wanted },
}).createMachine({
  id: 'mutexCaller',
  initial: 'trying',
  states: {
    trying: { on: { LOCKED: 'holding', SEE: 'spinning' } },
    spinning: {
      on: {
        SEE: [
          { guard: { type: 'is', params: ({ event }) => ({ lock: event.lock, wanted: 'unlocked' }) }, target: 'tryingAgain' },
          { guard: { type: 'is', params: ({ event }) => ({ lock: event.lock, wanted: 'contended' }) }, target: 'blocking' },
          { target: 'marking' },
        ],
      },
    },
    tryingAgain: {
      on: {
        LOCKED: 'holding',
        SEE: [
          { guard: { type: 'is', params: ({ event }) => ({ lock: event.lock, wanted: 'contended' }) }, target: 'blocking' },
          { target: 'marking' },
        ],
      },
    },
    marking: { on: { LOCKED: 'holding', SEE: 'blocking' } },
    blocking: { on: { SLEEP: 'sleeping', STAY_AWAKE: 'spinningAgain' } },
    sleeping: { on: { RESUME: 'spinningAgain' } },
    // After a wake the lock is never taken as merely locked.
    spinningAgain: {
      on: {
        SEE: [
          { guard: { type: 'is', params: ({ event }) => ({ lock: event.lock, wanted: 'contended' }) }, target: 'blocking' },
          { target: 'marking' },
        ],
      },
    },
    holding: {
      on: {
        UNLOCK: [
          { guard: { type: 'is', params: ({ event }) => ({ lock: event.lock, wanted: 'contended' }) }, target: 'waking' },
          { target: 'finished' },
        ],
      },
    },
    waking: { on: { WOKE: 'finished' } },
    finished: {},
  },
})

export const mutexCallerOf = (thread: string): CellOf<typeof mutexCaller> => cell(`caller.${thread}`, mutexCaller)

export interface MutexWorld {
  readonly threads: readonly string[]
  /** What a thread that has slept, or has meant to, makes of the word when it takes the lock. */
  readonly relock: 'as-contended' | 'as-locked'
  /** Whether a thread that finds the lock free takes it in one step with looking. */
  readonly taking: 'exchange' | 'look-then-store'
}

const source = 'litebox/src/sync/mutex.rs'

export const mutexRules = (world: MutexWorld): readonly Rule[] => [...taking(world), ...sleeping(world), ...unlocking(world)]

function taking({ threads, relock, taking }: MutexWorld): readonly Rule[] {
  const change = (name: string, phase: string, symbol: string, put: (found: Lock) => Lock): Rule =>
    rule(
      name,
      { thread: threads },
      {
        source: `${source}: ${symbol}`,
        actor: ({ thread }) => thread,
        sends: ({ thread }) => ({ caller: mutexCallerOf(thread), word: mutexWord.cell }),
      },
    ).does({
      when: { itsTurn: ({ caller }) => caller.value === phase },
      events: ({ word }) => {
        const found = held(mutexWord, word)
        const isTaken = found === 'unlocked' || (taking === 'look-then-store' && phase === 'tryingAgain')
        return {
          caller: isTaken ? { type: 'LOCKED' } : { type: 'SEE', lock: found },
          word: stored(mutexWord, isTaken ? put('unlocked') : put(found)),
        }
      },
    })
  const asLocked = (found: Lock): Lock => (found === 'unlocked' ? 'locked' : found)
  const asContended = (found: Lock): Lock => (relock === 'as-locked' && found === 'unlocked' ? 'locked' : 'contended')
  return [
    change('mutex.tryLock', 'trying', 'try_lock', asLocked),
    change('mutex.tryAgain', 'tryingAgain', 'lock_contended, compare_exchange', asLocked),
    change('mutex.mark', 'marking', 'lock_contended, swap', asContended),
    rule(
      'mutex.spin',
      { thread: threads },
      {
        source: `${source}: spin`,
        actor: ({ thread }) => thread,
        sees: () => ({ word: mutexWord.cell }),
        sends: ({ thread }) => ({ caller: mutexCallerOf(thread) }),
      },
    ).does({
      when: { spinning: ({ caller }) => caller.value === 'spinning' || caller.value === 'spinningAgain' },
      events: ({ word }) => ({ caller: { type: 'SEE', lock: held(mutexWord, word) } }),
    }),
  ]
}

function sleeping({ threads }: MutexWorld): readonly Rule[] {
  const platform = 'litebox/src/platform/mod.rs: RawMutex::block'
  return [
    rule(
      'mutex.sleep',
      { thread: threads },
      {
        source: platform,
        actor: ({ thread }) => thread,
        sees: () => ({ word: mutexWord.cell }),
        sends: ({ thread }) => ({ caller: mutexCallerOf(thread), sleeper: sleeperOf(thread) }),
      },
    ).does({
      when: {
        blocking: ({ caller }) => caller.value === 'blocking',
        contended: ({ word }) => held(mutexWord, word) === 'contended',
      },
      events: () => ({ caller: { type: 'SLEEP' }, sleeper: { type: 'SLEEP', word: mutexWord.name } }),
    }),
    rule(
      'mutex.stayAwake',
      { thread: threads },
      {
        source: 'litebox/src/platform/mod.rs: ImmediatelyWokenUp',
        actor: ({ thread }) => thread,
        sees: () => ({ word: mutexWord.cell }),
        sends: ({ thread }) => ({ caller: mutexCallerOf(thread) }),
      },
    ).does({
      when: {
        blocking: ({ caller }) => caller.value === 'blocking',
        changed: ({ word }) => held(mutexWord, word) !== 'contended',
      },
      events: () => ({ caller: { type: 'STAY_AWAKE' } }),
    }),
    rule(
      'mutex.wakeUp',
      { thread: threads },
      {
        source: platform,
        actor: ({ thread }) => thread,
        sends: ({ thread }) => ({ caller: mutexCallerOf(thread), sleeper: sleeperOf(thread) }),
      },
    ).does({
      when: { sleeping: ({ caller }) => caller.value === 'sleeping', woken: ({ sleeper }) => sleeper.value === 'woken' },
      events: () => ({ caller: { type: 'RESUME' }, sleeper: { type: 'RESUME' } }),
    }),
  ]
}

function unlocking({ threads }: MutexWorld): readonly Rule[] {
  return [
    rule(
      'mutex.unlock',
      { thread: threads },
      {
        source: `${source}: unlock, swap`,
        actor: ({ thread }) => thread,
        sends: ({ thread }) => ({ caller: mutexCallerOf(thread), word: mutexWord.cell }),
      },
    ).does({
      when: { holding: ({ caller }) => caller.value === 'holding' },
      events: ({ word }) => ({ caller: { type: 'UNLOCK', lock: held(mutexWord, word) }, word: stored(mutexWord, 'unlocked') }),
    }),
    rule(
      'mutex.wakeOne',
      { thread: threads, other: threads },
      {
        source: `${source}: unlock, wake_one`,
        where: ({ thread, other }) => thread !== other,
        actor: ({ thread }) => thread,
        sends: ({ thread, other }) => ({ caller: mutexCallerOf(thread), sleeper: sleeperOf(other) }),
      },
    ).does({
      when: { waking: ({ caller }) => caller.value === 'waking', asleep: ({ sleeper }) => sleeper.value === 'asleep' },
      events: () => ({ caller: { type: 'WOKE' }, sleeper: { type: 'WAKE', word: mutexWord.name } }),
    }),
    rule(
      'mutex.wakeNobody',
      { thread: threads },
      {
        source: `${source}: unlock, wake_one`,
        actor: ({ thread }) => thread,
        sees: ({ thread }) => ({ sleepers: threads.filter((other) => other !== thread).map(sleeperOf) }),
        sends: ({ thread }) => ({ caller: mutexCallerOf(thread) }),
      },
    ).does({
      when: {
        waking: ({ caller }) => caller.value === 'waking',
        awake: ({ sleepers }) => sleepers.every(({ value }) => value !== 'asleep'),
      },
      events: () => ({ caller: { type: 'WOKE' } }),
    }),
  ]
}
