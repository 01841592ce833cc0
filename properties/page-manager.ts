import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import type { Creating } from '../model/memory/mmap.ts'
import { fits, fitting } from './page-faults.ts'

/*
 * What the caller of mmap, and everybody else, may expect of a mapping with contents.
 */

export interface CreatingWorld extends Creating {
  /** The guest's other threads. */
  readonly threads: readonly string[]
}

const ended = ['mapped', 'failed', 'stopped']

/** Availability: `unwrap`, `expect` and `todo!` are for what cannot happen, not for what a guest can do. */
export const noGuestStopsLiteBox = ({ call }: CreatingWorld): Property =>
  always('no guest stops LiteBox', {}, { reads: () => ({ call }), holds: ({ call }) => call.value !== 'stopped' })

export const initialisersKeepToTheirMapping = ({ caller, pages, area }: CreatingWorld): Property =>
  onStep(
    'an initialiser writes only into its own mapping',
    { page: pages },
    {
      on: ['initialiser.write'],
      reads: ({ page }) => ({ area: area(page) }),
      holds: ({ area }, _, { at }, { page }) => at.page !== page || area.context.mapping === caller,
    },
  )

/** M-I16: protecting and removing are the end of one mapping's creation, not the business of any other. */
export const mmapEndsItsOwnMapping = ({ caller, pages, area }: CreatingWorld, on: readonly string[]): Property =>
  onStep(
    'the last part of mmap changes only its own mapping',
    { page: pages },
    {
      on,
      reads: ({ page }) => ({ area: area(page) }),
      holds: ({ area }, _, { at }, { page }) => at.page !== page || ['none', caller].includes(area.context.mapping),
    },
  )

/** What is read-only in the end, and in particular what is code, holds what its file holds. */
export const contentsComeFromTheFile = ({ caller, pages, threads, entry }: CreatingWorld): Property =>
  onStep(
    'nobody but its initialiser writes into a read-only mapping',
    { page: pages, thread: threads },
    {
      on: ['guest.pass'],
      reads: ({ page }) => ({ entry: entry(page) }),
      holds: ({ entry }, _, { at }, { page, thread }) =>
        at.page !== page || at.thread !== thread || at.kind !== 'write' || entry.context.frame !== caller,
    },
  )

/** Under the lock of the areas, which the copy alone does without. */
export const areasChangeUnderTheLock = ({ caller, call, vmem }: CreatingWorld): Property =>
  always(
    'mmap changes the areas only while it holds their lock, and gives it back',
    {},
    {
      reads: () => ({ call, vmem }),
      holds: ({ call, vmem }) =>
        ['creating', 'protecting', 'removing'].includes(call.value)
          ? vmem.context.holder === caller
          : !ended.includes(call.value) || call.value === 'stopped' || vmem.value === 'free',
    },
  )

/** Where pages are filled first, their area comes last: nobody looks until the lock is given back. */
export const entriesFitTheirAreasInTheEnd = ({ call, pages, area, entry }: CreatingWorld): Property =>
  always(
    fitting,
    { page: pages },
    {
      reads: ({ page }) => ({ call, area: area(page), entry: entry(page) }),
      holds: ({ call, area, entry }) => call.value === 'creating' || fits(area, entry),
    },
  )

/**
 * What a mapping holds is written before mmap returns. A fault that fills a page of it later would give zeroes for what is in
 * the file.
 */
export const finishedMappingsAreFilled = ({ caller, call, pages, area }: CreatingWorld): Property =>
  onStep(
    'no fault fills a page of a mapping that is finished',
    { page: pages },
    {
      on: ['fault.map'],
      reads: ({ page }) => ({ call, area: area(page) }),
      holds: ({ call, area }, _, { at }, { page }) =>
        at.page !== page || call.value !== 'mapped' || area.context.mapping !== caller,
    },
  )

/** Progress: nobody waits for himself. */
export const mmapIsAnswered = ({ call }: CreatingWorld): Property =>
  leadsTo(
    'a call of mmap is answered',
    {},
    {
      reads: () => ({ call }),
      from: ({ call }) => call.value !== 'uncalled',
      to: ({ call }) => ended.includes(call.value),
    },
  )

export const mmapSucceeds = ({ call }: CreatingWorld): Property =>
  sometimes('mmap succeeds', {}, { reads: () => ({ call }), holds: ({ call }) => call.value === 'mapped' })

export const initialisersFault = ({ caller, touch }: CreatingWorld): Property =>
  sometimes(
    'the initialiser takes a page fault',
    {},
    { reads: () => ({ touch: touch(caller) }), holds: ({ touch }) => touch.value === 'faulted' },
  )

/** The moments for which the lock was dropped, or is held. */
export const mappingsAreOvertaken = ({ caller, call, pages, area, threads }: CreatingWorld): Property =>
  sometimes(
    "another thread's mapping takes the place of one that is being initialised",
    { page: pages, thread: threads },
    {
      reads: ({ page }) => ({ call, area: area(page) }),
      holds: ({ call, area }, { thread }) =>
        call.value === 'initialising' && area.context.mapping === thread && thread !== caller,
    },
  )

export const othersTouchTheNewMapping = ({ caller, pages, threads, touch, entry }: CreatingWorld): Property =>
  sometimes(
    'another thread reads the new mapping',
    { page: pages, thread: threads },
    {
      reads: ({ page, thread }) => ({ entry: entry(page), touch: touch(thread) }),
      holds: ({ entry, touch }, { page }) =>
        entry.context.frame === caller && touch.value === 'touching' && touch.context.page === page,
    },
  )
