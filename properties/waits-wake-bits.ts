import { always, type CellOf, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { held, type Word } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import type { Change } from '../model/shim/raw-mutex-block.ts'
import { bits, type bitsWaker, claimantOf } from '../model/shim/raw-mutex-wake-bits.ts'
import { hostClaims } from './waits-host.ts'

export interface WakeBitsWorld {
  readonly threads: readonly string[]
  readonly waker: CellOf<typeof bitsWaker>
  readonly inner: Word<Change>
}

export const aWokenThreadStaysAwake = ({ threads }: WakeBitsWorld): Property =>
  always(
    'a thread that was woken does not fall asleep again',
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: claimantOf(thread) }),
      holds: ({ thread }) => !(thread.value === 'sleeping' && thread.context.woken),
    },
  )

export const nobodySleepsPastTheChange = ({ threads, waker, inner }: WakeBitsWorld): Property =>
  always(
    'nobody sleeps on after the word has changed and the waker has gone',
    { thread: threads },
    {
      reads: ({ thread }) => ({ sleeper: sleeperOf(thread), inner: inner.cell, waker }),
      holds: (at) => !(at.sleeper.value === 'asleep' && held(inner, at.inner) === 'changed' && at.waker.value === 'finished'),
    },
  )

export const aWokenThreadReturns = ({ threads }: WakeBitsWorld): Property =>
  leadsTo(
    'a thread that was woken returns',
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: claimantOf(thread) }),
      from: ({ thread }) => thread.context.woken,
      to: ({ thread }) => thread.value === 'returned',
    },
  )

export const theWakerFinishes = ({ waker }: WakeBitsWorld): Property =>
  leadsTo(
    'a waker that holds the lock bits lets go of them',
    {},
    {
      reads: () => ({ waker }),
      from: ({ waker }) => waker.value === 'waking',
      to: ({ waker }) => waker.value === 'finished',
    },
  )

export const theBitsAreTheWakers = ({ waker }: WakeBitsWorld): Property =>
  always(
    'the wake bits are locked exactly while the waker wakes',
    {},
    {
      reads: () => ({ waker, bits }),
      holds: ({ waker, bits }) => (bits.value === 'locked') === (waker.value === 'waking' || waker.value === 'resetting'),
    },
  )

/** The host compares the wake bits, not the word that the thread compared. */
export const theHostSleepsOnZeroBits = ({ threads }: WakeBitsWorld): Property =>
  onStep(
    hostClaims.told,
    { thread: threads },
    {
      on: ['claimant.sleep', 'claimant.stayAwake'],
      reads: ({ thread }) => ({ sleeper: sleeperOf(thread), bits }),
      holds: (before, after, { at }, { thread }) =>
        at.thread !== thread || (after.sleeper.value === 'asleep') === (before.bits.value === 'zero'),
    },
  )

export const aSleeplessThreadReturns = ({ threads }: WakeBitsWorld): Property =>
  sometimes(
    'a thread that has not slept claims a wake',
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: claimantOf(thread) }),
      holds: ({ thread }) => thread.value === 'returned' && !thread.context.woken,
    },
  )

export const aSleeperIsWoken = ({ threads }: WakeBitsWorld): Property =>
  sometimes(
    'a thread has slept and is woken',
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: claimantOf(thread) }),
      holds: ({ thread }) => thread.context.woken,
    },
  )
