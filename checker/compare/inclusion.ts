import type { Explorer } from '../search/explorer.ts'

/**
 * Whether one system's behaviours are among another's, as sequences of visible steps by label: `included`; or the
 * shortest such sequence that the other has not, with the steps that lead to it; or undecided after `pairs`.
 */
export type Inclusion =
  | { readonly kind: 'included' }
  | { readonly kind: 'extra'; readonly visible: readonly string[]; readonly steps: readonly string[] }
  | { readonly kind: 'undecided'; readonly pairs: number }

interface Edge {
  readonly label: string
  readonly isVisible: boolean
  readonly to: number
}

/** What is reached together: a state of the one, and every state of the other in which it may be after the same steps. */
interface Pair {
  readonly state: number
  readonly subset: number
  readonly parent: number
  readonly edge: Edge | undefined
}

/**
 * Finite behaviours of `one` against those of `other`, by the subset construction, breadth-first, so that the first
 * extra sequence is a shortest one. Both searches cover the whole space.
 */
export function inclusion(one: Explorer, other: Explorer, isVisible: (label: string) => boolean, most: number): Inclusion {
  const edgesOne = edgesOf(one, isVisible)
  const subsets = new Subsets(edgesOf(other, isVisible))
  const pairs: Pair[] = []
  const known = new Set<string>()
  const add = (level: number[], pair: Pair): void => {
    const key = `${pair.state} ${pair.subset}`
    if (known.has(key)) return
    known.add(key)
    level.push(pairs.push(pair) - 1)
  }
  let level: number[] = []
  add(level, { state: 0, subset: subsets.initial, parent: -1, edge: undefined })
  while (level.length > 0) {
    const next: number[] = []
    // First where hidden steps lead, so that a pair stands on the first level on which it can.
    for (const at of level) {
      const { state, subset } = pairs[at]!
      for (const edge of edgesOne(state)) if (!edge.isVisible) add(level, { state: edge.to, subset, parent: at, edge })
    }
    for (const at of level) {
      const { state, subset } = pairs[at]!
      for (const edge of edgesOne(state)) {
        if (!edge.isVisible) continue
        const after = subsets.after(subset, edge.label)
        if (after === undefined) return extra(pairs, at, edge)
        add(next, { state: edge.to, subset: after, parent: at, edge })
      }
      if (pairs.length > most) return { kind: 'undecided', pairs: pairs.length }
    }
    level = next
  }
  return { kind: 'included' }
}

function extra(pairs: readonly Pair[], last: number, edge: Edge): Inclusion {
  const edges = [edge]
  for (let at = last; pairs[at]!.edge !== undefined; at = pairs[at]!.parent) edges.unshift(pairs[at]!.edge!)
  return {
    kind: 'extra',
    visible: edges.filter(({ isVisible }) => isVisible).map(({ label }) => label),
    steps: edges.map(({ label }) => label),
  }
}

/** The edges of each state, computed once. */
function edgesOf(explorer: Explorer, isVisible: (label: string) => boolean): (state: number) => readonly Edge[] {
  const { steps } = explorer.compiled.system
  const known: Edge[][] = []
  return (state) => {
    const found = known[state]
    if (found !== undefined) return found
    const edges: Edge[] = []
    explorer.successors(state, (step, to) => {
      const { label } = steps[step]!
      edges.push({ label, isVisible: isVisible(label), to })
    })
    return (known[state] = edges)
  }
}

/** Sets of states, closed under hidden steps, under small numbers. */
class Subsets {
  readonly initial: number
  readonly #edges: (state: number) => readonly Edge[]
  readonly #numbers = new Map<string, number>()
  readonly #sets: (readonly number[])[] = []
  readonly #after = new Map<string, number | undefined>()

  constructor(edges: (state: number) => readonly Edge[]) {
    this.#edges = edges
    this.initial = this.#closed([0])
  }

  /** Where the states of a set can be after a visible step, or undefined where none has it. */
  after(subset: number, label: string): number | undefined {
    const key = `${subset} ${label}`
    if (!this.#after.has(key)) {
      const reached = this.#sets[subset]!.flatMap((state) =>
        this.#edges(state).flatMap((edge) => (edge.isVisible && edge.label === label ? [edge.to] : [])),
      )
      this.#after.set(key, reached.length === 0 ? undefined : this.#closed(reached))
    }
    return this.#after.get(key)
  }

  #closed(from: readonly number[]): number {
    const states = new Set(from)
    for (const state of states) for (const edge of this.#edges(state)) if (!edge.isVisible) states.add(edge.to)
    const sorted = [...states].toSorted((a, b) => a - b)
    const key = sorted.join(' ')
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.#sets.length)
    return this.#sets.push(sorted) - 1
  }
}
