import type { Local } from '../define/cell.ts'
import type { PropertyKind } from '../define/property.ts'
import type { Instance, Step, System } from '../define/system.ts'
import { InputError } from '../errors.ts'
import { builtIn } from '../verdict.ts'
import { Answers } from './answers.ts'
import type { Certificate } from './certificate.ts'
import { StateSet, type Write } from './state-set.ts'

/*
 * The verifier shares with the search only what a model means (`define`, `semantics`). It compiles nothing and searches
 * nothing: it reads a set of states and confirms, state by state, that no step leads out of it.
 */

/** Where a claim fails first. */
export interface Failure {
  /** Position of the state in the certificate, from 0. */
  readonly state: number
  /** The instance that is false there, where the claim has instances. */
  readonly instance: string | undefined
  /** The step from there, where the claim is about steps. */
  readonly step: string | undefined
  /** The state, by cell. */
  readonly locals: readonly Local[]
}

export interface Verification {
  readonly states: number
  readonly transitions: number
  /** What a set of states can prove: each `always` and `onStep`, handled events, no deadlock. */
  readonly claims: readonly { readonly name: string; readonly failure: Failure | undefined }[]
  /** What it cannot prove: a set may hold states that are never reached, and says nothing of whole executions. */
  readonly unproved: readonly { readonly name: string; readonly kind: PropertyKind | 'built-in' }[]
  /** Modelling bounds that some state hits: `storeBuffer=2`. */
  readonly within: readonly string[]
}

const isProvable = (kind: PropertyKind): boolean => kind === 'always' || kind === 'onStep'

/** Verifies a certificate in slices, so that a caller can show progress and hear interrupts between them. */
export class Verifier {
  readonly states: number
  /** How many states were confirmed. */
  confirmed = 0
  transitions = 0
  readonly #system: System
  readonly #set: StateSet
  readonly #answers: Answers
  readonly #failures = new Map<string, Failure>()
  readonly #within = new Set<string>()
  /** For each state: 1 where a program step is enabled. */
  readonly #moves: Uint8Array
  /** The numbers of all cells before a step, and behind them of all cells after it. */
  readonly #ids: Uint32Array
  readonly #after: Uint32Array

  /** @throws InputError for a certificate whose cells are not the system's, or that lacks the initial state. */
  constructor(system: System, certificate: Certificate) {
    this.#system = system
    this.states = certificate.header.states
    this.#answers = new Answers(system, certificate.header)
    this.#set = new StateSet(certificate)
    this.#moves = new Uint8Array(this.states)
    this.#ids = new Uint32Array(system.cells.length * 2)
    this.#after = this.#ids.subarray(system.cells.length)
    const initial = this.#answers.initial()
    if (initial.includes(undefined) || !this.#set.has(initial as number[]))
      throw new InputError('it does not hold the initial state')
  }

  get done(): boolean {
    return this.confirmed === this.states
  }

  /**
   * Confirms up to `count` more states.
   *
   * @throws InputError for a state from which a step leads out of the set.
   */
  advance(count: number): void {
    for (const end = Math.min(this.confirmed + count, this.states); this.confirmed < end; this.confirmed++)
      this.#confirm(this.confirmed)
  }

  /** What is proved, once every state was confirmed. */
  conclude(): Verification {
    if (!this.done) throw new TypeError('only a finished verification concludes')
    const stuck = this.#firstStuck()
    if (stuck !== undefined) this.#fail(builtIn.deadlock, stuck)
    const { properties, rules, bounds } = this.#system
    const proved = properties.filter(({ kind }) => isProvable(kind)).map(({ name }) => name)
    const unproved: Verification['unproved'] = properties.filter(({ kind }) => !isProvable(kind))
    return {
      states: this.states,
      transitions: this.transitions,
      claims: [...proved, builtIn.deadlock, builtIn.unhandled].map((name) => ({ name, failure: this.#failures.get(name) })),
      unproved: rules.some(({ needed }) => needed) ? [...unproved, { name: builtIn.needed, kind: 'built-in' }] : unproved,
      within: bounds.map(({ bound }) => `${bound.name}=${bound.limit}`).filter((bound) => this.#within.has(bound)),
    }
  }

  #confirm(state: number): void {
    const { steps } = this.#system
    const { always, bounds, effects, onStep } = this.#answers
    this.#set.read(state, this.#ids)
    for (const { name, instance, holds } of always) if (!holds.of(this.#ids)) this.#fail(name, state, { instance })
    for (const { name, holds } of bounds) if (holds.of(this.#ids)) this.#within.add(name)
    for (let at = 0; at < steps.length; at++) {
      const effect = effects[at]!.of(this.#ids)
      if (effect === 'none') continue
      const step = steps[at]!
      if (effect === 'unhandled') {
        this.#fail(builtIn.unhandled, state, { step })
        continue
      }
      this.transitions++
      if (step.kind === 'program') this.#moves[state] = 1
      if (this.#set.after(state, effect) < 0)
        throw new InputError(`step '${step.label}' leads from its state ${state} to a state that it does not hold`)
      if (onStep[at]!.length > 0) this.#confirmStep(state, step, effect)
    }
  }

  #confirmStep(state: number, step: Step, effect: readonly Write[]): void {
    this.#after.set(this.#ids.subarray(0, this.#after.length))
    for (const { cell, id } of effect) this.#after[cell] = id
    for (const { name, instance, holds } of this.#answers.onStep[step.index]!)
      if (!holds.of(this.#ids)) this.#fail(name, state, { step, instance })
  }

  /** The first non-final state from which environment steps alone never enable a program step. */
  #firstStuck(): number | undefined {
    const idle: number[] = []
    for (let state = this.states - 1; state >= 0; state--) if (this.#moves[state] === 0) idle.push(state)
    // What leads to a state that moves is not stuck either. Steps mostly lead to later states, so the last come first.
    for (let found = true; found; ) {
      found = false
      for (const state of idle) {
        if (this.#moves[state] === 1 || !this.#leadsToMoves(state)) continue
        this.#moves[state] = 1
        found = true
      }
    }
    return idle.findLast((state) => this.#moves[state] === 0 && !this.#isFinal(state))
  }

  #leadsToMoves(state: number): boolean {
    this.#set.read(state, this.#ids)
    return this.#answers.effects.some((memo) => {
      const effect = memo.of(this.#ids)
      return typeof effect !== 'string' && this.#moves[this.#set.after(state, effect)] === 1
    })
  }

  #isFinal(state: number): boolean {
    this.#set.read(state, this.#ids)
    return this.#answers.final?.every(({ holds }) => holds.of(this.#ids)) ?? false
  }

  /** Notes the first failure of a claim. */
  #fail(name: string, state: number, at: { readonly instance?: Instance; readonly step?: Step } = {}): void {
    if (this.#failures.has(name)) return
    this.#set.read(state, this.#ids)
    const locals = this.#answers.localsOf([...this.#system.cells.keys()], this.#ids)
    this.#failures.set(name, { state, instance: at.instance?.label, step: at.step?.label, locals })
  }
}
