// The command line over a scenario that no search comes to the end of. Says on stderr when it hears interrupts.
import { setup } from 'xstate'
import { cell, rule, scenario, system } from '../../dist/checker/index.js'
import { runProcess } from '../../dist/cli/process.js'

const names = Array.from({ length: 12 }, (_, at) => `c${at}`)
const wheel = setup({}).createMachine({
  id: 'wheel',
  initial: 'p0',
  states: Object.fromEntries(names.map((_, at) => [`p${at}`, { on: { TURN: `p${(at + 1) % names.length}` } }])),
})

process.once('newListener', (event) => {
  if (event === 'SIGINT') process.stderr.write('listening\n')
})

const endless = scenario({
  name: 'endless',
  story: 'Twelve wheels of twelve places each.',
  knobs: {},
  sizes: { small: {}, full: {} },
  designs: { only: { story: 'Turning.', knobs: {}, expect: {} }, other: { story: 'Turning too.', knobs: {}, expect: {} } },
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

await runProcess([endless])
