import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import type { FaultHandling } from '../model/memory/fault-handling.ts'
import { allows } from '../model/memory/memory-area.ts'
import type { Protecting } from '../model/memory/mprotect.ts'

/*
 * What a thread of the guest may expect of an access, while another changes the rights.
 */

export interface FaultWorld extends FaultHandling {
  readonly threads: readonly string[]
}

type CallWorld = FaultWorld & Protecting

export const noFaultStopsLiteBox = ({ threads, touch }: FaultWorld): Property =>
  always(
    'no access of the guest stops LiteBox',
    { thread: threads },
    { reads: ({ thread }) => ({ touch: touch(thread) }), holds: ({ touch }) => touch.value !== 'stopped' },
  )

/** The lock is held from the first look at an area to the last change. */
export const mprotectChangesUnderTheLock = ({ caller, call, vmem }: CallWorld): Property =>
  always(
    'mprotect holds the lock of the areas while it changes them',
    {},
    {
      reads: () => ({ call, vmem }),
      holds: ({ call, vmem }) => (call.value === 'changing' ? vmem.context.holder === caller : vmem.value === 'free'),
    },
  )

/** `protect_mapping` walks the areas of its range from the first to the last. */
export const mprotectComesToEachPageOnce = ({ call, pages }: CallWorld): Property =>
  onStep(
    'mprotect comes to each page of its range in its turn, and once',
    {},
    {
      on: ['mprotect.change', 'mprotect.passOver'],
      reads: () => ({ call }),
      holds: (before, after, { at }) =>
        at.page === pages[before.call.context.done] && after.call.context.done === before.call.context.done + 1,
    },
  )

export const mprotectGivesWhatWasAskedFor = ({ call, pages, area }: CallWorld): Property =>
  onStep(
    'mprotect returns when every page of its range has the rights that were asked for',
    { page: pages },
    {
      on: ['mprotect.return'],
      reads: ({ page }) => ({ call, area: area(page) }),
      holds: ({ call, area }) => area.context.rights === call.context.rights,
    },
  )

/** M-L8. */
export const accessesEnd = ({ threads, touch }: FaultWorld): Property =>
  leadsTo(
    'an access that faults is let through or refused in the end',
    { thread: threads },
    {
      reads: ({ thread }) => ({ touch: touch(thread) }),
      from: ({ touch }) => touch.value === 'faulted',
      to: ({ touch }) => touch.value === 'idle' || touch.value === 'stopped',
    },
  )

/** Between an access and the answer to its fault, the rights change. */
export const rightsArriveLate = ({ threads, pages, touch, area }: FaultWorld): Property =>
  sometimes(
    'a fault on a present entry waits while its area comes to allow it',
    { thread: threads, page: pages },
    {
      reads: ({ thread, page }) => ({ touch: touch(thread), area: area(page) }),
      holds: ({ touch, area }, { page }) =>
        touch.value === 'faulted' &&
        touch.context.page === page &&
        touch.context.wasPresent &&
        allows(area.context.rights, touch.context.kind),
    },
  )

export const pagesAreWrittenAgain = ({ threads, pages, touch, area, entry }: FaultWorld): Property =>
  sometimes(
    'an access finds its page writable',
    { thread: threads, page: pages },
    {
      reads: ({ thread, page }) => ({ touch: touch(thread), area: area(page), entry: entry(page) }),
      holds: ({ touch, entry }, { page }) =>
        touch.value === 'touching' && touch.context.page === page && entry.context.rights === 'write',
    },
  )
