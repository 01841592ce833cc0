import { cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import { type BootDesign, type Booting, bootCore, bootHeap, booting, bootOrder, bootProgress } from '../model/memory/boot-heap.ts'
import {
  bootEnds,
  loadedTablesAreNotGiven,
  nothingIsGivenTwice,
  onlyMappedMemoryIsGiven,
  theImageIsNotGiven,
  theTableIsBuilt,
} from '../properties/frame-heap-boot.ts'

const knobs = {
  /** Which step of the boot comes too early. */
  order: ['source', 'tables-before-load', 'rest-before-load', 'others-before-load', 'build-before-seed'],
  /** Which range lies where it should not. */
  layout: ['source', 'rest-from-tail', 'seed-in-image'],
  /** How many cores start after the first. */
  others: [1, 2],
} as const

interface Knobs extends BootDesign {
  readonly others: number
}

function build(knobs: Knobs): System {
  const order = bootOrder(knobs)
  const all: Booting = {
    progress: cell('boot', bootProgress),
    heap: cell('heap', bootHeap),
    first: cell('core.cpu0', bootCore, { input: { isFirst: true } }),
    others: Array.from({ length: knobs.others }, (_, at) => cell(`core.cpu${at + 1}`, bootCore, { input: { isFirst: false } })),
  }
  const { progress } = all
  return system({
    cells: [progress, all.heap, all.first, ...all.others],
    rules: booting(all, knobs),
    properties: [
      nothingIsGivenTwice(all),
      theImageIsNotGiven(all),
      loadedTablesAreNotGiven(all),
      onlyMappedMemoryIsGiven(all),
      theTableIsBuilt(all),
      ...(knobs.order === 'build-before-seed' ? [] : [bootEnds(all, order)]),
    ],
    final: finalWhen(
      {},
      {
        reads: () => ({ progress }),
        holds: ({ progress }) => progress.value === 'stopped' || progress.context.done === order.length,
      },
    ),
  })
}

export const frameHeapBoot = scenario({
  name: 'frame-heap-boot',
  story:
    'The first core of VTL1 boots and gives the heap its memory, range by range, while it moves from the page table of the ' +
    'boot loader to its own. Is every range mapped, unused, and given once? One thread, so that each design is one run. ' +
    'Left out: sizes, and what the heap does with the memory.',
  knobs,
  sizes: { small: { others: 1 }, full: { others: 2 } },
  designs: {
    snapshot: {
      story:
        'Three ranges within the first 16 MiB, the base page table, its loading, then the page-table pages of the boot ' +
        'loader and the rest. The linker script puts the image at 2 MiB, behind the initial heap, and the tail behind both.',
      knobs: { order: 'source', layout: 'source' },
      expect: { small: { verdict: 'holds', states: 9 }, full: { verdict: 'holds', states: 9 } },
    },
    'tables-before-load': {
      story: "The boot loader's page-table pages are given away while the core still runs on them.",
      knobs: { order: 'tables-before-load', layout: 'source' },
      expect: {
        small: { verdict: 'violated', states: 9, violations: { 'no core runs on a page table whose pages the heap has': 5 } },
        full: { verdict: 'violated', states: 9, violations: { 'no core runs on a page table whose pages the heap has': 5 } },
      },
    },
    'others-before-load': {
      story:
        'Other cores are started with the page table of the moment, before the first has changed over: that the first core ' +
        'has left the old table says nothing of them.',
      knobs: { order: 'others-before-load', layout: 'source' },
      expect: {
        small: { verdict: 'violated', states: 9, violations: { 'no core runs on a page table whose pages the heap has': 7 } },
        full: { verdict: 'violated', states: 9, violations: { 'no core runs on a page table whose pages the heap has': 7 } },
      },
    },
    'rest-before-load': {
      story: 'The rest of the memory is given before it is mapped.',
      knobs: { order: 'rest-before-load', layout: 'source' },
      expect: {
        small: { verdict: 'violated', states: 9, violations: { 'the heap is given only memory that is mapped': 5 } },
        full: { verdict: 'violated', states: 9, violations: { 'the heap is given only memory that is mapped': 5 } },
      },
    },
    'build-before-seed': {
      story: 'The page table is built from a heap that has nothing.',
      knobs: { order: 'build-before-seed', layout: 'source' },
      expect: {
        small: {
          verdict: 'violated',
          states: 2,
          violations: { 'there is memory to build the page table from': 1 },
          asleep: ['boot.fill', 'boot.load', 'boot.startOthers'],
        },
        full: {
          verdict: 'violated',
          states: 2,
          violations: { 'there is memory to build the page table from': 1 },
          asleep: ['boot.fill', 'boot.load', 'boot.startOthers'],
        },
      },
    },
    'rest-from-tail': {
      story:
        'The rest is counted from the start of the tail instead of its end: the source adds the length, to a variable of the same name.',
      knobs: { order: 'source', layout: 'rest-from-tail' },
      expect: {
        small: { verdict: 'violated', states: 9, violations: { 'no memory is given to the heap twice': 7 } },
        full: { verdict: 'violated', states: 9, violations: { 'no memory is given to the heap twice': 7 } },
      },
    },
    'seed-in-image': {
      story: 'The initial heap lies where the image begins, which two constants in different files keep apart.',
      knobs: { order: 'source', layout: 'seed-in-image' },
      expect: {
        small: { verdict: 'violated', states: 9, violations: { 'the image is not given to the heap': 1 } },
        full: { verdict: 'violated', states: 9, violations: { 'the image is not given to the heap': 1 } },
      },
    },
  },
  build,
})
