// `npm run sizes [-- scenario...]`: how large each scenario is at each size, and how long its designs take to check.
import Table from 'cli-table3'
import { checkDesign, choiceOf } from '../dist/checker/index.js'
import { scenarios } from '../dist/scenarios/index.js'

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !scenarios.some((scenario) => scenario.name === name))
if (unknown !== undefined) {
  console.error(`'${unknown}' is no scenario; 'npx litebox-model list' names them`)
  process.exit(2)
}
const table = new Table({
  head: ['scenario', 'designs', 'size', 'most states', 'all states', 'slowest design, s', 'all, s', 'met'],
  colAligns: ['left', 'right', 'left', 'right', 'right', 'right', 'right', 'left'],
  style: { head: [], border: [] },
})
const number = (value) => value.toLocaleString('en')
for (const scenario of scenarios) {
  if (wanted.length > 0 && !wanted.includes(scenario.name)) continue
  const designs = Object.keys(scenario.designs)
  for (const size of ['small', 'full']) {
    const rows = designs.map((design) => {
      const start = performance.now()
      const { check, met } = checkDesign(choiceOf(scenario, design, size))
      return { states: check.states, seconds: (performance.now() - start) / 1000, met }
    })
    const sum = (key) => rows.reduce((total, row) => total + row[key], 0)
    const most = (key) => Math.max(...rows.map((row) => row[key]))
    table.push([
      scenario.name,
      designs.length,
      size,
      number(most('states')),
      number(sum('states')),
      most('seconds').toFixed(2),
      sum('seconds').toFixed(1),
      rows.every((row) => row.met !== false) ? 'yes' : 'no',
    ])
    process.stderr.write(`${scenario.name} ${size}\n`)
  }
}
console.log(table.toString())
