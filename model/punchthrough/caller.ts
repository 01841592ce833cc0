import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'

/*
 * A thread of the shim that asks for punchthroughs on behalf of its guest, one after another, and then enters the guest.
 *
 * Models: `litebox_shim_linux/src/syscalls/process.rs: Task::sys_arch_prctl` (set and read the FS base, errors to the
 * guest, `.expect` on a refusal, `unimplemented!` on an unsupported request), `init_thread_context` (the same for a new
 * thread, `.unwrap()` on an error) and `litebox_shim_optee/src/lib.rs: restore_guest_tls` (the error is dropped). Each
 * asks, has the token in hand and executes it in one expression.
 *
 * Leaves out: what the guest does between its requests, and how it gets in and out.
 */

/** What executing a token came to. */
export type Outcome = 'none' | 'done' | 'failed' | 'unsupported'

interface Call {
  /** Which request of the thread's program is next. */
  next: number
  /** The request whose token is in hand, and whether it had been put away. */
  inHand: string
  late: boolean
  outcome: Outcome
  /** What the execution found, if it was asked to read. */
  found: string
  /** The base that the guest believes to have, and the one that it has read. */
  told: string
  read: string
}

export const caller = setup({
  types: {
    context: {} as Call,
    events: {} as
      | { type: 'ASK_HOST' }
      | { type: 'DELAY' }
      | { type: 'GRANT'; request: string }
      | { type: 'REFUSE' }
      | { type: 'PUT_AWAY'; told: string }
      | { type: 'PICK_UP'; request: string }
      | { type: 'INTEND' }
      | { type: 'EXECUTE'; outcome: Outcome; found: string }
      | { type: 'RECORD' }
      | { type: 'SETTLE'; told: string; read: string }
      | { type: 'PANIC' }
      | { type: 'ENTER' },
  },
}).createMachine({
  id: 'caller',
  context: { next: 0, inHand: 'nothing', late: false, outcome: 'none', found: 'nothing', told: 'none', read: 'nothing' },
  initial: 'calling',
  states: {
    calling: {
      on: {
        ASK_HOST: 'awaitingHost',
        GRANT: { target: 'holding', actions: update((call, { request }) => takeInHand(call, request)) },
        REFUSE: { target: 'calling', actions: update(goOn) },
        PANIC: 'panicked',
        PICK_UP: {
          target: 'holding',
          actions: update((call, { request }) => {
            takeInHand(call, request)
            call.late = true
          }),
        },
        ENTER: 'entered',
      },
    },
    awaitingHost: {
      on: {
        DELAY: 'awaitingHost',
        GRANT: { target: 'holding', actions: update((call, { request }) => takeInHand(call, request)) },
        REFUSE: { target: 'calling', actions: update(goOn) },
        PANIC: 'panicked',
      },
    },
    holding: {
      on: {
        PUT_AWAY: {
          target: 'calling',
          actions: update((call, { told }) => {
            call.told = told
            emptyHand(call)
            goOn(call)
          }),
        },
        INTEND: 'intending',
        EXECUTE: { target: 'executed', actions: update((call, execution) => remember(call, execution)) },
      },
    },
    intending: { on: { EXECUTE: { target: 'executed', actions: update((call, execution) => remember(call, execution)) } } },
    executed: {
      on: {
        RECORD: 'recorded',
        SETTLE: { target: 'calling', actions: update((call, answer) => settle(call, answer)) },
        PANIC: 'panicked',
      },
    },
    recorded: {
      on: { SETTLE: { target: 'calling', actions: update((call, answer) => settle(call, answer)) }, PANIC: 'panicked' },
    },
    entered: {},
    panicked: {},
  },
})

function takeInHand(call: Call, request: string): void {
  call.inHand = request
}

function emptyHand(call: Call): void {
  call.inHand = 'nothing'
}

function goOn(call: Call): void {
  call.next += 1
}

function remember(call: Call, { outcome, found }: { outcome: Outcome; found: string }): void {
  call.outcome = outcome
  call.found = found
}

function settle(call: Call, { told, read }: { told: string; read: string }): void {
  call.told = told
  call.read = read
  if (!call.late) goOn(call)
  call.late = false
  call.outcome = 'none'
  call.found = 'nothing'
  emptyHand(call)
}

export const callerOf = (thread: string): CellOf<typeof caller> => cell(`caller.${thread}`, caller)
