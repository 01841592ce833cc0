import { type Rule, rule } from '../../checker/index.ts'
import type { Windows, WindowsDesign } from './windows-mmap.ts'
import { claiming } from './windows-placeholders.ts'
import { queryThenAct } from './windows-query.ts'

/*
 * The steps of allocating and giving back pages on Windows, but for how it is found out what to do with a page.
 *
 * Models: see `windows-mmap.ts`. Each call of the system is a step, and so is each assertion that it ends in.
 *
 * Leaves out: see `windows-mmap.ts`.
 */

const source = 'litebox_platform_windows_userland/src/lib.rs: allocate_pages'
const behaviours = ['hint', 'no-replace', 'replace'] as const

export const windowsCalling = (world: Windows, design: WindowsDesign): readonly Rule[] => [
  calling(world, design),
  ...(design.allocate !== 'placeholders' ? queryThenAct(world, design) : claiming(world)),
  ...replacing(world),
  committing(world),
  succeeding(world),
  returning(world),
  ...unmapping(world, design),
]

/** Whether the areas allow the call is decided before the platform is asked. */
const calling = ({ call, region, ranges, recorded }: Windows, design: WindowsDesign): Rule =>
  rule(
    'alloc.call',
    { behaviour: behaviours, range: Object.keys(ranges) },
    {
      kind: 'environment',
      source: 'litebox/src/mm/linux.rs: insert_mapping',
      needed: true,
      actor: () => 'guest',
      sees: ({ range }) => ({ regions: ranges[range]!.map(region) }),
      sends: () => ({ call }),
      waitsFor: ['call'],
    },
  ).does({
    when: {
      returned: ({ call }) => call.value === 'returned',
      areas: ({ regions }, { behaviour, range }) =>
        regions.every(({ value, context }, at) => {
          const onRecord = recorded.includes(ranges[range]![at]!)
          const isGuests = context.owner === 'guest' && value === 'committed'
          return behaviour === 'replace' ? isGuests || (onRecord && design.recorded === 'replaced') : !isGuests && !onRecord
        }),
    },
    events: (_, { behaviour, range }) => ({ call: { type: 'CALL', behaviour, range } }),
  })

const replacing = ({ call, pages, region, ranges }: Windows): readonly Rule[] => [
  rule(
    'alloc.decommit',
    { page: pages },
    {
      source: `${source}, MEM_DECOMMIT`,
      needed: true,
      actor: () => 'guest',
      sends: ({ page }) => ({ call, region: region(page) }),
    },
  ).does({
    when: {
      acting: ({ call }) => call.value === 'acting',
      itsTurn: ({ call: { context } }, { page }) => ranges[context.range]?.[context.at] === page,
      committed: ({ call }) => call.context.answer === 'committed' && call.context.behaviour === 'replace',
      there: ({ region }) => region.value !== 'free',
    },
    events: () => ({ call: { type: 'LEARN', answer: 'reserved' }, region: { type: 'DECOMMIT' } }),
  }),
]

const committing = ({ call, pages, region, ranges }: Windows): Rule =>
  rule(
    'alloc.commit',
    { page: pages },
    {
      source: `${source}, MEM_COMMIT`,
      needed: true,
      actor: () => 'guest',
      sends: ({ page }) => ({ call, region: region(page) }),
    },
  ).does({
    when: {
      acting: ({ call }) => call.value === 'acting',
      itsTurn: ({ call: { context } }, { page }) => ranges[context.range]?.[context.at] === page,
      reserved: ({ call }) => call.context.answer === 'reserved',
      there: ({ region }) => region.value !== 'free',
    },
    events: () => ({ call: { type: 'NEXT' }, region: { type: 'COMMIT' } }),
  })

const succeeding = ({ call, ranges }: Windows): Rule =>
  rule(
    'alloc.succeed',
    {},
    {
      source,
      needed: true,
      actor: () => 'guest',
      sends: () => ({ call }),
    },
  ).does({
    when: {
      acting: ({ call }) => call.value === 'acting',
      done: ({ call: { context } }) => context.at === ranges[context.range]?.length,
    },
    events: () => ({ call: { type: 'SUCCEED' } }),
  })

const returning = ({ call }: Windows): Rule =>
  rule(
    'alloc.return',
    {},
    {
      source,
      actor: () => 'guest',
      sends: () => ({ call }),
    },
  ).does({
    when: { succeeded: ({ call }) => call.value === 'succeeded' },
    events: () => ({ call: { type: 'RETURN' } }),
  })

const unmapping = ({ call, pages, region }: Windows, { munmap, failure }: WindowsDesign): readonly Rule[] => {
  const places = { page: pages }
  const unmapSource = 'litebox_platform_windows_userland/src/lib.rs: deallocate_pages'
  const decommit = rule('munmap.decommit', places, {
    kind: 'environment',
    source: unmapSource,
    needed: true,
    actor: () => 'guest',
    sends: ({ page }) => ({ call, region: region(page) }),
    waitsFor: ['call'],
  }).does({
    when: {
      returned: ({ call }) => call.value === 'returned',
      there: ({ region }) => region.value === 'committed',
      checked: ({ region }) => munmap === 'unchecked' || region.context.owner === 'guest',
    },
    events: () => ({ call: { type: 'UNMAP' }, region: { type: 'DECOMMIT' } }),
  })
  const findNothing = rule('munmap.findNothing', places, {
    kind: 'environment',
    source: `${unmapSource}, expect`,
    needed: true,
    actor: () => 'guest',
    sees: ({ page }) => ({ region: region(page) }),
    sends: () => ({ call }),
  }).does({
    when: {
      returned: ({ call }) => call.value === 'returned',
      callsLeft: ({ call }) => call.context.left > 0,
      free: ({ region }) => region.value === 'free',
    },
    events: () => ({ call: { type: failure === 'stops' ? 'STOP' : 'UNMAP' } }),
  })
  return munmap === 'unchecked' ? [decommit, findNothing] : [decommit]
}
