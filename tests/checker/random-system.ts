import fc from 'fast-check'
import {
  always,
  canReach,
  cell,
  eventually,
  type Fairness,
  finalWhen,
  infinitelyOften,
  type Local,
  leadsTo,
  onStep,
  type Property,
  type Rule,
  rule,
  type System,
  type SystemDefinition,
  sometimes,
  system,
} from '../../checker/index.ts'
import {
  type Counts,
  eventNames,
  type Heard,
  type MachinePlan,
  machineOf,
  machinePlan,
  mostLocals,
  phaseName,
  type RandomCell,
} from './random-machine.ts'

/*
 * Random closed systems from plain data, so that a failing one shrinks and prints well. Every position in a plan is
 * counted round: whatever part is taken away, the rest still names something.
 */

/** A question about the local states in a view; positions are those of the names in the footprint. */
type TestPlan = { readonly of: number; readonly not: boolean } & (
  | { readonly asks: 'phase'; readonly region: number; readonly phase: number }
  | { readonly asks: 'count'; readonly count: number }
  | { readonly asks: 'parameter' }
  | { readonly asks: 'same'; readonly as: number }
)

interface RulePlan {
  readonly kind: 'program' | 'environment'
  readonly actor: number
  /** The rule has a parameter, which shifts all its cells. */
  readonly spread: boolean
  /** Positions of cells: the receivers first, then those that are seen. */
  readonly order: readonly number[]
  readonly receivers: number
  readonly seen: number
  /** The receivers are one list; `each` gives every member an event of its own. */
  readonly broadcast: boolean
  readonly each: boolean
  readonly hears: readonly { readonly event: number; readonly n: number; readonly copies: number | null }[]
  readonly waits: readonly boolean[]
  readonly when: readonly TestPlan[]
}

interface PropertyPlan {
  readonly kind: Property['kind']
  readonly spread: boolean
  readonly order: readonly number[]
  readonly reads: number
  readonly tests: readonly TestPlan[]
  readonly later: readonly TestPlan[]
  /** For `onStep`: the rules it is asked of; null: those that write what it reads. */
  readonly on: readonly number[] | null
}

interface FairnessPlan {
  readonly strength: 'weak' | 'strong'
  readonly of: 'step' | 'rule' | 'actor'
  readonly at: number
}

export interface SystemPlan {
  readonly machines: readonly MachinePlan[]
  readonly cells: readonly { readonly machine: number; readonly counts: readonly number[] }[]
  readonly rules: readonly RulePlan[]
  readonly properties: readonly PropertyPlan[]
  /** One of these is true of every cell in a final state; null: no state is final. */
  readonly final: readonly TestPlan[] | null
  readonly fairness: readonly FairnessPlan[]
}

/** What the product of the cells' local states stays below. */
const mostStates = 400

const position = fc.nat(3)
const testPlan: fc.Arbitrary<TestPlan> = fc
  .record({
    of: position,
    not: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    what: fc.oneof(
      { weight: 5, arbitrary: fc.record({ asks: fc.constant('phase' as const), region: fc.nat(1), phase: fc.nat(2) }) },
      { weight: 3, arbitrary: fc.record({ asks: fc.constant('count' as const), count: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.record({ asks: fc.constant('parameter' as const) }) },
      { weight: 2, arbitrary: fc.record({ asks: fc.constant('same' as const), as: position }) },
    ),
  })
  .map(({ of, not, what }) => ({ of, not, ...what }))

const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 })

const rulePlan: fc.Arbitrary<RulePlan> = fc.record({
  kind: fc.constantFrom('program', 'program', 'environment'),
  actor: fc.nat(1),
  spread: fc.constantFrom(true, false, true),
  order,
  receivers: fc.constantFrom(1, 2, 1, 2, 1, 3),
  seen: fc.nat(2),
  broadcast: fc.boolean(),
  each: fc.boolean(),
  hears: fc.array(fc.record({ event: fc.nat(2), n: fc.nat(2), copies: fc.option(position, { nil: null }) }), {
    minLength: 3,
    maxLength: 3,
  }),
  waits: fc.array(fc.constantFrom(true, true, false), { minLength: 3, maxLength: 3 }),
  when: fc.oneof(
    { weight: 2, arbitrary: fc.array(testPlan, { maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(testPlan, { maxLength: 3 }) },
  ),
})

const safetyKinds = ['always', 'onStep', 'sometimes'] as const
const progressKinds = ['leadsTo', 'eventually', 'infinitelyOften', 'canReach'] as const

const propertyPlan = (kinds: readonly Property['kind'][]): fc.Arbitrary<PropertyPlan> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    spread: fc.boolean(),
    order,
    reads: fc.integer({ min: 1, max: 3 }),
    tests: fc.array(testPlan, { minLength: 1, maxLength: 3 }),
    later: fc.array(testPlan, { minLength: 1, maxLength: 2 }),
    on: fc.option(fc.array(fc.nat(7), { minLength: 1, maxLength: 2 }), { nil: null }),
  })

const fairnessPlan: fc.Arbitrary<FairnessPlan> = fc.record({
  strength: fc.constantFrom('weak', 'strong'),
  of: fc.constantFrom('step', 'rule', 'actor'),
  at: fc.nat(15),
})

export interface RandomOptions {
  /** Adds progress properties. Default: none. */
  readonly progress?: boolean
  /** Adds fairness assumptions. Default: none. */
  readonly fairness?: boolean
}

/** Plans of small closed systems. */
export const systemPlan = ({ progress = false, fairness = false }: RandomOptions = {}): fc.Arbitrary<SystemPlan> =>
  fc
    .record({
      machines: fc.array(machinePlan, { minLength: 1, maxLength: 3 }),
      cells: fc.array(fc.record({ machine: fc.nat(2), counts: fc.tuple(fc.nat(2), fc.nat(2)) }), {
        minLength: 2,
        maxLength: 4,
        size: 'max',
      }),
      rules: fc.array(rulePlan, { minLength: 4, maxLength: 8, size: 'max' }),
      safety: fc.array(propertyPlan(safetyKinds), { minLength: 1, maxLength: 4 }),
      progress: progress ? fc.array(propertyPlan(progressKinds), { minLength: 1, maxLength: 3 }) : fc.constant([]),
      final: fc.option(fc.array(testPlan, { minLength: 1, maxLength: 2 }), { nil: null, freq: 2 }),
      fairness: fairness ? fc.array(fairnessPlan, { maxLength: 3 }) : fc.constant([]),
    })
    .map(({ safety, progress: more, cells, ...plan }) => ({
      ...plan,
      cells: affordable(cells, plan.machines),
      properties: [...safety, ...more],
    }))

/** As many of the cells as keep the product of their local states small; two at least. */
function affordable(cells: SystemPlan['cells'], machines: readonly MachinePlan[]): SystemPlan['cells'] {
  let product = 1
  return cells.filter(({ machine }, at) => {
    product *= mostLocals(around(machines, machine))
    return at < 2 || product <= mostStates
  })
}

const around = <T>(list: readonly T[], at: number): T => list[at % list.length]!

/** Whether a chart is in the phase of this name, at any depth. */
function inPhase(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return value === name
  return Object.entries(value).some(([key, inner]) => key === name || inPhase(inner, name))
}

type Counter = Local<unknown, Counts>
type View = Readonly<Record<string, Counter | readonly Counter[]>>
type At = Readonly<Record<string, unknown>>

/** The local state at a position of a view. No other is read, so that the search may see which cells matter. */
function localAt(view: View, at: number): Counter {
  const found = view[around(Object.keys(view), at)]!
  return 'value' in found ? found : around(found, at)
}

/** A test as a predicate of a view. */
const predicate = (test: TestPlan) => {
  const truth = (view: View, at: At): boolean => {
    const { value, context } = localAt(view, test.of)
    switch (test.asks) {
      case 'phase':
        return inPhase(value, phaseName(test.region % context.counts.length, test.phase))
      case 'count':
        return context.counts[0] === test.count
      case 'parameter':
        return context.counts[0] === at.shift
      case 'same':
        return context.counts[0] === localAt(view, test.as).context.counts[0]
      default:
        return test satisfies never
    }
  }
  return (view: View, at: At): boolean => truth(view, at) !== test.not
}

const all = (tests: readonly TestPlan[]) => {
  const predicates = tests.map(predicate)
  return (view: View, at: At): boolean => predicates.every((holds) => holds(view, at))
}
const any = (tests: readonly TestPlan[]) => {
  const predicates = tests.map(predicate)
  return (view: View, at: At): boolean => predicates.some((holds) => holds(view, at))
}

const shifts = (spread: boolean): { readonly shift?: readonly number[] } => (spread ? { shift: [0, 1, 2] } : {})

/** The cells at the first positions of an order, shifted. */
const chosen = (cells: readonly RandomCell[], order: readonly number[], { shift = 0 }: At): RandomCell[] =>
  order.filter((at) => at < cells.length).map((at) => around(cells, at + (shift as number)))

function ruleOf(plan: RulePlan, at: number, cells: readonly RandomCell[]): Rule {
  const receivers = Math.min(plan.receivers, cells.length)
  const names = Array.from({ length: receivers }, (_, nth) => `receiver${nth}`)
  const heardBy = (nth: number) => (view: View) => {
    const { event, n, copies } = around(plan.hears, nth)
    return { type: around(eventNames, event), n: copies === null ? n : localAt(view, copies).context.counts[0]! }
  }
  const events = (view: View): Readonly<Record<string, Heard | readonly Heard[]>> => {
    if (!plan.broadcast) return Object.fromEntries(names.map((name, nth) => [name, heardBy(nth)(view)]))
    return { all: plan.each ? names.map((_, nth) => heardBy(nth)(view)) : heardBy(0)(view) }
  }
  return rule(`rule${at}`, shifts(plan.spread), {
    kind: plan.kind,
    actor: () => `actor${plan.actor}`,
    sends: (bound): Readonly<Record<string, RandomCell | readonly RandomCell[]>> => {
      const heard = chosen(cells, plan.order, bound).slice(0, receivers)
      return plan.broadcast ? { all: heard } : Object.fromEntries(names.map((name, nth) => [name, heard[nth]!]))
    },
    sees: (bound): Readonly<Record<string, RandomCell>> => {
      const seen = chosen(cells, plan.order, bound).slice(receivers, receivers + plan.seen)
      return Object.fromEntries(seen.map((cell, nth) => [`seen${nth}`, cell]))
    },
    waitsFor: (plan.broadcast ? ['all'] : names).filter((_, nth) => around(plan.waits, nth)),
  }).does({
    when: Object.fromEntries(plan.when.map((test, nth) => [`test${nth}`, predicate(test) as never])),
    events: events as never,
  })
}

function propertyOf(plan: PropertyPlan, at: number, cells: readonly RandomCell[], rules: number): Property {
  const name = `property ${at} (${plan.kind})`
  const axes = shifts(plan.spread)
  const reads = (bound: At): Readonly<Record<string, RandomCell>> =>
    Object.fromEntries(
      chosen(cells, plan.order, bound)
        .slice(0, plan.reads)
        .map((cell, nth) => [`cell${nth}`, cell]),
    )
  const [first, later] = [all(plan.tests), all(plan.later)]
  switch (plan.kind) {
    case 'always':
      return always(name, axes, { reads, holds: (view, bound) => !first(view, bound) })
    case 'sometimes':
      return sometimes(name, axes, { reads, holds: first })
    case 'onStep':
      return onStep(name, axes, {
        reads,
        ...(plan.on && { on: plan.on.map((rule) => `rule${rule % rules}`) }),
        holds: (before, after, _, bound) => !(first(before, bound) && later(after, bound)),
      })
    case 'leadsTo':
      return leadsTo(name, axes, { reads, from: first, to: later })
    case 'eventually':
      return eventually(name, axes, { reads, goal: any(plan.tests) })
    case 'infinitelyOften':
      return infinitelyOften(name, axes, { reads, goal: any(plan.tests) })
    case 'canReach':
      return canReach(name, axes, { reads, goal: first })
    default:
      return plan.kind satisfies never
  }
}

function fairnessOf({ strength, of, at }: FairnessPlan, { steps }: System): Fairness {
  const step = around(steps, at)
  if (of === 'actor' && step.kind === 'program') return { strength, actor: step.actor }
  return of === 'rule' ? { strength, rule: step.rule.name } : { strength, step: step.label }
}

/** The system of a plan. */
export function systemOf(plan: SystemPlan): System {
  const machines = plan.machines.map(machineOf)
  const cells = plan.cells.map(({ machine, counts }, at): RandomCell => {
    const { regions } = around(plan.machines, machine)
    return cell(`cell${at}`, around(machines, machine), { input: { counts: counts.slice(0, regions.length) } }) as RandomCell
  })
  const definition: SystemDefinition = {
    cells,
    rules: plan.rules.map((one, at) => ruleOf(one, at, cells)),
    properties: plan.properties.map((one, at) => propertyOf(one, at, cells, plan.rules.length)),
    ...(plan.final && {
      final: finalWhen(
        { cell: [...cells.keys()] },
        { reads: ({ cell }): { it: RandomCell } => ({ it: cells[cell]! }), holds: any(plan.final) as never },
      ),
    }),
  }
  const unfair = system(definition)
  return plan.fairness.length === 0
    ? unfair
    : system({ ...definition, fairness: plan.fairness.map((one) => fairnessOf(one, unfair)) })
}
