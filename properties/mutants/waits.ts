import type { Mutants } from './mutants.ts'

/** Of waits, wakes, locks, futexes and channels. */
export const waitMutants: Mutants = {
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
    {
      scenario: 'futex-wake',
      property: 'an entry is linked, once, exactly while it says so and its owner has not taken it back',
      mutant: 'receiver futex.extract/bucket',
    },
    {
      scenario: 'futex-wake',
      property: 'no waiter leaves while a waker has its entry in hand',
      mutant: 'guard entry.return/called',
    },
    { scenario: 'futex-wake', property: 'the word of a thread says whether it waits', mutant: 'guard wake.swap/unchanged' },
    {
      scenario: 'futex-wake',
      property: 'the host has a thread asleep or just woken exactly as long as the call of that thread lasts',
      mutant: 'receiver entry.wakeUp/sleeper',
    },
    { scenario: 'futex-wake', property: 'a waiter whose wait has ended returns', mutant: 'guard entry.missUnlink/gone' },
    {
      scenario: 'futex-wake',
      property: 'nobody sleeps on while it must exit and no interrupt is coming',
      mutant: 'receiver exitGroup.post/call',
    },
    { scenario: 'futex-wake', property: 'a thread is told to exit once', mutant: 'receiver exitGroup.post/exit' },
    {
      scenario: 'futex-wake-some',
      property: 'an entry is linked, once, exactly while it says so and its owner has not taken it back',
      mutant: 'receiver futex.extract/bucket',
    },
    {
      scenario: 'futex-wake-some',
      property: 'no waiter leaves while a waker has its entry in hand',
      mutant: 'guard entry.return/called',
    },
    {
      scenario: 'futex-wake-some',
      property: 'a waiter goes to wait where the word is what it expects, and is refused where it is not',
      mutant: 'guard futex.refuse/unequal',
    },
    { scenario: 'futex-wake-some', property: 'the word of a thread says whether it waits', mutant: 'guard wake.swap/unchanged' },
    {
      scenario: 'futex-wake-some',
      property: 'the host has a thread asleep or just woken exactly as long as the call of that thread lasts',
      mutant: 'receiver entry.wakeUp/sleeper',
    },
    { scenario: 'futex-wake-some', property: 'a waiter whose wait has ended returns', mutant: 'guard wait.stayAwake/touched' },
    {
      scenario: 'futex-wake-some',
      property: 'no waiter sleeps unselected when a wake for all has returned',
      mutant: 'guard futex.extract/drained',
    },
    {
      scenario: 'futex-wake-join',
      property: 'an entry is linked, once, exactly while it says so and its owner has not taken it back',
      mutant: 'receiver futex.insert/self',
    },
    {
      scenario: 'futex-wake-join',
      property: 'no waiter leaves while a waker has its entry in hand',
      mutant: 'guard entry.unlink/stillLinked',
    },
    {
      scenario: 'futex-wake-join',
      property: 'a waiter goes to wait where the word is what it expects, and is refused where it is not',
      mutant: 'guard futex.findUnequal/unequal',
    },
    { scenario: 'futex-wake-join', property: 'the word of a thread says whether it waits', mutant: 'guard wake.swap/unchanged' },
    {
      scenario: 'futex-wake-join',
      property: 'the host has a thread asleep or just woken exactly as long as the call of that thread lasts',
      mutant: 'receiver entry.wakeUp/sleeper',
    },
    { scenario: 'futex-wake-join', property: 'a waiter whose wait has ended returns', mutant: 'guard entry.missUnlink/gone' },
    {
      scenario: 'futex-wake-join',
      property: 'a parent joins nobody but a thread that has exited',
      mutant: 'guard parent.findCleared/cleared',
    },
    {
      scenario: 'futex-wake-lockables',
      property: 'an object counts the threads that wait at it, and the address leads to it exactly while there are any',
      mutant: 'receiver waiter.enter/waiter',
    },
    {
      scenario: 'futex-wake-lockables',
      property: 'a waker marks an object that somebody waits at, and finds nobody only where nobody waits',
      mutant: 'guard waker.findNobody/vacant',
    },
    {
      scenario: 'futex-wake-lockables',
      property: 'the host has a thread asleep or just woken exactly as long as the call of that thread lasts',
      mutant: 'receiver waiter.wakeUp/sleeper',
    },
    {
      scenario: 'channel-close',
      property: 'what the other end puts in is in the channel until it is taken, once',
      mutant: 'guard connector.try/room',
    },
    {
      scenario: 'channel-close',
      property: 'nobody sleeps beside what it waits for when no call is coming',
      mutant: 'guard connector.findNothing/noRoom',
    },
    {
      scenario: 'channel-close',
      property: 'whoever wakes up has been called, and uses the call up',
      mutant: 'guard waiter.wakeUp/ready',
    },
    {
      scenario: 'rwlock',
      property: 'the sequence of writers moves on at most once for each thread that lets go',
      mutant: 'receiver rwlock.notify/locker',
    },
  ],
  survivors: [
    {
      scenario: 'futex-wake',
      mutant: 'guard entry.claim/drained',
      reason:
        'The owner marks its entry while its own store, that it runs in the host again, is still in its buffer. Whoever still finds it waiting calls it for nothing, as may happen at any time.',
    },
    {
      scenario: 'futex-wake',
      mutant: 'guard entry.missClaim/drained',
      reason:
        'The owner finds its entry returned while its own store, that it runs in the host again, is still in its buffer; nobody learns more from that word than that a call may be needless.',
    },
    {
      scenario: 'futex-wake',
      mutant: 'guard entry.unlink/drained',
      reason:
        'The owner leaves the list while its own store, that it runs in the host again, is still in its buffer. No waker has its entry any more, and the killer at most calls it for nothing.',
    },
    {
      scenario: 'futex-wake',
      mutant: 'guard entry.missUnlink/drained',
      reason:
        'The owner finds its entry taken out while its own store, that it runs in the host again, is still in its buffer. Its waker then calls a thread that is awake, as it may at any time.',
    },
    {
      scenario: 'futex-wake-some',
      mutant: 'guard entry.claim/drained',
      reason:
        'The owner marks its entry while its own store, that it runs in the host again, is still in its buffer. Whoever still finds it waiting calls it for nothing, as may happen at any time.',
    },
    {
      scenario: 'futex-wake-some',
      mutant: 'guard entry.missClaim/drained',
      reason:
        'The owner finds its entry returned while its own store, that it runs in the host again, is still in its buffer; nobody learns more from that word than that a call may be needless.',
    },
    {
      scenario: 'futex-wake-lockables',
      mutant: 'guard waker.clearNothing/vacant',
      reason:
        'The waker leaves the mark where it is although it finds an object. Since it has waited for all waiters of its own object to leave, that object is gone from the map, and what it finds is another.',
    },
    {
      scenario: 'futex-wake-lockables',
      mutant: 'guard waker.clear/found',
      reason:
        'The waker clears at an object that the address does not lead to: its own, which all waiters have left and nobody will find again, or one whose mark is not its own, which it keeps.',
    },
  ],
}
