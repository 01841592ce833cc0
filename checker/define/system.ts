import { ModelError } from '../errors.ts'
import type { AnyCell } from './cell.ts'
import { type Fairness, fairnessName } from './fairness.ts'
import type { Property } from './property.ts'
import type { AnyBound, Axes, Bound, Cast, Kind, Rule, View } from './rule.ts'
import { CellIndex, type Shape } from './shape.ts'

/** When a state is a legitimate end: every instance of the predicate is true. */
export interface Ending {
  readonly axes: Axes
  readonly reads: (at: AnyBound) => Cast
  readonly holds: (view: never, at: never) => boolean
}

/** A limit that the model has and the world has not; a verdict `holds` within it says so. */
export interface ModellingBound {
  readonly name: string
  readonly limit: number
  readonly axes: Axes
  readonly reads: (at: AnyBound) => Cast
  readonly hit: (view: never, at: never) => boolean
}

/** Declares the legitimate final states: a state in which `holds` is true for every combination of parameters. */
export const finalWhen = <const P extends Axes, R extends Cast>(
  axes: P,
  claim: { readonly reads: (at: Bound<P>) => R; readonly holds: (view: View<R>, at: Bound<P>) => boolean },
): Ending => ({ axes, reads: claim.reads as Ending['reads'], holds: claim.holds as Ending['holds'] })

/** Declares a modelling bound, such as the two entries of a store buffer; `hit` tells a state that reached it. */
export const bound = <const P extends Axes, R extends Cast>(
  name: string,
  limit: number,
  axes: P,
  claim: { readonly reads: (at: Bound<P>) => R; readonly hit: (view: View<R>, at: Bound<P>) => boolean },
): ModellingBound => ({
  name,
  limit,
  axes,
  reads: claim.reads as ModellingBound['reads'],
  hit: claim.hit as ModellingBound['hit'],
})

export interface SystemDefinition {
  readonly cells: readonly AnyCell[]
  readonly rules: readonly Rule[]
  readonly properties?: readonly Property[]
  /** Without it, every state from which no program step can come about is a deadlock. */
  readonly final?: Ending
  readonly fairness?: readonly Fairness[]
  readonly bounds?: readonly ModellingBound[]
  /** Sorts of interchangeable things, for symmetry: `{ core: ['cpu0', 'cpu1'] }`. */
  readonly interchangeable?: Readonly<Record<string, readonly Thing[] | Sort>>
}

/** An interchangeable thing, by its name: a parameter that has this value, or a declared reference to it, is that thing. */
export type Thing = string | number

/** Interchangeable things with what goes along with each, in the same order for every one: a core with its own frames. */
export interface Sort {
  readonly things: readonly Thing[]
  readonly followers: (thing: Thing) => readonly Thing[]
}

/** One atomic step: a rule with its parameters fixed. `shape.cells` lists the receivers first. */
export interface Step {
  readonly index: number
  readonly label: string
  readonly rule: Rule
  readonly at: AnyBound
  readonly actor: string
  readonly kind: Kind
  readonly shape: Shape
  /** How many of `shape.cells` hear an event, and how many of `shape.slots` name them. */
  readonly receivers: number
  readonly heard: number
  /** For each receiver: whether it may block the step. */
  readonly waits: readonly boolean[]
}

/** A claim with its parameters fixed. `owner` is the index of its property, ending or bound in the definition. */
export interface Instance {
  readonly label: string
  readonly owner: number
  readonly at: AnyBound
  readonly shape: Shape
}

/** A closed system, listed in full before any state exists. */
export interface System {
  readonly cells: readonly AnyCell[]
  readonly rules: readonly Rule[]
  readonly steps: readonly Step[]
  readonly properties: readonly Property[]
  readonly instances: readonly Instance[]
  readonly final: { readonly ending: Ending; readonly instances: readonly Instance[] } | undefined
  readonly bounds: readonly { readonly bound: ModellingBound; readonly instances: readonly Instance[] }[]
  readonly fairness: readonly Fairness[]
  readonly interchangeable: Readonly<Record<string, Sort>>
}

/** Every combination of an axis record's values, the last axis running fastest. */
export function combinations(axes: Axes): AnyBound[] {
  let all: AnyBound[] = [{}]
  for (const [name, values] of Object.entries(axes)) all = all.flatMap((at) => values.map((value) => ({ ...at, [name]: value })))
  return all.map((at) => Object.freeze(at))
}

export const labelOf = (name: string, at: AnyBound): string => {
  const values = Object.values(at)
  return values.length === 0 ? name : `${name}(${values.join(',')})`
}

function stepsOf(rule: Rule, index: CellIndex): Omit<Step, 'index'>[] {
  return combinations(rule.axes)
    .filter((at) => rule.where(at))
    .map((at) => {
      const label = labelOf(rule.name, at)
      const user = `step '${label}'`
      const sends = rule.sends(at)
      const heard = index.shapeOf([sends], user)
      const shape = index.shapeOf([sends, rule.sees(at)], user)
      const named = heard.slots.flatMap(([, position]) => position)
      if (new Set(named).size !== named.length)
        throw new ModelError(`${user} sends to one cell twice: receivers must be distinct`)
      for (const [key, position] of shape.slots.slice(heard.slots.length))
        if ([position].flat().some((at) => at < heard.cells.length))
          throw new ModelError(`${user} both sees and sends to '${key}': list it in 'sends' only, whose cells can be read too`)
      const waits = heard.cells.map(() => false)
      for (const key of rule.waitsFor) {
        const slot = heard.slots.find(([name]) => name === key)
        if (slot === undefined) throw new ModelError(`${user} waits for '${key}', which is no receiver`)
        for (const position of [slot[1]].flat()) waits[position] = true
      }
      return {
        label,
        rule,
        at,
        actor: rule.actor(at),
        kind: rule.kind,
        shape,
        receivers: heard.cells.length,
        heard: heard.slots.length,
        waits,
      }
    })
}

function instancesOf(
  claim: { readonly axes: Axes; readonly where?: (at: AnyBound) => boolean; readonly reads: (at: AnyBound) => Cast },
  name: string,
  owner: number,
  index: CellIndex,
): Instance[] {
  return combinations(claim.axes)
    .filter((at) => claim.where?.(at) ?? true)
    .map((at) => {
      const label = labelOf(name, at)
      return { label, owner, at, shape: index.shapeOf([claim.reads(at)], `'${label}'`) }
    })
}

const refuseTwins = (names: readonly string[], what: string): void => {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) throw new ModelError(`${what} '${name}' is defined twice`)
    seen.add(name)
  }
}

function checkFairness(fairness: readonly Fairness[], steps: readonly Omit<Step, 'index'>[]): void {
  for (const one of fairness) {
    const matches =
      'step' in one
        ? steps.some((step) => step.label === one.step)
        : 'rule' in one
          ? steps.some((step) => step.rule.name === one.rule)
          : steps.some((step) => step.actor === one.actor && step.kind === 'program')
    if (!matches) throw new ModelError(`fairness names '${fairnessName(one)}', which no step belongs to`)
  }
}

/** Claims on whole executions, or on what can come later. */
const progressKinds: ReadonlySet<Property['kind']> = new Set<Property['kind']>([
  'leadsTo',
  'eventually',
  'infinitelyOften',
  'canReach',
])

/** The system without its claims on whole executions and without fairness; and what that leaves out, by name. */
export function safetyOf(whole: System): { readonly system: System; readonly leftOut: readonly string[] } {
  const isSafety = ({ kind }: Property): boolean => !progressKinds.has(kind)
  const properties = whole.properties.filter(isSafety)
  const instances = whole.instances.flatMap((instance): Instance[] => {
    const property = whole.properties[instance.owner]!
    return isSafety(property) ? [{ ...instance, owner: properties.indexOf(property) }] : []
  })
  const claims = whole.properties.filter((property) => !isSafety(property)).map(({ name }) => name)
  return {
    system: { ...whole, properties, instances, fairness: [] },
    leftOut: [...claims, ...(whole.fairness.length > 0 ? ['fairness'] : [])],
  }
}

/** The declared sorts, each with its followers. */
function sortsOf(declared: NonNullable<SystemDefinition['interchangeable']>): Readonly<Record<string, Sort>> {
  const names = new Map<Thing, string>()
  const sorts = Object.entries(declared).map(([name, given]): [string, Sort] => {
    const sort: Sort = 'things' in given ? given : { things: given, followers: () => [] }
    const lengths = new Set(sort.things.map((thing) => sort.followers(thing).length))
    if (lengths.size > 1) throw new ModelError(`'interchangeable': every thing of sort '${name}' must have as many followers`)
    for (const thing of sort.things)
      for (const each of [thing, ...sort.followers(thing)]) {
        if (names.has(each)) throw new ModelError(`'interchangeable': ${JSON.stringify(each)} is named twice`)
        names.set(each, name)
      }
    return [name, sort]
  })
  return Object.fromEntries(sorts)
}

/**
 * Lists a system in full: every cell, step and property instance, in the order of their definition.
 *
 * @throws ModelError when a name is used twice, a cell is not listed, receivers are not distinct, or a cell is both
 *   seen and sent to.
 */
export function system(definition: SystemDefinition): System {
  const index = new CellIndex(definition.cells)
  refuseTwins(
    definition.rules.map((rule) => rule.name),
    'rule',
  )
  const properties = definition.properties ?? []
  refuseTwins(
    properties.map((property) => property.name),
    'property',
  )
  const steps = definition.rules.flatMap((rule) => stepsOf(rule, index))
  refuseTwins(
    steps.map((step) => step.label),
    'step',
  )
  if (steps.length === 0) throw new ModelError('a system needs at least one step')
  for (const property of properties)
    if (property.kind === 'onStep')
      for (const name of property.on ?? [])
        if (!definition.rules.some((rule) => rule.name === name))
          throw new ModelError(`property '${property.name}' is asked on rule '${name}', which does not exist`)
  const instances = properties.flatMap((property, owner) => instancesOf(property, property.name, owner, index))
  refuseTwins(
    instances.map((instance) => instance.label),
    'instance',
  )
  const fairness = definition.fairness ?? []
  checkFairness(fairness, steps)
  const final = definition.final && { ending: definition.final, instances: instancesOf(definition.final, 'final', 0, index) }
  if (final?.instances.length === 0) throw new ModelError("'final' has no instance, which would make every state an end")
  return {
    cells: definition.cells,
    rules: definition.rules,
    steps: steps.map((step, at) => ({ index: at, ...step })),
    properties,
    instances,
    final,
    bounds: (definition.bounds ?? []).map((bound, owner) => ({ bound, instances: instancesOf(bound, bound.name, owner, index) })),
    fairness,
    interchangeable: sortsOf(definition.interchangeable ?? {}),
  }
}
