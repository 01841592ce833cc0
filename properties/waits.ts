import { always, type CellOf, leadsTo, type Property, sometimes } from '../checker/index.ts'
import { loaded, type Memory } from '../model/platform/memory-order.ts'
import { held, type Word } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import { threadState } from '../model/shim/wait-state.ts'
import type { waitCall } from '../model/shim/wait-state-wait.ts'
import type { wakeCall } from '../model/shim/wait-state-wake.ts'

/** Threads that wait, each for a condition of its own, and those who call them. */
export interface WaitWorld {
  readonly threads: readonly string[]
  readonly callers: readonly string[]
  readonly wait: (thread: string) => CellOf<typeof waitCall>
  readonly wake: (caller: string) => CellOf<typeof wakeCall>
  readonly condition: (thread: string) => Word<boolean>
}

/** No wake-up is lost, as a claim about single states: it needs no fairness, and a spurious wake does not hide it. */
export const nobodyOversleeps = ({ threads, callers, wake, condition }: WaitWorld): Property =>
  always(
    'nobody sleeps while its condition holds and no wake is coming',
    { thread: threads },
    {
      reads: ({ thread }) => ({ sleeper: sleeperOf(thread), condition: condition(thread).cell, calls: callers.map(wake) }),
      holds: (at, { thread }) =>
        !(
          at.sleeper.value === 'asleep' &&
          at.sleeper.context.word === threadState(thread).name &&
          held(condition(thread), at.condition) &&
          at.calls.every((call) => call.context.thread !== thread)
        ),
    },
  )

/** Asserted by `wait_until` when it starts; the thread sees its own stores before memory does. */
export const theWordSaysWhetherAThreadWaits = ({
  threads,
  wait,
  memory,
}: Pick<WaitWorld, 'threads' | 'wait'> & { readonly memory: Memory }): Property =>
  always(
    'the word of a thread says whether it waits',
    { thread: threads },
    {
      reads: ({ thread }) => ({ call: wait(thread), ports: memory.loadPorts(thread, threadState(thread)) }),
      holds: ({ call, ports }, { thread }) => {
        const says = loaded(threadState(thread), ports)
        if (call.value === 'committing' || call.value === 'sleeping') return says === 'waiting' || says === 'woken'
        return (call.value !== 'idle' && call.value !== 'returned') || says === 'runningInHost'
      },
    },
  )

export const aMetConditionEndsTheWait = ({ threads, wait, condition }: WaitWorld): Property =>
  leadsTo(
    'a thread whose condition holds leaves its wait',
    { thread: threads },
    {
      reads: ({ thread }) => ({ call: wait(thread), condition: condition(thread).cell }),
      from: (at, { thread }) => held(condition(thread), at.condition),
      to: ({ call }) => call.value === 'returned',
    },
  )

export const aThreadSleepsAndIsWoken = ({ threads }: WaitWorld): Property =>
  sometimes(
    'a thread has slept and is woken',
    { thread: threads },
    {
      reads: ({ thread }) => ({ sleeper: sleeperOf(thread) }),
      holds: ({ sleeper }, { thread }) => sleeper.value === 'woken' && sleeper.context.word === threadState(thread).name,
    },
  )

export const aWaitEnds = ({ threads, wait }: WaitWorld, result: 'ready' | 'timedOut' | 'interrupted'): Property =>
  sometimes(
    { ready: 'a wait ends because its condition holds', timedOut: 'a wait times out', interrupted: 'a wait is interrupted' }[
      result
    ],
    { thread: threads },
    {
      reads: ({ thread }) => ({ call: wait(thread) }),
      holds: ({ call }) => call.value === 'returned' && call.context.result === result,
    },
  )

/** The thread has seen its condition on its own, and the call to the host finds nobody asleep. */
export const aWakeIsLostHarmlessly = ({ threads, callers, wait, wake }: WaitWorld): Property =>
  sometimes(
    'a wake finds the thread awake',
    { thread: threads, caller: callers },
    {
      reads: ({ thread, caller }) => ({ wait: wait(thread), wake: wake(caller) }),
      holds: ({ wait, wake }, { thread }) =>
        wait.value === 'returned' && wake.value === 'waking' && wake.context.thread === thread,
    },
  )
