import type { Compiled } from '../compile/compiled.ts'
import type { Local } from '../define/cell.ts'
import type { Thing } from '../define/system.ts'
import { type IsSelf, portraitOf, renamedContext, sortsOf } from './references.ts'
import { type Exchange, orbitsOf, renamingOf, type Symmetry, touches } from './symmetry.ts'

/**
 * What an exchange makes of local states, by number: tables that are filled the first time an entry is asked for. Local
 * states have order keys and portraits that depend on their texts alone, so that no canonical row depends on the order
 * in which they were numbered.
 */
export class Images {
  readonly symmetry: Symmetry
  /** For each exchange: the cells that it moves or whose contexts it may change. */
  readonly touched: readonly (readonly number[])[]
  readonly #compiled: Compiled
  /** By exchange and cell: number to number of the image in the cell's image, plus one. */
  readonly #tables: Int32Array[][]
  /** By cell: a key for the order of its local states; texts decide between equal keys. */
  readonly #keys: Float64Array[]
  /** By cell and number: for each thing of each sort, what the cell says of it; 0 for nothing. */
  readonly #portraits: (Int32Array | undefined)[][]
  /** For each cell: the first cell that some permutation makes of it. */
  readonly #families: readonly number[]

  constructor(compiled: Compiled, symmetry: Symmetry) {
    this.#compiled = compiled
    this.symmetry = symmetry
    const { cells } = compiled.system
    this.touched = symmetry.exchanges.map((exchange) => [...cells.keys()].filter((at) => touches(exchange, cells[at]!, at)))
    this.#tables = symmetry.exchanges.map(() => cells.map(() => new Int32Array(16)))
    this.#keys = cells.map(() => new Float64Array(16))
    this.#portraits = cells.map(() => [])
    this.#families = orbitsOf(cells.length, symmetry.exchanges, (exchange) => exchange.cells).map((orbit) => Math.min(...orbit))
  }

  /** The number of the image of a cell's local state, in the cell's image. @throws Outgrown as discovery does. */
  of(exchange: number, cell: number, id: number): number {
    let table = this.#tables[exchange]![cell]!
    if (id >= table.length) {
      const larger = new Int32Array(Math.max(table.length * 2, id + 1))
      larger.set(table)
      this.#tables[exchange]![cell] = table = larger
    }
    const known = table[id]!
    if (known !== 0) return known - 1
    const found = this.#imageOf(exchange, cell, id)
    table[id] = found + 1
    return found
  }

  #imageOf(exchange: number, cell: number, id: number): number {
    const one = this.symmetry.exchanges[exchange]!
    return this.#compiled.numberOf(one.cells[cell]!, this.imageOfLocal(one, cell, this.#compiled.interner.locals[cell]![id]!))
  }

  /** The image of a cell's local state. */
  imageOfLocal(exchange: Exchange, cell: number, local: Local): Local {
    const { references } = this.#compiled.system.cells[cell]!
    const context = renamedContext(local.context, references, renamingOf(exchange), this.symmetry.things)
    return this.#compiled.semantics.adopt(cell, local.value, context)
  }

  /** Negative where a cell's local state `a` comes before `b`. */
  compare(cell: number, a: number, b: number): number {
    if (a === b) return 0
    const difference = this.#key(cell, a) - this.#key(cell, b)
    if (difference !== 0) return difference
    return this.#textOf(cell, a) < this.#textOf(cell, b) ? -1 : 1
  }

  #key(cell: number, id: number): number {
    let keys = this.#keys[cell]!
    if (id >= keys.length) {
      const larger = new Float64Array(Math.max(keys.length * 2, id + 1))
      larger.set(keys)
      this.#keys[cell] = keys = larger
    }
    return (keys[id] ||= 1 + hashOf(this.#textOf(cell, id)))
  }

  #textOf(cell: number, id: number): string {
    return this.#compiled.semantics.textOf(cell, this.#compiled.interner.locals[cell]![id]!)
  }

  /** The things that a cell may say something of, by position among all: those it belongs to, and all of a sort that it refers to. */
  mentions(cell: number): number[] {
    const { of, references } = this.#compiled.system.cells[cell]!
    const referred = Object.values(references).flatMap(sortsOf)
    let first = 0
    return this.symmetry.sorts.flatMap(({ name, things }) => {
      first += things.length
      const own = things.indexOf(of[name]!)
      const all = things.map((_, at) => first - things.length + at)
      return referred.includes(name) ? all : own < 0 ? [] : [all[own]!]
    })
  }

  /** What a cell in this local state says of each thing: of sort `s` from `first` of the sort plus `s` on. */
  portraits(cell: number, id: number): Int32Array {
    return (this.#portraits[cell]![id] ??= this.#portray(cell, id))
  }

  #portray(cell: number, id: number): Int32Array {
    const { sorts, things } = this.symmetry
    const kin = new Map(
      sorts.map((sort) => [sort.name, new Set<unknown>(sort.things.flatMap((one) => [one, ...sort.followers(one)]))]),
    )
    const { of, references } = this.#compiled.system.cells[cell]!
    const { value, context } = this.#compiled.interner.locals[cell]![id]!
    return Int32Array.from(
      sorts.flatMap(({ name, things: own, followers }) =>
        own.map((thing) => {
          const selves = [thing, ...followers(thing)]
          let isMentioned = false
          const isSelf: IsSelf = (sort, found) => {
            if (!kin.get(sort)?.has(found)) return undefined
            const which = sort === name ? selves.indexOf(found as Thing) : -1
            if (which < 0) return 'other'
            isMentioned = true
            return which
          }
          const belongs = Object.entries(of).map(([sort, owner]) => [sort, isSelf(sort, owner)])
          const said = portraitOf(context, { fields: references }, isSelf, things)
          return isMentioned ? hashOf(JSON.stringify([this.#families[cell], belongs, value, said])) | 1 : 0
        }),
      ),
    )
  }
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
