import { type AnyCell, type CellOf, type Rule, rule } from '../../checker/index.ts'
import { held, stored } from '../platform/shared-word.ts'
import { exiting, type interrupter, killer, shimLock, state, thread } from './guest-window.ts'
import type { linuxThread } from './guest-window-linux.ts'
import type { windowsThread } from './guest-window-windows.ts'

/*
 * A thread's way through the shim, between two runs of its guest.
 *
 * Models: `litebox_shim_linux/src/lib.rs: enter_shim` as the window sees it: the thread says that it is in the host
 * (`finish_running_guest`), says that it runs the guest (`prepare_to_run_guest`), processes its signals, for which it
 * takes a lock and touches guest memory, asks whether it must exit, and goes on or gives up. A thread that gives up
 * says that it is in the host, leaves the frames that callbacks return to and empties its handle under the handle's mutex
 * (`run_thread_inner` of both platforms), and touches guest memory once more when its task is dropped.
 *
 * Leaves out: the work of a call, and what signals do.
 */

export type ShimEvent =
  | { type: 'FINISHED' }
  | { type: 'ANNOUNCED' }
  | { type: 'LOCK' }
  | { type: 'NO_SIGNALS' }
  | { type: 'UNLOCK' }
  | { type: 'GO_ON' }
  | { type: 'GIVE_UP' }
  | { type: 'RETRACTED' }
  | { type: 'LEFT' }
  | { type: 'DROPPED' }

export interface Shim {
  /** The thread, whose phases are these among others. */
  readonly self: CellOf<typeof linuxThread> | CellOf<typeof windowsThread>
  /** What suspends the thread, and when it does not. */
  readonly held: () => readonly AnyCell[]
  readonly isFree: (held: readonly { readonly value: unknown }[]) => boolean
  /** Who keeps the mutex of the thread's handle, unless idle. */
  readonly handleUsers: () => readonly AnyCell[]
}

/** Phases in which the handle is empty. */
const handleless: readonly string[] = ['dropping', 'terminated', 'astray']
export const hasHandle = (self: { readonly value: string }): boolean => !handleless.includes(self.value)

/** The platform finds the handle empty, and does nothing. */
export const findNoHandle = (self: Shim['self'], caller: CellOf<typeof interrupter>, source: string): Rule =>
  rule('interrupter.findNoHandle', {}, { source, actor: () => killer, sees: () => ({ self }), sends: () => ({ caller }) }).does({
    when: { sending: ({ caller }) => caller.value === 'sending', gone: ({ self }) => !hasHandle(self) },
    events: () => ({ caller: { type: 'SENT' } }),
  })

export const shimRules = ({ self, held: holders, isFree, handleUsers }: Shim): readonly Rule[] => [
  rule(
    'shim.finish',
    {},
    {
      source: 'litebox/src/event/wait.rs: WaitState::finish_running_guest',
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, state: state.cell }),
    },
  ).does({
    when: { finishing: ({ self }) => self.value === 'finishing', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'FINISHED' }, state: stored(state, 'runningInHost') }),
  }),
  rule(
    'shim.announce',
    {},
    {
      source: 'litebox/src/event/wait.rs: WaitState::prepare_to_run_guest',
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, state: state.cell }),
    },
  ).does({
    when: { announcing: ({ self }) => self.value === 'announcing', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'ANNOUNCED' }, state: stored(state, 'runningInGuest') }),
  }),
  rule(
    'shim.lock',
    {},
    {
      source: 'litebox_shim_linux/src/syscalls/signal/mod.rs: Task::process_signals',
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, lock: shimLock }),
      waitsFor: ['lock'],
    },
  ).does({
    when: { announced: ({ self }) => self.value === 'announced', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'LOCK' }, lock: { type: 'ACQUIRE', holder: thread } }),
  }),
  rule(
    'shim.findNoSignals',
    {},
    {
      source: 'litebox_shim_linux/src/syscalls/signal/mod.rs: Task::process_signals',
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self }),
    },
  ).does({
    when: { announced: ({ self }) => self.value === 'announced', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'NO_SIGNALS' } }),
  }),
  rule(
    'shim.unlock',
    {},
    {
      source: 'litebox_shim_linux/src/syscalls/signal/mod.rs: Task::process_signals',
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, lock: shimLock }),
    },
  ).does({
    when: { signalling: ({ self }) => self.value === 'signalling', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'UNLOCK' }, lock: { type: 'RELEASE' } }),
  }),
  rule(
    'shim.checkExit',
    {},
    {
      source: 'litebox_shim_linux/src/wait.rs: Task::prepare_to_run_guest',
      actor: () => thread,
      sees: () => ({ holders: holders(), exiting: exiting.cell }),
      sends: () => ({ self }),
    },
  ).does({
    when: { checking: ({ self }) => self.value === 'checkingExit', free: ({ holders }) => isFree(holders) },
    events: (at) => ({ self: { type: held(exiting, at.exiting) ? 'GIVE_UP' : 'GO_ON' } }),
  }),
  rule(
    'shim.retract',
    {},
    {
      source: 'litebox/src/event/wait.rs: WaitState::prepare_to_run_guest',
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, state: state.cell }),
    },
  ).does({
    when: { retracting: ({ self }) => self.value === 'retracting', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'RETRACTED' }, state: stored(state, 'runningInHost') }),
  }),
  rule(
    'thread.clearHandle',
    {},
    {
      source: 'litebox_platform_linux_userland/src/lib.rs, litebox_platform_windows_userland/src/lib.rs: run_with_handle',
      actor: () => thread,
      sees: () => ({ holders: holders(), users: handleUsers() }),
      sends: () => ({ self }),
    },
  ).does({
    when: {
      leaving: ({ self }) => self.value === 'leaving',
      free: ({ holders }) => isFree(holders),
      unlocked: ({ users }) => users.every(({ value }) => value === 'idle'),
    },
    events: () => ({ self: { type: 'LEFT' } }),
  }),
  rule(
    'shim.drop',
    {},
    {
      source: 'litebox_shim_linux/src/syscalls/process.rs: Task::prepare_for_exit',
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self }),
    },
  ).does({
    when: { dropping: ({ self }) => self.value === 'dropping', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'DROPPED' } }),
  }),
]
