import type { Reducer } from '../reduce/reducer.ts'
import { parentOf } from '../search/batch.ts'
import type { Budget } from '../search/budget.ts'
import type { Explorer } from '../search/explorer.ts'
import type { MemoryPeak } from '../search/memory-peak.ts'
import { Crew, type Round } from './crew.ts'

/** Fewer states than this to expand are not worth a round. */
const fewestTogether = 128
const defaultFrom = 1 << 16

/** Several threads' way through the frontier: takes over what their rounds find, so that nobody can tell it from one thread's. */
export class Together {
  /** How many rounds were taken over. */
  rounds = 0
  readonly #explorer: Explorer
  readonly #peak: MemoryPeak
  readonly #workers: number
  readonly #from: number
  #crew: Crew | undefined
  /** Up to this state the search goes on alone, a round having been given up. */
  #aloneUntil = 0

  constructor(explorer: Explorer, peak: MemoryPeak) {
    this.#explorer = explorer
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
    if (store.count < this.#from >> 2 || expanded < this.#aloneUntil) return false
    if (levelEnd - expanded < Math.min(fewestTogether, this.#from)) return false
    if (this.#crew?.fits === false) this.dismiss()
    this.#crew ??= this.#callIn()
    if (!this.#crew.isPresent && store.count < this.#from) return false
    this.#aloneUntil = expanded + this.#crew.stretch
    const round = this.#crew.round(expanded, levelEnd, findings.unhandled !== undefined, (more) => this.#mayAdd(more))
    return round !== undefined && this.#take(round)
  }

  /** Sends the threads away. */
  dismiss(): void {
    this.#crew?.dismiss()
    this.#crew = undefined
  }

  /** Starts the threads, with everything that they read in memory that they can see. */
  #callIn(): Crew {
    const { compiled, stepClaims, store, sleep } = this.#explorer
    if (!compiled.program.memory.shared) {
      compiled.share()
      stepClaims.widen()
      store.share()
      this.#explorer.listen()
    }
    const crew = new Crew(compiled, store, stepClaims, sleep, this.#workers)
    this.#peak.set('threads', crew.bytes)
    return crew
  }

  #mayAdd(more: number): boolean {
    const explorer = this.#explorer
    const { states, bytes } = explorer.budget
    if (states !== undefined && explorer.store.count + more > states) return false
    if (bytes !== undefined && explorer.bytesFor(more) > bytes) return false
    try {
      explorer.store.reserve(more)
      return true
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown
      return false
    }
  }

  /** Takes over what a round found; false, and as if there had been none, where the model errs on the way. */
  #take(round: Round): boolean {
    const explorer = this.#explorer
    const { store, findings, sleep, enabled, idle, spinning } = explorer
    const { words } = explorer.compiled.layout
    const { out, births } = round
    const before = store.count
    store.count += round.fresh
    findings.guarded(explorer.expanded, () => {
      for (const at of round.stepAsks) findings.judge(out[at + words]!, parentOf(out[at + words + 1]!), out, at)
      for (const nth of round.asks) findings.welcome(before + nth, out[births[nth]! + words]!)
    })
    if (findings.fault !== undefined) {
      findings.fault = undefined
      store.truncate(before)
      return false
    }
    for (let nth = 0; nth < round.fresh; nth++) store.bear(before + nth, out[births[nth]! + words + 1]!)
    sleep.write(before, round.fresh, round.newNaps)
    sleep.forget(round.reached)
    for (const counts of round.enabled)
      for (const [step, times] of counts.entries()) {
        enabled[step]! += times
        explorer.transitions += times
      }
    for (const entry of round.idle) {
      idle.push(parentOf(entry))
      if (entry < 0) spinning.add(~entry)
    }
    this.rounds++
    explorer.expanded = this.#aloneUntil = round.reached
    return true
  }
}
