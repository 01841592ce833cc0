import type { Local } from '../define/cell.ts'
import type { Step } from '../define/system.ts'
import type { Outcome, Semantics } from '../semantics/semantics.ts'

export type State = readonly Local[]

/** A step that was taken: the states before and after it. */
export interface Taken {
  readonly step: Step
  readonly before: State
  readonly after: State
}

/** The states of a run. Where a step could not be taken the run ends there, and `refused` says why. */
export interface Walk {
  readonly initial: State
  readonly taken: readonly Taken[]
  readonly refused: { readonly step: Step; readonly outcome: Exclude<Outcome, { kind: 'taken' }> } | undefined
}

export const lastState = (walk: Walk): State => walk.taken.at(-1)?.after ?? walk.initial

/** What `step` does in `state`. */
export const fireIn = (semantics: Semantics, step: Step, state: State): Outcome =>
  semantics.fire(
    step,
    step.shape.cells.map((cell) => state[cell]!),
  )

/** The state after an outcome's writes. */
export function after(step: Step, state: State, writes: readonly Local[]): State {
  const next = state.slice()
  for (const [position, local] of writes.entries()) next[step.shape.cells[position]!] = local
  return next
}

/** Takes steps, given by index, from the initial state. */
export function walk(semantics: Semantics, steps: readonly number[]): Walk {
  const initial = semantics.initial()
  const taken: Taken[] = []
  let state: State = initial
  for (const index of steps) {
    const step = semantics.system.steps[index]!
    const outcome = fireIn(semantics, step, state)
    if (outcome.kind !== 'taken') return { initial, taken, refused: { step, outcome } }
    const next = after(step, state, outcome.writes)
    taken.push({ step, before: state, after: next })
    state = next
  }
  return { initial, taken, refused: undefined }
}

/** The canonical text of a state: equal texts, equal states. */
export const stateText = (semantics: Semantics, state: State): string =>
  state.map((local, cell) => semantics.textOf(cell, local)).join('\n')
