import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A physical frame and who owns it.
 *
 * Models: what one 4 KiB frame is used for, as the buddy heap sees it: `free`, or `taken` by somebody. LiteBox keeps no
 * such record (the owner of a user frame is known from its one page-table entry only), so the owner here is a ghost:
 * rules move it where the source allocates and frees, and properties compare it with what the cores still reach.
 * From `litebox/src/mm/allocator.rs: SafeZoneAllocator`, where Rust objects, user pages and page-table pages come from
 * one heap, and `PageTableAllocator::allocate_frame`, `deallocate_frame` of both kernel platforms.
 *
 * Leaves out: the bytes in the frame, the buddy's block orders and the slab above it, the heap lock (taking and giving
 * back a frame is one step under it), and zeroing, which happens at allocation and never at free.
 */

/** `normalWorld` is memory that the untrusted kernel of VTL0 owns, which LiteBox may map and never allocates. */
export type Owner = 'guest' | 'otherGuest' | 'pageTable' | 'rustHeap' | 'normalWorld'

/** To free a free frame, or to take a taken one, has no edge: a double free shows as `unhandled`. */
export const frame = setup({
  types: {
    context: {} as { owner: Owner | 'nobody' },
    input: {} as { owner: Owner | 'nobody' },
    events: {} as { type: 'TAKE'; owner: Owner } | { type: 'FREE' },
  },
}).createMachine({
  id: 'frame',
  context: ({ input }) => input,
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.owner === 'nobody', target: 'free' }, { target: 'taken' }] },
    free: {
      on: {
        TAKE: {
          target: 'taken',
          actions: update((frame, event) => {
            frame.owner = event.owner
          }),
        },
      },
    },
    taken: {
      on: {
        FREE: {
          target: 'free',
          actions: update((frame) => {
            frame.owner = 'nobody'
          }),
        },
      },
    },
  },
})
