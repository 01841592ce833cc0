import { finalWhen, type Property, type System, scenario, system } from '../checker/index.ts'
import { cellsOf, type MappingPlan, type MappingWorld, mappings, mappingWorld } from '../model/memory/table-mapping.ts'
import {
  claims,
  everybodyMaps,
  mappedMeansReachable,
  noTableIsLost,
  oneLockPerTable,
  rollbackLeavesNothing,
  storesGoToTables,
  tablesAreFreed,
} from '../properties/shared-tables.ts'

const knobs = {
  /** Which top-level entries a new task table copies from the base table. */
  sharing: ['all-slots', 'kernel-slots'],
  /** What a lock covers. */
  locking: ['per-table', 'per-subtree', 'global'],
  /** Whether the last core's mapping may fail half way, and is then rolled back. */
  failure: ['none', 'rolled-back'],
  cores: [2, 3],
} as const

function build(plan: MappingPlan): System {
  const world = mappingWorld(plan)
  return system({
    cells: cellsOf(world),
    rules: mappings(world),
    properties: propertiesOf(plan, world),
    final: finalWhen(
      { core: world.cores },
      {
        reads: ({ core }) => ({ mapper: world.mapper(core) }),
        holds: ({ mapper }) => mapper.value === 'mapped' || mapper.value === 'rolledBack',
      },
    ),
  })
}

const propertiesOf = ({ failure }: MappingPlan, world: MappingWorld): readonly Property[] => [
  mappedMeansReachable(world),
  oneLockPerTable(world),
  ...storesGoToTables(world),
  noTableIsLost(world),
  everybodyMaps(world),
  ...(failure === 'rolled-back' ? [...rollbackLeavesNothing(world), tablesAreFreed(world)] : []),
]

const snapshot = { sharing: 'all-slots', locking: 'per-table', failure: 'none' } as const
const failing = { ...snapshot, failure: 'rolled-back' } as const

/** A mapping is lost to the zeroing of a table; two cores are at it at once; a table is linked over. */
const lost = (leaked: number) => ({ [claims.reachable]: 11, [claims.alone]: 4, [claims.linked]: leaked })
const strayed = { [claims.tables]: 15, [claims.rust]: 16 }

export const sharedTables = scenario({
  name: 'shared-tables',
  story:
    'A task table is made by copying the top-level entries of the base table, so that both have their lower tables in ' +
    'common, those of the direct map and the vmap region included, which change with every access to VTL0 memory. Each ' +
    'page table has a lock of its own. Two cores map pages in one region, one by way of the base table, one by way of a ' +
    'task table. Are both pages mapped in the end? Left out: flushes, and TLBs.',
  knobs,
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: {
    snapshot: {
      story:
        'Every present top-level entry is copied, and the lock is that of the page table by which a core came. The ' +
        'issue (#971) tells of two cores that both find no table and link one each, the second over the first. There is ' +
        'a shorter way to lose a mapping: the x86_64 crate links a new table and zeroes it afterwards, though it was ' +
        'allocated zeroed; a core that finds the table in between writes its entry, and the zeroing wipes it out. The ' +
        'copy of VTL0 memory that comes next faults, and is reported as failed.',
      knobs: snapshot,
      bugs: ['LB-10'],
      expect: {
        small: { verdict: 'violated', states: 232, violations: lost(16) },
        full: { verdict: 'violated', states: 11320, violations: lost(21) },
      },
    },
    'snapshot-rollback': {
      story:
        'The same with a vmap that fails half way and frees the table that it finds empty, under its own lock, while a ' +
        'core with another lock is about to write into it. The write goes to a frame that the Rust heap has got: a ' +
        'present page-table entry in the middle of an object, or a page of zeroes.',
      knobs: failing,
      bugs: ['LB-10'],
      expect: {
        small: { verdict: 'violated', states: 562, violations: { ...lost(16), ...strayed } },
        full: { verdict: 'violated', states: 29995, violations: { ...lost(21), ...strayed } },
      },
    },
    'kernel-slots': {
      story:
        'The fix of PR #972: only the top-level entries of the kernel region are copied, whose tables stay as they are; ' +
        'every table has its own below the others. The faulty twin is `snapshot`.',
      knobs: { ...snapshot, sharing: 'kernel-slots' },
      bugs: ['LB-10'],
      expect: {
        small: { verdict: 'holds', states: 146, asleep: ['map.findTable'] },
        full: { verdict: 'holds', states: 3334, asleep: ['map.findTable'] },
      },
    },
    'kernel-slots-rollback': {
      story: 'The fix of PR #972 with a vmap that fails. The faulty twin is `snapshot-rollback`.',
      knobs: { ...failing, sharing: 'kernel-slots' },
      bugs: ['LB-10'],
      expect: {
        small: { verdict: 'holds', states: 310, asleep: ['map.findTable', 'rollback.findUsed'] },
        full: { verdict: 'holds', states: 7678, asleep: ['map.findTable', 'rollback.findUsed'] },
      },
    },
    'subtree-lock': {
      story: 'Everything is shared as in the snapshot, and what is shared has one lock. The faulty twin is `snapshot`.',
      knobs: { ...snapshot, locking: 'per-subtree' },
      bugs: ['LB-10'],
      expect: { small: { verdict: 'holds', states: 66 }, full: { verdict: 'holds', states: 368 } },
    },
    'subtree-lock-rollback': {
      story: 'The same with a vmap that fails. The faulty twin is `snapshot-rollback`.',
      knobs: { ...failing, locking: 'per-subtree' },
      bugs: ['LB-10'],
      expect: { small: { verdict: 'holds', states: 142 }, full: { verdict: 'holds', states: 962 } },
    },
    'global-lock-rollback': {
      story: 'One lock for all page tables: plain, right, and waited for by cores that have nothing in common.',
      knobs: { ...failing, locking: 'global' },
      bugs: ['LB-10'],
      expect: { small: { verdict: 'holds', states: 142 }, full: { verdict: 'holds', states: 962 } },
    },
  },
  build,
})
