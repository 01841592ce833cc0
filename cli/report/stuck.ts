import { failingConjuncts } from '../../checker/replay/refusals.ts'
import { refusalText } from '../../checker/replay/replay.ts'
import { fireIn, type State } from '../../checker/replay/walk.ts'
import type { Semantics } from '../../checker/semantics/semantics.ts'

/**
 * Why nothing of the program moves in a state: each program step whose actor stands where the step begins (its first
 * conjunct is true) and which cannot be taken all the same.
 */
export function stuckText(semantics: Semantics, state: State): string[] {
  return semantics.system.steps.flatMap((step) => {
    if (step.kind !== 'program') return []
    const outcome = fireIn(semantics, step, state)
    if (outcome.kind === 'taken') return []
    const [first] = Object.keys(step.rule.when)
    if (outcome.kind === 'disabled' && failingConjuncts(step, state)[0] === first) return []
    return [`${step.label}: ${refusalText(step, outcome, state)}`]
  })
}
