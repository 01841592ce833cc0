import { type Entry, median } from './contest.ts'
import { machineText } from './machine.ts'
import type { Measurement } from './measurement.ts'
import { largestName } from './subjects.ts'
import { targets } from './targets.ts'

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [row(head), row(head.map((_, at) => (at < 2 ? '---' : '---:'))), ...body.map(row)].join('\n')
const grouped = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')

/** The median over an entry's rounds of something that each round may or may not tell. */
function middle({ rounds }: Entry, of: (round: Measurement) => number | undefined): number | undefined {
  const values = rounds.map(of).filter((value) => value !== undefined)
  return values.length === 0 ? undefined : median(values)
}
const shown = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? 'not told'

const measured = (all: readonly Entry[]): string =>
  table(
    [
      'model',
      'explorer',
      'states',
      'transitions',
      'to the verdict, s',
      'search, s',
      'transitions/s to the verdict, M',
      'in the search, M',
      'buffers, bytes a state',
      'resident, MiB',
    ],
    all.map((entry) => [
      entry.subject,
      entry.contender,
      grouped(entry.rounds[0]!.states),
      grouped(entry.rounds[0]!.transitions),
      shown(
        middle(entry, ({ whole }) => whole),
        2,
      ),
      shown(
        middle(entry, ({ search }) => search),
        2,
      ),
      shown(
        middle(entry, ({ transitions, whole }) => transitions / whole / 1e6),
        2,
      ),
      shown(
        middle(entry, ({ transitions, search }) => transitions / search / 1e6),
        2,
      ),
      shown(
        middle(entry, ({ buffers, states }) => buffers && buffers / states),
        1,
      ),
      shown(
        middle(entry, ({ resident }) => resident && resident / 2 ** 20),
        0,
      ),
    ]),
  )

/** The results as Markdown, for the terminal and for BENCHMARKS.md alike. */
export function report(all: readonly Entry[], spinMissing: string | undefined, load: number): string {
  const rounds = all[0]!.rounds.length
  const unmeasured = [
    ...(spinMissing === undefined ? [] : [`- ${spinMissing}.`]),
    ...(largestName === undefined ? ['- No design of the registry states how many states it has at size `full`.'] : []),
    '- Processor counters; what a faster machine, another Node or more than two cores would change.',
  ]
  return [
    `Machine: ${machineText()}; load average before the first round ${load.toFixed(2)}.`,
    `Each figure is the median of ${rounds} interleaved rounds; each ratio is taken within a round.`,
    '',
    measured(all),
    '',
    table(
      ['target', 'asked', 'found', ''],
      targets(all).map((verdict) => [...verdict]),
    ),
    '',
    'Not measured:',
    '',
    ...unmeasured,
  ].join('\n')
}
