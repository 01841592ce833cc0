import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { drained, loaded, type Memory } from '../platform/memory-order.ts'
import { held, stored, type Word } from '../platform/shared-word.ts'
import { sleeperOf } from './raw-mutex.ts'
import { threadState } from './wait-state.ts'
import { deadlineOf, timeouts } from './wait-state-timeout.ts'
import type { waitCall } from './wait-state-wait.ts'

/*
 * The steps of a thread that waits; `wait-state-wait.ts` is its chart and says what is modelled.
 *
 * Models beside the source's exchange: an announcement by a plain store. Leaves out: what the chart leaves out.
 */

export interface Waits {
  readonly memory: Memory
  /** The threads that wait, each on the core of its name. */
  readonly threads: readonly string[]
  readonly call: (thread: string) => CellOf<typeof waitCall>
  /** How the thread announces itself: in the source an exchange, which passes the store buffer. */
  readonly announcement: 'exchange' | 'store'
  readonly condition: (thread: string) => Word<boolean>
  /** What may cut the wait short, where it is interruptible. */
  readonly interrupt?: (thread: string) => Word<boolean>
  /** Whether the waits have deadlines. */
  readonly timed: boolean
}

export const waitRules = (waits: Waits): readonly Rule[] => [
  waits.announcement === 'exchange' ? announce(waits) : announceByStore(waits),
  ...checks(waits),
  ...sleeps(waits),
  ...(waits.timed ? timeouts(waits) : []),
]

const source = 'litebox/src/event/wait.rs'

const announce = ({ memory: { fencePorts }, threads, call }: Waits): Rule =>
  rule(
    'wait.announce',
    { thread: threads },
    {
      source: `${source}: WaitContext::start_wait`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread) }),
      sends: ({ thread }) => ({ call: call(thread), state: threadState(thread).cell }),
    },
  ).does({
    when: { atAnnouncement: ({ call }) => call.value === 'announcing', drained: ({ own }) => drained(own) },
    events: (_, { thread }) => ({ call: { type: 'ANNOUNCED' }, state: stored(threadState(thread), 'waiting') }),
  })

const announceByStore = ({ memory: { storePort }, threads, call }: Waits): Rule =>
  rule(
    'wait.announce',
    { thread: threads },
    {
      source: `${source}: WaitContext::start_wait`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ call: call(thread), port: storePort(thread, threadState(thread)) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { atAnnouncement: ({ call }) => call.value === 'announcing' },
    events: (_, { thread }) => ({ call: { type: 'ANNOUNCED' }, port: stored(threadState(thread), 'waiting') }),
  })

const checks = ({ memory: { loadPorts }, threads, call, condition, interrupt, timed }: Waits): readonly Rule[] => [
  rule(
    'wait.checkCondition',
    { thread: threads },
    {
      source: `${source}: WaitContext::wait_until`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ ports: loadPorts(thread, condition(thread)) }),
      sends: ({ thread }) => ({ call: call(thread) }),
    },
  ).does({
    when: { atCondition: ({ call }) => call.value === 'checkingCondition' },
    events: ({ ports }, { thread }) => ({ call: { type: loaded(condition(thread), ports) ? 'READY' : 'UNREADY' } }),
  }),
  ...(timed
    ? [
        rule(
          'wait.checkDeadline',
          { thread: threads },
          {
            source: `${source}: WaitContext::commit_wait`,
            actor: ({ thread }) => thread,
            sees: ({ thread }) => ({ deadline: deadlineOf(thread) }),
            sends: ({ thread }) => ({ call: call(thread) }),
          },
        ).does({
          when: { atDeadline: ({ call }) => call.value === 'checkingDeadline' },
          events: ({ deadline }) => ({ call: { type: deadline.value === 'passed' ? 'EXPIRED' : 'UNEXPIRED' } }),
        }),
      ]
    : []),
  ...(interrupt
    ? [
        rule(
          'wait.checkInterrupt',
          { thread: threads },
          {
            source: `${source}: WaitContext::commit_wait`,
            actor: ({ thread }) => thread,
            sees: ({ thread }) => ({ ports: loadPorts(thread, interrupt(thread)) }),
            sends: ({ thread }) => ({ call: call(thread) }),
          },
        ).does({
          when: { atInterrupt: ({ call }) => call.value === 'checkingInterrupt' },
          events: ({ ports }, { thread }) => ({
            call: { type: loaded(interrupt(thread), ports) ? 'INTERRUPTED' : 'UNINTERRUPTED' },
          }),
        }),
      ]
    : []),
]

const sleeps = ({ memory: { storePort, fencePorts }, threads, call }: Waits): readonly Rule[] => [
  rule(
    'wait.sleep',
    { thread: threads },
    {
      source: 'litebox/src/platform/mod.rs: RawMutex::block',
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), state: threadState(thread).cell }),
      sends: ({ thread }) => ({ call: call(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: {
      atCommitment: ({ call }) => call.value === 'committing',
      drained: ({ own }) => drained(own),
      untouched: ({ state }, { thread }) => held(threadState(thread), state) === 'waiting',
    },
    events: (_, { thread }) => ({
      call: { type: 'FELL_ASLEEP' },
      sleeper: { type: 'SLEEP', word: threadState(thread).name },
    }),
  }),
  rule(
    'wait.stayAwake',
    { thread: threads },
    {
      source: 'litebox/src/platform/mod.rs: ImmediatelyWokenUp',
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), state: threadState(thread).cell }),
      sends: ({ thread }) => ({ call: call(thread) }),
    },
  ).does({
    when: {
      atCommitment: ({ call }) => call.value === 'committing',
      drained: ({ own }) => drained(own),
      touched: ({ state }, { thread }) => held(threadState(thread), state) !== 'waiting',
    },
    events: () => ({ call: { type: 'TRY_AGAIN' } }),
  }),
  rule(
    'wait.wakeUp',
    { thread: threads },
    {
      source: 'litebox/src/platform/mod.rs: UnblockedOrTimedOut::Unblocked',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ call: call(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: { asleep: ({ call }) => call.value === 'sleeping', woken: ({ sleeper }) => sleeper.value === 'woken' },
    events: () => ({ call: { type: 'TRY_AGAIN' }, sleeper: { type: 'RESUME' } }),
  }),
  rule(
    'wait.leave',
    { thread: threads },
    {
      source: `${source}: WaitContext::end_wait`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ call: call(thread), port: storePort(thread, threadState(thread)) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { atEnd: ({ call }) => call.value === 'leaving' },
    events: (_, { thread }) => ({ call: { type: 'LEFT' }, port: stored(threadState(thread), 'runningInHost') }),
  }),
]
