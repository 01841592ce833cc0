import type { AnyStateMachine } from 'xstate'
import type { Local } from '../define/cell.ts'
import { viewOf } from '../define/shape.ts'
import type { Instance, Step, System } from '../define/system.ts'
import { ModelError, messageOf, shown } from '../errors.ts'
import { checkChart } from './chart.ts'
import { Deliveries, type Delivery, MachineSemantics, type User } from './machine.ts'

/** What a step does in a state. `writes` are the next local states of its receivers, in the order of `shape.cells`. */
export type Outcome =
  | { readonly kind: 'disabled'; readonly conjunct: string }
  | { readonly kind: 'blocked'; readonly cell: number; readonly event: string }
  | { readonly kind: 'unhandled'; readonly cell: number; readonly event: string }
  | { readonly kind: 'taken'; readonly writes: readonly Local[] }

type Guard = (view: unknown, at: unknown) => unknown

/**
 * What a system means: which steps are enabled, what they write, which predicates are true. Everything that searches,
 * replays or reports asks here; only the live actors of the third check do not.
 */
export class Semantics {
  readonly system: System
  readonly #machines = new Map<AnyStateMachine, MachineSemantics>()
  readonly #events = new Deliveries()
  readonly #conjuncts: readonly (readonly [name: string, conjunct: Guard])[][]

  /** @throws ModelError when a chart may not be, or an initial state cannot be stored. */
  constructor(system: System) {
    this.system = system
    this.#conjuncts = system.steps.map((step) => Object.entries(step.rule.when) as [string, Guard][])
    for (const cell of system.cells)
      if (!this.#machines.has(cell.machine)) {
        checkChart(cell.machine, cell.name)
        this.#machines.set(cell.machine, new MachineSemantics(cell.machine))
      }
  }

  /** The initial local state of every cell. */
  initial(): Local[] {
    return this.system.cells.map((cell) => this.#machines.get(cell.machine)!.initial(cell))
  }

  /** The canonical text of a cell's local state. */
  textOf(cell: number, local: Local): string {
    return this.#machines.get(this.system.cells[cell]!.machine)!.textOf(local)
  }

  /** The local state of a cell that has this canonical text. */
  recall(cell: number, text: string): Local {
    const { name, machine } = this.system.cells[cell]!
    return this.#machines.get(machine)!.recall(text, () => `a recorded local state of cell '${name}'`)
  }

  /** The local state of a cell with this value and context, which an exchange of things has made from another. */
  adopt(cell: number, value: unknown, context: unknown): Local {
    return this.#machines.get(this.system.cells[cell]!.machine)!.adopt(value, context)
  }

  /** What `step` does where its cells (`step.shape.cells`, in order) are in these local states. */
  fire(step: Step, locals: readonly Local[]): Outcome {
    const view = viewOf(step.shape, locals)
    for (const [name, conjunct] of this.#conjuncts[step.index]!)
      if (!ask(() => `conjunct '${name}' of step '${step.label}'`, conjunct, view, step.at))
        return { kind: 'disabled', conjunct: name }
    const deliveries = this.#deliveries(step, view)
    const writes: Local[] = []
    let unhandled: Outcome | undefined
    for (const [position, heard] of deliveries.entries()) {
      const cell = step.shape.cells[position]!
      const { name, machine } = this.system.cells[cell]!
      const user = (): string => `event ${heard.event.type} of step '${step.label}' at cell '${name}'`
      const next = this.#machines.get(machine)!.next(locals[position]!, heard, user)
      if (next !== undefined) writes.push(next)
      else if (step.waits[position]) return { kind: 'blocked', cell, event: heard.event.type }
      else unhandled ??= { kind: 'unhandled', cell, event: heard.event.type }
    }
    return unhandled ?? { kind: 'taken', writes }
  }

  /** Whether `predicate` is true of an instance's cells, given in the order of `instance.shape.cells`. */
  holds(instance: Instance, predicate: (view: never, at: never) => boolean, locals: readonly Local[]): boolean {
    return ask(() => `'${instance.label}'`, predicate as Guard, viewOf(instance.shape, locals), instance.at)
  }

  /** Whether an `onStep` predicate is true of a step. */
  holdsOnStep(
    instance: Instance,
    predicate: (before: never, after: never, step: never, at: never) => boolean,
    step: Step,
    before: readonly Local[],
    after: readonly Local[],
  ): boolean {
    const taken = Object.freeze({ label: step.label, rule: step.rule.name, actor: step.actor, at: step.at })
    const run = (view: unknown, at: unknown): unknown =>
      predicate(view as never, viewOf(instance.shape, after) as never, taken as never, at as never)
    return ask(() => `'${instance.label}'`, run, viewOf(instance.shape, before), instance.at)
  }

  #deliveries(step: Step, view: unknown): Delivery[] {
    const user = (): string => `the events of step '${step.label}'`
    let answer: unknown
    try {
      answer = (step.rule.events as Guard)(view, step.at)
    } catch (thrown) {
      throw new ModelError(`${user()} threw: ${messageOf(thrown)}`)
    }
    if (typeof answer !== 'object' || answer === null) throw new ModelError(`${user()} are ${shown(answer)}, not an object`)
    const heard = answer as Readonly<Record<string, unknown>>
    const deliveries: Delivery[] = []
    for (const [key, position] of step.shape.slots.slice(0, step.heard)) {
      const positions = [position].flat()
      const given = heard[key]
      if (given === undefined) throw new ModelError(`${user()} give receiver '${key}' nothing to hear`)
      if (Array.isArray(given) && given.length !== positions.length)
        throw new ModelError(`${user()} give '${key}' ${given.length} events for ${positions.length} cells`)
      for (const [nth, at] of positions.entries())
        deliveries[at] = this.#events.of(Array.isArray(given) ? given[nth] : given, () => `${user()}, receiver '${key}'`)
    }
    for (const key of Object.keys(heard))
      if (!step.shape.slots.slice(0, step.heard).some(([name]) => name === key))
        throw new ModelError(`${user()} name '${key}', which is no receiver`)
    return deliveries
  }
}

function ask(user: User, predicate: Guard, view: unknown, at: unknown): boolean {
  let answer: unknown
  try {
    answer = predicate(view, at)
  } catch (thrown) {
    throw new ModelError(`${user()} threw: ${messageOf(thrown)}`)
  }
  if (typeof answer !== 'boolean') throw new ModelError(`${user()} answered ${shown(answer)}, not true or false`)
  return answer
}
