import { always, type CellOf, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { loaded, type Memory } from '../model/platform/memory-order.ts'
import { held, type Word } from '../model/platform/shared-word.ts'
import { futexWaitOf, futexWakeOf } from '../model/shim/futex.ts'
import { bucket, entryOf } from '../model/shim/futex-loan.ts'
import type { waitCall } from '../model/shim/wait-state-wait.ts'
import type { wakeCall } from '../model/shim/wait-state-wake.ts'
import { theWordSaysWhetherAThreadWaits } from './waits.ts'
import { theHostKnowsItsCallers } from './waits-host.ts'

/*
 * What is claimed of the entries that waiters link into the list of a futex: each lives on the stack of its waiter.
 */

export interface EntriesWorld {
  readonly memory: Memory
  readonly threads: readonly string[]
  /** Those whom a wake is for; nothing else may end a wait. */
  readonly fitting: readonly string[]
  readonly waker: string
  readonly futexWord: Word<number>
  readonly expected: number
  readonly wait: (thread: string) => CellOf<typeof waitCall>
  readonly wake: (caller: string) => CellOf<typeof wakeCall>
}

export const futexEntryProperties = (world: EntriesWorld): readonly Property[] => [
  aLinkedEntryIsInserted(world),
  anEntryInHandStays(world),
  aWaiterWaitsForWhatItExpects(world),
  theWordSaysWhetherAThreadWaits(world),
  theHostKnowsItsCallers(world.threads, (thread) => [world.wait(thread), futexWaitOf(thread)], ['sleeping', 'parked']),
  aWaiterWhoseWaitHasEndedReturns(world),
]

const linkedPhases: readonly string[] = ['comparing', 'waiting', 'removing', 'unlinking']

/** `LoanList` asserts one half of it: whatever it finds linked says that it is inserted. */
const aLinkedEntryIsInserted = ({ threads }: EntriesWorld): Property =>
  always(
    'an entry is linked, once, exactly while it says so and its owner has not taken it back',
    { thread: threads },
    {
      reads: ({ thread }) => ({ bucket, entry: entryOf(thread).cell, wait: futexWaitOf(thread) }),
      holds: ({ bucket, entry, wait }, { thread }) => {
        const isLinked = held(entryOf(thread), entry) === 'inserted' && linkedPhases.includes(wait.value)
        return bucket.context.waiting.filter((one) => one === thread).length === (isLinked ? 1 : 0)
      },
    },
  )

/** The waker reads the entry, and the handle of the owner in it, until it has given the entry back. */
const anEntryInHandStays = ({ threads, waker, wake }: EntriesWorld): Property =>
  always(
    'no waiter leaves while a waker has its entry in hand',
    { thread: threads },
    {
      reads: ({ thread }) => ({ wait: futexWaitOf(thread), waker: futexWakeOf(waker), call: wake(waker) }),
      holds: ({ wait, waker, call }, { thread }) =>
        wait.value !== 'returned' || !(waker.context.onLoan.includes(thread) || call.context.thread === thread),
    },
  )

const aWaiterWaitsForWhatItExpects = ({ threads, memory, futexWord, expected }: EntriesWorld): Property =>
  onStep(
    'a waiter goes to wait where the word is what it expects, and is refused where it is not',
    { thread: threads },
    {
      reads: ({ thread }) => ({ wait: futexWaitOf(thread), ports: memory.loadPorts(thread, futexWord) }),
      holds: (before, after) => {
        const isAsExpected = loaded(futexWord, before.ports) === expected
        const begins = before.wait.value !== 'waiting' && after.wait.value === 'waiting'
        const isRefused = before.wait.context.outcome !== 'mismatched' && after.wait.context.outcome === 'mismatched'
        return !(begins && !isAsExpected) && !(isRefused && isAsExpected)
      },
    },
  )

const aWaiterWhoseWaitHasEndedReturns = ({ fitting }: EntriesWorld): Property =>
  leadsTo(
    'a waiter whose wait has ended returns',
    { thread: fitting },
    {
      reads: ({ thread }) => ({ wait: futexWaitOf(thread) }),
      from: ({ wait }) => wait.value === 'removing',
      to: ({ wait }) => wait.value === 'returned',
    },
  )

export const anOwnerWaitsForItsLoan = ({ threads }: Pick<EntriesWorld, 'threads'>): Property =>
  sometimes(
    'a waiter sleeps until its entry comes back from the waker',
    { thread: threads },
    {
      reads: ({ thread }) => ({ wait: futexWaitOf(thread) }),
      holds: ({ wait }) => wait.value === 'parked',
    },
  )

export const aLoanEndsEarly = ({ threads }: Pick<EntriesWorld, 'threads'>): Property =>
  sometimes(
    'an entry is back before its owner looks for it',
    { thread: threads },
    {
      reads: ({ thread }) => ({ wait: futexWaitOf(thread), entry: entryOf(thread).cell }),
      holds: ({ wait, entry }, { thread }) => wait.value === 'waiting' && held(entryOf(thread), entry) === 'removed',
    },
  )
