import { cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import {
  addressEntry,
  loadedTable,
  type Table,
  type TableDesign,
  type TableWorld,
  tablePointer,
  tableRules,
} from '../model/memory/pointer-tables.ts'
import { tableProperties } from '../properties/pointer-tables.ts'
import { tableDesigns } from './physical-pointer-table/designs.ts'

const knobs = {
  /** Whether the windows are the same pages in the base table and in the task's. */
  windows: ['shared', 'apart'],
  switching: ['between-uses', 'at-any-time'],
  /** Which table an unmapping changes: the one that is loaded, or the one of the mapping. */
  unmapFrom: ['loaded', 'remembered'],
  /** Whose manager a pointer asks. */
  manager: ['own', 'other', 'changes', 'changes-back'],
  /** What this system has at the addresses that another system's manager gives. */
  layout: ['disjoint', 'overlapping'],
  cores: [1, 2],
} as const

function build(knobs: TableDesign & { readonly cores: number }): System {
  const cores = Array.from({ length: knobs.cores }, (_, at) => `cpu${at}`)
  // This system's own manager gives no address at which something lies.
  const own = knobs.layout === 'overlapping' && (knobs.manager === 'other' || knobs.manager === 'changes-back')
  const shared = knobs.windows === 'shared'
  const name = (table: Table): string => (shared && table !== 'other-system' ? 'windows' : table)
  const world: TableWorld = {
    cores,
    loaded: (core) => cell(`loaded.${core}`, loadedTable, { of: { core } }),
    pointer: (core) => cell(`pointer.${core}`, tablePointer, { of: { core } }),
    entry: (core, table) =>
      cell(`entry.${core}.${name(table)}`, addressEntry, {
        input: { own: own && table !== 'other-system' },
        of: { core },
        role: name(table),
      }),
  }
  const every: readonly Table[] = shared ? ['base', 'other-system'] : ['base', 'task', 'other-system']
  return system({
    cells: cores.flatMap((core) => [world.loaded(core), world.pointer(core), ...every.map((table) => world.entry(core, table))]),
    rules: tableRules(world, knobs),
    properties: tableProperties(world, every, shared),
    interchangeable: { core: cores },
    final: finalWhen(
      { core: cores },
      { reads: ({ core }) => ({ pointer: world.pointer(core) }), holds: ({ pointer }) => pointer.value === 'unmapped' },
    ),
  })
}

export const physicalPointerTable = scenario({
  name: 'physical-pointer-table',
  story:
    'A core loads the base table and a task table in turn, and maps, copies and unmaps through the manager that it is ' +
    'given. Does the copy find its mapping, and is it gone when its guard is? Left out: other mappings (each core has an ' +
    'address of its own), TLBs and locks.',
  knobs,
  sizes: { small: { cores: 1 }, full: { cores: 2 } },
  designs: tableDesigns,
  build,
})
