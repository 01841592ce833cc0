import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { drained, loaded, type Memory } from '../platform/memory-order.ts'
import { held, stored } from '../platform/shared-word.ts'
import { doneOf, futexWakeOf } from './futex.ts'
import { bucket, entryOf } from './futex-loan.ts'
import { sleeperOf } from './raw-mutex.ts'
import type { wakeCall } from './wait-state-wake.ts'

/*
 * The steps of a futex wake; `futex.ts` is its chart and says what is modelled.
 *
 * Leaves out: the calls of the owners themselves, which are in `wait-state-wake-rules.ts`.
 */

export interface FutexWakes {
  readonly memory: Memory
  readonly wakers: readonly string[]
  readonly threads: readonly string[]
  /** How many waiters a wake takes out at most, and which ones its bitset fits. */
  readonly count: number
  readonly fits: (thread: string) => boolean
  readonly call: (waker: string) => CellOf<typeof wakeCall>
}

const source = 'litebox/src/sync/futex.rs: FutexManager::wake'
const loan = 'litebox/src/utilities/loan_list.rs: LoanedEntry::drop'

export const futexWakeRules = (world: FutexWakes): readonly Rule[] => [extract(world), mark(world), ...giveBack(world)]

const extract = ({ memory: { fencePorts }, wakers, threads, count, fits }: FutexWakes): Rule => {
  const chosen = (waiting: readonly string[]): readonly string[] => waiting.filter(fits).slice(0, count)
  return rule(
    'futex.extract',
    { waker: wakers },
    {
      source: 'litebox/src/utilities/loan_list.rs: LoanList::extract_if',
      actor: ({ waker }) => waker,
      sees: ({ waker }) => ({ own: fencePorts(waker) }),
      sends: ({ waker }) => ({ self: futexWakeOf(waker), bucket, entries: threads.map((thread) => entryOf(thread).cell) }),
    },
  ).does({
    when: { atExtraction: ({ self }) => self.value === 'extracting', drained: ({ own }) => drained(own) },
    events: ({ bucket, entries }) => {
      const taken = chosen(bucket.context.waiting)
      return {
        self: { type: 'EXTRACTED', threads: taken },
        bucket: { type: 'EXTRACT', threads: taken },
        entries: threads.map((thread, at) =>
          stored(entryOf(thread), taken.includes(thread) ? 'loaned' : held(entryOf(thread), entries[at]!)),
        ),
      }
    },
  })
}

const mark = ({ memory: { storePort }, wakers, threads, call }: FutexWakes): Rule =>
  rule(
    'futex.mark',
    { waker: wakers, thread: threads },
    {
      source,
      actor: ({ waker }) => waker,
      sends: ({ waker, thread }) => ({
        self: futexWakeOf(waker),
        call: call(waker),
        port: storePort(waker, doneOf(thread)),
      }),
      waitsFor: ['port'],
    },
  ).does({
    when: {
      atMark: ({ self }) => self.value === 'marking',
      isNext: ({ self }, { thread }) => self.context.onLoan[0] === thread,
    },
    events: (_, { thread }) => ({
      self: { type: 'MARKED' },
      call: { type: 'CALL', thread },
      port: stored(doneOf(thread), true),
    }),
  })

/**
 * The end of a loan. Its first access is a load followed, where the owner is not waiting, by a compare-and-swap. They are
 * one step here: the load commits the waker to nothing but the swap, and the swap decides by what it finds.
 */
const giveBack = ({ memory: { storePort, loadPorts, fencePorts }, wakers, threads, call }: FutexWakes): readonly Rule[] => [
  rule(
    'entry.return',
    { waker: wakers, thread: threads },
    {
      source: loan,
      actor: ({ waker }) => waker,
      sees: ({ waker }) => ({ own: fencePorts(waker), call: call(waker) }),
      sends: ({ waker, thread }) => ({ self: futexWakeOf(waker), entry: entryOf(thread).cell }),
    },
  ).does({
    when: {
      waking: ({ self }) => self.value === 'waking',
      isNext: ({ self }, { thread }) => self.context.onLoan[0] === thread,
      called: ({ call }) => call.value === 'returned',
      drained: ({ own }) => drained(own),
      alone: ({ entry }, { thread }) => held(entryOf(thread), entry) === 'loaned',
    },
    events: (_, { thread }) => ({ self: { type: 'RETURNED' }, entry: stored(entryOf(thread), 'removed') }),
  }),
  rule(
    'entry.findOwnerWaiting',
    { waker: wakers, thread: threads },
    {
      source: loan,
      actor: ({ waker }) => waker,
      sees: ({ waker, thread }) => ({ ports: loadPorts(waker, entryOf(thread)), call: call(waker) }),
      sends: ({ waker }) => ({ self: futexWakeOf(waker) }),
    },
  ).does({
    when: {
      waking: ({ self }) => self.value === 'waking',
      isNext: ({ self }, { thread }) => self.context.onLoan[0] === thread,
      called: ({ call }) => call.value === 'returned',
      ownerWaits: ({ ports }, { thread }) => loaded(entryOf(thread), ports) === 'loanedOwnerWaiting',
    },
    events: () => ({ self: { type: 'FOUND_OWNER_WAITING' } }),
  }),
  rule(
    'entry.announceWake',
    { waker: wakers, thread: threads },
    {
      source: loan,
      actor: ({ waker }) => waker,
      sends: ({ waker, thread }) => ({ self: futexWakeOf(waker), port: storePort(waker, entryOf(thread)) }),
      waitsFor: ['port'],
    },
  ).does({
    when: {
      announces: ({ self }) => self.value === 'announcing',
      isNext: ({ self }, { thread }) => self.context.onLoan[0] === thread,
    },
    events: (_, { thread }) => ({ self: { type: 'ANNOUNCED' }, port: stored(entryOf(thread), 'removedWaking') }),
  }),
  rule(
    'entry.rouse',
    { waker: wakers, thread: threads },
    {
      source: loan,
      actor: ({ waker }) => waker,
      sees: ({ waker }) => ({ own: fencePorts(waker) }),
      sends: ({ waker, thread }) => ({ self: futexWakeOf(waker), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: {
      rouses: ({ self }) => self.value === 'rousing',
      isNext: ({ self }, { thread }) => self.context.onLoan[0] === thread,
      drained: ({ own }) => drained(own),
    },
    events: (_, { thread }) => ({
      self: { type: 'ROUSED' },
      sleeper: { type: 'WAKE', word: entryOf(thread).name },
    }),
  }),
  rule(
    'entry.settle',
    { waker: wakers, thread: threads },
    {
      source: loan,
      actor: ({ waker }) => waker,
      sends: ({ waker, thread }) => ({ self: futexWakeOf(waker), port: storePort(waker, entryOf(thread)) }),
      waitsFor: ['port'],
    },
  ).does({
    when: {
      settles: ({ self }) => self.value === 'settling',
      isNext: ({ self }, { thread }) => self.context.onLoan[0] === thread,
    },
    events: (_, { thread }) => ({ self: { type: 'RETURNED' }, port: stored(entryOf(thread), 'removed') }),
  }),
]
