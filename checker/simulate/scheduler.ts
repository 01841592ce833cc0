import type { Random } from './random.ts'
import type { Walker } from './walker.ts'

/** Chooses the steps of a run. All it draws comes from the run's generator. */
export interface Scheduler {
  /** A run begins that may take `most` steps; how many it will take at most. */
  readonly begin: (random: Random, most: number) => number
  /** The next of the steps that are enabled, one at least. */
  readonly choose: (walker: Walker, random: Random) => number
  /** The step was taken; whether it changed anything. */
  readonly taken: (step: number, changed: boolean, random: Random) => void
}

/** Each of the steps that are enabled with the same chance. */
export const uniform: Scheduler = {
  begin: (_, most) => most,
  choose: (walker, random) => walker.enabled.draw(random.bits()),
  taken: () => {},
}
