import type { Local } from '../define/cell.ts'
import type { Step } from '../define/system.ts'

/*
 * Which steps a state need not even look up. A step whose leading conjuncts read one cell only (its actor's phase, as a
 * rule) is disabled wherever that cell alone makes one of them false. Only leading conjuncts count, since a later one
 * may rely on those before it.
 */

type Guard = (view: unknown, at: unknown) => unknown
const touched = new Error('a cell that is not known yet')

/** The conjuncts of one step, asked with some of its cells unknown. */
export class LeadingConjuncts {
  readonly #step: Step
  readonly #guards: readonly Guard[]
  /** The cells under the step's names for them; throws when one is read that is not known. */
  readonly #view: object = {}
  /** The local state of the cell at a position, as far as it is known. */
  #localAt: (position: number) => Local | undefined = () => undefined

  constructor(step: Step) {
    this.#step = step
    this.#guards = Object.values(step.rule.when) as unknown as Guard[]
    for (const [key, position] of step.shape.slots)
      Object.defineProperty(this.#view, key, {
        enumerable: true,
        get: () => {
          const local = typeof position === 'number' ? this.#localAt(position) : undefined
          if (local === undefined) throw touched
          return local
        },
      })
  }

  /** The cell whose local state alone decides the first conjunct in the initial state, if one does. */
  pivot(initial: readonly Local[]): number | undefined {
    const { shape, at } = this.#step
    const [first] = this.#guards
    if (first === undefined) return undefined
    const read = new Set<number>()
    this.#localAt = (position) => {
      read.add(position)
      return initial[shape.cells[position]!]
    }
    try {
      first(this.#view, at)
    } catch {
      return undefined
    }
    return read.size === 1 ? shape.cells[[...read][0]!] : undefined
  }

  /** Whether the step is disabled in every state in which `cell` is in this local state. */
  ruleOut(cell: number, local: Local): boolean {
    const { shape, at } = this.#step
    const known = shape.cells.indexOf(cell)
    this.#localAt = (position) => (position === known ? local : undefined)
    for (const guard of this.#guards) {
      try {
        if (guard(this.#view, at) === false) return true
      } catch {
        return false
      }
    }
    return false
  }
}
