import type { Reducer } from '../reduce/reducer.ts'
import type { Batch } from '../search/batch.ts'
import type { Budget } from '../search/budget.ts'
import type { Explorer } from '../search/explorer.ts'
import type { MemoryPeak } from '../search/memory-peak.ts'
import { Crew } from './crew.ts'

/** Fewer states than this to expand are not worth a window. */
const fewestTogether = 128
const defaultFrom = 1 << 16
/** Fewer states than this are entered into a larger table by one thread. */
const fewestToEnter = 1 << 18

/**
 * Several threads' way through the frontier: others expand it ahead, in windows, and this one enters what they found,
 * window by window. What a window left out (a missing entry, an error of the model, a limit) is gone over here, as one
 * thread alone would, so that nobody can tell the answer from one thread's.
 */
export class Together {
  /** How many windows were taken over. */
  rounds = 0
  readonly #explorer: Explorer
  readonly #batch: Batch
  readonly #peak: MemoryPeak
  readonly #workers: number
  readonly #from: number
  #crew: Crew | undefined
  /** Up to this state a window was given up. */
  #aloneUntil = 0

  constructor(explorer: Explorer, batch: Batch, peak: MemoryPeak) {
    this.#explorer = explorer
    this.#batch = batch
    this.#peak = peak
    this.#workers = explorer.budget.workers ?? 1
    this.#from = explorer.budget.workersFrom ?? defaultFrom
  }

  /** Whether there is anything for several threads to do: what ends at its first violation ends soon. */
  static mayWork({ workers = 1, first = false }: Budget, reducer: Reducer | undefined): boolean {
    return workers > 1 && !first && reducer === undefined
  }

  get bytes(): number {
    return this.#crew?.bytes ?? 0
  }

  /** Goes over the next stretch of the frontier; false, with nothing changed, where that is left to one thread. */
  round(): boolean {
    const { store, expanded, levelEnd, findings } = this.#explorer
    // The threads are called in early, since they take a while to start, which the search goes on without.
    if (store.count < this.#from >> 2) return false
    if (expanded < this.#aloneUntil) {
      this.#whileHeld(() => this.#batch.run(this.#aloneUntil))
      return true
    }
    if (this.#crew?.fits === false) this.dismiss()
    if (this.#crew === undefined || this.#crew.isIdle) {
      if (levelEnd - expanded < Math.min(fewestTogether, this.#from)) return false
      this.#crew ??= this.#callIn()
      if (!this.#crew.isPresent && store.count < this.#from) return false
    }
    this.#crew.sendOut(expanded, levelEnd, findings.unhandled !== undefined)
    if (this.#crew.isIdle) return false
    const window = this.#crew.collect()
    const enter = (): void => {
      if (this.#batch.take(window)) this.rounds++
    }
    if (window.asks > 0) this.#whileHeld(enter)
    else enter()
    this.#aloneUntil = window.to
    return true
  }

  /** Does what fills tables, which nobody may read meanwhile. */
  #whileHeld(run: () => void): void {
    this.#crew?.hold()
    run()
    this.#crew?.release(this.#explorer.findings.unhandled !== undefined)
  }

  /** Gives up what was expanded ahead: rows are about to be laid out anew. */
  giveUp(): void {
    this.#crew?.cancel()
    this.#aloneUntil = 0
  }

  /** Sends the threads away. */
  dismiss(): void {
    this.#crew?.dismiss()
    this.#crew = undefined
    this.#explorer.store.enterTogether = undefined
  }

  /** Starts the threads, with everything that they read in memory that they can see. */
  #callIn(): Crew {
    const { compiled, stepClaims, store, sleep, findings } = this.#explorer
    if (!compiled.program.memory.shared) {
      compiled.share()
      stepClaims.widen()
      store.share()
      this.#explorer.listen()
    }
    const crew = new Crew(compiled, store, stepClaims, sleep, this.#workers)
    this.#peak.set('threads', crew.bytes)
    store.enterTogether = (count) => {
      const isWorthIt = count >= fewestToEnter && crew.isPresent && !crew.isHeld
      if (isWorthIt) crew.enter(count, findings.unhandled !== undefined)
      return isWorthIt
    }
    return crew
  }
}
