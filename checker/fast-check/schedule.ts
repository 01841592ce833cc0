import { toStringMethod } from 'fast-check'
import type { Choice } from '../define/assign.ts'
import type { AnyCell, LocalOf } from '../define/cell.ts'
import type { Step, System } from '../define/system.ts'
import { InputError } from '../errors.ts'
import { type Failure, judge } from '../replay/judge.ts'
import { replayStringOf } from '../replay/replay.ts'
import { fireIn, type State, type Walk, walk } from '../replay/walk.ts'
import type { Semantics } from '../semantics/semantics.ts'
import { choose } from '../suggest.ts'
import { builtIn } from '../verdict.ts'

/** One interleaving of a system: steps that were each enabled where they were taken, from the initial state on. */
export class Schedule {
  readonly system: System
  /** Indices of the steps, in the order in which they were taken. */
  readonly steps: readonly number[]
  readonly #semantics: Semantics
  readonly #choice: Choice | undefined
  #walked: Walk | undefined
  #failures: readonly Failure[] | undefined

  constructor(semantics: Semantics, steps: readonly number[], choice: Choice | undefined) {
    this.system = semantics.system
    this.steps = steps
    this.#semantics = semantics
    this.#choice = choice
  }

  /** The labels of the steps, such as `tlb.fill(cpu0,page0)`. */
  get labels(): readonly string[] {
    return this.steps.map((step) => this.system.steps[step]!.label)
  }

  /**
   * The properties that fail on it: `always` and `onStep` ones, a deadlock at its end, and events that nobody handles. Progress
   * is not judged: a schedule has an end.
   */
  get failures(): readonly Failure[] {
    return (this.#failures ??= this.#judge())
  }

  /** Whether nothing fails on it, or not the property of this name. */
  holds(property?: string): boolean {
    if (property === undefined) return this.failures.length === 0
    const names = [...this.system.properties.map(({ name }) => name), builtIn.deadlock, builtIn.unhandled]
    const name = choose('property', property, names)
    return this.failures.every((failure) => failure.property !== name)
  }

  /**
   * The local state of a cell after so many steps. Default: at the end.
   *
   * @throws InputError for a cell that the system does not have, or a step that was not taken.
   */
  stateOf<T extends AnyCell>(cell: T, after = this.steps.length): LocalOf<T> {
    const name = choose(
      'cell',
      cell.name,
      this.system.cells.map(({ name }) => name),
    )
    const state = this.#states[after]
    if (state === undefined) throw new InputError(`the schedule has steps 0 to ${this.steps.length}, not ${after}`)
    return state[this.system.cells.findIndex((one) => one.name === name)] as LocalOf<T>
  }

  /** A string that `litebox-model replay` takes; undefined for a system that is of no scenario. */
  get replayString(): string | undefined {
    return this.#choice && replayStringOf(this.#choice, this.#semantics, { stem: this.steps, cycle: [] })
  }

  /** What fast-check prints of a counterexample. */
  [toStringMethod](): string {
    return this.toString()
  }

  toString(): string {
    const fails = this.failures.map(({ property, instance, at }) => `${instance ?? property} fails after step ${at}`)
    const replay = this.replayString
    return [
      `Schedule [${this.labels.join(', ')}]`,
      ...fails,
      ...(replay === undefined ? [] : [`npx litebox-model replay ${replay}`]),
    ].join('; ')
  }

  get #walk(): Walk {
    return (this.#walked ??= walk(this.#semantics, this.steps))
  }

  get #states(): readonly State[] {
    return [this.#walk.initial, ...this.#walk.taken.map(({ after }) => after)]
  }

  #judge(): Failure[] {
    const progress = new Set<string>(['leadsTo', 'eventually', 'infinitelyOften', 'canReach'])
    const judged = judge(this.#semantics, this.#walk, 0).filter(
      ({ property }) => !this.system.properties.some(({ name, kind }) => name === property && progress.has(kind)),
    )
    for (const [at, state] of this.#states.entries()) {
      const written = at === 0 ? undefined : this.#walk.taken[at - 1]!.step
      const unhandled = this.system.steps.find(
        (step) => (written === undefined || touches(step, written)) && fireIn(this.#semantics, step, state).kind === 'unhandled',
      )
      if (unhandled !== undefined) return [...judged, { property: builtIn.unhandled, instance: unhandled.label, at }]
    }
    return judged
  }
}

/** Whether a step looks at what another wrote. */
const touches = ({ shape }: Step, written: Step): boolean =>
  written.shape.cells.slice(0, written.receivers).some((cell) => shape.cells.includes(cell))
