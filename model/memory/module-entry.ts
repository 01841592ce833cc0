import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A guest kernel module in VTL1's map of validated modules.
 *
 * Models: the entry that `ModuleMemoryMetadataMap` of `litebox_platform_lvbs/src/mshv/vsm.rs` has for a token: its
 * ranges, and in later versions whether those of its initialisation have been taken out. What VTL0 has asked for is a
 * ghost: by asking VTL0 gives up the protection of the ranges in question, and no claim is made of them any more.
 *
 * Leaves out: tokens. A module's entry is there once at most; the source gives out a new token for every validation, of
 * the same frames too. That two tokens name one frame is modelled by two modules that do.
 */

export const moduleEntry = setup({
  types: {
    context: {} as {
      /** Which ranges the entry still has. */
      readonly ranges: 'none' | 'without-init' | 'all'
      /** Which of them VTL0 has asked to have back. */
      readonly asked: 'nothing' | 'init' | 'all'
    },
    events: {} as { type: 'REGISTER' } | { type: 'ASK'; asked: 'init' | 'all' } | { type: 'FORGET_INIT' } | { type: 'FORGET' },
  },
}).createMachine({
  id: 'moduleEntry',
  context: { ranges: 'none', asked: 'nothing' },
  initial: 'absent',
  states: {
    absent: {
      on: {
        REGISTER: {
          target: 'registered',
          actions: update((entry) => {
            entry.ranges = 'all'
            entry.asked = 'nothing'
          }),
        },
        FORGET_INIT: 'absent',
        FORGET: 'absent',
      },
    },
    registered: {
      on: {
        ASK: {
          target: 'registered',
          actions: update((entry, { asked }) => {
            if (entry.asked !== 'all') entry.asked = asked
          }),
        },
        FORGET_INIT: {
          target: 'registered',
          actions: update((entry) => {
            entry.ranges = 'without-init'
          }),
        },
        FORGET: {
          target: 'absent',
          actions: update((entry) => {
            entry.ranges = 'none'
            entry.asked = 'nothing'
          }),
        },
      },
    },
  },
})
