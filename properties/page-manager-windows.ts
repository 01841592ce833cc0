import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import type { Windows } from '../model/memory/windows-mmap.ts'

/*
 * What is claimed of a guest's pages in a Windows process that has others.
 */

/** LiteBox acts on the map as it is, and only on its own part of it. */
export const foreignRegionsAreLeftAlone = ({ pages, region }: Windows): Property =>
  onStep(
    'LiteBox commits and decommits only pages of its own reservations',
    { page: pages },
    {
      on: ['alloc.commit', 'alloc.decommit', 'munmap.decommit'],
      reads: ({ page }) => ({ region: region(page) }),
      holds: ({ region }, _, { at }, { page }) => at.page !== page || region.context.owner !== 'host',
    },
  )

export const noCallStopsLiteBox = ({ call }: Windows): Property =>
  always('no call of the guest stops LiteBox', {}, { reads: () => ({ call }), holds: ({ call }) => call.value !== 'stopped' })

export const successMeansMemory = ({ call, pages, ranges, region }: Windows): Property =>
  always(
    'a call that succeeds has committed its pages for the guest alone',
    { page: pages },
    {
      reads: ({ page }) => ({ call, region: region(page) }),
      holds: ({ call, region }, { page }) =>
        call.value !== 'succeeded' ||
        !ranges[call.context.range]!.includes(page) ||
        (region.value === 'committed' && region.context.owner === 'guest'),
    },
  )

export const rangesAreAllocated = ({ call, ranges }: Windows, recorded: readonly string[]): Property =>
  sometimes(
    'a call succeeds',
    { range: Object.keys(ranges).filter((range) => !ranges[range]!.some((page) => recorded.includes(page))) },
    {
      reads: () => ({ call }),
      holds: ({ call }, { range }) => call.value === 'succeeded' && call.context.range === range,
    },
  )

export const answersGrowOld = ({ call, pages, ranges, region }: Windows): Property =>
  sometimes(
    'a page is not any more what its query said',
    { page: pages.slice(0, 1) },
    {
      reads: ({ page }) => ({ call, region: region(page) }),
      holds: ({ call: { value, context }, region }, { page }) =>
        value === 'acting' &&
        context.answer !== 'none' &&
        ranges[context.range]![context.at] === page &&
        region.value !== context.answer,
    },
  )
