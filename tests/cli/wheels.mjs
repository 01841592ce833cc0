// Scenarios of wheels that only turn: as large as they have wheels, and every design of them holds.
import { setup } from 'xstate'
import { cell, rule, scenario, system } from '../../dist/checker/index.js'

const places = 12
const wheel = setup({}).createMachine({
  id: 'wheel',
  initial: 'p0',
  states: Object.fromEntries(
    Array.from({ length: places }, (_, at) => [`p${at}`, { on: { TURN: `p${(at + 1) % places}` } }]),
  ),
})

/** So many wheels of twelve places each, with these designs, which are all the same. */
export const wheels = (name, count, designs) => {
  const names = Array.from({ length: count }, (_, at) => `c${at}`)
  return scenario({
    name,
    story: 'Wheels that turn.',
    knobs: {},
    sizes: { small: {}, full: {} },
    designs,
    build: () =>
      system({
        cells: names.map((name) => cell(name, wheel)),
        rules: [
          rule(
            'wheel.turn',
            { name: names },
            { actor: ({ name }) => name, sends: ({ name }) => ({ wheel: cell(name, wheel) }) },
          ).does({ events: () => ({ wheel: { type: 'TURN' } }) }),
        ],
      }),
  })
}
