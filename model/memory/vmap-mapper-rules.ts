import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { pageTableEntry } from './page-table.ts'
import { type DirectPages, directPages } from './vmap-contiguous.ts'
import { extent, placeFor, type RangeDesign, type vmapRecords } from './vmap-range.ts'

/*
 * What mappers of several pages do, each step one section of a lock.
 *
 * Models: `litebox_platform_lvbs/src/lib.rs: vmap, vunmap` in their order: contiguous pages go to the direct map, where
 * a page that is mapped already is passed over; of others a list that names a page twice is rejected, then the allocator
 * refuses a frame that is recorded, or has no room, or gives an address; the entries are stored, all or, if one is
 * present, none; they are cleared and flushed; the address is given back.
 *
 * Leaves out: page-table frames that run out (see `vmap-reuse.ts`), and the walk that finds the table (`vmap-table.ts`).
 */

export interface MapperDesign extends RangeDesign {
  /** Whether a frame may be mapped once in the region, or by everyone at once. */
  readonly uniqueness: 'global' | 'none'
  /** Whether the record is looked up in the section that allocates, or before it. */
  readonly allocation: 'atomic' | 'checked-first'
  readonly repeated: 'rejected' | 'accepted'
  /** Where a list of contiguous pages goes. */
  readonly contiguous: 'direct' | 'region'
  readonly unregister: 'after-clear' | 'before-clear'
  /** An unmapping that fails: address and frames stay reserved, or are given back all the same, or it is tried again. */
  readonly failedUnmap: 'never' | 'keeps' | 'releases' | 'retries'
  /** What a caller does with a refusal: passes it on, comes back with the same request, or waits inside `vmap`. */
  readonly refusal: 'given-up' | 'retried' | 'waited-out'
}

export interface MapperWorld extends DirectPages {
  /** How many pages the region has. */
  readonly size: number
  readonly records: CellOf<typeof vmapRecords>
  readonly entry: (page: number) => CellOf<typeof pageTableEntry>
}

const platform = 'litebox_platform_lvbs/src/lib.rs'
const allocator = 'litebox_platform_lvbs/src/mm/vmap.rs'

export const pagesOf = (base: number, frames: readonly string[]): number[] => frames.map((_, at) => base + at)
export const inRegion = ({ contiguous }: MapperWorld, design: MapperDesign, list: string): boolean =>
  design.contiguous === 'region' || !contiguous(list)

export function mapperRules(world: MapperWorld, design: MapperDesign): readonly Rule[] {
  const { mappers, lists, framesOf, size, mapper, records, entry } = world
  const repeats = (list: string): boolean => new Set(framesOf(list)).size < framesOf(list).length
  const scattered = (list: string): boolean => inRegion(world, design, list) && (design.repeated === 'accepted' || !repeats(list))
  const recorded = (frames: Readonly<Record<string, number>>, list: string): boolean =>
    design.uniqueness === 'global' && framesOf(list).some((frame) => frame in frames)
  const bases = Array.from({ length: size }, (_, at) => at)
  const requests = { mapper: mappers, list: lists }
  const places = { mapper: mappers, list: lists, base: bases }
  const fits = ({ list, base }: { readonly list: string; readonly base: number }): boolean =>
    scattered(list) && extent(design, base, framesOf(list).length).end <= size
  const entriesOf = (list: string, base: number) => pagesOf(base, framesOf(list)).map(entry)
  const looking = design.allocation === 'atomic' ? 'asking' : 'checked'

  const waits = design.refusal === 'waited-out'

  const asking = rule('mapper.ask', requests, {
    source: 'litebox_shim_optee/src/ptr.rs: map_range',
    needed: true,
    actor: ({ mapper }) => mapper,
    sends: ({ mapper: name }) => ({ mapper: mapper(name) }),
  }).does({
    when: { idle: ({ mapper }) => mapper.value === 'idle' },
    events: (_, { list }) => ({ mapper: { type: 'ASK', list } }),
  })

  const rejectRepeated = rule('vmap.rejectRepeated', requests, {
    source: `${platform}: vmap, DuplicatePhysicalAddress`,
    needed: true,
    where: ({ list }) => inRegion(world, design, list) && repeats(list),
    actor: ({ mapper }) => mapper,
    sends: ({ mapper: name }) => ({ mapper: mapper(name) }),
  }).does({
    when: {
      asking: ({ mapper }) => mapper.value === 'asking',
      itsList: ({ mapper }, { list }) => mapper.context.list === list,
    },
    events: () => ({ mapper: { type: 'REFUSE', reason: 'duplicate' } }),
  })

  const check = rule('vmap.findUnmapped', requests, {
    source: 'proposed: the record of frames is looked up in a section of its own',
    needed: true,
    where: ({ list }) => scattered(list),
    actor: ({ mapper }) => mapper,
    sees: () => ({ records }),
    sends: ({ mapper: name }) => ({ mapper: mapper(name) }),
  }).does({
    when: {
      asking: ({ mapper }) => mapper.value === 'asking',
      itsList: ({ mapper }, { list }) => mapper.context.list === list,
      unrecorded: ({ records }, { list }) => !recorded(records.context.frames, list),
    },
    events: () => ({ mapper: { type: 'FIND_UNMAPPED' } }),
  })

  const reserve = rule('vmap.reserve', places, {
    source: `${allocator}: allocate_va_and_register_map`,
    needed: true,
    where: fits,
    actor: ({ mapper }) => mapper,
    sends: ({ mapper: name }) => ({ mapper: mapper(name), records }),
  }).does({
    when: {
      due: ({ mapper }) => mapper.value === looking,
      itsList: ({ mapper }, { list }) => mapper.context.list === list,
      unrecorded: ({ records }, { list }) => design.allocation === 'checked-first' || !recorded(records.context.frames, list),
      placed: ({ records }, { list, base }) => placeFor(records.context, design, size, framesOf(list).length) === base,
    },
    events: (_, { list, base }) => ({
      mapper: { type: 'RESERVE', base },
      records: { type: 'ALLOCATE', base, frames: framesOf(list) },
    }),
  })

  const refuseMapped = rule('vmap.refuseMapped', requests, {
    source: `${allocator}: allocate_va_and_register_map, DuplicateMapping`,
    needed: true,
    where: ({ list }) => scattered(list),
    actor: ({ mapper }) => mapper,
    sees: () => ({ records }),
    sends: ({ mapper: name }) => ({ mapper: mapper(name) }),
  }).does({
    when: {
      asking: ({ mapper }) => mapper.value === 'asking',
      itsList: ({ mapper }, { list }) => mapper.context.list === list,
      recorded: ({ records }, { list }) => recorded(records.context.frames, list),
    },
    events: () => ({ mapper: { type: 'REFUSE', reason: 'already-mapped' } }),
  })

  const refuseExhausted = rule('vmap.refuseExhausted', requests, {
    source: `${allocator}: allocate_va_and_register_map, VaSpaceExhausted`,
    where: ({ list }) => scattered(list),
    actor: ({ mapper }) => mapper,
    sees: () => ({ records }),
    sends: ({ mapper: name }) => ({ mapper: mapper(name) }),
  }).does({
    when: {
      due: ({ mapper }) => mapper.value === looking,
      itsList: ({ mapper }, { list }) => mapper.context.list === list,
      unrecorded: ({ records }, { list }) => design.allocation === 'checked-first' || !recorded(records.context.frames, list),
      noRoom: ({ records }, { list }) => placeFor(records.context, design, size, framesOf(list).length) === undefined,
    },
    events: () => ({ mapper: { type: 'REFUSE', reason: 'exhausted' } }),
  })

  const map = rule('vmap.map', places, {
    source: 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: map_non_contiguous_phys_frames',
    needed: true,
    where: fits,
    actor: ({ mapper }) => mapper,
    sends: ({ mapper: name, list, base }) => ({ mapper: mapper(name), entries: entriesOf(list, base) }),
  }).does({
    when: {
      reserved: ({ mapper }) => mapper.value === 'reserved',
      itsPlace: ({ mapper: { context } }, { list, base }) => context.list === list && context.base === base,
      absent: ({ entries }) => entries.every(({ value }) => value === 'absent'),
    },
    events: (_, { list }) => ({
      mapper: { type: 'MAP' },
      entries: framesOf(list).map((frame) => ({ type: 'MAP', mapping: { frame, writable: false } }) as const),
    }),
  })

  const rollBack = rule('vmap.rollBack', places, {
    source: 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: rollback_mapped_pages, PageAlreadyMapped',
    where: fits,
    actor: ({ mapper }) => mapper,
    sees: ({ list, base }) => ({ entries: entriesOf(list, base) }),
    sends: ({ mapper: name }) => ({ mapper: mapper(name) }),
  }).does({
    when: {
      reserved: ({ mapper }) => mapper.value === 'reserved',
      itsPlace: ({ mapper: { context } }, { list, base }) => context.list === list && context.base === base,
      occupied: ({ entries }) => entries.some(({ value }) => value === 'present'),
    },
    events: () => ({ mapper: { type: 'ROLL_BACK' } }),
  })

  const clear = rule('vunmap.clear', places, {
    source: 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: unmap_pages',
    needed: true,
    where: fits,
    actor: ({ mapper }) => mapper,
    sends: ({ mapper: name, list, base }) => ({ mapper: mapper(name), entries: entriesOf(list, base) }),
  }).does({
    when: {
      due: ({ mapper }) => mapper.value === (design.unregister === 'after-clear' ? 'mapped' : 'unregistered'),
      itsPlace: ({ mapper: { context } }, { list, base }) => context.list === list && context.base === base,
    },
    events: () => ({ mapper: { type: 'CLEAR' }, entries: { type: 'CLEAR' } }),
  })

  const unregister = rule(
    'vmap.unregister',
    { mapper: mappers, base: bases },
    {
      source: `${allocator}: unregister_allocation`,
      needed: true,
      actor: ({ mapper }) => mapper,
      sends: ({ mapper: name }) => ({ mapper: mapper(name), records }),
    },
  ).does({
    when: {
      due: ({ mapper: { value } }) =>
        value === 'unwinding' || value === (design.unregister === 'after-clear' ? 'cleared' : 'mapped'),
      itsBase: ({ mapper }, { base }) => mapper.context.base === base,
    },
    events: (_, { base }) => ({ mapper: { type: 'UNREGISTER' }, records: { type: 'UNREGISTER', base } }),
  })

  return [
    asking,
    ...(design.repeated === 'rejected' ? [rejectRepeated] : []),
    ...(design.allocation === 'checked-first' ? [check] : []),
    reserve,
    ...(design.uniqueness === 'global' && !waits ? [refuseMapped] : []),
    ...(waits ? [] : [refuseExhausted]),
    map,
    rollBack,
    clear,
    unregister,
    ...failing(world, design, bases),
    ...(design.contiguous === 'direct' ? directPages(world) : []),
    ...refusals(world, design),
  ]
}

/** An unmapping that fails before it has cleared anything: `unmap_vtl0_pages` answers an error. */
const failing = ({ mappers, mapper, records }: MapperWorld, design: MapperDesign, bases: readonly number[]): Rule[] => {
  if (design.failedUnmap === 'never') return []
  const releases = design.failedUnmap === 'releases'
  const retries = design.failedUnmap === 'retries'
  return [
    rule(
      'vunmap.fail',
      { mapper: mappers, base: bases },
      {
        kind: 'environment',
        source: releases
          ? `proposed: ${platform}: vunmap gives the address back all the same`
          : retries
            ? 'later versions of litebox_common_linux/src/vmap.rs: a vunmap that fails returns its MapInfo'
            : `${platform}: vunmap, Unmapped`,
        needed: true,
        actor: ({ mapper }) => mapper,
        sends: ({ mapper: name }) => ({ mapper: mapper(name), records: releases ? [records] : [] }),
      },
    ).does({
      when: {
        mapped: ({ mapper }) => mapper.value === 'mapped',
        itsBase: ({ mapper }, { base }) => mapper.context.base === base,
      },
      events: (_, { base }) => ({ mapper: { type: retries ? 'KEEP' : 'FAIL' }, records: { type: 'UNREGISTER', base } }),
    }),
  ]
}

const refusals = ({ mappers, mapper }: MapperWorld, { refusal, repeated }: MapperDesign): Rule[] => {
  const each = { mapper: mappers }
  const again = rule('mapper.askAgain', each, {
    source: 'litebox_runner_lvbs/src/lib.rs: the Linux driver will wait and retry',
    needed: true,
    actor: ({ mapper }) => mapper,
    sends: ({ mapper: name }) => ({ mapper: mapper(name) }),
  }).does({
    when: {
      refused: ({ mapper }) => mapper.value === 'refused',
      transient: ({ mapper: { context } }) => context.reason !== 'duplicate',
    },
    events: () => ({ mapper: { type: 'ASK_AGAIN' } }),
  })
  return [
    ...(refusal === 'retried' ? [again] : []),
    rule('mapper.giveUp', each, {
      source: 'litebox_runner_lvbs/src/lib.rs: decode errors are EBadCmd, which is not retried',
      needed: refusal === 'given-up' || repeated === 'rejected',
      actor: ({ mapper }) => mapper,
      sends: ({ mapper: name }) => ({ mapper: mapper(name) }),
    }).does({
      when: {
        refused: ({ mapper }) => mapper.value === 'refused',
        final: ({ mapper: { context } }) => refusal !== 'retried' || context.reason === 'duplicate',
      },
      events: () => ({ mapper: { type: 'GIVE_UP' } }),
    }),
  ]
}
