import { type Rule, rule } from '../../checker/index.ts'
import type { ForeignWindows } from './foreign-windows.ts'
import { inMask } from './vp-mask.ts'

/*
 * The flush at the end of an unmapping, under the table's lock: which cores it reaches, and by what means.
 *
 * Models: `litebox_platform_lvbs/src/arch/x86/mm/paging.rs: flush_tlb_range` and `mshv/hvcall_mm.rs:
 * hv_flush_virtual_address_list`: if only the own VP's bit is set, a local flush; otherwise a hypercall that flushes the
 * VPs in the mask before it returns, without any code of LiteBox running on them. If the hypercall fails, a local flush,
 * and success is reported. (The source then drops all that the core holds; here only the page at hand is sure to go,
 * since the rest may be evicted or not.) By an interrupt: a request to the peer, whose handler (`copy-guard.ts`) flushes and
 * acknowledges; the unmapper waits for that, or does not.
 *
 * Leaves out: the second load of the mask (with two cores it can differ from the first only when the peer has left and
 * come back, with an empty TLB), the choice between a list and the whole space, and the time before hypercalls work.
 */

/** `all` asks where the peer is instead of reading its bit. `failing`: as `mask`, but the request may fail. */
export type Flush = 'none' | 'local' | 'mask' | 'all' | 'failing'
/** `ipi-no-wait`: the unmapper does not wait for the acknowledgement. */
export type Mechanism = 'hypercall' | 'ipi' | 'ipi-no-wait'

export interface FlushDesign {
  readonly flush: Flush
  readonly mechanism: Mechanism
}

const paging = 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: flush_tlb_range'
const hypercalls = 'litebox_platform_lvbs/src/mshv/hvcall_mm.rs: hv_flush_virtual_address_list'

export const windowFlush = (world: ForeignWindows, { flush, mechanism }: FlushDesign): readonly Rule[] => {
  const flushed = { pointer: { type: 'FLUSHED' }, table: { type: 'RELEASE' } } as const
  const { cores, pointer, table } = world
  if (flush === 'none')
    return [
      rule(
        'flush.skip',
        { core: cores },
        {
          source: 'proposed: no flush at all',
          needed: true,
          actor: ({ core }) => core,
          sends: ({ core }) => ({ pointer: pointer(core), table }),
        },
      ).does({
        when: { cleared: ({ pointer }) => pointer.value === 'cleared' },
        events: () => flushed,
      }),
    ]
  if (flush === 'local') return [localFlush(world, 'cleared')]
  return [
    assessment(world, flush),
    localFlush(world, 'alone'),
    ...(mechanism === 'hypercall' ? [hypercall(world)] : byInterrupt(world, mechanism)),
    ...(flush === 'failing' ? [localFlush(world, 'together')] : []),
  ]
}

/** Whether the peer has to be told. */
const assessment = ({ cores, peer, vp, pointer }: ForeignWindows, flush: Flush): Rule =>
  rule(
    'flush.assess',
    { core: cores },
    {
      source: 'litebox_platform_lvbs/src/mshv/vtl_switch.rs: is_only_vp_in_vtl1',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ peer: vp(peer(core)) }),
      sends: ({ core }) => ({ pointer: pointer(core) }),
    },
  ).does({
    when: { cleared: ({ pointer }) => pointer.value === 'cleared' },
    events: ({ peer }) => {
      const told = flush === 'all' ? peer.value !== 'outside' : inMask(peer.value)
      return { pointer: { type: told ? 'TOGETHER' : 'ALONE' } }
    },
  })

const localFlush = (world: ForeignWindows, when: 'cleared' | 'alone' | 'together'): Rule => {
  const { cores, pages, pointer, tlb, table } = world
  const failed = when === 'together'
  return rule(
    failed ? 'flush.failToLocal' : 'flush.local',
    { core: cores, page: pages },
    {
      kind: failed ? 'environment' : 'program',
      source: failed ? `${paging}, "fall back to local flush"` : paging,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, page }) => ({ pointer: pointer(core), tlb: tlb(core, page), table }),
    },
  ).does({
    when: {
      due: ({ pointer }) => pointer.value === when,
      itsPage: ({ pointer }, { page }) => pointer.context.page === page,
    },
    events: () => ({ pointer: { type: 'FLUSHED' }, tlb: { type: 'DROP' }, table: { type: 'RELEASE' } }),
  })
}

const hypercall = ({ cores, pages, pointer, tlb, table }: ForeignWindows): Rule =>
  rule(
    'flush.hypercall',
    { core: cores, page: pages },
    {
      source: hypercalls,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, page }) => ({ pointer: pointer(core), tlbs: cores.map((each) => tlb(each, page)), table }),
    },
  ).does({
    when: {
      together: ({ pointer }) => pointer.value === 'together',
      itsPage: ({ pointer }, { page }) => pointer.context.page === page,
    },
    events: () => ({ pointer: { type: 'FLUSHED' }, tlbs: { type: 'DROP' }, table: { type: 'RELEASE' } }),
  })

const byInterrupt = (world: ForeignWindows, mechanism: 'ipi' | 'ipi-no-wait'): Rule[] => {
  const { cores, peer, pages, pointer, tlb, table, request } = world
  const places = { core: cores, page: pages }
  if (mechanism === 'ipi-no-wait')
    return [
      rule('flush.requestOnly', places, {
        source: 'proposed: a shootdown by interrupt that nobody waits for',
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core, page }) => ({
          pointer: pointer(core),
          tlb: tlb(core, page),
          table,
          request: request(peer(core)),
        }),
        waitsFor: ['request'],
      }).does({
        when: {
          together: ({ pointer }) => pointer.value === 'together',
          itsPage: ({ pointer }, { page }) => pointer.context.page === page,
        },
        events: (_, { page }) => ({
          pointer: { type: 'FLUSHED' },
          tlb: { type: 'DROP' },
          table: { type: 'RELEASE' },
          request: { type: 'REQUEST', page },
        }),
      }),
    ]
  return [
    rule('flush.request', places, {
      source: 'proposed: a shootdown by interrupt',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, page }) => ({ pointer: pointer(core), tlb: tlb(core, page), request: request(peer(core)) }),
    }).does({
      when: {
        together: ({ pointer }) => pointer.value === 'together',
        itsPage: ({ pointer }, { page }) => pointer.context.page === page,
      },
      events: (_, { page }) => ({
        pointer: { type: 'AWAIT' },
        tlb: { type: 'DROP' },
        request: { type: 'REQUEST', page },
      }),
    }),
    rule(
      'flush.acknowledged',
      { core: cores },
      {
        source: 'proposed: the unmapper goes on when the peer has answered',
        needed: true,
        actor: ({ core }) => core,
        sees: ({ core }) => ({ request: request(peer(core)) }),
        sends: ({ core }) => ({ pointer: pointer(core), table }),
      },
    ).does({
      when: {
        awaiting: ({ pointer }) => pointer.value === 'awaiting',
        answered: ({ request }) => request.value === 'answered',
      },
      events: () => ({ pointer: { type: 'FLUSHED' }, table: { type: 'RELEASE' } }),
    }),
  ]
}
