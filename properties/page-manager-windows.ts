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

/** A placeholder is refused where somebody else has the page, or a part of its granule. */
export const onlyForeignPagesAreRefused = ({ call, pages, ranges, granule, region }: Windows): Property =>
  onStep(
    "a call fails only at a page of its range that is not the guest's and cannot be reserved",
    {},
    {
      on: ['alloc.cannotClaim'],
      reads: () => ({ call, regions: pages.map(region) }),
      holds: ({ call: { value, context }, regions }, _, { at }) => {
        const found = (page: string) => regions[pages.indexOf(page)]!
        const page = ranges[context.range]?.[context.at]
        return (
          value === 'acting' &&
          page !== undefined &&
          page === at.page &&
          found(page).context.owner !== 'guest' &&
          granule(page).some((one) => found(one).value !== 'free')
        )
      },
    },
  )

/** What was on a page that is replaced goes with its memory: committed anew, it holds zeroes. */
export const replacedPagesAreGivenBack = ({ pages, region }: Windows): Property =>
  onStep(
    'a page that is replaced is decommitted before it is committed again',
    { page: pages },
    {
      on: ['alloc.decommit'],
      reads: ({ page }) => ({ region: region(page) }),
      holds: (_, after, { at }, { page }) => at.page !== page || after.region.value === 'reserved',
    },
  )

export const callsReturnWithTheirPages = ({ call, pages, ranges, region }: Windows): Property =>
  onStep(
    'a call that returns without an error leaves all of its pages committed for the guest',
    { page: pages },
    {
      on: ['alloc.return'],
      reads: ({ page }) => ({ call, region: region(page) }),
      holds: ({ call, region }, _, __, { page }) =>
        !ranges[call.context.range]?.includes(page) || (region.value === 'committed' && region.context.owner === 'guest'),
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
