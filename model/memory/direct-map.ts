import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { ForeignWindows } from './foreign-windows.ts'
import { isDue, mapped, type VmapDesign } from './vmap.ts'

/*
 * Mapping a frame at its own page of the direct map, which every mapping of that frame shares.
 *
 * Models: `litebox_platform_lvbs/src/arch/x86/mm/paging.rs: map_phys_frame_range_with`, under the table's lock: an
 * absent entry is stored; an entry that names the frame already is taken as it is, whatever permission was asked for;
 * an entry that names another frame fails an assertion, with the lock held. Nobody counts the mappings. The variants
 * count them, and may merge the permission into the entry. A core may hold a read-only translation of the merged entry,
 * and may fault on it without walking again, so merging is complete only when that core drops it.
 *
 * Leaves out: ranges of several frames and the mappings that an error in the middle of one leaves behind.
 */

/** `unmerged`: counted, permission ignored. `merged-unflushed`: merged, the old translation kept. `merged`: both done. */
export type Counting = 'none' | 'unmerged' | 'merged-unflushed' | 'merged'

/** How many mappings share a page of the direct map, where a design counts them. To give back none has no edge. */
export const mappingCount = setup({
  types: { context: {} as { mappings: number }, events: {} as { type: 'ADD' } | { type: 'REMOVE' } },
}).createMachine({
  id: 'mappingCount',
  context: { mappings: 0 },
  initial: 'unshared',
  states: {
    unshared: {
      on: {
        ADD: {
          target: 'shared',
          actions: update((count) => {
            count.mappings = 1
          }),
        },
      },
    },
    shared: {
      on: {
        ADD: {
          target: 'shared',
          actions: update((count) => {
            count.mappings += 1
          }),
        },
        REMOVE: [
          {
            guard: ({ context }) => context.mappings === 1,
            target: 'unshared',
            actions: update((count) => {
              count.mappings = 0
            }),
          },
          {
            target: 'shared',
            actions: update((count) => {
              count.mappings -= 1
            }),
          },
        ],
      },
    },
  },
})

/** The page of the direct map that belongs to a frame: a function of its physical address. */
export const directPage = (frame: string): string => `direct-${frame}`

export interface DirectMap extends ForeignWindows {
  readonly count: (page: string) => CellOf<typeof mappingCount>
}

const source = 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: map_phys_frame_range_with'

/** `taken`: whether Rust may take a page of the direct map from under its frame. */
export const directMapping = (
  world: DirectMap,
  design: VmapDesign,
  { counting, taken }: { readonly counting: Counting; readonly taken: boolean },
): readonly Rule[] => {
  const { cores, pages, table, entry, tlb, pointer, count, rust } = world
  const places = { core: cores, page: pages }
  const counts = (page: string) => (counting === 'none' ? [] : [count(page)])
  const merges = counting === 'merged' || counting === 'merged-unflushed'
  /** A translation that the merge must not leave behind. */
  const stale = (core: string, page: string) => (counting === 'merged' ? [tlb(core, page)] : [])
  return [
    rule('directMap.map', places, {
      source,
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ table, rust }),
      sends: ({ core, page }) => ({ pointer: pointer(core), entry: entry(page), counts: counts(page) }),
    }).does({
      when: {
        ...isDue(design, 'map'),
        itsPage: ({ pointer }, { page }) => directPage(pointer.context.frame) === page,
        tableFree: ({ table }) => table.value === 'free',
        absent: ({ entry }) => entry.value === 'absent',
        notTaken: ({ rust }, { page }) => rust.context.what !== page,
      },
      events: ({ pointer: { context } }, { page }) => ({
        pointer: { type: mapped(design), page },
        entry: { type: 'MAP', mapping: { frame: context.frame, writable: context.access === 'write' } },
        counts: { type: 'ADD' },
      }),
    }),
    rule('directMap.share', places, {
      source: `${source}, "continue"`,
      actor: ({ core }) => core,
      sees: ({ page }) => ({ table, entry: entry(page) }),
      sends: ({ core, page }) => ({ pointer: pointer(core), counts: counts(page), stale: stale(core, page) }),
    }).does({
      when: {
        ...isDue(design, 'map'),
        itsPage: ({ pointer }, { page }) => directPage(pointer.context.frame) === page,
        tableFree: ({ table }) => table.value === 'free',
        sameFrame: ({ pointer, entry }) => entry.context.frame === pointer.context.frame,
        nothingToMerge: ({ pointer, entry }) => !merges || pointer.context.access === 'read' || entry.context.writable,
      },
      events: (_, { page }) => ({ pointer: { type: mapped(design), page }, counts: { type: 'ADD' }, stale: { type: 'DROP' } }),
    }),
    ...(merges
      ? [
          rule('directMap.merge', places, {
            source: 'proposed: add the permission that is asked for to the shared entry',
            actor: ({ core }) => core,
            sees: () => ({ table }),
            sends: ({ core, page }) => ({
              pointer: pointer(core),
              entry: entry(page),
              counts: counts(page),
              stale: stale(core, page),
            }),
          }).does({
            when: {
              ...isDue(design, 'map'),
              itsPage: ({ pointer }, { page }) => directPage(pointer.context.frame) === page,
              tableFree: ({ table }) => table.value === 'free',
              sameFrame: ({ pointer, entry }) => entry.context.frame === pointer.context.frame,
              toMerge: ({ pointer, entry }) => pointer.context.access === 'write' && !entry.context.writable,
            },
            events: (_, { page }) => ({
              pointer: { type: mapped(design), page },
              entry: { type: 'WIDEN' },
              counts: { type: 'ADD' },
              stale: { type: 'DROP' },
            }),
          }),
        ]
      : []),
    ...(taken
      ? [
          rule('directMap.refuseTaken', places, {
            source: 'proposed: an address that is about to be Rust memory is not mapped',
            actor: ({ core }) => core,
            sees: ({ page }) => ({ entry: entry(page), rust }),
            sends: ({ core }) => ({ pointer: pointer(core) }),
          }).does({
            when: {
              ...isDue(design, 'map'),
              itsPage: ({ pointer }, { page }) => directPage(pointer.context.frame) === page,
              absent: ({ entry }) => entry.value === 'absent',
              taken: ({ rust }, { page }) => rust.context.what === page,
            },
            events: () => ({ pointer: { type: 'REFUSE' } }),
          }),
        ]
      : []),
    rule('directMap.assertSameFrame', places, {
      source: `${source}, "is already mapped to"`,
      actor: ({ core }) => core,
      sees: ({ page }) => ({ entry: entry(page) }),
      sends: ({ core }) => ({ pointer: pointer(core), table }),
      waitsFor: ['table'],
    }).does({
      when: {
        ...isDue(design, 'map'),
        itsPage: ({ pointer }, { page }) => directPage(pointer.context.frame) === page,
        present: ({ entry }) => entry.value === 'present',
        otherFrame: ({ pointer, entry }) => entry.context.frame !== pointer.context.frame,
      },
      events: (_, { core }) => ({ pointer: { type: 'PANIC' }, table: { type: 'ACQUIRE', holder: core } }),
    }),
  ]
}
