import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * One core's use of a scattered mapping of two pages, page by page: hardware looks between any two stores.
 *
 * Models: `litebox_platform_lvbs/src/lib.rs: vmap, vunmap` with `arch/x86/mm/paging.rs:
 * map_non_contiguous_phys_frames, rollback_mapped_pages, unmap_pages`: entries are stored one by one under the table's
 * lock; if the second cannot be, the first is cleared again and the address goes back; a copy of both pages; entries
 * cleared one by one, one flush, the lock released, the address given back.
 *
 * Leaves out: more than two pages: the first that is stored before a failure, and the one that fails, are all it takes.
 */

export const vmapClient = setup({
  types: {
    context: {} as { address: string; done: number },
    events: {} as
      | { type: 'RESERVE'; address: string }
      | { type: 'STORE' }
      | { type: 'FAIL' }
      | { type: 'UNDO' }
      | { type: 'COPY' }
      | { type: 'CLEAR' }
      | { type: 'FLUSH' }
      | { type: 'UNREGISTER' },
  },
  actions: {
    count: update((client) => {
      client.done += 1
    }),
    restart: update((client) => {
      client.done = 0
    }),
    forget: update((client) => {
      client.address = 'none'
      client.done = 0
    }),
  },
  guards: { last: ({ context }) => context.done === 1 },
}).createMachine({
  id: 'vmapClient',
  context: { address: 'none', done: 0 },
  initial: 'idle',
  states: {
    idle: {
      on: {
        RESERVE: {
          target: 'storing',
          actions: update((client, { address }) => {
            client.address = address
          }),
        },
      },
    },
    storing: {
      on: {
        STORE: [
          { guard: 'last', target: 'copying', actions: 'restart' },
          { target: 'storing', actions: 'count' },
        ],
        FAIL: 'failing',
      },
    },
    failing: { on: { UNDO: { target: 'undone', actions: 'restart' } } },
    undone: { on: { FLUSH: 'withdrawn', UNREGISTER: { target: 'idle', actions: 'forget' } } },
    withdrawn: { on: { UNREGISTER: { target: 'idle', actions: 'forget' } } },
    copying: {
      on: {
        COPY: [
          { guard: 'last', target: 'copied', actions: 'restart' },
          { target: 'copying', actions: 'count' },
        ],
      },
    },
    copied: { on: { CLEAR: { target: 'clearing', actions: 'count' } } },
    clearing: { on: { CLEAR: { target: 'cleared', actions: 'restart' } } },
    cleared: { on: { FLUSH: 'flushed', UNREGISTER: 'unregistered' } },
    unregistered: { on: { FLUSH: { target: 'idle', actions: 'forget' } } },
    flushed: { on: { UNREGISTER: { target: 'idle', actions: 'forget' } } },
  },
})
