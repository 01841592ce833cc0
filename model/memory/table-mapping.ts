import { type AnyCell, type CellOf, cell, type Rule, rule } from '../../checker/index.ts'
import { held, stored, type Word, word } from '../platform/shared-word.ts'
import { spinlock } from '../platform/spinlock.ts'
import { frame } from './frame.ts'
import { tableMapper } from './table-mapper.ts'

/*
 * Cores that map pages by way of different page tables, which may have their lower tables in common.
 *
 * Models: `cpu0` maps by way of the base table, every other core by way of a task table. `create_task_page_table` has
 * copied every top-level entry that the base table had (`copy_pml4_entries_from`), so that the region in which they map
 * hangs below both; each table has its own lock (`X64PageTable::inner`). Each core maps one page of its own; the last
 * one may fail and roll back. Page-table entries are words of memory, written by plain stores.
 *
 * Leaves out: TLBs, store buffers (a lock is taken with a locked instruction, and nobody here looks without one), and
 * frames but for those of the tables.
 */

/** Which top-level entries task tables share with the base table: all it had, or the kernel's, which stay as they are. */
export type Sharing = 'all-slots' | 'kernel-slots'
/** What a lock covers: one page table, one shared subtree, or all page tables. */
export type Locking = 'per-table' | 'per-subtree' | 'global'

export interface MappingPlan {
  readonly sharing: Sharing
  readonly locking: Locking
  /** Whether the last core's mapping may fail after a page. */
  readonly failure: 'none' | 'rolled-back'
  readonly cores: number
}

export interface MappingWorld {
  readonly plan: MappingPlan
  readonly cores: readonly string[]
  /** The frames that may become the region's table. */
  readonly tables: readonly string[]
  readonly page: (core: string) => string
  readonly mapper: (core: string) => CellOf<typeof tableMapper>
  readonly lock: (core: string) => CellOf<typeof spinlock>
  /** The upper-level entry of the region, by the page table that the core has loaded: the table's frame, or `none`. */
  readonly upper: (core: string) => Word<string>
  /** The entry of a page in a table: `present` or `absent`. */
  readonly leaf: (table: string, page: string) => Word<string>
  readonly frame: (table: string) => CellOf<typeof frame>
}

export function mappingWorld(plan: MappingPlan): MappingWorld {
  const numbered = (name: string): string[] => Array.from({ length: plan.cores }, (_, at) => `${name}${at}`)
  const cores = numbered('cpu')
  const pageTable = (core: string): string => (core === 'cpu0' ? 'base' : core.replace('cpu', 'task'))
  const region = (core: string): string => (plan.sharing === 'all-slots' ? 'shared' : pageTable(core))
  const locks = { 'per-table': pageTable, 'per-subtree': region, global: () => 'all' } as const
  return {
    plan,
    cores,
    tables: numbered('table'),
    page: (core) => core.replace('cpu', 'page'),
    mapper: (core) => cell(`mapper.${core}`, tableMapper),
    lock: (core) => cell(`lock.${locks[plan.locking](core)}`, spinlock),
    upper: (core) => word<string>(`upper.${region(core)}`, 'none'),
    leaf: (table, page) => word<string>(`leaf.${table}.${page}`, 'absent'),
    frame: (table) => cell(`frame.${table}`, frame, { input: { owner: 'nobody' } }),
  }
}

const distinct = (cells: readonly AnyCell[]): readonly AnyCell[] => [...new Map(cells.map((each) => [each.name, each])).values()]

export const cellsOf = ({ cores, tables, mapper, lock, upper, leaf, page, frame }: MappingWorld): readonly AnyCell[] => [
  ...cores.map(mapper),
  ...distinct(cores.map(lock)),
  ...distinct(cores.map((core) => upper(core).cell)),
  ...tables.flatMap((table) => cores.map((core) => leaf(table, page(core)).cell)),
  ...tables.map(frame),
]

const paging = (symbol: string): string => `litebox_platform_lvbs/src/arch/x86/mm/paging.rs: ${symbol}`
const crate = (symbol: string): string => `x86_64 0.15.2, mapper/mapped_page_table.rs: ${symbol}`

const own = ({ core }: { readonly core: string }): string => core

export const mappings = (world: MappingWorld): readonly Rule[] => {
  const { cores, tables, page, mapper, lock, upper, leaf, frame } = world
  const leaves = (table: string) => cores.map((core) => leaf(table, page(core)))
  return [
    rule(
      'map.begin',
      { core: cores },
      {
        kind: 'environment',
        source: paging('map_phys_frame_range_with'),
        needed: true,
        actor: own,
        sends: ({ core }) => ({ mapper: mapper(core) }),
      },
    ).does({
      when: { idle: ({ mapper }) => mapper.value === 'idle' },
      events: () => ({ mapper: { type: 'BEGIN' } }),
    }),
    rule(
      'map.lock',
      { core: cores },
      {
        source: paging('map_phys_frame_range_with, self.inner.lock'),
        needed: true,
        actor: own,
        sends: ({ core }) => ({ mapper: mapper(core), lock: lock(core) }),
        waitsFor: ['lock'],
      },
    ).does({
      when: { locking: ({ mapper }) => mapper.value === 'locking' },
      events: (_, { core }) => ({ mapper: { type: 'LOCK' }, lock: { type: 'ACQUIRE', holder: core } }),
    }),
    rule(
      'map.findTable',
      { core: cores, table: tables },
      {
        source: crate('create_next_table, entry.is_unused'),
        needed: world.plan.sharing === 'all-slots',
        actor: own,
        sees: ({ core }) => ({ upper: upper(core).cell }),
        sends: ({ core }) => ({ mapper: mapper(core) }),
      },
    ).does({
      when: {
        reading: ({ mapper }) => mapper.value === 'reading',
        linked: ({ upper: local }, { core, table }) => held(upper(core), local) === table,
      },
      events: (_, { table }) => ({ mapper: { type: 'FIND', table } }),
    }),
    rule(
      'map.findNone',
      { core: cores },
      {
        source: crate('create_next_table, entry.is_unused'),
        needed: true,
        actor: own,
        sees: ({ core }) => ({ upper: upper(core).cell }),
        sends: ({ core }) => ({ mapper: mapper(core) }),
      },
    ).does({
      when: {
        reading: ({ mapper }) => mapper.value === 'reading',
        empty: ({ upper: local }, { core }) => held(upper(core), local) === 'none',
      },
      events: () => ({ mapper: { type: 'FIND_NONE' } }),
    }),
    rule(
      'map.allocateTable',
      { core: cores, table: tables },
      {
        source: 'litebox_platform_lvbs/src/mm/pgtable.rs: PageTableAllocator::allocate_frame',
        needed: true,
        actor: own,
        sends: ({ core, table }) => ({
          mapper: mapper(core),
          frame: frame(table),
          leaves: leaves(table).map((each) => each.cell),
        }),
      },
    ).does({
      when: {
        allocating: ({ mapper }) => mapper.value === 'allocating',
        free: ({ frame }) => frame.value === 'free',
      },
      events: (_, { table }) => ({
        mapper: { type: 'ALLOCATE', table },
        frame: { type: 'TAKE', owner: 'pageTable' },
        leaves: leaves(table).map((each) => stored(each, 'absent')),
      }),
    }),
    rule(
      'map.linkTable',
      { core: cores },
      {
        source: crate('create_next_table, entry.set_frame'),
        needed: true,
        actor: own,
        sends: ({ core }) => ({ mapper: mapper(core), upper: upper(core).cell }),
      },
    ).does({
      when: { linking: ({ mapper }) => mapper.value === 'linking' },
      events: ({ mapper }, { core }) => ({
        mapper: { type: 'LINK' },
        upper: stored(upper(core), mapper.context.table),
      }),
    }),
    rule(
      'map.zeroTable',
      { core: cores, table: tables },
      {
        source: crate('create_next_table, page_table.zero'),
        needed: true,
        actor: own,
        sends: ({ core, table }) => ({ mapper: mapper(core), leaves: leaves(table).map((each) => each.cell) }),
      },
    ).does({
      when: {
        zeroing: ({ mapper }) => mapper.value === 'zeroing',
        itsTable: ({ mapper }, { table }) => mapper.context.table === table,
      },
      events: (_, { table }) => ({
        mapper: { type: 'ZERO' },
        leaves: leaves(table).map((each) => stored(each, 'absent')),
      }),
    }),
    rule(
      'map.writeLeaf',
      { core: cores, table: tables },
      {
        source: crate('map_to_with_table_flags, set_frame'),
        needed: true,
        actor: own,
        sends: ({ core, table }) => ({ mapper: mapper(core), leaf: leaf(table, page(core)).cell }),
      },
    ).does({
      when: {
        writing: ({ mapper }) => mapper.value === 'writing',
        itsTable: ({ mapper }, { table }) => mapper.context.table === table,
      },
      events: (_, { core, table }) => ({
        mapper: { type: 'WRITE' },
        leaf: stored(leaf(table, page(core)), 'present'),
      }),
    }),
    rule(
      'map.unlock',
      { core: cores },
      {
        source: paging('map_phys_frame_range_with, end of the scope of inner'),
        needed: true,
        actor: own,
        sends: ({ core }) => ({ mapper: mapper(core), lock: lock(core) }),
      },
    ).does({
      when: { ready: ({ mapper }) => mapper.value === 'written' || mapper.value === 'undone' },
      events: () => ({ mapper: { type: 'UNLOCK' }, lock: { type: 'RELEASE' } }),
    }),
    ...(world.plan.failure === 'rolled-back' ? rollback(world, cores.at(-1)!) : []),
  ]
}

/** The last core's next page cannot be mapped, and what it has mapped is taken away again. */
const rollback = (world: MappingWorld, failing: string): readonly Rule[] => {
  const { cores, tables, page, mapper, upper, leaf, frame } = world
  const core = [failing]
  const leaves = (table: string) => cores.map((each) => leaf(table, page(each)))
  return [
    rule(
      'rollback.begin',
      { core },
      {
        kind: 'environment',
        source: paging('map_non_contiguous_phys_frames, Err(e)'),
        needed: true,
        actor: own,
        sends: ({ core }) => ({ mapper: mapper(core) }),
      },
    ).does({
      when: { written: ({ mapper }) => mapper.value === 'written' },
      events: () => ({ mapper: { type: 'FAIL' } }),
    }),
    rule(
      'rollback.clearLeaf',
      { core, table: tables },
      {
        source: paging('rollback_mapped_pages, inner.unmap'),
        needed: true,
        actor: own,
        sends: ({ core, table }) => ({ mapper: mapper(core), leaf: leaf(table, page(core)).cell }),
      },
    ).does({
      when: {
        clearing: ({ mapper }) => mapper.value === 'clearing',
        itsTable: ({ mapper }, { table }) => mapper.context.table === table,
      },
      events: (_, { core, table }) => ({
        mapper: { type: 'CLEAR' },
        leaf: stored(leaf(table, page(core)), 'absent'),
      }),
    }),
    ...(['FIND_EMPTY', 'FIND_USED'] as const).map((answer) =>
      rule(
        answer === 'FIND_EMPTY' ? 'rollback.findEmpty' : 'rollback.findUsed',
        { core, table: tables },
        {
          source: crate('clean_up_addr_range, PageTableEntry::is_unused'),
          actor: own,
          sees: ({ table }) => ({ leaves: leaves(table).map((each) => each.cell) }),
          sends: ({ core }) => ({ mapper: mapper(core) }),
        },
      ).does({
        when: {
          looking: ({ mapper }) => mapper.value === 'looking',
          itsTable: ({ mapper }, { table }) => mapper.context.table === table,
          answer: ({ leaves: locals }, { table }) =>
            leaves(table).every((each, at) => held(each, locals[at]!) === 'absent') === (answer === 'FIND_EMPTY'),
        },
        events: () => ({ mapper: { type: answer } }),
      }),
    ),
    rule(
      'rollback.unlink',
      { core },
      {
        source: crate('clean_up_addr_range, entry.set_unused'),
        needed: true,
        actor: own,
        sends: ({ core }) => ({ mapper: mapper(core), upper: upper(core).cell }),
      },
    ).does({
      when: { unlinking: ({ mapper }) => mapper.value === 'unlinking' },
      events: (_, { core }) => ({ mapper: { type: 'UNLINK' }, upper: stored(upper(core), 'none') }),
    }),
    rule(
      'rollback.freeTable',
      { core, table: tables },
      {
        source: crate('clean_up_addr_range, deallocate_frame'),
        needed: true,
        actor: own,
        sends: ({ core, table }) => ({ mapper: mapper(core), frame: frame(table) }),
      },
    ).does({
      when: {
        freeing: ({ mapper }) => mapper.value === 'freeing',
        itsTable: ({ mapper }, { table }) => mapper.context.table === table,
      },
      events: () => ({ mapper: { type: 'FREE' }, frame: { type: 'FREE' } }),
    }),
    rule(
      'heap.takeTable',
      { core, table: tables },
      {
        source: 'litebox/src/mm/allocator.rs: SafeZoneAllocator::alloc',
        actor: () => 'heap',
        sees: ({ core }) => ({ mapper: mapper(core) }),
        sends: ({ table }) => ({ frame: frame(table) }),
      },
    ).does({
      when: {
        freed: ({ mapper }, { table }) =>
          (mapper.value === 'undone' || mapper.value === 'rolledBack') && mapper.context.table === table,
        free: ({ frame }) => frame.value === 'free',
      },
      events: () => ({ frame: { type: 'TAKE', owner: 'rustHeap' } }),
    }),
  ]
}
