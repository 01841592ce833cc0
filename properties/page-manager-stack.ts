import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { neighbour, type StackWorld, stack } from '../model/memory/stack-growth.ts'

/*
 * What is claimed of stacks that grow by page faults.
 */

/** M-I18. */
export const copiesAreToldOfTheirFaults = ({ copiers, touch }: StackWorld): Property =>
  always(
    'a fallible copy that faults is told, and the machine goes on',
    { thread: copiers },
    { reads: ({ thread }) => ({ touch: touch(thread) }), holds: ({ touch }) => touch.value !== 'stopped' },
  )

export const refusedFaultsChangeNothing = ({ threads, copiers, pages, touch, area }: StackWorld): Property =>
  onStep(
    'a fault that is refused grows no stack',
    { page: pages, thread: [...threads, ...copiers] },
    {
      reads: ({ page, thread }) => ({ touch: touch(thread), area: area(page) }),
      holds: (before, after, { at }, { thread }) =>
        at.thread !== thread ||
        (after.touch.value !== 'idle' && after.touch.value !== 'refused') ||
        before.area.value === after.area.value,
    },
  )

/** A stack takes in what lies between it and the fault, and nothing was there. */
export const growingLeavesAreasAlone = ({ pages, area }: StackWorld): Property =>
  onStep(
    'a stack grows over no area that is there',
    { page: pages },
    {
      on: ['fault.grow'],
      reads: ({ page }) => ({ area: area(page) }),
      holds: (before, after) =>
        before.area.value === 'absent' ||
        (before.area.context.mapping === after.area.context.mapping && before.area.context.rights === after.area.context.rights),
    },
  )

/** Linux keeps the gap for every mapping but those with a fixed address. */
export const theGapIsKept = ({ pages, gap, area }: StackWorld): Property =>
  always(
    'nothing is mapped within the guard gap of a stack',
    { page: pages, stack: pages },
    {
      where: ({ page, stack }) => {
        const distance = pages.indexOf(stack) - pages.indexOf(page)
        return distance > 0 && distance <= gap
      },
      reads: (at) => ({ page: area(at.page), stack: area(at.stack) }),
      holds: (at) => at.page.context.mapping !== neighbour || at.stack.context.mapping !== stack,
    },
  )

export const stacksGrow = ({ pages, area }: StackWorld, lowest: string): Property =>
  sometimes(
    'the stack grows',
    { page: pages.filter((page) => page >= lowest) },
    { reads: ({ page }) => ({ area: area(page) }), holds: ({ area }) => area.context.mapping === stack },
  )

/** The neighbour came first, or a fault was on its way when it came. */
export const stacksAreStopped = ({ copiers, pages, gap, area, touch }: StackWorld): Property =>
  sometimes(
    'a fault between a stack and its neighbour waits for its answer',
    { thread: copiers },
    {
      reads: ({ thread }) => ({ touch: touch(thread), areas: pages.map(area) }),
      holds: ({ touch, areas }) => {
        const at = pages.indexOf(touch.context.page)
        return (
          touch.value === 'faulted' &&
          areas[at]!.value === 'absent' &&
          areas.slice(Math.max(0, at - gap), at).some(({ context }) => context.mapping === neighbour) &&
          areas.slice(at).some(({ context }) => context.mapping === stack)
        )
      },
    },
  )
