import { always, type Property, sometimes } from '../checker/index.ts'
import type { MovingWorld } from '../model/memory/relocation-rules.ts'

/*
 * What the cores of a guest may rely on when mremap has returned, after a failure too. What becomes of the page table and
 * of the list of memory areas is asked in `page-manager-remap.ts`.
 */

/** The sentences by which reports and expectations call the claims. */
export const claims = {
  forgotten: 'once remap has returned, no core holds a translation that the page table no longer gives',
  agreed: 'no two cores reach different frames at one address after remap has returned',
} as const

export const staleTranslationsAreGone = ({ cores, pages, caller, call, tlb, entry }: MovingWorld): Property =>
  always(
    claims.forgotten,
    { core: cores, page: pages },
    {
      reads: ({ core, page }) => ({ call, tlb: tlb(core, page), entry: entry(caller, page) }),
      holds: ({ call, tlb, entry }) =>
        call.value !== 'returned' || tlb.value === 'empty' || tlb.context.frame === entry.context.frame,
    },
  )

export const coresAgree = ({ cores, pages, call, tlb }: MovingWorld): Property =>
  always(
    claims.agreed,
    { one: cores, other: cores, page: pages },
    {
      where: ({ one, other }) => one < other,
      reads: ({ one, other, page }) => ({ call, one: tlb(one, page), other: tlb(other, page) }),
      holds: ({ call, one, other }) =>
        call.value !== 'returned' ||
        one.value === 'empty' ||
        other.value === 'empty' ||
        one.context.frame === other.context.frame,
    },
  )

export const remapSucceeds = ({ call }: MovingWorld): Property =>
  sometimes(
    'remap succeeds',
    {},
    { reads: () => ({ call }), holds: ({ call }) => call.value === 'returned' && !call.context.failed },
  )

export const remapFailsHalfWay = ({ call }: MovingWorld): Property =>
  sometimes(
    'remap fails after it has moved a page',
    {},
    { reads: () => ({ call }), holds: ({ call }) => call.context.failed && call.context.moved > 0 },
  )
