import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * The place where VTL1 remembers the frames of a loaded kexec image.
 *
 * Models: `KexecMemoryMetadataWrapper` of `litebox_platform_lvbs/src/mshv/vsm.rs`: one list of ranges, of which there is
 * one for a normal and one for a crash image. `register_memory` replaces what is there. That a release has found the
 * frames and is giving them back is a ghost: from then on no claim is made of what they hold.
 *
 * Leaves out: its lock, which is a cell of its own, and the other of the two lists.
 */

export const kexecSlot = setup({
  types: {
    context: {} as { frames: string[]; released: boolean },
    events: {} as { type: 'REGISTER'; frames: string[] } | { type: 'RELEASE' } | { type: 'CLEAR' },
  },
}).createMachine({
  id: 'kexecSlot',
  context: { frames: [], released: false },
  initial: 'empty',
  states: {
    empty: { on: { RELEASE: 'empty' } },
    loaded: {
      on: {
        RELEASE: {
          target: 'loaded',
          actions: update((slot) => {
            slot.released = true
          }),
        },
      },
    },
  },
  on: {
    REGISTER: {
      target: '.loaded',
      actions: update((slot, { frames }) => {
        slot.frames = frames
        slot.released = false
      }),
    },
    CLEAR: {
      target: '.empty',
      actions: update((slot) => {
        slot.frames = []
        slot.released = false
      }),
    },
  },
})
