import { watchedBy } from '../compile/claims.ts'
import { type Compiled, Fault } from '../compile/compiled.ts'
import type { StepClaims } from '../compile/step-claims.ts'
import { messageOf } from '../errors.ts'
import { orbitsOf, type Symmetry } from '../reduce/symmetry.ts'
import type { Store } from './store.ts'

/** Where something was found: at a state, or at a step taken (or tried) from it. */
export interface Sighting {
  readonly state: number
  readonly step?: number
  /** Index among the system's instances, where a property is concerned. */
  readonly instance?: number
}

/** What a search has found out, as plain data. A search that met an error of the model is over and has none. */
export interface FindingsMemory {
  readonly unhandled: Sighting | null
  readonly violations: readonly (readonly [property: number, sighting: Sighting])[]
  readonly witnesses: readonly (readonly [instance: number, sighting: Sighting])[]
  readonly boundsHit: readonly number[]
}

/** What a search has found out about the claims of its system. Claims are asked in the order in which states are found. */
export class Findings {
  /** The model error that ended the search, with the state (and step) it was met at. */
  fault: (Sighting & { readonly message: string }) | undefined
  unhandled: Sighting | undefined
  /** By property: where it failed first. */
  readonly violations = new Map<number, Sighting>()
  /** By instance of a `sometimes`: where it was seen first. */
  readonly witnesses = new Map<number, Sighting>()
  /** Bounds that were hit. */
  readonly boundsHit = new Set<number>()
  readonly #compiled: Compiled
  readonly #store: Store
  readonly #stepClaims: StepClaims
  /** For each step: the claims that read a cell which it writes. */
  readonly #watched: readonly (readonly number[])[]
  /** For each instance: those that some symmetry makes of it. What is seen of one in a state is seen of the others in states like it. */
  readonly #alike: readonly (readonly number[])[]

  constructor(compiled: Compiled, store: Store, stepClaims: StepClaims, symmetry: Symmetry | undefined) {
    this.#compiled = compiled
    this.#store = store
    this.#stepClaims = stepClaims
    const { instances } = compiled.system
    this.#alike = orbitsOf(instances.length, symmetry?.exchanges ?? [], (exchange) => exchange.instances)
    this.#watched = compiled.system.steps.map((step) => watchedBy(step, compiled.claims))
  }

  /** What was found out, so that another process may go on with it. */
  get memory(): FindingsMemory {
    const { unhandled, violations, witnesses, boundsHit } = this
    return {
      unhandled: unhandled ?? null,
      violations: [...violations],
      witnesses: [...witnesses],
      boundsHit: [...boundsHit],
    }
  }

  /** Goes on with what was found out before. */
  recall({ unhandled, violations, witnesses, boundsHit }: FindingsMemory): void {
    this.unhandled = unhandled ?? undefined
    for (const [owner, sighting] of violations) {
      this.violations.set(owner, sighting)
      this.#stepClaims.decide(owner)
    }
    for (const [nth, sighting] of witnesses) this.witnesses.set(nth, sighting)
    for (const owner of boundsHit) this.boundsHit.add(owner)
    this.#forgetSettled()
  }

  /** Whether a violation was found, or a step that is not handled. */
  get any(): boolean {
    return this.violations.size > 0 || this.unhandled !== undefined
  }

  /** Asks every claim about the initial state. */
  begin(): void {
    this.guarded(0, () =>
      this.#lookAt(
        0,
        [...this.#compiled.claims.keys()].filter((claim) => this.#compiled.settles[claim] !== 0),
      ),
    )
  }

  /** Asks of a new state the claims that the step to it may have changed. */
  welcome(state: number, step: number): void {
    const { run, layout } = this.#compiled.program
    if (!run.quiet[step]!(this.#store.rows, state * layout.words)) this.#lookAt(state, this.#watched[step]!)
  }

  /** Asks the `onStep` claims about one transition: from `state` to the words at `out[at…]`. */
  judge(step: number, state: number, out: Int32Array, at: number): void {
    const base = state * this.#compiled.layout.words
    for (;;) {
      const instance = this.#stepClaims.violated(step, this.#store.rows, base, out, at)
      if (instance === undefined) return
      this.#violate(instance, { state, step, instance })
    }
  }

  /** Runs what may meet an error of the model, and notes the first. */
  guarded(state: number, run: () => void): void {
    try {
      run()
    } catch (thrown) {
      this.fail(state, thrown)
    }
  }

  fail(state: number, thrown: unknown): void {
    if (!(thrown instanceof Fault)) throw thrown
    this.fault ??= { state, ...(thrown.step && { step: thrown.step.index }), message: messageOf(thrown) }
  }

  /** Asks claims about a state and notes those that are settled by it. */
  #lookAt(state: number, claims: readonly number[]): void {
    const { program, settles, layout } = this.#compiled
    for (const claim of claims)
      if (program.run.claims[claim]!(this.#store.rows, state * layout.words) === settles[claim]) this.#settle(claim, state)
  }

  #settle(claim: number, state: number): void {
    const { role, owner, nth } = this.#compiled.claims[claim]!
    if (role === 'bound') this.boundsHit.add(owner)
    else if (role === 'sometimes') {
      for (const alike of this.#alike[nth]!) if (!this.witnesses.has(alike)) this.witnesses.set(alike, { state, instance: nth })
    } else this.#violate(nth, { state, instance: nth })
    this.#forgetSettled()
  }

  #violate(instance: number, sighting: Sighting): void {
    const { owner } = this.#compiled.system.instances[instance]!
    if (!this.violations.has(owner)) this.violations.set(owner, sighting)
    this.#stepClaims.decide(owner)
  }

  /** Nothing is awaited any more of claims whose property, instance or bound is decided. */
  #forgetSettled(): void {
    for (const [at, { role, owner, nth }] of this.#compiled.claims.entries())
      if (
        role === 'bound' ? this.boundsHit.has(owner) : role === 'sometimes' ? this.witnesses.has(nth) : this.violations.has(owner)
      )
        this.#compiled.settles[at] = 0
  }
}
