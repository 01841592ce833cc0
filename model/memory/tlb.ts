import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { pageTableEntry } from './page-table.ts'

/*
 * What one core's translation lookaside buffer holds for one page.
 *
 * Models: the frame, the writable bit and the dirty bit, copied from the page-table entry when a walk found it present
 * (Intel SDM volume 3, "Accessed and Dirty Flags", "Translation Lookaside Buffers"). A core walks when it pleases, for an access or on speculation, and drops what it
 * holds when it pleases; a buffer never holds an absent entry. A read goes through whatever is held. A write goes
 * through what is held only if it is dirty; otherwise the core walks again first, and faults where the page-table entry
 * is gone or read-only by then. What a read filled is dirty if the page-table entry was: an earlier write by any core
 * is enough to let a stale entry be written through.
 *
 * Leaves out: which table the core's CR3 names (the scenario says which entry a core's walk reads), paging-structure
 * caches, global pages, PCIDs and large pages. The CR3 reload on every return to ring 3
 * (`litebox_platform_lvbs/src/lib.rs: switch_to_user`) only drops entries, which may happen at any time anyway.
 */

/** There is no edge for reading through nothing, or for writing through what is not dirty: such a rule is `unhandled`. */
export const tlbEntry = setup({
  types: {
    context: {} as { frame: string; writable: boolean; dirty: boolean },
    events: {} as
      | { type: 'FILL'; frame: string; writable: boolean; dirty: boolean }
      | { type: 'READ' }
      | { type: 'WRITE' }
      | { type: 'DROP' },
  },
}).createMachine({
  id: 'tlbEntry',
  context: { frame: 'none', writable: false, dirty: false },
  initial: 'empty',
  states: {
    empty: {},
    cached: {
      on: {
        READ: 'cached',
        WRITE: { guard: ({ context }) => context.writable && context.dirty, target: 'cached' },
      },
    },
  },
  on: {
    FILL: {
      target: '.cached',
      actions: update((tlb, { frame, writable, dirty }) => {
        tlb.frame = frame
        tlb.writable = writable
        tlb.dirty = dirty
      }),
    },
    DROP: {
      target: '.empty',
      actions: update((tlb) => {
        tlb.frame = 'none'
        tlb.writable = false
        tlb.dirty = false
      }),
    },
  },
})

export interface Translation {
  readonly cores: readonly string[]
  readonly pages: readonly string[]
  readonly tlb: (core: string, page: string) => CellOf<typeof tlbEntry>
  /** The page-table entry that a walk of this core for this page reads. */
  readonly entry: (core: string, page: string) => CellOf<typeof pageTableEntry>
}

/** What the core's hardware does unasked: it walks ahead of any access, and forgets. */
export const speculation = ({ cores, pages, tlb, entry }: Translation): readonly Rule[] => [
  rule(
    'tlb.fill',
    { core: cores, page: pages },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Details of TLB Use": speculation may cache translations, of present entries only',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core, page }) => ({ entry: entry(core, page) }),
      sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
    },
  ).does({
    when: {
      empty: ({ tlb }) => tlb.value === 'empty',
      present: ({ entry }) => entry.value === 'present',
    },
    events: ({ entry: { context } }) => ({
      tlb: { type: 'FILL', frame: context.frame, writable: context.writable, dirty: context.dirty },
    }),
  }),
  rule(
    'tlb.evict',
    { core: cores, page: pages },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Operations that Invalidate TLBs": the processor is free to invalidate more at any time',
      actor: ({ core }) => core,
      sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
    },
  ).does({
    when: { cached: ({ tlb }) => tlb.value === 'cached' },
    events: () => ({ tlb: { type: 'DROP' } }),
  }),
]
