import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Campaign, Explorer, seedOf } from '../checker/index.ts'
import { commitName, median } from './contest.ts'
import { machineText } from './machine.ts'
import { resultsFile } from './place.ts'
import { core, largestName, standing, subjects, unmapName } from './subjects.ts'

/*
 * `npm run bench:walks [-- --write] [--rounds 3]`: steps that uniform walks take in a second, beside the transitions that the exhaustive
 * search of the same model counts, each in a process of its own, one behind the other in each round.
 */

const [stepsEach, stepsInARun] = [100_000_000, 200]
const target = { millionStepsASecond: 2, shareOfSearch: 0.5 }

const kinds = {
  search: 'exhaustive search, transitions',
  walk: 'uniform walks, every property asked',
  campaign: 'the same, and every distinct state counted',
} as const
type Kind = keyof typeof kinds

/** Processor time of this process, in microseconds: whatever else the machine does takes none of it. */
const spent = (): number => process.cpuUsage().user + process.cpuUsage().system

/** What is done in a second, in millions: tables are filled on the way, and the system is built before. */
function rateOf(kind: Kind, name: string): number {
  const system = subjects.find((subject) => subject.name === name)!.build()
  const start = spent()
  if (kind === 'search') {
    const { transitions } = new Explorer(system, { workers: 1 }).run()
    return transitions / (spent() - start)
  }
  const runs = stepsEach / stepsInARun
  const states = kind === 'walk' ? 0 : 1 << 22
  const campaign = new Campaign(system, { seed: seedOf('bench'), runs, steps: stepsInARun, states })
  while (!campaign.done && campaign.simulator.steps < stepsEach) campaign.advance()
  return campaign.simulator.steps / (spent() - start)
}

const inFreshProcess = (kind: Kind, name: string): number =>
  Number(execFileSync(process.execPath, [process.argv[1]!, kind, name], { encoding: 'utf8' }))

function measured(rounds: number): string {
  const names = [
    commitName(8),
    unmapName(3),
    core,
    ...Object.values(standing),
    ...(largestName === undefined ? [] : [largestName]),
  ]
  const rates = new Map(names.map((name) => [name, { search: [], walk: [], campaign: [] } as Record<Kind, number[]>]))
  for (let round = 1; round <= rounds; round++)
    for (const [name, found] of rates)
      for (const kind of Object.keys(kinds) as Kind[]) {
        found[kind].push(inFreshProcess(kind, name))
        process.stderr.write(`round ${round} of ${rounds}: ${name}: ${kind}: ${found[kind].at(-1)!.toFixed(2)} M/s\n`)
      }
  const overSearch = (rates: number[], { search }: Record<Kind, number[]>): number =>
    median(rates.map((rate, round) => rate / search[round]!))
  const verdict = (found: Record<Kind, number[]>): string =>
    overSearch(found.walk, found) >= target.shareOfSearch && median(found.walk) >= target.millionStepsASecond ? 'met' : 'NOT MET'
  return [
    `Machine: ${machineText()}.`,
    `Millions in a second of processor time by one thread, medians of ${rounds} round${rounds === 1 ? '' : 's'}; shares of the search's rate are taken within a round. Asked: at`,
    `least ${target.millionStepsASecond} million steps of uniform walks, and at least ${target.shareOfSearch} of the search's rate.`,
    '',
    `| model | ${Object.values(kinds).join(' | ')} | walks over search | counted, over search |`,
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...[...rates].map(
      ([name, found]) =>
        `| ${name} | ${(Object.keys(kinds) as Kind[]).map((kind) => median(found[kind]).toFixed(2)).join(' | ')} | ${overSearch(found.walk, found).toFixed(2)}, ${verdict(found)} | ${overSearch(found.campaign, found).toFixed(2)} |`,
    ),
  ].join('\n')
}

const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean', default: false }, rounds: { type: 'string', default: '3' } },
  allowPositionals: true,
})
const [kind, name] = positionals
if (kind !== undefined) console.log(rateOf(kind as Kind, name!))
else {
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError(`--rounds ${values.rounds}: a whole number from 1`)
  const results = measured(rounds)
  console.log(results)
  if (values.write) {
    const between = /(<!-- generated: bench walks -->\n)[\s\S]*?(<!-- end -->)/
    const document = readFileSync(resultsFile, 'utf8')
    if (!between.test(document)) throw new Error("BENCHMARKS.md has no part '<!-- generated: bench walks -->'")
    writeFileSync(
      resultsFile,
      document.replace(between, (_, open: string, close: string) => `${open}${results}\n${close}`),
    )
  }
}
