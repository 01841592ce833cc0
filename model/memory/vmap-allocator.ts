import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { ForeignWindows } from './foreign-windows.ts'
import { isDue, mapped, type VmapDesign } from './vmap.ts'

/*
 * The allocator of the vmap region, and mapping at an address that it gave.
 *
 * Models: `litebox_platform_lvbs/src/mm/vmap.rs: VmapRegionAllocator`: under one lock, the lowest free address, and two
 * records that change together: which allocation owns an address, and which frames are mapped anywhere
 * (`pa_to_va_map`). A frame that is recorded already is refused. A freed address is free at once and, being the lowest,
 * is the next to be given. Then `map_non_contiguous_phys_frames`, which stores the entry under the table's lock; and
 * `unregister_allocation` at the end of `vunmap`. The design `private` records no frames: each mapping has an address of
 * its own.
 *
 * Leaves out: allocations of several pages and how their ranges coalesce, the guard page (part of its allocation), and
 * the roll-back of a mapping that failed half-way, which clears entries and frees their addresses without any flush: it
 * needs page-table frames to run out, and then LVBS panics first.
 */

export const vmapAllocator = setup({
  types: {
    context: {} as { owners: Record<string, string>; registered: string[] },
    input: {} as { pages: readonly string[] },
    events: {} as { type: 'ALLOCATE'; page: string; frame: string; register: boolean } | { type: 'UNREGISTER'; page: string },
  },
}).createMachine({
  id: 'vmapAllocator',
  context: ({ input }) => ({ owners: Object.fromEntries(input.pages.map((page) => [page, 'none'])), registered: [] }),
  initial: 'ready',
  states: {
    ready: {
      on: {
        ALLOCATE: {
          target: 'ready',
          actions: update((allocator, { page, frame, register }) => {
            allocator.owners[page] = frame
            if (register) allocator.registered = [...allocator.registered, frame].sort()
          }),
        },
        UNREGISTER: {
          target: 'ready',
          actions: update((allocator, { page }) => {
            allocator.registered = allocator.registered.filter((frame) => frame !== allocator.owners[page])
            allocator.owners[page] = 'none'
          }),
        },
      },
    },
  },
})

export interface VmapRegion extends ForeignWindows {
  readonly allocator: CellOf<typeof vmapAllocator>
}

export const isFree = (owners: Readonly<Record<string, string>>, page: string): boolean => owners[page] === 'none'

/** When a page goes back to the allocator: when its flush is done, or before its entry is cleared. */
export type Unregister = 'after-flush' | 'before-clear'

export const vmapMapping = (world: VmapRegion, design: VmapDesign, unregister: Unregister): readonly Rule[] => {
  const { cores, pages, table, entry, pointer, allocator, rust } = world
  const unique = design.mapping === 'vmap'
  /** The address that the allocator gives next, if any is left; what Rust took is no longer its own. */
  const next = (owners: Readonly<Record<string, string>>, taken: string): string | undefined =>
    pages.find((page) => isFree(owners, page) && page !== taken)
  const allocatorSource = 'litebox_platform_lvbs/src/mm/vmap.rs: allocate_va_and_register_map'
  return [
    rule(
      'vmap.reserve',
      { core: cores, page: pages },
      {
        source: allocatorSource,
        needed: true,
        actor: ({ core }) => core,
        sees: () => ({ rust }),
        sends: ({ core }) => ({ pointer: pointer(core), allocator }),
      },
    ).does({
      when: {
        ...isDue(design, 'reserve'),
        unregistered: ({ pointer, allocator }) => !allocator.context.registered.includes(pointer.context.frame),
        lowestFree: ({ allocator, rust }, { page }) => next(allocator.context.owners, rust.context.what) === page,
      },
      events: ({ pointer }, { page }) => ({
        pointer: { type: 'RESERVE', page },
        allocator: { type: 'ALLOCATE', page, frame: pointer.context.frame, register: unique },
      }),
    }),
    rule(
      'vmap.refuse',
      { core: cores },
      {
        source: `${allocatorSource}, DuplicateMapping, VaSpaceExhausted`,
        needed: unique,
        actor: ({ core }) => core,
        sees: () => ({ allocator, rust }),
        sends: ({ core }) => ({ pointer: pointer(core) }),
      },
    ).does({
      when: {
        ...isDue(design, 'reserve'),
        refused: ({ pointer, allocator: { context }, rust }) =>
          context.registered.includes(pointer.context.frame) || next(context.owners, rust.context.what) === undefined,
      },
      events: () => ({ pointer: { type: 'REFUSE' } }),
    }),
    rule(
      'vmap.map',
      { core: cores, page: pages },
      {
        source: 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: map_non_contiguous_phys_frames',
        needed: true,
        actor: ({ core }) => core,
        sees: () => ({ table }),
        sends: ({ core, page }) => ({ pointer: pointer(core), entry: entry(page) }),
      },
    ).does({
      when: {
        ...isDue(design, 'map'),
        itsPage: ({ pointer }, { page }) => pointer.context.page === page,
        tableFree: ({ table }) => table.value === 'free',
        absent: ({ entry }) => entry.value === 'absent',
      },
      events: ({ pointer: { context } }, { page }) => ({
        pointer: { type: mapped(design), page },
        entry: { type: 'MAP', mapping: { frame: context.frame, writable: context.access === 'write' } },
      }),
    }),
    rule(
      'vmap.refuseOccupied',
      { core: cores, page: pages },
      {
        source: 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: map_non_contiguous_phys_frames, PageAlreadyMapped',
        actor: ({ core }) => core,
        sees: ({ page }) => ({ table, entry: entry(page) }),
        sends: ({ core }) => ({ pointer: pointer(core) }),
      },
    ).does({
      when: {
        ...isDue(design, 'map'),
        itsPage: ({ pointer }, { page }) => pointer.context.page === page,
        tableFree: ({ table }) => table.value === 'free',
        occupied: ({ entry }) => entry.value === 'present',
      },
      events: () => ({ pointer: { type: 'REFUSE' } }),
    }),
    ...(unregister === 'before-clear'
      ? [
          rule(
            'vmap.unregisterMapped',
            { core: cores, page: pages },
            {
              source: 'proposed: unregister_allocation as the first step of vunmap',
              needed: true,
              actor: ({ core }) => core,
              sends: ({ core }) => ({ pointer: pointer(core), allocator }),
            },
          ).does({
            when: {
              ended: ({ pointer }) => pointer.value === 'completed' || pointer.value === 'failed',
              itsPage: ({ pointer }, { page }) => pointer.context.page === page,
              reserved: ({ pointer }) => pointer.context.reserved,
            },
            events: (_, { page }) => ({ pointer: { type: 'UNREGISTER' }, allocator: { type: 'UNREGISTER', page } }),
          }),
        ]
      : []),
    rule(
      'vmap.unregister',
      { core: cores, page: pages },
      {
        source: 'litebox_platform_lvbs/src/mm/vmap.rs: unregister_allocation',
        needed: unregister === 'after-flush',
        actor: ({ core }) => core,
        sends: ({ core }) => ({ pointer: pointer(core), allocator }),
      },
    ).does({
      when: {
        releasing: ({ pointer }) => pointer.value === 'releasing',
        itsPage: ({ pointer }, { page }) => pointer.context.page === page,
      },
      events: (_, { page }) => ({ pointer: { type: 'UNREGISTER' }, allocator: { type: 'UNREGISTER', page } }),
    }),
  ]
}
