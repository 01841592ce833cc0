import type { Reducer } from '../reduce/reducer.ts'
import type { Batch } from '../search/batch.ts'
import type { Budget } from '../search/budget.ts'
import type { Explorer } from '../search/explorer.ts'
import type { MemoryPeak } from '../search/memory-peak.ts'
import type { Expanded } from './board.ts'
import { Crew } from './crew.ts'

/** Fewer states than this to expand are not worth a window. */
const fewestTogether = 128
/** Before there are as many states, code is being compiled and tables are being filled: others would only wait for that. */
const defaultFrom = 1 << 21
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
  readonly #from: number
  #crew: Crew | undefined

  constructor(explorer: Explorer, batch: Batch, peak: MemoryPeak) {
    this.#explorer = explorer
    this.#batch = batch
    this.#peak = peak
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
    if (store.count < this.#from) return false
    if (this.#crew?.fits === false) this.dismiss()
    if (this.#crew === undefined || this.#crew.isIdle) {
      if (levelEnd - expanded < Math.min(fewestTogether, this.#from)) return false
      this.#crew ??= this.#callIn()
      if (!this.#crew.isPresent && store.count < this.#from * 2) return false
    }
    this.#crew.sendOut(expanded, levelEnd, findings.unhandled !== undefined)
    if (this.#crew.isIdle) return false
    this.#takeOver(this.#crew, this.#crew.collect())
    return true
  }

  /** Takes over a window that was entered; or enters what it holds, and what it left out as soon as that is known. */
  #takeOver(crew: Crew, window: Expanded): void {
    this.rounds++
    if (window.births === undefined) {
      this.#enter(crew, window)
      crew.pass()
    } else this.#batch.welcome(window, window.births)
  }

  #enter(crew: Crew, window: Expanded): void {
    const { to } = window
    for (let [part, isAgain] = [window, false]; ; [part, isAgain] = [crew.again(part), true]) {
      const take = (): boolean => this.#batch.take(part)
      const isTaken = part.asks > 0 ? this.#whileHeld(take) : take()
      const { expanded, done } = this.#explorer
      if (isTaken && (done || expanded === to)) return
      const isStuck = isAgain && part.from === part.reached
      if (isTaken && !isStuck && this.#whileHeld(() => this.#batch.fill(expanded))) continue
      // One thread goes over the rest, which may be the end of all that is under way.
      this.#whileHeld(() => this.#goAlone(to))
      return
    }
  }

  #goAlone(until: number): void {
    while (this.#explorer.expanded < until && !this.#explorer.done) this.#batch.run(until)
  }

  /** Does what fills tables, which nobody may read meanwhile. */
  #whileHeld<T>(run: () => T): T {
    this.#crew?.hold()
    const answer = run()
    this.#crew?.release(this.#explorer.findings.unhandled !== undefined)
    return answer
  }

  /** Gives up what was expanded ahead: rows are about to be laid out anew. */
  giveUp(): void {
    this.#crew?.cancel()
  }

  /** Sends the threads away. */
  dismiss(): void {
    if (this.#crew === undefined) return
    const { store } = this.#explorer
    store.enterTogether = undefined
    this.#crew.dismiss()
    if (this.#crew.isAhead) store.forget()
    this.#crew = undefined
  }

  /** Moves everything that threads will read into memory that they can see; best done before anything is warm. */
  prepare(): void {
    const { compiled, stepClaims, store } = this.#explorer
    compiled.share()
    stepClaims.widen()
    store.share()
    this.#explorer.listen()
  }

  /** Starts the threads. */
  #callIn(): Crew {
    const { compiled, stepClaims, store, sleep, findings } = this.#explorer
    const crew = new Crew(compiled, store, stepClaims, sleep, this.#explorer.budget)
    this.#peak.set('threads', crew.bytes)
    store.enterTogether = (count) => {
      const isWorthIt = count >= fewestToEnter && crew.isPresent && !crew.isHeld
      if (isWorthIt) crew.enter(count, findings.unhandled !== undefined)
      return isWorthIt
    }
    return crew
  }
}
