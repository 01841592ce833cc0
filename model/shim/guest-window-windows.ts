import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import type { ShimEvent } from './guest-window-shim.ts'

/*
 * A thread of Windows userland at the instructions where it enters and leaves its guest, the exception handler over it,
 * and the suspension by which another thread interrupts it.
 *
 * Models: `litebox_platform_windows_userland/src/lib.rs`: `call_shim`; `switch_to_guest` with its two ways, popping the
 * registers behind a call of a naked function (`calling`, `popping`) and `NtContinue` with a context filled before
 * (`continuing`); `syscall_callback`; `vectored_exception_handler`, before which the kernel has pushed its frame on the
 * current stack and ntdll runs; `ThreadHandle::interrupt`, which suspends the thread, writes one flag, reads the other
 * and the context, and redirects. A suspension takes hold some time after it was asked for; only to read the context
 * waits for it.
 *
 * Leaves out: the self-interrupt, the two mutexes of two threads that interrupt each other, the way by which a cleared FS
 * base goes through the handler, that the callback of exceptions takes its thread context from the wrong stack slot
 * (`exception-callback.ts`), what a context that NtContinue has read already looks like to who suspends the thread in the
 * kernel, and faults of a thread whose task is being dropped: its slot is null by then (`exception-slot.ts`).
 */

export interface WindowsDesign {
  readonly test: 'after-set' | 'before-set' | 'none'
}

export const windowsThread = setup({
  types: {
    context: {} as WindowsDesign & { slow: boolean },
    input: {} as WindowsDesign,
    events: {} as
      | ShimEvent
      | { type: 'FORGOT' }
      | { type: 'TAKE_FAST_WAY' }
      | { type: 'TAKE_SLOW_WAY' }
      | { type: 'SET' }
      | { type: 'FOUND_CLEAR' }
      | { type: 'FOUND_PENDING' }
      | { type: 'UNSET' }
      | { type: 'CALL' }
      | { type: 'JUMPED' }
      | { type: 'RUN_ON' }
      | { type: 'CALLED_BACK' }
      | { type: 'CLEARED' }
      | { type: 'SAVED' }
      | { type: 'REDIRECT' },
  },
  guards: {
    testsFirst: ({ context }) => context.test === 'before-set',
    testsLast: ({ context }) => context.test === 'after-set',
    isSlow: ({ context }) => context.slow,
  },
}).createMachine({
  id: 'windowsThread',
  context: ({ input }) => ({ ...input, slow: false }),
  initial: 'forgetting',
  on: { REDIRECT: { target: '.redirected', actions: update(forgetWay) } },
  states: {
    forgetting: { on: { FORGOT: 'finishing' } },
    finishing: { on: { FINISHED: 'announcing' } },
    announcing: { on: { ANNOUNCED: 'announced' } },
    announced: { on: { LOCK: 'signalling', NO_SIGNALS: 'checkingExit' } },
    signalling: { on: { UNLOCK: 'checkingExit' } },
    checkingExit: { on: { GO_ON: 'choosingWay', GIVE_UP: 'retracting' } },
    choosingWay: {
      on: {
        TAKE_FAST_WAY: 'entering',
        TAKE_SLOW_WAY: {
          target: 'entering',
          actions: update((thread) => {
            thread.slow = true
          }),
        },
      },
    },
    entering: { always: [{ guard: 'testsFirst', target: 'testing' }, { target: 'setting' }] },
    setting: { on: { SET: [{ guard: 'testsLast', target: 'testing' }, { target: 'leavingHost' }] } },
    testing: {
      on: {
        FOUND_CLEAR: [{ guard: 'testsFirst', target: 'setting' }, { target: 'leavingHost' }],
        FOUND_PENDING: 'unsetting',
      },
    },
    unsetting: { on: { UNSET: { target: 'redirected', actions: update(forgetWay) } } },
    leavingHost: { always: [{ guard: 'isSlow', target: 'continuing' }, { target: 'calling' }] },
    calling: { on: { CALL: 'popping' } },
    popping: { on: { JUMPED: 'inGuest' } },
    continuing: { on: { JUMPED: { target: 'inGuest', actions: update(forgetWay) } } },
    inGuest: { on: { RUN_ON: 'inGuest', CALLED_BACK: 'atCallback' } },
    atCallback: { on: { CLEARED: 'saving' } },
    saving: { on: { SAVED: 'forgetting' } },
    redirected: { on: { CALL: 'forgetting' } },
    retracting: { on: { RETRACTED: 'leaving' } },
    leaving: { on: { LEFT: 'dropping' } },
    dropping: { on: { DROPPED: 'terminated', REDIRECT: 'astray' } },
    terminated: {},
    astray: {},
  },
})

function forgetWay(thread: WindowsDesign & { slow: boolean }): void {
  thread.slow = false
}

/** The registers that NtContinue will load. */
export const continueContext = setup({
  types: { events: {} as { type: 'FILL' } | { type: 'PATCH' } },
}).createMachine({
  id: 'continueContext',
  initial: 'callback',
  states: {
    guest: { on: { FILL: 'guest', PATCH: 'callback' } },
    callback: { on: { FILL: 'guest', PATCH: 'callback' } },
  },
})

export const vectoredHandler = setup({
  types: { events: {} as { type: 'DISPATCH' } | { type: 'FROM_GUEST' } | { type: 'CLEARED' } | { type: 'RETURN' } },
}).createMachine({
  id: 'vectoredHandler',
  initial: 'absent',
  states: {
    absent: { on: { DISPATCH: 'dispatching', RETURN: 'absent' } },
    // In ntdll; the frame of the exception lies on the stack of the guest.
    dispatching: { on: { FROM_GUEST: 'clearing', RETURN: 'absent' } },
    clearing: { on: { CLEARED: 'leavingGuest' } },
    leavingGuest: { on: { RETURN: 'absent' } },
  },
})

export const suspension = setup({
  types: { events: {} as { type: 'REQUEST' } | { type: 'STOP' } | { type: 'RESUME' } },
}).createMachine({
  id: 'suspension',
  initial: 'running',
  states: {
    running: { on: { REQUEST: 'requested' } },
    requested: { on: { STOP: 'stopped', RESUME: 'running' } },
    stopped: { on: { RESUME: 'running' } },
  },
})

/** When the one who suspends reads the context, and with it waits for the suspension: after the flags, or before. */
export type SuspendOrder = 'flags-first' | 'context-first'

export const suspender = setup({
  types: {
    context: {} as { order: SuspendOrder },
    input: {} as { order: SuspendOrder },
    events: {} as
      | { type: 'SUSPEND' }
      | { type: 'READ_CONTEXT' }
      | { type: 'WROTE_FLAG' }
      | { type: 'FOUND_HOST' }
      | { type: 'FOUND_GUEST' }
      | { type: 'ACTED' }
      | { type: 'RESUMED' },
  },
  guards: { readsContextFirst: ({ context }) => context.order === 'context-first' },
}).createMachine({
  id: 'suspender',
  context: ({ input }) => input,
  initial: 'idle',
  states: {
    idle: { on: { SUSPEND: [{ guard: 'readsContextFirst', target: 'readingContext' }, { target: 'writingFlag' }] } },
    readingContext: { on: { READ_CONTEXT: [{ guard: 'readsContextFirst', target: 'writingFlag' }, { target: 'acting' }] } },
    writingFlag: { on: { WROTE_FLAG: 'readingFlag' } },
    readingFlag: {
      on: {
        FOUND_HOST: 'resuming',
        FOUND_GUEST: [{ guard: 'readsContextFirst', target: 'acting' }, { target: 'readingContext' }],
      },
    },
    acting: { on: { ACTED: 'resuming' } },
    resuming: { on: { RESUMED: 'idle' } },
  },
})

export const windowsThreadOf = (design: WindowsDesign): CellOf<typeof windowsThread> =>
  cell('thread', windowsThread, { input: design })
export const suspenderOf = (order: SuspendOrder): CellOf<typeof suspender> => cell('suspender', suspender, { input: { order } })
export const vectoredHandlerCell: CellOf<typeof vectoredHandler> = cell('vectoredHandler', vectoredHandler)
export const continueContextCell: CellOf<typeof continueContext> = cell('continueContext', continueContext)
export const suspensionCell: CellOf<typeof suspension> = cell('suspension', suspension)
