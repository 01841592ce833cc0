import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A flush on its way to one core.
 *
 * Models: whether the range of pages that the caller wants dropped there has been asked for, is being handled, has been
 * dropped. Two mechanisms drive it: `shootdown-hypercall.ts` (LVBS) and `shootdown-ipi.ts` (the alternative).
 *
 * Leaves out: the set of cores that are in VTL1 (`vtl_switch.rs: VTL1_VP_MASK`), with its fast path for a core that is
 * alone and its memory order: every core is in the set. Also the change from a list of pages to the whole address space
 * at 33 pages.
 */

/** What the caller wants of one core. There is room for one range: whoever asks waits until the last one is dealt with. */
export const shootdownRequest = setup({
  types: {
    context: {} as { range: string },
    events: {} as
      | { type: 'REQUEST'; range: string }
      | { type: 'SERVE' }
      | { type: 'HANDLE' }
      | { type: 'INVALIDATE' }
      | { type: 'ACKNOWLEDGE' }
      | { type: 'CANCEL' },
  },
}).createMachine({
  id: 'shootdownRequest',
  context: { range: 'none' },
  initial: 'none',
  states: {
    none: {
      on: {
        REQUEST: {
          target: 'requested',
          actions: update((request, { range }) => {
            request.range = range
          }),
        },
      },
    },
    requested: { on: { SERVE: 'settled', CANCEL: 'settled', HANDLE: 'handling' } },
    handling: { on: { INVALIDATE: 'invalidated' } },
    invalidated: { on: { ACKNOWLEDGE: 'settled' } },
    settled: {
      always: {
        target: 'none',
        actions: update((request) => {
          request.range = 'none'
        }),
      },
    },
  },
})
