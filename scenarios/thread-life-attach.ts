import { type Scenario, scenario } from '../checker/index.ts'
import type { GuestCall } from '../model/shim/thread-end-rules.ts'
import { anExecGoesOn, aProcessEnds, aWaiterSleeps, threadDoorClaims, threadDoorWitness } from '../properties/thread-life.ts'
import { threadRecords } from '../properties/thread-life-records.ts'
import { processSystem } from './thread-life/process.ts'

export const threadLifeAttach: Scenario = scenario({
  name: 'thread-life-attach',
  story:
    'A thread starts another while a third ends the process or replaces its program: does the new thread stay unborn, or ' +
    'is it told to exit with the others? Leaves out a host that refuses, and what thread-life claims.',
  knobs: { attach: ['checked', 'unchecked'], end: ['exit-group', 'exec'] },
  sizes: { small: {}, full: {} },
  designs: {
    'snapshot-exit-group': {
      story:
        'The code as it is: under the lock a parent looks whether the process is being ended, and a thread that was counted ' +
        'in before is in the list of those who are told, though it may have no handle to be interrupted by yet.',
      knobs: { attach: 'checked', end: 'exit-group' },
      expect: { small: { verdict: 'holds', states: 4093, asleep: ['thread.exit', 'thread.findItselfExiting'] } },
    },
    'snapshot-exec': {
      story: 'The same look, while another thread waits to be the only one.',
      knobs: { attach: 'checked', end: 'exec' },
      expect: { small: { verdict: 'holds', states: 10350, asleep: ['thread.exit', 'thread.findItselfExiting'] } },
    },
    'unchecked-exit-group': {
      story: 'Without the look: the new thread is told nothing, and nobody knows that it should be.',
      knobs: { attach: 'unchecked', end: 'exit-group' },
      expect: {
        small: {
          verdict: 'violated',
          states: 4920,
          asleep: ['thread.exit', 'thread.findItselfExiting'],
          violations: {
            'no thread is counted in while the process is being ended': 21,
            'a process that is being ended has no threads at last': 42,
          },
        },
      },
    },
    'unchecked-exec': {
      story: 'Without the look: the thread that replaces the program waits for one that nobody told to exit.',
      knobs: { attach: 'unchecked', end: 'exec' },
      expect: {
        small: {
          verdict: 'violated',
          states: 11130,
          asleep: ['thread.exit', 'thread.findItselfExiting'],
          violations: {
            'no thread is counted in while the process is being ended': 20,
            'an exec that waits for the other threads goes on': 38,
            'no deadlock': 37,
          },
        },
      },
    },
  },
  build: ({ attach, end }) => {
    const parts: Readonly<Record<string, readonly GuestCall[]>> = {
      thread0: ['CALL_CLONE'],
      thread1: end === 'exec' ? ['CALL_EXEC'] : ['CALL_EXIT_GROUP'],
      thread2: [],
    }
    return processSystem({
      threads: 3,
      attach,
      exit: 'detach-first',
      init: 'in-child',
      refusal: 'never',
      asks: (thread, call) => parts[thread]!.includes(call),
      claims: (world) => [
        ...threadDoorClaims(world),
        ...threadRecords(world),
        aWaiterSleeps([end === 'exec' ? 'thread1' : world.runner]),
        end === 'exec' ? anExecGoesOn(world) : aProcessEnds(world),
        threadDoorWitness(world),
      ],
    })
  },
})
