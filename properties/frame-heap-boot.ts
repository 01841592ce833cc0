import { always, type Property, sometimes } from '../checker/index.ts'
import { type Booting, type BootStep, regions } from '../model/memory/boot-heap.ts'

/*
 * What is claimed of the memory that the heap is given at boot.
 */

export const nothingIsGivenTwice = ({ heap }: Booting): Property =>
  always(
    'no memory is given to the heap twice',
    { region: regions },
    { reads: () => ({ heap }), holds: ({ heap }, { region }) => heap.context.given[region] <= 1 },
  )

export const theImageIsNotGiven = ({ heap }: Booting): Property =>
  always(
    'the image is not given to the heap',
    {},
    { reads: () => ({ heap }), holds: ({ heap }) => heap.context.given.image === 0 },
  )

/** M-I4: the walker goes on reading the page table that a core has loaded, whoever owns its pages. */
export const loadedTablesAreNotGiven = ({ heap, first, others }: Booting): Property =>
  always(
    'no core runs on a page table whose pages the heap has',
    {},
    {
      reads: () => ({ heap, cores: [first, ...others] }),
      holds: ({ heap, cores }) => heap.context.given.earlyTables === 0 || cores.every(({ value }) => value !== 'onEarly'),
    },
  )

/** The list of free frames runs through the frames: the heap writes into what it is given. */
export const onlyMappedMemoryIsGiven = ({ heap, first }: Booting): Property =>
  always(
    'the heap is given only memory that is mapped',
    {},
    { reads: () => ({ heap, first }), holds: ({ heap, first }) => heap.context.given.rest === 0 || first.value === 'onBase' },
  )

export const theTableIsBuilt = ({ progress }: Booting): Property =>
  always(
    'there is memory to build the page table from',
    {},
    { reads: () => ({ progress }), holds: ({ progress }) => progress.value !== 'stopped' },
  )

export const bootEnds = ({ progress, others }: Booting, order: readonly BootStep[]): Property =>
  sometimes(
    'the boot comes to its end, with every core running',
    {},
    {
      reads: () => ({ progress, others }),
      holds: ({ progress, others }) => progress.context.done === order.length && others.every(({ value }) => value !== 'off'),
    },
  )
