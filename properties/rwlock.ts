import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { held } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import { lockerOf, notifyWord } from '../model/shim/rwlock.ts'

/*
 * What is claimed of a reader-writer lock, and of the host's wake that it leans on.
 */

export const rwlockClaims = {
  exclusion: 'a writer holds the lock alone',
  granted: 'a thread that asks for the lock gets it',
  sequence: 'the sequence of writers moves on at most once for each thread that lets go',
  report: 'a wake that reports a thread has woken one',
} as const

/** Phases behind the one step in which a thread moves the sequence. */
const notified: readonly string[] = ['wakingOne', 'releasingReaders', 'wakingAll', 'finished']

export const rwlockProperties = (threads: readonly string[]): readonly Property[] => {
  const writers = threads.filter((thread) => thread.startsWith('writer'))
  return [
    always(
      rwlockClaims.exclusion,
      { writer: writers, other: threads },
      {
        where: ({ writer, other }) => writer !== other,
        reads: ({ writer, other }) => ({ writer: lockerOf(writer), other: lockerOf(other) }),
        holds: ({ writer, other }) => writer.value !== 'holding' || other.value !== 'holding',
      },
    ),
    always(
      rwlockClaims.sequence,
      {},
      {
        reads: () => ({ notify: notifyWord.cell, lockers: threads.map(lockerOf) }),
        holds: ({ notify, lockers }) =>
          held(notifyWord, notify) <= lockers.filter(({ value }) => notified.includes(value)).length,
      },
    ),
    onStep(
      rwlockClaims.report,
      {},
      { on: ['rwlock.wakeNobody'], reads: () => ({}), holds: (_before, _after, { at }) => at.reported !== true },
    ),
    leadsTo(
      rwlockClaims.granted,
      { thread: threads },
      {
        reads: ({ thread }) => ({ locker: lockerOf(thread) }),
        from: ({ locker }) => locker.value !== 'finished',
        to: ({ locker }) => locker.value === 'finished',
      },
    ),
    sometimes(
      'a thread sleeps until the lock is free',
      { thread: threads },
      { reads: ({ thread }) => ({ sleeper: sleeperOf(thread) }), holds: ({ sleeper }) => sleeper.value === 'asleep' },
    ),
  ]
}
