import { always, canReach, onStep, type Property, sometimes } from '../checker/index.ts'
import { type Table, type TableWorld, tables } from '../model/memory/pointer-tables.ts'

/* What is claimed of a mapping while tables are switched, and of the manager that makes it. */

export const tableClaims = {
  outlived: 'no table keeps a mapping whose guard is gone',
  completion: 'a copy finds its mapping in the table that is loaded',
  loaded: 'a copy goes through the table that is loaded',
  ends: 'a pointer that has mapped can unmap',
  own: 'no copy goes to memory of LiteBox that lies at the address',
  kept: "no unmapping takes away LiteBox's own memory",
} as const

/** `shared`: both tables have the pages of the windows. */
export const tableProperties = (
  { cores, pointer, loaded, entry }: TableWorld,
  every: readonly Table[],
  shared: boolean,
): readonly Property[] => [
  always(
    tableClaims.outlived,
    { core: cores, table: every },
    {
      reads: ({ core, table }) => ({ pointer: pointer(core), entry: entry(core, table) }),
      holds: ({ pointer, entry }) => pointer.value !== 'unmapped' || entry.value !== 'foreign',
    },
  ),
  always(
    tableClaims.completion,
    { core: cores },
    { reads: ({ core }) => ({ pointer: pointer(core) }), holds: ({ pointer }) => pointer.value !== 'failed' },
  ),
  ...(shared ? [copiesGoByCr3({ cores, loaded })] : []),
  canReach(
    tableClaims.ends,
    { core: cores },
    { reads: ({ core }) => ({ pointer: pointer(core) }), goal: ({ pointer }) => pointer.value === 'unmapped' },
  ),
  onStep(
    tableClaims.own,
    { core: cores, table: tables },
    {
      on: ['copy.throughTable'],
      reads: ({ core, table }) => ({ entry: entry(core, table) }),
      holds: ({ entry }, _, { at }, { core, table }) => at.core !== core || at.table !== table || entry.value !== 'own',
    },
  ),
  always(
    tableClaims.kept,
    { core: cores, table: tables },
    {
      reads: ({ core, table }) => ({ entry: entry(core, table) }),
      holds: ({ entry }) => !entry.context.own || entry.value === 'own',
    },
  ),
  sometimes(
    'a mapping is made in each table',
    { core: cores, table: tables },
    {
      reads: ({ core }) => ({ pointer: pointer(core), loaded: loaded(core) }),
      holds: ({ pointer, loaded }, { table }) => pointer.value === 'mapped' && loaded.context.table === table,
    },
  ),
]

/** For a mapping that both tables have; in one that only the other has nothing is found. */
const copiesGoByCr3 = ({ cores, loaded }: Pick<TableWorld, 'cores' | 'loaded'>): Property =>
  onStep(
    tableClaims.loaded,
    { core: cores },
    {
      on: ['copy.throughTable'],
      reads: ({ core }) => ({ loaded: loaded(core) }),
      holds: ({ loaded }, _, { at }, { core }) => at.core !== core || at.table === loaded.context.table,
    },
  )
