import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'

/*
 * A place that holds a segment base: the FS base register of a core, or the copy of it that a platform keeps.
 *
 * Models: what `wrfsbase` and `rdfsbase` work on; `guest_fsbase` of `litebox_platform_linux_userland/src/lib.rs`,
 * `THREAD_FS_BASE` of `litebox_platform_windows_userland/src/lib.rs`. A base is a name; which bases there are, and
 * whether one may be written, is for the rules.
 *
 * Leaves out: the thread-local area that a base points to.
 */

export const segmentBase = setup({
  types: {
    context: {} as { base: string },
    input: {} as { base: string },
    events: {} as { type: 'WRITE'; base: string },
  },
}).createMachine({
  id: 'segmentBase',
  context: ({ input }) => ({ base: input.base }),
  initial: 'holding',
  states: {
    holding: {
      on: {
        WRITE: {
          target: 'holding',
          actions: update((place, { base }) => {
            place.base = base
          }),
        },
      },
    },
  },
})

export const baseNamed = (name: string, base: string): CellOf<typeof segmentBase> => cell(name, segmentBase, { input: { base } })
