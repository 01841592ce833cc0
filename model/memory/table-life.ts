import { type AnyCell, type CellOf, cell, type Rule, rule } from '../../checker/index.ts'
import { applicationInstance } from './application-instance.ts'
import { type RequestStep, tableRequest } from './table-request.ts'
import { type Call, type LifeDesign, stepsOf } from './table-request-plan.ts'
import { pageTableRegister, taskTable } from './task-table.ts'

/*
 * Cores that serve requests of one trusted application, and its page table: cells, and the rules of the table itself.
 *
 * Models: `cpu0` closes the application's last session and then opens another application; the other cores serve one
 * request each. There are two frames in which a task table can be. Whoever takes a table down clears the top-level
 * entries that are the base table's, frees the lower tables, and frees the frame (`delete_task_page_table`); with
 * counted references that may be another core than the one which asked for it, so these steps have a lane of their own.
 * Hardware walks whatever CR3 names (`walk`).
 *
 * Leaves out: TLBs and paging-structure caches (`upper-level-caches` has them; a CR3 write empties them), other users of
 * a frame that was freed than the next task table, and interrupts.
 */

export interface TableWorld {
  readonly design: LifeDesign
  readonly cores: readonly string[]
  readonly tops: readonly string[]
  readonly table: (top: string) => CellOf<typeof taskTable>
  readonly cr3: (core: string) => CellOf<typeof pageTableRegister>
  readonly request: (core: string) => CellOf<typeof tableRequest>
  readonly instance: CellOf<typeof applicationInstance>
  readonly call: (core: string) => Call
  readonly steps: (core: string) => readonly RequestStep[]
}

/** The core that closes, and the calls of the others. */
export function tableWorld(design: LifeDesign, calls: readonly Call[]): TableWorld {
  const cores = calls.map((_, at) => `cpu${at}`)
  const tops = ['top0', 'top1']
  const call = (core: string): Call => calls[cores.indexOf(core)]!
  return {
    design,
    cores,
    tops,
    call,
    steps: (core) => stepsOf(call(core), design),
    table: (top) => cell(`table.${top}`, taskTable, { input: { application: top === 'top0' ? 'ta0' : 'none' } }),
    cr3: (core) => cell(`cr3.${core}`, pageTableRegister),
    request: (core) => cell(`request.${core}`, tableRequest, { input: { application: 'ta0', top: 'top0' } }),
    instance: cell('instance', applicationInstance),
  }
}

export const cellsOf = ({ cores, tops, table, cr3, request, instance }: TableWorld): readonly AnyCell[] => [
  ...cores.flatMap((core) => [request(core), cr3(core)]),
  instance,
  ...tops.map(table),
]

const deletion = 'litebox_platform_lvbs/src/lib.rs: PageTableManager::delete_task_page_table'

/** The steps of a deletion once it has begun, whoever has begun it. */
export const deletions = ({ tops, table }: Pick<TableWorld, 'tops' | 'table'>): readonly Rule[] => [
  rule(
    'table.strip',
    { top: tops },
    {
      source: `${deletion}, clear_shared_pml4_entries`,
      actor: () => 'deletion',
      sends: ({ top }) => ({ table: table(top) }),
    },
  ).does({
    when: { doomed: ({ table }) => table.value === 'doomed' },
    events: () => ({ table: { type: 'STRIP' } }),
  }),
  rule(
    'table.freeLower',
    { top: tops },
    {
      source: `${deletion}, cleanup_page_table_frames`,
      actor: () => 'deletion',
      sends: ({ top }) => ({ table: table(top) }),
    },
  ).does({
    when: { stripped: ({ table }) => table.value === 'stripped' },
    events: () => ({ table: { type: 'FREE_LOWER' } }),
  }),
  rule(
    'table.freeTop',
    { top: tops },
    {
      source: 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: X64PageTable, drop',
      actor: () => 'deletion',
      sends: ({ top }) => ({ table: table(top) }),
    },
  ).does({
    when: { hollow: ({ table }) => table.value === 'hollow' },
    events: () => ({ table: { type: 'FREE_TOP' } }),
  }),
]

export const tables = ({ cores, tops, table, cr3 }: TableWorld): readonly Rule[] => [
  ...deletions({ tops, table }),
  rule(
    'walk.read',
    { core: cores, top: tops },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Hierarchical Paging Structures: an Overview": a walk begins where CR3 says',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ cr3: cr3(core) }),
    },
  ).does({
    when: { loaded: ({ cr3 }, { top }) => cr3.context.table === top },
    events: () => ({ cr3: { type: 'WALK' } }),
  }),
]
