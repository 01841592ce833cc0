import { always, type Cell, onStep, type Property } from '../checker/index.ts'
import { held, type Word, type WordValue } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'

/*
 * What a host owes the callers of `litebox/src/platform/mod.rs: RawMutex`, and what it may assume of them.
 */

type Program = Cell<string, unknown, unknown>

export const hostClaims = {
  known: 'the host has a thread asleep or just woken exactly as long as the call of that thread lasts',
  told: 'the host puts a thread to sleep exactly where the word is what it was told',
} as const

/** `phases` are those of a program in which its thread is in the host's call. */
export const theHostKnowsItsCallers = (
  threads: readonly string[],
  programs: (thread: string) => readonly Program[],
  phases: readonly string[],
): Property =>
  always(
    hostClaims.known,
    { thread: threads },
    {
      reads: ({ thread }) => ({ sleeper: sleeperOf(thread), programs: programs(thread) }),
      holds: ({ sleeper, programs }) => (sleeper.value !== 'awake') === programs.some(({ value }) => phases.includes(value)),
    },
  )

/**
 * The answer `ImmediatelyWokenUp` means that the word was another, and sleep that it was not. `on` are the steps in which
 * the host decides; it looks at memory, past every store buffer.
 */
export const theHostSleepsOnWhatItWasTold = <T extends WordValue>(
  threads: readonly string[],
  on: readonly string[],
  word: (thread: string) => Word<T>,
  told: NoInfer<T>,
): Property =>
  onStep(
    hostClaims.told,
    { thread: threads },
    {
      on,
      reads: ({ thread }) => ({ sleeper: sleeperOf(thread), word: word(thread).cell }),
      holds: (before, after, { at }, { thread }) =>
        at.thread !== thread || (after.sleeper.value === 'asleep') === (held(word(thread), before.word) === told),
    },
  )
