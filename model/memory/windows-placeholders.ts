import { type Rule, rule } from '../../checker/index.ts'
import type { Windows } from './windows-mmap.ts'

/*
 * Finding out what a page is by claiming it.
 *
 * Models: an alternative to the source: reserved pages are placeholders that LiteBox keeps a list of, and each call of the
 * system succeeds or changes nothing.
 *
 * Leaves out: splitting and joining placeholders.
 */

export const claiming = ({ call, pages, region, ranges, granule }: Windows): readonly Rule[] => [
  rule(
    'alloc.begin',
    {},
    {
      source: 'hypothetical (issue #489): VirtualAlloc2 with MEM_RESERVE_PLACEHOLDER and MEM_REPLACE_PLACEHOLDER',
      actor: () => 'guest',
      sends: () => ({ call }),
    },
  ).does({
    when: { asking: ({ call }) => call.value === 'asking' },
    events: () => ({ call: { type: 'BEGIN' } }),
  }),
  rule(
    'alloc.recognise',
    { page: pages },
    {
      source: 'hypothetical: the list of own placeholders',
      needed: true,
      actor: () => 'guest',
      sees: ({ page }) => ({ region: region(page) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      acting: ({ call }) => call.value === 'acting',
      itsTurn: ({ call: { context } }, { page }) => ranges[context.range]?.[context.at] === page,
      unasked: ({ call }) => call.context.answer === 'none',
      own: ({ region }) => region.context.owner === 'guest',
    },
    events: ({ region }) => ({
      call: { type: 'LEARN', answer: region.value === 'committed' ? 'committed' : 'reserved' },
    }),
  }),
  rule(
    'alloc.claim',
    { page: pages },
    {
      source: 'hypothetical: VirtualAlloc2 with MEM_RESERVE_PLACEHOLDER',
      needed: true,
      actor: () => 'guest',
      sends: ({ page }) => ({ call, regions: granule(page).map(region) }),
    },
  ).does({
    when: {
      acting: ({ call }) => call.value === 'acting',
      itsTurn: ({ call: { context } }, { page }) => ranges[context.range]?.[context.at] === page,
      unasked: ({ call }) => call.context.answer === 'none',
      granuleFree: ({ regions }) => regions.every(({ value }) => value === 'free'),
    },
    events: () => ({ call: { type: 'LEARN', answer: 'reserved' }, regions: { type: 'RESERVE', owner: 'guest' } }),
  }),
  rule(
    'alloc.cannotClaim',
    { page: pages },
    {
      source: 'hypothetical: VirtualAlloc2 fails',
      needed: true,
      actor: () => 'guest',
      sees: ({ page }) => ({ region: region(page), regions: granule(page).map(region) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      acting: ({ call }) => call.value === 'acting',
      itsTurn: ({ call: { context } }, { page }) => ranges[context.range]?.[context.at] === page,
      unasked: ({ call }) => call.context.answer === 'none',
      foreign: ({ region }) => region.context.owner !== 'guest',
      granuleTaken: ({ regions }) => regions.some(({ value }) => value !== 'free'),
    },
    events: () => ({ call: { type: 'RETURN' } }),
  }),
]
