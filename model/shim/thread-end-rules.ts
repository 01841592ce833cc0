import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { held, stored } from '../platform/shared-word.ts'
import { sleeperOf } from './raw-mutex.ts'
import type { countWait } from './thread-count.ts'
import { imageCell } from './thread-image.ts'
import { isAnnounced } from './thread-life.ts'
import { threadCount } from './thread-process.ts'
import type { Threads } from './thread-spawn-rules.ts'
import { guestInterruptOf } from './wait-state-guest.ts'

/*
 * How threads end each other and themselves: the calls, the telling of others, exec's wait, and the way out.
 *
 * Models: `litebox_shim_linux/src/syscalls/process.rs`: `exit_thread`, `exit_group` and `kill_other_threads` (both hold
 * the process lock while they set a flag and interrupt a thread, one after the other), `sys_execve`, `prepare_for_exit`.
 * An interrupt does nothing to a thread whose handle is not set or that does not say that it runs the guest.
 *
 * Leaves out: what `thread-life.ts` leaves out. A guest calls exec at most once.
 */

export const guestCalls = ['CALL_CLONE', 'CALL_EXIT', 'CALL_EXIT_GROUP', 'CALL_EXEC'] as const
export type GuestCall = (typeof guestCalls)[number]

export interface Ending extends Threads {
  readonly runner: string
  /** What the guest of each thread asks for at all. */
  readonly asks: (thread: string, call: GuestCall) => boolean
  /** The waits of the runner for the count to be 0 and of each thread for it to be 1. */
  readonly countWait: (waiter: string) => CellOf<typeof countWait>
}

const source = 'litebox_shim_linux/src/syscalls/process.rs'

export const endRules = (world: Ending): readonly Rule[] => [
  ...calls(world),
  ...telling(world),
  unlockWhenTold(world),
  ...replacing(world),
  ...leaving(world),
  waitForExit(world),
]

const calls = ({ threads, life, process, exiting, asks }: Ending): readonly Rule[] => [
  // A guest may compute for ever: without this step an execution would have to bring it back at last.
  rule(
    'guest.runOn',
    { thread: threads },
    {
      kind: 'environment',
      source: 'litebox/src/platform/mod.rs: ThreadProvider, the guest between two entries of the shim',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread) }),
    },
  ).does({
    when: { inGuest: ({ life }) => life.value === 'inGuest' },
    events: () => ({ life: { type: 'RUN_ON' } }),
  }),
  rule(
    'guest.call',
    { thread: threads, call: guestCalls },
    {
      kind: 'environment',
      source: 'litebox_shim_linux/src/lib.rs: Task::handle_syscall_request',
      where: ({ thread, call }) => asks(thread, call),
      actor: ({ thread }) => thread,
      sees: ({ call }) => ({ image: imageCell, children: call === 'CALL_CLONE' ? threads.slice(1).map(life) : [] }),
      sends: ({ thread }) => ({ life: life(thread) }),
    },
  ).does({
    when: {
      inGuest: ({ life }) => life.value === 'inGuest',
      isLeft: ({ image, children }, { call }) => {
        if (call === 'CALL_CLONE') return children.some((child) => child.value === 'unborn')
        return call !== 'CALL_EXEC' || image.value === 'original'
      },
    },
    events: (_, { call }) => ({ life: { type: call } }),
  }),
  rule(
    'thread.exit',
    { thread: threads },
    {
      source: `${source}: Task::exit_thread`,
      where: ({ thread }) => asks(thread, 'CALL_EXIT'),
      actor: ({ thread }) => thread,
      sees: () => ({ process }),
      sends: ({ thread }) => ({ life: life(thread), exiting: exiting(thread).cell }),
    },
  ).does({
    when: {
      calling: ({ life }) => life.value === 'callingExit',
      unlocked: ({ process }) => process.value === 'unlocked',
    },
    events: (_, { thread }) => ({ life: { type: 'RETURN' }, exiting: stored(exiting(thread), true) }),
  }),
  rule(
    'thread.findItselfExiting',
    { thread: threads },
    {
      source: `${source}: Task::exit_group, Task::kill_other_threads`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ process, exiting: exiting(thread).cell }),
      sends: ({ thread }) => ({ life: life(thread) }),
    },
  ).does({
    when: {
      calling: ({ life }) => life.value === 'callingExitGroup' || life.value === 'callingExec',
      unlocked: ({ process }) => process.value === 'unlocked',
      exiting: (at, { thread }) => held(exiting(thread), at.exiting),
    },
    events: () => ({ life: { type: 'RETURN' } }),
  }),
  rule(
    'thread.lockToTell',
    { thread: threads },
    {
      source: `${source}: Task::exit_group, Task::kill_other_threads`,
      needed: true,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ exiting: exiting(thread).cell }),
      sends: ({ thread }) => ({ life: life(thread), process }),
      waitsFor: ['process'],
    },
  ).does({
    when: {
      calling: ({ life }) => life.value === 'callingExitGroup' || life.value === 'callingExec',
      staying: (at, { thread }) => !held(exiting(thread), at.exiting),
    },
    events: ({ life }) => {
      const purpose = life.value === 'callingExec' ? 'exec' : 'group'
      return { life: { type: 'TELL', purpose }, process: { type: 'LOCK', groupExit: purpose === 'group' } }
    },
  }),
]

type Teller = { readonly purpose: string; readonly told: number }

/** Whom the thread under the lock tells next: everybody on exit of the group, everybody else on exec. */
const nextOf = (attached: readonly string[], { purpose, told }: Teller, self: string): string | undefined =>
  attached.filter((thread) => purpose === 'group' || thread !== self)[told]

const telling = ({ threads, life, process, exiting }: Ending): readonly Rule[] => [
  rule(
    'thread.flag',
    { thread: threads, other: threads },
    {
      source: `${source}: Task::exit_group, Task::kill_other_threads`,
      actor: ({ thread }) => thread,
      sees: () => ({ process }),
      sends: ({ thread, other }) => ({ life: life(thread), exiting: exiting(other).cell }),
    },
  ).does({
    when: {
      flagging: ({ life }) => life.value === 'flagging',
      isNext: ({ life, process }, { thread, other }) => nextOf(process.context.threads, life.context, thread) === other,
    },
    // To interrupt oneself does nothing here: a thread that makes a call does not say that it runs the guest.
    events: (_, { thread, other }) => ({
      life: { type: thread === other ? 'FLAGGED_SELF' : 'FLAGGED' },
      exiting: stored(exiting(other), true),
    }),
  }),
  rule(
    'thread.interrupt',
    { thread: threads, other: threads },
    {
      source: `${source}: ThreadRemote::interrupt`,
      where: ({ thread, other }) => thread !== other,
      actor: ({ thread }) => thread,
      sees: ({ other }) => ({ process, other: life(other) }),
      sends: ({ thread, other }) => ({ life: life(thread), interrupt: guestInterruptOf(other) }),
    },
  ).does({
    when: {
      interrupting: ({ life }) => life.value === 'interrupting',
      isNext: ({ life, process }, { thread, other }) => nextOf(process.context.threads, life.context, thread) === other,
      running: ({ other }) => other.context.reachable && isAnnounced(other),
    },
    events: () => ({ life: { type: 'INTERRUPT_SENT' }, interrupt: { type: 'SEND' } }),
  }),
  rule(
    'thread.leaveUninterrupted',
    { thread: threads, other: threads },
    {
      source: `${source}: ThreadRemote::interrupt`,
      where: ({ thread, other }) => thread !== other,
      actor: ({ thread }) => thread,
      sees: ({ other }) => ({ process, other: life(other) }),
      sends: ({ thread }) => ({ life: life(thread) }),
    },
  ).does({
    when: {
      interrupting: ({ life }) => life.value === 'interrupting',
      isNext: ({ life, process }, { thread, other }) => nextOf(process.context.threads, life.context, thread) === other,
      inHost: ({ other }) => !(other.context.reachable && isAnnounced(other)),
    },
    events: () => ({ life: { type: 'INTERRUPT_SENT' } }),
  }),
]

const unlockWhenTold = ({ threads, life, process }: Ending): Rule =>
  rule(
    'thread.unlockWhenTold',
    { thread: threads },
    {
      source: `${source}: Task::exit_group, Task::kill_other_threads`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread), process }),
    },
  ).does({
    when: {
      flagging: ({ life }) => life.value === 'flagging',
      toldAll: ({ life, process }, { thread }) => nextOf(process.context.threads, life.context, thread) === undefined,
    },
    events: ({ life }) => ({
      life: { type: 'TOLD_ALL' },
      process: { type: 'UNLOCK', killing: life.context.purpose === 'exec' },
    }),
  })

const replacing = (world: Ending): readonly Rule[] => {
  const threads = world.threads.filter((thread) => world.asks(thread, 'CALL_EXEC'))
  return threads.length === 0 ? [] : execRules(world, threads)
}

const execRules = ({ life, process, countWait }: Ending, threads: readonly string[]): readonly Rule[] => [
  rule(
    'exec.awaitOthers',
    { thread: threads },
    {
      source: `${source}: Task::kill_other_threads`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ life: life(thread) }),
      sends: ({ thread }) => ({ wait: countWait(thread) }),
    },
  ).does({
    when: {
      awaiting: ({ life }) => life.value === 'awaitingOthers',
      notYet: ({ wait }) => wait.value === 'idle',
    },
    events: () => ({ wait: { type: 'CALL' } }),
  }),
  rule(
    'exec.stopKilling',
    { thread: threads },
    {
      source: `${source}: Task::kill_other_threads`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ wait: countWait(thread) }),
      sends: ({ thread }) => ({ life: life(thread), process }),
      waitsFor: ['process'],
    },
  ).does({
    when: {
      awaiting: ({ life }) => life.value === 'awaitingOthers',
      alone: ({ wait }) => wait.value === 'returned',
    },
    events: () => ({ life: { type: 'FEW_ENOUGH' }, process: { type: 'STOP_KILLING' } }),
  }),
  rule(
    'exec.release',
    { thread: threads },
    {
      source: `${source}: Task::sys_execve`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread), image: imageCell }),
    },
  ).does({
    when: { releasing: ({ life }) => life.value === 'releasing' },
    events: () => ({ life: { type: 'RELEASED' }, image: { type: 'RELEASE' } }),
  }),
  rule(
    'exec.load',
    { thread: threads },
    {
      source: `${source}: Task::load_program`,
      needed: true,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread), image: imageCell }),
    },
  ).does({
    when: { loading: ({ life }) => life.value === 'loading' },
    events: () => ({ life: { type: 'LOADED' }, image: { type: 'LOAD' } }),
  }),
]

const leaving = ({ threads, life, process, quiescence, runner }: Ending): readonly Rule[] => [
  rule(
    'thread.countOut',
    { thread: threads },
    {
      source: `${source}: Process::detach_thread`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread), process, count: threadCount.cell, quiescence: quiescence(thread) }),
      waitsFor: ['process'],
    },
  ).does({
    when: { detaching: ({ life }) => life.value === 'detaching' },
    events: ({ process, count }, { thread }) => {
      const left = held(threadCount, count) - 1
      return {
        life: { type: 'DETACHED', notify: left === 0 || (left === 1 && process.context.killing) },
        process: { type: 'DETACH', thread },
        count: stored(threadCount, left),
        quiescence: { type: 'COUNT_OUT' },
      }
    },
  }),
  rule(
    'thread.notify',
    { thread: threads },
    {
      source: `${source}: Process::detach_thread`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread), sleepers: [...threads, runner].map(sleeperOf) }),
    },
  ).does({
    when: { notifying: ({ life }) => life.value === 'notifying' },
    events: () => ({ life: { type: 'NOTIFIED' }, sleepers: { type: 'WAKE', word: threadCount.name } }),
  }),
  rule(
    'thread.clearTid',
    { thread: threads },
    {
      source: `${source}: Task::prepare_for_exit`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread), image: imageCell, quiescence: quiescence(thread) }),
    },
  ).does({
    when: { clearing: ({ life }) => life.value === 'clearingTid' },
    events: ({ life }) => ({
      life: { type: 'CLEARED' },
      image: { type: 'TOUCH', by: life.context.program },
      quiescence: { type: 'ACCESS' },
    }),
  }),
  rule(
    'thread.wakeJoiner',
    { thread: threads },
    {
      source: `${source}: Task::prepare_for_exit`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread), image: imageCell }),
    },
  ).does({
    when: { waking: ({ life }) => life.value === 'wakingJoiner' },
    events: ({ life }) => ({ life: { type: 'WOKE' }, image: { type: 'TOUCH', by: life.context.program } }),
  }),
  rule(
    'thread.walkRobustList',
    { thread: threads },
    {
      source: `${source}: wake_robust_list`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread), quiescence: quiescence(thread) }),
    },
  ).does({
    when: { walking: ({ life }) => life.value === 'walkingRobustList' },
    events: () => ({ life: { type: 'WALKED' }, quiescence: { type: 'ACCESS' } }),
  }),
]

const waitForExit = ({ threads, life, runner, countWait }: Ending): Rule =>
  rule(
    'runner.waitForExit',
    {},
    {
      source: 'litebox_runner_linux_userland/src/lib.rs: run, Process::wait_for_exit',
      actor: () => runner,
      sees: () => ({ first: life(threads[0]!) }),
      sends: () => ({ wait: countWait(runner) }),
    },
  ).does({
    when: {
      notYet: ({ wait }) => wait.value === 'idle',
      firstThreadGone: ({ first }) => first.value === 'gone',
    },
    events: () => ({ wait: { type: 'CALL' } }),
  })
