import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'

/*
 * Which page table a mapping is made in, copied through, and removed from.
 *
 * Models: `litebox_platform_lvbs/src/lib.rs: current_page_table`, which `vmap` and `vunmap` ask each for itself: the
 * table that CR3 names at that moment. A mapping remembers its address and not its table (`PhysPageMapInfo`). The base
 * table and a task's share the windows if their upper entries were there when the task's table was made
 * (`copy_pml4_entries_from`); else each has windows of its own. And which manager a pointer asks: a shim has one
 * platform; with PR #817 a type names it (`GlobalVmapManager::manager`), and nothing but its author says that it is the
 * manager of the system that runs.
 *
 * Leaves out: TLBs (a load of CR3 empties them), locks, and the task table's end (a pointer of a call that runs on it).
 */

export type Table = 'base' | 'task' | 'other-system'
export const tables = ['base', 'task'] as const

/** The entry of the pointer's address in one table. `own`: LiteBox's own memory lies there. */
export const addressEntry = setup({
  types: { input: {} as { own: boolean }, context: {} as { own: boolean }, events: {} as { type: 'MAP' } | { type: 'CLEAR' } },
}).createMachine({
  id: 'addressEntry',
  context: ({ input }) => input,
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.own, target: 'own' }, { target: 'absent' }] },
    absent: { on: { MAP: 'foreign', CLEAR: 'absent' } },
    foreign: { on: { MAP: 'foreign', CLEAR: 'absent' } },
    // What is unmapped is gone, whoever it belonged to.
    own: { on: { CLEAR: 'absent' } },
  },
})

export const loadedTable = setup({
  types: { context: {} as { table: 'base' | 'task' }, events: {} as { type: 'LOAD'; table: 'base' | 'task' } },
}).createMachine({
  id: 'loadedTable',
  context: { table: 'base' },
  initial: 'running',
  states: {
    running: {
      on: {
        LOAD: {
          target: 'running',
          actions: update((loaded, { table }) => {
            loaded.table = table
          }),
        },
      },
    },
  },
})

export const tablePointer = setup({
  types: {
    context: {} as { table: Table | 'none' },
    events: {} as { type: 'MAP'; table: Table } | { type: 'COPY' } | { type: 'FAULT' } | { type: 'UNMAP' },
  },
}).createMachine({
  id: 'tablePointer',
  context: { table: 'none' },
  initial: 'unmapped',
  states: {
    unmapped: {
      on: {
        MAP: {
          target: 'mapped',
          actions: update((pointer, { table }) => {
            pointer.table = table
          }),
        },
      },
    },
    mapped: { on: { COPY: 'copied', FAULT: 'failed' } },
    copied: { on: { UNMAP: { target: 'unmapped', actions: update((pointer) => void (pointer.table = 'none')) } } },
    failed: { on: { UNMAP: { target: 'unmapped', actions: update((pointer) => void (pointer.table = 'none')) } } },
  },
})

export interface TableDesign {
  /** Whether the windows are the same pages in both tables. */
  readonly windows: 'shared' | 'apart'
  readonly switching: 'between-uses' | 'at-any-time'
  readonly unmapFrom: 'loaded' | 'remembered'
  /** Whose manager a pointer asks: this system's, another's, or another's only when it unmaps, or only when it maps. */
  readonly manager: 'own' | 'other' | 'changes' | 'changes-back'
  /** What this system has at the addresses that another system's manager gives. */
  readonly layout: 'disjoint' | 'overlapping'
}

export interface TableWorld {
  readonly cores: readonly string[]
  readonly loaded: (core: string) => CellOf<typeof loadedTable>
  readonly pointer: (core: string) => CellOf<typeof tablePointer>
  readonly entry: (core: string, table: Table) => CellOf<typeof addressEntry>
}

const lvbs = (symbol: string): string => `litebox_platform_lvbs/src/lib.rs: ${symbol}`

export function tableRules({ cores, loaded, pointer, entry }: TableWorld, design: TableDesign): readonly Rule[] {
  const places = { core: cores, table: tables }
  /** The table that the manager changes, where CR3 names `table`. */
  const asked = (table: 'base' | 'task', unmaps: boolean): Table =>
    design.manager === 'other' || design.manager === (unmaps ? 'changes' : 'changes-back') ? 'other-system' : table
  const unmapsFrom =
    design.unmapFrom === 'remembered' && design.manager !== 'own' ? ([...tables, 'other-system'] as const) : tables
  /** Another system's manager maps where this system has something, or nothing. */
  const finds = design.layout === 'overlapping' || design.manager === 'own' || design.manager === 'changes'
  return [
    rule('table.load', places, {
      source: lvbs('load_task, load_base'),
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ pointer: pointer(core) }),
      sends: ({ core }) => ({ loaded: loaded(core) }),
    }).does({
      when: {
        other: ({ loaded }, { table }) => loaded.context.table !== table,
        allowed: ({ pointer }) => design.switching === 'at-any-time' || pointer.value === 'unmapped',
      },
      events: (_, { table }) => ({ loaded: { type: 'LOAD', table } }),
    }),
    rule('vmap.mapInTable', places, {
      source: lvbs('vmap, current_page_table'),
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ loaded: loaded(core) }),
      sends: ({ core, table }) => ({ pointer: pointer(core), entry: entry(core, asked(table, false)) }),
    }).does({
      when: {
        unmapped: ({ pointer }) => pointer.value === 'unmapped',
        loaded: ({ loaded }, { table }) => loaded.context.table === table,
      },
      events: (_, { table }) => ({ pointer: { type: 'MAP', table: asked(table, false) }, entry: { type: 'MAP' } }),
    }),
    rule('copy.throughTable', places, {
      source: 'litebox/src/mm/exception_table.rs: memcpy_fallible',
      needed: finds,
      actor: ({ core }) => core,
      sees: ({ core, table }) => ({ loaded: loaded(core), entry: entry(core, table) }),
      sends: ({ core }) => ({ pointer: pointer(core) }),
    }).does({
      when: {
        mapped: ({ pointer }) => pointer.value === 'mapped',
        loaded: ({ loaded }, { table }) => loaded.context.table === table,
        found: ({ entry }) => entry.value !== 'absent',
      },
      events: () => ({ pointer: { type: 'COPY' } }),
    }),
    rule('copy.faultInTable', places, {
      source: 'litebox/src/mm/exception_table.rs: search_exception_tables',
      actor: ({ core }) => core,
      sees: ({ core, table }) => ({ loaded: loaded(core), entry: entry(core, table) }),
      sends: ({ core }) => ({ pointer: pointer(core) }),
    }).does({
      when: {
        mapped: ({ pointer }) => pointer.value === 'mapped',
        loaded: ({ loaded }, { table }) => loaded.context.table === table,
        absent: ({ entry }) => entry.value === 'absent',
      },
      events: () => ({ pointer: { type: 'FAULT' } }),
    }),
    ...unmapsFrom.map((table) =>
      rule(
        `vunmap.${table === 'other-system' ? 'otherSystem' : table}`,
        { core: cores },
        {
          source: design.unmapFrom === 'remembered' ? 'proposed: a mapping names its table' : lvbs('vunmap, current_page_table'),
          needed: table !== 'other-system',
          actor: ({ core }) => core,
          sees: ({ core }) => ({ loaded: loaded(core) }),
          sends: ({ core }) => ({
            pointer: pointer(core),
            entry: entry(core, table === 'other-system' ? table : asked(table, design.unmapFrom === 'loaded')),
          }),
        },
      ).does({
        when: {
          ended: ({ pointer: { value } }) => value === 'copied' || value === 'failed',
          here: ({ pointer, loaded }) =>
            (design.unmapFrom === 'remembered' ? pointer.context.table : loaded.context.table) === table,
        },
        events: () => ({ pointer: { type: 'UNMAP' }, entry: { type: 'CLEAR' } }),
      }),
    ),
  ]
}
