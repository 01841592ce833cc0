import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { HostMappings } from './host-mapping.ts'
import type { Areas } from './memory-area.ts'

/*
 * mmap with a fixed address, munmap, and mremap, on a platform whose pages are mappings of a host process.
 *
 * Models: `litebox/src/mm/linux.rs` over `litebox_platform_linux_userland/src/lib.rs: PageManagementProvider`. One thread of
 * the guest makes the calls; the lock on the areas keeps other callers out, and nobody keeps the rest of the process out:
 * each call of the host is a step. What the process had mapped at the start is on record as areas without rights
 * (`Vmem::new`, `reserved_pages`); what it maps later is not.
 * - A fixed range that has areas throughout is replaced with MAP_FIXED, one that has none is mapped with
 *   MAP_FIXED_NOREPLACE, one that has some is refused. An area of the record counts like any other.
 * - munmap asks neither the areas nor the record.
 * - mremap: see `userland-mremap.ts`.
 *
 * Leaves out: rights, mappings without a fixed address (the host finds a place), calls that fail and change nothing, a
 * host that refuses (which `expect` turns into the end of the process), and Linux's other limits.
 */

export interface UserlandDesign {
  /** How a range that has areas is replaced: by one call of the host, or by two, and then gaps are mapped too. */
  readonly replace: 'atomic' | 'unmap-then-map'
  /** Whether areas that only record what the process had mapped may be replaced. */
  readonly reserved: 'replaced' | 'refused'
  readonly munmap: 'unchecked' | 'own-areas'
  /** In which order mremap records where the pages are now and strikes off where they were. */
  readonly bookkeeping: 'insert-remove' | 'remove-insert'
}

export const userlandCalls = setup({
  types: {
    context: {} as { left: number; range: string },
    input: {} as { limit: number },
    events: {} as { type: 'CALL' } | { type: 'REPLACE'; range: string } | { type: 'MOVE' } | { type: 'RETURN' },
  },
  guards: { some: ({ context }) => context.left > 0 },
  actions: {
    count: update((call) => {
      call.left -= 1
    }),
  },
}).createMachine({
  id: 'userlandCalls',
  context: ({ input }) => ({ left: input.limit, range: 'none' }),
  initial: 'returned',
  states: {
    returned: {
      on: {
        CALL: { guard: 'some', target: 'returned', actions: 'count' },
        REPLACE: {
          guard: 'some',
          target: 'replacing',
          actions: [
            'count',
            update((call, { range }) => {
              call.range = range
            }),
          ],
        },
        MOVE: { guard: 'some', target: 'moving', actions: 'count' },
      },
    },
    replacing: {
      on: {
        RETURN: {
          target: 'returned',
          actions: update((call) => {
            call.range = 'none'
          }),
        },
      },
    },
    moving: { on: { RETURN: 'returned' } },
  },
})

export const own = 'guest'
export const reserved = 'reserved'

export interface Userland extends HostMappings {
  readonly area: Areas['area']
  readonly call: CellOf<typeof userlandCalls>
  /** What a fixed mapping may be asked for, by name. */
  readonly ranges: Readonly<Record<string, readonly string[]>>
  /** The page that mremap is asked to grow, the one that follows it, and where else there is room for both. */
  readonly growing: { readonly page: string; readonly next: string; readonly elsewhere: readonly [string, string] }
}

export const userlandCalling = (world: Userland, design: UserlandDesign): readonly Rule[] => [
  mappingFree(world),
  ...(design.replace === 'atomic' ? [replacing(world, design)] : replacingInTwo(world, design)),
  unmapping(world, design),
]

const source = 'litebox/src/mm/linux.rs: insert_mapping; litebox_platform_linux_userland/src/lib.rs: allocate_pages'
type Found = { readonly value: string; readonly context: { readonly mapping: string } }
const isReplaceable = ({ context: { mapping } }: Found, { reserved: policy }: UserlandDesign): boolean =>
  mapping === own || (mapping === reserved && policy === 'replaced')

const mappingFree = ({ ranges, area, mapping, call }: Userland): Rule =>
  rule(
    'mmap.mapFree',
    { range: Object.keys(ranges) },
    {
      kind: 'environment',
      source: `${source}, MAP_FIXED_NOREPLACE`,
      needed: true,
      actor: () => 'guest',
      sends: ({ range }) => ({ call, areas: ranges[range]!.map(area), mappings: ranges[range]!.map(mapping) }),
      waitsFor: ['call'],
    },
  ).does({
    when: {
      returned: ({ call }) => call.value === 'returned',
      noAreas: ({ areas }) => areas.every(({ value }) => value === 'absent'),
      free: ({ mappings }) => mappings.every(({ value }) => value === 'free'),
    },
    events: () => ({
      call: { type: 'CALL' },
      areas: { type: 'INSERT', area: { mapping: own, rights: 'write' } },
      mappings: { type: 'MAP', owner: 'guest' },
    }),
  })

const replacing = ({ ranges, area, mapping, call }: Userland, design: UserlandDesign): Rule =>
  rule(
    'mmap.replace',
    { range: Object.keys(ranges) },
    {
      kind: 'environment',
      source: `${source}, MAP_FIXED`,
      needed: true,
      actor: () => 'guest',
      sends: ({ range }) => ({ call, areas: ranges[range]!.map(area), mappings: ranges[range]!.map(mapping) }),
      waitsFor: ['call'],
    },
  ).does({
    when: {
      returned: ({ call }) => call.value === 'returned',
      replaceable: ({ areas }) => areas.every((found) => isReplaceable(found, design)),
    },
    events: () => ({
      call: { type: 'CALL' },
      areas: { type: 'INSERT', area: { mapping: own, rights: 'write' } },
      mappings: { type: 'MAP', owner: 'guest' },
    }),
  })

const replacingInTwo = ({ ranges, area, mapping, call }: Userland, design: UserlandDesign): readonly Rule[] => [
  rule(
    'mmap.unmapFirst',
    { range: Object.keys(ranges) },
    {
      kind: 'environment',
      source: 'litebox/src/mm/linux.rs before PR 488',
      needed: true,
      actor: () => 'guest',
      sees: ({ range }) => ({ areas: ranges[range]!.map(area) }),
      sends: ({ range }) => ({ call, mappings: ranges[range]!.map(mapping) }),
      waitsFor: ['call'],
    },
  ).does({
    when: {
      returned: ({ call }) => call.value === 'returned',
      someAreas: ({ areas }) => areas.some(({ value }) => value === 'mapped'),
      replaceable: ({ areas }) => areas.every((found) => found.value === 'absent' || isReplaceable(found, design)),
    },
    events: ({ areas, mappings }, { range }) => ({
      call: { type: 'REPLACE', range },
      mappings: areas.map(({ value }, at) => {
        const { owner } = mappings[at]!.context
        return value === 'mapped' || owner === 'nobody' ? { type: 'UNMAP' } : { type: 'MAP', owner }
      }),
    }),
  }),
  rule(
    'mmap.mapOver',
    { range: Object.keys(ranges) },
    {
      source: 'litebox/src/mm/linux.rs before PR 488, MAP_FIXED',
      needed: true,
      actor: () => 'guest',
      sends: ({ range }) => ({ call, areas: ranges[range]!.map(area), mappings: ranges[range]!.map(mapping) }),
    },
  ).does({
    when: {
      replacing: ({ call }) => call.value === 'replacing',
      this: ({ call }, { range }) => call.context.range === range,
    },
    events: () => ({
      call: { type: 'RETURN' },
      areas: { type: 'INSERT', area: { mapping: own, rights: 'write' } },
      mappings: { type: 'MAP', owner: 'guest' },
    }),
  }),
]

const unmapping = ({ pages, area, mapping, call }: Userland, { munmap }: UserlandDesign): Rule =>
  rule(
    'munmap.unmap',
    { page: pages },
    {
      kind: 'environment',
      source: 'litebox/src/mm/linux.rs: remove_mapping; litebox_platform_linux_userland/src/lib.rs: deallocate_pages',
      needed: true,
      actor: () => 'guest',
      sends: ({ page }) => ({ call, area: area(page), mapping: mapping(page) }),
      waitsFor: ['call'],
    },
  ).does({
    when: {
      returned: ({ call }) => call.value === 'returned',
      mapped: ({ mapping }) => mapping.value === 'mapped',
      checked: ({ area }) => munmap === 'unchecked' || area.context.mapping === own,
    },
    events: () => ({ call: { type: 'CALL' }, area: { type: 'REMOVE' }, mapping: { type: 'UNMAP' } }),
  })
