import { setup } from 'xstate'
import { update } from '../../checker/index.ts'
import type { Code, Written } from './text-patch.ts'

/*
 * A byte of VTL0's text that a patch is for, and a core of VTL1 that writes a patch.
 *
 * Models: `apply_vtl0_text_patch` of `litebox_platform_lvbs/src/mshv/vsm.rs` under way: what is still to be written, byte
 * by byte, and a panic, which ends the core.
 *
 * Leaves out: all other text.
 */

export const textByte = setup({
  types: { events: {} as { type: 'WRITE'; code: Code } },
}).createMachine({
  id: 'textByte',
  initial: 'old',
  states: { old: {}, new: {}, breakpoint: {}, junk: {} },
  on: {
    WRITE: [
      { guard: ({ event }) => event.code === 'old', target: '.old' },
      { guard: ({ event }) => event.code === 'new', target: '.new' },
      { guard: ({ event }) => event.code === 'breakpoint', target: '.breakpoint' },
      { target: '.junk' },
    ],
  },
})

export const patchCall = setup({
  types: {
    context: {} as { readonly todo: readonly Written[] },
    events: {} as { type: 'ACCEPT'; todo: readonly Written[] } | { type: 'WRITE' } | { type: 'RETURN' } | { type: 'PANIC' },
  },
}).createMachine({
  id: 'patchCall',
  context: { todo: [] },
  initial: 'idle',
  states: {
    idle: {
      on: {
        ACCEPT: {
          target: 'writing',
          actions: update((call, { todo }) => {
            call.todo = [...todo]
          }),
        },
        PANIC: 'panicked',
      },
    },
    writing: {
      always: { guard: ({ context }) => context.todo.length === 0, target: 'written' },
      on: {
        WRITE: {
          target: 'writing',
          actions: update((call) => {
            call.todo.shift()
          }),
        },
      },
    },
    written: { on: { RETURN: 'idle' } },
    panicked: {},
  },
})
