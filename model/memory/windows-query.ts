import { type Rule, rule } from '../../checker/index.ts'
import type { Windows, WindowsDesign } from './windows-mmap.ts'

/*
 * Finding out what a page is with VirtualQuery, and acting on the answer a step later.
 *
 * Models: both rounds of `litebox_platform_windows_userland/src/lib.rs: allocate_pages, process_memory_range_by_regions`, and
 * the assertions in which an answer ends that is not true any more.
 *
 * Leaves out: see `windows-mmap.ts`.
 */

const source = 'litebox_platform_windows_userland/src/lib.rs: allocate_pages'

export const queryThenAct = (world: Windows, design: WindowsDesign): readonly Rule[] => [
  ...asking(world),
  ...querying(world, design),
  findingNothing(world, design),
]

/** The first round of queries. A page that is committed ends it. */
const asking = ({ call, pages, region, ranges }: Windows): readonly Rule[] => [
  rule(
    'alloc.ask',
    { page: pages },
    {
      source: `${source}, has_committed_page`,
      actor: () => 'guest',
      sees: ({ page }) => ({ region: region(page) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      asking: ({ call }) => call.value === 'asking',
      itsTurn: ({ call: { context } }, { page }) => ranges[context.range]?.[context.at] === page,
      goesOn: ({ call, region }) => region.value !== 'committed' || call.context.behaviour === 'replace',
    },
    events: () => ({ call: { type: 'ASKED' } }),
  }),
  rule(
    'alloc.decline',
    { page: pages },
    {
      source: `${source}, FixedAddressBehavior::Hint, AllocationError::AddressInUse`,
      actor: () => 'guest',
      sees: ({ page }) => ({ region: region(page) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      asking: ({ call }) => call.value === 'asking',
      itsTurn: ({ call: { context } }, { page }) => ranges[context.range]?.[context.at] === page,
      taken: ({ call, region }) => region.value === 'committed' && call.context.behaviour !== 'replace',
    },
    events: () => ({ call: { type: 'RETURN' } }),
  }),
  rule(
    'alloc.begin',
    {},
    {
      source,
      actor: () => 'guest',
      sends: () => ({ call }),
    },
  ).does({
    when: {
      asking: ({ call }) => call.value === 'asking',
      asked: ({ call: { context } }) => context.at === ranges[context.range]?.length,
    },
    events: () => ({ call: { type: 'BEGIN' } }),
  }),
]

/** The second round, whose answer is acted upon a step later. */
const querying = ({ call, pages, region, ranges, granule }: Windows, { failure }: WindowsDesign): readonly Rule[] => [
  rule(
    'alloc.query',
    { page: pages },
    {
      source: `${source}, process_memory_range_by_regions`,
      actor: () => 'guest',
      sees: ({ page }) => ({ region: region(page) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      acting: ({ call }) => call.value === 'acting',
      itsTurn: ({ call: { context } }, { page }) => ranges[context.range]?.[context.at] === page,
      unasked: ({ call }) => call.context.answer === 'none',
    },
    events: ({ region: { value } }) => ({
      call: { type: 'LEARN', answer: value === 'reserved' || value === 'committed' ? value : 'free' },
    }),
  }),
  rule(
    'alloc.findRace',
    {},
    {
      source: `${source}, assert_eq!(.., "raced with another memory allocator")`,
      actor: () => 'guest',
      sends: () => ({ call }),
    },
  ).does({
    when: {
      acting: ({ call }) => call.value === 'acting',
      committed: ({ call }) => call.context.answer === 'committed',
      unexpected: ({ call }) => call.context.behaviour !== 'replace',
    },
    events: () => ({ call: { type: failure === 'stops' ? 'STOP' : 'RETURN' } }),
  }),
  rule(
    'alloc.reserve',
    { page: pages },
    {
      source: `${source}, reserve_and_commit`,
      actor: () => 'guest',
      sends: ({ page }) => ({ call, regions: granule(page).map(region) }),
    },
  ).does({
    when: {
      acting: ({ call }) => call.value === 'acting',
      itsTurn: ({ call: { context } }, { page }) => ranges[context.range]?.[context.at] === page,
      free: ({ call }) => call.context.answer === 'free',
      granuleFree: ({ regions }) => regions.every(({ value }) => value === 'free'),
    },
    events: () => ({ call: { type: 'LEARN', answer: 'reserved' }, regions: { type: 'RESERVE', owner: 'guest' } }),
  }),
  rule(
    'alloc.cannotReserve',
    { page: pages },
    {
      source: `${source}, reserve_and_commit; process_memory_range_by_regions, assert!(success)`,
      actor: () => 'guest',
      sees: ({ page }) => ({ regions: granule(page).map(region) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      acting: ({ call }) => call.value === 'acting',
      itsTurn: ({ call: { context } }, { page }) => ranges[context.range]?.[context.at] === page,
      free: ({ call }) => call.context.answer === 'free',
      granuleTaken: ({ regions }) => regions.some(({ value }) => value !== 'free'),
    },
    events: () => ({ call: { type: failure === 'stops' ? 'STOP' : 'RETURN' } }),
  }),
]

/** What was there when it was queried has been released since. */
const findingNothing = ({ call, pages, region, ranges }: Windows, { failure }: WindowsDesign): Rule =>
  rule(
    'alloc.findNothing',
    { page: pages },
    {
      source: `${source}, VirtualFree, VirtualAlloc2; process_memory_range_by_regions, assert!(success)`,
      actor: () => 'guest',
      sees: ({ page }) => ({ region: region(page) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      acting: ({ call }) => call.value === 'acting',
      itsTurn: ({ call: { context } }, { page }) => ranges[context.range]?.[context.at] === page,
      expected: ({ call: { context } }) =>
        context.answer === 'reserved' || (context.answer === 'committed' && context.behaviour === 'replace'),
      released: ({ region }) => region.value === 'free',
    },
    events: () => ({ call: { type: failure === 'stops' ? 'STOP' : 'RETURN' } }),
  })
