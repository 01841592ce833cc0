import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { drained, loaded, type Memory } from '../platform/memory-order.ts'
import { held, stored, type Word } from '../platform/shared-word.ts'
import { doneOf, futexWaitOf, type WaitOutcome } from './futex.ts'
import { bucket, entryOf } from './futex-loan.ts'
import type { waitCall } from './wait-state-wait.ts'

/*
 * The steps of a futex wait up to its end; `futex.ts` is its chart and says what is modelled.
 *
 * Models beside the source's order: the comparison under the lock of the list, and before the insertion. Leaves out: how
 * the entry comes back from the list, which is in `futex-loan-rules.ts`.
 */

export interface FutexWaits {
  readonly memory: Memory
  readonly threads: readonly string[]
  /** The guest's word, and what each waiter expects there. */
  readonly futexWord: Word<number>
  readonly expected: number
  /** When the word is compared: after the entry has become visible, as in the source, under the list's lock, or before. */
  readonly comparison: 'after-insertion' | 'under-lock' | 'before-insertion'
  readonly wait: (thread: string) => CellOf<typeof waitCall>
}

const source = 'litebox/src/sync/futex.rs: FutexManager::wait'

export const futexWaitRules = (world: FutexWaits): readonly Rule[] => [
  ...comparisons[world.comparison](world),
  stopWaiting(world),
]

const insertThenCompare = ({
  memory: { loadPorts, fencePorts },
  threads,
  futexWord,
  expected,
  wait,
}: FutexWaits): readonly Rule[] => [
  rule(
    'futex.insert',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread) }),
      sends: ({ thread }) => ({
        self: futexWaitOf(thread),
        bucket,
        entry: entryOf(thread).cell,
        done: doneOf(thread).cell,
      }),
    },
  ).does({
    when: { atInsertion: ({ self }) => self.value === 'inserting', drained: ({ own }) => drained(own) },
    events: (_, { thread }) => ({
      self: { type: 'INSERTED' },
      bucket: { type: 'INSERT', thread },
      entry: stored(entryOf(thread), 'inserted'),
      done: stored(doneOf(thread), false),
    }),
  }),
  rule(
    'futex.findEqual',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ ports: loadPorts(thread, futexWord) }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread), wait: wait(thread) }),
    },
  ).does({
    when: {
      atComparison: ({ self }) => self.value === 'comparing',
      equal: ({ ports }) => loaded(futexWord, ports) === expected,
    },
    events: () => ({ self: { type: 'EQUAL' }, wait: { type: 'CALL' } }),
  }),
  rule(
    'futex.findUnequal',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ ports: loadPorts(thread, futexWord) }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread) }),
    },
  ).does({
    when: {
      atComparison: ({ self }) => self.value === 'comparing',
      unequal: ({ ports }) => loaded(futexWord, ports) !== expected,
    },
    events: () => ({ self: { type: 'UNEQUAL' } }),
  }),
]

const alternative = 'an alternative to litebox/src/sync/futex.rs: FutexManager::wait, named in issue 1267'

const compareUnderLock = ({ memory: { fencePorts }, threads, futexWord, expected, wait }: FutexWaits): readonly Rule[] => [
  rule(
    'futex.insertEqual',
    { thread: threads },
    {
      source: alternative,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), word: futexWord.cell }),
      sends: ({ thread }) => ({
        self: futexWaitOf(thread),
        wait: wait(thread),
        bucket,
        entry: entryOf(thread).cell,
        done: doneOf(thread).cell,
      }),
    },
  ).does({
    when: {
      atInsertion: ({ self }) => self.value === 'inserting',
      drained: ({ own }) => drained(own),
      equal: ({ word }) => held(futexWord, word) === expected,
    },
    events: (_, { thread }) => ({
      self: { type: 'EQUAL' },
      wait: { type: 'CALL' },
      bucket: { type: 'INSERT', thread },
      entry: stored(entryOf(thread), 'inserted'),
      done: stored(doneOf(thread), false),
    }),
  }),
  rule(
    'futex.refuse',
    { thread: threads },
    {
      source: alternative,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), word: futexWord.cell }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread) }),
    },
  ).does({
    when: {
      atInsertion: ({ self }) => self.value === 'inserting',
      drained: ({ own }) => drained(own),
      unequal: ({ word }) => held(futexWord, word) !== expected,
    },
    events: () => ({ self: { type: 'UNEQUAL' } }),
  }),
]

const compareThenInsert = ({
  memory: { loadPorts, fencePorts },
  threads,
  futexWord,
  expected,
  wait,
}: FutexWaits): readonly Rule[] => [
  rule(
    'futex.compareFirst',
    { thread: threads },
    {
      source: 'the reverse of litebox/src/sync/futex.rs: FutexManager::wait, against its comment',
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ ports: loadPorts(thread, futexWord) }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread) }),
    },
  ).does({
    when: { atComparison: ({ self }) => self.value === 'inserting' },
    events: ({ ports }) => ({ self: { type: loaded(futexWord, ports) === expected ? 'COMPARED' : 'UNEQUAL' } }),
  }),
  rule(
    'futex.insertLast',
    { thread: threads },
    {
      source: 'the reverse of litebox/src/sync/futex.rs: FutexManager::wait, against its comment',
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread) }),
      sends: ({ thread }) => ({
        self: futexWaitOf(thread),
        wait: wait(thread),
        bucket,
        entry: entryOf(thread).cell,
        done: doneOf(thread).cell,
      }),
    },
  ).does({
    when: { atInsertion: ({ self }) => self.value === 'compared', drained: ({ own }) => drained(own) },
    events: (_, { thread }) => ({
      self: { type: 'EQUAL' },
      wait: { type: 'CALL' },
      bucket: { type: 'INSERT', thread },
      entry: stored(entryOf(thread), 'inserted'),
      done: stored(doneOf(thread), false),
    }),
  }),
]

const comparisons = {
  'after-insertion': insertThenCompare,
  'under-lock': compareUnderLock,
  'before-insertion': compareThenInsert,
} as const

const outcomes = { none: 'none', ready: 'woken', timedOut: 'timedOut', interrupted: 'interrupted' } as const satisfies Record<
  string,
  WaitOutcome
>

const stopWaiting = ({ threads, wait }: FutexWaits): Rule =>
  rule(
    'futex.stopWaiting',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ wait: wait(thread) }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread) }),
    },
  ).does({
    when: { waiting: ({ self }) => self.value === 'waiting', over: ({ wait }) => wait.value === 'returned' },
    events: ({ wait }) => ({ self: { type: 'WAITED', outcome: outcomes[wait.context.result] } }),
  })
