import { type Scenario, scenario } from '../checker/index.ts'
import { anExecGoesOn, aProcessEnds, threadLifeSafety, threadLifeWitnesses } from '../properties/thread-life.ts'
import { threadRecords } from '../properties/thread-life-records.ts'
import { processSystem } from './thread-life/process.ts'

/** What the source does on both userland platforms. */
const snapshot = { exit: 'detach-first', refusal: 'reclaim', init: 'in-child' } as const
/** The source with the order of its exit mended. */
const mended = { ...snapshot, exit: 'detach-last' } as const

export const threadLife: Scenario = scenario({
  name: 'thread-life',
  story:
    'Threads are spawned or refused, exit one by one or all together, and one replaces the program when the others are ' +
    'gone. Is the count of threads right, does whoever waits for it go on, and is it then true that nobody else touches ' +
    'guest memory? Leaves out the join of a thread, which is the scenario futex-wake-join, and store buffers.',
  knobs: {
    /** Whether a thread is counted out before or after its last accesses to guest memory. */
    exit: ['detach-first', 'detach-last'],
    /** What becomes of a thread that was counted in when the host refuses to start it. */
    refusal: ['never', 'leak', 'reclaim'],
    init: ['in-child', 'in-both'],
    threads: [2, 3],
  },
  sizes: { small: { threads: 2 }, full: { threads: 3 } },
  designs: {
    snapshot: {
      story:
        'The code as it is on Linux and Windows userland: a thread is counted out first and clears its id, wakes who joins ' +
        'it and walks its robust list afterwards. A spawn that fails drops the task, which counts it out.',
      knobs: snapshot,
      bugs: ['LB-12'],
      expect: {
        small: {
          verdict: 'violated',
          states: 5320,
          asleep: ['thread.findProcessEnding'],
          violations: {
            'a thread that has been counted out touches guest memory no more': 11,
            'a program that exec has loaded is touched by its own threads only': 26,
            'whoever waited for the process finds no thread that will touch its memory': 29,
          },
        },
        full: {
          verdict: 'violated',
          states: 253614,
          violations: {
            'a thread that has been counted out touches guest memory no more': 11,
            'a program that exec has loaded is touched by its own threads only': 26,
            'whoever waited for the process finds no thread that will touch its memory': 29,
          },
        },
      },
    },
    'snapshot-snp': {
      story:
        'The code as it is on SNP: the task has become a raw pointer when the host refuses, nobody drops it, and the ' +
        'thread that never was stays in the count. (That exec panics there once it has loaded its program, for want of a ' +
        'thread-local storage to clear, and that nobody calls wait_for_exit, is left out.)',
      knobs: { ...snapshot, refusal: 'leak' },
      bugs: ['LB-12', 'LB-22'],
      expect: {
        small: {
          verdict: 'violated',
          states: 5294,
          asleep: ['thread.findProcessEnding'],
          violations: {
            'a thread that has been counted out touches guest memory no more': 11,
            'a program that exec has loaded is touched by its own threads only': 26,
            'every thread that is counted runs or will be started': 7,
            'whoever waited for the process finds no thread that will touch its memory': 29,
            'a process that is being ended has no threads at last': 24,
            'an exec that waits for the other threads goes on': 17,
            'no deadlock': 17,
          },
        },
        full: {
          verdict: 'violated',
          states: 245431,
          violations: {
            'a thread that has been counted out touches guest memory no more': 11,
            'a program that exec has loaded is touched by its own threads only': 26,
            'every thread that is counted runs or will be started': 7,
            'whoever waited for the process finds no thread that will touch its memory': 29,
            'a process that is being ended has no threads at last': 24,
            'an exec that waits for the other threads goes on': 17,
            'no deadlock': 17,
          },
        },
      },
    },
    'detach-last': {
      story:
        'Pull request 1155: every access to guest memory comes before the thread is counted out. A refused thread is taken ' +
        'back by its parent, which a transfer of the task after the host has agreed comes to as well.',
      knobs: mended,
      bugs: ['LB-12', 'LB-22'],
      expect: {
        small: { verdict: 'holds', states: 3091, asleep: ['thread.findProcessEnding'] },
        full: { verdict: 'holds', states: 98027 },
      },
    },
    'detach-last-snp': {
      story: 'Pull request 1155 alone, on SNP: the refused thread is still counted for ever.',
      knobs: { ...mended, refusal: 'leak' },
      bugs: ['LB-22'],
      expect: {
        small: {
          verdict: 'violated',
          states: 3065,
          asleep: ['thread.findProcessEnding'],
          violations: {
            'every thread that is counted runs or will be started': 7,
            'a process that is being ended has no threads at last': 24,
            'an exec that waits for the other threads goes on': 17,
            'no deadlock': 17,
          },
        },
        full: {
          verdict: 'violated',
          states: 94842,
          violations: {
            'every thread that is counted runs or will be started': 7,
            'a process that is being ended has no threads at last': 24,
            'an exec that waits for the other threads goes on': 17,
            'no deadlock': 17,
          },
        },
      },
    },
    'detach-last-host-obeys': {
      story: 'Pull request 1155 on a host that never refuses a thread.',
      knobs: { ...mended, refusal: 'never' },
      expect: {
        small: { verdict: 'holds', states: 2999, asleep: ['thread.findProcessEnding'] },
        full: { verdict: 'holds', states: 90067 },
      },
    },
    'parent-initialises-too': {
      story:
        'As Linux does it, the parent prepares its child before clone returns, but the child, whose thread-local state ' +
        'only it can set, prepares itself as well.',
      knobs: { ...mended, init: 'in-both' },
      expect: {
        small: {
          verdict: 'violated',
          states: 3091,
          asleep: ['thread.findProcessEnding'],
          violations: { 'a thread that runs its guest has been initialised exactly once': 10 },
        },
        full: {
          verdict: 'violated',
          states: 98027,
          violations: { 'a thread that runs its guest has been initialised exactly once': 10 },
        },
      },
    },
  },
  build: (choice) =>
    processSystem({
      ...choice,
      attach: 'checked',
      asks: () => true,
      claims: (world) => [
        ...threadLifeSafety(world),
        ...threadRecords(world),
        aProcessEnds(world),
        anExecGoesOn(world),
        ...threadLifeWitnesses(world),
      ],
    }),
})
