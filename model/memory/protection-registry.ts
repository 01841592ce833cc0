import { setup } from 'xstate'
import { type CellOf, update } from '../../checker/index.ts'

/*
 * The registry of frames that VTL0 may not write, or that a call has reserved, and the lock over it.
 *
 * Models: `ProtectedFrameRegistry` of later versions of `litebox_platform_lvbs/src/mshv/vsm.rs`: a set of frames under
 * one reader-writer lock for all of them. Who maps a frame writable for VTL0 reads it; who changes a protection or
 * reserves frames writes it, and issues the hypercall before letting go. The snapshot has no such registry.
 *
 * Leaves out: ranges (each frame has its own entry), and the time for which a writer holds the lock: what it does under
 * it is seen by nobody, and is one step.
 */

/** Whether the registry lists a frame. */
export const registryEntry = setup({
  types: { events: {} as { type: 'LIST' } | { type: 'UNLIST' } },
}).createMachine({
  id: 'registryEntry',
  initial: 'unlisted',
  states: { unlisted: {}, listed: {} },
  on: { LIST: '.listed', UNLIST: '.unlisted' },
})

/**
 * PASS is a writer that comes and goes in one step. It has no edge while readers hold the lock: writers wait. With
 * CLAIM a writer announces itself, and readers wait for it in turn. To LEAVE what nobody holds has no edge.
 */
export const registryLock = setup({
  types: {
    context: {} as { readers: number },
    events: {} as { type: 'ENTER' } | { type: 'LEAVE' } | { type: 'CLAIM' } | { type: 'PASS' },
  },
  guards: { isLast: ({ context }) => context.readers === 1 },
  actions: {
    countIn: update((lock) => {
      lock.readers += 1
    }),
    countOut: update((lock) => {
      lock.readers -= 1
    }),
  },
}).createMachine({
  id: 'registryLock',
  context: { readers: 0 },
  initial: 'free',
  states: {
    free: { on: { ENTER: { target: 'shared', actions: 'countIn' }, CLAIM: 'claimed', PASS: 'free' } },
    shared: {
      on: {
        ENTER: { target: 'shared', actions: 'countIn' },
        LEAVE: [
          { guard: 'isLast', target: 'free', actions: 'countOut' },
          { target: 'shared', actions: 'countOut' },
        ],
        CLAIM: 'draining',
      },
    },
    draining: {
      on: {
        LEAVE: [
          { guard: 'isLast', target: 'claimed', actions: 'countOut' },
          { target: 'draining', actions: 'countOut' },
        ],
      },
    },
    claimed: { on: { PASS: 'free' } },
  },
})

export interface Registry {
  /** The registry's entry for a frame: one, or none where there is no registry. */
  readonly listing: (frame: string) => readonly CellOf<typeof registryEntry>[]
  /** Its lock, where readers exist. */
  readonly gate: readonly CellOf<typeof registryLock>[]
}
