import { always, type CellOf, leadsTo, type Property, sometimes } from '../checker/index.ts'
import { held, type Word } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import type { Change } from '../model/shim/raw-mutex-block.ts'
import { type bitsWaker, claimantOf } from '../model/shim/raw-mutex-wake-bits.ts'

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

export const aSleeperIsWoken = ({ threads }: WakeBitsWorld): Property =>
  sometimes(
    'a thread has slept and is woken',
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: claimantOf(thread) }),
      holds: ({ thread }) => thread.context.woken,
    },
  )
