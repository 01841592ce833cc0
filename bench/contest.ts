import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { ExplorerName } from './measure.ts'
import type { Measurement } from './measurement.ts'
import { measureSpin, type Twin } from './spin.ts'
import { core, largestName, type Managers, type Subject, standing, subjects, unmapName } from './subjects.ts'

export type Contender = ExplorerName | typeof pair | 'Spin' | 'Spin, packed by hand'
/** Two searches by one thread each, at the same time; the figures are those of one of them. */
export const pair = 'compiled, two processes at once'

/** One explorer on one subject, with a measurement for each round. */
export interface Entry {
  readonly subject: string
  readonly contender: Contender
  readonly rounds: Measurement[]
  readonly measure: () => Measurement
}

const spinTwins: Readonly<Record<string, Twin>> = { Spin: 'two-phase-commit', 'Spin, packed by hand': 'two-phase-commit-packed' }

const subjectNamed = (name: string): Subject => subjects.find((subject) => subject.name === name)!
export const commitName = (managers: Managers): string => `two-phase commit, ${managers} managers`

/** A fresh process each time, so that every measurement pays for its own compilation and memory. */
function inFreshProcess(script: string, ...args: readonly string[]): Measurement {
  const printed = execFileSync(process.execPath, [join(import.meta.dirname, script), ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 24,
  })
  return JSON.parse(printed)
}

const ours = (explorer: ExplorerName, subject: string): Entry => ({
  subject,
  contender: explorer,
  rounds: [],
  measure: () => inFreshProcess('measure.js', explorer, subject),
})

const twoAtOnce = (subject: string): Entry => ({
  subject,
  contender: pair,
  rounds: [],
  measure: () => inFreshProcess('pair.js', subject),
})

const spins = (managers: Managers): Entry[] =>
  (['Spin', 'Spin, packed by hand'] as const).map((contender) => ({
    subject: commitName(managers),
    contender,
    rounds: [],
    measure: () => measureSpin(spinTwins[contender]!, managers),
  }))

const spin = (subject: string, twin: Twin, size: number): Entry => ({
  subject,
  contender: 'Spin',
  rounds: [],
  measure: () => measureSpin(twin, size),
})

/** Everything that is measured, in the order of one round: what is compared stands side by side. */
export const entries = (withSpin: boolean): Entry[] => [
  ...([7, 8, 9] as const).flatMap((managers) => {
    const subject = commitName(managers)
    return [
      ours('compiled', subject),
      ours('compiled, 2 threads', subject),
      ...(managers === 7 ? [] : [twoAtOnce(subject)]),
      ...(withSpin ? spins(managers) : []),
    ]
  }),
  ...([3, 4] as const).flatMap((cores) => {
    const subject = unmapName(cores)
    return [
      ours('compiled', subject),
      ours('compiled, 2 threads', subject),
      ...(withSpin ? [spin(subject, 'unmap-shootdown', cores)] : []),
    ]
  }),
  ...[core, ...Object.values(standing)].map((subject) => ours('compiled', subject)),
  ...(largestName === undefined
    ? []
    : [ours('compiled', largestName), ours('compiled, 2 threads', largestName), twoAtOnce(largestName)]),
  ...(['compiled', 'plain', 'xstate/graph'] as const).map((explorer) => ours(explorer, commitName(5))),
]

/**
 * Measures every entry once in each round, so that whatever else the machine does falls on all alike.
 *
 * @throws Error when an explorer found another graph than the subject's.
 */
export function compete(all: readonly Entry[], rounds: number, say: (line: string) => void): void {
  for (let round = 1; round <= rounds; round++)
    for (const { subject, contender, rounds: done, measure } of all) {
      const found = measure()
      const { states, transitions = found.transitions } = subjectNamed(subject)
      // Spin rounds what is larger than it can show.
      const differ = Math.abs(found.transitions - transitions) > (contender.startsWith('Spin') && transitions >= 1e8 ? 100 : 0)
      if (found.states !== states || differ)
        throw new Error(
          `${contender} on ${subject}: ${found.states} states and ${found.transitions} transitions, not ${states} and ${transitions}`,
        )
      done.push(found)
      say(`round ${round} of ${rounds}: ${subject}: ${contender}: ${found.whole.toFixed(2)} s`)
    }
}

/** The middle value; of an even number the upper of the two. */
export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
