import type { VerdictName } from '../../checker/index.ts'
import type { Row } from '../../checker/matrix/answer.ts'
import { isMinimal } from '../../checker/matrix/conclude.ts'
import type { Colours } from '../io.ts'
import { columns, painted } from '../report/table.ts'
import { indented } from '../report/text.ts'
import type { Plan } from './search.ts'
import type { Drawing, Section } from './text.ts'

/** A matrix for a terminal. */
export function terminalText(drawing: Drawing, colours: Colours, withTable: boolean): string {
  const { title, preface, legend, head, rows, sections } = drawing
  const verdictAt = head.indexOf('verdict')
  const table = rows.map(({ cells, verdict }) => cells.with(verdictAt, painted(verdict, cells[verdictAt]!, colours)))
  const parts = [
    [colours.bold(title), ...indented(preface)],
    ...(withTable ? [columns(head, table)] : []),
    ...(legend.length === 0 ? [] : [columns(['column', 'property'], legend)]),
    ...sections.map(({ heading, table, lines }) => [
      colours.bold(heading),
      ...indented([...(table === undefined ? [] : columns(table.head, table.rows)), ...lines]),
    ]),
  ]
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** A matrix as Markdown. */
export function markdownText({ title, preface, legend, head, rows, sections }: Drawing, withTable: boolean): string {
  const parts = [
    [`## ${title}`],
    [preface.join('\n')],
    ...(withTable
      ? [
          markdownTable(
            head,
            rows.map(({ cells }) => cells),
          ),
        ]
      : []),
    ...(legend.length === 0 ? [] : [markdownTable(['column', 'property'], legend)]),
    ...sections.flatMap(({ heading, table, lines }) => [
      [`### ${heading[0]!.toUpperCase()}${heading.slice(1)}`],
      ...(table === undefined ? [] : [markdownTable(table.head, table.rows)]),
      ...(lines.length === 0 ? [] : [lines.map((line) => `- ${line}`)]),
    ]),
  ]
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)]
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`)

const colourOf = (verdict: VerdictName): string => {
  if (verdict === 'holds') return 'holds'
  return verdict === 'bounded' || verdict === 'unwitnessed' ? 'open' : 'fails'
}

/** A matrix as one HTML file that needs no other. */
export function htmlText({ title, preface, legend, head, rows, sections }: Drawing): string {
  const row = (cells: readonly string[], kind: 'td' | 'th', mark = ''): string =>
    `<tr${mark === '' ? '' : ` class="${mark}"`}>${cells.map((cell) => `<${kind}>${escaped(cell)}</${kind}>`).join('')}</tr>`
  const table = (head: readonly string[], body: readonly string[]): string =>
    `<table>\n<thead>${row(head, 'th')}</thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>`
  const list = (lines: readonly string[]): string =>
    `<ul>\n${lines
      .filter(Boolean)
      .map((line) => `<li>${escaped(line)}</li>`)
      .join('\n')}\n</ul>`
  const section = (part: Section): string => {
    const body = part.table?.rows.map((cells) => row(cells, 'td'))
    const listed = part.lines.length === 0 ? '' : list(part.lines)
    return `<h2>${escaped(part.heading)}</h2>\n${part.table === undefined ? '' : table(part.table.head, body!)}${listed}`
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #bbb; padding: 2px 6px; text-align: left; vertical-align: top; }
thead th { position: sticky; top: 0; background: #eee; }
tr.holds { background: #e3f5e3; }
tr.fails { background: #fbe7e7; }
tr.open { background: #fdf5d8; }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${list(preface)}
${table(
  head,
  rows.map(({ cells, verdict }) => row(cells, 'td', colourOf(verdict))),
)}
${table(
  ['column', 'property'],
  legend.map((pair) => row(pair, 'td')),
)}
${sections.map(section).join('\n')}
</body>
</html>
`
}

/** One assignment as a line of JSON. `minimal` is null where a limit left it open; `before` holds all smaller sets. */
export const jsonLine = ({ scenario, base, size }: Plan, row: Row, before: readonly Row[]): string =>
  JSON.stringify({
    scenario: scenario.name,
    base,
    size,
    under: row.under,
    changes: row.changes,
    knobs: row.knobs,
    verdict: row.verdict,
    complete: row.complete,
    minimal: isMinimal(row, before) ?? null,
    states: row.states,
    transitions: row.transitions,
    properties: row.properties,
    notes: row.notes,
    message: row.message,
  })
