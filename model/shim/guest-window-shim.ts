import { type AnyCell, type CellOf, type Rule, rule } from '../../checker/index.ts'
import { held, stored } from '../platform/shared-word.ts'
import { exiting, shimLock, state, thread } from './guest-window.ts'
import type { linuxThread } from './guest-window-linux.ts'
import type { windowsThread } from './guest-window-windows.ts'

/*
 * A thread's way through the shim, between two runs of its guest.
 *
 * Models: `litebox_shim_linux/src/lib.rs: enter_shim` as the window sees it: the thread says that it is in the host
 * (`finish_running_guest`), says that it runs the guest (`prepare_to_run_guest`), processes its signals, for which it
 * takes a lock and touches guest memory, asks whether it must exit, and goes on or gives up. A thread that gives up
 * touches guest memory once more when its task is dropped.
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
  | { type: 'DROPPED' }

export interface Shim {
  /** The thread, whose phases are these among others. */
  readonly self: CellOf<typeof linuxThread> | CellOf<typeof windowsThread>
  /** What suspends the thread, and when it does not. */
  readonly held: () => readonly AnyCell[]
  readonly isFree: (held: readonly { readonly value: unknown }[]) => boolean
}

export const shimRules = ({ self, held: holders, isFree }: Shim): readonly Rule[] => [
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
    'shim.drop',
    {},
    {
      source: 'litebox_shim_linux/src/syscalls/process.rs: Task::prepare_for_exit',
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, state: state.cell }),
    },
  ).does({
    when: { dropping: ({ self }) => self.value === 'dropping', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'DROPPED' }, state: stored(state, 'runningInHost') }),
  }),
]
