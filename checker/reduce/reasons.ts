import type { Compiled } from '../compile/compiled.ts'
import { keyBits } from '../compile/key.ts'
import { fieldOf, type Layout } from '../compile/layout.ts'
import { WideTable } from '../compile/wide-table.ts'
import type { Local } from '../define/cell.ts'
import type { Step } from '../define/system.ts'
import { type Bits, noBits, unite } from './bits.ts'
import type { Footprints } from './footprint.ts'

/** The answer for a step that is not disabled but `unhandled`: it counts as one that can be taken. */
export const unhandled = 1
const firstReason = 2
const densestBits = 14

/**
 * Why a step cannot be taken in a state: the cells that the first false conjunct looked at, or the receiver that is
 * deaf and what its event was made from. Whatever else changes, the step stays as it is until one of them is written.
 * Answers are kept in tables over the numbers of the step's cells.
 */
export class Reasons {
  /** By answer, from `firstReason` on: the steps that write one of its cells. */
  readonly enablers: Bits[] = [noBits(0), noBits(0)]
  readonly #compiled: Compiled
  readonly #footprints: Footprints
  readonly #known = new Map<string, number>()
  #layout: Layout
  #tables: (Uint16Array | WideTable)[] = []

  constructor(compiled: Compiled, footprints: Footprints) {
    this.#compiled = compiled
    this.#footprints = footprints
    this.#layout = compiled.layout
    this.widen()
  }

  /** Forgets every answer: the numbers of cells have other places in a row now. */
  widen(): void {
    this.#layout = this.#compiled.layout
    this.#tables = this.#compiled.system.steps.map(({ shape }) => {
      const bits = keyBits(this.#layout, shape.cells)
      return bits <= densestBits
        ? new Uint16Array(2 ** bits)
        : new WideTable(this.#compiled.program.memory, this.#layout, shape.cells)
    })
  }

  /** Why `step`, which is not taken in the row at `base`, is not: `unhandled`, or an index into `enablers`. */
  of(step: number, rows: Int32Array, base: number): number {
    const table = this.#tables[step]!
    const { cells } = this.#compiled.system.steps[step]!.shape
    if (table instanceof WideTable) {
      const known = table.get(rows, base)
      if (known !== 0) return known
      const reason = this.#explain(step, rows, base)
      table.set(rows, base, reason)
      return reason
    }
    let [key, at] = [0, 0]
    for (let nth = 0; nth < cells.length; nth++) {
      key |= fieldOf(this.#layout, rows, base, cells[nth]!) << at
      at += this.#layout.bits[cells[nth]!]!
    }
    return (table[key] ||= this.#explain(step, rows, base))
  }

  #explain(index: number, rows: Int32Array, base: number): number {
    const { system, interner, semantics } = this.#compiled
    const step = system.steps[index]!
    const locals = step.shape.cells.map((cell) => interner.locals[cell]![fieldOf(this.#layout, rows, base, cell)]!)
    const outcome = semantics.fire(step, locals)
    if (outcome.kind === 'unhandled' || outcome.kind === 'taken') return unhandled
    const read = new Set<number>()
    const view = watchedView(step, locals, (cell) => read.add(cell))
    if (outcome.kind === 'disabled') step.rule.when[outcome.conjunct]!(view as never, step.at as never)
    else {
      step.rule.events(view as never, step.at as never)
      read.add(outcome.cell)
    }
    return this.#reason([...read].sort((a, b) => a - b))
  }

  #reason(cells: readonly number[]): number {
    const text = cells.join(' ')
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const bits = noBits(this.#footprints.steps)
    for (const cell of cells) unite(bits, this.#footprints.writers[cell]!)
    const reason = Math.max(firstReason, this.enablers.length)
    this.enablers[reason] = bits
    this.#known.set(text, reason)
    return reason
  }
}

/** The view of a step's cells that tells which of them are looked at. */
function watchedView(step: Step, locals: readonly Local[], looked: (cell: number) => void): object {
  const view = {}
  for (const [key, position] of step.shape.slots)
    Object.defineProperty(view, key, {
      enumerable: true,
      get: () => {
        for (const at of [position].flat()) looked(step.shape.cells[at]!)
        return typeof position === 'number' ? locals[position]! : Object.freeze(position.map((at) => locals[at]!))
      },
    })
  return Object.freeze(view)
}
