import { always, type CellOf, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { loaded, type Memory } from '../model/platform/memory-order.ts'
import { held, type Word } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import { threadState } from '../model/shim/wait-state.ts'
import { exitGroupCell } from '../model/shim/wait-state-exit.ts'
import { guestInterruptOf, type guestThread } from '../model/shim/wait-state-guest.ts'
import type { wakeCall } from '../model/shim/wait-state-wake.ts'

/** Threads that run guests, each with a flag that tells it to exit, and the one who sets the flags and interrupts. */
export interface InterruptWorld {
  readonly threads: readonly string[]
  readonly caller: string
  readonly guest: (thread: string) => CellOf<typeof guestThread>
  readonly wake: (caller: string) => CellOf<typeof wakeCall>
  readonly exiting: (thread: string) => Word<boolean>
}

/** The caller is not at work on this thread any more: its interrupt has been sent, or was held to be needless. */
const isPast = (call: { readonly context: { readonly thread: string } }, thread: string): boolean =>
  call.context.thread !== thread

export const noGuestRunsPastItsInterrupt = ({ threads, caller, guest, wake, exiting }: InterruptWorld): Property =>
  always(
    'no guest runs on while its thread must exit and no interrupt is coming',
    { thread: threads },
    {
      reads: ({ thread }) => ({
        guest: guest(thread),
        interrupt: guestInterruptOf(thread),
        exiting: exiting(thread).cell,
        call: wake(caller),
      }),
      holds: (at, { thread }) =>
        !(
          at.guest.value === 'inGuest' &&
          at.interrupt.value === 'none' &&
          held(exiting(thread), at.exiting) &&
          isPast(at.call, thread)
        ),
    },
  )

/**
 * In its wait; one that waits for something else, such as a loan, is not to be interrupted. Whoever has found the thread
 * waiting will wake it, whatever for.
 */
export const nobodySleepsPastItsInterrupt = ({
  threads,
  callers,
  wake,
  exiting,
}: Pick<InterruptWorld, 'threads' | 'wake' | 'exiting'> & { readonly callers: readonly string[] }): Property =>
  always(
    'nobody sleeps on while it must exit and no interrupt is coming',
    { thread: threads },
    {
      reads: ({ thread }) => ({ sleeper: sleeperOf(thread), exiting: exiting(thread).cell, calls: callers.map(wake) }),
      holds: (at, { thread }) =>
        !(
          at.sleeper.value === 'asleep' &&
          at.sleeper.context.word === threadState(thread).name &&
          held(exiting(thread), at.exiting) &&
          at.calls.every((call) => isPast(call, thread))
        ),
    },
  )

export const aPostedInterruptIsObserved = ({ threads, guest, exiting }: InterruptWorld): Property =>
  leadsTo(
    'a thread that must exit leaves its guest for good',
    { thread: threads },
    {
      reads: ({ thread }) => ({ guest: guest(thread), exiting: exiting(thread).cell }),
      from: (at, { thread }) => held(exiting(thread), at.exiting),
      to: ({ guest }) => guest.value === 'terminated',
    },
  )

/** Asserted by `prepare_to_run_guest` and `finish_running_guest`. */
export const theWordSaysWhereAThreadIs = ({ threads, guest, memory }: InterruptWorld & { readonly memory: Memory }): Property =>
  always(
    'the word of a thread says whether it runs its guest',
    { thread: threads },
    {
      reads: ({ thread }) => ({ guest: guest(thread), ports: memory.loadPorts(thread, threadState(thread)) }),
      holds: ({ guest, ports }, { thread }) => {
        const says = loaded(threadState(thread), ports)
        const inGuest = says === 'runningInGuest' || says === 'interruptedGuest'
        if (guest.value === 'inGuest' || guest.value === 'finishing') return inGuest
        return !['inShim', 'announcing', 'terminated'].includes(guest.value) || says === 'runningInHost'
      },
    },
  )

/** `exit_group` asserts that nobody has begun to exit the group before. */
export const aThreadIsToldOnce = ({ threads, exiting }: Pick<InterruptWorld, 'threads' | 'exiting'>): Property =>
  onStep(
    'a thread is told to exit once',
    { thread: threads },
    {
      on: ['exitGroup.post'],
      reads: ({ thread }) => ({ exiting: exiting(thread).cell, exit: exitGroupCell }),
      holds: (before, after, { at }, { thread }) =>
        at.thread !== thread ||
        (!held(exiting(thread), before.exiting) && after.exit.context.posted === before.exit.context.posted + 1),
    },
  )

export const everyCallIsMade = ({ threads, caller, wake }: InterruptWorld): Property =>
  leadsTo(
    'whoever begins to interrupt a thread comes to an end',
    { thread: threads },
    {
      reads: () => ({ call: wake(caller) }),
      from: ({ call }, { thread }) => call.context.thread === thread,
      to: ({ call }, { thread }) => call.context.thread !== thread,
    },
  )

/** `ThreadProvider::interrupt_thread` may come late, but neither for nothing nor twice. */
export const anInterruptIsTakenOnce = ({ threads, by }: { readonly threads: readonly string[]; readonly by: string }): Property =>
  onStep(
    'a guest takes an interrupt that the platform has sent, once',
    { thread: threads },
    {
      on: [by],
      reads: ({ thread }) => ({ interrupt: guestInterruptOf(thread) }),
      holds: (before, after, { at }, { thread }) =>
        at.thread !== thread || (before.interrupt.value === 'pending' && after.interrupt.value === 'none'),
    },
  )

export const anInterruptReachesAGuest = ({ threads }: InterruptWorld): Property =>
  sometimes(
    'the platform interrupts a running guest',
    { thread: threads },
    {
      reads: ({ thread }) => ({ interrupt: guestInterruptOf(thread) }),
      holds: ({ interrupt }) => interrupt.value === 'pending',
    },
  )

/** The thread had left its guest by itself when the platform's interrupt came. */
export const anInterruptComesLate = ({ threads, guest }: InterruptWorld): Property =>
  sometimes(
    'an interrupt comes when the guest is not running',
    { thread: threads },
    {
      reads: ({ thread }) => ({ guest: guest(thread), interrupt: guestInterruptOf(thread) }),
      holds: ({ guest, interrupt }) => guest.value === 'inShim' && interrupt.value === 'pending',
    },
  )
