import { setup } from 'xstate'
import { type CellOf, update } from '../../checker/index.ts'
import type { Rights } from './memory-area.ts'

/*
 * The page-table entry of one page of a guest, as far as the page manager changes it.
 *
 * Models: not present, or present with a frame and with what mprotect changes of it, the user and writable bits together
 * as one right: `MPROTECT_PTE_MASK` of `litebox_platform_lvbs/src/mm/pgtable.rs` and of
 * `litebox_platform_linux_kernel/src/mm/pgtable.rs`. An entry without rights is present without the user bit.
 *
 * Leaves out: dirty and accessed bits, upper levels, and the TLB: a right that was taken away may be used for longer than
 * is modelled here, which is the subject of `tlb.ts` and its users.
 */

export interface UserMapping {
  readonly frame: string
  readonly rights: Rights
}

/** To map over a present entry has no edge: the source looks first. mprotect and munmap pass over what is absent. */
export const userEntry = setup({
  types: {
    context: {} as { frame: string; rights: Rights },
    input: {} as UserMapping | 'absent',
    events: {} as { type: 'MAP'; mapping: UserMapping } | { type: 'GIVE'; rights: Rights } | { type: 'CLEAR' },
  },
}).createMachine({
  id: 'userEntry',
  context: ({ input }) => (input === 'absent' ? { frame: 'none', rights: 'none' } : input),
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.frame === 'none', target: 'absent' }, { target: 'present' }] },
    absent: {
      on: {
        MAP: {
          target: 'present',
          actions: update((entry, { mapping }) => {
            entry.frame = mapping.frame
            entry.rights = mapping.rights
          }),
        },
        GIVE: 'absent',
        CLEAR: 'absent',
      },
    },
    present: {
      on: {
        GIVE: {
          target: 'present',
          actions: update((entry, { rights }) => {
            entry.rights = rights
          }),
        },
        CLEAR: {
          target: 'absent',
          actions: update((entry) => {
            entry.frame = 'none'
            entry.rights = 'none'
          }),
        },
      },
    },
  },
})

export interface UserEntries {
  readonly entry: (page: string) => CellOf<typeof userEntry>
}
