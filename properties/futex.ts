import { always, leadsTo, type Property, sometimes } from '../checker/index.ts'
import { held } from '../model/platform/shared-word.ts'
import { futexWaitOf, futexWakeOf, type WaitOutcome } from '../model/shim/futex.ts'
import { entryOf } from '../model/shim/futex-loan.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'

export interface FutexWorld {
  readonly threads: readonly string[]
  readonly waker: string
  /** Whether a waiter that finds its entry taken out says that it was woken, whatever ended its wait. */
  readonly reportsLateWakes: boolean
}

/** A wake counts an entry when it takes it out; what it returns to its guest is the number of these. */
export const aCountedWaiterWasWoken = ({ threads, reportsLateWakes }: FutexWorld): Property =>
  always(
    'a waiter that a wake counted reports that it was woken',
    { thread: threads },
    {
      reads: ({ thread }) => ({ wait: futexWaitOf(thread), entry: entryOf(thread).cell }),
      holds: ({ wait, entry }, { thread }) => {
        const counted = held(entryOf(thread), entry) !== 'inserted'
        const { outcome, dequeued } = wait.context
        return !(wait.value === 'returned' && counted) || outcome === 'woken' || (reportsLateWakes && dequeued)
      },
    },
  )

export const aSelectedWaiterReturns = ({ threads }: FutexWorld): Property =>
  leadsTo(
    'a waiter that a wake selected returns',
    { thread: threads },
    {
      reads: ({ thread }) => ({ wait: futexWaitOf(thread), entry: entryOf(thread).cell }),
      from: ({ entry }, { thread }) => held(entryOf(thread), entry) !== 'inserted',
      to: ({ wait }) => wait.value === 'returned',
    },
  )

export const aWaitReports = (
  { threads, reportsLateWakes }: Pick<FutexWorld, 'threads' | 'reportsLateWakes'>,
  outcome: WaitOutcome,
): Property =>
  sometimes(
    `a wait reports '${outcome}'`,
    { thread: threads },
    {
      reads: ({ thread }) => ({ wait: futexWaitOf(thread) }),
      holds: ({ wait }) =>
        wait.value === 'returned' && (reportsLateWakes && wait.context.dequeued ? 'woken' : wait.context.outcome) === outcome,
    },
  )

/** For the waiters whose bits the wake does not have. */
export const anUnfitWaiterStays = (unfit: readonly string[]): Property =>
  always(
    'a wake selects nobody whose bits it does not have',
    { thread: unfit },
    {
      reads: ({ thread }) => ({ entry: entryOf(thread).cell }),
      holds: ({ entry }, { thread }) => held(entryOf(thread), entry) === 'inserted',
    },
  )

/** For a wake that takes out everybody: the guest's own pair of store and wake, load and wait loses nobody. */
export const nobodySleepsThroughTheWake = ({ threads, waker }: FutexWorld): Property =>
  always(
    'no waiter sleeps unselected when a wake for all has returned',
    { thread: threads },
    {
      reads: ({ thread }) => ({ sleeper: sleeperOf(thread), entry: entryOf(thread).cell, wake: futexWakeOf(waker) }),
      holds: ({ sleeper, entry, wake }, { thread }) =>
        !(sleeper.value === 'asleep' && held(entryOf(thread), entry) === 'inserted' && wake.value === 'returned'),
    },
  )
