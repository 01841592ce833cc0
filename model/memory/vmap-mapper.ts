import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A caller of `vmap` and `vunmap` with a list of several pages, from the request to the end of its mapping.
 *
 * Models: `litebox_platform_lvbs/src/lib.rs: vmap, vunmap`, as the phases between which another core can look: an
 * address is reserved and the entries are not stored; they are stored; they are cleared and flushed, and the address is
 * not given back. A failed mapping gives its address back too. A refusal goes to the caller.
 *
 * Leaves out: the copy, permissions, and the moments inside a section of the page-table lock: only hardware looks there,
 * and that is `vmap-reuse.ts`.
 */

export type Reason = 'none' | 'duplicate' | 'already-mapped' | 'exhausted' | 'occupied'

const nothing = { list: 'none', base: -1, reason: 'none' as Reason }

export const vmapMapper = setup({
  types: {
    context: {} as { list: string; base: number; reason: Reason },
    events: {} as
      | { type: 'ASK'; list: string }
      | { type: 'FIND_UNMAPPED' }
      | { type: 'REFUSE'; reason: Reason }
      | { type: 'RESERVE'; base: number }
      | { type: 'MAP' }
      | { type: 'ROLL_BACK' }
      | { type: 'CLEAR' }
      | { type: 'FAIL' }
      | { type: 'KEEP' }
      | { type: 'UNREGISTER' }
      | { type: 'ASK_AGAIN' }
      | { type: 'GIVE_UP' },
  },
  actions: {
    forget: update((mapper) => void Object.assign(mapper, nothing)),
    forgetBase: update((mapper) => {
      mapper.base = -1
    }),
  },
}).createMachine({
  id: 'vmapMapper',
  context: nothing,
  initial: 'idle',
  states: {
    idle: {
      on: {
        ASK: {
          target: 'asking',
          actions: update((mapper, { list }) => {
            mapper.list = list
          }),
        },
      },
    },
    asking: {
      on: {
        FIND_UNMAPPED: 'checked',
        MAP: 'mapped',
        RESERVE: {
          target: 'reserved',
          actions: update((mapper, { base }) => {
            mapper.base = base
          }),
        },
        REFUSE: {
          target: 'refused',
          actions: update((mapper, { reason }) => {
            mapper.reason = reason
          }),
        },
      },
    },
    checked: {
      on: {
        RESERVE: {
          target: 'reserved',
          actions: update((mapper, { base }) => {
            mapper.base = base
          }),
        },
        REFUSE: {
          target: 'refused',
          actions: update((mapper, { reason }) => {
            mapper.reason = reason
          }),
        },
      },
    },
    reserved: { on: { MAP: 'mapped', ROLL_BACK: 'unwinding' } },
    unwinding: {
      on: {
        UNREGISTER: {
          target: 'refused',
          actions: update((mapper) => {
            mapper.base = -1
            mapper.reason = 'occupied'
          }),
        },
      },
    },
    mapped: {
      on: {
        CLEAR: [{ guard: ({ context }) => context.base === -1, target: 'idle', actions: 'forget' }, { target: 'cleared' }],
        // The guard forgets its mapping before it unmaps, and does not try again.
        FAIL: { target: 'idle', actions: 'forget' },
        KEEP: 'mapped',
        UNREGISTER: { target: 'unregistered' },
      },
    },
    unregistered: { on: { CLEAR: { target: 'idle', actions: 'forget' }, FAIL: { target: 'idle', actions: 'forget' } } },
    cleared: { on: { UNREGISTER: { target: 'idle', actions: 'forget' } } },
    refused: {
      on: {
        ASK_AGAIN: {
          target: 'asking',
          actions: update((mapper) => {
            mapper.reason = 'none'
          }),
        },
        GIVE_UP: { target: 'idle', actions: 'forget' },
      },
    },
  },
})
