import { always, canReach, onStep, type Property, sometimes } from '../checker/index.ts'
import type { KernelFaultDesign, KernelFaultWorld } from '../model/memory/kernel-fault-rules.ts'

/* What is claimed of a page fault in LiteBox's own code. */

export const faultClaims = {
  live: 'a fault handler calls the shim only through the context of a thread that is live on its core',
  null: 'no fault handler follows a null record',
  assertion: 'a fault that the source tolerates stops no core',
  served: "a fault on a page of the running thread is served through that thread's shim",
  resumed: 'a core can always go back to decoding calls',
} as const

export function kernelFaultProperties(world: KernelFaultWorld, design: KernelFaultDesign): readonly Property[] {
  const { cores, code, record, fault } = world
  const each = { core: cores }
  return [
    ...(design.context === 'none'
      ? []
      : [
          onStep(faultClaims.live, each, {
            on: ['handler.loadContext'],
            reads: ({ core }) => ({ record: record(core) }),
            holds: ({ record }, _, { at }, { core }) => at.core !== core || record.value === 'live',
          }),
        ]),
    always(faultClaims.null, each, {
      reads: ({ core }) => ({ fault: fault(core) }),
      holds: ({ fault }) => fault.value !== 'fatal',
    }),
    always(faultClaims.assertion, each, {
      reads: ({ core }) => ({ fault: fault(core) }),
      holds: ({ fault }) => fault.value !== 'asserted',
    }),
    always(faultClaims.served, each, {
      reads: ({ core }) => ({ fault: fault(core) }),
      holds: ({ fault }) => fault.context.kind !== 'thread-page' || !['unclaimed', 'fixedUp'].includes(fault.value),
    }),
    canReach(faultClaims.resumed, each, {
      reads: ({ core }) => ({ code: code(core), fault: fault(core) }),
      goal: ({ code, fault }) => code.value === 'decoding' && fault.value === 'none',
    }),
    sometimes('a copy faults after a thread has come and gone', each, {
      reads: ({ core }) => ({ code: code(core), fault: fault(core), record: record(core) }),
      holds: ({ code, fault, record }) =>
        fault.value === 'raised' && code.value === 'decoding' && (record.value === 'dangling' || design.record === 'zeroed'),
    }),
    sometimes('a copy faults on a core that has run no thread', each, {
      reads: ({ core }) => ({ code: code(core), fault: fault(core), record: record(core) }),
      holds: ({ fault, code, record }) => fault.value === 'raised' && code.value === 'decoding' && record.value === 'null',
    }),
    sometimes('a page of a thread is missing while its call is served', each, {
      reads: ({ core }) => ({ fault: fault(core) }),
      holds: ({ fault }) => fault.context.kind === 'thread-page',
    }),
  ]
}
