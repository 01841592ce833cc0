import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'

/*
 * The thread-local slot in which a thread on Windows keeps its state for LiteBox, and who reads it: the exception handler
 * of the process, on whichever thread there is an exception, and a thread that interrupts another.
 *
 * Models: `litebox_platform_windows_userland/src/lib.rs: run_thread_inner` (the slot is set, then the handle; on the way
 * out the handle is cleared, then the slot, then the state is gone), `thread_start` (the task is dropped after that, and
 * its last writes to guest memory may fault), `get_tls_ptr` (a slot that was never set or was cleared is null, and null is
 * taken for a state), `vectored_exception_handler` (reads the state before it asks what the exception is), and
 * `ThreadHandle::interrupt` (reads the state of the other thread under the lock of its handle).
 *
 * Leaves out: exceptions in the guest (`guest-window-windows.ts`), and a thread that runs LiteBox twice.
 */

export interface SlotDesign {
  /** Whether the handler takes a slot that is null for a thread that is not in the guest, or for a state. */
  readonly handler: 'unchecked' | 'gives-up' | 'recovers'
  /** Whether a task is dropped before the slot of its thread is cleared, or after. */
  readonly task: 'after-slot' | 'before-slot'
  /** Whether the handle of a thread is cleared before its state is gone, or after. */
  readonly handle: 'before-state' | 'after-state'
}

/** What a thread does in this order; each is a phase that is left by the step of that name. */
export type Duty = 'setSlot' | 'setHandle' | 'run' | 'dropTask' | 'clearHandle' | 'clearSlot' | 'freeState'

export const dutiesOf = ({ task, handle }: SlotDesign): readonly Duty[] => [
  'setSlot',
  'setHandle',
  'run',
  ...(task === 'before-slot' ? (['dropTask'] as const) : []),
  ...(handle === 'before-state'
    ? (['clearHandle', 'clearSlot', 'freeState'] as const)
    : (['clearSlot', 'freeState', 'clearHandle'] as const)),
  ...(task === 'after-slot' ? (['dropTask'] as const) : []),
]

export const slotThread = setup({
  types: { context: {} as { done: number }, events: {} as { type: 'NEXT' } },
}).createMachine({
  id: 'slotThread',
  context: { done: 0 },
  initial: 'going',
  states: {
    going: {
      on: {
        NEXT: {
          actions: update((thread) => {
            thread.done += 1
          }),
        },
      },
    },
  },
})

/** The thread's slot, its handle, and the state that both point to. */
export const threadPlace = setup({
  types: {
    context: {} as { slot: boolean; handle: boolean; state: boolean },
    events: {} as { type: 'SET'; what: 'slot' | 'handle'; to: boolean } | { type: 'FREE' } | { type: 'KEEP' },
  },
}).createMachine({
  id: 'threadPlace',
  context: { slot: false, handle: false, state: false },
  initial: 'kept',
  states: {
    kept: {
      on: {
        SET: {
          actions: update((place, { what, to }) => {
            place[what] = to
            if (to) place.state = true
          }),
        },
        KEEP: 'kept',
        FREE: {
          actions: update((place) => {
            place.state = false
          }),
        },
      },
    },
  },
})

/** `recursing`: the handler itself faults, and is entered again for that, without end. `passed`: to nobody, a crash. */
export const exceptionHandler = setup({
  types: {
    context: {} as { cause: 'none' | 'guestMemory' | 'foreign' },
    events: {} as
      | { type: 'ENTER'; cause: 'guestMemory' | 'foreign' }
      | { type: 'RECOVER' }
      | { type: 'PASS_ON' }
      | { type: 'FAULT' },
  },
  guards: { isForeign: ({ context }) => context.cause === 'foreign' },
}).createMachine({
  id: 'exceptionHandler',
  context: { cause: 'none' },
  initial: 'idle',
  states: {
    idle: {
      on: {
        ENTER: {
          target: 'entered',
          actions: update((handler, { cause }) => {
            handler.cause = cause
          }),
        },
      },
    },
    entered: {
      on: {
        RECOVER: { target: 'idle', actions: update(forget) },
        PASS_ON: [{ guard: 'isForeign', target: 'idle', actions: update(forget) }, { target: 'passed' }],
        FAULT: 'recursing',
      },
    },
    passed: {},
    recursing: {},
  },
})

function forget(handler: { cause: 'none' | 'guestMemory' | 'foreign' }): void {
  handler.cause = 'none'
}

/** A thread that interrupts another: it looks at the handle under its lock, and reads the state that it names. */
export const interrupter = setup({
  types: { events: {} as { type: 'LOCK'; alive: boolean } | { type: 'READ'; alive: boolean } },
  guards: { isAlive: (_, { alive }: { alive: boolean }) => alive },
}).createMachine({
  id: 'interrupter',
  initial: 'idle',
  states: {
    idle: { on: { LOCK: [{ guard: { type: 'isAlive', params: ({ event }) => event }, target: 'locked' }, { target: 'idle' }] } },
    locked: {
      on: { READ: [{ guard: { type: 'isAlive', params: ({ event }) => event }, target: 'idle' }, { target: 'astray' }] },
    },
    astray: {},
  },
})

export const threadOf = (thread: string): CellOf<typeof slotThread> => cell(`thread.${thread}`, slotThread)
export const placeOf = (thread: string): CellOf<typeof threadPlace> => cell(`place.${thread}`, threadPlace)
export const handlerOf = (thread: string): CellOf<typeof exceptionHandler> => cell(`handler.${thread}`, exceptionHandler)
export const interrupterCell: CellOf<typeof interrupter> = cell('interrupter', interrupter)

export interface SlotWorld {
  /** Threads that run guests. */
  readonly managed: readonly string[]
  /** Threads of the process that do not. */
  readonly others: readonly string[]
}
