import { type Rule, rule } from '../../checker/index.ts'
import type { Recovery, Remapping } from './mremap.ts'
import { findingPagesInTheWay, hostRefusing, restoring } from './mremap-failure.ts'

/*
 * The steps of a call of mremap that has to move, and what the guest does around it.
 *
 * Models: each page as two plain stores, between which its frame is mapped nowhere. Before all that both kernel platforms
 * compare the ranges, and refuse even those that merely touch.
 *
 * Leaves out: see `mremap.ts`. The guest touches pages only between calls.
 */

export interface RemapDesign {
  readonly recovery: Recovery
  /** Where the search for a free range has found one: beside the old pages, or apart from them. */
  readonly place: 'apart' | 'beside'
  /** Ranges overlap if one starts at the latest where the other ends, as the source has it, or before it. */
  readonly overlap: 'at-latest' | 'before'
}

const source =
  'litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs and litebox_platform_lvbs/src/arch/x86/mm/paging.rs: remap_pages'

export const remapping = (world: Remapping, { recovery, place, overlap }: RemapDesign): readonly Rule[] => [
  calling(world),
  ...(place === 'beside' && overlap === 'at-latest' ? [refusing(world)] : moves(world, recovery)),
]

const moves = (world: Remapping, recovery: Recovery): readonly Rule[] => [
  starting(world, recovery),
  ...moving(world),
  ...(recovery === 'none' || recovery === 'last-page' ? [findingPagesInTheWay(world, recovery)] : []),
  hostRefusing(world, recovery),
  ...(recovery === 'last-page' || recovery === 'all-pages' ? restoring(world, recovery) : []),
]

const calling = ({ caller, call, pages, area, destination }: Remapping): Rule =>
  rule(
    'mremap.call',
    {},
    {
      kind: 'environment',
      source: 'litebox/src/mm/linux.rs: move_mappings, get_unmmaped_area',
      needed: true,
      actor: () => caller,
      sees: () => ({ from: pages.map(area), to: pages.map((page) => area(destination(page))) }),
      sends: () => ({ call }),
      waitsFor: ['call'],
    },
  ).does({
    when: {
      returned: ({ call }) => call.value === 'returned',
      mapped: ({ from }) => from.every(({ value }) => value === 'mapped'),
      free: ({ to }) => to.every(({ value }) => value === 'absent'),
    },
    events: () => ({ call: { type: 'CALL' } }),
  })

const refusing = ({ caller, call }: Remapping): Rule =>
  rule(
    'mremap.refuse',
    {},
    {
      source:
        'litebox_platform_lvbs/src/lib.rs and litebox_platform_linux_kernel/src/lib.rs: remap_pages, RemapError::Overlapping',
      actor: () => caller,
      sends: () => ({ call }),
    },
  ).does({
    when: { called: ({ call }) => call.value === 'called' },
    events: () => ({ call: { type: 'FAIL', failure: 'overlapping' } }),
  })

const starting = ({ caller, call, pages, entry, destination }: Remapping, recovery: Recovery): Rule =>
  rule(
    'mremap.start',
    {},
    {
      source,
      actor: () => caller,
      sees: () => ({ to: pages.map((page) => entry(destination(page))) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      called: ({ call }) => call.value === 'called',
      looked: ({ to }) => recovery === 'none' || to.every(({ value }) => value === 'absent'),
    },
    events: () => ({ call: { type: 'START' } }),
  })

const moving = ({ caller, call, pages, area, entry, destination }: Remapping): readonly Rule[] => [
  rule(
    'mremap.unmap',
    { page: pages },
    {
      source: `${source}, inner.unmap`,
      actor: () => caller,
      sends: ({ page }) => ({ call, entry: entry(page) }),
    },
  ).does({
    when: {
      moving: ({ call }) => call.value === 'moving',
      itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
      present: ({ entry }) => entry.value === 'present',
    },
    events: ({ entry }) => ({ call: { type: 'CARRY', frame: entry.context.frame }, entry: { type: 'CLEAR' } }),
  }),
  rule(
    'mremap.passOver',
    { page: pages },
    {
      source: `${source}, TranslateResult::NotMapped`,
      actor: () => caller,
      sees: ({ page }) => ({ entry: entry(page) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      moving: ({ call }) => call.value === 'moving',
      itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
      absent: ({ entry }) => entry.value === 'absent',
    },
    events: () => ({ call: { type: 'PASS_OVER' } }),
  }),
  rule(
    'mremap.map',
    { page: pages },
    {
      source: `${source}, inner.map_to`,
      actor: () => caller,
      sends: ({ page }) => ({ call, entry: entry(destination(page)) }),
    },
  ).does({
    when: {
      carrying: ({ call }) => call.value === 'carrying',
      itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
      absent: ({ entry }) => entry.value === 'absent',
    },
    events: ({ call }) => ({
      call: { type: 'PLACE' },
      entry: { type: 'MAP', mapping: { frame: call.context.carried, rights: 'write' } },
    }),
  }),
  rule(
    'mremap.return',
    {},
    {
      source: 'litebox/src/mm/linux.rs: move_mappings, vmas.insert, vmas.remove',
      actor: () => caller,
      sends: () => ({ call, from: pages.map(area), to: pages.map((page) => area(destination(page))) }),
    },
  ).does({
    when: {
      moving: ({ call }) => call.value === 'moving',
      done: ({ call }) => call.context.done === pages.length,
    },
    events: ({ from }) => ({
      call: { type: 'RETURN' },
      from: { type: 'REMOVE' },
      to: from.map(({ context }) => ({ type: 'INSERT', area: context })),
    }),
  }),
]

/** Between its calls the guest maps the range that was found free, and touches what it has. */
export const remapGuest = ({ caller, call, pages, area, entry, destination, zeroes }: Remapping): readonly Rule[] => {
  const everywhere = [...pages, ...pages.map(destination)]
  return [
    rule(
      'guest.mmap',
      {},
      {
        kind: 'environment',
        source: 'litebox/src/mm/linux.rs: create_mapping, get_unmmaped_area',
        needed: true,
        actor: () => caller,
        sees: () => ({ call }),
        sends: () => ({ areas: pages.map((page) => area(destination(page))) }),
      },
    ).does({
      when: {
        returned: ({ call }) => call.value === 'returned',
        free: ({ areas }) => areas.every(({ value }) => value === 'absent'),
      },
      events: () => ({ areas: { type: 'INSERT', area: { mapping: 'new', rights: 'write' } } }),
    }),
    rule(
      'guest.touch',
      { page: everywhere },
      {
        kind: 'environment',
        source: 'litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs: handle_page_fault, allocate_frame(true)',
        actor: () => caller,
        sees: ({ page }) => ({ call, area: area(page) }),
        sends: ({ page }) => ({ entry: entry(page) }),
      },
    ).does({
      when: {
        returned: ({ call }) => call.value === 'returned',
        mapped: ({ area }) => area.value === 'mapped',
        absent: ({ entry }) => entry.value === 'absent',
      },
      events: () => ({ entry: { type: 'MAP', mapping: { frame: zeroes, rights: 'write' } } }),
    }),
  ]
}
