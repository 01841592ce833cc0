import type { Side } from '../../checker/compare/difference.ts'
import type { Inclusion } from '../../checker/compare/inclusion.ts'
import type { Compared } from '../commands/diff.ts'
import type { Colours } from '../io.ts'
import { columns } from '../report/table.ts'
import { counted, grouped, indented } from '../report/text.ts'

/** What differs, in words. */
export function differenceText({ first, second, difference, behaviours }: Compared, { bold, green, red }: Colours): string[] {
  const { gained, lost, changed, open, onlyFirst, onlySecond, dead, alive } = difference
  const row = ({ name, verdict, complete, states, transitions }: Side): string[] => [
    name,
    complete ? verdict : `${verdict} (not in full)`,
    grouped(states),
    grouped(transitions),
  ]
  const listed = (what: string, names: readonly string[] | undefined): string[] =>
    names === undefined || names.length === 0 ? [] : [`${what}: ${names.join(', ')}`]
  const facts = [
    ...lost.map(({ name, verdict, steps }) => red(`lost: ${name} (${verdict}${steps === 0 ? '' : ` in ${steps}`})`)),
    ...gained.map((name) => green(`gained: ${name}`)),
    ...changed.map(({ name, before, after }) => `otherwise: ${name} (${before}, now ${after})`),
    ...open.map((name) => `decided on one side only: ${name}`),
    ...onlyFirst.map((name) => `asked of the first only: ${name}`),
    ...onlySecond.map((name) => `asked of the second only: ${name}`),
    ...listed('steps newly dead', dead),
    ...listed('steps newly alive', alive),
    ...(behaviours === undefined ? [] : behaviourLines(behaviours)),
  ]
  return [
    bold(`${first.name} -> ${second.name}`),
    ...indented([
      ...columns(['', 'verdict', 'states', 'transitions'], [row(first), row(second)], ['left', 'left', 'right', 'right']),
      ...(lost.length + gained.length + changed.length + open.length === 0
        ? ['every property that both are asked answers alike']
        : []),
      ...facts,
    ]),
  ]
}

function behaviourLines({ added, removed, rules }: NonNullable<Compared['behaviours']>): string[] {
  const of = `by the steps of ${counted(rules.length, 'rule')}`
  if (added.kind === 'included' && removed.kind === 'included') return [`both have the same behaviours, ${of}`]
  return [...inclusionText('adds', added, of), ...inclusionText('removes', removed, of)]
}

function inclusionText(verb: string, found: Inclusion, of: string): string[] {
  switch (found.kind) {
    case 'included':
      return [`${verb} no behaviour, ${of}`]
    case 'undecided':
      return [
        `whether it ${verb} behaviours is undecided after ${counted(found.pairs, 'pair')} of states; name fewer rules with '--visible'`,
      ]
    case 'extra':
      return [
        `${verb} behaviours, ${of}; a shortest one:`,
        ...indented(found.steps.map((step) => (found.visible.includes(step) ? step : `(${step})`))),
      ]
    default:
      return found satisfies never
  }
}

/** The same as a line of JSON. */
export const differenceJson = ({ first, second, difference, behaviours }: Compared): string => {
  const side = ({ name, verdict, complete, states, transitions }: Side) => ({ name, verdict, complete, states, transitions })
  return JSON.stringify({
    first: side(first),
    second: side(second),
    ...difference,
    dead: difference.dead ?? null,
    alive: difference.alive ?? null,
    behaviours: behaviours ?? null,
  })
}
