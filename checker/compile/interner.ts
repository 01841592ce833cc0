import type { Local } from '../define/cell.ts'
import { ModelError } from '../errors.ts'

/** Thrown when a cell has more local states than its field of the row can number: the row must be widened. */
export class Outgrown extends Error {
  override readonly name = 'Outgrown'
}

const mostLocals = 1 << 24

/** Numbers each cell's local states in the order of their discovery. */
export class Interner {
  readonly locals: Local[][]
  readonly #ids: Map<Local, number>[]
  readonly #capacity: number[]

  constructor(cells: number) {
    this.locals = Array.from({ length: cells }, () => [])
    this.#ids = Array.from({ length: cells }, () => new Map())
    this.#capacity = Array.from({ length: cells }, () => mostLocals)
  }

  /** How many local states each cell may have before `idOf` throws `Outgrown`. */
  limit(capacity: readonly number[]): void {
    for (const [cell, most] of capacity.entries()) this.#capacity[cell] = most
  }

  /** @throws Outgrown when the cell's field is too narrow; the number is assigned all the same. */
  idOf(cell: number, local: Local): number {
    let id = this.#ids[cell]!.get(local)
    if (id === undefined) {
      id = this.locals[cell]!.push(local) - 1
      if (id >= mostLocals) throw new ModelError(`a cell has more than ${mostLocals} local states: split it into several cells`)
      this.#ids[cell]!.set(local, id)
    }
    if (id >= this.#capacity[cell]!) throw new Outgrown()
    return id
  }
}
