import type { AnyStateMachine, ContextFrom, EventFromLogic, InputFrom, StateFrom } from 'xstate'

/**
 * A cell: one instance of a component, the unit of reading, writing and storing.
 *
 * `V`, `C` and `E` are the phases, the context and the events of its machine; they exist for the compiler only.
 */
export interface Cell<out V, out C, out E> {
  readonly name: string
  readonly machine: AnyStateMachine
  readonly input: unknown
  /** Context keys that name an interchangeable thing, and the sort of the thing: `{ frame: 'frame' }`. */
  readonly references: Readonly<Record<string, string>>
  readonly types?: { readonly value: V; readonly context: C; readonly event: E }
}

/** Where a chart declares no context XState says `any`; here such a context has no fields. */
type ContextOf<M extends AnyStateMachine> = string extends keyof ContextFrom<M> ? Readonly<Record<never, never>> : ContextFrom<M>
export type CellOf<M extends AnyStateMachine> = Cell<StateFrom<M>['value'], ContextOf<M>, EventFromLogic<M>>
export type AnyCell = Cell<unknown, unknown, unknown>

/** The local state of a cell, as guards, events and properties see it: frozen plain JSON. */
export interface Local<out V = unknown, out C = unknown> {
  readonly value: V
  readonly context: C
}

export type LocalOf<T> = T extends Cell<infer V, infer C, unknown> ? Local<V, C> : never
export type EventOf<T> = T extends Cell<unknown, unknown, infer E> ? E : never

export interface CellOptions<M extends AnyStateMachine> {
  /** What the machine's context is made from, where it asks for an input. */
  readonly input?: InputFrom<M>
  /** Which context keys name interchangeable things, by sort; symmetry permutes these and nothing else. */
  readonly references?: { readonly [K in keyof ContextOf<M>]?: string }
}

const cellName = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/

/**
 * One instance of `machine` under a name that is unique in its system, such as `tlb.cpu1.page0`.
 *
 * @throws RangeError when the name holds anything but letters, digits, `.`, `_` and `-`.
 */
export function cell<M extends AnyStateMachine>(name: string, machine: M, options: CellOptions<M> = {}): CellOf<M> {
  if (!cellName.test(name)) throw new RangeError(`cell name ${JSON.stringify(name)}: use letters, digits, '.', '_' and '-'`)
  return { name, machine, input: options.input, references: { ...options.references } as Record<string, string> }
}
