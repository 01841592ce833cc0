import type { AnyAssignment } from '../../checker/define/scenario.ts'
import type { VerdictName } from '../../checker/index.ts'
import type { Entry, Row } from '../../checker/matrix/answer.ts'
import { counted, grouped } from '../report/text.ts'
import { type Matrix, planned, total } from './search.ts'
import { effectsSection, setsSection } from './sections.ts'

/** What a matrix says, before it is drawn: tables of cells and sentences. */
export interface Drawing {
  readonly title: string
  readonly preface: readonly string[]
  readonly legend: readonly (readonly [column: string, property: string])[]
  readonly head: readonly string[]
  readonly rows: readonly { readonly cells: readonly string[]; readonly verdict: VerdictName }[]
  readonly sections: readonly Section[]
}

/** A part beneath the table. */
export interface Section {
  readonly heading: string
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  readonly lines: readonly string[]
}

export const changesText = (changes: AnyAssignment): string => {
  const all = Object.entries(changes).map(([knob, value]) => `${knob}=${value}`)
  return all.length === 0 ? '(none)' : all.join(' ')
}

const marks: Readonly<Partial<Record<VerdictName, string>>> = {
  holds: 'ok',
  bounded: '?',
  unwitnessed: 'unseen',
  deadlock: 'stuck',
}

/** How one property's answer is written: the length of its shortest trace where there is one. */
function mark(entry: Entry | undefined): string {
  if (entry === undefined) return '-'
  const word = marks[entry.verdict] ?? (entry.verdict === 'violated' ? '' : entry.verdict)
  return [word, entry.steps ?? ''].filter((part) => part !== '').join(' ')
}

/** The properties of all rows, in the order in which they are met. */
const namesOf = (rows: readonly Row[]): string[] => [
  ...new Set(rows.flatMap(({ properties }) => properties.map(({ name }) => name))),
]

/** A matrix as tables and sentences. */
export function drawingOf(matrix: Matrix): Drawing {
  const { rows, plan } = matrix
  const names = namesOf(rows)
  const entriesOf = (row: Row): Map<string, Entry> => new Map(row.properties.map((entry) => [entry.name, entry]))
  const entries = rows.map(entriesOf)
  const failsSomewhere = names.filter((name) => entries.some((of) => (of.get(name)?.verdict ?? 'holds') !== 'holds'))
  const always = names.filter((name) => !failsSomewhere.includes(name))
  const columns = failsSomewhere.map((name, at) => [`P${at + 1}`, name] as const)
  const policy = Object.keys(plan.variation.under)
  return {
    title: `${plan.scenario.name}, from ${plan.base}`,
    preface: [
      ...prefaceOf(matrix),
      ...(always.length === 0 ? [] : [`Hold wherever they were asked and decided: ${always.join('; ')}.`]),
    ],
    legend: columns,
    head: [...policy, 'changes', 'verdict', 'states', ...columns.map(([column]) => column)],
    rows: rows.map((row, at) => ({
      verdict: row.verdict,
      cells: [
        ...policy.map((knob) => String(row.under[knob])),
        changesText(row.changes),
        row.message === null ? row.verdict : `${row.verdict}: ${row.message}`,
        row.complete ? grouped(row.states) : `${grouped(row.states)}+`,
        ...columns.map(([, name]) => mark(entries[at]!.get(name))),
      ],
    })),
    sections: [setsSection(matrix), effectsSection(matrix, new Map(columns.map(([column, name]) => [name, column])))],
  }
}

/** How much of the product was searched, and by which rule the rest was left. */
function prefaceOf({ plan, rows, skipped, left }: Matrix): string[] {
  const all = total(plan.counts)
  const most = counted(plan.changes, 'change')
  const where = plan.policies.length === 1 ? '' : ` under ${plan.policies.length} policies`
  const whole = planned(plan) === all
  return [
    `${counted(all, 'assignment')}${where}; searched are ${grouped(rows.length)}${whole ? '' : `, those of at most ${most}`}.`,
    ...(whole
      ? []
      : [
          `Sets of more changes are not searched; '--changes ${plan.changes + 1}' adds ${grouped(plan.counts[plan.changes + 1]!)}.`,
        ]),
    ...(skipped === 0
      ? []
      : [`Left out are ${grouped(skipped)} that hold a sufficient set and more, and are therefore not minimal.`]),
    ...(left === 0 ? [] : [`Interrupted: ${grouped(left)} were not searched.`]),
    ...(plan.limits.first ? ["Each search ended at its first violation: '?' is undecided."] : []),
    ...(plan.prune ? ["Of several changes together each search ended at its first violation: '?' is undecided."] : []),
  ]
}
