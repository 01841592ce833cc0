import { setup } from 'xstate'
import { always, type CellOf, cell, finalWhen, rule, type System, sometimes, system, update } from '../../checker/index.ts'

/** The transaction manager: who has said "prepared", and what was decided. */
const transactionManager = setup({
  types: {
    context: {} as { prepared: number },
    events: {} as { type: 'PREPARED'; manager: number } | { type: 'COMMIT' } | { type: 'ABORT' },
  },
}).createMachine({
  id: 'transactionManager',
  context: { prepared: 0 },
  initial: 'init',
  states: {
    init: {
      on: {
        PREPARED: { target: 'init', actions: update((manager, event) => void (manager.prepared |= 1 << event.manager)) },
        COMMIT: 'committed',
        ABORT: 'aborted',
      },
    },
    committed: {},
    aborted: {},
  },
})

const resourceManager = setup({
  types: { events: {} as { type: 'PREPARE' } | { type: 'COMMIT' } | { type: 'ABORT' } },
}).createMachine({
  id: 'resourceManager',
  initial: 'working',
  states: {
    working: { on: { PREPARE: 'prepared', COMMIT: 'committed', ABORT: 'aborted' } },
    prepared: { on: { COMMIT: 'committed', ABORT: 'aborted' } },
    committed: { on: { COMMIT: 'committed', ABORT: 'aborted' } },
    aborted: { on: { COMMIT: 'committed', ABORT: 'aborted' } },
  },
})

/** A message that was sent once stays in the network for ever. */
const message = setup({ types: { events: {} as { type: 'SEND' } } }).createMachine({
  id: 'message',
  initial: 'unsent',
  states: { unsent: { on: { SEND: 'sent' } }, sent: { on: { SEND: 'sent' } } },
})

/** Gray and Lamport's two-phase commit, as in Stateright's `examples/2pc.rs` (TLA+ Examples: `transaction_commit`). */
export function twoPhaseCommit(count: number): System {
  const managers = Array.from({ length: count }, (_, at) => at)
  const tm: CellOf<typeof transactionManager> = cell('tm', transactionManager, { references: { prepared: { bits: 'manager' } } })
  const rm = (manager: number) => cell(`rm.${manager}`, resourceManager, { of: { manager } })
  const prepared = (manager: number) => cell(`prepared.${manager}`, message, { of: { manager } })
  const commit = cell('commit', message)
  const abort = cell('abort', message)
  const everyone = (1 << count) - 1
  return system({
    interchangeable: { manager: managers },
    cells: [tm, commit, abort, ...managers.map(rm), ...managers.map(prepared)],
    rules: [
      rule(
        'tm.receivePrepared',
        { manager: managers },
        {
          actor: () => 'tm',
          sees: ({ manager }) => ({ prepared: prepared(manager) }),
          sends: () => ({ tm }),
        },
      ).does({
        when: { undecided: ({ tm }) => tm.value === 'init', sent: ({ prepared }) => prepared.value === 'sent' },
        events: (_, { manager }) => ({ tm: { type: 'PREPARED', manager } }),
      }),
      rule('tm.commit', {}, { actor: () => 'tm', sends: () => ({ tm, commit }) }).does({
        when: { undecided: ({ tm }) => tm.value === 'init', unanimous: ({ tm }) => tm.context.prepared === everyone },
        events: () => ({ tm: { type: 'COMMIT' }, commit: { type: 'SEND' } }),
      }),
      rule('tm.abort', {}, { actor: () => 'tm', sends: () => ({ tm, abort }) }).does({
        when: { undecided: ({ tm }) => tm.value === 'init' },
        events: () => ({ tm: { type: 'ABORT' }, abort: { type: 'SEND' } }),
      }),
      rule(
        'rm.prepare',
        { manager: managers },
        {
          actor: ({ manager }) => `rm${manager}`,
          sends: ({ manager }) => ({ rm: rm(manager), prepared: prepared(manager) }),
        },
      ).does({
        when: { working: ({ rm }) => rm.value === 'working' },
        events: () => ({ rm: { type: 'PREPARE' }, prepared: { type: 'SEND' } }),
      }),
      rule(
        'rm.chooseToAbort',
        { manager: managers },
        {
          actor: ({ manager }) => `rm${manager}`,
          sends: ({ manager }) => ({ rm: rm(manager) }),
        },
      ).does({
        when: { working: ({ rm }) => rm.value === 'working' },
        events: () => ({ rm: { type: 'ABORT' } }),
      }),
      rule(
        'rm.receiveCommit',
        { manager: managers },
        {
          actor: ({ manager }) => `rm${manager}`,
          sees: () => ({ commit }),
          sends: ({ manager }) => ({ rm: rm(manager) }),
        },
      ).does({
        when: { sent: ({ commit }) => commit.value === 'sent' },
        events: () => ({ rm: { type: 'COMMIT' } }),
      }),
      rule(
        'rm.receiveAbort',
        { manager: managers },
        {
          actor: ({ manager }) => `rm${manager}`,
          sees: () => ({ abort }),
          sends: ({ manager }) => ({ rm: rm(manager) }),
        },
      ).does({
        when: { sent: ({ abort }) => abort.value === 'sent' },
        events: () => ({ rm: { type: 'ABORT' } }),
      }),
    ],
    properties: [
      always(
        'no manager commits while another aborts',
        { one: managers, other: managers },
        {
          where: ({ one, other }) => one !== other,
          reads: ({ one, other }) => ({ one: rm(one), other: rm(other) }),
          holds: ({ one, other }) => !(one.value === 'committed' && other.value === 'aborted'),
        },
      ),
      sometimes(
        'every manager commits',
        {},
        {
          reads: () => ({ all: managers.map(rm) }),
          holds: ({ all }) => all.every((manager) => manager.value === 'committed'),
        },
      ),
      sometimes(
        'every manager aborts',
        {},
        {
          reads: () => ({ all: managers.map(rm) }),
          holds: ({ all }) => all.every((manager) => manager.value === 'aborted'),
        },
      ),
    ],
    final: finalWhen(
      { manager: managers },
      {
        reads: ({ manager }) => ({ rm: rm(manager) }),
        holds: ({ rm }) => rm.value === 'committed' || rm.value === 'aborted',
      },
    ),
  })
}
