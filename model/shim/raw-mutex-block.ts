import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule } from '../../checker/index.ts'
import { drained, loaded, type Memory } from '../platform/memory-order.ts'
import { held, stored, type Word } from '../platform/shared-word.ts'
import { sleeperOf } from './raw-mutex.ts'

/*
 * Threads that block on a word until it changes, and the one that changes it.
 *
 * Models: the loop that every user of `litebox/src/platform/mod.rs: RawMutex::block` is: load, decide, block on what was
 * loaded, look again; and its counterpart: store, `wake_all`. The plainest pair of them is
 * `litebox_shim_linux/src/syscalls/process.rs: Process::wait_for_exit` and `Process::detach_thread`.
 *
 * Leaves out: the lock around the store, which empties the store buffer before the wake does; timeouts.
 */

export type Change = 'unchanged' | 'changed'

/** `compared` exists only where the comparison and the sleep are two steps. */
export const blocker = setup({
  types: {
    events: {} as { type: 'SEE'; change: Change } | { type: 'COMPARED' } | { type: 'FALL_ASLEEP' } | { type: 'TRY_AGAIN' },
  },
  guards: { hasChanged: (_, { change }: { change: Change }) => change === 'changed' },
}).createMachine({
  id: 'blocker',
  initial: 'looking',
  states: {
    looking: {
      on: {
        SEE: [{ guard: { type: 'hasChanged', params: ({ event }) => event }, target: 'returned' }, { target: 'committing' }],
      },
    },
    committing: { on: { COMPARED: 'compared', FALL_ASLEEP: 'sleeping', TRY_AGAIN: 'looking' } },
    compared: { on: { FALL_ASLEEP: 'sleeping' } },
    sleeping: { on: { TRY_AGAIN: 'looking' } },
    returned: {},
  },
})

export const changer = setup({ types: { events: {} as { type: 'CHANGED' } | { type: 'WOKE' } } }).createMachine({
  id: 'changer',
  initial: 'changing',
  states: { changing: { on: { CHANGED: 'waking' } }, waking: { on: { WOKE: 'finished' } }, finished: {} },
})

export const blockerOf = (thread: string): CellOf<typeof blocker> => cell(`blocker.${thread}`, blocker)
export const changerOf = (thread: string): CellOf<typeof changer> => cell(`changer.${thread}`, changer)

export interface Blocking {
  readonly memory: Memory
  readonly threads: readonly string[]
  readonly changer: string
  readonly word: Word<Change>
  /** Whether the host compares the word and puts the thread to sleep in one step. */
  readonly comparison: 'with-sleep' | 'before-sleep'
  /** Whether the host call that wakes empties the caller's store buffer before it looks for sleepers. */
  readonly wake: 'drains' | 'passes-by'
}

const process = 'litebox_shim_linux/src/syscalls/process.rs'
const platform = 'litebox/src/platform/mod.rs'

export const blockRules = (blocking: Blocking): readonly Rule[] => [
  look(blocking),
  ...(blocking.comparison === 'with-sleep' ? [sleep(blocking)] : [compare(blocking), sleepUnseeing(blocking)]),
  stayAwake(blocking),
  wakeUp(blocking),
  change(blocking),
  blocking.wake === 'drains' ? wakeAll(blocking) : wakeAllInPassing(blocking),
]

const look = ({ memory: { loadPorts }, threads, word }: Blocking): Rule =>
  rule(
    'block.look',
    { thread: threads },
    {
      source: `${process}: Process::wait_for_exit`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ ports: loadPorts(thread, word) }),
      sends: ({ thread }) => ({ blocker: blockerOf(thread) }),
    },
  ).does({
    when: { atLook: ({ blocker }) => blocker.value === 'looking' },
    events: ({ ports }) => ({ blocker: { type: 'SEE', change: loaded(word, ports) } }),
  })

const sleep = ({ memory: { fencePorts }, threads, word }: Blocking): Rule =>
  rule(
    'block.sleep',
    { thread: threads },
    {
      source: `${platform}: RawMutex::block`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), word: word.cell }),
      sends: ({ thread }) => ({ blocker: blockerOf(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: {
      committed: ({ blocker }) => blocker.value === 'committing',
      drained: ({ own }) => drained(own),
      unchanged: (at) => held(word, at.word) === 'unchanged',
    },
    events: () => ({ blocker: { type: 'FALL_ASLEEP' }, sleeper: { type: 'SLEEP', word: word.name } }),
  })

const compare = ({ memory: { fencePorts }, threads, word }: Blocking): Rule =>
  rule(
    'block.compare',
    { thread: threads },
    {
      source: `${platform}: RawMutex::block, on a host that compares first`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), word: word.cell }),
      sends: ({ thread }) => ({ blocker: blockerOf(thread) }),
    },
  ).does({
    when: {
      committed: ({ blocker }) => blocker.value === 'committing',
      drained: ({ own }) => drained(own),
      unchanged: (at) => held(word, at.word) === 'unchanged',
    },
    events: () => ({ blocker: { type: 'COMPARED' } }),
  })

const sleepUnseeing = ({ threads, word }: Blocking): Rule =>
  rule(
    'block.sleep',
    { thread: threads },
    {
      source: `${platform}: RawMutex::block, on a host that compares first`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ blocker: blockerOf(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: { compared: ({ blocker }) => blocker.value === 'compared' },
    events: () => ({ blocker: { type: 'FALL_ASLEEP' }, sleeper: { type: 'SLEEP', word: word.name } }),
  })

const stayAwake = ({ memory: { fencePorts }, threads, word }: Blocking): Rule =>
  rule(
    'block.stayAwake',
    { thread: threads },
    {
      source: `${platform}: ImmediatelyWokenUp`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), word: word.cell }),
      sends: ({ thread }) => ({ blocker: blockerOf(thread) }),
    },
  ).does({
    when: {
      committed: ({ blocker }) => blocker.value === 'committing',
      drained: ({ own }) => drained(own),
      changed: (at) => held(word, at.word) === 'changed',
    },
    events: () => ({ blocker: { type: 'TRY_AGAIN' } }),
  })

const wakeUp = ({ threads }: Blocking): Rule =>
  rule(
    'block.wakeUp',
    { thread: threads },
    {
      source: `${platform}: UnblockedOrTimedOut::Unblocked`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ blocker: blockerOf(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: { sleeping: ({ blocker }) => blocker.value === 'sleeping', woken: ({ sleeper }) => sleeper.value === 'woken' },
    events: () => ({ blocker: { type: 'TRY_AGAIN' }, sleeper: { type: 'RESUME' } }),
  })

const change = ({ memory: { storePort }, changer, word }: Blocking): Rule =>
  rule(
    'changer.change',
    {},
    {
      source: `${process}: Process::detach_thread`,
      actor: () => changer,
      sends: () => ({ changer: changerOf(changer), port: storePort(changer, word) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { atChange: ({ changer }) => changer.value === 'changing' },
    events: () => ({ changer: { type: 'CHANGED' }, port: stored(word, 'changed') }),
  })

const wakeAll = ({ memory: { fencePorts }, threads, changer, word }: Blocking): Rule =>
  rule(
    'changer.wakeAll',
    {},
    {
      source: `${platform}: RawMutex::wake_all`,
      actor: () => changer,
      sees: () => ({ own: fencePorts(changer) }),
      sends: () => ({ changer: changerOf(changer), sleepers: threads.map(sleeperOf) }),
    },
  ).does({
    when: { atWake: ({ changer }) => changer.value === 'waking', drained: ({ own }) => drained(own) },
    events: () => ({ changer: { type: 'WOKE' }, sleepers: { type: 'WAKE', word: word.name } }),
  })

const wakeAllInPassing = ({ threads, changer, word }: Blocking): Rule =>
  rule(
    'changer.wakeAll',
    {},
    {
      source: `${platform}: RawMutex::wake_all, on a host that looks for sleepers without a fence`,
      actor: () => changer,
      sends: () => ({ changer: changerOf(changer), sleepers: threads.map(sleeperOf) }),
    },
  ).does({
    when: { atWake: ({ changer }) => changer.value === 'waking' },
    events: () => ({ changer: { type: 'WOKE' }, sleepers: { type: 'WAKE', word: word.name } }),
  })
