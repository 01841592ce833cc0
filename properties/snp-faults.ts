import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { type Faults, reasonFor } from '../model/platform/snp-fault.ts'

export const snpFaultClaims = {
  recovered: 'a copy that faults goes on at its fix-up',
  panic: 'no fault panics the kernel',
  program: 'a fault of the program ends no more than the program',
  reason: 'a machine that ends does so for the reason of the fault',
  decided: 'a fault is decided in the end',
  stops: 'a thread that has asked for the end of the machine does not run for ever',
} as const

export const snpFaultProperties = ({ threads, thread, machine, host }: Faults): readonly Property[] => {
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
