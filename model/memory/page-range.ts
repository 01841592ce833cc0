import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A copy from or to a range of pages that other cores map too, and what it may hold for that.
 *
 * Models: an access of `litebox_shim_optee/src/ptr.rs` and of the older `litebox_platform_lvbs/src/lib.rs:
 * copy_from_vtl0_phys` and its like, which take the same steps: map the range in the direct map, where a page that is
 * mapped is taken as it is; copy page after page; clear every page of the range. And the locks on pages that were
 * proposed for them: held from before the mapping until after it is cleared.
 *
 * Leaves out: TLBs (`direct-map.ts`), the constructor, and the number of tries before a caller gives up.
 */

export type Access = 'read' | 'write'

/** A page of the direct map, as the table has it: to share it changes nothing. */
export const sharedPage = setup({
  types: {
    context: {} as { writable: boolean },
    events: {} as { type: 'MAP'; writable: boolean } | { type: 'CLEAR' },
  },
}).createMachine({
  id: 'sharedPage',
  context: { writable: false },
  initial: 'absent',
  states: {
    absent: {
      on: {
        MAP: {
          target: 'present',
          actions: update((page, { writable }) => {
            page.writable = writable
          }),
        },
        CLEAR: 'absent',
      },
    },
    present: {
      on: {
        MAP: 'present',
        CLEAR: {
          target: 'absent',
          actions: update((page) => {
            page.writable = false
          }),
        },
      },
    },
  },
})

/** The lock on a page: one writer, or any number of readers. */
export const pageLock = setup({
  types: {
    context: {} as { readers: number },
    events: {} as { type: 'ENTER' } | { type: 'LEAVE' } | { type: 'ENTER_ALONE' } | { type: 'LEAVE_ALONE' },
  },
}).createMachine({
  id: 'pageLock',
  context: { readers: 0 },
  initial: 'free',
  states: {
    free: {
      on: {
        ENTER: {
          target: 'shared',
          actions: update((lock) => {
            lock.readers = 1
          }),
        },
        ENTER_ALONE: 'exclusive',
      },
    },
    shared: {
      on: {
        ENTER: {
          target: 'shared',
          actions: update((lock) => {
            lock.readers += 1
          }),
        },
        LEAVE: [
          {
            guard: ({ context }) => context.readers === 1,
            target: 'free',
            actions: update((lock) => {
              lock.readers = 0
            }),
          },
          {
            target: 'shared',
            actions: update((lock) => {
              lock.readers -= 1
            }),
          },
        ],
      },
    },
    exclusive: { on: { LEAVE_ALONE: 'free' } },
  },
})

export const rangeUser = setup({
  types: {
    context: {} as { range: string; access: Access; locked: number; copied: number },
    events: {} as
      | { type: 'ASK'; range: string; access: Access }
      | { type: 'LOCK' }
      | { type: 'LOCK_ALL' }
      | { type: 'REFUSE' }
      | { type: 'ASK_AGAIN' }
      | { type: 'GIVE_UP' }
      | { type: 'MAP' }
      | { type: 'COPY' }
      | { type: 'FAULT' }
      | { type: 'CLEAR' }
      | { type: 'UNLOCK' },
  },
  actions: {
    forget: update((user) => {
      Object.assign(user, { range: 'none', access: 'read', locked: 0, copied: 0 })
    }),
  },
}).createMachine({
  id: 'rangeUser',
  context: { range: 'none', access: 'read', locked: 0, copied: 0 },
  initial: 'idle',
  states: {
    idle: {
      on: {
        ASK: {
          target: 'asking',
          actions: update((user, { range, access }) => {
            user.range = range
            user.access = access
          }),
        },
      },
    },
    asking: {
      on: {
        LOCK: {
          target: 'asking',
          actions: update((user) => {
            user.locked += 1
          }),
        },
        LOCK_ALL: {
          target: 'asking',
          actions: update((user) => {
            user.locked = 2
          }),
        },
        REFUSE: 'refused',
        MAP: 'mapped',
      },
    },
    refused: { on: { ASK_AGAIN: 'asking', GIVE_UP: { target: 'idle', actions: 'forget' } } },
    mapped: {
      on: {
        COPY: [
          { guard: ({ context }) => context.copied === 1, target: 'completed' },
          {
            target: 'mapped',
            actions: update((user) => {
              user.copied += 1
            }),
          },
        ],
        FAULT: 'failed',
      },
    },
    completed: { on: { CLEAR: 'cleared' } },
    failed: { on: { CLEAR: 'cleared' } },
    cleared: {
      always: { guard: ({ context }) => context.locked === 0, target: 'idle', actions: 'forget' },
      on: { UNLOCK: { target: 'idle', actions: 'forget' } },
    },
  },
})
