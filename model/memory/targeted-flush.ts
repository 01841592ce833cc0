import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { drained } from '../platform/memory-order.ts'
import type { Scope } from './targeted-unmap.ts'
import type { TargetedWorld } from './targeted-unmap-rules.ts'
import type { tlbEntry } from './tlb.ts'

/*
 * The flush of the call: whom it is meant for, and how it reaches them.
 *
 * Models: `litebox_platform_lvbs/src/arch/x86/mm/paging.rs: flush_tlb_range` and
 * `litebox_platform_lvbs/src/mshv/hvcall_mm.rs: hv_flush_virtual_address_list`. Both questions to the mask are plain
 * loads, whatever their memory order is called: relaxed, acquire and sequentially consistent loads are the same
 * instruction on x86. So they may be answered while the stores to the entries still wait in the caller's store buffer.
 * invlpg, a reload of CR3, and the exit to the hypervisor wait until the buffer is empty. The hypervisor deals with the
 * targets one after another and returns when it has; it may refuse the request, before it has flushed anybody.
 *
 * Leaves out: a hypercall page that does not answer at all, and targets that the hypervisor does not know.
 */

/** `mask`: the bits. `mask-and-entering`: also who has been resumed and has not set the bit yet. */
const isTarget = (scope: Scope, vp: { readonly value: string; readonly context: { readonly listed: boolean } }): boolean =>
  scope === 'all' || vp.context.listed || (scope === 'mask-and-entering' && vp.value === 'resumed')

const hypercall = 'litebox_platform_lvbs/src/mshv/hvcall_mm.rs: hv_flush_virtual_address_list'
const paging = 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: flush_tlb_range'

const translationsOf = ({ pages, tlb }: TargetedWorld, core: string): readonly CellOf<typeof tlbEntry>[] =>
  pages.map((page) => tlb(core, page))

/** The own core's flush, with nobody else told. Invalidation is serialising. */
export const ownFlush = (world: TargetedWorld): Rule => {
  const { caller, call, memory } = world
  return rule(
    'flush.own',
    {},
    {
      source: hypercall,
      actor: () => caller,
      sees: () => ({ own: memory.fencePorts(caller) }),
      sends: () => ({ call, held: translationsOf(world, caller) }),
    },
  ).does({
    when: { flushingOwn: ({ call }) => call.value === 'flushingOwn', drained: ({ own }) => drained(own) },
    events: () => ({ call: { type: 'FLUSHED' }, held: { type: 'DROP' } }),
  })
}

export const fence = ({ caller, call, memory }: TargetedWorld): Rule =>
  rule(
    'flush.fence',
    {},
    {
      source: 'proposed: a full fence at the beginning of flush_tlb_range',
      needed: true,
      actor: () => caller,
      sees: () => ({ own: memory.fencePorts(caller) }),
      sends: () => ({ call }),
    },
  ).does({
    when: { fencing: ({ call }) => call.value === 'fencing', drained: ({ own }) => drained(own) },
    events: () => ({ call: { type: 'FENCE' } }),
  })

/** The first question: is anybody else there? A core whose own bit is not set does not find itself alone. */
export const fastPath = ({ caller, call, cores, vp }: TargetedWorld, scope: Scope): readonly Rule[] => {
  const isAlone = (vps: readonly Parameters<typeof isTarget>[1][]): boolean =>
    vps.every((vp, at) => isTarget(scope, vp) === (cores[at] === caller))
  const footprint = {
    source: 'litebox_platform_lvbs/src/mshv/vtl_switch.rs: is_only_vp_in_vtl1',
    actor: () => caller,
    sees: () => ({ vps: cores.map(vp) }),
    sends: () => ({ call }),
  }
  return [
    rule('flush.findAlone', {}, footprint).does({
      when: { asking: ({ call }) => call.value === 'asking', alone: ({ vps }) => isAlone(vps) },
      events: () => ({ call: { type: 'ALONE' } }),
    }),
    rule('flush.findCompany', {}, { ...footprint, needed: true }).does({
      when: { asking: ({ call }) => call.value === 'asking', accompanied: ({ vps }) => !isAlone(vps) },
      events: () => ({ call: { type: 'ACCOMPANIED' } }),
    }),
  ]
}

/** The second question: who is there? */
export const snapshot = ({ caller, call, cores, vp }: TargetedWorld, scope: Scope): Rule =>
  rule(
    'flush.chooseTargets',
    {},
    {
      source: 'litebox_platform_lvbs/src/mshv/vtl_switch.rs: vtl1_vp_mask',
      needed: true,
      actor: () => caller,
      sees: () => ({ vps: cores.map(vp) }),
      sends: () => ({ call }),
    },
  ).does({
    when: { choosing: ({ call }) => call.value === 'choosing' },
    events: ({ vps }) => ({ call: { type: 'SNAPSHOT', targets: cores.filter((_, at) => isTarget(scope, vps[at]!)) } }),
  })

export const hypercallToTargets = (world: TargetedWorld): readonly Rule[] => {
  const { caller, call, cores, memory } = world
  return [
    rule(
      'flush.callHypervisor',
      {},
      {
        source: hypercall,
        needed: true,
        actor: () => caller,
        sees: () => ({ own: memory.fencePorts(caller) }),
        sends: () => ({ call }),
      },
    ).does({
      when: { calling: ({ call }) => call.value === 'calling', drained: ({ own }) => drained(own) },
      events: () => ({ call: { type: 'CALL_HYPERVISOR' } }),
    }),
    rule(
      'hypervisor.invalidate',
      { core: cores },
      {
        kind: 'environment',
        source: 'Hypervisor Top Level Functional Specification, HvCallFlushVirtualAddressListEx',
        needed: true,
        actor: () => 'hypervisor',
        sends: ({ core }) => ({ call, held: translationsOf(world, core) }),
      },
    ).does({
      when: {
        awaiting: ({ call }) => call.value === 'awaiting',
        targeted: ({ call }, { core }) => call.context.targets.includes(core),
      },
      events: (_, { core }) => ({ call: { type: 'DONE_WITH', core }, held: { type: 'DROP' } }),
    }),
    rule('flush.leaveHypervisor', {}, { source: hypercall, needed: true, actor: () => caller, sends: () => ({ call }) }).does({
      when: {
        awaiting: ({ call }) => call.value === 'awaiting',
        everyTargetFlushed: ({ call }) => call.context.targets.length === 0,
      },
      events: () => ({ call: { type: 'FLUSHED' } }),
    }),
  ]
}

/** `local-flush`: as the source does, and goes on as if flushed. `keep-frames`: the same, but gives no frame back. */
export type Refusal = 'local-flush' | 'keep-frames' | 'retry' | 'stop'

/** The hypervisor finds fault with the request, as it does with one that is encoded wrongly, and what the caller does. */
export const refusals = (world: TargetedWorld, refusal: Refusal): readonly Rule[] => {
  const { caller, call, memory } = world
  const answer = { source: `${paging}, Err(e)`, needed: true, actor: () => caller }
  const refuse = rule(
    'hypervisor.refuse',
    {},
    {
      kind: 'environment',
      source: 'Hypervisor Top Level Functional Specification, HV_STATUS_INVALID_HYPERCALL_INPUT',
      needed: true,
      actor: () => 'hypervisor',
      sees: () => ({ own: memory.fencePorts(caller) }),
      sends: () => ({ call }),
    },
  ).does({
    when: { calling: ({ call }) => call.value === 'calling', drained: ({ own }) => drained(own) },
    events: () => ({ call: { type: 'REFUSED' } }),
  })
  switch (refusal) {
    case 'local-flush':
    case 'keep-frames':
      return [
        refuse,
        rule('flush.fallBack', {}, { ...answer, sends: () => ({ call, held: translationsOf(world, caller) }) }).does({
          when: { refused: ({ call }) => call.value === 'refused' },
          events: () => ({
            call: { type: refusal === 'local-flush' ? 'FLUSHED' : 'GIVE_UP' },
            held: { type: 'DROP' },
          }),
        }),
      ]
    case 'retry':
      return [
        refuse,
        rule('flush.retry', {}, { ...answer, sends: () => ({ call }) }).does({
          when: { refused: ({ call }) => call.value === 'refused' },
          events: () => ({ call: { type: 'RETRY' } }),
        }),
      ]
    case 'stop':
      return [
        refuse,
        rule('flush.stop', {}, { ...answer, sends: () => ({ call }) }).does({
          when: { refused: ({ call }) => call.value === 'refused' },
          events: () => ({ call: { type: 'STOP' } }),
        }),
      ]
    default:
      return refusal satisfies never
  }
}

/** Instead of a remote flush: every core of the snapshot is outside the mask once. It comes back with an empty TLB. */
export const outwaiting = ({ caller, call, cores, vp }: TargetedWorld): readonly Rule[] => [
  rule(
    'quarantine.observe',
    { core: cores },
    {
      source: 'proposed: frames wait until every core that was in VTL1 has left it once',
      needed: true,
      actor: () => caller,
      sees: ({ core }) => ({ vp: vp(core) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      outwaiting: ({ call }) => call.value === 'outwaiting',
      waitedFor: ({ call }, { core }) => call.context.targets.includes(core),
      hasLeft: ({ vp }, { core }) => core === caller || !vp.context.listed,
    },
    events: (_, { core }) => ({ call: { type: 'DONE_WITH', core } }),
  }),
  rule(
    'quarantine.end',
    {},
    {
      source: 'proposed: frames wait until every core that was in VTL1 has left it once',
      needed: true,
      actor: () => caller,
      sends: () => ({ call }),
    },
  ).does({
    when: {
      outwaiting: ({ call }) => call.value === 'outwaiting',
      everyTargetLeft: ({ call }) => call.context.targets.length === 0,
    },
    events: () => ({ call: { type: 'FLUSHED' } }),
  }),
]
