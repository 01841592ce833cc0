import { lane, seed } from './lane.ts'

/** Says once for a run what is needed to see it again; a lane or seed that cannot be is refused before any test runs. */
export default function setup(): void {
  console.error(`lane: ${lane}, seed: ${seed}`)
}
