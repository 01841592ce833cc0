import { always, canReach, onStep, type Property, sometimes } from '../checker/index.ts'
import type { KernelFaultDesign, KernelFaultWorld } from '../model/memory/kernel-fault-rules.ts'

/* What is claimed of a page fault in LiteBox's own code. */

export const faultClaims = {
  live: 'a fault handler calls the shim only through the context of a thread that is live on its core',
  null: 'no fault handler follows a null record',
  assertion: 'a fault that the source tolerates stops no core',
  served: "a fault on a page of the running thread is served through that thread's shim",
  vouched: 'a recorded context is used only while the flag says that a thread is there',
  interrupted: 'what a fault has interrupted goes on only when the fault has ended',
  failed: 'a fault of a copy ends as an error of the copy',
  resumed: 'a core can always go back to decoding calls',
} as const

export function kernelFaultProperties(world: KernelFaultWorld, design: KernelFaultDesign): readonly Property[] {
  const { cores, code, record, flag, fault } = world
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
    ...(design.context === 'flagged'
      ? [
          onStep(faultClaims.vouched, each, {
            on: ['handler.loadContext'],
            reads: ({ core }) => ({ flag: flag(core) }),
            holds: ({ flag }, _, { at }, { core }) => at.core !== core || flag.value === 'set',
          }),
        ]
      : []),
    onStep(faultClaims.interrupted, each, {
      reads: ({ core }) => ({ code: code(core), fault: fault(core) }),
      holds: (before, after) =>
        after.code.value === before.code.value || after.code.value === 'stopped' || before.fault.value === 'none',
    }),
    onStep(faultClaims.failed, each, {
      reads: ({ core }) => ({ fault: fault(core) }),
      holds: (before, after) =>
        before.fault.context.kind !== 'copy' || after.fault.value !== 'none' || before.fault.value === 'fixedUp',
    }),
    canReach(faultClaims.resumed, each, {
      reads: ({ core }) => ({ code: code(core), fault: fault(core) }),
      goal: ({ code, fault }) => code.value === 'decoding' && fault.value === 'none',
    }),
    sometimes(
      'a copy faults while a call is decoded, with a record that leads nowhere',
      { core: cores, nowhere: design.record === 'zeroed' ? ['null'] : ['null', 'dangling'] },
      {
        reads: ({ core }) => ({ code: code(core), fault: fault(core), record: record(core) }),
        holds: ({ code, fault, record }, { nowhere }) =>
          fault.value === 'raised' && code.value === 'decoding' && record.value === nowhere,
      },
    ),
    sometimes('a page of a thread is missing while its call is served', each, {
      reads: ({ core }) => ({ fault: fault(core) }),
      holds: ({ fault }) => fault.context.kind === 'thread-page',
    }),
  ]
}
