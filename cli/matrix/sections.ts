import type { AnyAssignment } from '../../checker/define/scenario.ts'
import type { Row } from '../../checker/matrix/answer.ts'
import { type Effect, effectsOf, isMinimal, minimalSets } from '../../checker/matrix/conclude.ts'
import { counted } from '../report/text.ts'
import type { Matrix } from './search.ts'
import { changesText, type Section } from './text.ts'

/** What suffices: a list, or under several policies a table, in which policies with the same answer are one row. */
export function setsSection({ plan, rows }: Matrix): Section {
  const heading = `minimal sets of changes from ${plan.base} that make all properties hold`
  if (plan.policies.length === 1) return { heading, lines: setsText(rows, plan.policies[0]!, plan) }
  const knobs = Object.keys(plan.variation.under)
  const answers = plan.policies.map((under) => ({
    values: knobs.map((knob) => String(under[knob])),
    sets: setsText(rows, under, plan).join(', or '),
  }))
  const merged = mergedBy(answers, plan)
  return {
    heading,
    table: { head: [...knobs, 'minimal sets'], rows: merged.map(({ values, sets }) => [...values, sets]) },
    lines: [],
  }
}

interface PolicyAnswer {
  readonly values: readonly string[]
  readonly sets: string
}

/** Makes one row of rows that differ in one knob alone, last knob first. */
function mergedBy(answers: readonly PolicyAnswer[], { variation }: Matrix['plan']): readonly PolicyAnswer[] {
  let merged = answers
  for (const [at, knob] of [...Object.keys(variation.under).entries()].reverse()) {
    const groups = groupsOf(merged, ({ values, sets }) => JSON.stringify([values.with(at, ''), sets]))
    merged = [...groups.values()].map((group) => {
      const values = group.map(({ values }) => values[at]!)
      const text = values.length === variation.under[knob]!.length ? 'any' : values.join(', ')
      return { ...group[0]!, values: group[0]!.values.with(at, text) }
    })
  }
  return merged
}

function setsText(rows: readonly Row[], under: AnyAssignment, { changes, counts }: Matrix['plan']): string[] {
  const sets = minimalSets(rows, under)
  if (sets.length === 0) return [changes === counts.length - 1 ? 'nothing' : `nothing of at most ${counted(changes, 'change')}`]
  return sets.map(
    (row) => `${Object.keys(row.changes).length === 0 ? 'no change is needed' : changesText(row.changes)}${caveatsOf(row, rows)}`,
  )
}

function caveatsOf(row: Row, rows: readonly Row[]): string {
  const caveats = [...row.notes, ...(isMinimal(row, rows) === undefined ? ['a smaller part was left undecided by a limit'] : [])]
  return caveats.length === 0 ? '' : ` (${caveats.join('; ')})`
}

/** What each change does alone; under several policies, under how many of them. */
export function effectsSection({ plan, rows }: Matrix, columns: ReadonlyMap<string, string>): Section {
  const all = plan.policies.flatMap((under) => effectsOf(rows, under))
  const groups = groupsOf(all, ({ change }) => changesText(change))
  const of = (count: number): string => (plan.policies.length === 1 ? '' : ` (under ${count} of ${plan.policies.length})`)
  const named = (what: string, effects: readonly Effect[], namesOf: (effect: Effect) => readonly string[]): string[] => {
    const counts = new Map<string, number>()
    for (const name of effects.flatMap(namesOf)) counts.set(name, (counts.get(name) ?? 0) + 1)
    if (counts.size === 0) return []
    return [`${what} ${[...counts].map(([name, count]) => `${columns.get(name) ?? `'${name}'`}${of(count)}`).join(', ')}`]
  }
  const lines = [...groups].map(([change, effects]) => {
    const idle = effects.filter((effect) => effect.idle).length
    const open = effects.filter((effect) => effect.open).length
    const parts = [
      ...named('breaks', effects, ({ breaks }) => breaks.map(({ name }) => name)),
      ...named('mends', effects, ({ mends }) => mends),
      ...named('excludes', effects, ({ unasked }) => unasked),
      ...(idle === 0 ? [] : [`no difference${of(idle)}`]),
      ...(open === 0 ? [] : [`not decided in full${of(open)}`]),
    ]
    return `${change}: ${parts.length === 0 ? 'breaks and mends nothing' : parts.join('; ')}`
  })
  return { heading: 'what each change does alone', lines }
}

/** Groups by key, in the order in which the keys are met. */
function groupsOf<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
