import { setup } from 'xstate'
import { type CellOf, update } from '../../checker/index.ts'
import type { Heap } from './buddy.ts'

/*
 * A core that asks the heap for a page or for a Rust object, and gives back what it has.
 *
 * Models: a page by way of a page fault, whose handler asks for the frame with the page table's lock held, and gives frames
 * back in `unmap_pages` under the same lock (both `paging.rs`: `handle_page_fault`, `unmap_pages`). An object by way of
 * `GlobalAlloc::alloc`: from a place that a slab page has left, or else with the slab's lock held around asking the buddy.
 * Its rules
 * are in `heap-request-rules.ts`; what happens when the buddy has nothing left is for `heap-exhaustion.ts`.
 *
 * Leaves out: zeroing, page-table pages (asked for under the same lock as the page), the flush, several things held by one
 * core, and the lock on the memory areas, which is held around all of a page fault.
 */

export type Want = 'page' | 'object'

export const heapRequest = setup({
  types: {
    context: {} as { want: Want; frame: string; holds: 'nothing' | Want },
    events: {} as
      | { type: 'LOCK'; want: Want }
      | { type: 'GET'; frame: string }
      | { type: 'HOLD'; what: Want }
      | { type: 'LET_GO' }
      | { type: 'RUN_OUT' }
      | { type: 'LOG' }
      | { type: 'ASK_HOST' }
      | { type: 'BE_GRANTED' }
      | { type: 'FAIL' }
      | { type: 'PANIC' }
      | { type: 'PRINT' }
      | { type: 'TELL' }
      | { type: 'STOP' },
  },
  actions: {
    forget: update((request) => {
      request.want = 'page'
      request.frame = 'none'
    }),
  },
}).createMachine({
  id: 'heapRequest',
  context: { want: 'page', frame: 'none', holds: 'nothing' },
  initial: 'idle',
  states: {
    /** With or without something that it holds. */
    idle: {
      on: {
        LOCK: {
          target: 'asking',
          actions: update((request, { want }) => {
            request.want = want
          }),
        },
        HOLD: {
          target: 'idle',
          actions: update((request, { what }) => {
            request.holds = what
          }),
        },
        LET_GO: {
          target: 'idle',
          actions: update((request) => {
            request.holds = 'nothing'
          }),
        },
      },
    },
    /** Holds the lock of the page table (for a page) or of the slab (for an object). */
    asking: {
      on: {
        GET: {
          target: 'given',
          actions: update((request, { frame }) => {
            request.frame = frame
          }),
        },
        LET_GO: {
          target: 'gave',
          actions: update((request) => {
            request.holds = 'nothing'
            request.frame = 'none'
          }),
        },
        RUN_OUT: 'rescuing',
      },
    },
    given: {
      on: {
        HOLD: {
          target: 'idle',
          actions: update((request, { what }) => {
            request.holds = what
            request.want = 'page'
            if (what === 'object') request.frame = 'none'
          }),
        },
      },
    },
    gave: { on: { LET_GO: { target: 'idle', actions: 'forget' } } },
    /** Holds the buddy's lock as well, and so do the phases that come from it. */
    rescuing: { on: { LOG: 'logged', ASK_HOST: 'awaitingHost', FAIL: 'failed', PANIC: 'panicking' } },
    logged: { on: { ASK_HOST: 'awaitingHost' } },
    awaitingHost: { on: { BE_GRANTED: 'granted', FAIL: 'failed' } },
    granted: {
      on: {
        GET: {
          target: 'given',
          actions: update((request, { frame }) => {
            request.frame = frame
          }),
        },
      },
    },
    failed: { on: { LET_GO: { target: 'idle', actions: 'forget' }, STOP: 'stopped' } },
    panicking: { on: { PRINT: 'printing', TELL: 'told' } },
    printing: { on: { TELL: 'told' } },
    told: {},
    stopped: {},
  },
})

export interface HeapUsers extends Heap {
  readonly cores: readonly string[]
  readonly request: (core: string) => CellOf<typeof heapRequest>
}
