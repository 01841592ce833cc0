import { always, type Property, sometimes } from '../checker/index.ts'
import type { Failure, Remapping } from '../model/memory/mremap.ts'

/*
 * What is claimed of areas, entries and frames whenever no call of mremap is under way.
 */

const everywhere = ({ pages, destination }: Remapping): readonly string[] => [...pages, ...pages.map(destination)]

/** M-I3. */
export const entriesLieInAreas = (world: Remapping): Property =>
  always(
    'every present entry lies in an area',
    { page: everywhere(world) },
    {
      reads: ({ page }) => ({ call: world.call, area: world.area(page), entry: world.entry(page) }),
      holds: ({ call, area, entry }) => call.value !== 'returned' || entry.value === 'absent' || area.value === 'mapped',
    },
  )

export const presentEntriesLeadToFrames = (world: Remapping): Property =>
  always(
    'every present entry leads to a frame',
    { page: everywhere(world) },
    {
      reads: ({ page }) => ({ entry: world.entry(page) }),
      holds: ({ entry }) => entry.value === 'absent' || entry.context.frame !== 'none',
    },
  )

/** What mremap promises: the same bytes, at the same offsets from the new address. */
export const pagesKeepTheirOrder = ({ call, pages, frames, destination, area, entry }: Remapping): Property =>
  always(
    'a page that moves comes to the place that is its own',
    { page: pages.slice(0, frames.length) },
    {
      reads: ({ page }) => ({ call, area: area(destination(page)), entry: entry(destination(page)) }),
      holds: ({ call, area, entry }, { page }) =>
        call.value !== 'returned' || area.context.mapping !== 'heap' || entry.context.frame === frames[pages.indexOf(page)],
    },
  )

/** M-I2 and M-L6: the leaf entry is the only record of who owns a frame. */
export const noFrameIsLost = (world: Remapping): Property =>
  always(
    "no frame of the guest's is lost",
    { frame: world.frames },
    {
      reads: () => ({ call: world.call, entries: everywhere(world).map(world.entry) }),
      holds: ({ call, entries }, { frame }) =>
        call.value !== 'returned' || entries.filter(({ context }) => context.frame === frame).length === 1,
    },
  )

/** M-I16: an address whose area is as it was holds what it held. */
export const failuresChangeNothing = ({ call, pages, frames, area, entry }: Remapping): Property =>
  always(
    'a call that failed has changed nothing',
    { page: pages.slice(0, frames.length) },
    {
      reads: ({ page }) => ({ call, area: area(page), entry: entry(page) }),
      holds: ({ call, area, entry }, { page }) =>
        call.value !== 'returned' || area.value === 'absent' || entry.context.frame === frames[pages.indexOf(page)],
    },
  )

export const newMappingsAreEmpty = ({ call, pages, destination, area, entry, zeroes }: Remapping): Property =>
  always(
    'a new mapping holds nothing but zeroes',
    { page: pages.map(destination) },
    {
      reads: ({ page }) => ({ call, area: area(page), entry: entry(page) }),
      holds: ({ call, area, entry }) =>
        call.value !== 'returned' || area.context.mapping !== 'new' || ['none', zeroes].includes(entry.context.frame),
    },
  )

const failsOnlyForMemory = (name: string, { call }: Remapping, failure: Failure): Property =>
  always(name, {}, { reads: () => ({ call }), holds: ({ call }) => call.context.failure !== failure })

/** Nothing that the guest knows of is at the new place: the search for a free range found it. */
export const failuresCanBeRepeated = (world: Remapping): Property =>
  failsOnlyForMemory('no call fails because of what an earlier one has left behind', world, 'alreadyAllocated')

export const neighboursAreNoOverlap = (world: Remapping): Property =>
  failsOnlyForMemory('no move to a place beside the old one is refused', world, 'overlapping')

export const remapSucceeds = ({ call, pages, destination, frames, entry }: Remapping): Property =>
  sometimes(
    'a page is found at its new place',
    { page: pages.slice(0, frames.length) },
    {
      reads: ({ page }) => ({ call, entry: entry(destination(page)) }),
      holds: ({ call, entry }, { page }) =>
        call.value === 'returned' && call.context.failure === 'none' && entry.context.frame === frames[pages.indexOf(page)],
    },
  )

export const remapFails = ({ call }: Remapping, failure: Failure): Property =>
  sometimes('a call fails', {}, { reads: () => ({ call }), holds: ({ call }) => call.context.failure === failure })

export const newMappingsAreMade = ({ call, pages, destination, area }: Remapping): Property =>
  sometimes(
    'the range that a failed move did not come to is mapped anew',
    { page: pages.map(destination) },
    {
      reads: ({ page }) => ({ call, area: area(page) }),
      holds: ({ call, area }) => call.context.failure !== 'none' && area.context.mapping === 'new',
    },
  )
