import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule } from '../../checker/index.ts'
import { held, stored, type Word, word } from '../platform/shared-word.ts'
import { spinlock } from '../platform/spinlock.ts'
import { threadState } from './wait-state.ts'
import { exitingOf } from './wait-state-exit.ts'

/*
 * What both userland platforms keep of a thread on the edge of its guest, and the one who interrupts it.
 *
 * Models: the two flags of a thread, in the guest and interrupt pending (`run_thread_arch` and `TlsState`), the guest
 * registers that the shim is handed, a lock that the shim holds while it touches guest memory, and an interrupter: it
 * tells the thread to exit, looks at its wait word (`litebox/src/event/wait.rs: ThreadHandle::interrupt`), and calls the
 * platform if the thread says that it runs the guest. Whoever calls the platform once has changed the word, and calls it
 * no second time; to look again and again is a design.
 *
 * Leaves out: which registers there are (a context is the guest's or it is not), FS and GS bases, waits in the shim, and
 * store buffers around the wait word, which are the scenario wait-wake-interrupt.
 */

export const [thread, killer] = ['thread', 'killer'] as const
/** `in_guest` of Linux userland, `is_in_guest` of Windows userland. */
export const inGuest: Word<boolean> = word<boolean>('inGuest', false)
/** `interrupt` of both. */
export const interruptFlag: Word<boolean> = word<boolean>('interrupt', false)
export const state = threadState(thread)
export const exiting = exitingOf(thread)

/** Whose registers lie where the shim, and the next entry of the guest, take the guest's from. */
export const savedContext = setup({ types: { events: {} as { type: 'SAVE_GUEST' } | { type: 'SAVE_HOST' } } }).createMachine({
  id: 'savedContext',
  initial: 'guest',
  states: {
    guest: { on: { SAVE_GUEST: 'guest', SAVE_HOST: 'host' } },
    host: { on: { SAVE_GUEST: 'host', SAVE_HOST: 'host' } },
  },
})
export const savedContextCell: CellOf<typeof savedContext> = cell('savedContext', savedContext)

/** `SignalState::handlers`, say: held across a copy to or from guest memory, or a call to the platform. */
export const shimLock: CellOf<typeof spinlock> = cell('shimLock', spinlock)

export type Latch = 'single-shot' | 'resend'

export const interrupter = setup({
  types: {
    context: {} as { latch: Latch },
    input: {} as { latch: Latch },
    events: {} as { type: 'FLAG' } | { type: 'CALL_PLATFORM' } | { type: 'LEAVE_ALONE' } | { type: 'SENT' },
  },
  guards: { sendsAgain: ({ context }) => context.latch === 'resend' },
}).createMachine({
  id: 'interrupter',
  context: ({ input }) => input,
  initial: 'idle',
  states: {
    idle: { on: { FLAG: 'looking' } },
    looking: {
      on: { CALL_PLATFORM: 'sending', LEAVE_ALONE: [{ guard: 'sendsAgain', target: 'looking' }, { target: 'finished' }] },
    },
    sending: { on: { SENT: [{ guard: 'sendsAgain', target: 'looking' }, { target: 'finished' }] } },
    finished: {},
  },
})
export const interrupterOf = (latch: Latch): CellOf<typeof interrupter> => cell('interrupter', interrupter, { input: { latch } })

const process = 'litebox_shim_linux/src/syscalls/process.rs'

/** The interrupter up to its call of the platform, which each platform serves in its own way. */
export const interrupterRules = (self: CellOf<typeof interrupter>, latch: Latch): readonly Rule[] => [
  rule(
    'interrupter.flag',
    {},
    {
      source: `${process}: Task::exit_group, Task::kill_other_threads`,
      actor: () => killer,
      sends: () => ({ self, exiting: exiting.cell }),
    },
  ).does({
    when: { idle: ({ self }) => self.value === 'idle' },
    events: () => ({ self: { type: 'FLAG' }, exiting: stored(exiting, true) }),
  }),
  rule(
    'interrupter.look',
    {},
    {
      source: 'litebox/src/event/wait.rs: ThreadHandle::interrupt',
      actor: () => killer,
      sends: () => ({ self, state: state.cell }),
    },
  ).does({
    when: { looking: ({ self }) => self.value === 'looking' },
    events: (at) => {
      const now = held(state, at.state)
      const calls = now === 'runningInGuest' || (latch === 'resend' && now === 'interruptedGuest')
      return {
        self: { type: calls ? 'CALL_PLATFORM' : 'LEAVE_ALONE' },
        state: stored(state, calls ? 'interruptedGuest' : now),
      }
    },
  }),
]
