import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'

/*
 * How the heap of VTL1 gets its memory while the first core boots.
 *
 * Models: `litebox_runner_lvbs/src/lib.rs: init`, in its order: three ranges are given to the heap while the page table of
 * the boot loader is loaded, which maps the first 16 MiB; from them the base page table is built, which maps everything;
 * it is loaded; then the boot loader's page-table pages and the rest of the memory are given too. The heap is told ranges
 * and believes them (`SafeZoneAllocator::fill_pages`). Where the ranges lie is fixed by `litebox_runner_lvbs/x86_64_vtl1.ld`
 * and `litebox_platform_lvbs/src/mshv/vtl1_mem_layout.rs`: the initial heap below the image, which begins at 2 MiB, the tail
 * behind it. Other cores start later, on the page table that the first one has loaded when it starts them
 * (`mshv/hvcall_vp.rs: hv_vtl_populate_vp_context`).
 *
 * Leaves out: sizes, relocation (the records that the last range of the three held are used up), and parts of a page.
 */

/** `earlyTables` are the boot loader's page-table pages, `rest` is what only the base page table maps. */
export const regions = ['initialHeap', 'image', 'relocations', 'tail', 'earlyTables', 'rest'] as const
export type Region = (typeof regions)[number]

/** What a range given to the heap covers. */
export type Fill = 'initialHeap' | 'relocations' | 'tail' | 'earlyTables' | 'rest'
export type BootStep = Fill | 'build' | 'load' | 'startOthers'

export interface BootDesign {
  /** - `source`. - The others move one step ahead of where it belongs. */
  readonly order: 'source' | 'tables-before-load' | 'rest-before-load' | 'others-before-load' | 'build-before-seed'
  /** - `source`. - The rest counted from the start of the tail. - The initial heap where the image begins. */
  readonly layout: 'source' | 'rest-from-tail' | 'seed-in-image'
}

const inOrder: readonly BootStep[] = ['initialHeap', 'tail', 'relocations', 'build', 'load', 'earlyTables', 'rest', 'startOthers']
const movedBefore = (step: BootStep, other: BootStep): readonly BootStep[] =>
  inOrder.filter((each) => each !== step).flatMap((each) => (each === other ? [step, each] : [each]))

export const bootOrder = ({ order }: BootDesign): readonly BootStep[] =>
  ({
    source: inOrder,
    'tables-before-load': movedBefore('earlyTables', 'load'),
    'rest-before-load': movedBefore('rest', 'load'),
    'others-before-load': movedBefore('startOthers', 'load'),
    'build-before-seed': movedBefore('build', 'initialHeap'),
  })[order]

export const covers = ({ layout }: BootDesign, fill: Fill): readonly Region[] => {
  if (fill === 'rest' && layout === 'rest-from-tail') return ['tail', 'rest']
  return fill === 'initialHeap' && layout === 'seed-in-image' ? ['image'] : [fill]
}

/** A region that is given twice is in the heap twice. */
export const bootHeap = setup({
  types: {
    context: {} as { given: Record<Region, number> },
    events: {} as { type: 'FILL'; regions: readonly Region[] },
  },
}).createMachine({
  id: 'bootHeap',
  context: { given: { initialHeap: 0, image: 0, relocations: 0, tail: 0, earlyTables: 0, rest: 0 } },
  initial: 'ready',
  states: {
    ready: {
      on: {
        FILL: {
          target: 'ready',
          actions: update((heap, { regions }) => {
            for (const region of regions) heap.given[region] += 1
          }),
        },
      },
    },
  },
})

/** Which page table a core runs on. */
export const bootCore = setup({
  types: {
    context: {} as { readonly isFirst: boolean },
    input: {} as { isFirst: boolean },
    events: {} as { type: 'LOAD_BASE' } | { type: 'START_ON_EARLY' },
  },
}).createMachine({
  id: 'bootCore',
  context: ({ input }) => input,
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.isFirst, target: 'onEarly' }, { target: 'off' }] },
    off: { on: { LOAD_BASE: 'onBase', START_ON_EARLY: 'onEarly' } },
    onEarly: { on: { LOAD_BASE: 'onBase' } },
    onBase: {},
  },
})

export const bootProgress = setup({
  types: { context: {} as { done: number }, events: {} as { type: 'STEP' } | { type: 'STOP' } },
}).createMachine({
  id: 'bootProgress',
  context: { done: 0 },
  initial: 'booting',
  states: {
    booting: {
      on: {
        STEP: {
          target: 'booting',
          actions: update((boot) => {
            boot.done += 1
          }),
        },
        STOP: 'stopped',
      },
    },
    stopped: {},
  },
})

export interface Booting {
  readonly progress: CellOf<typeof bootProgress>
  readonly heap: CellOf<typeof bootHeap>
  readonly first: CellOf<typeof bootCore>
  readonly others: readonly CellOf<typeof bootCore>[]
}

const source = 'litebox_runner_lvbs/src/lib.rs: init'

export const booting = ({ progress, heap, first, others }: Booting, design: BootDesign): readonly Rule[] => {
  const order = bootOrder(design)
  const fills = order.filter((step) => step !== 'build' && step !== 'load' && step !== 'startOthers')
  const due = ({ context }: { readonly context: { readonly done: number } }, step: BootStep): boolean =>
    order[context.done] === step
  return [
    rule(
      'boot.fill',
      { range: fills },
      {
        source: `${source}, mem_fill_pages`,
        actor: () => 'first',
        sends: () => ({ progress, heap }),
      },
    ).does({
      when: {
        booting: ({ progress }) => progress.value === 'booting',
        due: ({ progress }, { range }) => due(progress, range),
      },
      events: (_, { range }) => ({ progress: { type: 'STEP' }, heap: { type: 'FILL', regions: covers(design, range) } }),
    }),
    rule(
      'boot.build',
      {},
      {
        source: 'litebox_platform_lvbs/src/lib.rs: LinuxKernel::new, new_top_level, map_phys_frame_range',
        actor: () => 'first',
        sees: () => ({ heap }),
        sends: () => ({ progress }),
      },
    ).does({
      when: {
        booting: ({ progress }) => progress.value === 'booting',
        due: ({ progress }) => due(progress, 'build'),
      },
      events: ({ heap }) => ({
        progress: { type: Object.values(heap.context.given).some((count) => count > 0) ? 'STEP' : 'STOP' },
      }),
    }),
    rule(
      'boot.load',
      {},
      {
        source: 'litebox_platform_lvbs/src/lib.rs: LinuxKernel::new, base_pt.load',
        actor: () => 'first',
        sends: () => ({ progress, first }),
      },
    ).does({
      when: {
        booting: ({ progress }) => progress.value === 'booting',
        due: ({ progress }) => due(progress, 'load'),
      },
      events: () => ({ progress: { type: 'STEP' }, first: { type: 'LOAD_BASE' } }),
    }),
    rule(
      'boot.startOthers',
      {},
      {
        source: 'litebox_platform_lvbs/src/mshv/hvcall_vp.rs: hv_vtl_populate_vp_context',
        actor: () => 'first',
        sees: () => ({ first }),
        sends: () => ({ progress, others }),
      },
    ).does({
      when: {
        booting: ({ progress }) => progress.value === 'booting',
        due: ({ progress }) => due(progress, 'startOthers'),
      },
      events: ({ first }) => ({
        progress: { type: 'STEP' },
        others: { type: first.value === 'onBase' ? 'LOAD_BASE' : 'START_ON_EARLY' },
      }),
    }),
  ]
}
