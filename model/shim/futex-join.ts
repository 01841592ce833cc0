import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule } from '../../checker/index.ts'
import { drained, loaded, type Memory } from '../platform/memory-order.ts'
import { stored, word } from '../platform/shared-word.ts'
import { futexWaitOf, futexWakeOf } from './futex.ts'

/*
 * A parent that starts a thread and joins it through the word that holds the thread's id.
 *
 * Models: `litebox_shim_linux/src/syscalls/process.rs: Task::do_clone`, which writes the id for the parent, and
 * `Task::prepare_for_exit`, which clears it for the child and wakes the futex there; glibc gives both the same address.
 * Beside the source's order of writing and spawning: the one before pull request 366, and the gate of that request.
 *
 * Leaves out: the id that the child writes for itself, the count of threads, and a spawn that fails.
 */

export const tid = word<number>('tid', 0)
const childTid = 1

export type SpawnOrder = 'write-first' | 'spawn-first' | 'gated'

export const parent = setup({
  types: {
    context: {} as { order: SpawnOrder },
    input: {} as { order: SpawnOrder },
    events: {} as
      | { type: 'WRITE' }
      | { type: 'SPAWN' }
      | { type: 'OPEN_GATE' }
      | { type: 'FIND_CLEARED' }
      | { type: 'FIND_SET' }
      | { type: 'LOOK_AGAIN' },
  },
  guards: {
    writesFirst: ({ context }) => context.order === 'write-first',
    gates: ({ context }) => context.order === 'gated',
  },
}).createMachine({
  id: 'parent',
  context: ({ input }) => input,
  initial: 'starting',
  states: {
    starting: { always: [{ guard: 'writesFirst', target: 'writing' }, { target: 'spawning' }] },
    writing: {
      on: {
        WRITE: [{ guard: 'writesFirst', target: 'spawning' }, { guard: 'gates', target: 'openingGate' }, { target: 'joining' }],
      },
    },
    spawning: { on: { SPAWN: [{ guard: 'writesFirst', target: 'joining' }, { target: 'writing' }] } },
    openingGate: { on: { OPEN_GATE: 'joining' } },
    joining: { on: { FIND_CLEARED: 'joined', FIND_SET: 'waiting' } },
    waiting: { on: { LOOK_AGAIN: 'joining' } },
    joined: {},
  },
})

export const child = setup({
  types: { events: {} as { type: 'SPAWN' } | { type: 'SPAWN_GATED' } | { type: 'OPEN_GATE' } | { type: 'CLEAR' } },
}).createMachine({
  id: 'child',
  initial: 'unborn',
  states: {
    unborn: { on: { SPAWN: 'running', SPAWN_GATED: 'gated' } },
    gated: { on: { OPEN_GATE: 'running' } },
    running: { on: { CLEAR: 'exiting' } },
    exiting: {},
  },
})

export const [parentThread, childThread] = ['parent', 'child']
export const parentOf = (order: SpawnOrder): CellOf<typeof parent> => cell('parent', parent, { input: { order } })
export const childCell: CellOf<typeof child> = cell('child', child)

const source = 'litebox_shim_linux/src/syscalls/process.rs'

export const joinRules = (
  { storePort, loadPorts, fencePorts }: Memory,
  order: SpawnOrder,
  self: CellOf<typeof parent>,
): readonly Rule[] => [
  rule(
    'parent.writeTid',
    {},
    {
      source: `${source}: Task::do_clone`,
      actor: () => parentThread,
      sends: () => ({ self, port: storePort(parentThread, tid) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { atWrite: ({ self }) => self.value === 'writing' },
    events: () => ({ self: { type: 'WRITE' }, port: stored(tid, childTid) }),
  }),
  rule(
    'parent.spawn',
    {},
    {
      source: `${source}: Task::do_clone`,
      actor: () => parentThread,
      sees: () => ({ own: fencePorts(parentThread) }),
      sends: () => ({ self, child: childCell }),
    },
  ).does({
    when: { atSpawn: ({ self }) => self.value === 'spawning', drained: ({ own }) => drained(own) },
    events: () => ({ self: { type: 'SPAWN' }, child: { type: order === 'gated' ? 'SPAWN_GATED' : 'SPAWN' } }),
  }),
  ...(order === 'gated'
    ? [
        rule(
          'parent.openGate',
          {},
          {
            source: 'pull request 366, litebox_shim_linux/src/syscalls/process.rs: sys_clone',
            actor: () => parentThread,
            sees: () => ({ own: fencePorts(parentThread) }),
            sends: () => ({ self, child: childCell }),
          },
        ).does({
          when: { atGate: ({ self }) => self.value === 'openingGate', drained: ({ own }) => drained(own) },
          events: () => ({ self: { type: 'OPEN_GATE' }, child: { type: 'OPEN_GATE' } }),
        }),
      ]
    : []),
  rule(
    'parent.findCleared',
    {},
    {
      source: 'glibc, pthread_join: the loop around its futex wait',
      actor: () => parentThread,
      sees: () => ({ ports: loadPorts(parentThread, tid) }),
      sends: () => ({ self }),
    },
  ).does({
    when: { joins: ({ self }) => self.value === 'joining', cleared: ({ ports }) => loaded(tid, ports) === 0 },
    events: () => ({ self: { type: 'FIND_CLEARED' } }),
  }),
  rule(
    'parent.wait',
    {},
    {
      source: 'glibc, pthread_join: the loop around its futex wait',
      actor: () => parentThread,
      sees: () => ({ ports: loadPorts(parentThread, tid) }),
      sends: () => ({ self, wait: futexWaitOf(parentThread) }),
    },
  ).does({
    when: { joins: ({ self }) => self.value === 'joining', set: ({ ports }) => loaded(tid, ports) !== 0 },
    events: () => ({ self: { type: 'FIND_SET' }, wait: { type: 'CALL' } }),
  }),
  rule(
    'parent.lookAgain',
    {},
    {
      source: 'glibc, pthread_join: the loop around its futex wait',
      actor: () => parentThread,
      sees: () => ({ wait: futexWaitOf(parentThread) }),
      sends: () => ({ self }),
    },
  ).does({
    when: { waiting: ({ self }) => self.value === 'waiting', over: ({ wait }) => wait.value === 'returned' },
    events: () => ({ self: { type: 'LOOK_AGAIN' } }),
  }),
  rule(
    'child.clearTid',
    {},
    {
      source: `${source}: Task::prepare_for_exit`,
      actor: () => childThread,
      sends: () => ({ child: childCell, wake: futexWakeOf(childThread), port: storePort(childThread, tid) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { running: ({ child }) => child.value === 'running' },
    events: () => ({ child: { type: 'CLEAR' }, wake: { type: 'CALL' }, port: stored(tid, 0) }),
  }),
]
