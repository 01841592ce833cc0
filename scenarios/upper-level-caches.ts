import { finalWhen, type Property, type System, scenario, system } from '../checker/index.ts'
import { cellsOf, type Plan, rulesOf, upperLevelRegion } from '../model/memory/upper-level-region.ts'
import type { WritingRegion } from '../model/memory/window-write.ts'
import {
  cachesOutliveEntries,
  callsEnd,
  claims,
  faultsDropWhatRefused,
  tablesAreForgotten,
  tablesAreReused,
  tablesGoInOrder,
  tornDownTablesAreCached,
  translationsAreForgotten,
  uppersAreWideEnough,
  walksStayInTables,
  writesAreMade,
  writesComeAfterTheCall,
  writesSucceed,
} from '../properties/upper-levels.ts'

const knobs = {
  /** Which call changes the upper-level entry. */
  operation: ['clean-up', 'rollback', 'teardown', 'widen'],
  /** Where the flush stands in relation to that change. */
  flush: ['nowhere', 'before-change', 'after-change'],
  /** Whether other cores have gone back to the base table before a task table is torn down. No effect elsewhere. */
  others: ['have-left', 'may-stay'],
  /** What a write of CR3 does to what is cached: with PCIDs it may keep it. */
  cr3: ['flushes', 'keeps'],
  /** What becomes of a write that faults though the tables permit it. */
  fault: ['fails', 'retries'],
  cores: [2, 3],
} as const

function build(plan: Plan): System {
  const region = upperLevelRegion(plan)
  return system({
    cells: cellsOf(plan, region),
    rules: rulesOf(plan, region),
    properties: propertiesOf(plan, region),
    final: finalWhen({}, { reads: () => ({ call: region.call }), holds: ({ call }) => call.value === 'over' }),
  })
}

const propertiesOf = ({ operation }: Plan, region: WritingRegion): readonly Property[] =>
  operation === 'widen'
    ? [
        writesSucceed(region),
        uppersAreWideEnough(region),
        writesComeAfterTheCall(region),
        faultsDropWhatRefused(region),
        callsEnd(region),
        writesAreMade(region),
      ]
    : [
        tablesAreForgotten(region),
        ...walksStayInTables(region),
        translationsAreForgotten(region),
        ...tablesGoInOrder(region),
        callsEnd(region),
        operation === 'teardown' ? tornDownTablesAreCached(region) : cachesOutliveEntries(region),
        tablesAreReused(region),
      ]

const snapshot = {
  operation: 'clean-up',
  flush: 'before-change',
  others: 'have-left',
  cr3: 'flushes',
  fault: 'fails',
} as const
const rollback = { ...snapshot, operation: 'rollback', flush: 'nowhere' } as const
const teardown = { ...snapshot, operation: 'teardown' } as const
const widen = { ...snapshot, operation: 'widen', flush: 'nowhere' } as const

/** How soon the table is reached after it was freed: it is cached, it is walked, Rust has got it by then. */
const strayed = (steps: number) => ({
  [claims.forgotten]: steps,
  [claims.strays]: steps + 1,
  [claims.rust]: steps + 2,
})
/** A step that no core takes if nobody has cached what was freed; the claims on walks need it. */
const noStrays = { asleep: ['walk.stray'] } as const

export const upperLevelCaches = scenario({
  name: 'upper-level-caches',
  story:
    'Processors cache upper-level page-table entries apart from leaf translations, and walk through them. A core takes a ' +
    'mapping away and frees the table that has become empty, or tears a whole table down, or gives an upper-level entry ' +
    'the right to write. Does a walk ever read a frame that is no table any more, and is what was mapped usable? A model ' +
    'with leaf translations only cannot see it: the TLB is clean in all of these. Left out: how a flush reaches the ' +
    'cores, and all levels but one.',
  knobs,
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: {
    'snapshot-clean-up': {
      story:
        'unmap_pages with `clean_up_page_tables`: the flush comes after the leaf entries are cleared and before the empty ' +
        'table is unlinked and freed. Between the flush and the unlinking every core may cache the upper-level entry ' +
        'again, and nothing drops it after that: it walks through a frame of the heap. No caller asks for the clean-up ' +
        'at the snapshot, so the trap is set and not sprung; later sources keep the order.',
      knobs: snapshot,
      expect: {
        small: { verdict: 'violated', states: 68, violations: strayed(7) },
        full: { verdict: 'violated', states: 312, violations: strayed(8) },
      },
    },
    'clean-up-flushed-after': {
      story:
        'Clear, unlink, flush, free: one flush for leaf entries and upper levels, after the last of them has changed. The ' +
        'faulty twin is `snapshot-clean-up`.',
      knobs: { ...snapshot, flush: 'after-change' },
      expect: {
        small: { verdict: 'holds', states: 60, ...noStrays },
        full: { verdict: 'holds', states: 256, ...noStrays },
      },
    },
    'snapshot-rollback': {
      story:
        '`rollback_mapped_pages`: a vmap that fails half way clears what it has mapped, unlinks and frees the tables that ' +
        'are empty again, and flushes nothing, not even its own core; then its addresses go back to the allocator. Both ' +
        'the translations and the cached upper level survive. The comment says that the empty tables `can be safely ' +
        'freed`, since the lock is held; no lock keeps hardware from walking. A debug build panics before it gets here.',
      knobs: rollback,
      expect: {
        small: { verdict: 'violated', states: 80, violations: { ...strayed(4), [claims.translations]: 5 } },
        full: { verdict: 'violated', states: 320, violations: { ...strayed(4), [claims.translations]: 5 } },
      },
    },
    'rollback-flushed-before': {
      story: 'The rollback with a flush in the place that unmap_pages gives it. The translations are gone; the table is not.',
      knobs: { ...rollback, flush: 'before-change' },
      expect: {
        small: { verdict: 'violated', states: 68, violations: strayed(7) },
        full: { verdict: 'violated', states: 312, violations: strayed(8) },
      },
    },
    'rollback-flushed-after': {
      story: 'The rollback with a flush after the unlinking. The faulty twin is `snapshot-rollback`.',
      knobs: { ...rollback, flush: 'after-change' },
      expect: {
        small: { verdict: 'holds', states: 60, ...noStrays },
        full: { verdict: 'holds', states: 256, ...noStrays },
      },
    },
    'snapshot-teardown': {
      story:
        'A task table is torn down: its mappings are released and flushed, the own core goes back to the base table, and ' +
        'the tables are freed without another flush. Only the own CR3 is looked at. A core that still has the table ' +
        'loaded walks through what is freed: LB-07, as the hardware sees it.',
      knobs: { ...teardown, others: 'may-stay' },
      bugs: ['LB-07'],
      expect: {
        small: { verdict: 'violated', states: 86, violations: strayed(8) },
        full: { verdict: 'violated', states: 538, violations: strayed(9) },
      },
    },
    'teardown-others-left': {
      story:
        'The same if every other core has gone back to the base table: the write of CR3 has dropped what it had cached. ' +
        'The faulty twin is `snapshot-teardown`.',
      knobs: teardown,
      bugs: ['LB-07'],
      expect: {
        small: { verdict: 'holds', states: 81, ...noStrays },
        full: { verdict: 'holds', states: 515, ...noStrays },
      },
    },
    'teardown-unflushed': {
      story:
        'The legal exception: no flush at all if the whole table goes and no core has it loaded. It rests on both. The ' +
        'faulty twins are `snapshot-teardown` and `teardown-with-pcid`.',
      knobs: { ...teardown, flush: 'nowhere' },
      expect: {
        small: { verdict: 'holds', states: 49, ...noStrays },
        full: { verdict: 'holds', states: 229, ...noStrays },
      },
    },
    'teardown-with-pcid': {
      story:
        'What if a write of CR3 kept what is cached, as it may with PCIDs? A core that has left the table keeps the way ' +
        'into it. That PCIDs are off is an assumption under all of this, written down in one comment (`vtl_switch.rs`).',
      knobs: { ...teardown, cr3: 'keeps' },
      expect: {
        small: { verdict: 'violated', states: 136, violations: strayed(10) },
        full: { verdict: 'violated', states: 1216, violations: strayed(12) },
      },
    },
    'teardown-with-pcid-flushed-after': {
      story: 'With PCIDs and a flush after the unlinking. The faulty twin is `teardown-with-pcid`.',
      knobs: { ...teardown, cr3: 'keeps', flush: 'after-change' },
      expect: {
        small: { verdict: 'holds', states: 140, ...noStrays },
        full: { verdict: 'holds', states: 960, ...noStrays },
      },
    },
    'snapshot-widen': {
      story:
        '`map_phys_frame_range` maps a page writable under an upper-level entry that has only read-only pages so far (its ' +
        'tables get the rights of the first page, less no-execute): the crate ors the writable bit in, and nobody ' +
        'flushes. A core that has cached the read-only entry, the one that maps included, faults on a write that the ' +
        'tables permit; at a kernel address nothing repairs it and the copy fails. PR #769; one core is enough.',
      knobs: widen,
      bugs: ['LB-53'],
      expect: {
        small: { verdict: 'violated', states: 1076, violations: { [claims.usable]: 4 } },
        full: { verdict: 'violated', states: 33048, violations: { [claims.usable]: 4 } },
      },
    },
    'widen-flushed-before': {
      story: 'A flush before the widening: the old entry is cached again before it changes.',
      knobs: { ...widen, flush: 'before-change' },
      bugs: ['LB-53'],
      expect: {
        small: { verdict: 'violated', states: 1140, violations: { [claims.usable]: 7 } },
        full: { verdict: 'violated', states: 33560, violations: { [claims.usable]: 8 } },
      },
    },
    'widen-flushed-after': {
      story: 'A flush after a right was given, before the mapping is handed out. The faulty twin is `snapshot-widen`.',
      knobs: { ...widen, flush: 'after-change' },
      bugs: ['LB-53'],
      expect: {
        small: { verdict: 'holds', states: 884, asleep: ['copy.fault'] },
        full: { verdict: 'holds', states: 18200, asleep: ['copy.fault'] },
      },
    },
    'widen-retried': {
      story:
        'No flush, and a fault handler that looks at the tables and tries again where they permit the access: the fault ' +
        'itself has dropped what was cached. What Linux does with spurious faults. The faulty twin is `snapshot-widen`.',
      knobs: { ...widen, fault: 'retries' },
      bugs: ['LB-53'],
      expect: { small: { verdict: 'holds', states: 628 }, full: { verdict: 'holds', states: 14104 } },
    },
  },
  build,
})
