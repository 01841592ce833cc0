import type { Run } from '../check.ts'
import type { Role } from '../compile/claims.ts'
import { truth } from '../compile/codes.ts'
import { Edges } from '../search/edges.ts'
import type { Explorer } from '../search/explorer.ts'
import type { VerdictName } from '../verdict.ts'
import { components } from './components.ts'
import { type Assumption, assumptionsOf, fairComponents } from './fair.ts'
import { fairCycle, lasso, shortestStem } from './lasso.ts'

export interface ProgressResult {
  readonly verdict: VerdictName
  /** The instance that failed, among the system's. */
  readonly instance: number | undefined
  readonly run: Run | undefined
}

export interface Progress {
  /** By property: what was decided. */
  readonly results: ReadonlyMap<number, ProgressResult>
  /** Instances of `leadsTo` whose `from` is true in no reachable state. */
  readonly unreached: readonly number[]
  /** Assumptions (by index) that ruled no cycle out: without them every verdict would be the same. */
  readonly idleFairness: readonly number[]
}

/** A property as an obligation: it begins in some states, stays open within some, and must not stay open for ever. */
interface Obligation {
  readonly begins: (state: number) => boolean
  readonly within: (state: number) => boolean
}

/**
 * Decides the progress properties of a searched system: exactly, cycles included, over the compiled state graph.
 *
 * `leadsTo`, `eventually` and `infinitelyOften` fail where some fair execution keeps the obligation open for ever: it
 * goes round a fair component, or ends. `canReach` fails in a state from which no path leads to the goal. An unfinished
 * search decides nothing: `bounded`.
 */
export function decideProgress(explorer: Explorer): Progress {
  const { system } = explorer.compiled
  const results = new Map<number, ProgressResult>()
  const unreached: number[] = []
  const mattered = new Set<number>()
  const asked = [...system.instances.entries()].filter(([, { owner }]) => isProgress(system.properties[owner]!.kind))
  if (!explorer.complete) {
    for (const [, { owner }] of asked) results.set(owner, { verdict: 'bounded', instance: undefined, run: undefined })
    return { results, unreached, idleFairness: [] }
  }
  const edges = new Edges(explorer)
  const assumptions = assumptionsOf(system)
  for (const [nth, { owner }] of asked) {
    const { kind } = system.properties[owner]!
    const test = (role: Role): ((state: number) => boolean) => predicate(explorer, nth, role)
    if (kind === 'leadsTo' && !anyState(explorer, test('from'))) unreached.push(nth)
    const run =
      kind === 'canReach'
        ? pathToNowhere(explorer, edges, test('goal'))
        : openForEver(explorer, edges, assumptions, obligationOf(kind, test), mattered)
    const known = results.get(owner)
    if (run !== undefined && (known?.run === undefined || run.stem.length < known.run.stem.length))
      results.set(owner, { verdict: 'violated', instance: nth, run })
    else if (known === undefined) results.set(owner, { verdict: 'holds', instance: undefined, run: undefined })
  }
  const idleFairness = asked.length === 0 ? [] : [...assumptions.keys()].filter((at) => !mattered.has(at))
  return { results, unreached, idleFairness }
}

const isProgress = (kind: string): boolean => ['leadsTo', 'eventually', 'infinitelyOften', 'canReach'].includes(kind)

function obligationOf(kind: string, test: (role: Role) => (state: number) => boolean): Obligation {
  if (kind === 'leadsTo') {
    const [from, to] = [test('from'), test('to')]
    return { begins: (state) => from(state) && !to(state), within: (state) => !to(state) }
  }
  const goal = test('goal')
  const within = (state: number): boolean => !goal(state)
  return { begins: kind === 'eventually' ? (state) => state === 0 && within(state) : within, within }
}

/** The truth of an instance's predicate by state, asked once for each state. */
function predicate(explorer: Explorer, nth: number, role: Role): (state: number) => boolean {
  const { compiled, store } = explorer
  const claim = compiled.claims.findIndex((candidate) => candidate.nth === nth && candidate.role === role)
  const ask = compiled.program.run.claims[claim]!
  const { words } = compiled.layout
  return (state) => ask(store.rows, state * words) === truth.true
}

function anyState(explorer: Explorer, holds: (state: number) => boolean): boolean {
  for (let state = 0; state < explorer.store.count; state++) if (holds(state)) return true
  return false
}

function* statesWith(explorer: Explorer, holds: (state: number) => boolean): Generator<number> {
  for (let state = 0; state < explorer.store.count; state++) if (holds(state)) yield state
}

/** A fair execution on which the obligation stays open for ever, with the shortest stem; undefined where there is none. */
function openForEver(
  explorer: Explorer,
  edges: Edges,
  assumptions: readonly Assumption[],
  { begins, within }: Obligation,
  mattered: Set<number>,
): Run | undefined {
  const states = explorer.store.count
  // Which fair set each state belongs to; 0 for none.
  let fair: Int32Array | undefined
  let sets = 0
  fairComponents({
    edges,
    states,
    assumptions,
    starts: statesWith(explorer, begins),
    within,
    onFair: (members) => {
      fair ??= new Int32Array(states)
      sets++
      for (const state of members) fair[state] = sets
    },
    onRuledOut: (at) => mattered.add(at),
  })
  if (fair === undefined) return undefined
  const setOf = fair
  const stem = shortestStem({ explorer, edges, begins, within, accepts: (state) => setOf[state] !== 0 })
  const own = setOf[stem.end]
  if (edges.load(stem.end) === 0) return lasso(stem, [])
  return lasso(
    stem,
    fairCycle(edges, assumptions, (state) => setOf[state] === own, stem.end),
  )
}

/** The shortest path to a state from which no path leads to the goal; undefined where there is none. */
function pathToNowhere(explorer: Explorer, edges: Edges, goal: (state: number) => boolean): Run | undefined {
  const states = explorer.store.count
  const reaches = new Uint8Array(states)
  for (let state = 0; state < states; state++) if (goal(state)) reaches[state] = 1
  components({
    edges,
    states,
    starts: [0],
    within: () => true,
    onExit: (from, to) => {
      if (reaches[to] === 1) reaches[from] = 1
    },
    onComponent: (members) => {
      if (members.some((state) => reaches[state] === 1)) for (const state of members) reaches[state] = 1
    },
  })
  const lost = reaches.indexOf(0)
  return lost < 0 ? undefined : { stem: explorer.runTo({ state: lost }).steps, cycle: [] }
}
