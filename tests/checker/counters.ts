import { setup } from 'xstate'
import { cell, type Property, type Rule, rule, type System, system, update } from '../../checker/index.ts'

export const counterMachine = setup({
  types: {
    context: {} as { count: number },
    events: {} as { type: 'SET'; count: number },
  },
}).createMachine({
  id: 'counter',
  context: { count: 0 },
  initial: 'counting',
  states: {
    counting: {
      on: {
        SET: {
          target: 'counting',
          actions: update((counter, event) => {
            counter.count = event.count
          }),
        },
      },
    },
  },
})

export const counter = (name: string) => cell(`counter.${name}`, counterMachine)

/** Counters that each run from 0 to `most`, one step at a time, in any interleaving: `(most + 1) ^ names` states. */
export const counting = (
  names: readonly string[],
  most: number,
  properties: readonly Property[] = [],
  more: readonly Rule[] = [],
): System =>
  system({
    cells: names.map(counter),
    rules: [
      rule('count', { name: names }, { actor: ({ name }) => name, sends: ({ name }) => ({ counter: counter(name) }) }).does({
        when: { room: ({ counter }) => counter.context.count < most },
        events: ({ counter }) => ({ counter: { type: 'SET', count: counter.context.count + 1 } }),
      }),
      ...more,
    ],
    properties,
  })
