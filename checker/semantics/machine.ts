import { type AnyEventObject, type AnyMachineSnapshot, type AnyStateMachine, initialTransition, transition } from 'xstate'
import type { AnyCell, Local } from '../define/cell.ts'
import { ModelError, messageOf } from '../errors.ts'
import { canonical, deepFreeze } from './canonical.ts'

/** An event as it is delivered: frozen, under its canonical text. */
export interface Delivery {
  readonly event: AnyEventObject
  readonly text: string
}

export function delivery(event: unknown, user: string): Delivery {
  if (typeof event !== 'object' || event === null || typeof (event as { type?: unknown }).type !== 'string')
    throw new ModelError(`${user}: an event is an object with a 'type'; got ${JSON.stringify(event) ?? String(event)}`)
  const text = canonical(event, 'event')
  return { event: deepFreeze(event) as AnyEventObject, text }
}

/**
 * What the cells of one machine do: XState's own `transition`, over interned local states.
 *
 * A machine whose cell has no edge for an event is deaf to it, and `next` answers undefined. Each (local state, event)
 * is asked of XState once.
 */
export class MachineSemantics {
  readonly #machine: AnyStateMachine
  readonly #locals = new Map<string, Local>()
  readonly #texts = new Map<Local, string>()
  readonly #next = new Map<Local, Map<string, Local | undefined>>()

  constructor(machine: AnyStateMachine) {
    this.#machine = machine
  }

  /** The local state in which a cell begins. */
  initial(cell: AnyCell): Local {
    const [snapshot, actions] = attempt(`the initial state of cell '${cell.name}'`, () =>
      initialTransition(this.#machine, cell.input as never),
    )
    return this.#settle(snapshot as AnyMachineSnapshot, actions, `the initial state of cell '${cell.name}'`)
  }

  /** The canonical text of an interned local state: equal texts, equal states. */
  textOf(local: Local): string {
    return this.#texts.get(local)!
  }

  /** The local state after `event`, or undefined where the chart has no edge for it. */
  next(local: Local, { event, text }: Delivery, user: string): Local | undefined {
    let known = this.#next.get(local)
    if (known === undefined) this.#next.set(local, (known = new Map()))
    if (known.has(text)) return known.get(text)
    const answer = attempt(user, () => {
      const before = this.#machine.resolveState({ value: local.value as never, context: local.context as never })
      if (!before.can(event)) return undefined
      const [after, actions] = transition(this.#machine, before, event)
      return this.#settle(after, actions, user)
    })
    known.set(text, answer)
    return answer
  }

  #settle(
    snapshot: AnyMachineSnapshot,
    actions: readonly { readonly type: string; readonly params?: unknown }[],
    user: string,
  ): Local {
    for (const action of actions)
      if (action.type !== 'xstate.raise' || (action.params as { delay?: unknown } | undefined)?.delay !== undefined)
        throw new ModelError(`${user} runs the action '${action.type}'; a chart may only assign and raise without delay`)
    if (Object.keys(snapshot.children).length > 0) throw new ModelError(`${user} starts a child actor; make it a cell of its own`)
    if (snapshot.status === 'error') throw new ModelError(`${user} ended in an error: ${messageOf(snapshot.error)}`)
    const text = `${canonical(snapshot.value, 'value')} ${canonical(snapshot.context)}`
    const known = this.#locals.get(text)
    if (known !== undefined) return known
    const local: Local = deepFreeze({ value: sortKeys(snapshot.value), context: snapshot.context })
    this.#locals.set(text, local)
    this.#texts.set(local, text)
    return local
  }
}

/** Parallel phases in one order, whatever order XState met them in. */
function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]))
}

function attempt<T>(user: string, run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    if (thrown instanceof ModelError) throw thrown.message.includes(user) ? thrown : new ModelError(`${user}: ${thrown.message}`)
    throw new ModelError(`${user} threw: ${messageOf(thrown)}`)
  }
}
