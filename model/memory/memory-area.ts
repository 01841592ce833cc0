import { setup } from 'xstate'
import { type CellOf, update } from '../../checker/index.ts'
import type { spinlock } from '../platform/spinlock.ts'

/*
 * What the page manager has on record for one page: the memory area (VMA) that covers it.
 *
 * Models: `litebox/src/mm/linux.rs: Vmem::vmas`, a map from ranges to flags, page by page: which call of mmap made the
 * area and which accesses it allows. Like the map, an area can be inserted over another, and removed where none is.
 * Areas are read and changed under `PageManager::vmem` only; hardware never sees them. The write half of that lock is a
 * lock of `model/platform/spinlock.ts`: whoever does not get it waits.
 *
 * Leaves out: that equal neighbours coalesce, the program break, execute rights, which rights an area may ever be given
 * (`VM_MAY_*`: always all), and readers of the lock. On LVBS to wait for the lock is not possible at all:
 * `litebox_platform_lvbs/src/host/lvbs_impl.rs: block_or_maybe_timeout` is unimplemented, so that contention would stop
 * the core; nothing there runs two threads of one address space.
 */

export type Rights = 'none' | 'read' | 'write'
export type AccessKind = 'read' | 'write'

export const allows = (rights: Rights, kind: AccessKind): boolean => (kind === 'write' ? rights === 'write' : rights !== 'none')

export interface Area {
  readonly mapping: string
  readonly rights: Rights
}

export const memoryArea = setup({
  types: {
    context: {} as { mapping: string; rights: Rights },
    input: {} as Area | 'absent',
    events: {} as { type: 'INSERT'; area: Area } | { type: 'PROTECT'; rights: Rights } | { type: 'REMOVE' },
  },
}).createMachine({
  id: 'memoryArea',
  context: ({ input }) => (input === 'absent' ? { mapping: 'none', rights: 'none' } : input),
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.mapping === 'none', target: 'absent' }, { target: 'mapped' }] },
    absent: {},
    mapped: {
      on: {
        PROTECT: {
          target: 'mapped',
          actions: update((area, { rights }) => {
            area.rights = rights
          }),
        },
      },
    },
  },
  on: {
    INSERT: {
      target: '.mapped',
      actions: update((kept, { area }) => {
        kept.mapping = area.mapping
        kept.rights = area.rights
      }),
    },
    REMOVE: {
      target: '.absent',
      actions: update((kept) => {
        kept.mapping = 'none'
        kept.rights = 'none'
      }),
    },
  },
})

export interface Areas {
  readonly pages: readonly string[]
  readonly area: (page: string) => CellOf<typeof memoryArea>
  /** `PageManager::vmem`, for writing. */
  readonly vmem: CellOf<typeof spinlock>
}
