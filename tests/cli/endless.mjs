// The command line over a scenario that no search comes to the end of. Says on stderr when it hears interrupts.
import { runProcess } from '../../dist/cli/process.js'
import { wheels } from './wheels.mjs'

process.once('newListener', (event) => {
  if (event === 'SIGINT') process.stderr.write('listening\n')
})

const only = { story: 'Turning.', knobs: {}, expect: {} }
const other = { story: 'Turning too.', knobs: {}, expect: {} }
await runProcess([wheels('endless', 12, { only, other })])
