import { choiceText } from '../../checker/define/assign.ts'
import type { Replay } from '../../checker/index.ts'
import type { State } from '../../checker/replay/walk.ts'
import { changesBetween } from '../report/change.ts'
import { causalityOf } from './causality.ts'

const titleOf = ({ choice }: Replay): string => `${choice.scenario.name}, ${choiceText(choice)}`

/**
 * A run in the Informal Trace Format of Apalache and Quint (https://apalache-mc.org/docs/adr/015adr-trace.html): a
 * variable for each cell, and Quint's for the step that was taken. A lasso ends in the last state before it returns.
 */
export function itfText(replayed: Replay): string {
  const { walk, run, semantics } = replayed
  const { cells } = semantics.system
  const states: readonly { readonly step: string; readonly state: State }[] = [
    { step: 'init', state: walk.initial },
    ...walk.taken.map(({ step, after }) => ({ step: step.label, state: after })),
  ]
  const isLasso = run.cycle.length > 0
  const trace = {
    '#meta': {
      format: 'ITF',
      'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
      source: titleOf(replayed),
      description: 'Created by litebox-model',
    },
    vars: [...cells.map(({ name }) => name), 'mbt::actionTaken'],
    ...(isLasso && { loop: run.stem.length }),
    states: (isLasso ? states.slice(0, -1) : states).map(({ step, state }, index) => ({
      '#meta': { index },
      ...Object.fromEntries(cells.map(({ name }, cell) => [name, expression(state[cell])])),
      'mbt::actionTaken': step,
    })),
  }
  return `${JSON.stringify(trace, undefined, 2)}\n`
}

/** JSON as ITF writes it: numbers are big integers, and null has no form. */
function expression(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isInteger(value) ? { '#bigint': String(value) } : { '#unserializable': String(value) }
  if (value === null) return { '#unserializable': 'null' }
  if (Array.isArray(value)) return value.map(expression)
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expression(inner)]))
  return value
}

const host = (actor: string): string => actor.replace(/\s+/g, '_')

/** A run as a log with vector clocks for ShiViz (https://bestchai.bitbucket.io/shiviz/): two lines say how to read it. */
export function shivizText({ walk, semantics }: Replay): string {
  const { cells } = semantics.system
  const lines = causalityOf(walk, cells).map(({ taken, actor, clock }) => {
    const changes = changesBetween(semantics.system, taken.before, taken.after).map((change) => change.replaceAll('\n', ' '))
    const counts = Object.fromEntries([...clock].map(([other, count]) => [host(other), count]))
    return `${[taken.step.label, ...changes].join('; ')}\n${host(actor)} ${JSON.stringify(counts)}`
  })
  return `(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})\n\n${lines.map((line) => `${line}\n`).join('')}`
}

/** What Mermaid takes for the end of a statement or for an entity. */
const quoted = (text: string): string => text.replace(/[#;<>]/g, (found) => `#${found.charCodeAt(0)};`)

/** A run as a Mermaid sequence diagram: a lane for each actor, and an arrow where it reads what another wrote. */
export function sequenceText(replayed: Replay): string {
  const { walk, run, semantics } = replayed
  const caused = causalityOf(walk, semantics.system.cells)
  const actors = [...new Set(caused.map(({ actor }) => actor))]
  const id = (actor: string): string => `a${actors.indexOf(actor)}`
  const told = caused.map(({ taken, actor, heard }) => [
    ...[...heard].map(([other, cells]) => `${id(other)}-->>${id(actor)}: ${quoted(cells.join(', '))}`),
    `${id(actor)}->>${id(actor)}: ${quoted(taken.step.label)}`,
  ])
  const cycle = told.slice(run.stem.length).flat()
  const lines = [
    ...actors.map((actor) => `participant ${id(actor)} as ${quoted(actor)}`),
    ...told.slice(0, run.stem.length).flat(),
    ...(cycle.length === 0 ? [] : ['loop for ever', ...cycle.map((line) => `  ${line}`), 'end']),
  ]
  return `sequenceDiagram\n${lines.map((line) => `  ${line}\n`).join('')}`
}
