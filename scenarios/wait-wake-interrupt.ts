import { finalWhen, type Scenario, scenario, system, weak } from '../checker/index.ts'
import { memory } from '../model/platform/memory-order.ts'
import { word } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import { threadState } from '../model/shim/wait-state.ts'
import { exitGroupCell, exitingOf, postExit } from '../model/shim/wait-state-exit.ts'
import { guestInterruptOf, guestThreadOf } from '../model/shim/wait-state-guest.ts'
import { guestRules } from '../model/shim/wait-state-guest-rules.ts'
import { waitCallOf } from '../model/shim/wait-state-wait.ts'
import { waitRules } from '../model/shim/wait-state-wait-rules.ts'
import { wakeCallOf } from '../model/shim/wait-state-wake.ts'
import { wakeFence, wakeRules } from '../model/shim/wait-state-wake-rules.ts'
import { aThreadSleepsAndIsWoken, aWaitEnds } from '../properties/waits.ts'
import { theHostKnowsItsCallers, theHostSleepsOnWhatItWasTold } from '../properties/waits-host.ts'
import {
  anInterruptComesLate,
  anInterruptIsTakenOnce,
  anInterruptReachesAGuest,
  aPostedInterruptIsObserved,
  aThreadIsToldOnce,
  everyCallIsMade,
  nobodySleepsPastItsInterrupt,
  noGuestRunsPastItsInterrupt,
  theWordSaysWhereAThreadIs,
} from '../properties/waits-interrupt.ts'

const killer = 'killer'
/** Nothing ever happens that the threads wait for. */
const never = word<boolean>('never', false)

/** What the source does, but for the memory that it runs on. */
const snapshot = { entry: 'announce-first', fence: 'none' } as const

export const waitWakeInterrupt: Scenario = scenario({
  name: 'wait-wake-interrupt',
  story:
    'Does a thread that is told to exit always notice, whether it waits, runs its guest or is on the way between? The ' +
    'guest never comes back by itself unless it likes to. Leaves out how a platform delivers its interrupt.',
  knobs: {
    memory: ['sc', 'tso'],
    entry: ['announce-first', 'check-first'],
    fence: ['none', 'full'],
    threads: [1, 2],
  },
  sizes: { small: { threads: 1 }, full: { threads: 2 } },
  designs: {
    'snapshot-sc': {
      story: 'The code as it is, on a machine without store buffers.',
      knobs: { ...snapshot, memory: 'sc' },
      bugs: ['LB-13'],
      expect: { small: { verdict: 'holds', states: 129 }, full: { verdict: 'holds', states: 6169 } },
    },
    'snapshot-tso': {
      story:
        'The code as it is, on x86: the one who interrupts sees a thread in the host and leaves it alone, while the flag ' +
        'that tells the thread to exit still sits in the store buffer.',
      knobs: { ...snapshot, memory: 'tso' },
      bugs: ['LB-13'],
      expect: {
        small: {
          verdict: 'violated',
          states: 233,
          violations: {
            'no guest runs on while its thread must exit and no interrupt is coming': 6,
            'nobody sleeps on while it must exit and no interrupt is coming': 8,
            'a thread that must exit leaves its guest for good': 7,
            'no deadlock': 7,
          },
          vacuous: ['fairness of thread0.drain never mattered'],
        },
        full: {
          verdict: 'violated',
          states: 18108,
          violations: {
            'no guest runs on while its thread must exit and no interrupt is coming': 6,
            'nobody sleeps on while it must exit and no interrupt is coming': 8,
            'a thread that must exit leaves its guest for good': 13,
            'no deadlock': 14,
          },
        },
      },
    },
    'fence-sc': {
      story: 'A full fence before the word of the thread is looked at; it costs nothing where it is not needed.',
      knobs: { ...snapshot, memory: 'sc', fence: 'full' },
      bugs: ['LB-13'],
      expect: { small: { verdict: 'holds', states: 147 } },
    },
    'fence-tso': {
      story: 'A full fence before the word of the thread is looked at, on x86.',
      knobs: { ...snapshot, memory: 'tso', fence: 'full' },
      bugs: ['LB-13'],
      expect: {
        small: {
          verdict: 'holds',
          states: 219,
          vacuous: ['fairness of thread0.drain never mattered'],
        },
        full: { verdict: 'holds', states: 15001 },
      },
    },
    'check-first-sc': {
      story: 'The thread looks at the flag first and announces afterwards that it runs the guest.',
      knobs: { ...snapshot, memory: 'sc', entry: 'check-first', fence: 'full' },
      expect: {
        small: {
          verdict: 'violated',
          states: 130,
          violations: {
            'no guest runs on while its thread must exit and no interrupt is coming': 6,
            'a thread that must exit leaves its guest for good': 7,
          },
        },
      },
    },
  },
  build: ({ memory: order, entry, fence, threads: count }) => {
    const threads = ['thread0', 'thread1'].slice(0, count)
    const callers = [killer]
    const wait = (thread: string) => waitCallOf(thread, { timed: false, interruptible: true, announcesLast: false })
    const wake = (caller: string) => wakeCallOf(caller, 'interrupt', fence === 'full')
    const guest = (thread: string) => guestThreadOf(thread, entry === 'check-first')
    // One entry more than the killer ever stores in a row: the bound is never hit.
    const shared = memory({
      order,
      capacity: count + 1,
      cores: [...threads, killer],
      words: [never, ...threads.flatMap((thread) => [threadState(thread), exitingOf(thread)])],
    })
    const calls = { memory: shared, callers, threads, call: wake }
    const interrupts = { threads, caller: killer, guest, wake, exiting: exitingOf }
    const waits = { threads, callers, wait, wake, condition: () => never }
    return system({
      cells: [
        exitGroupCell,
        ...callers.map(wake),
        ...threads.flatMap((thread) => [guest(thread), guestInterruptOf(thread), wait(thread), sleeperOf(thread)]),
        ...shared.cells,
      ],
      rules: [
        postExit({ memory: shared, killer, threads, call: wake(killer) }),
        ...(fence === 'full' ? [wakeFence(calls)] : []),
        ...wakeRules(calls),
        ...guestRules({ memory: shared, threads, callers, guest, wait, call: wake, exiting: exitingOf }),
        ...waitRules({
          memory: shared,
          threads,
          call: wait,
          announcement: 'exchange',
          condition: () => never,
          interrupt: exitingOf,
          timed: false,
        }),
        ...shared.rules,
      ],
      properties: [
        noGuestRunsPastItsInterrupt(interrupts),
        nobodySleepsPastItsInterrupt({ ...interrupts, callers }),
        aPostedInterruptIsObserved(interrupts),
        everyCallIsMade(interrupts),
        aThreadIsToldOnce(interrupts),
        anInterruptIsTakenOnce({ threads, by: 'guest.takeInterrupt' }),
        theWordSaysWhereAThreadIs({ ...interrupts, memory: shared }),
        theHostKnowsItsCallers(threads, (thread) => [wait(thread)], ['sleeping']),
        theHostSleepsOnWhatItWasTold(threads, ['wait.sleep', 'wait.stayAwake'], threadState, 'waiting'),
        aThreadSleepsAndIsWoken(waits),
        aWaitEnds(waits, 'interrupted'),
        anInterruptReachesAGuest(interrupts),
        anInterruptComesLate(interrupts),
      ],
      final: finalWhen(
        { thread: threads },
        {
          reads: ({ thread }) => ({ guest: guest(thread) }),
          holds: ({ guest }) => guest.value === 'terminated',
        },
      ),
      fairness: [...threads, killer].map((actor) => weak({ actor })).concat(shared.fairness),
      bounds: shared.bounds,
    })
  },
})
