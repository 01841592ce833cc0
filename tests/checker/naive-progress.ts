import type { Local, System } from '../../checker/index.ts'
import { targetsOf } from '../../checker/replay/judge.ts'
import { after, fireIn, type State, stateText } from '../../checker/replay/walk.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'

interface Edge {
  readonly label: string
  readonly to: number
}
interface Graph {
  readonly states: readonly State[]
  readonly edges: readonly (readonly Edge[])[]
}

function graphOf(semantics: Semantics): Graph {
  const initial = semantics.initial()
  const states: State[] = [initial]
  const known = new Map([[stateText(semantics, initial), 0]])
  const edges: Edge[][] = []
  for (const state of states) {
    const out: Edge[] = []
    for (const step of semantics.system.steps) {
      const outcome = fireIn(semantics, step, state)
      if (outcome.kind !== 'taken') continue
      const next = after(step, state, outcome.writes)
      const text = stateText(semantics, next)
      let to = known.get(text)
      if (to === undefined) known.set(text, (to = states.push(next) - 1))
      out.push({ label: step.label, to })
    }
    edges.push(out)
  }
  return { states, edges }
}

type Set_ = ReadonlySet<number>
/** Something that must happen again and again: in a state, or on an edge. */
interface Recurrent {
  readonly state: (state: number) => boolean
  readonly edge: (edge: Edge) => boolean
}

/** The states of `region` from which some path of one step or more inside it meets `goal` and may go on. */
function canMeet({ edges }: Graph, region: Set_, goal: Recurrent): Set<number> {
  const meets = new Set<number>()
  for (;;) {
    const before = meets.size
    for (const state of region)
      if (edges[state]!.some((edge) => region.has(edge.to) && (goal.edge(edge) || goal.state(edge.to) || meets.has(edge.to))))
        meets.add(state)
    if (meets.size === before) return meets
  }
}

/** Where a path inside `region` can meet every one of `goals` again and again: the greatest fixed point, by definition. */
function forEver(graph: Graph, region: Set_, goals: readonly Recurrent[]): Set_ {
  let left: Set_ = region
  for (;;) {
    const before = left.size
    for (const goal of [{ state: () => true, edge: () => true }, ...goals]) left = canMeet(graph, left, goal)
    if (left.size === before) return left
  }
}

/** Where an execution can stay in `region` for ever and be fair: strong assumptions are tried both ways, every subset. */
function fairForEver(semantics: Semantics, graph: Graph, region: Set_): Set_ {
  const { fairness } = semantics.system
  const targets = fairness.map((one) => new Set(targetsOf(semantics, one).map((step) => step.label)))
  const enabled = (at: number, state: number): boolean =>
    graph.edges[state]!.some((edge) => targets[at]!.has(edge.label) && edge.to !== state)
  const weak = [...fairness.keys()].filter((at) => fairness[at]!.strength === 'weak')
  const strong = [...fairness.keys()].filter((at) => fairness[at]!.strength === 'strong')
  const taken = (at: number) => (edge: Edge) => targets[at]!.has(edge.label)
  const good = new Set([...region].filter((state) => graph.edges[state]!.length === 0))
  for (let subset = 0; subset < 2 ** strong.length; subset++) {
    const recurring = strong.filter((_, nth) => (subset >> nth) & 1)
    const silent = strong.filter((_, nth) => !((subset >> nth) & 1))
    const quiet = new Set([...region].filter((state) => !silent.some((at) => enabled(at, state))))
    const goals = [
      ...weak.map((at): Recurrent => ({ state: (state) => !enabled(at, state), edge: taken(at) })),
      ...recurring.map((at): Recurrent => ({ state: () => false, edge: taken(at) })),
    ]
    for (const state of forEver(graph, quiet, goals)) good.add(state)
  }
  for (;;) {
    const before = good.size
    for (const state of region) if (graph.edges[state]!.some((edge) => good.has(edge.to))) good.add(state)
    if (good.size === before) return good
  }
}

/**
 * Which progress properties fail, decided a second time: fixed points over sets of states as the definitions have them,
 * no components, no tables.
 */
export function naiveProgress(system: System): Map<string, boolean> {
  const semantics = new Semantics(system)
  const graph = graphOf(semantics)
  const fails = new Map<string, boolean>()
  for (const instance of system.instances) {
    const property = system.properties[instance.owner]!
    const states = [...graph.states.keys()]
    const test = (predicate: (view: never, at: never) => boolean) => (state: number) => {
      const locals: Local[] = instance.shape.cells.map((cell) => graph.states[state]![cell]!)
      return semantics.holds(instance, predicate, locals)
    }
    const open = (begins: (state: number) => boolean, within: (state: number) => boolean): boolean => {
      const bad = fairForEver(semantics, graph, new Set(states.filter(within)))
      return states.some((state) => begins(state) && bad.has(state))
    }
    let failed: boolean
    if (property.kind === 'leadsTo') {
      const [from, to] = [test(property.from), test(property.to)]
      failed = open(from, (state) => !to(state))
    } else if (property.kind === 'eventually') {
      const goal = test(property.goal)
      failed = open(
        (state) => state === 0,
        (state) => !goal(state),
      )
    } else if (property.kind === 'infinitelyOften') {
      const goal = test(property.goal)
      failed = open(
        () => true,
        (state) => !goal(state),
      )
    } else if (property.kind === 'canReach') {
      const goal = test(property.goal)
      const reaching = new Set(states.filter(goal))
      for (let before = -1; before !== reaching.size; ) {
        before = reaching.size
        for (const state of states) if (graph.edges[state]!.some((edge) => reaching.has(edge.to))) reaching.add(state)
      }
      failed = reaching.size < states.length
    } else continue
    fails.set(property.name, failed || (fails.get(property.name) ?? false))
  }
  return fails
}
