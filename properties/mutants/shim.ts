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
      scenario: 'guest-window',
      property: 'a thread stands still while a handler runs over it, and its handlers too while it is stopped',
      mutant: 'guard shim.finish/free',
    },
    {
      scenario: 'guest-window',
      property: 'nobody interrupts a thread whose handle is empty',
      mutant: 'guard interrupter.signal/there',
    },
    {
      scenario: 'guest-window',
      property: 'whoever calls the platform has marked the word of the thread as interrupted',
      mutant: 'receiver interrupter.look/state',
    },
    {
      scenario: 'guest-window',
      property: 'the word of the thread says whether it runs its guest',
      mutant: 'receiver shim.finish/state',
    },
    {
      scenario: 'guest-window',
      property: 'a thread that calls the shim has forgotten what interrupted it',
      mutant: 'receiver window.forget/interrupt',
    },
    { scenario: 'guest-window', property: 'whoever calls the platform comes back', mutant: 'never interrupter.findNoHandle' },
    {
      scenario: 'guest-window-windows',
      property: 'a thread stands still while a handler runs over it, and its handlers too while it is stopped',
      mutant: 'guard window.test/free',
    },
    {
      scenario: 'guest-window-windows',
      property: 'nobody interrupts a thread whose handle is empty',
      mutant: 'guard suspender.suspend/there',
    },
    {
      scenario: 'guest-window-windows',
      property: 'whoever calls the platform has marked the word of the thread as interrupted',
      mutant: 'receiver interrupter.look/state',
    },
    {
      scenario: 'guest-window-windows',
      property: 'the word of the thread says whether it runs its guest',
      mutant: 'receiver shim.finish/state',
    },
    {
      scenario: 'guest-window-windows',
      property: 'a thread that calls the shim has forgotten what interrupted it',
      mutant: 'receiver window.forget/port',
    },
    {
      scenario: 'guest-window-windows',
      property: 'a handler that leaves the guest has cleared the flag of the guest before',
      mutant: 'receiver exception.clearFlag/port',
    },
    {
      scenario: 'guest-window-windows',
      property: 'whoever calls the platform comes back',
      mutant: 'never interrupter.findNoHandle',
    },
    {
      scenario: 'guest-window-windows',
      property: 'a thread that was found in its guest or on the way there goes on at the callback, and is let go',
      mutant: 'receiver suspender.redirectEntry/suspender',
    },
    {
      scenario: 'exception-slot',
      property: 'a thread runs its guest with its slot and its handle set, and leaves nothing behind',
      mutant: 'receiver thread.freeState/place',
    },
    {
      scenario: 'exception-slot',
      property: 'a thread stands still while the exception handler runs on it',
      mutant: 'guard thread.run/unbroken',
    },
    { scenario: 'exception-slot', property: 'an exception can always be dealt with', mutant: 'never handler.handle' },
    {
      scenario: 'scheduler',
      property: 'a thread waits in the queue, once, exactly while it waits for its turn',
      mutant: 'receiver scheduler.enqueue/turn',
    },
    {
      scenario: 'scheduler',
      property: 'a thread takes a step of its work only while it runs',
      mutant: 'guard setter.start/running',
    },
    {
      scenario: 'scheduler',
      property: 'a thread exits exactly when its work is done',
      mutant: 'receiver setter.wakeAndExit/self',
    },
    {
      scenario: 'thread-life',
      property: 'a process lists exactly the threads that it counts',
      mutant: 'receiver thread.countOut/process',
    },
    {
      scenario: 'thread-life',
      property: 'a thread is turned away only where it, or the process, is ending, and while nobody holds the lock',
      mutant: 'guard thread.findItselfExiting/unlocked',
    },
    {
      scenario: 'thread-life',
      property: 'a thread that asks to exit must exit, and says so while nobody holds the lock of the process',
      mutant: 'guard thread.exit/unlocked',
    },
    {
      scenario: 'thread-life',
      property: 'a thread is interrupted only while it says that it runs its guest, and once by whoever tells it',
      mutant: 'guard thread.interrupt/running',
    },
    {
      scenario: 'thread-life',
      property: 'a guest takes an interrupt that the platform has sent, once',
      mutant: 'guard thread.takeInterrupt/interrupted',
    },
    {
      scenario: 'thread-life',
      property: 'whoever tells the threads of a process lets go of its lock',
      mutant: 'never thread.interrupt',
    },
    {
      scenario: 'thread-life',
      property: 'the host has a thread asleep or just woken exactly as long as the call of that thread lasts',
      mutant: 'receiver count.wakeUp/sleeper',
    },
    {
      scenario: 'thread-life',
      property: 'the host puts a thread to sleep exactly where the word is what it was told',
      mutant: 'guard count.stayAwake/changed',
    },
    {
      scenario: 'thread-life',
      property: 'a process is being emptied exactly while a thread waits to be the only one',
      mutant: 'receiver exec.stopKilling/process',
    },
    { scenario: 'thread-life', property: 'a thread replaces the program alone', mutant: 'guard exec.awaitOthers/awaiting' },
    { scenario: 'thread-life', property: 'a thread belongs to the program that is loaded', mutant: 'receiver exec.load/image' },
    {
      scenario: 'thread-life-attach',
      property: 'a process lists exactly the threads that it counts',
      mutant: 'receiver thread.countOut/process',
    },
    {
      scenario: 'thread-life-attach',
      property: 'a thread is turned away only where it, or the process, is ending, and while nobody holds the lock',
      mutant: 'guard thread.findProcessEnding/unlocked',
    },
    {
      scenario: 'thread-life-attach',
      property: 'a thread is interrupted only while it says that it runs its guest, and once by whoever tells it',
      mutant: 'guard thread.interrupt/running',
    },
    {
      scenario: 'thread-life-attach',
      property: 'a guest takes an interrupt that the platform has sent, once',
      mutant: 'guard thread.takeInterrupt/interrupted',
    },
    {
      scenario: 'thread-life-attach',
      property: 'whoever tells the threads of a process lets go of its lock',
      mutant: 'never thread.interrupt',
    },
    {
      scenario: 'thread-life-attach',
      property: 'the host has a thread asleep or just woken exactly as long as the call of that thread lasts',
      mutant: 'receiver count.wakeUp/sleeper',
    },
    {
      scenario: 'thread-life-attach',
      property: 'the host puts a thread to sleep exactly where the word is what it was told',
      mutant: 'guard count.stayAwake/changed',
    },
    {
      scenario: 'thread-life-attach',
      property: 'a process is being emptied exactly while a thread waits to be the only one',
      mutant: 'receiver exec.stopKilling/process',
    },
    {
      scenario: 'thread-life-attach',
      property: 'a thread replaces the program alone',
      mutant: 'guard exec.awaitOthers/awaiting',
    },
    {
      scenario: 'thread-life-attach',
      property: 'a thread belongs to the program that is loaded',
      mutant: 'receiver exec.load/image',
    },
    { scenario: 'ring-allocation', property: 'a call can always come to its end', mutant: 'receiver ring.install/call' },
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
    {
      scenario: 'exception-slot',
      mutant: 'swap thread.run thread.clearHandle',
      reason:
        'The handle is cleared in the step in which the guest is left. Who interrupts the thread finds no handle and does nothing, as it would one step later.',
    },
    {
      scenario: 'exception-slot',
      mutant: 'swap thread.freeState thread.dropTask',
      reason:
        'The state is freed when the task has been dropped. Slot and handle are cleared before both, so that nobody looks at the state any more.',
    },
    {
      scenario: 'thread-life',
      mutant: 'guard runner.waitForExit/firstThreadGone',
      reason:
        'The runner waits for the count before the first thread has gone. It returns at zero all the same, which nobody passes twice: after that the door is closed.',
    },
    {
      scenario: 'thread-life-attach',
      mutant: 'guard runner.waitForExit/firstThreadGone',
      reason:
        'The runner waits for the count before the first thread has gone, beside all that the others do. It returns at zero all the same, which nobody passes twice.',
    },
    {
      scenario: 'thread-life-attach',
      mutant: 'receiver thread.clearTid/image',
      reason:
        'The monitor of the guest image does not hear that the id is cleared. What threads touch after they were counted out is what thread-life claims; here it is left out.',
    },
    {
      scenario: 'thread-life-attach',
      mutant: 'receiver thread.clearTid/quiescence',
      reason:
        'The monitor of the thread does not hear that the id is cleared. What threads touch after they were counted out is what thread-life claims; here it is left out.',
    },
    {
      scenario: 'thread-life-attach',
      mutant: 'receiver thread.wakeJoiner/image',
      reason:
        'The monitor of the guest image does not hear of the wake. What threads touch after they were counted out is what thread-life claims; here it is left out.',
    },
    {
      scenario: 'thread-life-attach',
      mutant: 'swap thread.notify thread.clearTid',
      reason:
        'Whoever waits for the count is told after the id is cleared instead of before: nearer to what thread-life asks for, and no matter to who may attach.',
    },
    {
      scenario: 'thread-life-attach',
      mutant: 'swap thread.clearTid thread.wakeJoiner',
      reason:
        'The joiner is woken before the id is cleared. That a joiner sees the cleared id is the claim of futex-wake-join; here memory is one word without a value.',
    },
    {
      scenario: 'thread-life-attach',
      mutant: 'swap thread.wakeJoiner thread.walkRobustList',
      reason: 'The robust list is walked before the joiner is woken, as Linux does it. Neither is about who may attach.',
    },
  ],
}
