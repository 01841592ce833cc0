import { not, setup } from 'xstate'
import { update } from '../../checker/index.ts'
import type { StoreEvent, WordValue } from './shared-word.ts'

/*
 * The store buffer of one core, as in x86-TSO (Owens, Sarkar and Sewell, "A better x86 memory model: x86-TSO").
 *
 * Models: a queue between a core and memory. A plain store enters at the back and returns at once; the front leaves for
 * memory at any later time; the core's own loads see the youngest entry for their word, other cores see none of them.
 *
 * Leaves out: write combining, non-temporal stores, and any size but `capacity`. A store that finds the buffer full
 * waits, so a system that reaches `full` was searched within that bound only (`memory-order.ts` declares it).
 */
export const storeBuffer = setup({
  types: {
    context: {} as { capacity: number; entries: { word: string; value: WordValue }[] },
    events: {} as StoreEvent | { type: 'DRAIN' },
    input: {} as { capacity: number },
  },
  guards: {
    isEmpty: ({ context }) => context.entries.length === 0,
    hasRoom: ({ context }) => context.entries.length < context.capacity,
  },
}).createMachine({
  id: 'storeBuffer',
  context: ({ input }) => ({ capacity: input.capacity, entries: [] }),
  initial: 'empty',
  on: {
    STORE: {
      guard: 'hasRoom',
      target: '.changed',
      actions: update((buffer, { word, value }) => {
        buffer.entries.push({ word, value })
      }),
    },
    DRAIN: {
      guard: not('isEmpty'),
      target: '.changed',
      actions: update((buffer) => {
        buffer.entries.shift()
      }),
    },
  },
  states: {
    empty: {},
    holding: {},
    full: {},
    changed: { always: [{ guard: 'isEmpty', target: 'empty' }, { guard: 'hasRoom', target: 'holding' }, { target: 'full' }] },
  },
})
