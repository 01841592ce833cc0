import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A leaf page-table entry.
 *
 * Models: one P1 entry as hardware reads it: not present, or a frame with the writable and dirty bits. Every change by
 * LiteBox is one plain store, made through `MappedPageTable` under the table's lock: `map_to`, `unmap`, `update_flags`
 * in both `paging.rs`. The dirty bit is hardware's: a walk for a write sets it.
 *
 * Leaves out: the upper levels and their caches (so a freed page-table page that is still walked cannot be seen), the
 * user, no-execute and accessed bits, and the store buffer between the store and the walker. The source reads an entry
 * and stores it in two instructions; only hardware's dirty bit can change between them, and LiteBox never asks for it,
 * so one step stands for both.
 */

export interface Mapping {
  readonly frame: string
  readonly writable: boolean
}

/** To map over a present entry, or to restrict an absent one, has no edge: the source checks before either. */
export const pageTableEntry = setup({
  types: {
    context: {} as { frame: string; writable: boolean; dirty: boolean },
    input: {} as Mapping | 'absent',
    events: {} as
      | { type: 'MAP'; mapping: Mapping }
      | { type: 'RESTRICT' }
      | { type: 'WIDEN' }
      | { type: 'MARK_DIRTY' }
      | { type: 'CLEAR' },
  },
}).createMachine({
  id: 'pageTableEntry',
  context: ({ input }) =>
    input === 'absent'
      ? { frame: 'none', writable: false, dirty: false }
      : { frame: input.frame, writable: input.writable, dirty: false },
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.frame === 'none', target: 'absent' }, { target: 'present' }] },
    absent: {
      on: {
        MAP: {
          target: 'present',
          actions: update((entry, { mapping }) => {
            entry.frame = mapping.frame
            entry.writable = mapping.writable
          }),
        },
        CLEAR: 'absent',
      },
    },
    present: {
      on: {
        RESTRICT: {
          target: 'present',
          actions: update((entry) => {
            entry.writable = false
          }),
        },
        WIDEN: {
          target: 'present',
          actions: update((entry) => {
            entry.writable = true
          }),
        },
        MARK_DIRTY: {
          target: 'present',
          actions: update((entry) => {
            entry.dirty = true
          }),
        },
        CLEAR: {
          target: 'absent',
          actions: update((entry) => {
            entry.frame = 'none'
            entry.writable = false
            entry.dirty = false
          }),
        },
      },
    },
  },
})
