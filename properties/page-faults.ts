import { always, canReach, onStep, type Property } from '../checker/index.ts'
import { type Areas, allows, type Rights } from '../model/memory/memory-area.ts'
import { accessKinds, type Touching } from '../model/memory/page-touch.ts'

/*
 * What is claimed of accesses, page faults and their answers wherever there are areas and entries: hardware does what the
 * entry says, and LiteBox what the area says.
 */

export interface PageFaultWorld extends Touching {
  readonly area: Areas['area']
}

interface Found<C> {
  readonly context: C
}
type Entry = Found<{ readonly rights: Rights }>

/** What the entry of a page says, of the pages' entries in their order. */
const entryOf = (pages: readonly string[], entries: readonly Entry[], page: string): Entry | undefined =>
  entries[pages.indexOf(page)]

/** Intel SDM volume 3, "Determination of Access Rights". */
export const hardwareObeysEntries = ({ pages, touch, entry }: PageFaultWorld, threads: readonly string[]): Property =>
  onStep(
    'an access passes where the entry of its page allows it, and faults where not',
    { thread: threads },
    {
      on: ['guest.pass', 'touch.fault'],
      reads: ({ thread }) => ({ touch: touch(thread), entries: pages.map(entry) }),
      holds: ({ touch, entries }, _, { rule, at }, { thread }) => {
        const rights = entryOf(pages, entries, touch.context.page)?.context.rights ?? 'none'
        return at.thread !== thread || allows(rights, touch.context.kind) === (rule === 'guest.pass')
      },
    },
  )

/** Whether an entry is one that a fault could have made of its area. */
export const fits = (
  area: Found<{ readonly mapping: string; readonly rights: Rights }>,
  entry: Found<{ readonly frame: string; readonly rights: Rights }>,
): boolean =>
  entry.context.frame === 'none' ||
  (entry.context.frame === area.context.mapping &&
    accessKinds.every((kind) => allows(area.context.rights, kind) || !allows(entry.context.rights, kind)))

export const fitting = 'an entry leads to a page of its area, with no right that the area does not give'

/** Areas decide; entries only remember. */
export const entriesFitTheirAreas = ({ pages, area, entry }: PageFaultWorld): Property =>
  always(
    fitting,
    { page: pages },
    { reads: ({ page }) => ({ area: area(page), entry: entry(page) }), holds: ({ area, entry }) => fits(area, entry) },
  )

/** `filling` are the rules that make a page present or give it a right; the others found it there. */
export const answeredFaultsAreTriedAgain = (
  { pages, touch, entry }: PageFaultWorld,
  threads: readonly string[],
  filling: readonly string[],
): Property =>
  onStep(
    'a fault that is answered leaves its page present, filled for the access, which is made again',
    { thread: threads },
    {
      on: ['fault.retry', ...filling],
      reads: ({ thread }) => ({ touch: touch(thread), entries: pages.map(entry) }),
      holds: (before, after, { rule, at }, { thread }) => {
        if (at.thread !== thread) return true
        const { page, kind } = before.touch.context
        const now = after.entries[pages.indexOf(page)]!
        return (
          after.touch.value === 'touching' &&
          after.touch.context.page === page &&
          now.value === 'present' &&
          (rule === 'fault.retry' || allows(now.context.rights, kind))
        )
      },
    },
  )

/** `handle_page_fault` holds the lock of the areas from its first look to its last change. */
export const faultsAreAnsweredUnderTheLock = ({ vmem }: Areas, answers: readonly string[]): Property =>
  onStep(
    'no fault is answered while a call changes the areas',
    {},
    { on: answers, reads: () => ({ vmem }), holds: ({ vmem }) => vmem.value === 'free' },
  )

/** Whatever the rights were when the access was made, nothing speaks for refusing one that could now go on. */
export const allowedAccessesGoOn = (
  { pages, touch, area }: PageFaultWorld,
  threads: readonly string[],
  refusal: string,
): Property =>
  onStep(
    'no fault is refused that its area allows',
    { thread: threads },
    {
      on: [refusal],
      reads: ({ thread }) => ({ touch: touch(thread), areas: pages.map(area) }),
      holds: ({ touch, areas }, _, { at }, { thread }) =>
        at.thread !== thread || !allows(areas[pages.indexOf(touch.context.page)]!.context.rights, touch.context.kind),
    },
  )

/** M-L8, without asking anything of whom the access waits for. */
export const accessesCanEnd = ({ touch }: PageFaultWorld, threads: readonly string[]): Property =>
  canReach(
    'no thread is left in the middle of an access',
    { thread: threads },
    { reads: ({ thread }) => ({ touch: touch(thread) }), goal: ({ touch }) => !['touching', 'faulted'].includes(touch.value) },
  )
