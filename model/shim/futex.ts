import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import { type Word, word } from '../platform/shared-word.ts'

/*
 * The guest's futex: a thread that waits on a word, and one that wakes whoever waits.
 *
 * Models: `litebox/src/sync/futex.rs: FutexManager::wait` and `FutexManager::wake`. A waiter links its entry into the
 * list, reads the guest's word once, waits until its entry is marked as done, and takes the entry back. A waker takes
 * entries out of the list in the order of their insertion, and for each of them marks it, calls its owner
 * (`wait-state-wake.ts`) and returns the loan (`futex-loan.ts`).
 *
 * Leaves out: other addresses, faults on the guest's word, and misaligned addresses.
 */

export type WaitOutcome = 'none' | 'woken' | 'timedOut' | 'interrupted' | 'mismatched'

/**
 * A thread in `wait`. Where the word is compared under the lock, or before the insertion, it passes over `comparing`.
 * `dequeued` says that the thread found its entry taken out by a waker; the source knows it too, and does not ask.
 */
export const futexWait = setup({
  types: {
    context: {} as { outcome: WaitOutcome; dequeued: boolean },
    events: {} as
      | { type: 'CALL' }
      | { type: 'INSERTED' }
      | { type: 'COMPARED' }
      | { type: 'EQUAL' }
      | { type: 'UNEQUAL' }
      | { type: 'WAITED'; outcome: WaitOutcome }
      | { type: 'FIND_INSERTED' }
      | { type: 'FIND_LOANED' }
      | { type: 'FIND_OWNER_WAITING' }
      | { type: 'FIND_WAKING' }
      | { type: 'FIND_REMOVED' }
      | { type: 'CLAIMED' }
      | { type: 'UNLINKED' }
      | { type: 'FELL_ASLEEP' }
      | { type: 'TRY_AGAIN' },
  },
}).createMachine({
  id: 'futexWait',
  context: { outcome: 'none', dequeued: false },
  initial: 'idle',
  states: {
    idle: { on: { CALL: 'inserting' } },
    inserting: { on: { INSERTED: 'comparing', COMPARED: 'compared', EQUAL: 'waiting', UNEQUAL: 'refused' } },
    compared: { on: { EQUAL: 'waiting' } },
    refused: {
      always: {
        target: 'returned',
        actions: update((wait) => {
          wait.outcome = 'mismatched'
        }),
      },
    },
    comparing: {
      on: {
        EQUAL: 'waiting',
        UNEQUAL: {
          target: 'removing',
          actions: update((wait) => {
            wait.outcome = 'mismatched'
          }),
        },
      },
    },
    waiting: {
      on: {
        WAITED: {
          target: 'removing',
          actions: update((wait, { outcome }) => {
            wait.outcome = outcome
          }),
        },
      },
    },
    removing: { on: { FIND_INSERTED: 'unlinking', FIND_LOANED: 'claiming', FIND_REMOVED: 'taken' } },
    unlinking: { on: { UNLINKED: 'returned', TRY_AGAIN: 'removing' } },
    claiming: { on: { CLAIMED: 'awaitingReturn', FIND_REMOVED: 'taken' } },
    awaitingReturn: { on: { FIND_OWNER_WAITING: 'parking', FIND_REMOVED: 'taken' } },
    parking: { on: { FELL_ASLEEP: 'parked', TRY_AGAIN: 'awaitingReturn' } },
    parked: { on: { TRY_AGAIN: 'awaitingReturn' } },
    taken: {
      always: {
        target: 'returned',
        actions: update((wait) => {
          wait.dequeued = true
        }),
      },
    },
    returned: {
      on: {
        CALL: {
          target: 'inserting',
          actions: update((wait) => {
            wait.outcome = 'none'
            wait.dequeued = false
          }),
        },
      },
    },
  },
})

/** A thread in `wake`. `onLoan` are the entries that it has taken out and not yet returned. */
export const futexWake = setup({
  types: {
    context: {} as { onLoan: string[] },
    events: {} as
      | { type: 'CALL' }
      | { type: 'EXTRACTED'; threads: readonly string[] }
      | { type: 'MARKED' }
      | { type: 'RETURNED' }
      | { type: 'FOUND_OWNER_WAITING' }
      | { type: 'ANNOUNCED' }
      | { type: 'ROUSED' },
  },
  guards: { nothingOnLoan: ({ context }) => context.onLoan.length === 0 },
}).createMachine({
  id: 'futexWake',
  context: { onLoan: [] },
  initial: 'idle',
  states: {
    idle: { on: { CALL: 'extracting' } },
    extracting: {
      on: {
        EXTRACTED: {
          target: 'next',
          actions: update((wake, { threads }) => {
            wake.onLoan = [...threads]
          }),
        },
      },
    },
    next: { always: [{ guard: 'nothingOnLoan', target: 'returned' }, { target: 'marking' }] },
    marking: { on: { MARKED: 'waking' } },
    waking: { on: { RETURNED: 'done', FOUND_OWNER_WAITING: 'announcing' } },
    announcing: { on: { ANNOUNCED: 'rousing' } },
    rousing: { on: { ROUSED: 'settling' } },
    settling: { on: { RETURNED: 'done' } },
    done: {
      always: {
        target: 'next',
        actions: update((wake) => {
          wake.onLoan.shift()
        }),
      },
    },
    returned: {},
  },
})

export const futexWaitOf = (thread: string): CellOf<typeof futexWait> => cell(`futexWait.${thread}`, futexWait)
export const futexWakeOf = (waker: string): CellOf<typeof futexWake> => cell(`futexWake.${waker}`, futexWake)
/** `FutexEntry::done` */
export const doneOf = (thread: string): Word<boolean> => word<boolean>(`done.${thread}`, false)
