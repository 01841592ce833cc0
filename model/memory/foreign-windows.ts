import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { spinlock } from '../platform/spinlock.ts'
import type { invalidationRequest } from './copy-guard.ts'
import type { frame } from './frame.ts'
import type { pageTableEntry } from './page-table.ts'
import type { physicalPointer } from './physical-pointer.ts'
import type { rustTaking } from './rust-taking.ts'
import type { tlbEntry } from './tlb.ts'
import type { virtualProcessor } from './vp-mask.ts'

/*
 * The address ranges through which VTL1 reaches memory that it does not own: the direct map and the vmap region.
 *
 * Models: pages of those ranges, their entries in the one base table that both cores have loaded, and what each core's
 * TLB holds of them (`litebox_platform_lvbs/src/lib.rs`: `GVA_OFFSET`, `VMAP_START`). A page of the direct map belongs
 * to one frame for ever; a page of the vmap region to whoever reserved it.
 *
 * Leaves out: task page tables, which share the lower levels of these ranges under another lock; upper levels; and
 * pages of more than one frame: a mapping of several frames is represented by one of its pages, and the guard page
 * behind an allocation is part of it and never mapped.
 */

export interface ForeignWindows {
  /** Two of them: a peer is enough to unmap under a copy. */
  readonly cores: readonly string[]
  readonly peer: (core: string) => string
  /** What a request of the normal world may name: its own frames, `foreign`, and one of LiteBox. */
  readonly frames: readonly string[]
  readonly foreign: readonly string[]
  readonly pages: readonly string[]
  readonly frame: (name: string) => CellOf<typeof frame>
  /** `X64PageTable::inner` of the base table. */
  readonly table: CellOf<typeof spinlock>
  readonly entry: (page: string) => CellOf<typeof pageTableEntry>
  readonly tlb: (core: string, page: string) => CellOf<typeof tlbEntry>
  readonly vp: (core: string) => CellOf<typeof virtualProcessor>
  readonly pointer: (core: string) => CellOf<typeof physicalPointer>
  readonly request: (core: string) => CellOf<typeof invalidationRequest>
  readonly rust: CellOf<typeof rustTaking>
}

/** What a core in VTL1 does unasked: it walks ahead of any access, and forgets. */
export const windowSpeculation = ({ cores, pages, vp, entry, tlb }: ForeignWindows): readonly Rule[] => [
  rule(
    'tlb.fill',
    { core: cores, page: pages },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Details of TLB Use": speculation may cache translations, of present entries only',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core, page }) => ({ vp: vp(core), entry: entry(page) }),
      sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
    },
  ).does({
    when: {
      inVtl1: ({ vp }) => vp.value !== 'outside',
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
