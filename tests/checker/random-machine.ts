import fc from 'fast-check'
import { type AnyStateMachine, assign, createMachine, enqueueActions, raise } from 'xstate'
import { type Cell, update } from '../../checker/index.ts'

/*
 * Random charts from plain data. They are flat, nested or parallel, may end, and count; each region of a parallel chart
 * changes its own count only, so that regions commute. A chart comes to rest: `always` and `onDone` lead forward, and
 * what hears the one event that is raised raises nothing.
 */

/** What random cells hear, and what they remember: one count a region. */
export interface Heard {
  readonly type: string
  readonly n: number
}
export interface Counts {
  readonly counts: readonly number[]
}
export type RandomCell = Cell<unknown, Counts, Heard>

export const eventNames = ['A', 'B', 'C'] as const
const raised = 'RAISED'

/** An edge to the phase at position `to`, or to none; without a target, a change or a raise it forbids its event. */
interface EdgePlan {
  readonly to: number | 'nowhere'
  readonly reenter: boolean
  readonly guard: { readonly count: number; readonly not: boolean } | null
  readonly change: 'none' | 'increment' | 'reset' | 'take'
  readonly raises: boolean
}
interface LeafPlan {
  /** The edges for each of `eventNames`, tried in order. */
  readonly on: readonly (readonly EdgePlan[])[]
  readonly onRaised: EdgePlan | null
  /** Leaves for the next phase by itself, if the count is this. */
  readonly leavesAt: number | null
  readonly countsEntries: boolean
  readonly ends: boolean
}
interface PhasePlan extends LeafPlan {
  readonly inner: readonly LeafPlan[]
}
type RegionPlan = readonly PhasePlan[]
export interface MachinePlan {
  /** Counts are taken modulo this. */
  readonly modulus: number
  /** One region: its phases are the chart's. Two: they run in parallel. */
  readonly regions: readonly RegionPlan[]
  /** An event that every phase hears, if it has no edge of its own for it. */
  readonly fallback: number | null
}

const count = fc.nat(2)
/** `yes` out of ten. */
const rarely = (yes: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: 10 - yes, arbitrary: fc.constant(false) }, { weight: yes, arbitrary: fc.constant(true) })
const seldom = <T>(arbitrary: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null, freq })

const edgePlan = (raises: fc.Arbitrary<boolean>): fc.Arbitrary<EdgePlan> =>
  fc.record({
    to: fc.oneof({ weight: 6, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.constant('nowhere' as const) }),
    reenter: rarely(2),
    guard: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.record({ count, not: fc.boolean() }) },
    ),
    change: fc.constantFrom('none', 'increment', 'take', 'increment', 'reset', 'take'),
    raises,
  })

const leafPlan: fc.Arbitrary<LeafPlan> = fc.record({
  on: fc.tuple(
    ...eventNames.map(() =>
      fc.oneof(
        { weight: 1, arbitrary: fc.constant([]) },
        { weight: 12, arbitrary: fc.tuple(edgePlan(rarely(2))) },
        { weight: 1, arbitrary: fc.tuple(edgePlan(rarely(2)), edgePlan(rarely(2))) },
      ),
    ),
  ),
  onRaised: seldom(edgePlan(fc.constant(false)), 1),
  leavesAt: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: count }),
  countsEntries: rarely(1),
  ends: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})

const regionPlan = (most: number): fc.Arbitrary<RegionPlan> =>
  fc
    .array(fc.record({ leaf: leafPlan, nests: rarely(1), inner: fc.array(leafPlan, { minLength: 2, maxLength: 2 }) }), {
      minLength: 2,
      maxLength: most,
    })
    .map((phases) => phases.map(({ leaf, nests, inner }) => ({ ...leaf, inner: nests ? inner : [] })))

export const machinePlan: fc.Arbitrary<MachinePlan> = fc.record({
  modulus: fc.constantFrom(2, 3, 1),
  regions: fc.oneof(
    { weight: 5, arbitrary: fc.tuple(regionPlan(4)) },
    { weight: 1, arbitrary: fc.tuple(regionPlan(2), regionPlan(2)) },
  ),
  fallback: seldom(fc.nat(eventNames.length - 1)),
})

/** No more local states than this has a cell of the planned machine. */
export const mostLocals = ({ modulus, regions }: MachinePlan): number =>
  regions.reduce(
    (product, region) => product * modulus * region.reduce((sum, phase) => sum + Math.max(1, phase.inner.length), 0),
    1,
  )

/** The name of a phase; `inner` is its position inside a phase that nests. */
export const phaseName = (region: number, phase: number, inner?: number): string =>
  `${'xy'[region]}${phase}${inner === undefined ? '' : `-${inner}`}`

/** The chart of a plan. Its input is what it counts from. */
export function machineOf({ modulus, regions, fallback }: MachinePlan): AnyStateMachine {
  const bump = (region: number) =>
    update<{ counts: number[] }, Heard, undefined, Heard, never>((own) => {
      own.counts[region] = (own.counts[region]! + 1) % modulus
    })
  const put = (region: number, value: number) =>
    assign<Counts, Heard, undefined, Heard, never>({
      counts: ({ context }) => context.counts.map((count, at) => (at === region ? value % modulus : count)),
    })
  const changes = (region: number) => ({
    none: [],
    increment: bump(region),
    reset: put(region, 0),
    take: enqueueActions(({ enqueue, event }) => enqueue(put(region, (event as unknown as Heard).n) as never)),
  })
  const edge = (plan: EdgePlan, region: number, siblings: readonly string[]) => ({
    ...(plan.to !== 'nowhere' && { target: siblings[plan.to % siblings.length] }),
    reenter: plan.reenter,
    ...(plan.guard && {
      guard: ({ context }: { context: Counts }) => (context.counts[region] === plan.guard!.count) !== plan.guard!.not,
    }),
    actions: [
      changes(region)[plan.change],
      ...(plan.raises && region === 0 ? [raise(({ event }: { event: Heard }) => ({ type: raised, n: event.n }))] : []),
    ].flat(),
  })
  const states = (plans: RegionPlan | readonly LeafPlan[], region: number, names: readonly string[]): object =>
    Object.fromEntries(
      plans.map((plan, at) => {
        const inner = 'inner' in plan ? plan.inner : []
        const innerNames = inner.map((_, nth) => phaseName(region, at, nth))
        const next = names[at + 1]
        if (plan.ends && at > 0) return [names[at], { type: 'final' }]
        const on = plan.on.map((edges, nth) => [eventNames[nth]!, edges.map((one) => edge(one, region, names))] as const)
        const config = {
          on: Object.fromEntries([
            ...on.filter(([, edges]) => edges.length > 0),
            ...(plan.onRaised === null ? [] : [[raised, edge(plan.onRaised, region, names)]]),
          ]),
          ...(plan.countsEntries && { entry: bump(region) }),
          ...(plan.leavesAt !== null &&
            next !== undefined && {
              always: { guard: ({ context }: { context: Counts }) => context.counts[region] === plan.leavesAt, target: next },
            }),
          ...(inner.length > 0 && {
            initial: innerNames[0],
            states: states(inner, region, innerNames),
            ...(next !== undefined && { onDone: next }),
          }),
        }
        return [names[at], config]
      }),
    )
  const region = (plan: RegionPlan, at: number): object => {
    const names = plan.map((_, phase) => phaseName(at, phase))
    return { initial: names[0], states: states(plan, at, names) }
  }
  const root =
    regions.length === 1
      ? region(regions[0]!, 0)
      : { type: 'parallel', states: Object.fromEntries(regions.map((plan, at) => ['xy'[at], region(plan, at)])) }
  const config: object = {
    context: ({ input }: { input: Counts }) => ({ counts: input.counts.map((count) => count % modulus) }),
    ...root,
    ...(fallback !== null && { on: { [eventNames[fallback]!]: { actions: bump(0) } } }),
  }
  return createMachine(config as Parameters<typeof createMachine>[0])
}
