import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { held, stored, type Word } from '../platform/shared-word.ts'
import { imageCell, type quiescence } from './thread-image.ts'
import type { threadLife } from './thread-life.ts'
import { threadCount, type threadProcess } from './thread-process.ts'
import { guestInterruptOf } from './wait-state-guest.ts'

/*
 * How a thread comes to be: counted in, spawned or refused, initialised, and let into the guest if it need not exit.
 *
 * Models: `litebox_shim_linux/src/syscalls/process.rs: Task::do_clone`, `Process::attach_thread`,
 * `Task::handle_init_request`; `spawn_thread` of the platforms, with the failure that each handles in its own way.
 *
 * Leaves out: what `thread-life.ts` leaves out.
 */

export interface Threads {
  /** In the order of their ids; the first is the one that the process starts with, and the parent of all others. */
  readonly threads: readonly string[]
  readonly life: (thread: string) => CellOf<typeof threadLife>
  readonly process: CellOf<typeof threadProcess>
  readonly quiescence: (thread: string) => CellOf<typeof quiescence>
  /** `ThreadRemote::is_exiting` */
  readonly exiting: (thread: string) => Word<boolean>
  /** What comes of a thread that was counted in when the host refuses to start it; `never` if it does not refuse. */
  readonly refusal: 'never' | 'leak' | 'reclaim'
  /** Whether a thread is attached to a process that is being ended. */
  readonly attach: 'checked' | 'unchecked'
  /** Whether the parent runs the initialisation of its child too. */
  readonly init: 'in-child' | 'in-both'
}

const source = 'litebox_shim_linux/src/syscalls/process.rs'

export const spawnRules = (world: Threads): readonly Rule[] => {
  const { threads, life, refusal } = world
  const [parent = ''] = threads
  const children = threads.slice(1)
  return [
    ...counting(world, parent, children),
    rule(
      'thread.spawn',
      { child: children },
      {
        source: 'litebox/src/platform/mod.rs: ThreadProvider::spawn_thread',
        needed: true,
        actor: () => parent,
        sends: ({ child }) => ({ parent: life(parent), child: life(child) }),
      },
    ).does({
      when: {
        spawning: ({ parent }) => parent.value === 'spawning',
        counted: ({ child }) => child.value === 'attached',
      },
      events: () => ({ parent: { type: 'RETURN' }, child: { type: 'START', inits: world.init === 'in-both' ? 1 : 0 } }),
    }),
    ...(refusal === 'leak' ? [refuseAndLeak(world, parent, children)] : []),
    ...(refusal === 'reclaim' ? refuseAndReclaim(world, parent, children) : []),
    ...entering(world),
  ]
}

const counting = (
  { life, process, quiescence, attach }: Threads,
  parent: string,
  children: readonly string[],
): readonly Rule[] => [
  rule(
    'thread.countIn',
    { child: children },
    {
      source: `${source}: Process::attach_thread`,
      actor: () => parent,
      sees: ({ child }) => ({ image: imageCell, earlier: children.slice(0, children.indexOf(child)).map(life) }),
      sends: ({ child }) => ({
        parent: life(parent),
        child: life(child),
        process,
        count: threadCount.cell,
        quiescence: quiescence(child),
      }),
      waitsFor: ['process'],
    },
  ).does({
    when: {
      cloning: ({ parent }) => parent.value === 'cloning',
      // Ids are given out in order, so that which child comes next is no choice.
      isNext: ({ child, earlier }) => child.value === 'unborn' && earlier.every(({ value }) => value !== 'unborn'),
      open: ({ process }) => attach === 'unchecked' || !(process.context.groupExit || process.context.killing),
    },
    events: ({ count, image }, { child }) => ({
      parent: { type: 'COUNTED_CHILD' },
      child: { type: 'ATTACH', program: image.value === 'original' ? 'original' : 'replaced' },
      process: { type: 'ATTACH', thread: child },
      count: stored(threadCount, held(threadCount, count) + 1),
      quiescence: { type: 'COUNT_IN' },
    }),
  }),
  ...(attach === 'checked'
    ? [
        rule(
          'thread.findProcessEnding',
          {},
          {
            source: `${source}: Process::attach_thread`,
            actor: () => parent,
            sees: () => ({ process }),
            sends: () => ({ parent: life(parent) }),
          },
        ).does({
          when: {
            cloning: ({ parent }) => parent.value === 'cloning',
            unlocked: ({ process }) => process.value === 'unlocked',
            ending: ({ process }) => process.context.groupExit || process.context.killing,
          },
          events: () => ({ parent: { type: 'RETURN' } }),
        }),
      ]
    : []),
]

/** The box of the child has become a raw pointer that only the new thread would have turned back. */
const refuseAndLeak = ({ life }: Threads, parent: string, children: readonly string[]): Rule =>
  rule(
    'host.refuseThread',
    { child: children },
    {
      kind: 'environment',
      source: 'litebox_platform_linux_kernel/src/host/snp/snp_impl.rs: SnpLinuxKernel::spawn_thread',
      needed: true,
      actor: () => 'host',
      sends: ({ child }) => ({ parent: life(parent), child: life(child) }),
    },
  ).does({
    when: {
      spawning: ({ parent }) => parent.value === 'spawning',
      counted: ({ child }) => child.value === 'attached',
    },
    events: () => ({ parent: { type: 'RETURN' }, child: { type: 'LEAK' } }),
  })

/** The task of the child is dropped by the parent, with all that a thread does on its way out. */
const refuseAndReclaim = (
  { life, process, quiescence }: Threads,
  parent: string,
  children: readonly string[],
): readonly Rule[] => [
  rule(
    'host.refuseThread',
    { child: children },
    {
      kind: 'environment',
      source: 'litebox_platform_linux_userland/src/lib.rs: LinuxUserland::spawn_thread',
      needed: true,
      actor: () => 'host',
      sees: ({ child }) => ({ child: life(child) }),
      sends: () => ({ parent: life(parent) }),
    },
  ).does({
    when: {
      spawning: ({ parent }) => parent.value === 'spawning',
      counted: ({ child }) => child.value === 'attached',
    },
    events: () => ({ parent: { type: 'TAKE_BACK' } }),
  }),
  // The parent is still counted, so nobody waits for this change.
  rule(
    'thread.countOutChild',
    { child: children },
    {
      source: `${source}: Task::prepare_for_exit`,
      actor: () => parent,
      sends: ({ child }) => ({
        parent: life(parent),
        child: life(child),
        process,
        count: threadCount.cell,
        quiescence: quiescence(child),
      }),
      waitsFor: ['process'],
    },
  ).does({
    when: {
      reclaiming: ({ parent }) => parent.value === 'reclaiming',
      counted: ({ child }) => child.value === 'attached',
    },
    events: ({ count }, { child }) => ({
      parent: { type: 'DETACHED', notify: false },
      child: { type: 'RECLAIM' },
      process: { type: 'DETACH', thread: child },
      count: stored(threadCount, held(threadCount, count) - 1),
      quiescence: { type: 'COUNT_OUT' },
    }),
  }),
  rule(
    'thread.clearTidForChild',
    {},
    {
      source: `${source}: Task::prepare_for_exit`,
      actor: () => parent,
      sends: () => ({ parent: life(parent), image: imageCell, quiescence: quiescence(parent) }),
    },
  ).does({
    when: { clearing: ({ parent }) => parent.value === 'clearingForChild' },
    events: ({ parent }) => ({
      parent: { type: 'CLEARED' },
      image: { type: 'TOUCH', by: parent.context.program },
      quiescence: { type: 'ACCESS' },
    }),
  }),
]

const entering = ({ threads, life, quiescence, exiting }: Threads): readonly Rule[] => [
  rule(
    'thread.initialise',
    { thread: threads },
    {
      source: `${source}: Task::init_thread_context`,
      needed: true,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread), image: imageCell, quiescence: quiescence(thread) }),
    },
  ).does({
    when: { starting: ({ life }) => life.value === 'starting' },
    events: ({ life }) => ({
      life: { type: 'INITIALISE' },
      image: { type: 'TOUCH', by: life.context.program },
      quiescence: { type: 'ACCESS' },
    }),
  }),
  rule(
    'thread.setHandle',
    { thread: threads },
    {
      source: `${source}: Task::handle_init_request`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread) }),
    },
  ).does({
    when: { initialised: ({ life }) => life.value === 'initialised' },
    events: () => ({ life: { type: 'SET_HANDLE' } }),
  }),
  rule(
    'thread.announce',
    { thread: threads },
    {
      source: 'litebox/src/event/wait.rs: WaitState::prepare_to_run_guest',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread) }),
    },
  ).does({
    when: { entering: ({ life }) => life.value === 'entering' },
    events: () => ({ life: { type: 'ANNOUNCE' } }),
  }),
  rule(
    'thread.checkExit',
    { thread: threads },
    {
      source: 'litebox_shim_linux/src/wait.rs: Task::prepare_to_run_guest',
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ exiting: exiting(thread).cell }),
      sends: ({ thread }) => ({ life: life(thread) }),
    },
  ).does({
    when: { checking: ({ life }) => life.value === 'checkingExit' },
    events: (at, { thread }) => ({ life: { type: held(exiting(thread), at.exiting) ? 'GIVE_UP' : 'GO_ON' } }),
  }),
  rule(
    'thread.takeInterrupt',
    { thread: threads },
    {
      source: 'litebox/src/platform/mod.rs: ThreadProvider::interrupt_thread',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread), interrupt: guestInterruptOf(thread) }),
    },
  ).does({
    when: {
      inGuest: ({ life }) => life.value === 'inGuest',
      interrupted: ({ interrupt }) => interrupt.value === 'pending',
    },
    events: () => ({ life: { type: 'INTERRUPTED' }, interrupt: { type: 'TAKE' } }),
  }),
]
