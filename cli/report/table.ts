import Table from 'cli-table3'
import type { VerdictName } from '../../checker/index.ts'
import type { Colours } from '../io.ts'
import type { Answer } from '../search.ts'
import { designText, summaryOf, verdictText } from './answer.ts'
import { grouped } from './text.ts'

const bare = {
  chars: Object.fromEntries(
    [
      ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
      ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
    ]
      .flat()
      .map((part) => [part, '']),
  ),
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
}

type Align = 'left' | 'right'

/** Columns two spaces apart, without borders and without trailing spaces. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[], aligns: readonly Align[] = []): string[] {
  const table = new Table({
    ...bare,
    chars: { ...bare.chars, middle: '  ' },
    head: [...head],
    colAligns: head.map((_, at) => aligns[at] ?? 'left'),
  })
  table.push(...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

/** How a verdict is coloured. */
export function painted(verdict: VerdictName, text: string, colours: Colours): string {
  if (verdict === 'holds') return colours.green(text)
  return verdict === 'bounded' || verdict === 'unwitnessed' ? colours.yellow(text) : colours.red(text)
}

/** One row for each scenario × design, beside what was expected of it. */
export function answersTable(answers: readonly Answer[], colours: Colours, withTimes: boolean): string[] {
  const head = ['scenario', 'design', 'verdict', 'steps', 'states', 'transitions', 'expected', 'property']
  const aligns: Align[] = ['left', 'left', 'left', 'right', 'right', 'right', 'left', 'left']
  const rows = answers.map((answer) => {
    const { choice } = answer
    const summary = summaryOf(answer)
    const verdict = 'result' in answer ? verdictText(answer.result.check) : summary.verdict
    return [
      choice.scenario.name,
      designText(answer),
      painted(summary.verdict, verdict, colours),
      summary.steps === null ? '' : String(summary.steps),
      grouped(summary.states),
      grouped(summary.transitions),
      expectation(answer, colours),
      summary.property ?? '',
    ]
  })
  if (!withTimes) return columns(head, rows, aligns)
  const times = answers.map(({ milliseconds }) => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0)} s`)
  return columns(
    head.toSpliced(6, 0, 'time'),
    rows.map((row, at) => row.toSpliced(6, 0, times[at]!)),
    aligns.toSpliced(6, 0, 'right'),
  )
}

function expectation(answer: Answer, colours: Colours): string {
  const { expected, met } = summaryOf(answer)
  if (expected === null) return '-'
  if (met === null) return `${expected} ?`
  return met ? `${expected} ${colours.green('✓')}` : `${expected} ${colours.red('✗')}`
}
