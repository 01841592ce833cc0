import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * The one instance of a trusted application, as far as its page table depends on it.
 *
 * Models: `litebox_shim_optee/src/session.rs: TaInstance` behind its lock, how many sessions name it (`SessionMap`), and
 * whether the cache of single instances does (`SingleInstanceCache`). `dead` is what later sources add: an instance that
 * has been torn down says so to whoever still has a reference and takes its lock.
 *
 * Leaves out: session numbers, parameters, and a second instance of the same application.
 */

/** Only the holder unlocks; who waits for the lock, or tries it, is for the rules to say. */
export const applicationInstance = setup({
  types: {
    context: {} as { sessions: number; cached: boolean; dead: boolean; holder: string },
    events: {} as
      | { type: 'LOCK'; holder: string }
      | { type: 'UNLOCK' }
      | { type: 'REGISTER' }
      | { type: 'UNREGISTER' }
      | { type: 'UNCACHE' }
      | { type: 'MARK_DEAD' },
  },
  guards: { hasSessions: ({ context }) => context.sessions > 0 },
}).createMachine({
  id: 'applicationInstance',
  context: { sessions: 1, cached: true, dead: false, holder: 'nobody' },
  initial: 'free',
  on: {
    REGISTER: {
      actions: update((instance) => {
        instance.sessions += 1
      }),
    },
    UNREGISTER: {
      guard: 'hasSessions',
      actions: update((instance) => {
        instance.sessions -= 1
      }),
    },
    UNCACHE: {
      actions: update((instance) => {
        instance.cached = false
      }),
    },
  },
  states: {
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
        MARK_DEAD: {
          target: 'locked',
          actions: update((instance) => {
            instance.dead = true
          }),
        },
      },
    },
  },
})
