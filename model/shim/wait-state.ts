import { type Word, word } from '../platform/shared-word.ts'

/*
 * The word in which a thread says what it is doing, so that others know whether and how to call it.
 *
 * Models: `litebox/src/event/wait.rs: WaitStateInner::condvar` and its values, `ThreadState`. Only its owner stores to
 * it: `wait-state-wait.ts` waits, `wait-state-guest.ts` runs the guest. Others change `waiting` to `woken` and
 * `runningInGuest` to `interruptedGuest`, each with one compare-and-swap: `wait-state-wake.ts`. The host sleeps on it:
 * `raw-mutex.ts`.
 *
 * Leaves out: the assertions of the owner about its own word, which are loads that decide nothing else.
 */
export type ThreadState = 'runningInHost' | 'waiting' | 'woken' | 'runningInGuest' | 'interruptedGuest'

export const threadState = (thread: string, initial: ThreadState = 'runningInHost'): Word<ThreadState> =>
  word(`state.${thread}`, initial)
