import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { drained, loaded, type Memory } from '../platform/memory-order.ts'
import { held, stored } from '../platform/shared-word.ts'
import { sleeperOf } from './raw-mutex.ts'
import { threadState } from './wait-state.ts'
import { changeOf, type wakeCall } from './wait-state-wake.ts'

/*
 * The steps of a thread that calls another; `wait-state-wake.ts` is its chart and says what is modelled.
 *
 * Leaves out: the last step of an interrupt that finds the guest running, which is in `wait-state-guest-rules.ts`.
 */

export interface Wakes {
  readonly memory: Memory
  /** Who calls, each on the core of its name, and who may be called. */
  readonly callers: readonly string[]
  readonly threads: readonly string[]
  readonly call: (caller: string) => CellOf<typeof wakeCall>
}

const source = 'litebox/src/event/wait.rs: WaitStateInner::wake, ThreadHandle::interrupt'

/** The steps of `wake`, and of `interrupt` up to the platform's interrupt. */
export const wakeRules = ({ memory: { loadPorts, fencePorts }, callers, threads, call }: Wakes): readonly Rule[] => [
  rule(
    'wake.look',
    { caller: callers, thread: threads },
    {
      source,
      actor: ({ caller }) => caller,
      sees: ({ caller, thread }) => ({ ports: loadPorts(caller, threadState(thread)) }),
      sends: ({ caller }) => ({ call: call(caller) }),
    },
  ).does({
    when: {
      atLook: ({ call }) => call.value === 'looking',
      callsThis: ({ call }, { thread }) => call.context.thread === thread,
    },
    events: ({ ports }, { thread }) => ({ call: { type: 'SEE', state: loaded(threadState(thread), ports) } }),
  }),
  rule(
    'wake.swap',
    { caller: callers, thread: threads },
    {
      source,
      actor: ({ caller }) => caller,
      sees: ({ caller }) => ({ own: fencePorts(caller) }),
      sends: ({ caller, thread }) => ({ call: call(caller), state: threadState(thread).cell }),
    },
  ).does({
    when: {
      atSwap: ({ call }) => call.value === 'swapping',
      callsThis: ({ call }, { thread }) => call.context.thread === thread,
      drained: ({ own }) => drained(own),
      unchanged: ({ call, state }, { thread }) => held(threadState(thread), state) === call.context.seen,
    },
    events: ({ call }, { thread }) => ({
      call: { type: 'SWAPPED' },
      state: stored(threadState(thread), changeOf(call.context.purpose, call.context.seen)!),
    }),
  }),
  rule(
    'wake.missSwap',
    { caller: callers, thread: threads },
    {
      source,
      actor: ({ caller }) => caller,
      sees: ({ caller, thread }) => ({ own: fencePorts(caller), state: threadState(thread).cell }),
      sends: ({ caller }) => ({ call: call(caller) }),
    },
  ).does({
    when: {
      atSwap: ({ call }) => call.value === 'swapping',
      callsThis: ({ call }, { thread }) => call.context.thread === thread,
      drained: ({ own }) => drained(own),
      changed: ({ call, state }, { thread }) => held(threadState(thread), state) !== call.context.seen,
    },
    events: ({ state }, { thread }) => ({ call: { type: 'SEE', state: held(threadState(thread), state) } }),
  }),
  rule(
    'wake.rouse',
    { caller: callers, thread: threads },
    {
      source: 'litebox/src/platform/mod.rs: RawMutex::wake_one',
      actor: ({ caller }) => caller,
      sees: ({ caller }) => ({ own: fencePorts(caller) }),
      sends: ({ caller, thread }) => ({ call: call(caller), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: {
      atHost: ({ call }) => call.value === 'waking',
      callsThis: ({ call }, { thread }) => call.context.thread === thread,
      drained: ({ own }) => drained(own),
    },
    events: (_, { thread }) => ({ call: { type: 'DELIVERED' }, sleeper: { type: 'WAKE', word: threadState(thread).name } }),
  }),
]

/** The full fence between what the caller stored and its first look at the word. */
export const wakeFence = ({ memory: { fencePorts }, callers, call }: Wakes): Rule =>
  rule(
    'wake.fence',
    { caller: callers },
    {
      source: 'absent from litebox/src/event/wait.rs: WaitStateInner::wake; the remedy for what pull request 1228 reproduces',
      actor: ({ caller }) => caller,
      sees: ({ caller }) => ({ own: fencePorts(caller) }),
      sends: ({ caller }) => ({ call: call(caller) }),
    },
  ).does({
    when: { atFence: ({ call }) => call.value === 'fencing', drained: ({ own }) => drained(own) },
    events: () => ({ call: { type: 'FENCED' } }),
  })
