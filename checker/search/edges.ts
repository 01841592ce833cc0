import { successorExtra } from '../compile/generate.ts'
import type { Explorer } from './explorer.ts'

/**
 * The outgoing edges of one state at a time, computed again from the tables instead of being stored. Valid once a
 * search is done; in an unfinished one a target may be −1, unknown.
 */
export class Edges {
  /** How many edges the loaded state has. */
  count = 0
  readonly #explorer: Explorer
  readonly #words: number
  readonly #out: Int32Array

  constructor(explorer: Explorer) {
    this.#explorer = explorer
    this.#words = explorer.compiled.layout.words
    this.#out = new Int32Array(explorer.compiled.system.steps.length * (this.#words + successorExtra))
  }

  load(state: number): number {
    const end = this.#explorer.expand(state, this.#out)
    return (this.count = end / (this.#words + successorExtra))
  }

  /** The index of the step of the loaded state's edge `nth`. */
  step(nth: number): number {
    return this.#out[nth * (this.#words + successorExtra) + this.#words]!
  }

  /** The state that edge `nth` leads to. */
  target(nth: number): number {
    const { compiled, store } = this.#explorer
    return compiled.program.run.find(this.#out, nth * (this.#words + successorExtra), store.rows, store.table)
  }
}
