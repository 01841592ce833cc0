import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule } from '../../checker/index.ts'
import { held, stored, type Word, word } from '../platform/shared-word.ts'

/*
 * The count of threads by which the SNP runner knows that its work is over, and the network loop that reads it.
 *
 * Models: `litebox_platform_linux_kernel/src/host/snp/snp_impl.rs`: `ACTIVE_THREAD_COUNT`, which a new thread raises when
 * it starts and every thread lowers before it drops its task, `spawn_thread`, `exit_thread`, `all_threads_exited`; and
 * `litebox_runner_snp/src/main.rs: sandbox_tun_read_write`, which returns to the host when it finds the count zero. The
 * host runs a thread that it has agreed to start when it likes, or refuses it.
 *
 * Where threads send, the loop passes on what they have sent, and in one design returns only when nothing is left.
 *
 * Leaves out: the other count, of the shim (`thread-process.ts`), what packets are, and the store of the count, which is
 * locked.
 */

export interface ActiveCountDesign {
  /** Who raises the count for a new thread: itself, or its parent before it asks the host. */
  readonly raise: 'child' | 'parent'
  /** When a thread lowers it: before it drops its task, or after. */
  readonly lower: 'before-drop' | 'after-drop'
  /** What a parent that has raised it does when the host refuses the thread. */
  readonly refused: 'lowers' | 'forgets'
  /** When the network loop returns: at a count of zero, when nothing that was sent is left besides, or when the host says so. */
  readonly networkExit: 'count' | 'count-and-drained' | 'host-signal'
  /** Whether threads send anything. */
  readonly traffic: 'none' | 'sends'
}

export const activeThread = setup({
  types: {
    context: {} as { leader: boolean; lower: ActiveCountDesign['lower'] },
    input: {} as { leader: boolean; lower: ActiveCountDesign['lower'] },
    events: {} as
      | { type: 'COUNT' }
      | { type: 'AGREE' }
      | { type: 'REFUSE' }
      | { type: 'START' }
      | { type: 'RUN_ON' }
      | { type: 'TERMINATE' }
      | { type: 'LOWERED' }
      | { type: 'DROPPED' },
  },
  guards: { isLeader: ({ context }) => context.leader, lowersLast: ({ context }) => context.lower === 'after-drop' },
}).createMachine({
  id: 'activeThread',
  context: ({ input }) => input,
  initial: 'unborn',
  states: {
    unborn: { always: { guard: 'isLeader', target: 'running' }, on: { COUNT: 'asked', AGREE: 'agreed' } },
    asked: { on: { AGREE: 'agreed', REFUSE: 'refused' } },
    agreed: { on: { START: 'running' } },
    running: { on: { RUN_ON: 'running', TERMINATE: [{ guard: 'lowersLast', target: 'dropping' }, { target: 'lowering' }] } },
    lowering: { on: { LOWERED: [{ guard: 'lowersLast', target: 'gone' }, { target: 'dropping' }] } },
    dropping: { on: { DROPPED: [{ guard: 'lowersLast', target: 'lowering' }, { target: 'gone' }] } },
    refused: {},
    gone: {},
  },
})

export const networkLoop = setup({ types: { events: {} as { type: 'RETURN' } } }).createMachine({
  id: 'networkLoop',
  initial: 'polling',
  states: { polling: { on: { RETURN: 'returned' } }, returned: {} },
})

/** What threads have sent and the loop has not yet passed on. */
export const sockets = setup({ types: { events: {} as { type: 'SEND' } | { type: 'PASS_ON' } } }).createMachine({
  id: 'sockets',
  initial: 'drained',
  states: { drained: { on: { SEND: 'filled' } }, filled: { on: { SEND: 'filled', PASS_ON: 'drained' } } },
})

export const activeCount: Word<number> = word<number>('activeThreadCount', 1)
export const networkLoopCell: CellOf<typeof networkLoop> = cell('networkLoop', networkLoop)
export const socketsCell: CellOf<typeof sockets> = cell('sockets', sockets)

export interface ActiveThreads extends ActiveCountDesign {
  /** The first is there from the start and starts all others. */
  readonly threads: readonly string[]
  readonly life: (thread: string) => CellOf<typeof activeThread>
}

const snp = 'litebox_platform_linux_kernel/src/host/snp/snp_impl.rs'

export const activeCountRules = (world: ActiveThreads): readonly Rule[] => {
  const { threads, life, raise } = world
  return [
    ...(raise === 'parent' ? raisedByParent(world) : []),
    rule(
      'thread.spawn',
      { child: threads.slice(1) },
      {
        source: `${snp}: SnpLinuxKernel::spawn_thread`,
        needed: true,
        actor: () => threads[0]!,
        sees: () => ({ parent: life(threads[0]!) }),
        sends: ({ child }) => ({ child: life(child) }),
      },
    ).does({
      when: {
        asking: ({ child }) => child.value === (raise === 'parent' ? 'asked' : 'unborn'),
        parentRuns: ({ parent }) => parent.value === 'running',
      },
      events: () => ({ child: { type: 'AGREE' } }),
    }),
    rule(
      'thread.start',
      { child: threads.slice(1) },
      {
        source: `${snp}: thread_start`,
        actor: ({ child }) => child,
        sends: ({ child }) => ({ child: life(child), count: activeCount.cell }),
      },
    ).does({
      when: { agreed: ({ child }) => child.value === 'agreed' },
      events: ({ count }) => ({
        child: { type: 'START' },
        count: stored(activeCount, held(activeCount, count) + (raise === 'child' ? 1 : 0)),
      }),
    }),
    ...running(world),
    ...looping(world),
  ]
}

const raisedByParent = ({ threads, life, refused }: ActiveThreads): readonly Rule[] => [
  rule(
    'thread.raiseForChild',
    { child: threads.slice(1) },
    {
      source: `${snp}: SnpLinuxKernel::spawn_thread, with the count raised first`,
      actor: () => threads[0]!,
      sees: () => ({ parent: life(threads[0]!) }),
      sends: ({ child }) => ({ child: life(child), count: activeCount.cell }),
    },
  ).does({
    when: { unborn: ({ child }) => child.value === 'unborn', parentRuns: ({ parent }) => parent.value === 'running' },
    events: ({ count }) => ({
      child: { type: 'COUNT' },
      count: stored(activeCount, held(activeCount, count) + 1),
    }),
  }),
  rule(
    'host.refuseThread',
    { child: threads.slice(1) },
    {
      kind: 'environment',
      source: `${snp}: SnpLinuxKernel::spawn_thread, CLONE3 fails`,
      actor: () => 'host',
      sees: () => ({ parent: life(threads[0]!) }),
      sends: ({ child }) => ({ child: life(child), count: activeCount.cell }),
    },
  ).does({
    when: { asked: ({ child }) => child.value === 'asked', parentRuns: ({ parent }) => parent.value === 'running' },
    events: ({ count }) => ({
      child: { type: 'REFUSE' },
      count: stored(activeCount, held(activeCount, count) - (refused === 'lowers' ? 1 : 0)),
    }),
  }),
]

const running = ({ threads, life }: ActiveThreads): readonly Rule[] => [
  rule(
    'guest.runOn',
    { thread: threads },
    {
      kind: 'environment',
      source: `${snp}: run_thread, the guest`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread) }),
    },
  ).does({
    when: { running: ({ life }) => life.value === 'running' },
    events: () => ({ life: { type: 'RUN_ON' } }),
  }),
  // A parent that has asked for a thread is in the call and does not end meanwhile.
  rule(
    'thread.terminate',
    { thread: threads },
    {
      kind: 'environment',
      source: `${snp}: handle_syscall, ContinueOperation::Terminate`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ children: thread === threads[0] ? threads.slice(1).map(life) : [] }),
      sends: ({ thread }) => ({ life: life(thread) }),
    },
  ).does({
    when: {
      running: ({ life }) => life.value === 'running',
      inNoCall: ({ children }) => children.every(({ value }) => value !== 'asked'),
    },
    events: () => ({ life: { type: 'TERMINATE' } }),
  }),
  rule(
    'thread.lower',
    { thread: threads },
    {
      source: `${snp}: exit_thread`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread), count: activeCount.cell }),
    },
  ).does({
    when: { lowering: ({ life }) => life.value === 'lowering' },
    events: ({ count }) => ({
      life: { type: 'LOWERED' },
      count: stored(activeCount, held(activeCount, count) - 1),
    }),
  }),
  rule(
    'thread.drop',
    { thread: threads },
    {
      source: `${snp}: exit_thread`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ life: life(thread) }),
    },
  ).does({
    when: { dropping: ({ life }) => life.value === 'dropping' },
    events: () => ({ life: { type: 'DROPPED' } }),
  }),
]

function looping({ threads, life, networkExit, traffic }: ActiveThreads): readonly Rule[] {
  const source = 'litebox_runner_snp/src/main.rs: sandbox_tun_read_write'
  const send = rule(
    'guest.send',
    { thread: threads },
    {
      kind: 'environment',
      source: 'litebox/src/net/socket_channel.rs: try_write',
      needed: true,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ life: life(thread) }),
      sends: () => ({ sockets: socketsCell }),
    },
  ).does({
    when: { running: ({ life }) => life.value === 'running' },
    events: () => ({ sockets: { type: 'SEND' } }),
  })
  const passOn = rule(
    'networkLoop.passOn',
    {},
    {
      source: `${source}, perform_network_interaction`,
      needed: true,
      actor: () => 'networkLoop',
      sees: () => ({ loop: networkLoopCell }),
      sends: () => ({ sockets: socketsCell }),
    },
  ).does({
    when: { polling: ({ loop }) => loop.value === 'polling', filled: ({ sockets }) => sockets.value === 'filled' },
    events: () => ({ sockets: { type: 'PASS_ON' } }),
  })
  const leave = rule(
    'networkLoop.return',
    {},
    {
      source,
      actor: () => 'networkLoop',
      sees: () => ({ count: activeCount.cell, left: networkExit === 'count-and-drained' ? [socketsCell] : [] }),
      sends: () => ({ loop: networkLoopCell }),
    },
  ).does({
    when: {
      polling: ({ loop }) => loop.value === 'polling',
      allExited: ({ count }) => held(activeCount, count) === 0,
      drained: ({ left }) => left.every(({ value }) => value === 'drained'),
    },
    events: () => ({ loop: { type: 'RETURN' } }),
  })
  const leaveOnSignal = rule(
    'host.endNetworkLoop',
    {},
    {
      kind: 'environment',
      source: 'hypothetical: the host says when the network loop is to return',
      needed: true,
      actor: () => 'host',
      sends: () => ({ loop: networkLoopCell }),
    },
  ).does({
    when: { polling: ({ loop }) => loop.value === 'polling' },
    events: () => ({ loop: { type: 'RETURN' } }),
  })
  return [...(traffic === 'sends' ? [send, passOn] : []), networkExit === 'host-signal' ? leaveOnSignal : leave]
}
