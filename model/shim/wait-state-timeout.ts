import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule } from '../../checker/index.ts'
import { sleeperOf } from './raw-mutex.ts'
import type { waitCall } from './wait-state-wait.ts'

/*
 * The deadline of a wait, and how it ends a sleep.
 *
 * Models: `litebox/src/event/wait.rs: WaitContext::with_deadline` and the timeout that it gives to the host. Once the
 * deadline has passed, the host may end the sleep at any later time.
 *
 * Leaves out: how long anything takes, and how the platforms pass a timeout on (`timed-block.ts`).
 */

/** Time has one duty here: to pass. */
export const deadline = setup({ types: { events: {} as { type: 'PASS' } } }).createMachine({
  id: 'deadline',
  initial: 'ahead',
  states: { ahead: { on: { PASS: 'passed' } }, passed: {} },
})

export const deadlineOf = (thread: string): CellOf<typeof deadline> => cell(`deadline.${thread}`, deadline)

interface TimedWaits {
  readonly threads: readonly string[]
  readonly call: (thread: string) => CellOf<typeof waitCall>
}

export const timeouts = ({ threads, call }: TimedWaits): readonly Rule[] => [
  rule(
    'deadline.pass',
    { thread: threads },
    {
      kind: 'environment',
      source: 'litebox/src/platform/mod.rs: TimeProvider::now',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ deadline: deadlineOf(thread) }),
    },
  ).does({
    when: { ahead: ({ deadline }) => deadline.value === 'ahead' },
    events: () => ({ deadline: { type: 'PASS' } }),
  }),
  rule(
    'sleeper.timeOut',
    { thread: threads },
    {
      kind: 'environment',
      source: 'litebox/src/platform/mod.rs: RawMutex::block_or_timeout',
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ deadline: deadlineOf(thread), call: call(thread) }),
      sends: ({ thread }) => ({ sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: {
      waits: ({ call }) => call.value === 'sleeping',
      asleep: ({ sleeper }) => sleeper.value === 'asleep',
      passed: ({ deadline }) => deadline.value === 'passed',
    },
    events: () => ({ sleeper: { type: 'TIME_OUT' } }),
  }),
  rule(
    'wait.timeOut',
    { thread: threads },
    {
      source: 'litebox/src/event/wait.rs: WaitContext::commit_wait',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ call: call(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: { asleep: ({ call }) => call.value === 'sleeping', timedOut: ({ sleeper }) => sleeper.value === 'timedOut' },
    events: () => ({ call: { type: 'EXPIRED' }, sleeper: { type: 'RESUME' } }),
  }),
]
