import { always, type Property, sometimes } from '../checker/index.ts'
import { pageUserOf, type ReplacementWorld, replacedPageOf } from '../model/memory/windows-replacement.ts'

/*
 * What is claimed of pages that are replaced while they are in use.
 */

export const replacementClaims = {
  fault: 'no access to a page that is being replaced is a fault of the guest',
  order: 'who has seen a new page of a replacement sees no old one any more',
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
  sometimes(
    'a page is new while its user runs',
    { page: regions.flat() },
    { reads: ({ page }) => ({ page: replacedPageOf(page) }), holds: ({ page }) => page.value === 'new' },
  ),
]
