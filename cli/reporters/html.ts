import type { AnyStateMachine } from 'xstate'
import { cellsByMachine } from '../report/description.ts'
import { grouped } from '../report/text.ts'
import { machineSvg } from './html-machine.ts'
import { pageStyle } from './html-style.ts'
import { lanesTable } from './html-trace.ts'
import { html, Markup } from './markup.ts'
import { type DesignReport, leftOut, type PropertyReport, type Report } from './report.ts'

/**
 * One page that needs nothing else: a table of the designs, for each its properties, the traces as lanes, and the
 * machines as diagrams. It has no script, and reads in light and in dark.
 */
export async function htmlPage({ command, designs, skipped }: Report): Promise<string> {
  const met = designs.filter(({ code }) => code === 0).length
  const machines = [...new Set(designs.flatMap(machinesOf))]
  const figures: Markup[] = []
  for (const machine of machines)
    figures.push(html`<figure id="machine-${machine.id}"><figcaption>${machine.id}</figcaption>
${new Markup(await machineSvg(machine))}</figure>
`)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>litebox-model ${command}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
<h1>litebox-model ${command}</h1>
<p>${met} of ${designs.length} designs as expected.${skipped === 0 ? undefined : ` ${leftOut(skipped)}`}</p>
${overview(designs)}
${designs.map((one) => designSection(one, designs.length === 1))}
<section aria-labelledby="machines">
<h2 id="machines">Machines</h2>
<p>A box is a phase, the dot leads to the first, an arrow is an event that some machine hears there.</p>
<div class="machines">
${figures}</div>
</section>
</main>
</body>
</html>
`
  return page.text
}

const machinesOf = ({ system }: DesignReport): AnyStateMachine[] =>
  system === undefined ? [] : cellsByMachine(system).map((cells) => cells[0]!.machine)

const anchorOf = ({ scenario, design }: DesignReport): string => `${scenario.name}--${design.replace(/[^a-z0-9]+/gi, '-')}`

function overview(designs: readonly DesignReport[]): Markup {
  const rows = designs.map((one) => {
    const failing = one.properties.filter(({ counterexample }) => counterexample !== undefined)
    const shortest = failing.map(({ counterexample }) => counterexample!.steps).sort((a, b) => a - b)[0]
    return html`<tr class="${markOf(one).name}"><td>${one.scenario.name}</td><th scope="row"><a href="#${anchorOf(one)}">${one.design}</a></th>
<td>${one.verdictText}</td><td>${markOf(one).text}</td><td class="number">${shortest}</td><td class="number">${grouped(one.counts.states ?? 0)}</td></tr>
`
  })
  return html`<div class="wide" role="region" aria-label="All designs" tabindex="0">
<table>
<caption>Every design, its verdict, and whether it was expected</caption>
<thead><tr><th scope="col">scenario</th><th scope="col">design</th><th scope="col">verdict</th><th scope="col">expected</th>
<th scope="col">shortest trace</th><th scope="col">states</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>`
}

/** A word, and a sign for those who see no colours. */
function markOf({ code, expected }: DesignReport): { readonly name: string; readonly text: string } {
  const wanted = expected ?? 'holds'
  if (code === 0) return { name: 'met', text: `${wanted} ✓` }
  return code === 3 ? { name: 'open', text: `${wanted} ? (a limit ended the search)` } : { name: 'unmet', text: `${wanted} ✗` }
}

function designSection(one: DesignReport, isAlone: boolean): Markup {
  const { scenario, design, complaints, properties, verdictText, counts } = one
  const told = Object.entries(counts).map(([what, count]) => `${what} ${grouped(count)}`)
  const story = scenario.designs[design.split(' ')[0]!]?.story
  const rows = properties.map(
    (
      property,
    ) => html`<tr class="${property.outcome}"><th scope="row">${property.name}</th><td>${property.sentence}</td><td>${property.kind}</td>
<td>${property.position === undefined ? '' : `${property.position.file}:${property.position.line}`}</td></tr>
`,
  )
  const machines = machinesOf(one).map(({ id }) => html`<li><a href="#machine-${id}">${id}</a></li>`)
  return html`<section aria-labelledby="${anchorOf(one)}">
<h2 id="${anchorOf(one)}">${scenario.name}, ${design}: ${verdictText}</h2>
<p>${withCode(story ?? '')}</p>
${complaints.length === 0 ? undefined : html`<ul class="complaints">${complaints.map((text) => html`<li>${text}</li>`)}</ul>`}
<p>${told.join(', ')}</p>
<div class="wide" role="region" aria-label="Properties of ${scenario.name}, ${design}" tabindex="0">
<table>
<caption>Properties</caption>
<thead><tr><th scope="col">property</th><th scope="col">result</th><th scope="col">kind</th><th scope="col">defined at</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>
${properties.map((property) => trace(property, isAlone))}
${machines.length === 0 ? undefined : html`<nav aria-label="Machines of ${scenario.name}, ${design}"><ul class="links">${machines}</ul></nav>`}
</section>
`
}

/** A counterexample; open where nobody expected it, and where there is little else. */
function trace({ counterexample, outcome, verdict }: PropertyReport, isAlone: boolean): Markup {
  if (counterexample === undefined) return html``
  const { instance, steps, command, remarks } = counterexample
  return html`<details class="trace"${isAlone || outcome !== 'passed' ? new Markup(' open') : undefined}>
<summary>${verdict} in ${steps} ${steps === 1 ? 'step' : 'steps'}: ${instance}</summary>
${lanesTable(counterexample)}
${remarks.map((remark) => html`<p>${remark}</p>`)}
${command === undefined ? undefined : html`<p>Replay: <code>${command}</code></p>`}
</details>
`
}

/** A story, with what stands between backticks as code. */
const withCode = (story: string): Markup[] =>
  story.split('`').map((part, at) => (at % 2 === 0 ? html`${part}` : html`<code>${part}</code>`))
