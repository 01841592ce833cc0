import { viewOf } from '../define/shape.ts'
import type { Step } from '../define/system.ts'
import type { State } from './walk.ts'

/**
 * The conjuncts of `step` that are false in `state`. One that throws is left out: a later conjunct may rely on an
 * earlier one, and says nothing where that one is false.
 */
export function failingConjuncts(step: Step, state: State): string[] {
  const view = viewOf(
    step.shape,
    step.shape.cells.map((cell) => state[cell]!),
  )
  return Object.entries(step.rule.when).flatMap(([name, conjunct]) => {
    try {
      return conjunct(view as never, step.at as never) === false ? [name] : []
    } catch {
      return []
    }
  })
}
