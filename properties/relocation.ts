import { always, type Property, sometimes } from '../checker/index.ts'
import type { MovingWorld } from '../model/memory/relocation-rules.ts'

/*
 * What the cores of a guest may rely on when mremap has returned, after a failure too. What becomes of the page table and
 * of the list of memory areas is asked in `page-manager-remap.ts`.
 */

/** The sentences by which reports and expectations call the claims. */
export const claims = {
  forgotten: 'once remap has returned, no core holds a translation that the page table no longer gives',
  moved: 'what remap has moved is at its new address, and nowhere else',
  alone: 'no frame is mapped at two addresses at a time',
  filled: 'the frame that a fault has taken is mapped',
  unchanged: 'a remap that was refused beforehand has changed nothing',
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
      where: ({ one, other }) => one !== other,
      reads: ({ one, other, page }) => ({ call, one: tlb(one, page), other: tlb(other, page) }),
      holds: ({ call, one, other }) =>
        call.value !== 'returned' ||
        one.value === 'empty' ||
        other.value === 'empty' ||
        one.context.frame === other.context.frame,
    },
  )

/** The frames that the guest had, in the order of its old addresses. */
const frames = ({ from }: MovingWorld): readonly string[] => from.map((_, at) => `frame${at}`)

export const movedPagesArrive = (world: MovingWorld): Property => {
  const { caller, from, to, call, entry } = world
  return always(
    claims.moved,
    { at: from.map((_, at) => at) },
    {
      reads: ({ at }) => ({ call, old: entry(caller, from[at]!), moved: entry(caller, to[at]!) }),
      holds: ({ call, old, moved }, { at }) =>
        call.value !== 'returned' || call.context.failed || (old.value === 'absent' && moved.context.frame === frames(world)[at]),
    },
  )
}

/** The caller's list of memory areas has one address for each page. */
export const framesHaveOneAddress = (world: MovingWorld): Property => {
  const { caller, pages, entry } = world
  return always(
    claims.alone,
    { frame: frames(world) },
    {
      reads: () => ({ entries: pages.map((page) => entry(caller, page)) }),
      holds: ({ entries }, { frame }) => entries.filter(({ context }) => context.frame === frame).length <= 1,
    },
  )
}

export const refusedBeforehandMeansUnchanged = (world: MovingWorld): Property => {
  const { caller, from, to, call, entry } = world
  return always(
    claims.unchanged,
    { at: from.map((_, at) => at) },
    {
      reads: ({ at }) => ({ call, old: entry(caller, from[at]!), moved: entry(caller, to[at]!) }),
      holds: ({ call, old, moved }, { at }) =>
        call.value !== 'unchanged' || (moved.value === 'absent' && old.context.frame === frames(world)[at]),
    },
  )
}

/** `handle_page_fault` maps the frame that it has taken, and takes no other. */
export const faultsMapWhatTheyTake = ({ caller, pages, spare, spareFrame, entry }: MovingWorld): Property =>
  always(
    claims.filled,
    {},
    {
      reads: () => ({ spareFrame, entries: pages.map((page) => entry(caller, page)) }),
      holds: ({ spareFrame, entries }) =>
        (spareFrame.value === 'taken') === entries.some(({ context }) => context.frame === spare),
    },
  )

export const holesAreFilled = ({ spareFrame }: MovingWorld): Property =>
  sometimes(
    'a fault after a failure fills the hole',
    {},
    { reads: () => ({ spareFrame }), holds: ({ spareFrame }) => spareFrame.value === 'taken' },
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
