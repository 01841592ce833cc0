import type { Local } from '../define/cell.ts'
import type { Step } from '../define/system.ts'

/*
 * Which steps a state need not even look up. A step whose leading conjuncts read one cell only (its actor's phase, as a
 * rule) is disabled wherever that cell alone makes one of them false. Only leading conjuncts count, since a later one
 * may rely on those before it.
 */

type Guard = (view: unknown, at: unknown) => unknown
const touched = new Error('a cell that is not known yet')

/** A view that knows the cells at `positions` and throws when any other is read. */
function partialView(step: Step, localAt: (position: number) => Local | undefined): object {
  const view = {}
  for (const [key, position] of step.shape.slots)
    Object.defineProperty(view, key, {
      enumerable: true,
      get: () => {
        const local = typeof position === 'number' ? localAt(position) : undefined
        if (local === undefined) throw touched
        return local
      },
    })
  return view
}

/** The cell whose local state alone decides the first conjunct in the initial state, if one does. */
export function pivotOf(step: Step, initial: readonly Local[]): number | undefined {
  const first = Object.values(step.rule.when)[0] as Guard | undefined
  if (first === undefined) return undefined
  const read = new Set<number>()
  const view = partialView(step, (position) => {
    read.add(position)
    return initial[step.shape.cells[position]!]
  })
  try {
    first(view, step.at)
  } catch {
    return undefined
  }
  return read.size === 1 ? step.shape.cells[[...read][0]!] : undefined
}

/** Whether `step` is disabled in every state in which its pivot `cell` is in this local state. */
export function ruledOut(step: Step, cell: number, local: Local): boolean {
  const known = step.shape.cells.indexOf(cell)
  const view = partialView(step, (position) => (position === known ? local : undefined))
  for (const conjunct of Object.values(step.rule.when)) {
    try {
      if ((conjunct as Guard)(view, step.at) === false) return true
    } catch {
      return false
    }
  }
  return false
}
