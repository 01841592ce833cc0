import { setup } from 'xstate'
import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { vmapMapper } from './vmap-mapper.ts'

/*
 * Contiguous pages, each at its own page of the direct map.
 *
 * Models: the first branch of `litebox_platform_lvbs/src/lib.rs: vmap` and
 * `arch/x86/mm/paging.rs: map_phys_frame_range_with`: no allocator and no record; a page that is mapped already is
 * passed over, and unmapping clears every page of the range, whoever mapped it.
 *
 * Leaves out: permissions and what a copy sees of it (`direct-map.ts`, `overlap.ts`).
 */

/** The entry of a frame's page of the direct map. */
export const directEntry = setup({ types: { events: {} as { type: 'MAP' } | { type: 'CLEAR' } } }).createMachine({
  id: 'directEntry',
  initial: 'absent',
  states: {
    absent: { on: { MAP: 'present', CLEAR: 'absent' } },
    present: { on: { MAP: 'present', CLEAR: 'absent' } },
  },
})

export interface DirectPages {
  readonly mappers: readonly string[]
  /** What a mapper may ask for: frames, by a name of their list. */
  readonly lists: readonly string[]
  readonly framesOf: (list: string) => readonly string[]
  readonly contiguous: (list: string) => boolean
  readonly mapper: (name: string) => CellOf<typeof vmapMapper>
  readonly direct: (frame: string) => CellOf<typeof directEntry>
}

export const directPages = ({ mappers, lists, framesOf, contiguous, mapper, direct }: DirectPages): readonly Rule[] => {
  const requests = { mapper: mappers, list: lists }
  return [
    rule('directMap.map', requests, {
      source: 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: map_phys_frame_range_with',
      needed: true,
      where: ({ list }) => contiguous(list),
      actor: ({ mapper }) => mapper,
      sends: ({ mapper: name, list }) => ({ mapper: mapper(name), entries: framesOf(list).map(direct) }),
    }).does({
      when: {
        asking: ({ mapper }) => mapper.value === 'asking',
        itsList: ({ mapper }, { list }) => mapper.context.list === list,
      },
      events: () => ({ mapper: { type: 'MAP' }, entries: { type: 'MAP' } }),
    }),
    rule('directMap.clear', requests, {
      source: 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: unmap_pages',
      needed: true,
      where: ({ list }) => contiguous(list),
      actor: ({ mapper }) => mapper,
      sends: ({ mapper: name, list }) => ({ mapper: mapper(name), entries: framesOf(list).map(direct) }),
    }).does({
      when: {
        mapped: ({ mapper }) => mapper.value === 'mapped',
        itsList: ({ mapper }, { list }) => mapper.context.list === list,
        direct: ({ mapper }) => mapper.context.base === -1,
      },
      events: () => ({ mapper: { type: 'CLEAR' }, entries: { type: 'CLEAR' } }),
    }),
  ]
}
