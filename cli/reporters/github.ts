import { counted } from '../report/text.ts'
import { fenced, markdown } from './markdown.ts'
import { type DesignReport, leftOut, type PropertyReport, type Report } from './report.ts'
import { counterexampleLines } from './trace.ts'

/**
 * Workflow commands that GitHub shows as annotations: an error for each property that is otherwise than expected, at the
 * line that defines it, and a warning for what a limit left open.
 */
export function annotations({ designs, decides, skipped }: Report): string {
  const lines = designs.flatMap((design) => [
    ...design.properties
      .filter(({ outcome }) => outcome === 'failed' || (decides && outcome === 'undecided'))
      .map((property) => annotation(design, property)),
    ...(design.properties.some(({ outcome }) => outcome === 'failed')
      ? []
      : design.complaints.map((text) => complaint(design, text))),
  ])
  const met = designs.filter(({ code }) => code === 0).length
  if (skipped > 0) lines.push(command('warning', {}, leftOut(skipped)))
  return [...lines, `${met} of ${counted(designs.length, 'design')} as expected`].map((line) => `${line}\n`).join('')
}

function annotation(design: DesignReport, { name, outcome, sentence, position, counterexample }: PropertyReport): string {
  const text = [`'${name}' ${sentence}`, ...(counterexample === undefined ? [] : counterexampleLines(counterexample))].join('\n')
  const place = position === undefined ? {} : { file: position.file, line: position.line, col: position.column }
  return command(outcome === 'failed' ? 'error' : 'warning', { ...place, title: titleOf(design) }, text)
}

const complaint = (design: DesignReport, text: string): string =>
  command(design.code === 3 ? 'warning' : 'error', { title: titleOf(design) }, text)

const titleOf = ({ scenario, design }: DesignReport): string => `${scenario.name}, ${design}`

/** `::error file=a,line=1::text`, escaped as GitHub's own toolkit does. */
function command(name: 'error' | 'warning', options: Readonly<Record<string, string | number>>, text: string): string {
  const escaped = (value: string): string => value.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
  const given = Object.entries(options)
    .map(([key, value]) => `${key}=${escaped(String(value)).replace(/:/g, '%3A').replace(/,/g, '%2C')}`)
    .join(',')
  return `::${name}${given === '' ? '' : ` ${given}`}::${escaped(text)}`
}

/** The table for a job's summary, in Markdown: first what is otherwise than expected, then every design. */
export function summaryTable({ command, designs, skipped }: Report): string {
  const unmet = designs.filter(({ code }) => code !== 0)
  const rows = (some: readonly DesignReport[]): string[] => [
    '| scenario | design | verdict | expected | states | first failing property |',
    '|---|---|---|---|--:|---|',
    ...some.map(rowOf),
  ]
  const met = designs.length - unmet.length
  return [
    `## litebox-model ${command}: ${met} of ${counted(designs.length, 'design')} as expected`,
    '',
    ...(skipped === 0 ? [] : [leftOut(skipped), '']),
    ...(unmet.length === 0 ? [] : [...rows(unmet), '', ...unmet.flatMap(complaintLines), '']),
    '<details><summary>Every design</summary>',
    '',
    ...rows(designs),
    '',
    '</details>',
    '',
  ].join('\n')
}

function rowOf({ scenario, design, verdictText, expected, code, counts, properties }: DesignReport): string {
  const failing = properties.find(({ counterexample }) => counterexample !== undefined)
  const mark = code === 0 ? '✅' : code === 3 ? '⏳' : '❌'
  const cells = [
    scenario.name,
    design,
    verdictText,
    `${expected ?? 'holds'} ${mark}`,
    String(counts.states ?? ''),
    failing?.name ?? '',
  ]
  return `| ${cells.map(markdown).join(' | ')} |`
}

function complaintLines(design: DesignReport): string[] {
  const failed = design.properties.filter(({ outcome }) => outcome !== 'passed')
  const traces = failed.flatMap(({ counterexample }) =>
    counterexample === undefined ? [] : ['', ...fenced(counterexampleLines(counterexample)), ''],
  )
  return [`**${markdown(titleOf(design))}**`, '', ...design.complaints.map((text) => `- ${markdown(text)}`), ...traces, '']
}
