import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { type Faults, reasonFor } from '../model/platform/snp-fault.ts'

export const snpFaultClaims = {
  recovered: 'a copy that faults goes on at its fix-up',
  panic: 'no fault panics the kernel',
  program: 'a fault of the program ends no more than the program',
  reason: 'a machine that ends does so for the reason of the fault',
  locked: 'the page manager is asked under its lock, which is free again once it has answered',
  over: 'no thread does anything in a machine that has ended',
  decided: 'a fault is decided in the end',
  stops: 'a thread that has asked for the end of the machine does not run for ever',
} as const

export const snpFaultProperties = ({ threads, thread, machine, lock, host }: Faults): readonly Property[] => {
  const each = { thread: threads }
  const ofThread = { reads: ({ thread: one }: { readonly thread: string }) => ({ thread: thread(one) }) }
  return [
    onStep(snpFaultClaims.recovered, each, {
      ...ofThread,
      on: ['handler.terminate'],
      holds: ({ thread: { context } }, _, { at }, { thread }) => at.thread !== thread || context.place !== 'copy',
    }),
    onStep(snpFaultClaims.panic, each, {
      ...ofThread,
      on: ['handler.panic'],
      holds: (_, __, { at }, { thread }) => at.thread !== thread,
    }),
    onStep(snpFaultClaims.program, each, {
      ...ofThread,
      on: ['handler.terminate', 'handler.panic'],
      holds: ({ thread: { context } }, _, { at }, { thread }) => at.thread !== thread || context.place !== 'guest',
    }),
    always(snpFaultClaims.reason, each, {
      reads: ({ thread: one }) => ({ thread: thread(one), machine }),
      holds: ({ thread: { value, context }, machine }) =>
        value !== 'ending' || machine.value !== 'ended' || context.reason === reasonFor(context),
    }),
    always(snpFaultClaims.locked, each, {
      reads: ({ thread: one }) => ({ thread: thread(one), lock }),
      holds: ({ thread: { value, context }, lock }, { thread }) => {
        if (value === 'looking') return lock.context.holder === thread
        // A panic in its midst leaves it held, and code that copies under it holds it when it faults.
        return lock.context.holder !== thread || context.holds || value === 'panicking' || context.reason === 'general'
      },
    }),
    onStep(snpFaultClaims.over, each, {
      reads: ({ thread: one }) => ({ thread: thread(one), machine }),
      holds: (before, after) => before.machine.value === 'running' || before.thread.value === after.thread.value,
    }),
    leadsTo(snpFaultClaims.decided, each, {
      reads: ({ thread: one }) => ({ thread: thread(one), machine }),
      from: ({ thread }) => thread.value === 'faulted',
      to: ({ thread, machine }) =>
        ['running', 'signalled', 'ending'].includes(thread.value as string) || machine.value === 'ended',
    }),
    ...(host === 'may-refuse'
      ? [
          leadsTo(snpFaultClaims.stops, each, {
            reads: ({ thread: one }) => ({ thread: thread(one), machine }),
            from: ({ thread }) => thread.value === 'refused',
            to: ({ thread, machine }) => thread.value === 'halted' || machine.value === 'ended',
          }),
        ]
      : []),
    sometimes('the machine ends', {}, { reads: () => ({ machine }), holds: ({ machine }) => machine.value === 'ended' }),
  ]
}
