import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { drained, loaded, type Memory } from '../platform/memory-order.ts'
import { stored, type Word } from '../platform/shared-word.ts'
import { threadState } from './wait-state.ts'
import { guestInterruptOf, type guestThread } from './wait-state-guest.ts'
import type { waitCall } from './wait-state-wait.ts'
import type { wakeCall } from './wait-state-wake.ts'

/*
 * The steps of a thread between shim and guest; `wait-state-guest.ts` is its chart and says what is modelled.
 *
 * Leaves out: what the chart leaves out, and what the shim does for its guest but for one wait.
 */

export interface Guests {
  readonly memory: Memory
  readonly threads: readonly string[]
  readonly callers: readonly string[]
  readonly guest: (thread: string) => CellOf<typeof guestThread>
  readonly wait: (thread: string) => CellOf<typeof waitCall>
  readonly call: (caller: string) => CellOf<typeof wakeCall>
  /** `ThreadRemote::is_exiting` */
  readonly exiting: (thread: string) => Word<boolean>
}

export const guestRules = (guests: Guests): readonly Rule[] => [...inShim(guests), ...intoGuest(guests), ...outOfGuest(guests)]

const inShim = ({ threads, guest, wait }: Guests): readonly Rule[] => [
  rule(
    'guest.wait',
    { thread: threads },
    {
      kind: 'environment',
      source: 'litebox/src/event/wait.rs: WaitContext::wait_until',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guest(thread), wait: wait(thread) }),
    },
  ).does({
    when: { inShim: ({ guest }) => guest.value === 'inShim' },
    events: () => ({ guest: { type: 'WAIT' }, wait: { type: 'CALL' } }),
  }),
  rule(
    'guest.prepare',
    { thread: threads },
    {
      source: 'litebox_shim_linux/src/lib.rs: LinuxShimEntrypoints::enter_shim',
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ wait: wait(thread) }),
      sends: ({ thread }) => ({ guest: guest(thread) }),
    },
  ).does({
    when: {
      atRest: ({ guest }) => guest.value === 'inShim' || guest.value === 'waiting',
      handled: ({ guest, wait }) => guest.value === 'inShim' || wait.value === 'returned',
    },
    events: () => ({ guest: { type: 'PREPARE' } }),
  }),
]

const intoGuest = ({ memory: { storePort, loadPorts, fencePorts }, threads, guest, exiting }: Guests): readonly Rule[] => [
  rule(
    'guest.announce',
    { thread: threads },
    {
      source: 'litebox/src/event/wait.rs: WaitState::prepare_to_run_guest',
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread) }),
      sends: ({ thread }) => ({ guest: guest(thread), state: threadState(thread).cell }),
    },
  ).does({
    when: { atAnnouncement: ({ guest }) => guest.value === 'announcing', drained: ({ own }) => drained(own) },
    events: (_, { thread }) => ({ guest: { type: 'ANNOUNCED' }, state: stored(threadState(thread), 'runningInGuest') }),
  }),
  rule(
    'guest.checkExit',
    { thread: threads },
    {
      source: 'litebox_shim_linux/src/wait.rs: Task::prepare_to_run_guest',
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ ports: loadPorts(thread, exiting(thread)) }),
      sends: ({ thread }) => ({ guest: guest(thread) }),
    },
  ).does({
    when: { atCheck: ({ guest }) => guest.value === 'checkingExit' },
    events: ({ ports }, { thread }) => ({ guest: { type: loaded(exiting(thread), ports) ? 'GIVE_UP' : 'GO_ON' } }),
  }),
  rule(
    'guest.giveUp',
    { thread: threads },
    {
      source: 'litebox/src/event/wait.rs: WaitState::prepare_to_run_guest',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guest(thread), port: storePort(thread, threadState(thread)) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { atEnd: ({ guest }) => guest.value === 'givingUp' },
    events: (_, { thread }) => ({ guest: { type: 'TERMINATED' }, port: stored(threadState(thread), 'runningInHost') }),
  }),
]

const outOfGuest = ({ memory: { storePort }, threads, callers, guest, call }: Guests): readonly Rule[] => [
  // A guest may compute for ever: without this step an execution would have to bring it back at last.
  rule(
    'guest.runOn',
    { thread: threads },
    {
      kind: 'environment',
      source: 'litebox_platform_linux_userland/src/lib.rs: switch_to_guest',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guest(thread) }),
    },
  ).does({
    when: { inGuest: ({ guest }) => guest.value === 'inGuest' },
    events: () => ({ guest: { type: 'RUN_ON' } }),
  }),
  rule(
    'guest.callShim',
    { thread: threads },
    {
      kind: 'environment',
      source: 'litebox_platform_linux_userland/src/lib.rs: syscall_callback',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guest(thread), interrupt: guestInterruptOf(thread) }),
    },
  ).does({
    when: { inGuest: ({ guest }) => guest.value === 'inGuest' },
    events: () => ({ guest: { type: 'LEAVE_GUEST' }, interrupt: { type: 'TAKE' } }),
  }),
  rule(
    'guest.takeInterrupt',
    { thread: threads },
    {
      source: 'litebox_platform_linux_userland/src/lib.rs: interrupt_signal_handler',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guest(thread), interrupt: guestInterruptOf(thread) }),
    },
  ).does({
    when: {
      inGuest: ({ guest }) => guest.value === 'inGuest',
      interrupted: ({ interrupt }) => interrupt.value === 'pending',
    },
    events: () => ({ guest: { type: 'LEAVE_GUEST' }, interrupt: { type: 'TAKE' } }),
  }),
  rule(
    'guest.finish',
    { thread: threads },
    {
      source: 'litebox/src/event/wait.rs: WaitState::finish_running_guest',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guest(thread), port: storePort(thread, threadState(thread)) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { atFinish: ({ guest }) => guest.value === 'finishing' },
    events: (_, { thread }) => ({ guest: { type: 'FINISHED' }, port: stored(threadState(thread), 'runningInHost') }),
  }),
  rule(
    'wake.interruptGuest',
    { caller: callers, thread: threads },
    {
      source: 'litebox/src/platform/mod.rs: ThreadProvider::interrupt_thread',
      actor: ({ caller }) => caller,
      sends: ({ caller, thread }) => ({ call: call(caller), interrupt: guestInterruptOf(thread) }),
    },
  ).does({
    when: {
      atPlatform: ({ call }) => call.value === 'interrupting',
      callsThis: ({ call }, { thread }) => call.context.thread === thread,
    },
    events: () => ({ call: { type: 'DELIVERED' }, interrupt: { type: 'SEND' } }),
  }),
]
