import type { Local } from '../define/cell.ts'
import type { Instance, Step, System } from '../define/system.ts'
import { InputError, messageOf } from '../errors.ts'
import { canonical, deepFreeze } from '../semantics/canonical.ts'
import { Semantics } from '../semantics/semantics.ts'
import type { CertificateHeader } from './certificate.ts'
import { Memo } from './memo.ts'
import type { Write } from './state-set.ts'

export type Effect = 'none' | 'unhandled' | readonly Write[]

/** An instance, under the name of the claim it belongs to, and the answer for the numbers of the cells it reads. */
export interface Question {
  readonly name: string
  readonly instance: Instance
  readonly holds: Memo<boolean>
}

/** What today's model says of the local states that a certificate lists, by their numbers. */
export class Answers {
  /** What each step does. */
  readonly effects: readonly Memo<Effect>[]
  readonly always: readonly Question[]
  /** For each step: the `onStep` instances asked about it, over the numbers of all cells before and behind them after. */
  readonly onStep: readonly (readonly Question[])[]
  /** Whether a modelling bound, under its name and limit, is hit. */
  readonly bounds: readonly Question[]
  /** All true: the state is final. Undefined where no state is. */
  readonly final: readonly Question[] | undefined
  readonly #system: System
  readonly #semantics: Semantics
  readonly #locals: readonly (readonly Local[])[]
  readonly #idOfText: readonly ReadonlyMap<string, number>[]
  readonly #sizes: readonly number[]

  /** @throws InputError for a certificate whose cells are not the system's. */
  constructor(system: System, { cells }: CertificateHeader) {
    this.#system = system
    this.#semantics = new Semantics(system)
    if (system.cells.map(({ name }) => name).join() !== cells.map(({ name }) => name).join())
      throw new InputError("its cells are not the model's")
    this.#locals = cells.map(({ name, locals }) => locals.map((text) => localOf(text, name)))
    this.#idOfText = cells.map(({ locals }) => new Map(locals.map((text, id) => [text, id])))
    this.#sizes = cells.map(({ locals }) => locals.length)
    this.effects = system.steps.map((step) => this.#effectOf(step))
    this.always = system.instances.flatMap((instance) => {
      const property = system.properties[instance.owner]!
      return property.kind === 'always' ? [this.#question(property.name, instance, property.holds)] : []
    })
    this.onStep = system.steps.map((step) => this.#askedAbout(step))
    this.bounds = system.bounds.flatMap(({ bound, instances }) =>
      instances.map((instance) => this.#question(`${bound.name}=${bound.limit}`, instance, bound.hit)),
    )
    this.final = system.final?.instances.map((instance) => this.#question('final', instance, system.final!.ending.holds))
  }

  /** The numbers of the initial state; undefined where the certificate does not list a cell's local state. */
  initial(): (number | undefined)[] {
    return this.#semantics.initial().map((local, cell) => this.#idOf(cell, local))
  }

  /** The local states of these cells. */
  localsOf(cells: readonly number[], ids: Uint32Array): Local[] {
    return cells.map((cell) => this.#locals[cell]![ids[cell]!]!)
  }

  #effectOf(step: Step): Memo<Effect> {
    const { cells } = step.shape
    return new Memo<Effect>(cells, this.#sizes, (ids) => {
      const outcome = asked(() => this.#semantics.fire(step, this.localsOf(cells, ids)))
      if (outcome.kind === 'unhandled') return 'unhandled'
      if (outcome.kind !== 'taken') return 'none'
      return outcome.writes.map((local, position) => {
        const cell = cells[position]!
        const id = this.#idOf(cell, local)
        if (id !== undefined) return { cell, id }
        const { name } = this.#system.cells[cell]!
        throw new InputError(`step '${step.label}' gives cell '${name}' a local state that it does not list`)
      })
    })
  }

  #question(name: string, instance: Instance, predicate: (view: never, at: never) => boolean): Question {
    const { cells } = instance.shape
    const ask = (ids: Uint32Array) => asked(() => this.#semantics.holds(instance, predicate, this.localsOf(cells, ids)))
    return { name, instance, holds: new Memo(cells, this.#sizes, ask) }
  }

  #askedAbout(step: Step): Question[] {
    const { instances, properties } = this.#system
    const total = this.#system.cells.length
    const written = step.shape.cells.slice(0, step.receivers)
    return instances.flatMap((instance) => {
      const property = properties[instance.owner]!
      const { cells } = instance.shape
      if (property.kind !== 'onStep') return []
      if (!(property.on?.includes(step.rule.name) ?? cells.some((cell) => written.includes(cell)))) return []
      const both = [...cells, ...cells.map((cell) => cell + total)]
      const holds = new Memo(both, [...this.#sizes, ...this.#sizes], (ids) => {
        const [before, after] = [this.localsOf(cells, ids), this.localsOf(cells, ids.subarray(total))]
        return asked(() => this.#semantics.holdsOnStep(instance, property.holds, step, before, after))
      })
      return [{ name: property.name, instance, holds }]
    })
  }

  #idOf(cell: number, local: Local): number | undefined {
    return this.#idOfText[cell]!.get(this.#semantics.textOf(cell, local))
  }
}

/** A local state from its text. */
function localOf(text: string, cell: string): Local {
  try {
    const local = JSON.parse(text) as Local
    if (text === `{"value":${canonical(local.value)},"context":${canonical(local.context)}}`) return deepFreeze(local)
  } catch {
    // What is not JSON, or not canonical, is refused below.
  }
  throw new InputError(`it lists a local state of cell '${cell}' that is not in canonical form`)
}

/** What the model answers. A genuine certificate holds no state in which the model cannot be asked. */
function asked<T>(question: () => T): T {
  try {
    return question()
  } catch (thrown) {
    throw new InputError(`the model cannot be evaluated in one of its states: ${messageOf(thrown)}`)
  }
}
