import type { Mutants } from './mutants.ts'

/** Of threads, the guest window, the scheduler and the log. */
export const shimMutants: Mutants = {
  kills: [
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
  ],
  survivors: [
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
