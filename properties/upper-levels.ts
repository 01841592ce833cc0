import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import type { WritingRegion } from '../model/memory/window-write.ts'

/*
 * What is claimed of upper-level entries and their caches: nobody walks through what is no table any more, and what is
 * mapped can be used.
 */

/** The sentences by which reports and expectations call the claims. */
export const claims = {
  forgotten: 'a page-table frame that was given back is in no paging-structure cache',
  strays: 'a walk reads page tables only',
  rust: "a walk never takes Rust's memory for a page table",
  translations: 'when a mapping has been taken away, no core holds its translation',
  empty: 'a table is unlinked only when it maps nothing',
  linked: 'an upper-level entry leads to a page table',
  wide: 'a page that may be written lies under an upper-level entry that may',
  handed: 'a page is written only when its mapping has been handed out',
  dropped: 'a fault drops what has refused the access',
  usable: 'a write through a page that is mapped writable does not fail',
} as const

export const tablesAreForgotten = ({ cores, table, tableFrame, cache }: WritingRegion): Property =>
  always(
    claims.forgotten,
    { core: cores },
    {
      reads: ({ core }) => ({ cache: cache(core), tableFrame }),
      holds: ({ cache, tableFrame }) => cache.context.table !== table || tableFrame.context.owner === 'pageTable',
    },
  )

/** The same, as claims on the walk itself: a trace ends where the hardware reads the frame. */
export const walksStayInTables = ({ tableFrame }: WritingRegion): readonly Property[] => [
  onStep(claims.strays, {}, { on: ['walk.stray'], reads: () => ({ tableFrame }), holds: () => false }),
  onStep(
    claims.rust,
    {},
    {
      on: ['walk.stray'],
      reads: () => ({ tableFrame }),
      holds: ({ tableFrame }) => tableFrame.context.owner !== 'rustHeap',
    },
  ),
]

export const translationsAreForgotten = ({ call, cores, page, tlb }: WritingRegion): Property =>
  always(
    claims.translations,
    { core: cores },
    {
      reads: ({ core }) => ({ call, tlb: tlb(core, page) }),
      holds: ({ call, tlb }) => call.value !== 'over' || tlb.value === 'empty',
    },
  )

/** `clean_up_addr_range` looks whether a table is empty, unlinks it, and frees it then. */
export const tablesGoInOrder = ({ upper, leaf, page, tableFrame }: WritingRegion): readonly Property[] => [
  always(
    claims.empty,
    {},
    {
      reads: () => ({ upper, leaf: leaf(page) }),
      holds: ({ upper, leaf }) => upper.value === 'present' || leaf.value === 'absent',
    },
  ),
  always(
    claims.linked,
    {},
    {
      reads: () => ({ upper, tableFrame }),
      holds: ({ upper, tableFrame }) => upper.value === 'absent' || tableFrame.context.owner === 'pageTable',
    },
  ),
]

/** The crate gives the tables on the way to a page the rights of the page, and then maps it. */
export const uppersAreWideEnough = ({ pages, upper, leaf }: WritingRegion): Property =>
  always(
    claims.wide,
    { page: pages },
    {
      reads: ({ page }) => ({ upper, leaf: leaf(page) }),
      holds: ({ upper, leaf }) => !leaf.context.writable || upper.context.writable,
    },
  )

export const writesComeAfterTheCall = ({ call }: WritingRegion): Property =>
  onStep(
    claims.handed,
    {},
    { on: ['copy.write', 'copy.fault'], reads: () => ({ call }), holds: ({ call }) => call.value === 'over' },
  )

/** Intel SDM volume 3, "Operations that Invalidate TLBs and Paging-Structure Caches". */
export const faultsDropWhatRefused = ({ cores, page, cache, tlb }: WritingRegion): Property =>
  onStep(
    claims.dropped,
    { core: cores },
    {
      on: ['copy.fault'],
      reads: ({ core }) => ({ cache: cache(core), tlb: tlb(core, page) }),
      holds: (_, { cache, tlb }, { at }, { core }) => at.core !== core || (cache.value !== 'cached' && tlb.value === 'empty'),
    },
  )

export const writesSucceed = ({ cores, write }: WritingRegion): Property =>
  always(
    claims.usable,
    { core: cores },
    {
      reads: ({ core }) => ({ write: write(core) }),
      holds: ({ write }) => write.value !== 'failed',
    },
  )

export const callsEnd = ({ call }: WritingRegion): Property =>
  sometimes('the call comes to its end', {}, { reads: () => ({ call }), holds: ({ call }) => call.value === 'over' })

export const cachesOutliveEntries = ({ cores, upper, cache }: WritingRegion): Property =>
  sometimes(
    'a core has cached an upper-level entry that is no longer what memory says',
    { core: cores },
    {
      reads: ({ core }) => ({ upper, cache: cache(core) }),
      holds: ({ upper, cache }) =>
        cache.value === 'cached' &&
        (upper.context.frame !== cache.context.table || upper.context.writable !== cache.context.writable),
    },
  )

export const tornDownTablesAreCached = ({ cores, call, cache }: WritingRegion): Property =>
  sometimes(
    'a core has cached a table whose teardown is under way',
    { core: cores },
    {
      reads: ({ core }) => ({ call, cache: cache(core) }),
      holds: ({ call, cache }) => call.context.done > 0 && cache.value === 'cached',
    },
  )

export const tablesAreReused = ({ tableFrame }: WritingRegion): Property =>
  sometimes(
    'the Rust heap is given a frame that was a page table',
    {},
    { reads: () => ({ tableFrame }), holds: ({ tableFrame }) => tableFrame.context.owner === 'rustHeap' },
  )

export const writesAreMade = ({ cores, write }: WritingRegion): Property =>
  sometimes(
    'a core writes through the new mapping',
    { core: cores },
    { reads: ({ core }) => ({ write: write(core) }), holds: ({ write }) => write.value === 'written' },
  )
