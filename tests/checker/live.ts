import { type AnyActor, createActor, type EventObject } from 'xstate'
import type { AnyCell, Local, System } from '../../checker/index.ts'

/*
 * The third witness: a system played by live XState actors, one a cell, each started once and never rebuilt. Of the
 * checker it knows only what a system lists; the meaning of views, guards, events and waiting is written here again.
 */

type Step = System['steps'][number]
type Cast = ReturnType<Step['rule']['sends']>
type Answer = (view: object, at: object) => unknown

/** What a step would do now; `cell` is the first receiver that cannot hear its event. */
export type Prospect =
  | { readonly kind: 'disabled'; readonly conjunct: string }
  | { readonly kind: 'blocked' | 'unhandled'; readonly cell: string }
  | { readonly kind: 'taken' }

interface Letter {
  readonly cell: string
  readonly event: EventObject
  readonly waits: boolean
}

export class LiveSystem {
  readonly #actors: ReadonlyMap<string, AnyActor>
  readonly #system: System

  constructor(system: System) {
    this.#system = system
    this.#actors = new Map(system.cells.map(({ name, machine, input }) => [name, createActor(machine, { input }).start()]))
  }

  /** Where every cell is now. */
  locals(): Local[] {
    return this.#system.cells.map((cell) => this.#local(cell))
  }

  prospect(step: Step): Prospect {
    const view = this.#view({ ...step.rule.sends(step.at), ...step.rule.sees(step.at) })
    for (const [conjunct, holds] of Object.entries(step.rule.when) as [string, Answer][])
      if (!holds(view, step.at)) return { kind: 'disabled', conjunct }
    const deaf = this.#letters(step).filter(({ cell, event }) => {
      const snapshot = this.#actors.get(cell)!.getSnapshot()
      return snapshot.status !== 'active' || !snapshot.can(event)
    })
    const blocking = deaf.find(({ waits }) => waits)
    if (blocking !== undefined) return { kind: 'blocked', cell: blocking.cell }
    if (deaf[0] !== undefined) return { kind: 'unhandled', cell: deaf[0].cell }
    return { kind: 'taken' }
  }

  /** Takes a step: every event is written before the first is delivered. */
  take(step: Step): void {
    for (const { cell, event } of this.#letters(step)) this.#actors.get(cell)!.send(event)
  }

  #letters({ rule, at }: Step): Letter[] {
    const sends = rule.sends(at)
    const view = this.#view({ ...sends, ...rule.sees(at) })
    const said = (rule.events as Answer)(view, at) as Readonly<Record<string, EventObject | EventObject[]>>
    return Object.entries(sends).flatMap(([key, cells]) => {
      const event = said[key]!
      return [cells].flat().map((cell, nth) => ({
        cell: cell.name,
        event: Array.isArray(event) ? event[nth]! : event,
        waits: rule.waitsFor.includes(key),
      }))
    })
  }

  #local({ name }: AnyCell): Local {
    const { value, context } = this.#actors.get(name)!.getSnapshot()
    return { value, context }
  }

  #view(cast: Cast): object {
    const locals = Object.entries(cast).map(([key, cells]) => [
      key,
      'name' in cells ? this.#local(cells) : cells.map((cell) => this.#local(cell)),
    ])
    return Object.fromEntries(locals)
  }
}
