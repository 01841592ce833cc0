import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { isEditing } from '../model/memory/table-mapper.ts'
import type { MappingWorld } from '../model/memory/table-mapping.ts'
import { held } from '../model/platform/shared-word.ts'

/*
 * What is claimed of page tables that have lower tables in common.
 */

/** The sentences by which reports and expectations call the claims. */
export const claims = {
  reachable: 'a page that has been mapped is reached by a walk',
  alone: 'no two cores edit the same tables at a time',
  tables: 'a store to a page-table entry goes to a page table',
  rust: "a store to a page-table entry never changes Rust's memory",
  undone: 'a page whose mapping was rolled back is not mapped',
  kept: 'while nobody edits them, every table that is linked maps a page',
  linked: 'when everything is mapped, every frame that is a page table is linked',
} as const

export const mappedMeansReachable = ({ cores, tables, page, mapper, upper, leaf }: MappingWorld): Property =>
  always(
    claims.reachable,
    { core: cores },
    {
      reads: ({ core }) => ({
        mapper: mapper(core),
        upper: upper(core).cell,
        leaves: tables.map((table) => leaf(table, page(core)).cell),
      }),
      holds: ({ mapper, upper: local, leaves }, { core }) => {
        const at = tables.indexOf(held(upper(core), local))
        return mapper.value !== 'mapped' || (at >= 0 && held(leaf(tables[at]!, page(core)), leaves[at]!) === 'present')
      },
    },
  )

export const oneLockPerTable = ({ cores, mapper, upper }: MappingWorld): Property =>
  always(
    claims.alone,
    { one: cores, other: cores },
    {
      where: ({ one, other }) => one < other,
      reads: ({ one, other }) => ({ one: mapper(one), other: mapper(other) }),
      holds: ({ one, other }, at) =>
        upper(at.one).name !== upper(at.other).name || !isEditing(one.value) || !isEditing(other.value),
    },
  )

/** The rules whose steps write into a table, at the frame that the core believes to be it. */
const stores = ['map.zeroTable', 'map.writeLeaf']

export const storesGoToTables = ({ tables, frame }: MappingWorld): readonly Property[] => [
  onStep(
    claims.tables,
    { table: tables },
    {
      on: stores,
      reads: ({ table }) => ({ frame: frame(table) }),
      holds: ({ frame }, _, { at }, { table }) => at.table !== table || frame.context.owner === 'pageTable',
    },
  ),
  onStep(
    claims.rust,
    { table: tables },
    {
      on: stores,
      reads: ({ table }) => ({ frame: frame(table) }),
      holds: ({ frame }, _, { at }, { table }) => at.table !== table || frame.context.owner !== 'rustHeap',
    },
  ),
]

export const noTableIsLost = ({ cores, tables, mapper, upper, frame }: MappingWorld): Property =>
  always(
    claims.linked,
    { table: tables },
    {
      reads: ({ table }) => ({
        mappers: cores.map(mapper),
        uppers: cores.map((core) => upper(core).cell),
        frame: frame(table),
      }),
      holds: ({ mappers, uppers, frame }, { table }) =>
        mappers.some((mapper) => mapper.value !== 'mapped' && mapper.value !== 'rolledBack') ||
        frame.context.owner !== 'pageTable' ||
        uppers.some((local, at) => held(upper(cores[at]!), local) === table),
    },
  )

/** `rollback_mapped_pages`: all pages mapped by this call are unmapped, and the tables that are empty then are freed. */
export const rollbackLeavesNothing = ({ cores, tables, page, mapper, upper, leaf }: MappingWorld): readonly Property[] => [
  always(
    claims.undone,
    { core: cores.slice(-1), table: tables },
    {
      reads: ({ core, table }) => ({ mapper: mapper(core), upper: upper(core).cell, leaf: leaf(table, page(core)).cell }),
      holds: ({ mapper, upper: local, leaf: own }, { core, table }) =>
        mapper.value !== 'rolledBack' || held(upper(core), local) !== table || held(leaf(table, page(core)), own) === 'absent',
    },
  ),
  always(
    claims.kept,
    { core: cores, table: tables },
    {
      reads: ({ core, table }) => ({
        mappers: cores.map(mapper),
        upper: upper(core).cell,
        leaves: cores.map((each) => leaf(table, page(each)).cell),
      }),
      holds: ({ mappers, upper: local, leaves }, { core, table }) =>
        mappers.some(({ value }) => isEditing(value)) ||
        held(upper(core), local) !== table ||
        leaves.some((each, at) => held(leaf(table, page(cores[at]!)), each) === 'present'),
    },
  ),
]

export const everybodyMaps = ({ cores, mapper }: MappingWorld): Property =>
  sometimes(
    'every core has mapped its page',
    {},
    {
      reads: () => ({ mappers: cores.map(mapper) }),
      holds: ({ mappers }) => mappers.every((mapper) => mapper.value === 'mapped'),
    },
  )

export const tablesAreFreed = ({ cores, mapper, frame, tables }: MappingWorld): Property =>
  sometimes(
    'a table is freed, and the Rust heap is given its frame',
    {},
    {
      reads: () => ({ failing: mapper(cores.at(-1)!), frames: tables.map(frame) }),
      holds: ({ failing, frames }) => failing.value === 'rolledBack' && frames.some((each) => each.context.owner === 'rustHeap'),
    },
  )
