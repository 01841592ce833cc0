import type { Run } from '../check.ts'
import type { Edges } from '../search/edges.ts'
import type { Explorer } from '../search/explorer.ts'
import { type Assumption, isEnabled } from './fair.ts'

/** What a stem must do: be pending from some state on, and stay within the subgraph from there. */
export interface StemOptions {
  readonly explorer: Explorer
  readonly edges: Edges
  /** Whether the obligation begins in a state. */
  readonly begins: (state: number) => boolean
  /** Whether the obligation is still open in a state. */
  readonly within: (state: number) => boolean
  readonly accepts: (state: number) => boolean
}

export interface Stem {
  readonly steps: readonly number[]
  readonly end: number
}

/**
 * The shortest way from the initial state to an accepting one that keeps its obligation open: breadth first, level by
 * level with the search itself, so that a state may be pending from the moment it is first reached.
 */
export function shortestStem({ explorer, edges, begins, within, accepts }: StemOptions): Stem {
  const { count } = explorer.store
  // For a pending state: 1 + the pending state before it, 0 where the obligation begins, −1 where it is not pending.
  const before = new Int32Array(count).fill(-1)
  const via = new Int32Array(count)
  let level: number[] = []
  for (let depth = 0; ; depth++) {
    const [first, end] = [explorer.levels[depth] ?? count, explorer.levels[depth + 1] ?? count]
    for (let state = first; state < end; state++)
      if (before[state] === -1 && begins(state)) {
        before[state] = 0
        level.push(state)
      }
    const found = level.find(accepts)
    if (found !== undefined) {
      const tail: number[] = []
      let at = found
      for (; before[at]! > 0; at = before[at]! - 1) tail.push(via[at]!)
      return { steps: [...explorer.runTo({ state: at }).steps, ...tail.reverse()], end: found }
    }
    if (level.length === 0 && first >= count) throw new RangeError('no accepting state is reachable')
    const next: number[] = []
    for (const state of level) {
      const edgeCount = edges.load(state)
      for (let nth = 0; nth < edgeCount; nth++) {
        const target = edges.target(nth)
        if (before[target] !== -1 || !within(target)) continue
        before[target] = state + 1
        via[target] = edges.step(nth)
        next.push(target)
      }
    }
    level = next
  }
}

/**
 * A cycle from `start` back to itself inside `members` that keeps every assumption: for each in turn, the nearest edge
 * that takes a target or, where that is enough, the nearest state in which none is enabled. Short, not claimed shortest.
 */
export function fairCycle(
  edges: Edges,
  assumptions: readonly Assumption[],
  inside: (state: number) => boolean,
  start: number,
): number[] {
  const steps: number[] = []
  const visited = [start]
  let here = start
  const go = (path: Path): void => {
    for (const { step, to } of path) {
      steps.push(step)
      visited.push(to)
      here = to
    }
  }
  for (const assumption of assumptions) {
    const { fairness, targets } = assumption
    if (steps.some((step) => targets[step])) continue
    const enabledSomewhere = (): boolean =>
      nearest(edges, inside, start, (state) => isEnabled(edges, assumption, state)) !== undefined
    if (fairness.strength === 'weak' && visited.some((state) => !isEnabled(edges, assumption, state))) continue
    if (fairness.strength === 'strong' && !enabledSomewhere()) continue
    const taking = nearest(edges, inside, here, undefined, (step) => targets[step]!)
    const idling =
      fairness.strength === 'weak' ? nearest(edges, inside, here, (state) => !isEnabled(edges, assumption, state)) : undefined
    const path = [taking, idling].filter((found) => found !== undefined).sort((a, b) => a.length - b.length)[0]
    if (path === undefined) throw new RangeError('the component does not satisfy its assumptions')
    go(path)
  }
  const back = nearest(edges, inside, here, undefined, (_, to) => to === start)
  if (here !== start || steps.length === 0) {
    if (back === undefined) throw new RangeError('the component is not strongly connected')
    go(back)
  }
  return steps
}

type Path = readonly { readonly step: number; readonly to: number }[]

/** The shortest path inside the component to a state (which may be `from` itself) or over an edge. */
function nearest(
  edges: Edges,
  inside: (state: number) => boolean,
  from: number,
  state: ((state: number) => boolean) | undefined,
  edge: (step: number, to: number) => boolean = () => false,
): Path | undefined {
  if (state?.(from)) return []
  const paths = new Map<number, { readonly parent: number; readonly step: number }>()
  const unwind = (end: number): { step: number; to: number }[] => {
    const path: { step: number; to: number }[] = []
    for (let at = end; at !== from; at = paths.get(at)!.parent) path.push({ step: paths.get(at)!.step, to: at })
    return path.reverse()
  }
  const queue = [from]
  for (const at of queue) {
    const found: { step: number; to: number }[] = []
    const count = edges.load(at)
    for (let nth = 0; nth < count; nth++) {
      const to = edges.target(nth)
      if (inside(to)) found.push({ step: edges.step(nth), to })
    }
    for (const { step, to } of found) {
      if (edge(step, to)) return [...unwind(at), { step, to }]
      if (to === from || paths.has(to)) continue
      paths.set(to, { parent: at, step })
      if (state?.(to)) return unwind(to)
      queue.push(to)
    }
  }
  return undefined
}

export const lasso = (stem: Stem, cycle: readonly number[]): Run => ({ stem: stem.steps, cycle })
