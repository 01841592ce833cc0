import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A core that serves calls, runs threads in between, and takes page faults in its own code.
 *
 * Models: `litebox_platform_lvbs/src/lib.rs: run_thread_arch`, which pushes the thread's context, records the stack
 * pointer that leads to it in `cur_kernel_sp` of the core, and at `done` pops it and leaves the record as it is; and
 * `kernel_exception_callback`, `exception_handler`, which load the context through that record before they know whether
 * a thread is there. A later version keeps a flag that says so. What a handler does with a context is to call the
 * thread's shim: with one that is gone, that is a call through what is on the stack by then.
 *
 * Leaves out: user-mode faults, which always have a context; the registers; and the stack itself: a record that is
 * `dangling` leads to whatever was written there since.
 */

/** What the core is running. `entering` and `leaving` are the windows in which record, flag and thread disagree. */
export const kernelCode = setup({
  types: { events: {} as { type: 'ENTER' } | { type: 'PROCEED' } | { type: 'LEAVE' } | { type: 'STOP' } },
}).createMachine({
  id: 'kernelCode',
  initial: 'decoding',
  states: {
    decoding: { on: { ENTER: 'entering', STOP: 'stopped' } },
    entering: { on: { PROCEED: 'recorded', STOP: 'stopped' } },
    recorded: { on: { PROCEED: 'inThread', STOP: 'stopped' } },
    inThread: { on: { LEAVE: 'leaving', STOP: 'stopped' } },
    leaving: { on: { PROCEED: 'decoding', STOP: 'stopped' } },
    stopped: {},
  },
})

/** `cur_kernel_sp`: null before the first thread, then leading to a live context or to where one was. */
export const kernelStackRecord = setup({
  types: { events: {} as { type: 'RECORD' } | { type: 'POP' } | { type: 'ZERO' } },
}).createMachine({
  id: 'kernelStackRecord',
  initial: 'null',
  states: {
    null: { on: { RECORD: 'live' } },
    live: { on: { POP: 'dangling', ZERO: 'null' } },
    dangling: { on: { RECORD: 'live' } },
  },
})

/** Whether a thread's context may be used. */
export const threadFlag = setup({ types: { events: {} as { type: 'SET' } | { type: 'CLEAR' } } }).createMachine({
  id: 'threadFlag',
  initial: 'clear',
  states: { clear: { on: { SET: 'set', CLEAR: 'clear' } }, set: { on: { SET: 'set', CLEAR: 'clear' } } },
})

/** `copy`: of a page of the normal world that a peer unmapped. `thread-page`: of a page that the thread has yet to get. */
export type FaultKind = 'copy' | 'thread-page'

export const kernelFault = setup({
  types: {
    context: {} as { kind: FaultKind | 'none' },
    events: {} as
      | { type: 'RAISE'; kind: FaultKind }
      | { type: 'CALL_SHIM' }
      | { type: 'SKIP_SHIM' }
      | { type: 'FOLLOW_NULL' }
      | { type: 'SERVE' }
      | { type: 'FIX_UP' }
      | { type: 'RESUME' }
      | { type: 'ASSERT' },
  },
  actions: {
    forget: update((fault) => {
      fault.kind = 'none'
    }),
  },
}).createMachine({
  id: 'kernelFault',
  context: { kind: 'none' },
  initial: 'none',
  states: {
    none: {
      on: {
        RAISE: {
          target: 'raised',
          actions: update((fault, { kind }) => {
            fault.kind = kind
          }),
        },
      },
    },
    raised: { on: { CALL_SHIM: 'inShim', SKIP_SHIM: 'unclaimed', FOLLOW_NULL: 'fatal' } },
    inShim: { on: { SERVE: { target: 'none', actions: 'forget' }, SKIP_SHIM: 'unclaimed' } },
    unclaimed: { on: { FIX_UP: 'fixedUp' } },
    fixedUp: { on: { RESUME: { target: 'none', actions: 'forget' }, ASSERT: 'asserted' } },
    fatal: {},
    asserted: {},
  },
})
