import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import type { FaultHandling } from '../model/memory/fault-handling.ts'
import { allows } from '../model/memory/memory-area.ts'

/*
 * What a thread of the guest may expect of an access, while another changes the rights.
 */

export interface FaultWorld extends FaultHandling {
  readonly threads: readonly string[]
}

export const noFaultStopsLiteBox = ({ threads, touch }: FaultWorld): Property =>
  always(
    'no access of the guest stops LiteBox',
    { thread: threads },
    { reads: ({ thread }) => ({ touch: touch(thread) }), holds: ({ touch }) => touch.value !== 'stopped' },
  )

/** Whatever the rights were when the access was made, nothing speaks for ending a thread that could now go on. */
export const allowedAccessesGoOn = ({ threads, pages, touch, area }: FaultWorld): Property =>
  onStep(
    'no fault is refused that its area allows',
    { thread: threads, page: pages },
    {
      on: ['fault.signal'],
      reads: ({ thread, page }) => ({ touch: touch(thread), area: area(page) }),
      holds: ({ touch, area }, _, { at }, { thread, page }) =>
        at.thread !== thread || at.page !== page || !allows(area.context.rights, touch.context.kind),
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
