import type { Mutants } from './mutants.ts'

/** Of waits, threads, the guest window and the scheduler. */
export const shimMutants: Mutants = {
  kills: [
    {
      scenario: 'wait-wake',
      property: 'the host has a thread asleep or just woken exactly as long as the call of that thread lasts',
      mutant: 'receiver wait.timeOut/sleeper',
    },
    {
      scenario: 'wait-wake',
      property: 'the host puts a thread to sleep exactly where the word is what it was told',
      mutant: 'guard wait.stayAwake/touched',
    },
    { scenario: 'wait-wake', property: 'the word of a thread says whether it waits', mutant: 'guard wake.swap/unchanged' },
    {
      scenario: 'wait-wake-interrupt',
      property: 'whoever begins to interrupt a thread comes to an end',
      mutant: 'receiver wake.rouse/call',
    },
    { scenario: 'wait-wake-interrupt', property: 'a thread is told to exit once', mutant: 'receiver exitGroup.post/exit' },
    {
      scenario: 'wait-wake-interrupt',
      property: 'a guest takes an interrupt that the platform has sent, once',
      mutant: 'guard guest.takeInterrupt/interrupted',
    },
    {
      scenario: 'wait-wake-interrupt',
      property: 'the word of a thread says whether it runs its guest',
      mutant: 'guard wake.swap/unchanged',
    },
    {
      scenario: 'wait-wake-interrupt',
      property: 'the host has a thread asleep or just woken exactly as long as the call of that thread lasts',
      mutant: 'receiver wait.wakeUp/sleeper',
    },
    {
      scenario: 'wait-wake-interrupt',
      property: 'the host puts a thread to sleep exactly where the word is what it was told',
      mutant: 'guard wait.stayAwake/touched',
    },
    {
      scenario: 'raw-mutex',
      property: 'the host has a thread asleep or just woken exactly as long as the call of that thread lasts',
      mutant: 'receiver block.wakeUp/sleeper',
    },
    {
      scenario: 'raw-mutex-wake-bits',
      property: 'the wake bits are locked exactly while the waker wakes',
      mutant: 'receiver waker.reset/bits',
    },
    {
      scenario: 'raw-mutex-wake-bits',
      property: 'the host has a thread asleep or just woken exactly as long as the call of that thread lasts',
      mutant: 'receiver claimant.wakeUp/sleeper',
    },
    {
      scenario: 'raw-mutex-wake-bits',
      property: 'the host puts a thread to sleep exactly where the word is what it was told',
      mutant: 'guard claimant.sleep/bitsAreZero',
    },
  ],
  survivors: [],
}
