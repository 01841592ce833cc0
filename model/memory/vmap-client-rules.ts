import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { spinlock } from '../platform/spinlock.ts'
import type { pageTableEntry } from './page-table.ts'
import { speculation, type tlbEntry } from './tlb.ts'
import type { vmapClient } from './vmap-client.ts'
import type { vmapPolicy } from './vmap-policy.ts'

/*
 * What the users of scattered mappings do, and what each core's TLB makes of it.
 *
 * Models: see `vmap-client.ts` for the order of the steps. Page-table frames may run out at the second page: on LVBS that
 * is a panic at the snapshot (`litebox_platform_lvbs/src/host/lvbs_impl.rs: alloc`), and an error where a platform can
 * say so. An idle core may leave VTL1 and come back, which empties its TLB.
 *
 * Leaves out: which cores a flush knows of (`vp-mask.ts`), permissions, and the upper levels, which the rollback frees
 * when they are empty (`clean_up_addr_range`).
 */

export interface ClientDesign {
  readonly pageTables: 'enough' | 'run-out'
  readonly rollback: 'unflushed' | 'flushed' | 'omitted'
  readonly flush: 'all' | 'local'
  readonly unregister: 'after-flush' | 'before-flush'
}

export interface ClientWorld {
  readonly cores: readonly string[]
  readonly addresses: readonly string[]
  readonly client: (core: string) => CellOf<typeof vmapClient>
  readonly table: CellOf<typeof spinlock>
  readonly region: CellOf<typeof vmapPolicy>
  readonly entry: (page: string) => CellOf<typeof pageTableEntry>
  readonly tlb: (core: string, page: string) => CellOf<typeof tlbEntry>
}

/** The two pages at an address, and the two frames that a core maps there. */
export const parts = [0, 1] as const
export const pageAt = (address: string, part: number): string => `${address}.page${part}`
export const frameFor = (core: string, part: number): string => `${core}.frame${part}`
export const copies = ['copy.throughTlb', 'copy.walk'] as const

const paging = (symbol: string): string => `litebox_platform_lvbs/src/arch/x86/mm/paging.rs: ${symbol}`

export function clientRules(world: ClientWorld, design: ClientDesign): readonly Rule[] {
  const { cores, addresses, tlb, entry } = world
  return [
    ...mapping(world, design),
    ...(design.pageTables === 'run-out' ? rollingBack(world, design) : []),
    ...copying(world),
    ...unmapping(world, design),
    leaving(world),
    ...speculation({
      cores,
      pages: addresses.flatMap((address) => parts.map((part) => pageAt(address, part))),
      tlb,
      entry: (_, page) => entry(page),
    }),
  ]
}

const mapping = ({ cores, addresses, client, region, table, entry }: ClientWorld, { pageTables }: ClientDesign): Rule[] => [
  rule(
    'vmap.reserve',
    { core: cores, address: addresses },
    {
      source: 'litebox_platform_lvbs/src/mm/vmap.rs: allocate_va_and_register_map',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ client: client(core), region }),
    },
  ).does({
    when: {
      idle: ({ client }) => client.value === 'idle',
      next: ({ region }, { address }) => region.context.free[0] === address,
    },
    events: (_, { address }) => ({ client: { type: 'RESERVE', address }, region: { type: 'GIVE', address } }),
  }),
  ...parts.map((part) =>
    rule(
      part === 0 ? 'vmap.storeFirst' : 'vmap.storeSecond',
      { core: cores, address: addresses },
      {
        source: paging('map_non_contiguous_phys_frames'),
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core, address }) => ({ client: client(core), entry: entry(pageAt(address, part)), table }),
        waitsFor: part === 0 ? ['table'] : [],
      },
    ).does({
      when: {
        storing: ({ client }) => client.value === 'storing',
        part: ({ client }) => client.context.done === part,
        here: ({ client }, { address }) => client.context.address === address,
        absent: ({ entry }) => entry.value === 'absent',
      },
      events: (_, { core }) => ({
        client: { type: 'STORE' },
        entry: { type: 'MAP', mapping: { frame: frameFor(core, part), writable: false } },
        table: part === 0 ? { type: 'ACQUIRE', holder: core } : { type: 'RELEASE' },
      }),
    }),
  ),
  ...(pageTables === 'enough' ? [] : [refusal({ cores, addresses, client, table, entry })]),
]

/** Without a rollback a later mapping at the address finds the first page there: it fails at once, and leaves it. */
const refusal = ({ cores, addresses, client, entry, table }: Omit<ClientWorld, 'region' | 'tlb'>): Rule =>
  rule(
    'vmap.refuseOccupied',
    { core: cores, address: addresses },
    {
      source: paging('map_non_contiguous_phys_frames, PageAlreadyMapped'),
      actor: ({ core }) => core,
      sees: ({ address }) => ({ entry: entry(pageAt(address, 0)) }),
      sends: ({ core }) => ({ client: client(core), table }),
      waitsFor: ['table'],
    },
  ).does({
    when: {
      storing: ({ client }) => client.value === 'storing',
      first: ({ client }) => client.context.done === 0,
      here: ({ client }, { address }) => client.context.address === address,
      occupied: ({ entry }) => entry.value === 'present',
    },
    events: (_, { core }) => ({ client: { type: 'FAIL' }, table: { type: 'ACQUIRE', holder: core } }),
  })

const rollingBack = ({ cores, addresses, client, table, entry, tlb }: ClientWorld, { rollback }: ClientDesign): Rule[] => {
  const places = { core: cores, address: addresses }
  const undoes = rollback !== 'omitted'
  return [
    rule(
      'vmap.runOut',
      { core: cores },
      {
        kind: 'environment',
        source: paging('map_non_contiguous_phys_frames, FrameAllocationFailed'),
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ client: client(core) }),
      },
    ).does({
      when: {
        storing: ({ client }) => client.value === 'storing',
        second: ({ client }) => client.context.done === 1,
      },
      events: () => ({ client: { type: 'FAIL' } }),
    }),
    rule('vmap.undo', places, {
      source: paging(undoes ? 'rollback_mapped_pages' : 'map_phys_frame_range_with, which undoes nothing'),
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, address }) => ({
        client: client(core),
        entries: undoes ? [entry(pageAt(address, 0))] : [],
        tables: rollback === 'flushed' ? [] : [table],
      }),
    }).does({
      when: {
        failing: ({ client }) => client.value === 'failing',
        here: ({ client }, { address }) => client.context.address === address,
      },
      events: () => ({ client: { type: 'UNDO' }, entries: { type: 'CLEAR' }, tables: { type: 'RELEASE' } }),
    }),
    ...(rollback === 'flushed'
      ? [
          rule('vmap.flushUndone', places, {
            source: 'proposed: the flush of an unmapping after a rollback',
            needed: true,
            actor: ({ core }) => core,
            sends: ({ core, address }) => ({
              client: client(core),
              tlbs: cores.map((each) => tlb(each, pageAt(address, 0))),
              table,
            }),
          }).does({
            when: {
              undone: ({ client }) => client.value === 'undone',
              here: ({ client }, { address }) => client.context.address === address,
            },
            events: () => ({ client: { type: 'FLUSH' }, tlbs: { type: 'DROP' }, table: { type: 'RELEASE' } }),
          }),
        ]
      : []),
  ]
}

const copying = ({ cores, addresses, client, entry, tlb }: ClientWorld): Rule[] => {
  const frames = cores.flatMap((core) => parts.map((part) => frameFor(core, part)))
  const places = { core: cores, address: addresses, part: parts }
  const source = 'litebox/src/mm/exception_table.rs: memcpy_fallible'
  return [
    rule(
      'copy.throughTlb',
      { ...places, frame: frames },
      {
        source,
        needed: true,
        actor: ({ core }) => core,
        sees: ({ core, address, part }) => ({ tlb: tlb(core, pageAt(address, part)) }),
        sends: ({ core }) => ({ client: client(core) }),
      },
    ).does({
      when: {
        copying: ({ client }) => client.value === 'copying',
        here: ({ client: { context } }, { address, part }) => context.address === address && context.done === part,
        cached: ({ tlb }, { frame }) => tlb.context.frame === frame,
      },
      events: () => ({ client: { type: 'COPY' } }),
    }),
    rule(
      'copy.walk',
      { ...places, frame: frames },
      {
        source,
        needed: true,
        actor: ({ core }) => core,
        sees: ({ address, part }) => ({ entry: entry(pageAt(address, part)) }),
        sends: ({ core, address, part }) => ({ client: client(core), tlb: tlb(core, pageAt(address, part)) }),
      },
    ).does({
      when: {
        copying: ({ client }) => client.value === 'copying',
        here: ({ client: { context } }, { address, part }) => context.address === address && context.done === part,
        walks: ({ tlb }) => tlb.value === 'empty',
        found: ({ entry }, { frame }) => entry.context.frame === frame,
      },
      events: (_, { frame }) => ({
        client: { type: 'COPY' },
        tlb: { type: 'FILL', frame, writable: false, dirty: false },
      }),
    }),
  ]
}

const unmapping = (
  { cores, addresses, client, region, table, entry, tlb }: ClientWorld,
  { flush, unregister }: ClientDesign,
): Rule[] => {
  const places = { core: cores, address: addresses }
  const early = unregister === 'before-flush'
  return [
    ...parts.map((part) =>
      rule(part === 0 ? 'vunmap.clearFirst' : 'vunmap.clearSecond', places, {
        source: paging('unmap_pages'),
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core, address }) => ({
          client: client(core),
          entry: entry(pageAt(address, part)),
          tables: part === 0 ? [table] : [],
        }),
        waitsFor: ['tables'],
      }).does({
        when: {
          ended: ({ client: { value } }) => value === (part === 0 ? 'copied' : 'clearing'),
          here: ({ client }, { address }) => client.context.address === address,
        },
        events: (_, { core }) => ({
          client: { type: 'CLEAR' },
          entry: { type: 'CLEAR' },
          tables: { type: 'ACQUIRE', holder: core },
        }),
      }),
    ),
    rule('flush.range', places, {
      source: paging('flush_tlb_range'),
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, address }) => ({
        client: client(core),
        tlbs: cores
          .filter((each) => flush === 'all' || each === core)
          .flatMap((each) => parts.map((part) => tlb(each, pageAt(address, part)))),
        table,
      }),
    }).does({
      when: {
        cleared: ({ client }) => client.value === (early ? 'unregistered' : 'cleared'),
        here: ({ client }, { address }) => client.context.address === address,
      },
      events: () => ({ client: { type: 'FLUSH' }, tlbs: { type: 'DROP' }, table: { type: 'RELEASE' } }),
    }),
    rule('vmap.unregister', places, {
      source: 'litebox_platform_lvbs/src/mm/vmap.rs: unregister_allocation',
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ table }),
      sends: ({ core }) => ({ client: client(core), region }),
    }).does({
      when: {
        due: ({ client: { value }, table }) =>
          value === 'flushed' ||
          value === 'withdrawn' ||
          (value === 'undone' && table.value === 'free') ||
          (value === 'cleared' && early),
        here: ({ client }, { address }) => client.context.address === address,
      },
      events: (_, { address }) => ({ client: { type: 'UNREGISTER' }, region: { type: 'GIVE_BACK', address } }),
    }),
  ]
}

const leaving = ({ cores, addresses, client, region, tlb }: ClientWorld): Rule =>
  rule(
    'vp.leaveAndReturn',
    { core: cores },
    {
      source: 'litebox_platform_lvbs/src/mshv/vtl_switch.rs: vtl_switch',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ client: client(core) }),
      sends: ({ core }) => ({
        region,
        tlbs: addresses.flatMap((address) => parts.map((part) => tlb(core, pageAt(address, part)))),
      }),
    },
  ).does({
    when: { idle: ({ client }) => client.value === 'idle' },
    events: (_, { core }) => ({ region: { type: 'LEFT', core }, tlbs: { type: 'DROP' } }),
  })
