import { Explorer } from '../search/explorer.ts'
import type { Walker } from '../simulate/walker.ts'
import { switchesOf } from './cost.ts'
import { minimalRun } from './minimal.ts'
import { bestOfShortest, knowsAll, lengthOfShortest } from './shortest.ts'
import { Replayer, type Target } from './target.ts'

/** A run made shorter, and what is proved of it. */
export interface Shrunk {
  readonly steps: readonly number[]
  /**
   * `shortest`: breadth-first search proved that no shorter run shows it, and that none of this length has fewer context
   * switches. `minimal`: no single step can be dropped.
   */
  readonly proof: 'shortest' | 'minimal'
  readonly switches: number
  /** How many preemptions it has, as `--max-preemptions` counts them. */
  readonly preemptions: number
}

/** What the proof of a shrunk run is called in reports. */
export const proofText = ({ proof, switches }: Shrunk): string => {
  const counted = `${switches} context switch${switches === 1 ? '' : 'es'}`
  return proof === 'shortest'
    ? `shortest, proved by breadth-first search; of the shortest, one with the fewest context switches (${counted})`
    : `no single step can be dropped (${counted})`
}

/** Breadth-first search looks for shortest runs in so many states. */
const mostStates = 1 << 17
const sliceStates = 1 << 12

/**
 * Makes runs shorter that show something: the fewest steps, then the fewest context switches, then the smallest parameters.
 * Where a breadth-first search of bounded size meets a target, the run is the best there is, and that is proved. Where it does
 * not, steps are dropped, moved and replaced one by one until nothing more helps.
 */
export class Shrinker {
  readonly #walker: Walker
  readonly #mostStates: number
  readonly #preemptions: number | undefined
  #explorer: Explorer | undefined

  /**
   * `most`: breadth-first search looks into so many states; 0: it is left out. `preemptions`: a run may have no more of them,
   * and then no search proves it shortest.
   */
  constructor(walker: Walker, most: number = mostStates, preemptions?: number) {
    this.#preemptions = preemptions
    this.#walker = walker
    this.#mostStates = preemptions === undefined ? most : 0
  }

  /** A run to the target that is no longer than the one given, which shows it. */
  shrink(steps: readonly number[], target: Target): Shrunk {
    const { system } = this.#walker.compiled
    const replayer = new Replayer(this.#walker, target, this.#preemptions)
    const shortest = this.#shortest(target, steps.length)
    const shown = shortest ?? minimalRun(replayer, steps)
    replayer.shortened(shown)
    const { preemptions } = replayer
    const proof = shortest === undefined ? 'minimal' : 'shortest'
    return { steps: shown, proof, switches: switchesOf(system, shown), preemptions }
  }

  #shortest(target: Target, most: number): number[] | undefined {
    if (this.#mostStates === 0) return undefined
    this.#explorer ??= new Explorer(this.#walker.compiled.system, { states: this.#mostStates })
    const explorer = this.#explorer
    for (;;) {
      const length = lengthOfShortest(explorer, target)
      if (length !== undefined && knowsAll(explorer, length)) return bestOfShortest(explorer, target, length)
      if (explorer.done || explorer.depth > most) return undefined
      explorer.advance(sliceStates)
    }
  }
}
