import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import { baseNamed, type segmentBase } from './segment-base.ts'

/*
 * A guest thread on Windows, whose scheduler does not keep the FS base.
 *
 * Models: `litebox_platform_windows_userland/src/lib.rs`: `switch_to_guest` (write the kept base to the register, say
 * that the thread is in its guest, jump), `vectored_exception_handler` (the guest has faulted: say that it is not in its
 * guest any more, look at the register and at the kept base, divert or raise), `interrupt_handler` and
 * `exception_handler` behind `ThreadContext::call_shim`, and `set_thread_fs_base` (the kept base, then the register).
 * The register is the one that the thread finds on whatever core it runs.
 *
 * Leaves out: the other registers, which of the two ways leads into the guest, how a suspended thread is redirected in
 * every corner of the entry and with what context an exception is delivered (see `shim/guest-window-windows.ts`), signals,
 * and the migration between cores.
 */

export interface FsThread {
  /** The base that the guest believes to have. */
  own: string
  /** What its next instruction is: nothing of interest, an access through FS, or one that faults whatever the base is. */
  attempt: 'nothing' | 'access' | 'fault'
  /** Why it faulted last. */
  cause: 'none' | 'cleared' | 'genuine'
  /** An access through FS has reached other memory than the guest's own thread-local area. */
  astray: boolean
}

export const fsThread = setup({
  types: {
    context: {} as FsThread,
    events: {} as
      | { type: 'RESTORED' }
      | { type: 'ANNOUNCED' }
      | { type: 'CHECKED' }
      | { type: 'JUMPED' }
      | { type: 'COMPUTE' }
      | { type: 'ATTEMPT'; attempt: 'access' | 'fault' }
      | { type: 'SUCCEED' }
      | { type: 'GO_ASTRAY' }
      | { type: 'FAULT'; cause: 'cleared' | 'genuine' }
      | { type: 'OWN'; base: string }
      | { type: 'CALL' }
      | { type: 'KEPT' }
      | { type: 'RETURN'; base: string }
      | { type: 'ENTER_HANDLER' }
      | { type: 'REPAIR' }
      | { type: 'RESUME' }
      | { type: 'RAISE' }
      | { type: 'DELIVER' }
      | { type: 'DIVERT' },
  },
}).createMachine({
  id: 'fsThread',
  context: { own: 'zero', attempt: 'nothing', cause: 'none', astray: false },
  initial: 'restoring',
  states: {
    restoring: { on: { RESTORED: 'announcing' } },
    announcing: { on: { ANNOUNCED: 'announced' } },
    announced: { on: { CHECKED: 'jumping', DIVERT: 'diverted', JUMPED: 'inGuest' } },
    jumping: { on: { JUMPED: 'inGuest', DIVERT: 'diverted' } },
    inGuest: {
      on: {
        COMPUTE: 'inGuest',
        ATTEMPT: {
          target: 'inGuest',
          actions: update((thread, { attempt }) => {
            thread.attempt = attempt
          }),
        },
        SUCCEED: { target: 'inGuest', actions: update(beDone) },
        GO_ASTRAY: {
          target: 'inGuest',
          actions: update((thread) => {
            thread.astray = true
            beDone(thread)
          }),
        },
        FAULT: {
          target: 'faulted',
          actions: update((thread, { cause }) => {
            thread.cause = cause
          }),
        },
        OWN: {
          target: 'inGuest',
          actions: update((thread, { base }) => {
            thread.own = base
          }),
        },
        CALL: 'keeping',
        DIVERT: 'diverted',
      },
    },
    faulted: { on: { ENTER_HANDLER: 'handling' } },
    handling: { on: { DIVERT: 'diverted', RAISE: 'raising', REPAIR: 'repaired' } },
    repaired: { on: { RESUME: { target: 'inGuest', actions: update(forgetCause) } } },
    diverted: { on: { RESUME: { target: 'restoring', actions: update(forgetCause) } } },
    raising: {
      on: {
        DELIVER: {
          target: 'restoring',
          actions: update((thread) => {
            forgetCause(thread)
            beDone(thread)
          }),
        },
      },
    },
    keeping: { on: { KEPT: 'setting' } },
    setting: {
      on: {
        RETURN: {
          target: 'restoring',
          actions: update((thread, { base }) => {
            thread.own = base
          }),
        },
      },
    },
  },
})

function beDone(thread: FsThread): void {
  thread.attempt = 'nothing'
}

function forgetCause(thread: FsThread): void {
  thread.cause = 'none'
}

/** How the scheduler treats the thread: it may switch it at any moment, or lets it finish what it has begun. */
export const timeSlice = setup({ types: { events: {} as { type: 'LENGTHEN' } | { type: 'USE_UP' } } }).createMachine({
  id: 'timeSlice',
  initial: 'short',
  states: {
    short: { on: { LENGTHEN: 'long', USE_UP: 'short' } },
    long: { on: { USE_UP: 'short' } },
  },
})

/** Whether somebody wants the thread back in the shim: `TlsState::interrupt`. */
export const interruptFlag = setup({ types: { events: {} as { type: 'POST' } | { type: 'TAKE' } } }).createMachine({
  id: 'interruptFlag',
  initial: 'clear',
  states: {
    clear: { on: { POST: 'posted', TAKE: 'clear' } },
    posted: { on: { TAKE: 'clear' } },
  },
})

export const fsThreadOf = (thread: string): CellOf<typeof fsThread> => cell(`thread.${thread}`, fsThread)
export const registerOf = (thread: string): CellOf<typeof segmentBase> => baseNamed(`register.${thread}`, 'zero')
export const keptOf = (thread: string): CellOf<typeof segmentBase> => baseNamed(`kept.${thread}`, 'zero')
export const sliceOf = (thread: string): CellOf<typeof timeSlice> => cell(`slice.${thread}`, timeSlice)
export const flagOf = (thread: string): CellOf<typeof interruptFlag> => cell(`interrupt.${thread}`, interruptFlag)

/** The base that a guest asks for next; a guest that has had the last asks for none. */
export const nextBase: Readonly<Record<string, string>> = { zero: 'first', first: 'second' }

export interface FsBaseWorld {
  readonly threads: readonly string[]
  /** Which faults are taken for the work of the scheduler. */
  readonly detection: 'zero-but-kept' | 'zero' | 'differs' | 'none'
  /** How a cleared base is repaired. */
  readonly repair: 'through-entry' | 'in-place'
  /** Whether an entry looks at the interrupt flag once the thread is said to be in its guest. */
  readonly entryCheck: 'none' | 'after-announcing'
  /** Whether the way out of the guest keeps what it finds in the register. */
  readonly capture: 'never' | 'always' | 'unless-zero'
  /** Whether guests write their base by an instruction, too. */
  readonly writes: 'by-request' | 'by-instruction-too'
  /** Whether guests use FS in ways that do not fault when the base is zero: far offsets, reading the base itself. */
  readonly accesses: 'faulting' | 'silent-too'
  readonly interrupts: 'none' | 'any'
  /** Whether the scheduler ever lets a thread finish an access, or the handling of a fault, without a switch. */
  readonly slices: 'short' | 'long-too'
}

/** What a way out of the guest does to the kept base: it stays, or becomes what the register holds. */
export const captured = (capture: FsBaseWorld['capture'], register: string, kept: string): string =>
  capture === 'always' || (capture === 'unless-zero' && register !== 'zero') ? register : kept
