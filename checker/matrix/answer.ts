import { type CheckResult, checkSystem, type PropertyResult } from '../check.ts'
import { systemOf } from '../define/assign.ts'
import type { AnyAssignment, Scenario } from '../define/scenario.ts'
import { lengthOf } from '../design.ts'
import { ModelError, messageOf } from '../errors.ts'
import type { Budget } from '../search/budget.ts'
import type { VerdictName } from '../verdict.ts'
import type { Variant } from './variation.ts'

/** What one property says of one assignment. `steps` is the length of a counterexample. */
export interface Entry {
  readonly name: string
  readonly verdict: VerdictName
  readonly steps: number | null
}

/** The answer for one assignment, as plain JSON. */
export interface Answered {
  readonly verdict: VerdictName
  /** Whether the whole space was searched. */
  readonly complete: boolean
  readonly states: number
  readonly transitions: number
  readonly properties: readonly Entry[]
  /** What the verdict rests on less than it seems: modelling bounds that were hit, empty claims. */
  readonly notes: readonly string[]
  /** Why the model cannot be built or evaluated. */
  readonly message: string | null
}

/** An assignment that was searched. */
export type Row = Variant & Answered

const entryOf = (found: PropertyResult): Entry => ({
  name: found.name,
  verdict: found.verdict,
  steps: found.verdict === 'holds' || found.run === undefined ? null : lengthOf(found),
})

const answeredOf = (check: CheckResult): Answered => ({
  verdict: check.verdict,
  complete: check.complete,
  states: check.states,
  transitions: check.transitions,
  properties: check.properties.map(entryOf),
  notes: [...check.within.map((bound) => `within ${bound}`), ...check.vacuous],
  message: check.message ?? null,
})

/** Searches one assignment. A model that refuses it is an answer too. */
export function answer(scenario: Scenario, knobs: AnyAssignment, budget: Budget = {}): Answered {
  try {
    return answeredOf(checkSystem(systemOf({ scenario, base: '', design: undefined, size: undefined, knobs }), budget))
  } catch (thrown) {
    if (!(thrown instanceof ModelError)) throw thrown
    const nothing = { states: 0, transitions: 0, properties: [], notes: [] }
    return { verdict: 'error', complete: false, ...nothing, message: messageOf(thrown) }
  }
}
