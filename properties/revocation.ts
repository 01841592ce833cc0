import { always, type CellOf, onStep, type Property, sometimes } from '../checker/index.ts'
import type { pageFault } from '../model/memory/page-fault.ts'
import type { Unmapper } from '../model/memory/unmapper.ts'

/*
 * What the caller of unmap or mprotect may rely on once the call has returned, and the moments that make a shootdown
 * worth modelling.
 */

/** Revocation is complete on return, as a claim on TLBs. A call that stopped for good has not returned. */
export const returnMeansForgotten = ({ operation, call, cores, pages, tlb }: Unmapper): Property =>
  always(
    'once the call has returned, no TLB holds the right that it took away',
    { core: cores, page: pages },
    {
      reads: ({ core, page }) => ({ call, tlb: tlb(core, page) }),
      holds: ({ call, tlb }) =>
        call.value !== 'returned' || !(operation === 'unmap' ? tlb.value === 'cached' : tlb.context.writable),
    },
  )

/** The same, as a claim on writes: the trace ends with the write. */
export const returnMeansNoMoreWrites = ({ call, cores }: Unmapper, writes: readonly string[]): Property =>
  onStep(
    'after the call has returned, no core writes through the old translation',
    { core: cores },
    {
      on: writes,
      reads: () => ({ call }),
      holds: ({ call }, _, { at }, { core }) => at.core !== core || call.value !== 'returned',
    },
  )

/** Spin locks of the kernel: a guest that ran with one held could keep everybody else waiting. */
export const guestsRunWithoutTheLock = ({ cores, cpu, lock }: Unmapper): Property =>
  always(
    'no core runs its guest while it holds the lock of the page table',
    { core: cores },
    {
      reads: ({ core }) => ({ cpu: cpu(core), lock }),
      holds: ({ cpu, lock }, { core }) => lock.context.holder !== core || cpu.value !== 'user',
    },
  )

export const theCallerGoesBack = ({ operation, caller, cpu }: Unmapper): Property =>
  onStep(
    'a call that returns goes back to its guest',
    {},
    {
      on: [`${operation}.return`],
      reads: () => ({ cpu: cpu(caller) }),
      holds: (_, { cpu }) => cpu.value === 'user',
    },
  )

export const interruptsEndWithTheirRequest = ({ caller, cores, cpu, request }: Unmapper): Property =>
  always(
    'a core handles an interrupt exactly while it serves the flush that was asked of it',
    { core: cores.filter((core) => core !== caller) },
    {
      reads: ({ core }) => ({ cpu: cpu(core), request: request(core) }),
      holds: ({ cpu, request }) =>
        (cpu.value === 'handlingInterrupt') === (request.value === 'handling' || request.value === 'invalidated'),
    },
  )

export const faultsEndInTheGuest = (
  { caller, cores, cpu }: Unmapper,
  fault: (core: string) => CellOf<typeof pageFault>,
): Property =>
  always(
    'a core that has faulted is in the kernel exactly until its fault is served',
    { core: cores.filter((core) => core !== caller) },
    {
      reads: ({ core }) => ({ cpu: cpu(core), fault: fault(core) }),
      holds: ({ cpu, fault }) => (cpu.value === 'kernel') === (fault.value !== 'none'),
    },
  )

export const theCallReturns = ({ call }: Unmapper): Property =>
  sometimes(
    'the call returns',
    {},
    {
      reads: () => ({ call }),
      holds: ({ call }) => call.value === 'returned',
    },
  )

/** A flush of another core has something to do. */
export const requestsMeetStaleTranslations = ({ operation, caller, cores, pages, ranges, tlb, request }: Unmapper): Property =>
  sometimes(
    'a core is asked to drop what it still holds',
    { core: cores.filter((core) => core !== caller), page: pages },
    {
      reads: ({ core, page }) => ({ request: request(core), tlb: tlb(core, page) }),
      holds: ({ request, tlb }, { page }) =>
        request.value === 'requested' &&
        ranges.some(({ name, pages }) => name === request.context.range && pages.includes(page)) &&
        (operation === 'unmap' ? tlb.value === 'cached' : tlb.context.writable),
    },
  )

export const interruptsArriveLate = ({ caller, cores, cpu, request }: Unmapper): Property =>
  sometimes(
    'a shootdown interrupt waits for a core whose interrupts are off',
    { core: cores.filter((core) => core !== caller) },
    {
      reads: ({ core }) => ({ cpu: cpu(core), request: request(core) }),
      holds: ({ cpu, request }) => cpu.value === 'kernel' && request.value === 'requested',
    },
  )

export const faultsWaitForTheCall = (
  { call, caller, cores }: Unmapper,
  fault: (core: string) => CellOf<typeof pageFault>,
): Property =>
  sometimes(
    'a page fault waits for the lock while the call is flushing',
    { core: cores.filter((core) => core !== caller) },
    {
      reads: ({ core }) => ({ call, fault: fault(core) }),
      holds: ({ call, fault }) => call.value === 'awaiting' && fault.value === 'locking',
    },
  )
