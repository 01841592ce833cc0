import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule, update } from '../../checker/index.ts'

/*
 * A thread asleep on a word, as the host's futex call puts it to sleep and wakes it.
 *
 * Models: `litebox/src/platform/mod.rs: RawMutex` and what stands behind it on Linux,
 * `litebox_platform_linux_userland/src/lib.rs: RawMutex`. To compare the word and to fall asleep is one step, for which
 * the thread's store buffer must be empty; a wake that finds nobody asleep on its word is lost; a thread may be woken
 * for no reason, which the trait allows and the Linux-kernel platform does at every interrupted host call.
 *
 * Leaves out: `RawMutex::block`'s first look at the word before it asks the host (it only saves the call); that Linux
 * starts the whole timeout again after a signal (`timed-block.ts`); what `wake_many` returns, which only `rwlock.ts` reads;
 * and the order in which the host wakes several sleepers of one word.
 */

/** `WAKE` and `REQUEUE` reach whoever sleeps on `word`, and nobody else. */
export const sleeper = setup({
  types: {
    context: {} as { word: string },
    events: {} as
      | { type: 'SLEEP'; word: string }
      | { type: 'WAKE'; word: string }
      | { type: 'REQUEUE'; word: string; to: string }
      | { type: 'TIME_OUT' }
      | { type: 'RESUME' },
  },
  guards: { sleepsOn: ({ context }, { word }: { word: string }) => context.word === word },
}).createMachine({
  id: 'sleeper',
  context: { word: 'none' },
  initial: 'awake',
  states: {
    awake: {
      on: {
        SLEEP: {
          target: 'asleep',
          actions: update((sleeper, { word }) => {
            sleeper.word = word
          }),
        },
        WAKE: 'awake',
        REQUEUE: 'awake',
      },
    },
    asleep: {
      on: {
        WAKE: [{ guard: { type: 'sleepsOn', params: ({ event }) => event }, target: 'woken' }, { target: 'asleep' }],
        REQUEUE: [
          {
            guard: { type: 'sleepsOn', params: ({ event }) => event },
            target: 'asleep',
            actions: update((sleeper, { to }) => {
              sleeper.word = to
            }),
          },
          { target: 'asleep' },
        ],
        TIME_OUT: 'timedOut',
      },
    },
    woken: { on: { WAKE: 'woken', REQUEUE: 'woken', RESUME: { target: 'awake', actions: update(forget) } } },
    timedOut: { on: { WAKE: 'timedOut', REQUEUE: 'timedOut', RESUME: { target: 'awake', actions: update(forget) } } },
  },
})

function forget(sleeper: { word: string }): void {
  sleeper.word = 'none'
}

export const sleeperOf = (thread: string): CellOf<typeof sleeper> => cell(`sleeper.${thread}`, sleeper)

/** A thread wakes up although nobody woke it. */
export const spuriousWakes = (threads: readonly string[]): Rule =>
  rule(
    'sleeper.wakeSpuriously',
    { thread: threads },
    {
      kind: 'environment',
      source: 'litebox/src/platform/mod.rs: RawMutex::block',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: { asleep: ({ sleeper }) => sleeper.value === 'asleep' },
    events: ({ sleeper }) => ({ sleeper: { type: 'WAKE', word: sleeper.context.word } }),
  })
