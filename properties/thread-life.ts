import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { held } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import type { Ending } from '../model/shim/thread-end-rules.ts'
import { imageCell } from '../model/shim/thread-image.ts'
import { isAnnounced } from '../model/shim/thread-life.ts'
import { threadCount } from '../model/shim/thread-process.ts'

export const threadLifeClaims = {
  quiescence: 'a thread that has been counted out touches guest memory no more',
  image: 'a program that exec has loaded is touched by its own threads only',
  init: 'a thread that runs its guest has been initialised exactly once',
  count: 'every thread that is counted runs or will be started',
  door: 'no thread is counted in while the process is being ended',
  processEnds: 'a process that is being ended has no threads at last',
  execGoesOn: 'an exec that waits for the other threads goes on',
  waitedFor: 'whoever waited for the process finds no thread that will touch its memory',
} as const

/** Phases in which a thread has nothing left to do in guest memory. */
const harmless: readonly string[] = ['unborn', 'discarded', 'phantom', 'notifying', 'gone']

export const threadLifeSafety = (world: Ending): readonly Property[] => {
  const { threads, life, quiescence, runner, countWait } = world
  return [
    always(
      threadLifeClaims.quiescence,
      { thread: threads },
      {
        reads: ({ thread }) => ({ quiescence: quiescence(thread) }),
        holds: ({ quiescence }) => quiescence.value !== 'trespassed',
      },
    ),
    always(
      threadLifeClaims.image,
      {},
      { reads: () => ({ image: imageCell }), holds: ({ image }) => image.value !== 'corrupted' },
    ),
    always(
      threadLifeClaims.init,
      { thread: threads },
      {
        reads: ({ thread }) => ({ life: life(thread) }),
        holds: ({ life }) => !isAnnounced(life) || life.context.inits === 1,
      },
    ),
    always(
      threadLifeClaims.count,
      {},
      {
        reads: () => ({ lives: threads.map(life), monitors: threads.map(quiescence), count: threadCount.cell }),
        holds: ({ lives, monitors, count }) =>
          held(threadCount, count) ===
          monitors.filter(({ value }, at) => value === 'countedIn' && lives[at]!.value !== 'phantom').length,
      },
    ),
    always(
      threadLifeClaims.waitedFor,
      {},
      {
        reads: () => ({ wait: countWait(runner), lives: threads.map(life) }),
        holds: ({ wait, lives }) => wait.value !== 'returned' || lives.every(({ value }) => harmless.includes(value)),
      },
    ),
  ]
}

export const aProcessEnds = ({ process, runner, countWait }: Ending): Property =>
  leadsTo(
    threadLifeClaims.processEnds,
    {},
    {
      reads: () => ({ process, wait: countWait(runner) }),
      from: ({ process }) => process.context.groupExit,
      to: ({ wait }) => wait.value === 'returned',
    },
  )

export const anExecGoesOn = ({ threads, life, asks }: Ending): Property =>
  leadsTo(
    threadLifeClaims.execGoesOn,
    { thread: threads },
    {
      where: ({ thread }) => asks(thread, 'CALL_EXEC'),
      reads: ({ thread }) => ({ life: life(thread) }),
      from: ({ life }) => life.value === 'awaitingOthers',
      to: ({ life }) => life.value === 'releasing',
    },
  )

/** Whoever has something to wait for. */
export const aWaiterSleeps = (waiters: readonly string[]): Property =>
  sometimes(
    'a thread waits asleep for the count',
    { waiter: waiters },
    {
      reads: ({ waiter }) => ({ sleeper: sleeperOf(waiter) }),
      holds: ({ sleeper }) => sleeper.value === 'asleep',
    },
  )

export const threadLifeWitnesses = ({ threads, life, quiescence, runner }: Ending): readonly Property[] => [
  aWaiterSleeps([threads[0]!, runner]),
  sometimes(
    'a thread has been counted out',
    { thread: threads },
    {
      reads: ({ thread }) => ({ quiescence: quiescence(thread) }),
      holds: ({ quiescence }) => quiescence.value === 'countedOut',
    },
  ),
  sometimes(
    'a program that exec has loaded runs a thread',
    {},
    {
      reads: () => ({ image: imageCell, life: life(threads[0]!) }),
      holds: ({ image, life }) => image.value === 'replaced' && life.value === 'inGuest',
    },
  ),
]

export const threadDoorClaims = ({ process }: Ending): readonly Property[] => [
  onStep(
    threadLifeClaims.door,
    {},
    {
      on: ['thread.countIn'],
      reads: () => ({ process }),
      holds: ({ process }) => !process.context.groupExit && !process.context.killing,
    },
  ),
]

export const threadDoorWitness = ({ threads, life, exiting }: Ending): Property =>
  sometimes(
    'a thread is told to exit before it can be interrupted',
    { thread: threads.slice(2) },
    {
      reads: ({ thread }) => ({ life: life(thread), exiting: exiting(thread).cell }),
      holds: (at, { thread }) => at.life.value === 'starting' && held(exiting(thread), at.exiting),
    },
  )
