import { ModelError } from '../errors.ts'
import type { AnyCell, Local } from './cell.ts'
import type { Cast } from './rule.ts'

type Slot = readonly [key: string, position: number | readonly number[]]

/** Which cells a rule or property is handed, and under which names; `cells` holds each cell's index once. */
export interface Shape {
  readonly cells: readonly number[]
  readonly slots: readonly Slot[]
}

/** Turns casts into shapes over the cells of one system, and refuses cells that the system does not list. */
export class CellIndex {
  readonly #byName = new Map<string, number>()
  readonly #cells: readonly AnyCell[]

  constructor(cells: readonly AnyCell[]) {
    this.#cells = cells
    for (const [index, cell] of cells.entries()) {
      if (this.#byName.has(cell.name)) throw new ModelError(`cell '${cell.name}' is listed twice in 'cells'`)
      this.#byName.set(cell.name, index)
    }
  }

  #indexOf(cell: AnyCell, user: string): number {
    const index = this.#byName.get(cell.name)
    if (index === undefined) throw new ModelError(`${user} names cell '${cell.name}', which is not in 'cells'`)
    const listed = this.#cells[index]!
    if (listed.machine !== cell.machine)
      throw new ModelError(`${user} names cell '${cell.name}' with another machine than the one in 'cells'`)
    if (listed.input !== cell.input && JSON.stringify(listed.input) !== JSON.stringify(cell.input))
      throw new ModelError(`${user} names cell '${cell.name}' with another input than the one in 'cells'`)
    return index
  }

  /** The shape of several casts together, in order. Names must differ between casts. */
  shapeOf(casts: readonly Cast[], user: string): Shape {
    const cells: number[] = []
    const slots: Slot[] = []
    const place = (cell: AnyCell): number => {
      const index = this.#indexOf(cell, user)
      const known = cells.indexOf(index)
      return known >= 0 ? known : cells.push(index) - 1
    }
    for (const cast of casts)
      for (const [key, value] of Object.entries(cast)) {
        if (slots.some(([name]) => name === key)) throw new ModelError(`${user} uses the name '${key}' twice`)
        slots.push([key, Array.isArray(value) ? value.map(place) : place(value as AnyCell)])
      }
    return { cells, slots }
  }
}

/** The view that user code is handed: the local states under the cast's names, frozen. */
export function viewOf(shape: Shape, locals: readonly Local[]): Readonly<Record<string, Local | readonly Local[]>> {
  const view: Record<string, Local | readonly Local[]> = {}
  for (const [key, position] of shape.slots)
    view[key] = typeof position === 'number' ? locals[position]! : Object.freeze(position.map((at) => locals[at]!))
  return Object.freeze(view)
}
