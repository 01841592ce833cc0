import { type Scenario, scenario } from '../checker/index.ts'
import { build } from './futex-wake/world.ts'

export const futexWakeSome: Scenario = scenario({
  name: 'futex-wake-some',
  story:
    'A wake that is not for everybody: does it reach as many as it counts, and only those that it means? Two waiters, one ' +
    'wake, x86. Leaves out deadlines and exits.',
  knobs: {
    fence: ['none', 'full'],
    comparison: ['after-insertion', 'under-lock'],
    wakes: ['one', 'second-bit', 'second-bit-ignored'],
  },
  sizes: { small: {}, full: {} },
  designs: {
    'one-after-insertion': {
      story:
        'The comparison as the code has it: a wake for one waiter of two is spent on one that does not wait, and the other ' +
        'sleeps on (issue 1267).',
      knobs: { fence: 'full', comparison: 'after-insertion', wakes: 'one' },
      expect: {
        small: {
          verdict: 'violated',
          states: 4022,
          violations: { 'a waiter that a wake counted reports that it was woken': 12 },
        },
      },
    },
    'one-under-lock': {
      story: 'A wake for one waiter of two, with the comparison under the lock of the list and a full fence in the waker.',
      bugs: ['LB-13'],
      knobs: { fence: 'full', comparison: 'under-lock', wakes: 'one' },
      expect: { small: { verdict: 'holds', states: 1942, asleep: ['entry.unlink', 'entry.missUnlink'] } },
    },
    'one-under-lock-unfenced': {
      story: 'The same without the fence in the waker: the one that it counts sleeps on.',
      knobs: { fence: 'none', comparison: 'under-lock', wakes: 'one' },
      bugs: ['LB-13'],
      expect: {
        small: {
          verdict: 'violated',
          states: 1900,
          violations: {
            'nobody sleeps while its condition holds and no wake is coming': 11,
            'a waiter that a wake selected returns': 14,
            'no deadlock': 14,
          },
          asleep: ['entry.unlink', 'entry.missUnlink'],
        },
      },
    },
    'second-bit': {
      story: 'A wake whose bitset fits the second waiter only; the system call offers no such wake, the manager does.',
      knobs: { fence: 'full', comparison: 'under-lock', wakes: 'second-bit' },
      expect: { small: { verdict: 'holds', states: 1072, asleep: ['entry.unlink', 'entry.missUnlink', 'thread0.drain'] } },
    },
    'second-bit-ignored': {
      story: 'A wake that does not look at the bitsets.',
      knobs: { fence: 'full', comparison: 'under-lock', wakes: 'second-bit-ignored' },
      expect: {
        small: {
          verdict: 'violated',
          states: 7049,
          violations: { 'a wake selects nobody whose bits it does not have': 5 },
          asleep: ['entry.unlink', 'entry.missUnlink'],
        },
      },
    },
  },
  build: (knobs) => build({ ...knobs, memory: 'tso', lateWakes: 'lost', disturbance: 'none', waiters: 2 }),
})
