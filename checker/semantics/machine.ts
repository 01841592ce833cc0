import {
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  createActor,
  initialTransition,
} from 'xstate'
import type { AnyCell, Local } from '../define/cell.ts'
import { ModelError, messageOf, shown } from '../errors.ts'
import { canonical, deepFreeze } from './canonical.ts'

/** An event as it is delivered: frozen, under its canonical text. */
export interface Delivery {
  readonly event: AnyEventObject
  readonly text: string
}

/** Who is to be named in an error; made into text only when there is one. */
export type User = () => string

/** Events as they are delivered, one object for each text. */
export class Deliveries {
  readonly #known = new Map<string, Delivery>()

  of(event: unknown, user: User): Delivery {
    if (typeof event !== 'object' || event === null || typeof (event as { type?: unknown }).type !== 'string')
      throw new ModelError(`${user()}: an event is an object with a 'type'; got ${shown(event)}`)
    const text = attempt(user, () => canonical(event, 'event'))
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const copy: AnyEventObject = deepFreeze(JSON.parse(text))
    if (copy.type.startsWith('xstate.')) throw new ModelError(`${user()}: events named '${copy.type}' are XState's own to send`)
    const made = { event: copy, text }
    this.#known.set(text, made)
    return made
  }
}

/** XState sets no limit. A chart that takes more microsteps than this for one event is taken to go round for ever. */
const mostMicrosteps = 1000

/**
 * What the cells of one machine do: XState's own `transition`, over interned local states.
 *
 * A machine whose cell has no edge for an event is deaf to it, and `next` answers undefined. Each (local state, event)
 * is asked of XState once. A local state is made from its own text, so that no memory of how it came about (the order
 * of keys, of parallel regions) is left in it.
 */
export class MachineSemantics {
  readonly #machine: AnyStateMachine
  readonly #parallel: boolean
  /** What XState's `transition` function makes anew for each call: an actor that is never started. */
  readonly #scope: AnyActorScope
  readonly #locals = new Map<string, Local>()
  readonly #texts = new Map<Local, string>()
  readonly #next = new Map<Local, Map<string, Local | undefined>>()
  /** The snapshot made last, and of which phases and context: the steps of a state ask about the same few cells. */
  #resolved: { readonly value: unknown; readonly context: unknown; readonly snapshot: AnyMachineSnapshot } | undefined

  constructor(machine: AnyStateMachine) {
    this.#machine = machine.provide({})
    this.#machine.options = { maxIterations: Math.min(machine.options.maxIterations ?? mostMicrosteps, mostMicrosteps) }
    this.#parallel = hasRegions(this.#machine.root)
    const self = createActor(this.#machine, { input: {} as never })
    this.#scope = {
      self,
      system: self.system,
      id: '',
      sessionId: '',
      logger: () => {},
      defer: () => {},
      stopChild: () => {},
      emit: () => {},
      actionExecutor: () => {},
    }
  }

  /** The local state in which a cell begins. */
  initial(cell: AnyCell): Local {
    const user = (): string => `the initial state of cell '${cell.name}'`
    return attempt(user, () => {
      const { context } = this.#machine.config
      if (typeof context === 'object') freezePlain(context, 'context')
      if (cell.input !== undefined) freezePlain(cell.input, 'input')
      const [snapshot, actions] = initialTransition(this.#machine, cell.input as never)
      return this.#settle(snapshot as AnyMachineSnapshot, actions, user)
    })
  }

  /** The canonical text of an interned local state: equal texts, equal states. */
  textOf(local: Local): string {
    return this.#texts.get(local)!
  }

  /** The local state with this canonical text. @throws ModelError when it is none of this machine. */
  recall(text: string, user: User): Local {
    const { value, context } = attempt(user, () => JSON.parse(text) as Local)
    const state = attempt(user, () => this.#machine.resolveState({ value: value as never, context: context as never }))
    const local = attempt(user, () => this.#settle(state, [], user))
    if (this.textOf(local) === text) return local
    throw new ModelError(`${user()} is not in canonical form`)
  }

  /** The local state after `event`, or undefined where the chart has no edge for it. */
  next(local: Local, { event, text }: Delivery, user: User): Local | undefined {
    let known = this.#next.get(local)
    if (known === undefined) this.#next.set(local, (known = new Map()))
    if (known.has(text)) return known.get(text)
    const answer = attempt(user, () => {
      const next = this.#react(local, local.value, event, user)
      // XState lets parallel regions react in the order in which they were last entered, which no state remembers.
      if (this.#parallel && this.#react(local, reversed(local.value), event, user) !== next)
        throw new ModelError(`${user()} depends on the order in which parallel regions react; let their changes commute`)
      return next
    })
    known.set(text, answer)
    return answer
  }

  #react({ context }: Local, value: unknown, event: AnyEventObject, user: User): Local | undefined {
    const before = this.#resolve(value, context)
    if (before.status !== 'active' || !before.can(event)) return undefined
    const actions: { readonly type: string; readonly params?: unknown }[] = []
    this.#scope.actionExecutor = (action) => void actions.push(action)
    return this.#settle(this.#machine.transition(before, event, this.#scope), actions, user)
  }

  #resolve(value: unknown, context: unknown): AnyMachineSnapshot {
    const last = this.#resolved
    if (last !== undefined && last.value === value && last.context === context) return last.snapshot
    const snapshot: AnyMachineSnapshot = this.#machine.resolveState({ value: value as never, context: context as never })
    this.#resolved = { value, context, snapshot }
    return snapshot
  }

  #settle(
    snapshot: AnyMachineSnapshot,
    actions: readonly { readonly type: string; readonly params?: unknown }[],
    user: User,
  ): Local {
    for (const action of actions)
      if (action.type !== 'xstate.raise' || (action.params as { delay?: unknown } | undefined)?.delay !== undefined)
        throw new ModelError(`${user()} runs the action '${action.type}'; a chart may only assign and raise without delay`)
    if (Object.keys(snapshot.children).length > 0)
      throw new ModelError(`${user()} starts a child actor; make it a cell of its own`)
    if (snapshot.status === 'error') throw new ModelError(`${user()} ended in an error: ${messageOf(snapshot.error)}`)
    return this.adopt(snapshot.value, snapshot.context)
  }

  /** The one local state that has this value and context. */
  adopt(value: unknown, context: unknown): Local {
    const text = `{"value":${canonical(value, 'value')},"context":${canonical(context)}}`
    const known = this.#locals.get(text)
    if (known !== undefined) return known
    const local: Local = deepFreeze(JSON.parse(text))
    this.#locals.set(text, local)
    this.#texts.set(local, text)
    return local
  }
}

function freezePlain(value: unknown, path: string): void {
  canonical(value, path)
  deepFreeze(value)
}

const hasRegions = (node: AnyStateNode): boolean =>
  node.type === 'parallel' || (Object.values(node.states) as AnyStateNode[]).some(hasRegions)

/** The same phases with parallel regions in the opposite order. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).reverse()
  return Object.fromEntries(entries.map(([key, inner]) => [key, reversed(inner)]))
}

function attempt<T>(user: User, run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    const name = user()
    if (thrown instanceof ModelError) throw thrown.message.includes(name) ? thrown : new ModelError(`${name}: ${thrown.message}`)
    throw new ModelError(`${name} threw: ${messageOf(thrown)}`)
  }
}
