import type { Compiled } from '../compile/compiled.ts'
import { type Layout, maskOf } from '../compile/layout.ts'
import { type FoldCode, foldCode } from './fold-code.ts'
import type { Images } from './images.ts'

/** With more things than this a permutation is not looked up by its code. */
const mostCoded = 8

/** A set of neighbouring things that nothing told apart: exchanges `first..first + size - 2`. */
interface Tie {
  readonly first: number
  readonly size: number
}

/**
 * Puts in the place of a row the one row that stands for its orbit: of all rows that the declared permutations make of
 * it, always the same.
 *
 * Things are first sorted by what the cells say of each alone; that is the same in every row of an orbit, and it alone
 * decides most of them. Of things that it does not tell apart, an exchange may leave the row as it is, and then there is
 * nothing to choose; otherwise every arrangement of them is tried, and the least row is taken.
 */
export class CanonicalRow {
  /** For each sort one after the other: which thing, by position, has become the one at this place. */
  readonly order: Int32Array
  readonly #compiled: Compiled
  readonly #images: Images
  readonly #involved: readonly number[]
  readonly #sortOf: readonly { readonly thing: number; readonly exchange: number; readonly size: number }[]
  /** Where the two things of an exchange stand in `order`: at this place and the next. */
  readonly #placeOf: Int32Array
  readonly #ids: Int32Array
  readonly #next: Int32Array
  readonly #best: Int32Array
  readonly #bestOrder: Int32Array
  readonly #said: Int32Array
  /** By the code of an order: what becomes of each step. */
  readonly #stepImages = new Map<number, Int32Array>()
  #layout: Layout
  #code: FoldCode
  #image: Int32Array

  constructor(compiled: Compiled, images: Images) {
    const { sorts, exchanges } = images.symmetry
    this.#compiled = compiled
    this.#images = images
    this.#layout = compiled.layout
    this.#involved = [...new Set(images.touched.flat())].sort((a, b) => a - b)
    let things = 0
    this.#placeOf = new Int32Array(exchanges.length)
    this.#sortOf = sorts.map(({ things: own, first }) => {
      for (let nth = 0; nth < own.length - 1; nth++) this.#placeOf[first + nth] = things + nth
      things += own.length
      return { thing: things - own.length, exchange: first, size: own.length }
    })
    const cells = compiled.system.cells.length
    this.order = new Int32Array(things)
    this.#bestOrder = new Int32Array(things)
    this.#said = new Int32Array(things)
    this.#ids = new Int32Array(cells)
    this.#next = new Int32Array(cells)
    this.#best = new Int32Array(cells)
    this.#code = foldCode(this.#layout, images, this.#involved)
    this.#image = new Int32Array(this.#layout.words)
  }

  widen(): void {
    this.#layout = this.#compiled.layout
    this.#code = foldCode(this.#layout, this.#images, this.#involved)
    this.#image = new Int32Array(this.#layout.words)
  }

  /** Folds the row at `out[at…]` in place; `order` then says how. Answers whether the row changed. */
  fold(out: Int32Array, at: number): boolean {
    for (let place = 0; place < this.order.length; place++) this.order[place] = place
    const said = this.#said.fill(0)
    this.#code.say(out, at, said)
    let moved = false
    const ties: Tie[] = []
    for (const { thing, exchange, size } of this.#sortOf) {
      for (let end = 1; end < size; end++)
        for (let nth = end - 1; nth >= 0 && said[thing + nth]! > said[thing + nth + 1]!; nth--) {
          swap(said, thing + nth)
          this.#code.exchange[exchange + nth]!(out, at, out, at)
          swap(this.order, thing + nth)
          moved = true
        }
      for (let from = 0; from < size; ) {
        let end = from + 1
        while (end < size && said[thing + end] === said[thing + from]) end++
        if (end - from > 1 && !this.#isFixed(exchange + from, end - from - 1, out, at))
          ties.push({ first: exchange + from, size: end - from })
        from = end
      }
    }
    return ties.length === 0 ? moved : this.#settle(ties, out, at)
  }

  /** The exchanges, in order, that `order` stands for. */
  exchanges(): number[] {
    const applied: number[] = []
    const order = this.order.slice()
    for (const { thing, exchange, size } of this.#sortOf)
      for (let last = size - 1; last > 0; last--)
        for (let nth = 0; nth < last; nth++) {
          const place = thing + nth
          if (order[place]! <= order[place + 1]!) continue
          swap(order, place)
          applied.push(exchange + nth)
        }
    return applied.reverse()
  }

  /** The step that the folded row is reached by from the folded row of the parent, if `step` led to the row as it was. */
  stepImage(step: number): number {
    return this.exchanges().reduce((image, exchange) => this.#images.symmetry.exchanges[exchange]!.steps[image]!, step)
  }

  /** A number for `order`, from which `order` can be had again; −1 where there are too many things for one. */
  get code(): number {
    if (this.order.length > mostCoded) return -1
    let code = 0
    for (let place = this.order.length - 1; place >= 0; place--) code = code * mostCoded + this.order[place]!
    return code
  }

  /** What `stepImage` would say, had the last fold been the one with this code. */
  stepImageBy(code: number, step: number): number {
    let images = this.#stepImages.get(code)
    if (images === undefined) {
      for (let place = 0, rest = code; place < this.order.length; place++, rest = Math.floor(rest / mostCoded))
        this.order[place] = rest % mostCoded
      images = Int32Array.from(this.#compiled.system.steps, ({ index }) => this.stepImage(index))
      this.#stepImages.set(code, images)
    }
    return images[step]!
  }

  /** Whether none of these exchanges would change the row. */
  #isFixed(first: number, count: number, out: Int32Array, at: number): boolean {
    const image = this.#image
    for (let exchange = first; exchange < first + count; exchange++) {
      this.#code.exchange[exchange]!(out, at, image, 0)
      for (let word = 0; word < image.length; word++) if (image[word] !== out[at + word]) return false
    }
    return true
  }

  /** Takes the least row of all arrangements of the ties. */
  #settle(ties: readonly Tie[], out: Int32Array, at: number): boolean {
    const { word, shift, bits } = this.#layout
    for (const cell of this.#involved) this.#ids[cell] = (out[at + word[cell]!]! >>> shift[cell]!) & maskOf(bits[cell]!)
    this.#best.set(this.#ids)
    this.#bestOrder.set(this.order)
    this.#try(ties, 0)
    this.order.set(this.#bestOrder)
    for (const cell of this.#involved) {
      const field = at + word[cell]!
      out[field] = (out[field]! & ~(maskOf(bits[cell]!) << shift[cell]!)) | (this.#best[cell]! << shift[cell]!)
    }
    return true
  }

  /** Goes through every arrangement of the ties from `nth` on, each but one exchange away from the one before. */
  #try(ties: readonly Tie[], nth: number): void {
    const tie = ties[nth]
    if (tie === undefined) {
      if (this.#isLess()) {
        this.#best.set(this.#ids)
        this.#bestOrder.set(this.order)
      }
      return
    }
    this.#try(ties, nth + 1)
    for (const place of plainChanges(tie.size)) {
      this.#apply(tie.first + place)
      this.#try(ties, nth + 1)
    }
  }

  #isLess(): boolean {
    for (const cell of this.#involved) {
      const difference = this.#images.compare(cell, this.#ids[cell]!, this.#best[cell]!)
      if (difference !== 0) return difference < 0
    }
    return false
  }

  #apply(exchange: number): void {
    const { cells } = this.#images.symmetry.exchanges[exchange]!
    const touched = this.#images.touched[exchange]!
    for (const cell of touched) this.#next[cells[cell]!] = this.#images.of(exchange, cell, this.#ids[cell]!)
    for (const cell of touched) this.#ids[cell] = this.#next[cell]!
    swap(this.order, this.#placeOf[exchange]!)
  }
}

function swap(list: Int32Array, place: number): void {
  const kept = list[place]!
  list[place] = list[place + 1]!
  list[place + 1] = kept
}

const known: (readonly number[])[] = []

/** Every permutation of `size` things, each by one exchange of neighbours from the one before (Steinhaus, Johnson, Trotter). */
function plainChanges(size: number): readonly number[] {
  if (size < 2) return []
  const changes = known[size]
  if (changes !== undefined) return changes
  const inner = plainChanges(size - 1)
  const all: number[] = []
  for (let round = 0; round <= inner.length; round++) {
    const down = round % 2 === 0
    for (let nth = size - 2; nth >= 0; nth--) all.push(down ? nth : size - 2 - nth)
    if (round < inner.length) all.push(inner[round]! + (down ? 1 : 0))
  }
  return (known[size] = all)
}
