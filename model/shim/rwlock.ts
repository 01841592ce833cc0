import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import { type Word, word } from '../platform/shared-word.ts'

/*
 * A reader or writer of LiteBox's `RwLock`, from its first look at the lock until it has let go and woken who waits.
 *
 * Models: `litebox/src/sync/rwlock.rs: RawRwLock`: `read`, `read_contended`, `write`, `write_contended`, `read_unlock`,
 * `write_unlock`, `wake_writer_or_readers`. The bits of the state are those of the source with a mask of three bits; every
 * load and every compare-and-exchange is a step. Rules: `rwlock-rules.ts`.
 *
 * Leaves out: the limit of readers; that spinning looks more than once; `compare_exchange_weak` that fails for no reason,
 * which looks like another thread's step; and memory order: every change of the lock is a locked instruction on x86.
 */

export const writeLocked = 7
const mask = 7
export const readersWaiting = 8
export const writersWaiting = 16

export const isUnlocked = (state: number): boolean => (state & mask) === 0
export const hasReadersWaiting = (state: number): boolean => (state & readersWaiting) !== 0
export const hasWritersWaiting = (state: number): boolean => (state & writersWaiting) !== 0
const isReadLockable = (state: number): boolean =>
  (state & mask) !== writeLocked && !hasReadersWaiting(state) && !hasWritersWaiting(state)

interface Locking {
  readonly role: 'reader' | 'writer'
  /** The state as this thread last saw it. */
  seen: number
  isFirst: boolean
  /** `WRITERS_WAITING` once this writer has waited. */
  others: number
  sequence: number
  /** Whether readers are to be woken if no writer was. */
  fallsBack: boolean
}

export const locker = setup({
  types: {
    context: {} as Locking,
    input: {} as { role: 'reader' | 'writer' },
    events: {} as
      | { type: 'SEE'; state: number }
      | { type: 'SEQUENCE'; value: number }
      | { type: 'EXCHANGED' }
      | { type: 'FAILED'; state: number }
      | { type: 'SLEEP' }
      | { type: 'STAY_AWAKE' }
      | { type: 'RESUME' }
      | { type: 'UNLOCK'; left: number }
      | { type: 'NOTIFIED' }
      | { type: 'WOKE_ONE'; reported: boolean }
      | { type: 'WOKE_ALL' },
  },
  guards: {
    isFastWriter: ({ context }) => context.isFirst && context.role === 'writer',
    isFirst: ({ context }) => context.isFirst,
    isWriter: ({ context }) => context.role === 'writer',
    canLock: ({ context: { role, seen } }) => (role === 'writer' ? isUnlocked(seen) : isReadLockable(seen)),
    mustMark: ({ context: { role, seen } }) => !(role === 'writer' ? hasWritersWaiting(seen) : hasReadersWaiting(seen)),
    mustWake: ({ context: { role, seen } }) =>
      isUnlocked(seen) && (hasWritersWaiting(seen) || (role === 'writer' && hasReadersWaiting(seen))),
    onlyWriters: ({ context }) => context.seen === writersWaiting,
    both: ({ context }) => context.seen === readersWaiting + writersWaiting,
    onlyReaders: ({ context }) => context.seen === readersWaiting,
    fallsBack: ({ context }, { reported }: { reported: boolean }) => context.fallsBack && !reported,
  },
}).createMachine({
  id: 'locker',
  context: ({ input: { role } }) => ({ role, seen: 0, isFirst: true, others: 0, sequence: 0, fallsBack: false }),
  initial: 'asking',
  states: {
    asking: { always: [{ guard: 'isFastWriter', target: 'trying' }, { target: 'looking' }] },
    // `write` tries the unlocked lock before it looks.
    trying: { on: { EXCHANGED: 'holding', FAILED: { target: 'looking', actions: update(loseFirst) } } },
    looking: {
      entry: update(forgetSeen),
      on: { SEE: { target: 'seen', actions: update((locking, { state }) => see(locking, state)) } },
    },
    // The loop of `read_contended` and `write_contended`; `read` looks once more before it.
    seen: {
      always: [
        { guard: 'canLock', target: 'locking' },
        { guard: 'isFirst', target: 'looking', actions: update(loseFirst) },
        { guard: 'mustMark', target: 'marking' },
        { guard: 'isWriter', target: 'sequencing' },
        { target: 'blocking' },
      ],
    },
    locking: {
      on: {
        EXCHANGED: 'holding',
        FAILED: [
          { guard: 'isFirst', target: 'looking', actions: update(loseFirst) },
          { target: 'seen', actions: update((locking, { state }) => see(locking, state)) },
        ],
      },
    },
    marking: {
      on: {
        EXCHANGED: [{ guard: 'isWriter', target: 'sequencing' }, { target: 'blocking' }],
        FAILED: { target: 'seen', actions: update((locking, { state }) => see(locking, state)) },
      },
    },
    sequencing: {
      entry: update(forgetSeen),
      on: {
        SEQUENCE: {
          target: 'lookingAgain',
          actions: update((locking, { value }) => {
            locking.others = writersWaiting
            locking.sequence = value
          }),
        },
      },
    },
    lookingAgain: { on: { SEE: { target: 'seenAgain', actions: update((locking, { state }) => see(locking, state)) } } },
    seenAgain: {
      always: [{ guard: 'canLock', target: 'seen' }, { guard: 'mustMark', target: 'seen' }, { target: 'blocking' }],
    },
    blocking: { on: { SLEEP: 'sleeping', STAY_AWAKE: 'looking' } },
    sleeping: { on: { RESUME: 'looking' } },
    holding: {
      entry: update(forgetAll),
      on: { UNLOCK: { target: 'unlocked', actions: update((locking, { left }) => see(locking, left)) } },
    },
    unlocked: { always: [{ guard: 'mustWake', target: 'waking' }, { target: 'finished' }] },
    // `wake_writer_or_readers`
    waking: {
      always: [
        { guard: 'onlyWriters', target: 'handingOver' },
        { guard: 'both', target: 'handingOver', actions: update(fallBack) },
        { guard: 'onlyReaders', target: 'releasingReaders' },
        { target: 'finished' },
      ],
    },
    handingOver: {
      on: {
        EXCHANGED: 'notifying',
        FAILED: [
          { guard: ({ context }) => context.fallsBack, target: 'finished' },
          { target: 'waking', actions: update((locking, { state }) => see(locking, state)) },
        ],
      },
    },
    notifying: { entry: update(forgetSeen), on: { NOTIFIED: 'wakingOne' } },
    wakingOne: {
      on: {
        WOKE_ONE: [
          { guard: { type: 'fallsBack', params: ({ event }) => event }, target: 'releasingReaders', actions: update(seeReaders) },
          { target: 'finished' },
        ],
      },
    },
    releasingReaders: { on: { EXCHANGED: 'wakingAll', FAILED: 'finished' } },
    wakingAll: { entry: update(forgetAll), on: { WOKE_ALL: 'finished' } },
    finished: { entry: update(forgetAll) },
  },
})

function see(locking: Locking, state: number): void {
  locking.seen = state
}

/** What is not needed any more is forgotten, so that states that differ in nothing else are one. */
function forgetSeen(locking: Locking): void {
  locking.seen = 0
  locking.sequence = 0
}

function forgetAll(locking: Locking): void {
  Object.assign(locking, { seen: 0, isFirst: false, others: 0, sequence: 0, fallsBack: false })
}

function loseFirst(locking: Locking): void {
  locking.isFirst = false
}

function fallBack(locking: Locking): void {
  locking.fallsBack = true
}

function seeReaders(locking: Locking): void {
  locking.seen = readersWaiting
}

export const stateWord: Word<number> = word('state', 0)
export const notifyWord: Word<number> = word('writerNotify', 0)

export const lockerOf = (thread: string): CellOf<typeof locker> =>
  cell(`locker.${thread}`, locker, { input: { role: thread.startsWith('reader') ? 'reader' : 'writer' } })
