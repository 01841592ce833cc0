import { type AnyCell, cell, type Rule } from '../../checker/index.ts'
import { frame } from './frame.ts'
import { allocations } from './heap.ts'
import { pageTableEntry } from './page-table.ts'
import { addressSpace, pagingStructureCache, regionWalks, strayWalk } from './paging-structure-cache.ts'
import { tlbEntry } from './tlb.ts'
import { type EditStep, editing, leavingTable, upperLevelEdit } from './upper-level-edit.ts'
import { type FaultAnswer, type WritingRegion, windowWrite, windowWrites } from './window-write.ts'

/*
 * Cores that walk one region of addresses while one of them changes its upper-level entry: all cells and rules, put
 * together from the other files of this folder.
 *
 * Models: `cpu0` makes one call. Either it takes the region's only mapping away and then the table that has become
 * empty, whose frame the Rust heap may be given; or it maps a page writable under an upper entry that was read-only
 * until then, because only read-only pages were mapped under it.
 *
 * Leaves out: a second call, and a new table for the region.
 */

/** `clean-up`: unmap_pages that also frees empty tables. `rollback`: of a vmap that failed. `teardown`: of a task table. */
export type Operation = 'clean-up' | 'rollback' | 'teardown' | 'widen'
/** Where the flush stands in relation to the change of the upper-level entry. */
export type FlushPlace = 'nowhere' | 'before-change' | 'after-change'

export interface Plan {
  readonly operation: Operation
  readonly flush: FlushPlace
  /** Whether other cores have gone back to the base table before a task table is torn down. */
  readonly others: 'have-left' | 'may-stay'
  /** What a write of CR3 does to what is cached. */
  readonly cr3: 'flushes' | 'keeps'
  readonly fault: FaultAnswer
  readonly cores: number
}

function stepsOf({ operation, flush, others }: Plan): readonly EditStep[] {
  const before: readonly EditStep[] = flush === 'before-change' ? ['flush'] : []
  const after: readonly EditStep[] = flush === 'after-change' ? ['flush'] : []
  switch (operation) {
    case 'clean-up':
    case 'rollback':
      return ['clear-leaf', ...before, 'unlink', ...after, 'free-table']
    case 'teardown': {
      const waiting: readonly EditStep[] = others === 'have-left' ? ['await-others'] : []
      return ['clear-leaf', ...before, 'load-base', ...waiting, 'unlink', ...after, 'free-table']
    }
    case 'widen':
      return [...before, 'widen', 'write-leaf', ...after]
    default:
      return operation satisfies never
  }
}

export function upperLevelRegion(plan: Plan): WritingRegion {
  const cores = Array.from({ length: plan.cores }, (_, at) => `cpu${at}`)
  const widens = plan.operation === 'widen'
  const steps = stepsOf(plan)
  const mapped = (frame: string, writable: boolean) => ({ input: { frame, writable } })
  return {
    cores,
    pages: widens ? ['page0', 'page1'] : ['page0'],
    editor: 'cpu0',
    page: widens ? 'page1' : 'page0',
    target: 'frame1',
    steps,
    cr3Flushes: plan.cr3 === 'flushes',
    table: 'table0',
    tableFrame: cell('frame.table0', frame, { input: { owner: 'pageTable' } }),
    upper: cell('upper', pageTableEntry, mapped('table0', !widens)),
    leaf: (page) =>
      page === 'page0'
        ? cell('leaf.page0', pageTableEntry, mapped('frame0', !widens))
        : cell('leaf.page1', pageTableEntry, { input: 'absent' }),
    call: cell('call', upperLevelEdit, { input: { steps } }),
    cache: (core) => cell(`cache.${core}`, pagingStructureCache),
    tlb: (core, page) => cell(`tlb.${core}.${page}`, tlbEntry),
    cr3: (core) => cell(`cr3.${core}`, addressSpace),
    write: (core) => cell(`write.${core}`, windowWrite),
  }
}

export const cellsOf = ({ operation }: Plan, region: WritingRegion): readonly AnyCell[] => [
  region.call,
  region.upper,
  region.tableFrame,
  ...region.pages.map(region.leaf),
  ...region.cores.flatMap((core) => [
    region.cr3(core),
    region.cache(core),
    ...region.pages.map((page) => region.tlb(core, page)),
  ]),
  ...(operation === 'widen' ? region.cores.map(region.write) : []),
]

export const rulesOf = ({ operation, fault }: Plan, region: WritingRegion): readonly Rule[] => [
  ...regionWalks(region),
  ...editing(region),
  ...(operation === 'widen'
    ? windowWrites(region, fault)
    : [strayWalk(region), ...allocations([region.table], () => region.tableFrame, ['rustHeap'])]),
  ...(operation === 'teardown'
    ? [
        leavingTable(
          region,
          region.cores.filter((core) => core !== region.editor),
        ),
      ]
    : []),
]
