import { type Rule, rule } from '../../checker/index.ts'
import { heldFor, isDue, rangeNames, type Unmapper } from './unmapper.ts'

/*
 * The alternative shootdown: the caller interrupts the other cores, and a handler of LiteBox flushes there.
 *
 * Models: what Linux does (`arch/x86/mm/tlb.c: flush_tlb_mm_range`): send the interrupts, flush the own core, wait for
 * the others. LiteBox at the snapshot has no such code; the reviews of its physical pointers discuss a guard "in the
 * shootdown handler", which presupposes it. The interrupt stays pending while the target's interrupts are off. The
 * handler then flushes and acknowledges in two steps. A caller that does not wait for one acknowledgement still waits
 * for it before it asks the same core again: the request has room for one range.
 *
 * Leaves out: the interrupt controller, lazy TLB mode, and the return from the handler, which is one step with the
 * acknowledgement: the core touches no guest memory between the two.
 */

const source = 'no counterpart in LiteBox; Linux arch/x86/mm/tlb.c: flush_tlb_mm_range'

export const ipiFlush = (world: Unmapper, waits: boolean): readonly Rule[] => {
  const { operation, caller, call, cores, request, cpu } = world
  const others = cores.filter((core) => core !== caller)
  return [
    rule(
      `${operation}.interruptOthers`,
      { range: rangeNames(world) },
      {
        source,
        needed: true,
        actor: () => caller,
        sends: () => ({ call, requests: others.map(request) }),
        waitsFor: ['requests'],
      },
    ).does({
      when: {
        flushing: ({ call }) => call.value === 'flushing',
        due: ({ call }, { range }) => isDue(call.context, world, range),
      },
      events: (_, { range }) => ({ call: { type: 'SIGNAL' }, requests: { type: 'REQUEST', range } }),
    }),
    rule(
      `${operation}.invlpg`,
      { range: rangeNames(world) },
      {
        source,
        needed: true,
        actor: () => caller,
        sends: ({ range }) => ({ call, held: heldFor(world, caller, range) }),
      },
    ).does({
      when: {
        signalled: ({ call }) => call.value === 'signalled',
        due: ({ call }, { range }) => isDue(call.context, world, range),
      },
      events: () => ({ call: { type: 'FLUSHED_OWN' }, held: { type: 'DROP' } }),
    }),
    rule(
      waits ? `${operation}.collectAcks` : `${operation}.goOnUnacknowledged`,
      {},
      {
        source,
        needed: true,
        actor: () => caller,
        sees: () => ({ requests: waits ? others.map(request) : [] }),
        sends: () => ({ call }),
      },
    ).does({
      when: {
        awaiting: ({ call }) => call.value === 'awaiting',
        acknowledged: ({ requests }) => requests.every((request) => request.value === 'none'),
      },
      events: () => ({ call: { type: 'FLUSHED' } }),
    }),
    rule(
      'ipi.deliver',
      { core: others },
      {
        source: 'no counterpart in LiteBox; Linux arch/x86/mm/tlb.c: flush_tlb_func',
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ cpu: cpu(core), request: request(core) }),
      },
    ).does({
      when: {
        interruptsOn: ({ cpu }) => cpu.value === 'user',
        pending: ({ request }) => request.value === 'requested',
      },
      events: () => ({ cpu: { type: 'INTERRUPT' }, request: { type: 'HANDLE' } }),
    }),
    rule(
      'ipi.invalidate',
      { core: others, range: rangeNames(world) },
      {
        source: 'no counterpart in LiteBox; Linux arch/x86/mm/tlb.c: flush_tlb_func',
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core, range }) => ({ request: request(core), held: heldFor(world, core, range) }),
      },
    ).does({
      when: {
        handling: ({ request }) => request.value === 'handling',
        thisRange: ({ request }, { range }) => request.context.range === range,
      },
      events: () => ({ request: { type: 'INVALIDATE' }, held: { type: 'DROP' } }),
    }),
    rule(
      'ipi.acknowledge',
      { core: others },
      {
        source: 'no counterpart in LiteBox; Linux kernel/smp.c: csd_unlock',
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ cpu: cpu(core), request: request(core) }),
      },
    ).does({
      when: { invalidated: ({ request }) => request.value === 'invalidated' },
      events: () => ({ cpu: { type: 'RETURN' }, request: { type: 'ACKNOWLEDGE' } }),
    }),
  ]
}
