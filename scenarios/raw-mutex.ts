import { finalWhen, type Scenario, scenario, system } from '../checker/index.ts'
import { memory } from '../model/platform/memory-order.ts'
import { word } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import { blockerOf, blockRules, type Change, changerOf } from '../model/shim/raw-mutex-block.ts'
import { blockProperties } from '../properties/waits-block.ts'

const changer = 'changer'
const blocked = word<Change>('blocked', 'unchanged')

/** What the source does, but for the memory that it runs on. */
const snapshot = { comparison: 'with-sleep', wake: 'drains' } as const

export const rawMutex: Scenario = scenario({
  name: 'raw-mutex',
  story:
    'What must a host do for its callers when it puts a thread to sleep on a word and wakes it? The callers load, decide ' +
    'and block; another thread stores and wakes. Leaves out timeouts and wakes for no reason.',
  knobs: {
    memory: ['sc', 'tso'],
    comparison: ['with-sleep', 'before-sleep'],
    wake: ['drains', 'passes-by'],
    threads: [1, 2],
  },
  sizes: { small: { threads: 1 }, full: { threads: 2 } },
  designs: {
    'snapshot-sc': {
      story: 'The thread sleeps on the word that it compared (pull request 222), on a machine without store buffers.',
      knobs: { ...snapshot, memory: 'sc' },
      bugs: ['LB-27'],
      expect: { small: { verdict: 'holds', states: 11 }, full: { verdict: 'holds', states: 41 } },
    },
    'snapshot-tso': {
      story: 'The thread sleeps on the word that it compared, on x86: both host calls empty the store buffer.',
      knobs: { ...snapshot, memory: 'tso' },
      bugs: ['LB-27'],
      expect: { small: { verdict: 'holds', states: 14 }, full: { verdict: 'holds', states: 50 } },
    },
    'compared-before-sleep-sc': {
      story: 'A host that compares the word, and puts the thread to sleep a moment later.',
      knobs: { ...snapshot, memory: 'sc', comparison: 'before-sleep' },
      expect: {
        small: {
          verdict: 'violated',
          states: 15,
          violations: {
            'nobody sleeps on a word that has changed when no wake is coming': 5,
            'a thread that blocks on a word returns once it has changed': 5,
            'no deadlock': 5,
            'the host puts a thread to sleep exactly where the word is what it was told': 4,
          },
        },
        full: {
          verdict: 'violated',
          states: 77,
          violations: {
            'nobody sleeps on a word that has changed when no wake is coming': 5,
            'a thread that blocks on a word returns once it has changed': 6,
            'no deadlock': 6,
            'the host puts a thread to sleep exactly where the word is what it was told': 4,
          },
        },
      },
    },
    'unfenced-wake-sc': {
      story: 'A host that looks for sleepers without a fence, where there is nothing to fence.',
      knobs: { ...snapshot, memory: 'sc', wake: 'passes-by' },
      expect: { small: { verdict: 'holds', states: 11 } },
    },
    'unfenced-wake-tso': {
      story: 'A host that finds nobody asleep while the store that should have been seen is still in the buffer.',
      knobs: { ...snapshot, memory: 'tso', wake: 'passes-by' },
      expect: {
        small: {
          verdict: 'violated',
          states: 19,
          violations: {
            'nobody sleeps on a word that has changed when no wake is coming': 5,
            'a thread that blocks on a word returns once it has changed': 5,
            'no deadlock': 4,
          },
        },
        full: {
          verdict: 'violated',
          states: 75,
          violations: {
            'nobody sleeps on a word that has changed when no wake is coming': 5,
            'a thread that blocks on a word returns once it has changed': 6,
            'no deadlock': 6,
          },
        },
      },
    },
  },
  build: ({ memory: order, comparison, wake, threads: count }) => {
    const threads = ['thread0', 'thread1'].slice(0, count)
    const shared = memory({ order, cores: [changer], words: [blocked] })
    return system({
      cells: [changerOf(changer), ...threads.flatMap((thread) => [blockerOf(thread), sleeperOf(thread)]), ...shared.cells],
      rules: [...blockRules({ memory: shared, threads, changer, word: blocked, comparison, wake }), ...shared.rules],
      properties: blockProperties({ threads, changer, word: blocked }),
      final: finalWhen(
        { thread: threads },
        {
          reads: ({ thread }) => ({ blocker: blockerOf(thread), changer: changerOf(changer) }),
          holds: ({ blocker, changer }) => blocker.value === 'returned' && changer.value === 'finished',
        },
      ),
      bounds: shared.bounds,
    })
  },
})
