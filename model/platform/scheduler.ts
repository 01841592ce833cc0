import { setup } from 'xstate'
import { type AnyCell, type CellOf, cell, type Fairness, type Rule, rule, strong, update, weak } from '../../checker/index.ts'

/*
 * Threads that share cores: who runs where, who waits for a turn, and whether the turn ever comes.
 *
 * Models: what the platforms run LiteBox's threads on, for it has no scheduler of its own
 * (`litebox/src/platform/mod.rs: ThreadProvider`). A thread of Linux or Windows userland is a thread of the host, which
 * may stop it between any two steps and go on with it on another core; on SNP the host runs it when it likes; on LVBS
 * (`litebox_runner_lvbs/src/lib.rs: run`) a core runs its one call to the end.
 *
 * Leaves out: priorities, time, the length of a slice, idle cores that sleep, and store buffers, which a switch empties.
 *
 * How a rule uses it: a step of a thread sees (or sends to) `turnOf(thread)` and asks `isRunning`; to block, to exit, to
 * wake or to start a thread is to send BLOCK, EXIT, WAKE or START there in the same step. A wake of a thread that is not
 * blocked changes nothing: what it waits for has to be looked at in the step that blocks.
 */

/** `core` is where a thread runs, `last` where it ran before. */
type Turn = { core: string; last: string; born: boolean }

export const turn = setup({
  types: {
    context: {} as Turn,
    input: {} as { born: boolean },
    events: {} as
      | { type: 'START' }
      | { type: 'ENQUEUE' }
      | { type: 'DISPATCH'; core: string }
      | { type: 'PREEMPT' }
      | { type: 'STEP' }
      | { type: 'BLOCK' }
      | { type: 'WAKE' }
      | { type: 'EXIT' },
  },
  guards: { isBorn: ({ context }) => context.born },
}).createMachine({
  id: 'turn',
  context: ({ input }) => ({ ...input, core: 'none', last: 'none' }),
  initial: 'unborn',
  states: {
    unborn: { always: { guard: 'isBorn', target: 'ready' }, on: { START: { target: 'ready', actions: update(beBorn) } } },
    ready: { on: { ENQUEUE: 'queued', WAKE: 'ready' } },
    queued: {
      on: {
        WAKE: 'queued',
        DISPATCH: {
          target: 'running',
          actions: update((turn, { core }) => {
            turn.core = core
          }),
        },
      },
    },
    running: {
      on: {
        STEP: 'running',
        WAKE: 'running',
        PREEMPT: { target: 'ready', actions: update(leaveCore) },
        BLOCK: { target: 'blocked', actions: update(leaveCore) },
        EXIT: { target: 'exited', actions: update(leaveCore) },
      },
    },
    blocked: { on: { WAKE: 'ready' } },
    exited: { on: { WAKE: 'exited' } },
  },
})

function beBorn(turn: Turn): void {
  turn.born = true
}

function leaveCore(turn: Turn): void {
  turn.last = turn.core
  turn.core = 'none'
}

export const runQueue = setup({
  types: {
    context: {} as { order: readonly string[] },
    events: {} as { type: 'ENQUEUE'; thread: string } | { type: 'DEQUEUE'; thread: string },
  },
}).createMachine({
  id: 'runQueue',
  context: { order: [] },
  initial: 'open',
  states: {
    open: {
      on: {
        ENQUEUE: {
          target: 'open',
          actions: update((queue, { thread }) => {
            queue.order.push(thread)
          }),
        },
        DEQUEUE: {
          target: 'open',
          actions: update((queue, { thread }) => {
            queue.order = queue.order.filter((other) => other !== thread)
          }),
        },
      },
    },
  },
})

export interface SchedulerOptions {
  readonly threads: readonly string[]
  readonly cores: readonly string[]
  /** Threads that exist only once another starts them. */
  readonly unborn?: readonly string[]
  /** The cores that may run a thread. Default: all. */
  readonly mayRun?: (thread: string, core: string) => boolean
  readonly preemption: 'any-step' | 'none'
  /** Whose turn is next: the one that has waited longest, or any. */
  readonly pick: 'longest-waiting' | 'any'
  /** Whether a core is given to a thread only while no other has it. */
  readonly dispatch: 'checked' | 'unchecked'
  /**
   * What is assumed of turns. `fair`: dispatching goes on, and a running thread is stopped in the end. `fair-to-each`:
   * besides, no thread whose turn is possible again and again on a core is passed over there for ever. `none`: a host
   * that may never run a thread again.
   */
  readonly turns: 'fair' | 'fair-to-each' | 'none'
}

export interface Scheduler {
  readonly cells: readonly AnyCell[]
  readonly rules: readonly Rule[]
  /** With it, a thread that runs again and again takes steps of its own. */
  readonly fairness: readonly Fairness[]
  readonly turnOf: (thread: string) => CellOf<typeof turn>
  readonly queue: CellOf<typeof runQueue>
}

export const isRunning = (turn: { readonly value: string }): boolean => turn.value === 'running'

export function scheduler({
  threads,
  cores,
  unborn = [],
  mayRun = () => true,
  preemption,
  pick,
  dispatch,
  turns,
}: SchedulerOptions): Scheduler {
  const turnOf = (thread: string): CellOf<typeof turn> =>
    cell(`turn.${thread}`, turn, { input: { born: !unborn.includes(thread) } })
  const queue: CellOf<typeof runQueue> = cell('runQueue', runQueue)
  const others = (thread: string): readonly string[] => threads.filter((other) => other !== thread)
  // A host that owes nobody a turn is part of the environment.
  const kind = turns === 'none' ? 'environment' : 'program'
  const source = 'litebox/src/platform/mod.rs: ThreadProvider, the host that runs its threads'
  const enqueue = rule(
    'scheduler.enqueue',
    { thread: threads },
    {
      kind,
      source,
      actor: () => 'scheduler',
      sends: ({ thread }) => ({ turn: turnOf(thread), queue }),
    },
  ).does({
    when: { ready: ({ turn }) => turn.value === 'ready' },
    events: (_, { thread }) => ({ turn: { type: 'ENQUEUE' }, queue: { type: 'ENQUEUE', thread } }),
  })
  const give = rule(
    'scheduler.dispatch',
    { thread: threads, core: cores },
    {
      kind,
      source,
      needed: true,
      where: ({ thread, core }) => mayRun(thread, core),
      actor: () => 'scheduler',
      sees: ({ thread }) => ({ others: others(thread).map(turnOf) }),
      sends: ({ thread }) => ({ turn: turnOf(thread), queue }),
    },
  ).does({
    when: {
      queued: ({ turn }) => turn.value === 'queued',
      isNext: ({ queue }, { thread, core }) =>
        pick === 'any' || queue.context.order.find((waiting) => mayRun(waiting, core)) === thread,
      free: ({ others }, { core }) => dispatch === 'unchecked' || others.every(({ context }) => context.core !== core),
    },
    events: (_, { thread, core }) => ({ turn: { type: 'DISPATCH', core }, queue: { type: 'DEQUEUE', thread } }),
  })
  const preempt = rule(
    'scheduler.preempt',
    { thread: threads },
    {
      kind,
      source,
      actor: () => 'scheduler',
      sends: ({ thread }) => ({ turn: turnOf(thread) }),
    },
  ).does({
    when: { running: ({ turn }) => turn.value === 'running' },
    events: () => ({ turn: { type: 'PREEMPT' } }),
  })
  const each = threads.flatMap((thread) =>
    cores.filter((core) => mayRun(thread, core)).map((core) => strong({ step: `scheduler.dispatch(${thread},${core})` })),
  )
  const assumed: Record<SchedulerOptions['turns'], readonly Fairness[]> = {
    none: [],
    fair: [...threads.map((thread) => weak({ step: `scheduler.enqueue(${thread})` })), weak({ rule: 'scheduler.dispatch' })],
    'fair-to-each': [...threads.map((thread) => weak({ step: `scheduler.enqueue(${thread})` })), ...each],
  }
  const stopped = threads.map((thread) => weak({ step: `scheduler.preempt(${thread})` }))
  return {
    cells: [queue, ...threads.map(turnOf)],
    rules: [enqueue, give, ...(preemption === 'any-step' ? [preempt] : [])],
    fairness: [
      ...assumed[turns],
      ...(turns !== 'none' && preemption === 'any-step' ? stopped : []),
      ...threads.map((thread) => strong({ actor: thread })),
    ],
    turnOf,
    queue,
  }
}
