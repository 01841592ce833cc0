import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { compete, entries } from './contest.ts'
import { plotFile, resultsFile } from './place.ts'
import { plot } from './plot.ts'
import { report } from './report.ts'
import { spinIsMissing } from './spin.ts'

/* `npm run bench [-- --write] [--rounds 3]`: measures, prints, and with --write puts the results into BENCHMARKS.md. */

const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, rounds: { type: 'string', default: '3' } },
})
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError(`--rounds ${values.rounds}: a whole number from 1`)

const missing = spinIsMissing()
const all = entries(missing === undefined)
const load = loadavg()[0]!
compete(all, rounds, (line) => process.stderr.write(`${line}\n`))
const results = report(all, missing, load)
console.log(results)
if (values.write) {
  const document = readFileSync(resultsFile, 'utf8')
  const [open, close] = ['<!-- generated: bench -->\n', '<!-- end -->']
  const from = document.indexOf(open)
  const to = document.indexOf(close, from)
  if (from < 0 || to < from) throw new Error(`BENCHMARKS.md has no part between '${open.trim()}' and '${close}'`)
  writeFileSync(resultsFile, `${document.slice(0, from + open.length)}${results}\n${document.slice(to)}`)
  await plot(all, plotFile)
}
