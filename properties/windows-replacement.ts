import { always, type Property, sometimes } from '../checker/index.ts'
import { pageUserOf, type ReplacementWorld, replacedPageOf, replacingCell } from '../model/memory/windows-replacement.ts'

/*
 * What is claimed of pages that are replaced while they are in use.
 */

export const replacementClaims = {
  fault: 'no access to a page that is being replaced is a fault of the guest',
  order: 'who has seen a new page of a replacement sees no old one any more',
  done: 'mmap over pages returns when all of them are new',
} as const

export const replacementProperties = ({ users, regions }: ReplacementWorld): readonly Property[] => [
  always(
    replacementClaims.fault,
    { user: users },
    { reads: ({ user }) => ({ user: pageUserOf(user) }), holds: ({ user }) => user.value !== 'killed' },
  ),
  always(
    replacementClaims.order,
    { user: users },
    { reads: ({ user }) => ({ user: pageUserOf(user) }), holds: ({ user }) => user.value !== 'wentBack' },
  ),
  always(
    replacementClaims.done,
    { page: regions.flat() },
    {
      reads: ({ page }) => ({ call: replacingCell, page: replacedPageOf(page) }),
      holds: ({ call, page }) => call.value !== 'returned' || page.value === 'new',
    },
  ),
  sometimes(
    'a replacement is done',
    {},
    { reads: () => ({ call: replacingCell }), holds: ({ call }) => call.value === 'returned' },
  ),
  sometimes(
    'a page is new while its user runs',
    { page: regions.flat() },
    { reads: ({ page }) => ({ page: replacedPageOf(page) }), holds: ({ page }) => page.value === 'new' },
  ),
]
