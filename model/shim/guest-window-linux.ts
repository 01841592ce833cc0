import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import type { ShimEvent } from './guest-window-shim.ts'

/*
 * A thread of Linux userland at the instructions where it enters and leaves its guest, and the signal handlers over it.
 *
 * Models: `litebox_platform_linux_userland/src/lib.rs`: `call_shim`, `switch_to_guest` (set the flag, test for an
 * interrupt, restore registers and jump), `syscall_callback` (clear the flag first, then save), `interrupt_callback`; and
 * as actors nested over the thread, `interrupt_signal_handler`, `exception_signal_handler` and
 * `syscall_intercept/systrap.rs: sigsys_handler`. A handler interrupts the thread between two instructions and the thread
 * stands still meanwhile; a second one may interrupt the first unless it is masked. A handler that finds the thread in
 * the guest saves registers and sends the thread to a callback on the host stack that was left at the last entry.
 *
 * Leaves out: the alternate signal stack, that a trap in the trampoline counts as guest code (as the source says), and
 * what becomes of a fault that no handler claims: it is fixed up here.
 */

export interface LinuxDesign {
  /** When the entry tests for a pending interrupt: after it has set its flag, before, or not at all. */
  readonly test: 'after-set' | 'before-set' | 'none'
  /** When the pending interrupt is forgotten: before the shim is called, or after it has returned. */
  readonly forget: 'before-shim' | 'after-shim'
}

export const linuxThread = setup({
  types: {
    context: {} as LinuxDesign,
    input: {} as LinuxDesign,
    events: {} as
      | ShimEvent
      | { type: 'FORGOT' }
      | { type: 'CALL' }
      | { type: 'SET' }
      | { type: 'FOUND_CLEAR' }
      | { type: 'FOUND_PENDING' }
      | { type: 'JUMPED' }
      | { type: 'RUN_ON' }
      | { type: 'CALLED_BACK' }
      | { type: 'CLEARED' }
      | { type: 'SAVED' }
      | { type: 'REDIRECT' },
  },
  guards: {
    forgetsFirst: ({ context }) => context.forget === 'before-shim',
    testsFirst: ({ context }) => context.test === 'before-set',
    testsLast: ({ context }) => context.test === 'after-set',
  },
}).createMachine({
  id: 'linuxThread',
  context: ({ input }) => input,
  initial: 'callingShim',
  on: { REDIRECT: '.redirected' },
  states: {
    callingShim: { always: [{ guard: 'forgetsFirst', target: 'forgetting' }, { target: 'finishing' }] },
    forgetting: { on: { FORGOT: [{ guard: 'forgetsFirst', target: 'finishing' }, { target: 'entering' }] } },
    finishing: { on: { FINISHED: 'announcing' } },
    announcing: { on: { ANNOUNCED: 'announced' } },
    announced: { on: { LOCK: 'signalling', NO_SIGNALS: 'checkingExit' } },
    signalling: { on: { UNLOCK: 'checkingExit' } },
    checkingExit: {
      on: { GO_ON: [{ guard: 'forgetsFirst', target: 'entering' }, { target: 'forgetting' }], GIVE_UP: 'retracting' },
    },
    entering: { always: [{ guard: 'testsFirst', target: 'testing' }, { target: 'setting' }] },
    setting: { on: { SET: [{ guard: 'testsLast', target: 'testing' }, { target: 'restoring' }] } },
    testing: {
      on: { FOUND_CLEAR: [{ guard: 'testsFirst', target: 'setting' }, { target: 'restoring' }], FOUND_PENDING: 'redirected' },
    },
    restoring: { on: { JUMPED: 'inGuest' } },
    inGuest: { on: { RUN_ON: 'inGuest', CALLED_BACK: 'atCallback' } },
    atCallback: { on: { CLEARED: 'saving' } },
    saving: { on: { SAVED: 'callingShim' } },
    redirected: { on: { CALL: 'callingShim' } },
    retracting: { on: { RETRACTED: 'leaving' } },
    leaving: { on: { LEFT: 'dropping' } },
    // The host frames that a callback would return to are gone.
    dropping: { on: { DROPPED: 'terminated', REDIRECT: 'astray' } },
    terminated: {},
    astray: {},
  },
})

export type Signal = 'interrupt' | 'exception' | 'syscall'

export const signalHandler = setup({
  types: {
    context: {} as { signal: Signal | 'none'; faulted: boolean },
    events: {} as { type: 'ENTER'; signal: Signal } | { type: 'FROM_GUEST' } | { type: 'FAULT' } | { type: 'RETURN' },
  },
}).createMachine({
  id: 'signalHandler',
  context: { signal: 'none', faulted: false },
  initial: 'absent',
  states: {
    absent: {
      on: {
        RETURN: 'absent',
        ENTER: {
          target: 'entered',
          actions: update((handler, { signal }) => {
            handler.signal = signal
          }),
        },
      },
    },
    entered: { on: { FROM_GUEST: 'leavingGuest', RETURN: { target: 'absent', actions: update(forget) } } },
    leavingGuest: {
      on: {
        FAULT: {
          target: 'leavingGuest',
          actions: update((handler) => {
            handler.faulted = true
          }),
        },
        RETURN: { target: 'absent', actions: update(forget) },
      },
    },
  },
})

function forget(handler: { signal: Signal | 'none'; faulted: boolean }): void {
  handler.signal = 'none'
  handler.faulted = false
}

/** The first handler over the thread, and one over the first. */
export const depths = ['outer', 'inner'] as const
export type Depth = (typeof depths)[number]

export const linuxThreadOf = (design: LinuxDesign): CellOf<typeof linuxThread> => cell('thread', linuxThread, { input: design })
export const handlerOf = (depth: Depth): CellOf<typeof signalHandler> => cell(`handler.${depth}`, signalHandler)
