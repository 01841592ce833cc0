import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * The instances of trusted applications, the sessions that name them, and the cache that does.
 *
 * Models: `litebox_shim_optee/src/session.rs: TaInstance` in its `Arc<SpinMutex<..>>`, with the number of clones there
 * are; an entry of `SessionMap` together with the bit of its number in `SessionIdPool`; an entry of
 * `SingleInstanceCache`. An instance is `forming` from the moment that its page table is made, when only one core knows
 * it; it is freed with its last clone, and that takes down nothing: `TaInstance` has no `Drop`. `life` is what a torn
 * down or crashed application leaves of itself; the snapshot keeps no such field, and its rules do not ask for it.
 *
 * Leaves out: that to remove a session and to recycle its number are two locks: in between the number is neither found
 * nor given out, which nobody can tell from a moment earlier or later, unless all 65,536 are in use. Which of the free
 * numbers comes next: the pool goes round, so that VTL0 decides by what it opens and closes in between. The numbers
 * beyond the pool, which are used once (`one-shot` has only those).
 *
 * `model/memory/application-instance.ts` is the same instance, counted, for the scenario that asks only for its page
 * table.
 */

/** Only the holder unlocks. A clone that is dropped twice has no edge. */
export const trustedInstance = setup({
  types: {
    context: {} as {
      application: string
      table: string
      clones: number
      holder: string
      /** Whether another core than the one that made it can have found it. */
      isShared: boolean
      life: 'alive' | 'crashed' | 'gone'
    },
    input: {} as { application: string; table: string; clones: number },
    events: {} as
      | { type: 'FORM'; application: string; table: string }
      | { type: 'CREATE'; holder: string }
      | { type: 'CLONE' }
      | { type: 'SHARE' }
      | { type: 'DROP' }
      | { type: 'LOCK'; holder: string }
      | { type: 'UNLOCK' }
      | { type: 'CRASH' }
      | { type: 'RELEASE' },
  },
  guards: { isLast: ({ context }) => context.clones === 1, isHeld: ({ context }) => context.holder !== 'nobody' },
}).createMachine({
  id: 'trustedInstance',
  context: ({ input: { application, table, clones } }) => ({
    application,
    table,
    clones,
    holder: 'nobody',
    isShared: clones > 0,
    life: 'alive',
  }),
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.clones === 0, target: 'absent' }, { target: 'free' }] },
    absent: {
      entry: update((instance) => {
        Object.assign(instance, {
          application: 'none',
          table: 'none',
          clones: 0,
          holder: 'nobody',
          isShared: false,
          life: 'alive',
        })
      }),
      on: {
        FORM: {
          target: 'forming',
          actions: update((instance, { application, table }) => {
            Object.assign(instance, { application, table, clones: 1 })
          }),
        },
      },
    },
    forming: {
      on: {
        CREATE: [
          { guard: ({ event }) => event.holder === 'nobody', target: 'free' },
          {
            target: 'locked',
            actions: update((instance, { holder }) => {
              instance.holder = holder
            }),
          },
        ],
        RELEASE: 'forming',
        CRASH: 'forming',
        DROP: 'absent',
      },
    },
    free: {
      on: {
        LOCK: {
          target: 'locked',
          actions: update((instance, { holder }) => {
            instance.holder = holder
          }),
        },
      },
    },
    locked: {
      on: {
        UNLOCK: {
          target: 'free',
          actions: update((instance) => {
            instance.holder = 'nobody'
          }),
        },
      },
    },
  },
  on: {
    CLONE: {
      actions: update((instance) => {
        instance.clones += 1
      }),
    },
    SHARE: {
      actions: update((instance) => {
        instance.clones += 1
        instance.isShared = true
      }),
    },
    DROP: [
      { guard: 'isLast', target: '.absent' },
      {
        actions: update((instance) => {
          instance.clones -= 1
        }),
      },
    ],
    CRASH: {
      actions: update((instance) => {
        if (instance.life === 'alive') instance.life = 'crashed'
      }),
    },
    RELEASE: {
      actions: update((instance) => {
        instance.life = 'gone'
      }),
    },
  },
})

/** `isClosed`: the application has been told that the session is over. */
export const sessionNumber = setup({
  types: {
    context: {} as { instance: string; isClosed: boolean },
    input: {} as { instance: string },
    events: {} as
      | { type: 'ALLOCATE' }
      | { type: 'RECYCLE' }
      | { type: 'RETIRE' }
      | { type: 'REGISTER'; instance: string }
      | { type: 'CLOSE' },
  },
}).createMachine({
  id: 'sessionNumber',
  context: ({ input: { instance } }) => ({ instance, isClosed: false }),
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.instance === 'none', target: 'free' }, { target: 'registered' }] },
    free: {
      entry: update((session) => {
        Object.assign(session, { instance: 'none', isClosed: false })
      }),
      on: { ALLOCATE: 'allocated', CLOSE: 'free' },
    },
    allocated: {
      on: {
        RECYCLE: 'free',
        RETIRE: 'retired',
        CLOSE: 'allocated',
        REGISTER: {
          target: 'registered',
          actions: update((session, { instance }) => {
            session.instance = instance
          }),
        },
      },
    },
    registered: {
      on: {
        RECYCLE: 'free',
        RETIRE: 'retired',
        CLOSE: {
          actions: update((session) => {
            session.isClosed = true
          }),
        },
      },
    },
    retired: {
      entry: update((session) => {
        Object.assign(session, { instance: 'none', isClosed: false })
      }),
      on: { CLOSE: 'retired' },
    },
  },
})

/** What the cache of single instances has for one application. */
export const cacheEntry = setup({
  types: {
    context: {} as { instance: string },
    input: {} as { instance: string },
    events: {} as { type: 'INSERT'; instance: string } | { type: 'REMOVE' },
  },
}).createMachine({
  id: 'cacheEntry',
  context: ({ input: { instance } }) => ({ instance }),
  initial: 'listed',
  states: {
    listed: {
      on: {
        INSERT: {
          actions: update((entry, { instance }) => {
            entry.instance = instance
          }),
        },
        REMOVE: {
          actions: update((entry) => {
            entry.instance = 'none'
          }),
        },
      },
    },
  },
})
