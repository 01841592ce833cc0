import { type Rule, rule } from '../../checker/index.ts'
import type { Counting, DirectMap } from './direct-map.ts'
import type { Unregister } from './vmap-allocator.ts'

/*
 * How the guard of a mapping unmaps when it is dropped: the part before the flush.
 *
 * Models: `litebox_shim_optee/src/ptr.rs: MappedGuard::drop`, then `litebox_platform_lvbs/src/lib.rs: vunmap` and
 * `arch/x86/mm/paging.rs: unmap_pages`: the table's lock is taken, the entry is cleared whatever it holds, and an entry
 * that is absent already is passed over in silence. The lock is held until the flush has returned
 * (`window-flush.ts`); then the address, the frame lock and the protection go back, in that order. Where mappings are
 * counted, only the last one clears.
 *
 * Leaves out: an unmapping that fails, which keeps address and frames reserved for ever.
 */

const source = 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: unmap_pages'

export interface UnmapDesign {
  readonly counting: Counting
  readonly unregister: Unregister
  /** Whether a mapping may end before its guard is dropped. */
  readonly revocable: boolean
}

export const unmapping = (world: DirectMap, { counting, revocable, unregister }: UnmapDesign): readonly Rule[] => {
  const { cores, pages, table, entry, pointer, count } = world
  const places = { core: cores, page: pages }
  const counted = counting !== 'none'
  const ended = (phase: string): boolean => phase === 'completed' || phase === 'failed'
  return [
    rule('vunmap.clear', places, {
      source,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, page }) => ({
        pointer: pointer(core),
        entry: entry(page),
        table,
        counts: counted ? [count(page)] : [],
      }),
      waitsFor: ['table'],
    }).does({
      when: {
        ended: ({ pointer }) => ended(pointer.value),
        itsPage: ({ pointer }, { page }) => pointer.context.page === page,
        mayClear: ({ pointer }) => unregister === 'after-flush' || !pointer.context.reserved,
        last: ({ counts }) => counts.every(({ context }) => context.mappings === 1),
      },
      events: (_, { core }) => ({
        pointer: { type: 'CLEAR' },
        entry: { type: 'CLEAR' },
        table: { type: 'ACQUIRE', holder: core },
        counts: { type: 'REMOVE' },
      }),
    }),
    ...(counted
      ? [
          rule('vunmap.uncount', places, {
            source: 'proposed: a mapping that is not the last gives back its count and nothing else',
            actor: ({ core }) => core,
            sees: () => ({ table }),
            sends: ({ core, page }) => ({ pointer: pointer(core), count: count(page) }),
          }).does({
            when: {
              ended: ({ pointer }) => ended(pointer.value),
              itsPage: ({ pointer }, { page }) => pointer.context.page === page,
              notLast: ({ count }) => count.context.mappings > 1,
              tableFree: ({ table }) => table.value === 'free',
            },
            events: () => ({ pointer: { type: 'LET_GO' }, count: { type: 'REMOVE' } }),
          }),
        ]
      : []),
    ...(revocable
      ? [
          rule(
            'vunmap.nothing',
            { core: cores },
            {
              source: 'litebox_shim_optee/src/ptr.rs: MappedGuard::drop, which ignores Unmapped',
              actor: ({ core }) => core,
              sends: ({ core }) => ({ pointer: pointer(core) }),
            },
          ).does({
            when: {
              failed: ({ pointer }) => pointer.value === 'failed',
              revoked: ({ pointer }) => pointer.context.page === 'none',
            },
            events: () => ({ pointer: { type: 'LET_GO' } }),
          }),
        ]
      : []),
  ]
}
