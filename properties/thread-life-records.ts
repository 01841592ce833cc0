import { always, leadsTo, onStep, type Property } from '../checker/index.ts'
import { held } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import type { Ending } from '../model/shim/thread-end-rules.ts'
import { imageCell } from '../model/shim/thread-image.ts'
import { isAnnounced } from '../model/shim/thread-life.ts'
import { threadCount } from '../model/shim/thread-process.ts'
import { hostClaims, theHostKnowsItsCallers } from './waits-host.ts'
import { anInterruptIsTakenOnce } from './waits-interrupt.ts'

/*
 * What is claimed of what a process knows of its threads, and of who may act on it.
 */

export const threadRecordClaims = {
  listed: 'a process lists exactly the threads that it counts',
  turnedAway: 'a thread is turned away only where it, or the process, is ending, and while nobody holds the lock',
  exits: 'a thread that asks to exit must exit, and says so while nobody holds the lock of the process',
  target: 'a thread is interrupted only while it says that it runs its guest, and once by whoever tells it',
  let: 'whoever tells the threads of a process lets go of its lock',
  emptied: 'a process is being emptied exactly while a thread waits to be the only one',
  alone: 'a thread replaces the program alone',
  loaded: 'a thread belongs to the program that is loaded',
} as const

export function threadRecords(world: Ending): readonly Property[] {
  const { threads, life, process, quiescence, exiting, runner, countWait, attach, asks } = world
  const waiters = [...threads, runner]
  const exits = threads.filter((thread) => asks(thread, 'CALL_EXIT'))
  const execs = threads.filter((thread) => asks(thread, 'CALL_EXEC'))
  return [
    always(
      threadRecordClaims.listed,
      { thread: threads },
      {
        reads: ({ thread }) => ({ process, count: threadCount.cell, monitor: quiescence(thread) }),
        holds: ({ process: { context }, count, monitor }, { thread }) =>
          context.threads.length === held(threadCount, count) &&
          context.threads.includes(thread) === (monitor.value === 'countedIn'),
      },
    ),
    onStep(
      threadRecordClaims.turnedAway,
      { thread: threads },
      {
        on: ['thread.findItselfExiting', ...(attach === 'checked' ? ['thread.findProcessEnding'] : [])],
        reads: ({ thread }) => ({ process, exiting: exiting(thread).cell }),
        holds: (before, _, { at, rule }, { thread }) => {
          const { value, context } = before.process
          const isEnding =
            rule === 'thread.findProcessEnding'
              ? context.groupExit || context.killing
              : at.thread !== thread || held(exiting(thread), before.exiting)
          return value === 'unlocked' && isEnding
        },
      },
    ),
    ...(exits.length > 0
      ? [
          onStep(
            threadRecordClaims.exits,
            { thread: exits },
            {
              on: ['thread.exit'],
              reads: ({ thread }) => ({ process, exiting: exiting(thread).cell }),
              holds: (before, after, { at }, { thread }) =>
                at.thread !== thread || (before.process.value === 'unlocked' && held(exiting(thread), after.exiting)),
            },
          ),
        ]
      : []),
    onStep(
      threadRecordClaims.target,
      { thread: threads, other: threads },
      {
        where: ({ thread, other }) => thread !== other,
        on: ['thread.interrupt'],
        reads: ({ thread, other }) => ({ self: life(thread), other: life(other) }),
        holds: (before, after, { at }, { thread, other }) =>
          at.thread !== thread ||
          at.other !== other ||
          (before.other.context.reachable && isAnnounced(before.other) && after.self.value !== 'interrupting'),
      },
    ),
    anInterruptIsTakenOnce({ threads, by: 'thread.takeInterrupt' }),
    leadsTo(
      threadRecordClaims.let,
      {},
      {
        reads: () => ({ process }),
        from: ({ process }) => process.value === 'locked',
        to: ({ process }) => process.value !== 'locked',
      },
    ),
    theHostKnowsItsCallers(waiters, (waiter) => [countWait(waiter)], ['sleeping']),
    onStep(
      hostClaims.told,
      { waiter: waiters },
      {
        on: ['count.sleep', 'count.stayAwake'],
        reads: ({ waiter }) => ({ sleeper: sleeperOf(waiter), wait: countWait(waiter), count: threadCount.cell }),
        holds: (before, after, { at }, { waiter }) =>
          at.waiter !== waiter ||
          (after.sleeper.value === 'asleep') === (held(threadCount, before.count) === before.wait.context.seen),
      },
    ),
    ...(execs.length > 0 ? replacing(world, execs) : []),
  ]
}

const replacing = ({ threads, life, process, countWait }: Ending, execs: readonly string[]): readonly Property[] => [
  always(
    threadRecordClaims.emptied,
    {},
    {
      reads: () => ({ process, lives: threads.map(life), waits: threads.map(countWait) }),
      holds: ({ process, lives, waits }) => {
        const waiting = lives.map(({ value }) => value === 'awaitingOthers')
        return (
          process.context.killing === waiting.includes(true) &&
          waits.every(({ value }, at) => value === 'idle' || value === 'returned' || waiting[at])
        )
      },
    },
  ),
  always(
    threadRecordClaims.alone,
    { thread: execs },
    {
      reads: ({ thread }) => ({ life: life(thread), count: threadCount.cell }),
      holds: ({ life, count }) => (life.value !== 'releasing' && life.value !== 'loading') || held(threadCount, count) === 1,
    },
  ),
  always(
    threadRecordClaims.loaded,
    { thread: threads },
    {
      reads: ({ thread }) => ({ life: life(thread), image: imageCell }),
      holds: ({ life, image }) =>
        life.context.program === 'original' || image.value === 'replaced' || image.value === 'corrupted',
    },
  ),
]
