import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import { cachedBy, type Region } from './paging-structure-cache.ts'

/*
 * A call that changes an upper-level page-table entry, as the list of its steps.
 *
 * Models: the three calls of `litebox_platform_lvbs/src/arch/x86/mm/paging.rs` that do so, in the order of the source,
 * where the flush is left out or stands before the change. `unmap_pages` with `clean_up_page_tables`: clear the leaf,
 * flush, then unlink the empty table and free it. `rollback_mapped_pages`: clear, unlink, free, and no flush.
 * `cleanup_page_table_frames` of a task table that is deleted: clear, flush, write the own CR3, unlink, free.
 * `map_phys_frame_range_with`: or the writable bit into the upper entry, write the leaf, and no flush. Unlinking comes
 * before freeing in `clean_up_addr_range` of the x86_64 crate. A flush reaches one core after another.
 *
 * Leaves out: the lock, which nobody else here takes; entries that keep the table from being empty; and how the flush
 * reaches the cores (`shootdown` asks that).
 */

export type EditStep = 'clear-leaf' | 'flush' | 'load-base' | 'await-others' | 'unlink' | 'free-table' | 'widen' | 'write-leaf'

export const upperLevelEdit = setup({
  types: {
    context: {} as { steps: readonly EditStep[]; done: number; flushed: readonly string[] },
    input: {} as { steps: readonly EditStep[] },
    events: {} as { type: 'STEP' } | { type: 'FLUSH'; core: string },
  },
  guards: { isOver: ({ context }) => context.done === context.steps.length },
}).createMachine({
  id: 'upperLevelEdit',
  context: ({ input }) => ({ steps: input.steps, done: 0, flushed: [] }),
  initial: 'underWay',
  states: {
    underWay: {
      on: {
        STEP: {
          target: 'stepped',
          actions: update((call) => {
            call.done += 1
            call.flushed = []
          }),
        },
        FLUSH: {
          target: 'underWay',
          actions: update((call, { core }) => {
            call.flushed = [...call.flushed, core].sort()
          }),
        },
      },
    },
    stepped: { always: [{ guard: 'isOver', target: 'over' }, { target: 'underWay' }] },
    over: {},
  },
})

export interface RegionEdit extends Region {
  readonly editor: string
  readonly call: CellOf<typeof upperLevelEdit>
  /** The page whose leaf entry is cleared or written, and the frame that it maps. */
  readonly page: string
  readonly target: string
  readonly steps: readonly EditStep[]
  /** Whether a write of CR3 drops what is cached. */
  readonly cr3Flushes: boolean
}

const paging = (symbol: string): string => `litebox_platform_lvbs/src/arch/x86/mm/paging.rs: ${symbol}`

interface CallView {
  readonly call: { readonly context: { readonly steps: readonly EditStep[]; readonly done: number } }
}
const isNext =
  (step: EditStep) =>
  ({ call: { context } }: CallView): boolean =>
    context.steps[context.done] === step

/** One rule for each kind of step that the design takes. */
export function editing(region: RegionEdit): readonly Rule[] {
  const { editor, call, upper, tableFrame, leaf, page, target, cores, cr3, steps, cr3Flushes } = region
  const actor = () => editor
  const taken = (step: EditStep, rules: readonly Rule[]): readonly Rule[] => (steps.includes(step) ? rules : [])
  return [
    ...taken('clear-leaf', [
      rule(
        'edit.clearLeaf',
        {},
        {
          source: paging('unmap_pages, inner.unmap'),
          needed: true,
          actor,
          sends: () => ({ call, leaf: leaf(page) }),
        },
      ).does({
        when: { next: isNext('clear-leaf') },
        events: () => ({ call: { type: 'STEP' }, leaf: { type: 'CLEAR' } }),
      }),
    ]),
    ...taken('widen', [
      rule(
        'edit.widenUpper',
        {},
        {
          source: paging('map_phys_frame_range_with, inner.map_to_with_table_flags'),
          needed: true,
          actor,
          sends: () => ({ call, upper }),
        },
      ).does({
        when: { next: isNext('widen') },
        events: () => ({ call: { type: 'STEP' }, upper: { type: 'WIDEN' } }),
      }),
    ]),
    ...taken('write-leaf', [
      rule(
        'edit.writeLeaf',
        {},
        {
          source: paging('map_phys_frame_range_with, inner.map_to_with_table_flags'),
          needed: true,
          actor,
          sends: () => ({ call, leaf: leaf(page) }),
        },
      ).does({
        when: { next: isNext('write-leaf') },
        events: () => ({
          call: { type: 'STEP' },
          leaf: { type: 'MAP', mapping: { frame: target, writable: true } },
        }),
      }),
    ]),
    ...taken('flush', [
      rule(
        'edit.flush',
        { core: cores },
        {
          source: paging('flush_tlb_range'),
          needed: true,
          actor,
          sends: ({ core }) => ({ call, ...cachedBy(region, core) }),
        },
      ).does({
        when: { next: isNext('flush'), unflushed: ({ call }, { core }) => !call.context.flushed.includes(core) },
        events: (_, { core }) => ({ call: { type: 'FLUSH', core }, cache: { type: 'DROP' }, held: { type: 'DROP' } }),
      }),
      rule(
        'edit.endFlush',
        {},
        {
          source: paging('flush_tlb_range'),
          needed: true,
          actor,
          sends: () => ({ call }),
        },
      ).does({
        when: { next: isNext('flush'), allFlushed: ({ call }) => call.context.flushed.length === cores.length },
        events: () => ({ call: { type: 'STEP' } }),
      }),
    ]),
    ...taken('load-base', [
      rule(
        'edit.loadBase',
        {},
        {
          source: 'litebox_runner_lvbs/src/lib.rs: teardown_ta_page_table, switch_to_base_page_table',
          needed: true,
          actor,
          sends: () => ({ call, cr3: cr3(editor), ...(cr3Flushes ? cachedBy(region, editor) : { cache: [], held: [] }) }),
        },
      ).does({
        when: { next: isNext('load-base') },
        events: () => ({
          call: { type: 'STEP' },
          cr3: { type: 'LOAD_BASE' },
          cache: { type: 'DROP' },
          held: { type: 'DROP' },
        }),
      }),
    ]),
    ...taken('await-others', [
      rule(
        'edit.awaitOthers',
        {},
        {
          source: 'assumed of the sessions of a trusted application: no other core has its table loaded',
          needed: true,
          actor,
          sees: () => ({ others: cores.filter((core) => core !== editor).map(cr3) }),
          sends: () => ({ call }),
        },
      ).does({
        when: {
          next: isNext('await-others'),
          gone: ({ others }) => others.every((other) => other.value === 'elsewhere'),
        },
        events: () => ({ call: { type: 'STEP' } }),
      }),
    ]),
    ...taken('unlink', [
      rule(
        'edit.unlink',
        {},
        {
          source: 'x86_64 0.15.2, mapper/mapped_page_table.rs: clean_up_addr_range, entry.set_unused',
          needed: true,
          actor,
          sends: () => ({ call, upper }),
        },
      ).does({
        when: { next: isNext('unlink') },
        events: () => ({ call: { type: 'STEP' }, upper: { type: 'CLEAR' } }),
      }),
    ]),
    ...taken('free-table', [
      rule(
        'edit.freeTable',
        {},
        {
          source: 'x86_64 0.15.2, mapper/mapped_page_table.rs: clean_up_addr_range, deallocate_frame',
          needed: true,
          actor,
          sends: () => ({ call, tableFrame }),
        },
      ).does({
        when: { next: isNext('free-table') },
        events: () => ({ call: { type: 'STEP' }, tableFrame: { type: 'FREE' } }),
      }),
    ]),
  ]
}

/** Another core goes back to the base table at any time, as every core does before it returns to VTL0. */
export const leavingTable = (region: RegionEdit, cores: readonly string[]): Rule =>
  rule(
    'core.loadBase',
    { core: cores },
    {
      source: 'litebox_runner_lvbs/src/lib.rs: switch_to_base_page_table',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({
        cr3: region.cr3(core),
        ...(region.cr3Flushes ? cachedBy(region, core) : { cache: [], held: [] }),
      }),
    },
  ).does({
    when: { here: ({ cr3 }) => cr3.value === 'here' },
    events: () => ({ cr3: { type: 'LOAD_BASE' }, cache: { type: 'DROP' }, held: { type: 'DROP' } }),
  })
