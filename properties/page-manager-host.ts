import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { own, type Userland } from '../model/memory/userland-mmap.ts'

/*
 * What is claimed of a guest's mappings in a host process that has others.
 */

/** Whatever the guest asks for, LiteBox changes none of the mappings that it did not make for the guest. */
export const foreignMappingsAreLeftAlone = ({ pages, mapping }: Userland): Property =>
  onStep(
    "no call of the guest takes a mapping that is not the guest's",
    { page: pages },
    {
      reads: ({ page }) => ({ mapping: mapping(page) }),
      holds: (before, after, { actor }) =>
        actor !== 'guest' || before.mapping.context.owner !== 'host' || after.mapping.context.owner === 'host',
    },
  )

/** M-I16. */
export const areasMatchMappings = ({ pages, call, area, mapping }: Userland): Property =>
  always(
    'between calls the areas of the guest are what the host has mapped for it',
    { page: pages },
    {
      reads: ({ page }) => ({ call, area: area(page), mapping: mapping(page) }),
      holds: ({ call, area, mapping }) =>
        call.value !== 'returned' || (area.context.mapping === own) === (mapping.context.owner === 'guest'),
    },
  )

/** Linux, mremap(2): a mapping is moved where it cannot grow, and the call has then done all that it does. */
export const mappingsGrowWhereTheyCan = ({ call, growing: { next }, mapping }: Userland): Property =>
  onStep(
    'mremap grows a mapping where there is room, does something else where not, and returns',
    {},
    {
      on: ['mremap.growInPlace', 'mremap.move', 'mremap.giveUp'],
      reads: () => ({ call, next: mapping(next) }),
      holds: (before, after, { rule }) =>
        (before.next.value === 'free') === (rule === 'mremap.growInPlace') && after.call.value === 'returned',
    },
  )

/** Another thread of the guest may use the old mapping or the new one at any time. */
export const replacementsLeaveNoHole = ({ pages, call, area, mapping }: Userland): Property =>
  always(
    'a page that is being replaced is mapped all the while',
    { page: pages },
    {
      reads: ({ page }) => ({ call, area: area(page), mapping: mapping(page) }),
      holds: ({ call, area, mapping }) =>
        call.value !== 'replacing' || area.context.mapping !== own || mapping.context.owner === 'guest',
    },
  )

export const hostsTakeWhatIsFree = ({ pages, mapping }: Userland): Property =>
  sometimes(
    'the rest of the process maps a page',
    { page: pages },
    { reads: ({ page }) => ({ mapping: mapping(page) }), holds: ({ mapping }) => mapping.context.owner === 'host' },
  )

export const guestsTakeWhatIsFree = ({ pages, mapping }: Userland): Property =>
  sometimes(
    'the guest maps a page',
    { page: pages },
    { reads: ({ page }) => ({ mapping: mapping(page) }), holds: ({ mapping }) => mapping.context.owner === 'guest' },
  )
