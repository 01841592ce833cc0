import type { Step } from '../../checker/define/system.ts'
import { positionOf } from '../position.ts'
import { changesBetween } from '../report/change.ts'
import { lanesOf } from '../report/trace.ts'
import { html, type Markup } from './markup.ts'
import type { Counterexample } from './report.ts'

/** A trace as lanes: a column for each actor, a row for each step in the lane of whoever takes it, and what it changed. */
export function lanesTable({ story, instance }: Counterexample): Markup {
  const { system, walk, cycle, ending } = story
  const { actors } = lanesOf(story)
  const loop = walk.taken.length - cycle
  const rows = walk.taken.map(({ step, before, after }, at) => {
    const changes = changesBetween(system, before, after)
    const heading =
      cycle > 0 && at === loop
        ? html`<tr class="cycle"><th scope="colgroup" colspan="${actors.length + 2}">then again and again, for ever:</th></tr>
`
        : undefined
    return html`${heading}${row(step, at + 1, actors, changes.length === 0 ? ['changes nothing'] : changes)}`
  })
  if (ending !== undefined) rows.push(row(ending.step, walk.taken.length + 1, actors, [`cannot be taken: ${ending.why}`]))
  return html`<div class="wide" role="region" aria-label="Trace of ${instance}" tabindex="0">
<table class="lanes">
<caption>A lane for each actor; what each step changed is beside it</caption>
<thead><tr><th scope="col">step</th>${actors.map((actor) => html`<th scope="col" data-lane="${actor}">${actor}</th>`)}<th scope="col">what changed</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>`
}

function row(step: Step, number: number, actors: readonly string[], facts: readonly string[]): Markup {
  const { actor, label, kind, rule } = step
  const position = positionOf(rule.definedAt)
  const lanes = actors.map((one) =>
    one === actor
      ? html`<td class="lane moves" data-actor="${actor}"><code>${label}</code>${kind === 'environment' ? html` <small>environment</small>` : undefined}</td>`
      : html`<td class="lane"></td>`,
  )
  const places = [rule.source, position && `model: ${position.file}:${position.line}`].filter((text) => text !== undefined)
  return html`<tr data-step="${number}"><th scope="row">${number}</th>${lanes}<td class="changes"><ul>${facts.map((fact) => html`<li>${fact}</li>`)}</ul>
${places.map((place) => html`<small>${place}</small>`)}</td></tr>
`
}
