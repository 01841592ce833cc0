import { setup } from 'xstate'
import { type CellOf, cell } from '../../checker/index.ts'

/*
 * A thread that goes back and forth between the shim and its guest, and the platform's interrupt on its way to it.
 *
 * Models: `litebox_shim_linux/src/lib.rs: enter_shim` around `litebox/src/event/wait.rs: prepare_to_run_guest` and
 * `finish_running_guest`: before the thread runs the guest it says so in its word and only then asks whether it must
 * exit. What the guest does between two entries is up to the guest: it may never come back by itself. The platform's
 * interrupt is one that is never lost (`litebox/src/platform/mod.rs: ThreadProvider::interrupt_thread`): one that comes
 * while the thread is in the host is remembered until the guest would run again, as Linux userland does it.
 *
 * Leaves out: how a platform delivers an interrupt, and where one loses it; signals; exceptions.
 */

export const guestThread = setup({
  types: {
    context: {} as { announcesLast: boolean },
    input: {} as { announcesLast: boolean },
    events: {} as
      | { type: 'WAIT' }
      | { type: 'PREPARE' }
      | { type: 'ANNOUNCED' }
      | { type: 'GO_ON' }
      | { type: 'GIVE_UP' }
      | { type: 'RUN_ON' }
      | { type: 'LEAVE_GUEST' }
      | { type: 'FINISHED' }
      | { type: 'TERMINATED' },
  },
  guards: { announcesLast: ({ context }) => context.announcesLast },
}).createMachine({
  id: 'guestThread',
  context: ({ input }) => input,
  initial: 'inShim',
  states: {
    inShim: { on: { WAIT: 'waiting', PREPARE: 'preparing' } },
    waiting: { on: { PREPARE: 'preparing' } },
    preparing: { always: [{ guard: 'announcesLast', target: 'checkingExit' }, { target: 'announcing' }] },
    announcing: { on: { ANNOUNCED: [{ guard: 'announcesLast', target: 'inGuest' }, { target: 'checkingExit' }] } },
    checkingExit: {
      on: { GO_ON: [{ guard: 'announcesLast', target: 'announcing' }, { target: 'inGuest' }], GIVE_UP: 'givingUp' },
    },
    inGuest: { on: { RUN_ON: 'inGuest', LEAVE_GUEST: 'finishing' } },
    finishing: { on: { FINISHED: 'inShim' } },
    givingUp: { on: { TERMINATED: 'terminated' } },
    terminated: {},
  },
})

/** What the platform owes the thread. */
export const guestInterrupt = setup({ types: { events: {} as { type: 'SEND' } | { type: 'TAKE' } } }).createMachine({
  id: 'guestInterrupt',
  initial: 'none',
  states: {
    none: { on: { SEND: 'pending', TAKE: 'none' } },
    pending: { on: { SEND: 'pending', TAKE: 'none' } },
  },
})

export const guestThreadOf = (thread: string, announcesLast: boolean): CellOf<typeof guestThread> =>
  cell(`guest.${thread}`, guestThread, { input: { announcesLast } })
export const guestInterruptOf = (thread: string): CellOf<typeof guestInterrupt> =>
  cell(`guestInterrupt.${thread}`, guestInterrupt)
