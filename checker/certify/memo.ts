/** Up to this many combinations an array is cheaper than a map; it is made and cleared whether or not it is filled. */
const densest = 1 << 12

/** What a question answers for the numbers of a few cells; each combination is asked once. */
export class Memo<T> {
  readonly #cells: readonly number[]
  readonly #factors: readonly number[]
  readonly #ask: (ids: Uint32Array) => T
  readonly #answers: T[] = []
  /** Positions among the answers, from 1; 0 says: not asked yet. */
  readonly #dense: Uint32Array | undefined
  readonly #sparse = new Map<number | string, number>()
  readonly #fitsNumber: boolean

  /** `sizes` tells how many numbers each cell has. */
  constructor(cells: readonly number[], sizes: readonly number[], ask: (ids: Uint32Array) => T) {
    let combinations = 1
    this.#cells = cells
    this.#ask = ask
    this.#factors = cells.map((cell) => {
      const factor = combinations
      combinations *= sizes[cell]!
      return factor
    })
    this.#fitsNumber = combinations <= Number.MAX_SAFE_INTEGER
    this.#dense = combinations <= densest ? new Uint32Array(combinations) : undefined
  }

  /** The answer for these numbers, one for each cell of all. */
  of(ids: Uint32Array): T {
    if (this.#dense !== undefined) {
      const key = this.#number(ids)
      const known = this.#dense[key]!
      if (known !== 0) return this.#answers[known - 1]!
      this.#dense[key] = this.#answers.push(this.#ask(ids))
      return this.#answers.at(-1)!
    }
    const key = this.#fitsNumber ? this.#number(ids) : this.#cells.map((cell) => ids[cell]).join()
    const known = this.#sparse.get(key)
    if (known !== undefined) return this.#answers[known - 1]!
    this.#sparse.set(key, this.#answers.push(this.#ask(ids)))
    return this.#answers.at(-1)!
  }

  #number(ids: Uint32Array): number {
    let key = 0
    for (let at = 0; at < this.#cells.length; at++) key += ids[this.#cells[at]!]! * this.#factors[at]!
    return key
  }
}
