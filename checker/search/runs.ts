import { successorExtra } from '../compile/generate.ts'
import type { Reducer } from '../reduce/reducer.ts'
import { unfolded } from '../reduce/unfold.ts'
import type { Explorer } from './explorer.ts'
import type { Sighting } from './findings.ts'

/** The run of a sighting: its steps, the one that is sighted last, and the instance that it is about. */
export interface SightedRun {
  readonly steps: readonly number[]
  readonly instance: number | undefined
}

/** A state, and the step from it that leads to the next on a path. */
interface Move {
  readonly state: number
  readonly step: number
}

/**
 * The run by which a sighting's state was found first. Where states stand for their orbits, the run is one of the system
 * itself all the same: what was folded on the way is undone.
 */
export function runTo(explorer: Explorer, { state, step, instance }: Sighting, reducer: Reducer | undefined): SightedRun {
  const { layout, system } = explorer.compiled
  const out = new Int32Array(system.steps.length * (layout.words + successorExtra))
  const path: Move[] = []
  for (let at = state; at > 0; at = path.at(-1)!.state) path.push(originOf(explorer, at, out))
  path.reverse()
  const steps = [...path.map((move) => move.step), ...(step === undefined ? [] : [step])]
  const { symmetry } = explorer.reduction
  if (symmetry === undefined || reducer === undefined) return { steps, instance }
  const folds = path.map((move) => exchangesAfter(explorer, move, out, reducer))
  return unfolded(symmetry, folds, steps, instance)
}

/** The first state, and its first step, that leads to `state`. */
function originOf(explorer: Explorer, state: number, out: Int32Array): Move {
  const { words } = explorer.compiled.layout
  const { rows } = explorer.store
  const [first, last] = explorer.store.parentsOf(state, explorer.expanded)
  for (let parent = first; parent <= last; parent++) {
    const end = explorer.expand(parent, out)
    for (let at = 0; at < end; at += words + successorExtra) {
      let word = 0
      while (word < words && out[at + word] === rows[state * words + word]) word++
      if (word === words) return { state: parent, step: out[at + words]! }
    }
  }
  throw new RangeError(`state ${state} has no parent among ${first} to ${last}`)
}

/** The exchanges that fold the row to which a move leads. */
function exchangesAfter({ compiled, store }: Explorer, { state, step }: Move, out: Int32Array, reducer: Reducer): number[] {
  const { words } = compiled.layout
  const end = compiled.program.run.expand(store.rows, state, out, 0)
  for (let at = 0; at < end; at += words + successorExtra) if (out[at + words] === step) return reducer.exchangesOf(out, at)
  throw new RangeError(`step ${step} cannot be taken in state ${state}`)
}
