import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { frame } from './frame.ts'
import type { pageTableEntry } from './page-table.ts'
import type { tlbEntry } from './tlb.ts'

/*
 * What one core's paging-structure caches hold for a region of addresses: where its lowest table is.
 *
 * Models: the frame of the table and the writable bit, copied from an upper-level entry when a walk found it present
 * (Intel SDM volume 3, "Paging-Structure Caches"). A core walks when it pleases, and uses what it has cached in place
 * of what memory says by then: it reads the frame that was the table, whatever the frame is now. What it finds there
 * goes into its TLB, with the rights of both levels. invlpg and a CR3 load drop what is cached; so does a page fault at
 * an address of the region.
 *
 * Leaves out: all but one upper level (a chain of them behaves as its last link), the user and no-execute bits, PCIDs
 * but for the question whether a CR3 load drops anything, and what the walk makes of bytes that are no table.
 */

/** There is no edge for walking through nothing: such a rule is `unhandled`. */
export const pagingStructureCache = setup({
  types: {
    context: {} as { table: string; writable: boolean },
    events: {} as { type: 'FILL'; table: string; writable: boolean } | { type: 'WALK' } | { type: 'DROP' },
  },
}).createMachine({
  id: 'pagingStructureCache',
  context: { table: 'none', writable: false },
  initial: 'empty',
  states: {
    empty: {},
    cached: { on: { WALK: 'cached' } },
  },
  on: {
    FILL: {
      target: '.cached',
      actions: update((cache, { table, writable }) => {
        cache.table = table
        cache.writable = writable
      }),
    },
    DROP: {
      target: '.empty',
      actions: update((cache) => {
        cache.table = 'none'
        cache.writable = false
      }),
    },
  },
})

/** Whether a core's CR3 names the top-level table at hand, or the base table, which does not lead to the region. */
export const addressSpace = setup({
  types: { context: {} as Record<never, never>, events: {} as { type: 'LOAD_BASE' } },
}).createMachine({
  id: 'addressSpace',
  initial: 'here',
  states: { here: { on: { LOAD_BASE: 'elsewhere' } }, elsewhere: {} },
})

/** Several cores that walk one region: an upper-level entry, the table it names, and the entries in that table. */
export interface Region {
  readonly cores: readonly string[]
  readonly pages: readonly string[]
  readonly upper: CellOf<typeof pageTableEntry>
  /** The frame that is the region's table at the beginning. */
  readonly table: string
  readonly tableFrame: CellOf<typeof frame>
  readonly leaf: (page: string) => CellOf<typeof pageTableEntry>
  readonly cache: (core: string) => CellOf<typeof pagingStructureCache>
  readonly tlb: (core: string, page: string) => CellOf<typeof tlbEntry>
  /** Which top-level table the core's CR3 names: the one that leads here, or another. */
  readonly cr3: (core: string) => CellOf<typeof addressSpace>
}

/** Everything that a core has cached of the region. */
export const cachedBy = ({ pages, cache, tlb }: Region, core: string) => ({
  cache: cache(core),
  held: pages.map((page) => tlb(core, page)),
})

/** What the cores' hardware does unasked. A core whose CR3 names another table does not get to the region. */
export const regionWalks = (region: Region): readonly Rule[] => {
  const { cores, pages, upper, table, tableFrame, leaf, cache, tlb, cr3 } = region
  return [
    rule(
      'walk.cacheUpper',
      { core: cores },
      {
        kind: 'environment',
        source: 'Intel SDM volume 3, "Caches for Paging Structures": filled on speculation, from present entries only',
        needed: true,
        actor: ({ core }) => core,
        sees: ({ core }) => ({ upper, cr3: cr3(core) }),
        sends: ({ core }) => ({ cache: cache(core) }),
      },
    ).does({
      when: {
        empty: ({ cache }) => cache.value === 'empty',
        here: ({ cr3 }) => cr3.value === 'here',
        present: ({ upper }) => upper.value === 'present',
      },
      events: ({ upper: { context } }) => ({
        cache: { type: 'FILL', table: context.frame, writable: context.writable },
      }),
    }),
    rule(
      'walk.fill',
      { core: cores, page: pages },
      {
        kind: 'environment',
        source: 'Intel SDM volume 3, "Using the Paging-Structure Caches to Translate Linear Addresses"',
        needed: true,
        actor: ({ core }) => core,
        sees: ({ core, page }) => ({ cache: cache(core), cr3: cr3(core), tableFrame, leaf: leaf(page) }),
        sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
      },
    ).does({
      when: {
        cached: ({ cache }) => cache.context.table === table,
        here: ({ cr3 }) => cr3.value === 'here',
        empty: ({ tlb }) => tlb.value === 'empty',
        stillTable: ({ tableFrame }) => tableFrame.context.owner === 'pageTable',
        present: ({ leaf }) => leaf.value === 'present',
      },
      events: ({ cache, leaf: { context } }) => ({
        tlb: {
          type: 'FILL',
          frame: context.frame,
          writable: context.writable && cache.context.writable,
          dirty: false,
        },
      }),
    }),
    rule(
      'walk.evictUpper',
      { core: cores },
      {
        kind: 'environment',
        source: 'Intel SDM volume 3, "Operations that Invalidate TLBs and Paging-Structure Caches": more, at any time',
        actor: ({ core }) => core,
        sends: ({ core }) => ({ cache: cache(core) }),
      },
    ).does({
      when: { cached: ({ cache }) => cache.value === 'cached' },
      events: () => ({ cache: { type: 'DROP' } }),
    }),
    rule(
      'walk.evict',
      { core: cores, page: pages },
      {
        kind: 'environment',
        source: 'Intel SDM volume 3, "Operations that Invalidate TLBs and Paging-Structure Caches": more, at any time',
        actor: ({ core }) => core,
        sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
      },
    ).does({
      when: { cached: ({ tlb }) => tlb.value === 'cached' },
      events: () => ({ tlb: { type: 'DROP' } }),
    }),
  ]
}

/** A walk that reads a frame which was a table once. */
export const strayWalk = ({ cores, table, tableFrame, cache }: Region): Rule =>
  rule(
    'walk.stray',
    { core: cores },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Using the Paging-Structure Caches to Translate Linear Addresses"',
      actor: ({ core }) => core,
      sees: () => ({ tableFrame }),
      sends: ({ core }) => ({ cache: cache(core) }),
    },
  ).does({
    when: {
      cached: ({ cache }) => cache.context.table === table,
      noTable: ({ tableFrame }) => tableFrame.context.owner !== 'pageTable',
    },
    events: () => ({ cache: { type: 'WALK' } }),
  })
