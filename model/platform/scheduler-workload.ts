import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule } from '../../checker/index.ts'
import { isRunning, type turn } from './scheduler.ts'

/*
 * Three ways to wait for one event, as work for a scheduler: a setter, threads that spin for it, threads that sleep.
 *
 * Models: the two waits of `litebox/src/utilities/loan_list.rs: LoanList::remove_node`, which sleeps while an entry is
 * loaned and spins while its remover is between its wake and its last store; the setter is that remover
 * (`LoanedEntry::drop`), which first starts the last sleeper, as a parent starts a thread.
 *
 * Leaves out: what is waited for; `futex-loan.ts` has the entries themselves.
 */

export const worker = setup({
  types: {
    events: {} as
      | { type: 'STARTED' }
      | { type: 'SET' }
      | { type: 'WOKE' }
      | { type: 'FOUND_SET' }
      | { type: 'FOUND_UNSET' }
      | { type: 'SLEPT' },
    context: {} as { role: Role },
    input: {} as { role: Role },
  },
  guards: { sets: ({ context }) => context.role === 'setter', spins: ({ context }) => context.role === 'spinner' },
}).createMachine({
  id: 'worker',
  context: ({ input }) => input,
  initial: 'beginning',
  states: {
    beginning: {
      always: [{ guard: 'sets', target: 'starting' }, { guard: 'spins', target: 'spinning' }, { target: 'looking' }],
    },
    starting: { on: { STARTED: 'setting' } },
    setting: { on: { SET: 'waking' } },
    waking: { on: { WOKE: 'finished' } },
    spinning: { on: { FOUND_UNSET: 'spinning', FOUND_SET: 'finished' } },
    looking: { on: { SLEPT: 'sleeping', FOUND_SET: 'finished' } },
    sleeping: { on: { SLEPT: 'sleeping', FOUND_SET: 'finished' } },
    finished: {},
  },
})

export type Role = 'setter' | 'spinner' | 'sleeper'

export interface Workload {
  readonly roles: Readonly<Record<string, Role>>
  /** The thread that the setter starts. */
  readonly started: string
  readonly turnOf: (thread: string) => CellOf<typeof turn>
}

export const workerOf = (thread: string, role: Role): CellOf<typeof worker> =>
  cell(`worker.${thread}`, worker, { input: { role } })
export const workersOf = ({ roles }: Workload, role?: Role): readonly string[] =>
  Object.keys(roles).filter((thread) => role === undefined || roles[thread] === role)

const source = 'litebox/src/utilities/loan_list.rs'

export function workloadRules(work: Workload): readonly Rule[] {
  const { roles, started, turnOf } = work
  const self = (thread: string) => workerOf(thread, roles[thread]!)
  const [setter = ''] = workersOf(work, 'setter')
  const isSet = (worker: { readonly value: string }): boolean => worker.value === 'waking' || worker.value === 'finished'
  return [
    rule(
      'setter.start',
      {},
      {
        source: 'litebox/src/platform/mod.rs: ThreadProvider::spawn_thread',
        actor: () => setter,
        sees: () => ({ turn: turnOf(setter) }),
        sends: () => ({ self: self(setter), child: turnOf(started) }),
      },
    ).does({
      when: { starting: ({ self }) => self.value === 'starting', running: ({ turn }) => isRunning(turn) },
      events: () => ({ self: { type: 'STARTED' }, child: { type: 'START' } }),
    }),
    rule(
      'setter.set',
      {},
      {
        source: `${source}: LoanedEntry::drop`,
        actor: () => setter,
        sees: () => ({ turn: turnOf(setter) }),
        sends: () => ({ self: self(setter) }),
      },
    ).does({
      when: { setting: ({ self }) => self.value === 'setting', running: ({ turn }) => isRunning(turn) },
      events: () => ({ self: { type: 'SET' } }),
    }),
    rule(
      'setter.wakeAndExit',
      {},
      {
        source: `${source}: LoanedEntry::drop`,
        actor: () => setter,
        sends: () => ({ self: self(setter), turn: turnOf(setter), sleepers: workersOf(work, 'sleeper').map(turnOf) }),
      },
    ).does({
      when: { waking: ({ self }) => self.value === 'waking', running: ({ turn }) => isRunning(turn) },
      events: () => ({ self: { type: 'WOKE' }, turn: { type: 'EXIT' }, sleepers: { type: 'WAKE' } }),
    }),
    rule(
      'spinner.look',
      { thread: workersOf(work, 'spinner') },
      {
        source: `${source}: LoanList::remove_node`,
        actor: ({ thread }) => thread,
        sees: () => ({ setter: self(setter) }),
        sends: ({ thread }) => ({ self: self(thread), turn: turnOf(thread) }),
      },
    ).does({
      when: { spinning: ({ self }) => self.value === 'spinning', running: ({ turn }) => isRunning(turn) },
      events: ({ setter }) => ({
        self: { type: isSet(setter) ? 'FOUND_SET' : 'FOUND_UNSET' },
        turn: { type: isSet(setter) ? 'EXIT' : 'STEP' },
      }),
    }),
    rule(
      'sleeper.look',
      { thread: workersOf(work, 'sleeper') },
      {
        source: `${source}: LoanList::remove_node`,
        actor: ({ thread }) => thread,
        sees: () => ({ setter: self(setter) }),
        sends: ({ thread }) => ({ self: self(thread), turn: turnOf(thread) }),
      },
    ).does({
      when: {
        looking: ({ self }) => self.value === 'looking' || self.value === 'sleeping',
        running: ({ turn }) => isRunning(turn),
      },
      events: ({ setter }) => ({
        self: { type: isSet(setter) ? 'FOUND_SET' : 'SLEPT' },
        turn: { type: isSet(setter) ? 'EXIT' : 'BLOCK' },
      }),
    }),
  ]
}
