import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'

/*
 * A word of memory that several cores read and write.
 *
 * Models: an aligned word as coherent memory holds it: one value at a time, the same for every core that looks past its
 * own store buffer. Values are written as the names that LiteBox gives them (`'waiting'`), not as numbers.
 *
 * Leaves out: caches (coherence makes them invisible), partial and misaligned accesses, and page faults.
 */

export type WordValue = number | string | boolean

/** What a store says, to the word itself or to a store buffer on the way there. */
export interface StoreEvent {
  readonly type: 'STORE'
  readonly word: string
  readonly value: WordValue
}

export const sharedWord = setup({
  types: {
    context: {} as { value: WordValue },
    events: {} as StoreEvent,
    input: {} as { value: WordValue },
  },
}).createMachine({
  id: 'sharedWord',
  context: ({ input }) => ({ value: input.value }),
  initial: 'stable',
  states: {
    stable: {
      on: {
        STORE: {
          target: 'stable',
          actions: update((word, event) => {
            word.value = event.value
          }),
        },
      },
    },
  },
})

/** A word under its name, with the type of what it holds. */
export interface Word<T extends WordValue> {
  readonly name: string
  readonly cell: CellOf<typeof sharedWord>
  readonly initial: T
}

/** The word `name`, which holds `initial` before anything runs; its cell is `word.<name>`. */
export const word = <T extends WordValue>(name: string, initial: T): Word<T> => ({
  name,
  cell: cell(`word.${name}`, sharedWord, { input: { value: initial } }),
  initial,
})

/** The event of storing `value` to `word`. */
export const stored = <T extends WordValue>(word: Word<T>, value: NoInfer<T>): StoreEvent => ({
  type: 'STORE',
  word: word.name,
  value,
})

/**
 * What memory itself holds of `word`: what a locked instruction works on, and what a host sees. Its type is the word's,
 * because `stored` lets nothing else in.
 */
export const held = <T extends WordValue>(_: Word<T>, local: { readonly context: { readonly value: WordValue } }): T =>
  local.context.value as T
