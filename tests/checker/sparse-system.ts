import fc from 'fast-check'
import { setup } from 'xstate'
import {
  always,
  type CellOf,
  cell,
  finalWhen,
  type Local,
  onStep,
  type Property,
  type Rule,
  rule,
  type System,
  sometimes,
  system,
  update,
} from '../../checker/index.ts'

/*
 * Random systems for the reductions: many small cells, each rule touching few of them, and the same once more for each
 * thing of a sort, so that there is something to leave out. One chart serves for all cells and is asked little of XState.
 */

export interface Held {
  readonly n: number
  /** A thing, or `nobody`. */
  readonly who: string
}
type Heard = { readonly type: 'SET' | 'SHUT'; readonly n: number; readonly who: string }

const box = setup({ types: { context: {} as { n: number; who: string }, events: {} as Heard } }).createMachine({
  id: 'box',
  context: { n: 0, who: 'nobody' },
  initial: 'open',
  states: {
    open: {
      on: {
        SET: { actions: update((held, { n, who }) => void Object.assign(held, { n, who })) },
        SHUT: { target: 'shut', actions: update((held, { n, who }) => void Object.assign(held, { n, who })) },
      },
    },
    // A rule that sends SET to a shut box is unhandled, or waits.
    shut: { on: { SHUT: 'open' } },
  },
})
type Box = CellOf<typeof box>

/** What is asked of the cell at a position: its number, whom it names, or whether it is open. */
interface Question {
  readonly of: number
  readonly asks: 'n' | 'who' | 'open' | 'not-n'
  readonly value: number
}
interface Change {
  readonly n: number
  /** Position of a seen cell whose number is added, or null. */
  readonly plus: number | null
  readonly who: 'nobody' | 'thing' | 'other' | 'kept'
  readonly shuts: boolean
}
export interface SparseRule {
  readonly kind: 'program' | 'environment'
  readonly axes: 0 | 1 | 2
  readonly order: readonly number[]
  readonly receivers: number
  readonly seen: number
  readonly waits: boolean
  readonly when: readonly Question[]
  readonly changes: readonly Change[]
  /** The rule does something else for the first thing: a lie about the sort. */
  readonly favours: boolean
}
interface SparseClaim {
  readonly kind: 'always' | 'sometimes' | 'onStep'
  readonly axes: 0 | 1 | 2
  readonly order: readonly number[]
  readonly reads: number
  readonly tests: readonly Question[]
  readonly on: readonly number[] | null
}
export interface SparsePlan {
  readonly things: number
  readonly shared: number
  readonly own: number
  readonly most: number
  readonly rules: readonly SparseRule[]
  readonly claims: readonly SparseClaim[]
  readonly final: readonly Question[] | null
}

const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 })
const question: fc.Arbitrary<Question> = fc.record({
  of: fc.nat(2),
  asks: fc.constantFrom('n', 'n', 'who', 'open', 'not-n'),
  value: fc.nat(2),
})
const change: fc.Arbitrary<Change> = fc.record({
  n: fc.nat(2),
  plus: fc.option(fc.nat(2), { nil: null }),
  who: fc.constantFrom('nobody', 'thing', 'other', 'kept'),
  shuts: fc.constantFrom(false, false, false, false, true),
})
const sparseRule = (favours: fc.Arbitrary<boolean>): fc.Arbitrary<SparseRule> =>
  fc.record({
    kind: fc.constantFrom('program', 'program', 'environment'),
    axes: fc.constantFrom(0, 1, 1, 2),
    order,
    receivers: fc.constantFrom(1, 1, 1, 2),
    seen: fc.constantFrom(0, 0, 1),
    waits: fc.constantFrom(true, true, true, false),
    when: fc.array(question, { minLength: 1, maxLength: 3 }),
    changes: fc.array(change, { minLength: 2, maxLength: 2 }),
    favours,
  })

export interface SparseOptions {
  readonly things: readonly number[]
  /** Lets rules lie about their sort. */
  readonly lies?: boolean
}

export const sparsePlan = ({ things, lies = false }: SparseOptions): fc.Arbitrary<SparsePlan> =>
  fc.record({
    things: fc.constantFrom(...things),
    shared: fc.integer({ min: 1, max: 3 }),
    own: fc.integer({ min: 1, max: 2 }),
    most: fc.constantFrom(2, 2, 3),
    rules: fc.array(sparseRule(lies ? fc.constantFrom(false, false, true) : fc.constant(false)), {
      minLength: 4,
      maxLength: 8,
      size: 'max',
    }),
    claims: fc.array(
      fc.record({
        kind: fc.constantFrom('always', 'sometimes', 'onStep'),
        axes: fc.constantFrom(0, 1, 2),
        order,
        reads: fc.constantFrom(1, 1, 2),
        tests: fc.array(question, { minLength: 1, maxLength: 2 }),
        on: fc.option(fc.array(fc.nat(7), { minLength: 1, maxLength: 2 }), { nil: null, freq: 2 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    final: fc.option(fc.array(question, { minLength: 1, maxLength: 1 }), { nil: null, freq: 2 }),
  })

type At = Readonly<Record<string, string>>
type View = Readonly<Record<string, Local<unknown, Held>>>

const around = <T>(list: readonly T[], at: number): T => list[at % list.length]!

function answer(view: View, { of, asks, value }: Question, at: At): boolean {
  const { value: phase, context } = view[around(Object.keys(view), of)]!
  switch (asks) {
    case 'n':
      return context.n === value
    case 'not-n':
      return context.n !== value
    case 'who':
      return context.who === (value === 0 ? 'nobody' : value === 1 ? (at.thing ?? 'nobody') : (at.other ?? 'nobody'))
    case 'open':
      return phase === 'open'
    default:
      return asks satisfies never
  }
}

/** The system of a plan. */
export function sparseSystem(plan: SparsePlan): System {
  const things = Array.from({ length: plan.things }, (_, at) => `t${at}`)
  const references = { who: 'thing' } as const
  const shared = Array.from({ length: plan.shared }, (_, at): Box => cell(`shared${at}`, box, { references }))
  const own = (thing: string): Box[] =>
    Array.from({ length: plan.own }, (_, at) => cell(`own${at}.${thing}`, box, { of: { thing }, role: `own${at}`, references }))
  const pool = ({ thing, other }: At): Box[] => [
    ...shared,
    ...(thing === undefined ? [] : own(thing)),
    ...(other === undefined ? [] : own(other)),
  ]
  const chosen = (order: readonly number[], at: At, from: number, count: number): Record<string, Box> => {
    const cells = pool(at)
    const picked = order.filter((place) => place < cells.length).slice(from, from + count)
    return Object.fromEntries(picked.map((place, nth) => [`c${from + nth}`, cells[place]!]))
  }
  const axesOf = (count: 0 | 1 | 2): Record<string, readonly string[]> =>
    count === 0 ? {} : count === 1 ? { thing: things } : { thing: things, other: things }
  const where = (at: object): boolean => (at as At).thing === undefined || (at as At).thing !== (at as At).other
  const ruleOf = (one: SparseRule, nth: number): Rule =>
    rule(`rule${nth}`, axesOf(one.axes), {
      kind: one.kind,
      where,
      actor: (at) => (at as At).thing ?? 'world',
      sends: (at) => chosen(one.order, at as At, 0, one.receivers),
      sees: (at) => chosen(one.order, at as At, one.receivers, one.seen),
      waitsFor: one.waits ? ['c0'] : [],
    }).does({
      when: Object.fromEntries(
        one.when.map((asked, place) => [`test${place}`, (view: unknown, at: unknown) => answer(view as View, asked, at as At)]),
      ),
      events: ((view: View, at: At) => {
        const heard = Object.keys(view).slice(0, Math.min(one.receivers, Object.keys(view).length))
        const event = (name: string, { n, plus, who, shuts }: Change): Heard => ({
          type: shuts ? 'SHUT' : 'SET',
          n:
            (n +
              (plus === null ? 0 : view[around(Object.keys(view), plus)]!.context.n) +
              (one.favours && at.thing === 't0' ? 1 : 0)) %
            plan.most,
          who: who === 'nobody' ? who : who === 'kept' ? view[name]!.context.who : (at[who] ?? 'nobody'),
        })
        return Object.fromEntries(heard.map((name, place) => [name, event(name, one.changes[place]!)]))
      }) as never,
    })
  const rules = plan.rules.map(ruleOf)
  const claimOf = (one: SparseClaim, nth: number): Property => {
    const name = `claim ${nth} (${one.kind})`
    const common = { where, reads: (at: object) => chosen(one.order, at as At, 0, one.reads) }
    const all = (view: object, at: object): boolean => one.tests.every((asked) => answer(view as View, asked, at as At))
    const axes = axesOf(one.axes)
    if (one.kind === 'always') return always(name, axes, { ...common, holds: (view, at) => !all(view, at) })
    if (one.kind === 'sometimes') return sometimes(name, axes, { ...common, holds: all })
    return onStep(name, axes, {
      ...common,
      ...(one.on && { on: one.on.map((place) => around(rules, place).name) }),
      holds: (before, after, _, at) => !(all(before, at) && !all(after, at)),
    })
  }
  return system({
    cells: [...shared, ...things.flatMap(own)],
    rules,
    properties: plan.claims.map(claimOf),
    interchangeable: { thing: things },
    ...(plan.final && {
      final: finalWhen(
        {},
        { reads: () => ({ c0: shared[0]! }), holds: (view) => plan.final!.every((asked) => answer(view, asked, {})) },
      ),
    }),
  })
}
