import { code } from '../compile/codes.ts'
import type { AnyCell } from '../define/cell.ts'
import type { AnyBound, Cast, Rule } from '../define/rule.ts'
import type { Step } from '../define/system.ts'
import type { Explorer } from '../search/explorer.ts'

/*
 * Two steps of a program trade their effects. A program is a cell that hears an event at each of its steps (its program
 * counter: the pivot of their guards); what else hears an event there is what the step does. Where step B follows step A,
 * their swap does B's effects at A's place in the program, and A's at B's. Guards that look at the program counter alone
 * belong to the place, all others to the effect.
 */

export interface Swap {
  readonly first: string
  readonly second: string
  readonly rules: readonly Rule[]
}

type Views = Readonly<Record<string, unknown>>
type Guard = (view: unknown, at: unknown) => unknown

/** Every swap of two rules that were seen to follow each other in the search. */
export function swaps(explorer: Explorer): Swap[] {
  const { steps } = explorer.compiled.system
  const named = new Map<string, Swap>()
  for (const first of steps)
    for (const second of steps) {
      const pair = `${first.rule.name} ${second.rule.name}`
      if (first.rule === second.rule || named.has(pair) || named.has(`${second.rule.name} ${first.rule.name}`)) continue
      if (!follows(explorer, first, second)) continue
      const place = placeOf(explorer, first)!
      const rest = [first, second].map((step) => step.shape.cells.slice(0, step.receivers).filter((cell) => cell !== place))
      if (rest.some((cells) => cells.length === 0)) continue
      named.set(pair, {
        first: first.rule.name,
        second: second.rule.name,
        rules: [traded(explorer, first.rule, second.rule), traded(explorer, second.rule, first.rule)],
      })
    }
  return [...named.values()]
}

/** A step that waits is left where it is: what it waits for is the place, too. */
const mayTrade = ({ kind, rule }: Step): boolean => kind === 'program' && rule.waitsFor.length === 0

/** The cell that says where its program stands, if the step moves it. */
const placeOf = ({ compiled }: Explorer, step: Step): number | undefined => {
  const pivot = compiled.pivots[step.index]
  return pivot !== undefined && step.shape.cells.indexOf(pivot) < step.receivers ? pivot : undefined
}

/** Whether the second step was enabled where the first left their program, for the same parameters. */
function follows(explorer: Explorer, first: Step, second: Step): boolean {
  if (!mayTrade(first) || !mayTrade(second)) return false
  if (JSON.stringify(first.at) !== JSON.stringify(second.at) || first.actor !== second.actor) return false
  const place = placeOf(explorer, first)
  if (place === undefined || place !== placeOf(explorer, second)) return false
  const after = localsOf(explorer, first, place, true)
  for (const local of localsOf(explorer, second, place, false)) if (after.has(local)) return true
  return false
}

/** In which local states of a cell a step was taken, or which it wrote there. */
function localsOf({ compiled }: Explorer, step: Step, cell: number, written: boolean): Set<number> {
  const { cells } = step.shape
  const position = cells.indexOf(cell)
  const log = compiled.stepLogs[step.index]!
  const found = new Set<number>()
  for (let index = 0; index < log.length; index++) {
    const record = log.record(index)
    if (record[cells.length] === code.taken) found.add(record[written ? cells.length + 1 + position : position]!)
  }
  return found
}

/** `rule` at its place in the program, with the effects of `other`. */
function traded(explorer: Explorer, rule: Rule, other: Rule): Rule {
  const { cells, steps } = explorer.compiled.system
  const placeAt = (at: AnyBound): AnyCell => {
    const step = steps.find((step) => step.rule === rule && JSON.stringify(step.at) === JSON.stringify(at))!
    return cells[placeOf(explorer, step) ?? step.shape.cells[0]!]!
  }
  const sends = (at: AnyBound): Cast =>
    byName([placeAt(at), ...receivers(other, at).filter(({ name }) => name !== placeAt(at).name)])
  const sees = (at: AnyBound): Cast => {
    const sent = sends(at)
    const all = [rule, other].flatMap((one) => Object.values({ ...one.sees(at), ...one.sends(at) }).flat()) as AnyCell[]
    return byName(all.filter(({ name }) => sent[name] === undefined))
  }
  const own = conjunctsOf(rule).filter(([, guard]) => isOfThePlace(explorer, rule, guard))
  const theirs = conjunctsOf(other).filter(([, guard]) => !isOfThePlace(explorer, other, guard))
  const guards = [
    ...own.map(([name, guard]) => [`own.${name}`, rule, guard] as const),
    ...theirs.map(([name, guard]) => [name, other, guard] as const),
  ]
  return {
    ...rule,
    sends,
    sees,
    waitsFor: [],
    when: Object.fromEntries(
      guards.map(([name, owner, guard]) => [name, (view: Views, at: AnyBound) => guard(viewFor(owner, at, view), at)]),
    ) as unknown as Rule['when'],
    events: ((view: Views, at: AnyBound) => {
      const place = placeAt(at).name
      const mine = eventsByCell(rule, at, view)
      return { ...eventsByCell(other, at, view), [place]: mine[place] }
    }) as unknown as Rule['events'],
  }
}

const conjunctsOf = (rule: Rule): [string, Guard][] => Object.entries(rule.when) as unknown as [string, Guard][]
const receivers = (rule: Rule, at: AnyBound): AnyCell[] => Object.values(rule.sends(at)).flat() as AnyCell[]
const byName = (cells: readonly AnyCell[]): Cast => Object.fromEntries(cells.map((cell) => [cell.name, cell]))

/** What a rule expects to see, from a view that has a name for each cell. */
const viewFor = (rule: Rule, at: AnyBound, view: Views): Views =>
  Object.fromEntries(
    Object.entries({ ...rule.sends(at), ...rule.sees(at) }).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map(({ name }: AnyCell) => view[name]) : view[(value as AnyCell).name],
    ]),
  )

/** What each receiver of a rule hears, by the name of its cell. */
function eventsByCell(rule: Rule, at: AnyBound, view: Views): Views {
  const heard = (rule.events as Guard)(viewFor(rule, at, view), at) as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(rule.sends(at)).flatMap(([key, value]) =>
      [value].flat().map((cell, nth) => [(cell as AnyCell).name, Array.isArray(heard[key]) ? heard[key][nth] : heard[key]]),
    ),
  )
}

/** Whether a guard, in the initial state, looks at the program counter alone. */
function isOfThePlace({ compiled }: Explorer, rule: Rule, guard: Guard): boolean {
  const step = compiled.system.steps.find((step) => step.rule === rule)!
  const initial = compiled.semantics.initial()
  const read = new Set<number>()
  const view = {}
  for (const [key, position] of step.shape.slots)
    Object.defineProperty(view, key, {
      get: () => {
        for (const at of [position].flat()) read.add(step.shape.cells[at]!)
        return typeof position === 'number'
          ? initial[step.shape.cells[position]!]
          : position.map((at) => initial[step.shape.cells[at]!])
      },
    })
  try {
    guard(view, step.at)
  } catch {
    return false
  }
  return [...read].every((cell) => cell === compiled.pivots[step.index])
}
