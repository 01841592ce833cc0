import { always, finalWhen, leadsTo, type Scenario, scenario, sometimes, system } from '../checker/index.ts'
import { memory } from '../model/platform/memory-order.ts'
import { doneOf, futexWaitOf, futexWakeOf } from '../model/shim/futex.ts'
import { childCell, childThread, joinRules, parentOf, parentThread, tid } from '../model/shim/futex-join.ts'
import { bucket, entryOf } from '../model/shim/futex-loan.ts'
import { takeBackRules } from '../model/shim/futex-loan-rules.ts'
import { futexWaitRules } from '../model/shim/futex-wait-rules.ts'
import { futexWakeRules } from '../model/shim/futex-wake-rules.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import { threadState } from '../model/shim/wait-state.ts'
import { waitCallOf } from '../model/shim/wait-state-wait.ts'
import { waitRules } from '../model/shim/wait-state-wait-rules.ts'
import { wakeCallOf } from '../model/shim/wait-state-wake.ts'
import { wakeFence, wakeRules } from '../model/shim/wait-state-wake-rules.ts'
import { nobodySleepsThroughTheWake } from '../properties/futex.ts'
import { aLoanEndsEarly, anOwnerWaitsForItsLoan, futexEntryProperties } from '../properties/futex-entries.ts'
import { aThreadSleepsAndIsWoken, nobodyOversleeps } from '../properties/waits.ts'

export const futexWakeJoin: Scenario = scenario({
  name: 'futex-wake-join',
  story:
    'Does a parent that joins a thread return once the thread has gone? The parent writes the id of the thread, the thread ' +
    'clears it on its way out and wakes the futex there, and both are the same word. Leaves out everything else of exit.',
  knobs: { memory: ['sc', 'tso'], spawn: ['write-first', 'spawn-first', 'gated'], fence: ['none', 'full'] },
  sizes: { small: {}, full: {} },
  designs: {
    'snapshot-sc': {
      story: 'The code as it is, on a machine without store buffers: the id is written before the thread exists.',
      knobs: { memory: 'sc', spawn: 'write-first', fence: 'none' },
      bugs: ['LB-23'],
      expect: { small: { verdict: 'holds', states: 149 } },
    },
    'snapshot-tso': {
      story: 'The code as it is, on x86: the order is right, and the wake-up of the parent is lost in the store buffer.',
      knobs: { memory: 'tso', spawn: 'write-first', fence: 'none' },
      bugs: ['LB-13'],
      expect: {
        small: {
          verdict: 'violated',
          states: 234,
          violations: {
            'nobody sleeps while its condition holds and no wake is coming': 15,
            'a parent joins a thread that has exited': 16,
            'no deadlock': 16,
          },
        },
      },
    },
    'snapshot-fence-tso': {
      story: 'The order of the code as it is, and a full fence in the waker, on x86.',
      knobs: { memory: 'tso', spawn: 'write-first', fence: 'full' },
      bugs: ['LB-23', 'LB-13'],
      expect: { small: { verdict: 'holds', states: 231 } },
    },
    'spawn-first-sc': {
      story: 'Before pull request 366: the thread may have cleared its id before the parent writes it.',
      knobs: { memory: 'sc', spawn: 'spawn-first', fence: 'none' },
      bugs: ['LB-23'],
      expect: {
        small: {
          verdict: 'violated',
          states: 252,
          violations: {
            'no waiter sleeps unselected when a wake for all has returned': 10,
            'a parent joins a thread that has exited': 10,
            'no deadlock': 10,
          },
        },
      },
    },
    'spawn-first-fence-tso': {
      story: 'The same on x86, where the fence in the waker does not help.',
      knobs: { memory: 'tso', spawn: 'spawn-first', fence: 'full' },
      bugs: ['LB-23'],
      expect: {
        small: {
          verdict: 'violated',
          states: 398,
          violations: {
            'no waiter sleeps unselected when a wake for all has returned': 12,
            'a parent joins a thread that has exited': 12,
            'no deadlock': 12,
          },
        },
      },
    },
    'gated-sc': {
      story: 'Pull request 366: the thread waits at a gate until the parent has written the id.',
      knobs: { memory: 'sc', spawn: 'gated', fence: 'none' },
      bugs: ['LB-23'],
      expect: { small: { verdict: 'holds', states: 150 } },
    },
    'gated-fence-tso': {
      story: 'The gate, and a full fence in the waker, on x86: to open the gate empties the store buffer.',
      knobs: { memory: 'tso', spawn: 'gated', fence: 'full' },
      bugs: ['LB-23', 'LB-13'],
      expect: { small: { verdict: 'holds', states: 232 } },
    },
  },
  build: ({ memory: order, spawn, fence }) => {
    const threads = [parentThread]
    const callers = [childThread]
    const parent = parentOf(spawn)
    const wait = (thread: string) => waitCallOf(thread, { timed: false, interruptible: false, announcesLast: false })
    const wake = (caller: string) => wakeCallOf(caller, 'wake', fence === 'full')
    const shared = memory({
      order,
      cores: [parentThread, childThread],
      // One entry more than any thread stores in a row: the bound is never hit.
      capacity: 4,
      words: [tid, ...threads.flatMap((thread) => [threadState(thread), doneOf(thread), entryOf(thread)])],
    })
    const calls = { memory: shared, callers, threads, call: wake }
    const waits = { threads, callers, wait, wake, condition: doneOf }
    return system({
      cells: [
        parent,
        childCell,
        bucket,
        futexWaitOf(parentThread),
        futexWakeOf(childThread),
        wait(parentThread),
        wake(childThread),
        sleeperOf(parentThread),
        ...shared.cells,
      ],
      rules: [
        ...joinRules(shared, spawn, parent),
        ...futexWaitRules({ memory: shared, threads, futexWord: tid, expected: 1, comparison: 'after-insertion', wait }),
        ...waitRules({ memory: shared, threads, call: wait, announcement: 'exchange', condition: doneOf, timed: false }),
        ...takeBackRules(shared, threads),
        ...futexWakeRules({ memory: shared, wakers: callers, threads, count: 1, fits: () => true, call: wake }),
        ...(fence === 'full' ? [wakeFence(calls)] : []),
        ...wakeRules(calls),
        ...shared.rules,
      ],
      properties: [
        nobodyOversleeps(waits),
        nobodySleepsThroughTheWake({ threads, waker: childThread, reportsLateWakes: false }),
        ...futexEntryProperties({
          memory: shared,
          threads,
          fitting: threads,
          waker: childThread,
          futexWord: tid,
          expected: 1,
          wait,
          wake,
        }),
        always(
          'a parent joins nobody but a thread that has exited',
          {},
          {
            reads: () => ({ parent, child: childCell }),
            holds: ({ parent, child }) => parent.value !== 'joined' || child.value === 'exiting',
          },
        ),
        leadsTo(
          'a parent joins a thread that has exited',
          {},
          {
            reads: () => ({ parent, child: childCell }),
            from: ({ child }) => child.value === 'exiting',
            to: ({ parent }) => parent.value === 'joined',
          },
        ),
        aThreadSleepsAndIsWoken(waits),
        anOwnerWaitsForItsLoan({ threads }),
        aLoanEndsEarly({ threads }),
        sometimes(
          'a parent finds the id cleared at once',
          {},
          {
            reads: () => ({ parent, wait: futexWaitOf(parentThread) }),
            holds: ({ parent, wait }) => parent.value === 'joined' && wait.value === 'idle',
          },
        ),
      ],
      final: finalWhen(
        {},
        {
          reads: () => ({ parent, wake: futexWakeOf(childThread) }),
          holds: ({ parent, wake }) => parent.value === 'joined' && wake.value === 'returned',
        },
      ),
      bounds: shared.bounds,
    })
  },
})
