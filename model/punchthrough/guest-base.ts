import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import { baseNamed, type segmentBase } from '../platform/segment-base.ts'

/*
 * The FS base of a guest on its way between the guest, the shim and the register, on three platforms.
 *
 * Models: Linux userland keeps the guest's base in `guest_fsbase`, because the host needs the register for itself: a
 * system call saves the register there and loads the host's (`litebox_platform_linux_userland/src/lib.rs:
 * syscall_callback`), an exception or an interrupt loads the host's and saves nothing (`signal_handler_exit_guest`), and
 * every entry loads what is kept (`switch_to_guest`). Windows userland keeps it in `THREAD_FS_BASE`, writes the register
 * at once and at every entry, and saves nothing on the way out. The Linux-kernel platform, for SNP, has the register
 * only, which its own code does not use. In between: arch_prctl through a token, execve, and rt_sigreturn, which once was
 * a punchthrough that left for the guest by itself.
 *
 * Leaves out: the scheduler of Windows (see `fs-base.ts`), the other registers, and what the guest uses its base for.
 */

/** What a base is: nothing, two of a guest's choice, the last page that Linux gives to users, and what no user may have. */
export const userBases = ['first', 'second', 'last-page'] as const
export const forbiddenBases = ['kernel', 'non-canonical'] as const

interface GuestBase {
  /** The base that the guest believes to have. */
  own: string
  /** The base that it asks for, and what it has read last. */
  wanted: string
  found: string
  /** Whether it was refused a base that Linux gives. */
  refused: boolean
}

export const guestBase = setup({
  types: {
    context: {} as GuestBase,
    events: {} as
      | { type: 'WRITE'; base: string }
      | { type: 'ASK'; base: string }
      | { type: 'READ' }
      | { type: 'EXEC' }
      | { type: 'RETURN_FROM_SIGNAL' }
      | { type: 'INTERRUPT' }
      | { type: 'GRANT' }
      | { type: 'SET' }
      | { type: 'REFUSE'; wrongly: boolean }
      | { type: 'FIND'; base: string }
      | { type: 'CLEARED' }
      | { type: 'ENTER' }
      | { type: 'FAULT_AT_ENTRY' }
      | { type: 'STOP' },
  },
}).createMachine({
  id: 'guestBase',
  context: { own: 'zero', wanted: 'zero', found: 'nothing', refused: false },
  initial: 'inGuest',
  states: {
    inGuest: {
      on: {
        WRITE: {
          target: 'inGuest',
          actions: update((guest, { base }) => {
            guest.own = base
          }),
        },
        ASK: { target: 'asking', actions: update((guest, { base }) => want(guest, base)) },
        READ: 'reading',
        EXEC: 'executing',
        RETURN_FROM_SIGNAL: 'returningFromSignal',
        INTERRUPT: 'answered',
      },
    },
    asking: { on: { GRANT: 'setting' } },
    setting: {
      on: {
        SET: {
          target: 'answered',
          actions: update((guest) => {
            guest.own = guest.wanted
            want(guest, 'zero')
          }),
        },
        REFUSE: {
          target: 'answered',
          actions: update((guest, { wrongly }) => {
            if (wrongly) guest.refused = true
            want(guest, 'zero')
          }),
        },
        STOP: 'hostStopped',
      },
    },
    reading: { on: { GRANT: 'finding' } },
    finding: {
      on: {
        FIND: {
          target: 'answered',
          actions: update((guest, { base }) => {
            guest.found = base
          }),
        },
      },
    },
    executing: {
      on: {
        CLEARED: {
          target: 'answered',
          actions: update((guest) => {
            guest.own = 'zero'
          }),
        },
        ASK: { target: 'asking', actions: update((guest, { base }) => want(guest, base)) },
        STOP: 'hostStopped',
      },
    },
    returningFromSignal: { on: { ENTER: 'inGuest' } },
    answered: { on: { ENTER: { target: 'inGuest', actions: update(forget) }, FAULT_AT_ENTRY: 'hostExposed' } },
    /** The fault of the entry itself was taken for one of the guest, and with it the registers of the host. */
    hostExposed: {},
    hostStopped: {},
  },
})

function want(guest: GuestBase, base: string): void {
  guest.wanted = base
}

function forget(guest: GuestBase): void {
  guest.found = 'nothing'
}

export const guestOf = (thread: string): CellOf<typeof guestBase> => cell(`guest.${thread}`, guestBase)
/** A thread starts in its guest with a base of zero. */
export const registerOf = (thread: string): CellOf<typeof segmentBase> => baseNamed(`register.${thread}`, 'zero')
export const keptOf = (thread: string): CellOf<typeof segmentBase> => baseNamed(`kept.${thread}`, 'zero')

export interface GuestBases {
  readonly threads: readonly string[]
  readonly platform: 'linux-userland' | 'windows-userland' | 'linux-kernel'
  /** Which ways out of the guest keep what they find in the register. */
  readonly capture: 'never' | 'on-system-call' | 'on-every-exit'
  readonly writes: 'by-request' | 'by-instruction-too'
  readonly values: 'of-users' | 'any'
  /** What is refused: nothing; what Linux refuses; or what is no address of code, which is more. */
  readonly check: 'none' | 'as-linux' | 'as-code-address'
  readonly execve: 'never' | 'clears-directly' | 'clears-by-token' | 'unimplemented'
  readonly sigreturn: 'through-entry' | 'direct' | 'direct-after-restoring'
}

/** Whether the platform keeps the base of a guest elsewhere than in the register. */
export const isKept = ({ platform }: GuestBases): boolean => platform !== 'linux-kernel'

/** Where the base of a guest is while the thread is in the host. */
export const placeOf = (world: GuestBases, thread: string): CellOf<typeof segmentBase> =>
  isKept(world) ? keptOf(thread) : registerOf(thread)
