import { setup } from 'xstate'
import { update } from '../../checker/index.ts'
import type { SessionPath, SessionStep } from './session-paths.ts'

/*
 * A core that serves a call of VTL0, and where it is: its registers.
 *
 * Models: what `litebox_runner_lvbs/src/lib.rs: optee_smc_handler` and the functions that it calls have on the stack of
 * one core: the number of the session, clones of `Arc<SpinMutex<TaInstance>>` (`instance`, and `entry` for what
 * `unregister_session` has returned), and what the application has answered. Of the core: what CR3 names, and whether it
 * runs the kernel or an application. VTL1 has no scheduler: a core is done with one call before it takes the next.
 *
 * Leaves out: parameters, commands, and client identities.
 */

/** What a call is going to answer: nothing yet, what the application said, or what the runner does. */
export type Outcome = 'none' | 'success' | 'refused' | 'crashed' | 'busy' | 'error'

export interface CallContext {
  request: 'none' | 'open' | 'invoke' | 'close' | 'other'
  path: SessionPath
  /** The step that comes next. */
  next: SessionStep
  application: string
  number: string
  /** Whether the call has taken the number, and nobody has given it back or made it a session's. */
  owns: boolean
  instance: string
  /** The instance of the session that was removed, where that may be another than the one that was looked up. */
  entry: string
  outcome: Outcome
  /** How many calls VTL0 may still make on this core; `-1` if there is no end to them. */
  left: number
  /** Why the core panicked. */
  cause: 'none' | 'unknown-table' | 'no-handler' | 'assertion'
}

const atRest = {
  request: 'none',
  path: 'open',
  next: 'return',
  application: 'none',
  number: 'none',
  owns: false,
  instance: 'none',
  entry: 'none',
  outcome: 'none',
} as const

/** Only the step that comes next moves a call; a core that has panicked takes no more of them. */
export const sessionCall = setup({
  types: {
    context: {} as CallContext,
    input: {} as { left: number },
    events: {} as
      | { type: 'BEGIN'; to: Partial<CallContext> }
      | { type: 'MOVE'; to: Partial<CallContext> }
      | { type: 'RETURN' }
      | { type: 'PANIC'; cause: CallContext['cause'] },
  },
  actions: {
    fail: update((call, event) => {
      if (event.type === 'PANIC') call.cause = event.cause
    }),
  },
}).createMachine({
  id: 'sessionCall',
  context: ({ input: { left } }) => ({ ...atRest, left, cause: 'none' }),
  initial: 'idle',
  states: {
    idle: {
      on: {
        PANIC: { target: 'panicked', actions: 'fail' },
        BEGIN: {
          target: 'underWay',
          actions: update((call, { to }) => {
            Object.assign(call, to)
          }),
        },
      },
    },
    underWay: {
      on: {
        MOVE: {
          target: 'underWay',
          actions: update((call, { to }) => {
            Object.assign(call, to)
          }),
        },
        RETURN: {
          target: 'idle',
          actions: update((call) => {
            Object.assign(call, atRest)
            if (call.left > 0) call.left -= 1
          }),
        },
        PANIC: { target: 'panicked', actions: 'fail' },
      },
    },
    panicked: {},
  },
})

/** `retained` is the table that the core has a counted reference to, in designs that count. */
export const processor = setup({
  types: {
    context: {} as { table: string; retained: string },
    events: {} as
      | { type: 'RETAIN'; table: string }
      | { type: 'LOAD'; table: string }
      | { type: 'DROP' }
      | { type: 'ENTER' }
      | { type: 'LEAVE' },
  },
}).createMachine({
  id: 'processor',
  context: { table: 'base', retained: 'none' },
  initial: 'kernel',
  states: {
    kernel: {
      on: {
        RETAIN: {
          actions: update((core, { table }) => {
            core.retained = table
          }),
        },
        LOAD: {
          actions: update((core, { table }) => {
            core.table = table
          }),
        },
        DROP: {
          actions: update((core) => {
            core.retained = 'none'
          }),
        },
        ENTER: 'application',
      },
    },
    application: { on: { LEAVE: 'kernel' } },
  },
})
