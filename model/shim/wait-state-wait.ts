import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'

/*
 * A thread that waits until a condition holds, its deadline passes or it is interrupted.
 *
 * Models: `litebox/src/event/wait.rs: WaitContext::wait_until` (`start_wait`, `commit_wait`, `end_wait`), one step for
 * each access to memory and each host call, in the source's order: announce, check the condition, check the deadline,
 * check for an interrupt, sleep if nobody has touched the word since. A deadline that passes during the sleep ends the
 * wait without another look at the condition. The condition is one flag, as the futex's is; the interrupt is the flag
 * that tells a thread to exit (`litebox_shim_linux/src/wait.rs: Task::check_for_interrupt`).
 *
 * Leaves out: pending signals as a reason for an interrupt, and conditions that take locks.
 */

export interface WaitContext {
  /** Whether the wait has a deadline, and whether anything is asked for an interrupt. */
  readonly timed: boolean
  readonly interruptible: boolean
  /** The faulty order, in which the thread checks first and announces itself afterwards. */
  readonly announcesLast: boolean
}
export type WaitResult = 'none' | 'ready' | 'timedOut' | 'interrupted'

export const waitCall = setup({
  types: {
    context: {} as WaitContext & { result: WaitResult },
    input: {} as WaitContext,
    events: {} as
      | { type: 'CALL' }
      | { type: 'ANNOUNCED' }
      | { type: 'READY' }
      | { type: 'UNREADY' }
      | { type: 'EXPIRED' }
      | { type: 'UNEXPIRED' }
      | { type: 'INTERRUPTED' }
      | { type: 'UNINTERRUPTED' }
      | { type: 'FELL_ASLEEP' }
      | { type: 'TRY_AGAIN' }
      | { type: 'LEFT' },
  },
  guards: {
    timed: ({ context }) => context.timed,
    interruptible: ({ context }) => context.interruptible,
    announcesLast: ({ context }) => context.announcesLast,
  },
}).createMachine({
  id: 'waitCall',
  context: ({ input }) => ({ ...input, result: 'none' }),
  initial: 'idle',
  states: {
    idle: { on: { CALL: 'starting' } },
    starting: { always: [{ guard: 'announcesLast', target: 'checkingCondition' }, { target: 'announcing' }] },
    announcing: { on: { ANNOUNCED: [{ guard: 'announcesLast', target: 'committing' }, { target: 'checkingCondition' }] } },
    checkingCondition: {
      on: {
        READY: {
          target: 'leaving',
          actions: update((call) => {
            call.result = 'ready'
          }),
        },
        UNREADY: 'unready',
      },
    },
    unready: { always: [{ guard: 'timed', target: 'checkingDeadline' }, { target: 'inTime' }] },
    checkingDeadline: {
      on: {
        EXPIRED: {
          target: 'leaving',
          actions: update((call) => {
            call.result = 'timedOut'
          }),
        },
        UNEXPIRED: 'inTime',
      },
    },
    inTime: { always: [{ guard: 'interruptible', target: 'checkingInterrupt' }, { target: 'undisturbed' }] },
    checkingInterrupt: {
      on: {
        INTERRUPTED: {
          target: 'leaving',
          actions: update((call) => {
            call.result = 'interrupted'
          }),
        },
        UNINTERRUPTED: 'undisturbed',
      },
    },
    undisturbed: { always: [{ guard: 'announcesLast', target: 'announcing' }, { target: 'committing' }] },
    committing: { on: { FELL_ASLEEP: 'sleeping', TRY_AGAIN: 'starting' } },
    sleeping: {
      on: {
        TRY_AGAIN: 'starting',
        EXPIRED: {
          target: 'leaving',
          actions: update((call) => {
            call.result = 'timedOut'
          }),
        },
      },
    },
    leaving: { on: { LEFT: 'returned' } },
    returned: {
      on: {
        CALL: {
          target: 'starting',
          actions: update((call) => {
            call.result = 'none'
          }),
        },
      },
    },
  },
})

export const waitCallOf = (thread: string, context: WaitContext): CellOf<typeof waitCall> =>
  cell(`waitCall.${thread}`, waitCall, { input: context })
