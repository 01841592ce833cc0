import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A core that maps a page in a region whose lowest table may not be there yet: how far it has come.
 *
 * Models: `litebox_platform_lvbs/src/arch/x86/mm/paging.rs: map_phys_frame_range_with` and
 * `map_non_contiguous_phys_frames` down to `create_next_table` of the x86_64 crate: read the entry of the upper level;
 * if it is empty, allocate a frame (zeroed), link it, zero it once more, and only then write the leaf. A mapping that
 * fails later is rolled back (`rollback_mapped_pages`, `clean_up_addr_range`): clear the leaf, see that the table is
 * empty, unlink it, free it. Everything under the lock of the page table by which the core came.
 *
 * Leaves out: the upper levels above the one that matters, the flush, and the unmapping after use.
 */

/** `table` is the table that the core has found or made, and goes on using. */
export const tableMapper = setup({
  types: {
    context: {} as { table: string },
    events: {} as
      | { type: 'BEGIN' }
      | { type: 'LOCK' }
      | { type: 'FIND'; table: string }
      | { type: 'FIND_NONE' }
      | { type: 'ALLOCATE'; table: string }
      | { type: 'LINK' }
      | { type: 'ZERO' }
      | { type: 'WRITE' }
      | { type: 'FAIL' }
      | { type: 'CLEAR' }
      | { type: 'FIND_EMPTY' }
      | { type: 'FIND_USED' }
      | { type: 'UNLINK' }
      | { type: 'FREE' }
      | { type: 'UNLOCK' },
  },
}).createMachine({
  id: 'tableMapper',
  context: { table: 'none' },
  initial: 'idle',
  states: {
    idle: { on: { BEGIN: 'locking' } },
    locking: { on: { LOCK: 'reading' } },
    reading: {
      on: {
        FIND: {
          target: 'writing',
          actions: update((mapper, { table }) => {
            mapper.table = table
          }),
        },
        FIND_NONE: 'allocating',
      },
    },
    allocating: {
      on: {
        ALLOCATE: {
          target: 'linking',
          actions: update((mapper, { table }) => {
            mapper.table = table
          }),
        },
      },
    },
    linking: { on: { LINK: 'zeroing' } },
    zeroing: { on: { ZERO: 'writing' } },
    writing: { on: { WRITE: 'written' } },
    written: { on: { UNLOCK: 'mapped', FAIL: 'clearing' } },
    clearing: { on: { CLEAR: 'looking' } },
    looking: { on: { FIND_EMPTY: 'unlinking', FIND_USED: 'undone' } },
    unlinking: { on: { UNLINK: 'freeing' } },
    freeing: { on: { FREE: 'undone' } },
    undone: { on: { UNLOCK: 'rolledBack' } },
    mapped: {},
    rolledBack: {},
  },
})

/** Whether the core is between its first look at the tables and its last. */
export const isEditing = (phase: string): boolean => !['idle', 'locking', 'mapped', 'rolledBack'].includes(phase)
