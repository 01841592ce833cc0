import type { Edges } from '../search/edges.ts'

export interface ComponentsOptions {
  readonly edges: Edges
  readonly states: number
  /** States from which the search begins. */
  readonly starts: Iterable<number>
  /** Whether an edge belongs to the subgraph; asked of a start as an edge to itself. */
  readonly within: (to: number, from: number) => boolean
  /** Every edge that leaves a component, once its target's component is complete. */
  readonly onExit?: (from: number, to: number) => void
  /** A strongly connected component, complete; successors' components come first. `members` is valid during the call. */
  readonly onComponent: (members: Int32Array) => void
}

const [unseen, finished] = [0, 0x7fffffff]

/**
 * Tarjan's strongly connected components, without recursion and without stored edges. A state is expanded when it is
 * entered and again each time a tree edge returns to it: at most twice as often as there are states, all told.
 */
export function components({ edges, states, starts, within, onExit, onComponent }: ComponentsOptions): void {
  // `order` numbers states on the stack by time of entry, from 1; `low`, for a state on the path, is the least order
  // known to be reachable from it.
  const order = new Int32Array(states)
  const stack = new Stack()
  const path = new Stack()
  const low = new Stack()
  const cursor = new Stack()
  let time = 0
  const reach = (other: number): void => {
    if (other < low.at(low.length - 1)) low.set(low.length - 1, other)
  }
  const enter = (state: number): void => {
    order[state] = ++time
    stack.push(state)
    path.push(state)
    low.push(time)
    cursor.push(0)
  }
  const leave = (state: number): void => {
    const own = low.at(low.length - 1)
    if (own === order[state]) {
      let from = stack.length
      while (stack.at(--from) !== state);
      const members = stack.from(from)
      onComponent(members)
      for (const member of members) order[member] = finished
      stack.length = from
    }
    path.length--
    low.length--
    cursor.length--
    if (path.length === 0) return
    const parent = path.at(path.length - 1)
    if (order[state] === finished) onExit?.(parent, state)
    else reach(own)
  }
  for (const start of starts) {
    if (order[start] !== unseen || !within(start, start)) continue
    enter(start)
    while (path.length > 0) {
      const state = path.at(path.length - 1)
      const count = edges.load(state)
      let nth = cursor.at(cursor.length - 1)
      let entered = false
      for (; nth < count && !entered; nth++) {
        const target = edges.target(nth)
        if (!within(target, state)) continue
        if (order[target] === unseen) {
          cursor.set(cursor.length - 1, nth + 1)
          enter(target)
          entered = true
        } else if (order[target] === finished) onExit?.(state, target)
        else reach(order[target]!)
      }
      if (!entered) leave(state)
    }
  }
}

/** A stack of 32-bit integers. */
class Stack {
  length = 0
  #values = new Int32Array(1024)

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(this.#values.length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.length++] = value
  }

  at(index: number): number {
    return this.#values[index]!
  }

  set(index: number, value: number): void {
    this.#values[index] = value
  }

  from(index: number): Int32Array {
    return this.#values.subarray(index, this.length)
  }
}
