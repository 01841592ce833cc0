import { always, canReach, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { inRegion, type MapperDesign, type MapperWorld, pagesOf } from '../model/memory/vmap-mapper-rules.ts'
import { extent, placeFor } from '../model/memory/vmap-range.ts'

/* What is claimed of the vmap region: its records agree with each other, with the entries, and with what is in use. */

export const vmapClaims = {
  disjoint: 'no two allocations share a page, their guard pages included',
  guard: 'the page behind a mapping is not mapped',
  allocated: 'every mapped page belongs to an allocation of its frame',
  complete: 'a mapping in the region maps the frames of its list, page by page',
  recorded: 'the record of frames names exactly the pages of the allocations',
  single: 'a frame is mapped at one address at a time',
  owned: 'a mapping has an allocation of its own until its entries are cleared',
  collision: 'an address that the allocator gives is not mapped',
  room: 'a request that fits the empty region is given an address when nothing is allocated',
  returned: 'every page can come back to the allocator',
  served: 'a request that names each frame once is served in the end',
} as const

const owners = ['reserved', 'mapped', 'cleared', 'unwinding']

export function vmapProperties(world: MapperWorld, design: MapperDesign): readonly Property[] {
  const { mappers, lists, framesOf, contiguous, size, mapper, records, entry, direct } = world
  const pages = Array.from({ length: size }, (_, at) => at)
  const frames = [...new Set(lists.flatMap(framesOf))].sort()
  const longest = Math.max(...lists.filter((list) => inRegion(world, design, list)).map((list) => framesOf(list).length))
  const uses = (list: string, frame: string): boolean => framesOf(list).includes(frame)
  const directly = design.contiguous === 'direct'
  return [
    always(
      vmapClaims.disjoint,
      {},
      {
        reads: () => ({ records }),
        holds: ({ records: { context } }) => {
          const all = Object.entries(context.allocations)
            .map(([base, list]) => extent(design, Number(base), list.length))
            .toSorted((a, b) => a.start - b.start)
          const apart = all.every(({ end }, at) => at + 1 === all.length || end <= all[at + 1]!.start)
          return apart && all.every((one) => context.free.every(({ start, end }) => end <= one.start || one.end <= start))
        },
      },
    ),
    always(
      vmapClaims.guard,
      { mapper: mappers, page: pages.slice(1) },
      {
        reads: ({ mapper: name, page }) => ({ mapper: mapper(name), entry: entry(page) }),
        holds: ({ mapper, entry }, { page }) =>
          mapper.value !== 'mapped' ||
          mapper.context.base === -1 ||
          mapper.context.base + framesOf(mapper.context.list).length !== page ||
          entry.value === 'absent',
      },
    ),
    always(
      vmapClaims.allocated,
      { page: pages },
      {
        reads: ({ page }) => ({ records, entry: entry(page) }),
        holds: ({ records, entry }, { page }) =>
          entry.value === 'absent' ||
          Object.entries(records.context.allocations).some(([base, list]) => list[page - Number(base)] === entry.context.frame),
      },
    ),
    always(
      vmapClaims.complete,
      { mapper: mappers },
      {
        reads: ({ mapper: name }) => ({ mapper: mapper(name), entries: pages.map(entry) }),
        holds: ({ mapper: { value, context }, entries }) =>
          value !== 'mapped' ||
          context.base === -1 ||
          framesOf(context.list).every((frame, at) => entries[context.base + at]?.context.frame === frame),
      },
    ),
    ...(design.uniqueness === 'global'
      ? [
          always(
            vmapClaims.recorded,
            {},
            {
              reads: () => ({ records }),
              holds: ({ records: { context } }) => {
                const placed = Object.entries(context.allocations).flatMap(([base, list]) =>
                  list.map((frame, at) => [frame, Number(base) + at] as const),
                )
                return (
                  placed.length === Object.keys(context.frames).length &&
                  placed.every(([frame, page]) => context.frames[frame] === page)
                )
              },
            },
          ),
          always(
            vmapClaims.single,
            { frame: frames },
            {
              reads: ({ frame }) => ({ entries: pages.map(entry), directs: directly ? [direct(frame)] : [] }),
              holds: ({ entries, directs }, { frame }) =>
                entries.filter(({ context }) => context.frame === frame).length +
                  directs.filter(({ value }) => value === 'present').length <=
                1,
            },
          ),
        ]
      : []),
    always(
      vmapClaims.owned,
      { mapper: mappers },
      {
        reads: ({ mapper: name }) => ({ mapper: mapper(name), records }),
        holds: ({ mapper: { value, context }, records }) => {
          const given = [...owners, ...(design.unregister === 'before-clear' ? ['unregistered'] : [])]
          if (context.base === -1 || !given.includes(value)) return true
          return String(records.context.allocations[context.base]) === String(framesOf(context.list))
        },
      },
    ),
    onStep(
      vmapClaims.collision,
      { page: pages },
      {
        on: ['vmap.reserve'],
        reads: ({ page }) => ({ records, entry: entry(page) }),
        holds: ({ entry }, { records }, step, { page }) => {
          const given = records.context.allocations[Number(step.at.base)]!
          return !pagesOf(Number(step.at.base), given).includes(page) || entry.value === 'absent'
        },
      },
    ),
    always(
      vmapClaims.room,
      {},
      {
        reads: () => ({ records }),
        holds: ({ records: { context } }) =>
          Object.keys(context.allocations).length > 0 || placeFor(context, design, size, longest) !== undefined,
      },
    ),
    canReach(
      vmapClaims.returned,
      {},
      {
        reads: () => ({ records }),
        goal: ({ records: { context } }) => {
          const back = context.free.reduce((sum, { start, end }) => sum + end - start, 0)
          return Object.keys(context.allocations).length === 0 && back === context.next
        },
      },
    ),
    leadsTo(
      vmapClaims.served,
      { mapper: mappers },
      {
        reads: ({ mapper: name }) => ({ mapper: mapper(name) }),
        from: ({ mapper: { value, context } }) =>
          (value === 'asking' && new Set(framesOf(context.list)).size === framesOf(context.list).length) ||
          (value === 'refused' && context.reason !== 'duplicate'),
        to: ({ mapper }) => mapper.value === 'mapped',
      },
    ),
    sometimes(
      'a mapping of several pages is complete',
      { mapper: mappers },
      {
        reads: ({ mapper: name }) => ({ mapper: mapper(name) }),
        holds: ({ mapper: { value, context } }) => value === 'mapped' && context.base !== -1,
      },
    ),
    sometimes(
      'two mappings stand side by side in the region',
      {},
      {
        reads: () => ({ mappers: mappers.map(mapper) }),
        holds: ({ mappers }) => mappers.filter(({ value, context }) => value === 'mapped' && context.base !== -1).length > 1,
      },
    ),
    ...(design.refusal === 'waited-out' || design.uniqueness === 'none'
      ? []
      : [
          sometimes(
            'the second mapper of a frame is refused',
            { mapper: mappers },
            {
              reads: ({ mapper: name }) => ({ mapper: mapper(name) }),
              holds: ({ mapper }) => mapper.context.reason === 'already-mapped',
            },
          ),
        ]),
    ...(design.uniqueness === 'none'
      ? [
          sometimes(
            'two mappers have one frame at addresses of their own',
            { frame: frames.filter((frame) => lists.some((list) => uses(list, frame) && !contiguous(list))) },
            {
              reads: () => ({ mappers: mappers.map(mapper) }),
              holds: ({ mappers }, { frame }) =>
                mappers.filter(({ value, context }) => value === 'mapped' && context.base !== -1 && uses(context.list, frame))
                  .length > 1,
            },
          ),
        ]
      : []),
  ]
}
