import { type Contender, commitName, type Entry, median, pair } from './contest.ts'
import type { Measurement } from './measurement.ts'
import { core, largestName, standing, unmapName } from './subjects.ts'

/* What the checker is held to. A target whose figures were not measured is left out. */

export type Verdict = readonly [claim: string, asked: string, found: string, met: 'met' | 'NOT MET']

type Figure = (round: Measurement) => number | undefined
const whole: Figure = ({ whole }) => whole
const search: Figure = ({ search }) => search
const rate: Figure = ({ transitions, search }) => transitions / search
const bytes: Figure = ({ buffers, states }) => buffers && buffers / states

const judged = (claim: string, asked: string, digits: number, found: number, isMet: boolean): Verdict => [
  claim,
  asked,
  found.toFixed(digits),
  isMet ? 'met' : 'NOT MET',
]
const atMost = (limit: number, claim: string, found: number | undefined, digits = 3): Verdict[] =>
  found === undefined ? [] : [judged(claim, `at most ${limit}`, digits, found, found <= limit)]
const atLeast = (limit: number, claim: string, found: number | undefined): Verdict[] =>
  found === undefined ? [] : [judged(claim, `at least ${limit}`, 3, found, found >= limit)]

export function targets(all: readonly Entry[]): Verdict[] {
  const find = (subject: string | undefined, contender: Contender): Entry | undefined =>
    all.find((entry) => entry.subject === subject && entry.contender === contender)
  /** The median, over the rounds, of one entry's figure divided by another's in the same round. */
  const ratio = (a: Entry | undefined, of: Figure, b: Entry | undefined, by: Figure): number | undefined =>
    a && b && median(a.rounds.map((round, at) => of(round)! / by(b.rounds[at]!)!))

  const againstSpin = ([7, 8, 9] as const).flatMap((managers) => {
    const subject = commitName(managers)
    const ours = find(subject, 'compiled')
    return (['Spin', 'Spin, packed by hand'] as const).flatMap((contender) => {
      const spin = find(subject, contender)
      const [searched, concluded] = [ratio(ours, search, spin, search), ratio(ours, whole, spin, whole)]
      const together = ratio(find(subject, 'compiled, 2 threads'), search, spin, search)
      return [
        ...atMost(1, `${subject}: our search, tables filled on the way, over ${contender}: its search`, searched),
        ...atMost(1, `${subject}: our time to the verdict over ${contender}: generated, compiled, searched`, concluded),
        ...(managers === 7 ? [] : atMost(0.5, `${subject}: our search by 2 threads over ${contender}: its search`, together)),
      ]
    })
  })
  const largestUnmap = unmapName(4)
  const unmapping = (['compiled', 'compiled, 2 threads'] as const).flatMap((contender) => {
    const claim =
      contender === 'compiled' ? 'our search, with all properties, over Spin: its search, with none' : 'the same by 2 threads'
    return atMost(
      0.833,
      `${largestUnmap}: ${claim}`,
      ratio(find(largestUnmap, contender), search, find(largestUnmap, 'Spin'), search),
    )
  })
  const sleepers = Object.values(standing).flatMap((name) =>
    atLeast(0.5, `${name}: rate over that of the core alone`, ratio(find(name, 'compiled'), rate, find(core, 'compiled'), rate)),
  )
  const together = [commitName(8), commitName(9), largestName].flatMap((subject) => {
    const shared = ratio(find(subject, 'compiled, 2 threads'), rate, find(subject, pair), rate)
    const claim = `${subject}: throughput of 2 threads over that of two independent searches at once`
    return atLeast(0.8, claim, shared && shared / 2)
  })
  const limits: Readonly<Record<string, number>> = { [commitName(9)]: 16, ...(largestName && { [largestName]: 24 }) }
  const memory = all
    .filter(({ contender, subject }) => contender === 'compiled' && subject !== commitName(5))
    .flatMap((entry) =>
      atMost(
        limits[entry.subject] ?? 40,
        `${entry.subject}: buffers, bytes a state`,
        median(entry.rounds.map((round) => bytes(round)!)),
        1,
      ),
    )
  return [...againstSpin, ...unmapping, ...sleepers, ...together, ...memory]
}
