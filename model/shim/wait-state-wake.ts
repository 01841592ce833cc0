import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import type { ThreadState } from './wait-state.ts'

/*
 * One thread that calls another: to look at its condition again, or to leave what it is doing.
 *
 * Models: `litebox/src/event/wait.rs: WaitStateInner::wake` and `ThreadHandle::interrupt`. Both look at the thread's word
 * with a relaxed load and leave at once if it says that there is nothing to do; only otherwise is there a
 * compare-and-swap, and after it a host call. The release fence on the way out is no instruction on x86. The full fence
 * before the first look is what the source lacks.
 *
 * Leaves out: nothing of these functions; how the platform's interrupt reaches the guest is `wait-state-guest.ts`.
 */

/** `wake` changes `waiting` only; `interrupt` changes `runningInGuest` too. */
export type Purpose = 'wake' | 'interrupt'

/** What a caller makes of the word; undefined where it leaves it alone. */
export const changeOf = (purpose: Purpose, seen: ThreadState): ThreadState | undefined =>
  seen === 'waiting' ? 'woken' : seen === 'runningInGuest' && purpose === 'interrupt' ? 'interruptedGuest' : undefined

export const wakeCall = setup({
  types: {
    context: {} as { fenced: boolean; purpose: Purpose; thread: string; seen: ThreadState },
    input: {} as { fenced: boolean; purpose: Purpose },
    events: {} as
      | { type: 'CALL'; thread: string }
      | { type: 'FENCED' }
      | { type: 'SEE'; state: ThreadState }
      | { type: 'SWAPPED' }
      | { type: 'DELIVERED' },
  },
  guards: {
    fenced: ({ context }) => context.fenced,
    nothingToDo: ({ context }) => changeOf(context.purpose, context.seen) === undefined,
    sleepy: ({ context }) => context.seen === 'waiting',
  },
}).createMachine({
  id: 'wakeCall',
  context: ({ input }) => ({ ...input, thread: 'none', seen: 'runningInHost' }),
  initial: 'idle',
  states: {
    idle: {
      on: {
        CALL: {
          target: 'starting',
          actions: update((call, { thread }) => {
            call.thread = thread
          }),
        },
      },
    },
    starting: { always: [{ guard: 'fenced', target: 'fencing' }, { target: 'looking' }] },
    fencing: { on: { FENCED: 'looking' } },
    looking: {
      on: {
        SEE: {
          target: 'deciding',
          actions: update((call, { state }) => {
            call.seen = state
          }),
        },
      },
    },
    deciding: { always: [{ guard: 'nothingToDo', target: 'leaving' }, { target: 'swapping' }] },
    swapping: {
      on: {
        SEE: {
          target: 'deciding',
          actions: update((call, { state }) => {
            call.seen = state
          }),
        },
        SWAPPED: [{ guard: 'sleepy', target: 'waking' }, { target: 'interrupting' }],
      },
    },
    waking: { on: { DELIVERED: 'leaving' } },
    interrupting: { on: { DELIVERED: 'leaving' } },
    leaving: {
      always: {
        target: 'returned',
        actions: update((call) => {
          call.thread = 'none'
          call.seen = 'runningInHost'
        }),
      },
    },
    returned: {
      on: {
        CALL: {
          target: 'starting',
          actions: update((call, { thread }) => {
            call.thread = thread
          }),
        },
      },
    },
  },
})

export const wakeCallOf = (caller: string, purpose: Purpose, fenced: boolean): CellOf<typeof wakeCall> =>
  cell(`wakeCall.${caller}`, wakeCall, { input: { purpose, fenced } })
