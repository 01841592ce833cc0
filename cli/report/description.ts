import { fairnessText } from '../../checker/define/fairness.ts'
import type { AnyCell, Choice, Design, Rule, System } from '../../checker/index.ts'
import type { Colours } from '../io.ts'
import { phasesOf } from './machine.ts'
import { columns } from './table.ts'
import { counted, indented, wrapped } from './text.ts'

const width = 96

/** A scenario as one design makes it: designs, knobs, cells, rules, properties and what is assumed. */
export function descriptionText(choice: Choice, system: System, { bold, dim }: Colours): string[] {
  const { scenario } = choice
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', bold(title), ...indented(lines)]
  const designs = Object.entries(scenario.designs).flatMap(([name, design]) => designLines(name, design))
  return [
    bold(scenario.name),
    ...indented(wrapped(scenario.story, width)),
    ...section('Designs', designs),
    ...section('Knobs', knobLines(choice)),
    ...section(`Cells of design '${choice.base}'`, cellsByMachine(system).flatMap(cellLines)),
    ...section(
      'Rules',
      system.rules.flatMap((rule) => ruleLines(system, rule, dim)),
    ),
    ...section('Properties', propertyLines(system)),
    ...section('Fairness', [fairnessText(system.fairness)]),
    ...section(
      'Modelling bounds',
      system.bounds.map(({ bound }) => `${bound.name}=${bound.limit}`),
    ),
  ]
}

/** The cells of each machine, machines in the order in which the system first uses them. */
export function cellsByMachine(system: System): AnyCell[][] {
  const machines = [...new Set(system.cells.map(({ machine }) => machine))]
  return machines.map((machine) => system.cells.filter((cell) => cell.machine === machine))
}

function designLines(name: string, { story, knobs, bugs = [], expect }: Design<unknown>): string[] {
  const set = Object.entries(knobs as Readonly<Record<string, unknown>>).map(([knob, value]) => `${knob}=${value}`)
  const expected = Object.entries(expect).map(
    ([size, { verdict, states }]) => `${verdict} in ${size} (${counted(states, 'state')})`,
  )
  return [
    name,
    ...indented(wrapped(story, width - 2)),
    ...indented(wrapped(`knobs: ${set.join(', ')}`, width - 2)),
    ...indented(expected.length === 0 ? ['expected: to hold'] : [`expected: ${expected.join(', ')}`]),
    ...indented(bugs.length === 0 ? [] : [`bugs: ${bugs.join(', ')}`]),
  ]
}

function knobLines({ scenario, knobs }: Choice): string[] {
  const { small, full } = scenario.sizes
  const rows = Object.entries(scenario.knobs).map(([knob, values]) => [
    knob,
    values.join(', '),
    knob in small ? `size: ${small[knob]} in small, ${full[knob]} in full` : 'design',
    String(knobs[knob]),
  ])
  return columns(['knob', 'values', 'fixed by', 'here'], rows)
}

const cellLines = (cells: readonly AnyCell[]): string[] => {
  const { machine } = cells[0]!
  return [
    `${machine.id}: ${phasesOf(machine).join(', ')}`,
    ...indented(wrapped(cells.map(({ name }) => name).join(' '), width - 2)),
  ]
}

function ruleLines(system: System, rule: Rule, dim: Colours['dim']): string[] {
  const steps = system.steps.filter((step) => step.rule === rule)
  const slots = steps[0]?.shape.slots.map(([key]) => key) ?? []
  const heard = steps[0]?.heard ?? 0
  const facts = [
    `actors: ${[...new Set(steps.map(({ actor }) => actor))].join(', ')}`,
    `when: ${Object.keys(rule.when).join(', ') || 'always'}`,
    ...(slots.length > heard ? [`sees: ${slots.slice(heard).join(', ')}`] : []),
    `sends: ${slots.slice(0, heard).join(', ')}`,
    ...(rule.waitsFor.length === 0 ? [] : [`waits for: ${rule.waitsFor.join(', ')}`]),
  ]
  const marks = [
    counted(steps.length, 'step'),
    ...(rule.kind === 'environment' ? [rule.kind] : []),
    ...(rule.needed ? ['needed'] : []),
  ]
  return [
    `${rule.name} (${marks.join(', ')})`,
    ...indented(rule.source === undefined ? [] : [dim(rule.source)]),
    ...indented(wrapped(facts.join('; '), width - 2)),
  ]
}

const propertyLines = (system: System): string[] =>
  system.properties.length === 0
    ? []
    : columns(
        ['kind', 'instances', 'property'],
        system.properties.map(({ kind, name }, owner) => [
          kind,
          String(system.instances.filter((instance) => instance.owner === owner).length),
          name,
        ]),
        ['left', 'right', 'left'],
      )
