import { always, type CellOf, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { isRunning, type runQueue, type turn } from '../model/platform/scheduler.ts'
import type { worker } from '../model/platform/scheduler-workload.ts'

/** Threads that take turns on cores; threads that wait for another by spinning, and by sleeping. */
export interface TurnsWorld {
  readonly threads: readonly string[]
  readonly cores: readonly string[]
  readonly turnOf: (thread: string) => CellOf<typeof turn>
  readonly queue: CellOf<typeof runQueue>
  /** What a thread has to do. */
  readonly work: (thread: string) => CellOf<typeof worker>
  readonly spinners: readonly string[]
  readonly sleepers: readonly string[]
}

export const schedulerClaims = {
  exclusion: 'a core runs at most one thread at a time',
  queued: 'a thread waits in the queue, once, exactly while it waits for its turn',
  steps: 'a thread takes a step of its work only while it runs',
  done: 'a thread exits exactly when its work is done',
  turn: 'a thread that is ready runs at last',
  spin: 'a thread that spins for another finishes at last',
  sleep: 'a thread that sleeps for another finishes at last',
} as const

export const schedulerProperties = ({
  threads,
  cores,
  turnOf,
  queue,
  work,
  spinners,
  sleepers,
}: TurnsWorld): readonly Property[] => [
  always(
    schedulerClaims.exclusion,
    { core: cores },
    {
      reads: () => ({ turns: threads.map(turnOf) }),
      holds: ({ turns }, { core }) => turns.filter(({ context }) => context.core === core).length <= 1,
    },
  ),
  always(
    schedulerClaims.queued,
    { thread: threads },
    {
      reads: ({ thread }) => ({ queue, turn: turnOf(thread) }),
      holds: ({ queue, turn }, { thread }) =>
        queue.context.order.filter((one) => one === thread).length === (turn.value === 'queued' ? 1 : 0),
    },
  ),
  onStep(
    schedulerClaims.steps,
    { thread: threads },
    {
      reads: ({ thread }) => ({ turn: turnOf(thread), work: work(thread) }),
      holds: (before, after) => before.work.value === after.work.value || isRunning(before.turn),
    },
  ),
  always(
    schedulerClaims.done,
    { thread: threads },
    {
      reads: ({ thread }) => ({ turn: turnOf(thread), work: work(thread) }),
      holds: ({ turn, work }) => (turn.value === 'exited') === (work.value === 'finished'),
    },
  ),
  leadsTo(
    schedulerClaims.turn,
    { thread: threads },
    {
      reads: ({ thread }) => ({ turn: turnOf(thread) }),
      from: ({ turn }) => turn.value === 'ready' || turn.value === 'queued',
      to: ({ turn }) => turn.value === 'running',
    },
  ),
  leadsTo(
    schedulerClaims.spin,
    { thread: spinners },
    {
      reads: ({ thread }) => ({ turn: turnOf(thread) }),
      from: ({ turn }) => turn.value === 'running',
      to: ({ turn }) => turn.value === 'exited',
    },
  ),
  leadsTo(
    schedulerClaims.sleep,
    { thread: sleepers },
    {
      reads: ({ thread }) => ({ turn: turnOf(thread) }),
      from: ({ turn }) => turn.value === 'blocked',
      to: ({ turn }) => turn.value === 'exited',
    },
  ),
  sometimes(
    'a thread finishes',
    { thread: threads },
    { reads: ({ thread }) => ({ turn: turnOf(thread) }), holds: ({ turn }) => turn.value === 'exited' },
  ),
  sometimes(
    'a thread is blocked',
    { thread: sleepers },
    { reads: ({ thread }) => ({ turn: turnOf(thread) }), holds: ({ turn }) => turn.value === 'blocked' },
  ),
  sometimes(
    'two threads run at once',
    {},
    {
      reads: () => ({ turns: threads.map(turnOf) }),
      holds: ({ turns }) => turns.filter(({ value }) => value === 'running').length === 2,
    },
  ),
]

export const aThreadMigrates = ({ threads, turnOf }: TurnsWorld): Property =>
  sometimes(
    'a thread runs on another core than before',
    { thread: threads },
    {
      reads: ({ thread }) => ({ turn: turnOf(thread) }),
      holds: ({ turn }) => turn.value === 'running' && turn.context.last !== 'none' && turn.context.last !== turn.context.core,
    },
  )
