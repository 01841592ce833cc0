import { finalWhen, type Scenario, scenario, system } from '../checker/index.ts'
import { lockableOf, lockables, lockableWaiterOf, lockableWakerOf } from '../model/shim/futex-lockables.ts'
import { lockableRules } from '../model/shim/futex-lockables-rules.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import { lockablesProperties } from '../properties/futex-lockables.ts'

export const futexWakeLockables: Scenario = scenario({
  name: 'futex-wake-lockables',
  story:
    'The futex manager whose waiters shared an object with a mark and a bitset: when may a waker take those back, and ' +
    'whose are they? Every wake is for all waiters. futex-wake is what replaced it.',
  knobs: {
    patience: ['one', 'all'],
    counting: ['any-object', 'own-object'],
    clearing: ['any-mark', 'own-mark'],
    wakers: [1, 2],
  },
  sizes: { small: { wakers: 1 }, full: { wakers: 2 } },
  designs: {
    'before-303': {
      story: 'The waker takes the bitset back as soon as one of those it woke has left.',
      knobs: { patience: 'one', counting: 'any-object', clearing: 'any-mark' },
      bugs: ['LB-28'],
      expect: {
        small: {
          verdict: 'violated',
          states: 140,
          violations: {
            'a waker takes back only its own mark': 8,
            'a thread that a waker counted does not sleep on when every waker has gone': 8,
            'a thread that a waker counted returns': 9,
            'a waker that has marked an object finishes': 7,
            'no deadlock': 7,
            'an object that waiters share is marked only while a waker is at it': 8,
          },
        },
        full: {
          verdict: 'violated',
          states: 664,
          violations: {
            'a waker takes back only its own mark': 8,
            'a thread that a waker counted does not sleep on when every waker has gone': 9,
            'a thread that a waker counted returns': 10,
            'a waker that has marked an object finishes': 8,
            'no deadlock': 8,
            'an object that waiters share is marked only while a waker is at it': 8,
          },
        },
      },
    },
    'pull-request-303': {
      story:
        'The waker waits for all whom it woke. Afterwards it may find another object at the address, and takes its mark back there.',
      knobs: { patience: 'all', counting: 'any-object', clearing: 'any-mark' },
      bugs: ['LB-29'],
      expect: {
        small: {
          verdict: 'violated',
          states: 121,
          violations: {
            'a waker takes back only its own mark': 8,
            'a waker that has marked an object finishes': 7,
            'no deadlock': 7,
            'an object that waiters share is marked only while a waker is at it': 8,
          },
          asleep: ['waker.count'],
        },
        full: {
          verdict: 'violated',
          states: 566,
          violations: {
            'a waker takes back only its own mark': 8,
            'a thread that a waker counted returns': 10,
            'a waker that has marked an object finishes': 8,
            'no deadlock': 8,
            'an object that waiters share is marked only while a waker is at it': 8,
          },
          asleep: ['waker.count'],
        },
      },
    },
    'pull-request-335': {
      story:
        'A waker takes back only a mark with its own ticket. It still counts the waiters of whatever object it finds: if ' +
        'that is a new one, it spins until somebody wakes those.',
      knobs: { patience: 'all', counting: 'any-object', clearing: 'own-mark' },
      bugs: ['LB-29'],
      expect: {
        small: {
          verdict: 'violated',
          states: 115,
          violations: { 'a waker that has marked an object finishes': 7, 'no deadlock': 7 },
          asleep: ['waker.count'],
        },
        full: {
          verdict: 'violated',
          states: 490,
          violations: { 'a waker that has marked an object finishes': 8, 'no deadlock': 8 },
          asleep: ['waker.count'],
        },
      },
    },
    'own-object-throughout': {
      story: 'An alternative: a waker neither counts at nor clears any object but the one that it marked.',
      knobs: { patience: 'all', counting: 'own-object', clearing: 'own-mark' },
      bugs: ['LB-28', 'LB-29'],
      expect: { small: { verdict: 'holds', states: 115 }, full: { verdict: 'holds', states: 490 } },
    },
    'own-object-any-mark': {
      story: 'Counts at its own object only, and clears whatever mark it finds.',
      knobs: { patience: 'all', counting: 'own-object', clearing: 'any-mark' },
      bugs: ['LB-29'],
      expect: {
        small: {
          verdict: 'violated',
          states: 121,
          violations: {
            'a waker takes back only its own mark': 8,
            'an object that waiters share is marked only while a waker is at it': 8,
          },
        },
        full: {
          verdict: 'violated',
          states: 566,
          violations: {
            'a waker takes back only its own mark': 8,
            'a thread that a waker counted returns': 10,
            'a waker that has marked an object finishes': 10,
            'no deadlock': 10,
            'an object that waiters share is marked only while a waker is at it': 8,
          },
        },
      },
    },
    'own-object-impatient': {
      story: 'Tickets without the wait for all: the late reader of the bitset still finds nothing.',
      knobs: { patience: 'one', counting: 'own-object', clearing: 'own-mark' },
      bugs: ['LB-28'],
      expect: {
        small: {
          verdict: 'violated',
          states: 134,
          violations: {
            'a thread that a waker counted does not sleep on when every waker has gone': 8,
            'a thread that a waker counted returns': 9,
            'no deadlock': 9,
          },
        },
        full: {
          verdict: 'violated',
          states: 588,
          violations: {
            'a thread that a waker counted does not sleep on when every waker has gone': 9,
            'a thread that a waker counted returns': 10,
            'no deadlock': 10,
          },
        },
      },
    },
  },
  build: ({ patience, counting, clearing, wakers: count }) => {
    const threads = ['thread0', 'thread1']
    const wakers = ['waker0', 'waker1'].slice(0, count)
    const objects = ['object0', 'object1']
    const world = { threads, wakers, objects, patience, counting, clearing }
    return system({
      cells: [
        lockables,
        ...objects.map(lockableOf),
        ...threads.flatMap((thread) => [lockableWaiterOf(thread), sleeperOf(thread)]),
        ...wakers.map(lockableWakerOf),
      ],
      rules: lockableRules(world),
      properties: lockablesProperties(world),
      // Whoever came after the last waker sleeps on by right.
      final: finalWhen(
        { thread: threads },
        {
          reads: ({ thread }) => ({ waiter: lockableWaiterOf(thread), wakers: wakers.map(lockableWakerOf) }),
          holds: ({ waiter, wakers }) =>
            wakers.every((waker) => waker.value === 'finished') &&
            (waiter.value === 'returned' || (waiter.value === 'sleeping' && !waiter.context.owed)),
        },
      ),
    })
  },
})
