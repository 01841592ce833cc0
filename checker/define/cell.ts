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
  /** The interchangeable things that the cell belongs to, by sort: `{ core: 'cpu1', page: 'page0' }`. */
  readonly of: Things
  /** What tells it from other cells of the same machine that belong to the same things. */
  readonly role: string
  /** Where its context names interchangeable things. */
  readonly references: Readonly<Record<string, AnyReference>>
  readonly types?: { readonly value: V; readonly context: C; readonly event: E }
}

/** Things by their sort. */
export type Things = Readonly<Record<string, string | number>>

/**
 * How a value of a context names things, erased: the sort of a thing, or of every thing in a list; the members of a list
 * kept in order (`set`); the bits of a number, by position in the sort (`bits`); the keys of a record (`keys`); the fields
 * of a record, or of every record in a list (`fields`). A value that is no thing of the sort stays as it is.
 */
export type AnyReference =
  | string
  | { readonly set: string }
  | { readonly bits: string }
  | { readonly keys: string; readonly values?: AnyReference }
  | { readonly fields: Readonly<Record<string, AnyReference>> }

type Item<T> = T extends readonly (infer I)[] ? Item<I> : T
type RecordIn<T> = Extract<Item<T>, object>
/** The references that fit a value of type `T`. */
export type ReferenceIn<T> =
  | ([Extract<Item<T>, string | number>] extends [never] ? never : string)
  | (T extends readonly (string | number)[] ? { readonly set: string } : never)
  | (T extends number ? { readonly bits: string } : never)
  | ([RecordIn<T>] extends [never]
      ? never
      :
          | { readonly keys: string; readonly values?: ReferenceIn<RecordIn<T>[keyof RecordIn<T>]> }
          | { readonly fields: { readonly [K in keyof RecordIn<T>]?: ReferenceIn<RecordIn<T>[K]> } })

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
  /** Which interchangeable things the cell belongs to, by sort: `{ core: 'cpu1' }`. Sorts that a system does not declare are fixed. */
  readonly of?: Things
  /** Tells cells of one machine apart that belong to the same things: a name that no permutation changes. */
  readonly role?: string
  /** Where the context names interchangeable things; symmetry permutes these and nothing else. */
  readonly references?: { readonly [K in keyof ContextOf<M>]?: ReferenceIn<ContextOf<M>[K]> }
}

const cellName = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/

/**
 * One instance of `machine` under a name that is unique in its system, such as `tlb.cpu1.page0`.
 *
 * @throws RangeError when the name holds anything but letters, digits, `.`, `_` and `-`.
 */
export function cell<M extends AnyStateMachine>(name: string, machine: M, options: CellOptions<M> = {}): CellOf<M> {
  if (!cellName.test(name)) throw new RangeError(`cell name ${JSON.stringify(name)}: use letters, digits, '.', '_' and '-'`)
  const references = { ...options.references } as Record<string, AnyReference>
  return { name, machine, input: options.input, of: { ...options.of }, role: options.role ?? '', references }
}
