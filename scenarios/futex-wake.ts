import { type Scenario, scenario } from '../checker/index.ts'
import { build } from './futex-wake/world.ts'

/** What the source does, but for the memory that it runs on, with nothing that disturbs a wait. */
const snapshot = { fence: 'none', comparison: 'after-insertion', lateWakes: 'lost', disturbance: 'none' } as const
/** The alternatives that together lose no wake. */
const mended = { fence: 'full', comparison: 'under-lock', lateWakes: 'reported' } as const

export const futexWake: Scenario = scenario({
  name: 'futex-wake',
  story:
    'Does a guest that changes its futex word and wakes whoever waits reach a waiter, and does the one it counts as woken ' +
    'know? One wake; one or two waiters, which a deadline or an exit may disturb. Leaves out other addresses.',
  knobs: {
    memory: ['sc', 'tso'],
    fence: ['none', 'full'],
    comparison: ['after-insertion', 'under-lock', 'before-insertion'],
    lateWakes: ['lost', 'reported'],
    disturbance: ['none', 'deadline', 'exit'],
    waiters: [1, 2],
  },
  sizes: { small: { waiters: 1 }, full: { waiters: 2 } },
  designs: {
    'snapshot-sc': {
      story:
        'The code as it is, on a machine without store buffers. An entry is in the list before its owner has compared the ' +
        'word: a wake may count a waiter that finds the word changed and never waits (issue 1267).',
      knobs: { ...snapshot, memory: 'sc' },
      expect: {
        small: { verdict: 'violated', states: 137, violations: { 'a waiter that a wake counted reports that it was woken': 9 } },
        full: { verdict: 'violated', states: 8353, violations: { 'a waiter that a wake counted reports that it was woken': 9 } },
      },
    },
    'snapshot-tso': {
      story: 'The code as it is, on x86: the wake-up of a waiter that was counted is lost, too.',
      knobs: { ...snapshot, memory: 'tso' },
      bugs: ['LB-13'],
      expect: {
        small: {
          verdict: 'violated',
          states: 217,
          violations: {
            'nobody sleeps while its condition holds and no wake is coming': 12,
            'a waiter that a wake counted reports that it was woken': 11,
            'a waiter that a wake selected returns': 13,
            'no deadlock': 13,
          },
        },
        full: {
          verdict: 'violated',
          states: 17599,
          violations: {
            'nobody sleeps while its condition holds and no wake is coming': 12,
            'a waiter that a wake counted reports that it was woken': 11,
            'a waiter that a wake selected returns': 18,
            'no deadlock': 18,
          },
        },
      },
    },
    'before-insertion-sc': {
      story: 'The waiter compares the word first and links its entry afterwards: a wake in between finds nobody.',
      knobs: { ...snapshot, memory: 'sc', comparison: 'before-insertion' },
      expect: {
        small: {
          verdict: 'violated',
          states: 99,
          violations: {
            'no waiter sleeps unselected when a wake for all has returned': 8,
            'a waiter goes to wait where the word is what it expects, and is refused where it is not': 4,
          },
          asleep: ['entry.unlink', 'entry.missUnlink'],
        },
      },
    },
    'under-lock-sc': {
      story: 'The word is compared under the lock of the list, as Linux does it.',
      knobs: { ...snapshot, memory: 'sc', comparison: 'under-lock' },
      expect: {
        small: { verdict: 'holds', states: 92, asleep: ['entry.unlink', 'entry.missUnlink'] },
        full: { verdict: 'holds', states: 3125, asleep: ['entry.unlink', 'entry.missUnlink'] },
      },
    },
    'under-lock-tso': {
      story: 'The comparison under the lock does not help against the store buffer.',
      knobs: { ...snapshot, memory: 'tso', comparison: 'under-lock' },
      bugs: ['LB-13'],
      expect: {
        small: {
          verdict: 'violated',
          states: 145,
          violations: {
            'nobody sleeps while its condition holds and no wake is coming': 11,
            'a waiter that a wake selected returns': 12,
            'no deadlock': 12,
          },
          asleep: ['entry.unlink', 'entry.missUnlink'],
        },
      },
    },
    'under-lock-fence-tso': {
      story: 'The comparison under the lock and a full fence in the waker, on x86.',
      knobs: { ...snapshot, memory: 'tso', comparison: 'under-lock', fence: 'full' },
      bugs: ['LB-13'],
      expect: {
        small: { verdict: 'holds', states: 148, asleep: ['entry.unlink', 'entry.missUnlink'] },
        full: { verdict: 'holds', states: 7049, asleep: ['entry.unlink', 'entry.missUnlink'] },
      },
    },
    'under-lock-fence-tso-deadline': {
      story: 'The same with a deadline: a waiter that is taken out of the list while its time runs out says that it timed out.',
      knobs: { ...snapshot, memory: 'tso', comparison: 'under-lock', fence: 'full', disturbance: 'deadline' },
      expect: {
        small: { verdict: 'violated', states: 467, violations: { 'a waiter that a wake counted reports that it was woken': 18 } },
      },
    },
    'under-lock-fence-tso-exit': {
      story:
        'The same with an exit: a waiter that is taken out of the list while it is interrupted says that it was interrupted.',
      knobs: { ...snapshot, memory: 'tso', comparison: 'under-lock', fence: 'full', disturbance: 'exit' },
      expect: {
        small: {
          verdict: 'violated',
          states: 1903,
          violations: { 'a waiter that a wake counted reports that it was woken': 19 },
        },
      },
    },
    'mended-tso-deadline': {
      story: 'A waiter that finds its entry taken out says that it was woken, as Linux does; with a deadline.',
      knobs: { ...mended, memory: 'tso', disturbance: 'deadline' },
      bugs: ['LB-13'],
      expect: { small: { verdict: 'holds', states: 467 }, full: { verdict: 'holds', states: 68605 } },
    },
    'mended-tso-exit': {
      story: 'A waiter that finds its entry taken out says that it was woken, as Linux does; with an exit.',
      knobs: { ...mended, memory: 'tso', disturbance: 'exit' },
      bugs: ['LB-13'],
      expect: { small: { verdict: 'holds', states: 1903 }, full: { verdict: 'holds', states: 94205 } },
    },
  },
  build: (knobs) => build({ ...knobs, wakes: 'all' }),
})
