import { type Contender, commitName, type Entry, median } from './contest.ts'
import { machineText } from './machine.ts'
import type { Measurement } from './measurement.ts'
import { core, largestName, standing } from './subjects.ts'

/** What the checker is held to. */
const target = { slowdownAgainstSpin: 1, rateBesideSleepers: 0.5, bytesAState: 40 } as const

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

/** The median, over the rounds, of one entry's figure divided by another's in the same round. */
const ratio = (a: Entry, of: (round: Measurement) => number, b: Entry, by: (round: Measurement) => number): number =>
  median(a.rounds.map((round, at) => of(round) / by(b.rounds[at]!)))

type Verdict = readonly [claim: string, asked: string, found: string, met: 'met' | 'NOT MET']
const verdict = (claim: string, asked: string, found: string, met: boolean): Verdict => [
  claim,
  asked,
  found,
  met ? 'met' : 'NOT MET',
]

function targets(all: readonly Entry[]): Verdict[] {
  const find = (subject: string, contender: Contender): Entry | undefined =>
    all.find((entry) => entry.subject === subject && entry.contender === contender)
  const whole = ({ whole }: Measurement): number => whole
  const search = ({ search }: Measurement): number => search
  const verdicts: Verdict[] = []
  for (const managers of [7, 8] as const)
    for (const contender of ['Spin', 'Spin, packed by hand'] as const) {
      const subject = commitName(managers)
      const [ours, spin] = [find(subject, 'compiled'), find(subject, contender)]
      if (ours === undefined || spin === undefined) continue
      for (const [what, mine, by] of [
        [`our search, tables filled on the way, over ${contender}: its search`, search, search],
        [`our time to the verdict over ${contender}: generated, compiled, searched`, whole, whole],
      ] as const) {
        const times = ratio(ours, mine, spin, by)
        verdicts.push(
          verdict(
            `${subject}: ${what}`,
            `at most ${target.slowdownAgainstSpin}`,
            times.toFixed(3),
            times <= target.slowdownAgainstSpin,
          ),
        )
      }
    }
  for (const name of Object.values(standing)) {
    const rate = ({ transitions, search }: Measurement): number => transitions / search
    const share = ratio(find(name, 'compiled')!, rate, find(core, 'compiled')!, rate)
    verdicts.push(
      verdict(
        `${name}: rate over that of the core alone`,
        `at least ${target.rateBesideSleepers}`,
        share.toFixed(3),
        share >= target.rateBesideSleepers,
      ),
    )
  }
  for (const entry of all) {
    const bytes = middle(entry, ({ buffers, states }) => buffers && buffers / states)
    if (entry.contender !== 'compiled' || bytes === undefined || entry.subject === commitName(5)) continue
    verdicts.push(
      verdict(
        `${entry.subject}: buffers, bytes a state`,
        `at most ${target.bytesAState}`,
        bytes.toFixed(1),
        bytes <= target.bytesAState,
      ),
    )
  }
  return verdicts
}

/** The results as Markdown, for the terminal and for BENCHMARKS.md alike. */
export function report(all: readonly Entry[], spinMissing: string | undefined): string {
  const rounds = all[0]!.rounds.length
  const unmeasured = [
    ...(spinMissing === undefined ? [] : [`- ${spinMissing}.`]),
    ...(largestName === undefined ? ['- No design of the registry states how many states it has at size `full`.'] : []),
    '- Processor counters; what a faster machine, another Node or more than one core would change.',
  ]
  return [
    `Machine: ${machineText()}.`,
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
