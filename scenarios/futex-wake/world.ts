import { finalWhen, type Rule, rule, type System, system } from '../../checker/index.ts'
import { type Memory, memory } from '../../model/platform/memory-order.ts'
import { held, stored, word } from '../../model/platform/shared-word.ts'
import { doneOf, futexWaitOf, futexWakeOf } from '../../model/shim/futex.ts'
import { bucket, entryOf } from '../../model/shim/futex-loan.ts'
import { takeBackRules } from '../../model/shim/futex-loan-rules.ts'
import { futexWaitRules } from '../../model/shim/futex-wait-rules.ts'
import { futexWakeRules } from '../../model/shim/futex-wake-rules.ts'
import { sleeperOf } from '../../model/shim/raw-mutex.ts'
import { threadState } from '../../model/shim/wait-state.ts'
import { exitGroupCell, exitingOf, postExit } from '../../model/shim/wait-state-exit.ts'
import { deadlineOf } from '../../model/shim/wait-state-timeout.ts'
import { waitCallOf } from '../../model/shim/wait-state-wait.ts'
import { waitRules } from '../../model/shim/wait-state-wait-rules.ts'
import { wakeCallOf } from '../../model/shim/wait-state-wake.ts'
import { wakeFence, wakeRules } from '../../model/shim/wait-state-wake-rules.ts'
import {
  aCountedWaiterWasWoken,
  anUnfitWaiterStays,
  aSelectedWaiterReturns,
  aWaitReports,
  nobodySleepsThroughTheWake,
} from '../../properties/futex.ts'
import { aLoanEndsEarly, anOwnerWaitsForItsLoan, futexEntryProperties } from '../../properties/futex-entries.ts'
import { aThreadSleepsAndIsWoken, nobodyOversleeps } from '../../properties/waits.ts'
import { aThreadIsToldOnce, nobodySleepsPastItsInterrupt } from '../../properties/waits-interrupt.ts'

const [waker, killer] = ['waker', 'killer']
const futexWord = word<number>('futex', 0)

/** The guest's thread asks for the wait as soon as it likes. */
const beginWait = (threads: readonly string[]): Rule =>
  rule(
    'guest.wait',
    { thread: threads },
    {
      source: 'litebox_shim_linux/src/syscalls/process.rs: Task::sys_futex',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ self: futexWaitOf(thread) }),
    },
  ).does({
    when: { idle: ({ self }) => self.value === 'idle' },
    events: () => ({ self: { type: 'CALL' } }),
  })

/** The guest's other thread changes the word with a plain store and asks for the wake. */
const changeAndWake = ({ storePort }: Memory): Rule =>
  rule(
    'guest.changeAndWake',
    {},
    {
      source: 'litebox_shim_linux/src/syscalls/process.rs: Task::sys_futex',
      actor: () => waker,
      sends: () => ({ self: futexWakeOf(waker), port: storePort(waker, futexWord) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { idle: ({ self }) => self.value === 'idle' },
    events: () => ({ self: { type: 'CALL' }, port: stored(futexWord, 1) }),
  })

export interface FutexKnobs {
  readonly memory: 'sc' | 'tso'
  readonly fence: 'none' | 'full'
  readonly comparison: 'after-insertion' | 'under-lock' | 'before-insertion'
  readonly lateWakes: 'lost' | 'reported'
  readonly disturbance: 'none' | 'deadline' | 'exit'
  readonly wakes: 'one' | 'all' | 'second-bit' | 'second-bit-ignored'
  readonly waiters: 1 | 2
}

/** One thread changes the futex word and wakes; one or two wait. */
export function build(knobs: FutexKnobs): System {
  const threads = ['thread0', 'thread1'].slice(0, knobs.waiters)
  const timed = knobs.disturbance === 'deadline'
  const interruptible = knobs.disturbance === 'exit'
  const callers = interruptible ? [waker, killer] : [waker]
  const wait = (thread: string) => waitCallOf(thread, { timed, interruptible, announcesLast: false })
  const wake = (caller: string) => wakeCallOf(caller, caller === killer ? 'interrupt' : 'wake', knobs.fence === 'full')
  const shared = memory({
    order: knobs.memory,
    cores: [...threads, ...callers],
    // One entry more than any thread stores in a row: the bound is never hit.
    capacity: 4,
    words: [
      futexWord,
      ...threads.flatMap((thread) => [threadState(thread), doneOf(thread), entryOf(thread)]),
      ...(interruptible ? threads.map(exitingOf) : []),
    ],
  })
  const fits = (thread: string): boolean => knobs.wakes === 'one' || knobs.wakes === 'all' || thread === 'thread1'
  const selects = knobs.wakes === 'second-bit-ignored' ? () => true : fits
  const [fitting, unfit] = [threads.filter(fits), threads.filter((thread) => !fits(thread))]
  const count = knobs.wakes === 'one' ? 1 : threads.length
  const world = { threads, waker, reportsLateWakes: knobs.lateWakes === 'reported' }
  const calls = { memory: shared, callers, threads, call: wake }
  const waits = { threads, callers, wait, wake, condition: doneOf }
  const told = threads.slice(0, 1)
  const interrupts = { threads: told, callers, wake, exiting: exitingOf }
  return system({
    cells: [
      bucket,
      futexWakeOf(waker),
      ...callers.map(wake),
      ...(interruptible ? [exitGroupCell] : []),
      ...threads.flatMap((thread) => [futexWaitOf(thread), wait(thread), sleeperOf(thread)]),
      ...(timed ? threads.map(deadlineOf) : []),
      ...shared.cells,
    ],
    rules: [
      beginWait(threads),
      ...futexWaitRules({ memory: shared, threads, futexWord, expected: 0, comparison: knobs.comparison, wait }),
      ...waitRules({
        memory: shared,
        threads,
        call: wait,
        announcement: 'exchange',
        condition: doneOf,
        ...(interruptible ? { interrupt: exitingOf } : {}),
        timed,
      }),
      ...takeBackRules(shared, threads),
      changeAndWake(shared),
      ...futexWakeRules({ memory: shared, wakers: [waker], threads, count, fits: selects, call: wake }),
      ...(knobs.fence === 'full' ? [wakeFence(calls)] : []),
      ...wakeRules(calls),
      ...(interruptible ? [postExit({ memory: shared, killer, threads: told, call: wake(killer) })] : []),
      ...shared.rules,
    ],
    properties: [
      nobodyOversleeps(waits),
      aCountedWaiterWasWoken(world),
      ...(count >= fitting.length ? [nobodySleepsThroughTheWake({ ...world, threads: fitting })] : []),
      ...(unfit.length > 0 ? [anUnfitWaiterStays(unfit)] : []),
      ...futexEntryProperties({ memory: shared, threads, fitting, waker, futexWord, expected: 0, wait, wake }),
      ...(fitting.length > 0
        ? [
            aSelectedWaiterReturns({ ...world, threads: fitting }),
            aThreadSleepsAndIsWoken({ ...waits, threads: fitting }),
            anOwnerWaitsForItsLoan({ threads: fitting }),
            aLoanEndsEarly({ threads: fitting }),
            aWaitReports({ ...world, threads: fitting }, 'woken'),
          ]
        : []),
      aWaitReports(world, 'mismatched'),
      ...(timed ? [aWaitReports(world, 'timedOut')] : []),
      ...(interruptible
        ? [
            nobodySleepsPastItsInterrupt(interrupts),
            aThreadIsToldOnce(interrupts),
            aWaitReports({ ...world, threads: told }, 'interrupted'),
          ]
        : []),
    ],
    // Whoever was not selected sleeps on by right.
    final: finalWhen(
      { thread: threads },
      {
        reads: ({ thread }) => ({
          wake: futexWakeOf(waker),
          calls: callers.map(wake),
          wait: futexWaitOf(thread),
          sleeper: sleeperOf(thread),
          entry: entryOf(thread).cell,
        }),
        holds: ({ wake, calls, wait, sleeper, entry }, { thread }) =>
          wake.value === 'returned' &&
          calls.every((call) => call.value === 'returned' || call.value === 'idle') &&
          (wait.value === 'returned' || (sleeper.value === 'asleep' && held(entryOf(thread), entry) === 'inserted')),
      },
    ),
    bounds: shared.bounds,
  })
}
