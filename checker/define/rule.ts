import type { AnyCell, EventOf, LocalOf } from './cell.ts'
import { type DefinedAt, definedAt } from './defined-at.ts'

/** The finite range of a parameter. */
export type Axis = readonly (string | number | boolean)[]
export type Axes = Readonly<Record<string, Axis>>
/** One combination of parameters: `{ core: 'cpu0', page: 'page1' }`. */
export type Bound<P extends Axes> = { readonly [K in keyof P]: P[K][number] }
export type AnyBound = Readonly<Record<string, string | number | boolean>>

/** Cells under the names by which a rule or property speaks of them; an array is a broadcast. */
export type Cast = Readonly<Record<string, AnyCell | readonly AnyCell[]>>

/** What user code is handed of a cast: local states under the same names, and nothing else. */
export type View<T extends Cast> = {
  readonly [K in keyof T]: T[K] extends readonly AnyCell[] ? readonly LocalOf<T[K][number]>[] : LocalOf<T[K]>
}

/** One event for each receiver; a broadcast hears one event all together, or one each. */
export type Heard<T extends Cast> = {
  readonly [K in keyof T]: T[K] extends readonly AnyCell[]
    ? EventOf<T[K][number]> | readonly EventOf<T[K][number]>[]
    : EventOf<T[K]>
}

type AnyKeyOf<G> = G extends unknown ? keyof G : never
/** What TypeScript does not check of a callback's answer: `G` has no field that the event `E` of its type has not. */
type ExactEvent<G, E, Given extends PropertyKey = AnyKeyOf<G>> = G extends { readonly type: infer T }
  ? { readonly type: T } & { readonly [K in Exclude<Given, keyof Extract<E, { readonly type: T }>>]?: never }
  : unknown
type ExactBroadcast<G, E> = G extends readonly (infer I)[] ? readonly ExactEvent<I, E>[] : ExactEvent<G, E>
/** ... and names nothing that is no receiver. */
type ExactHeard<G, S extends Cast> = {
  readonly [K in keyof G]: K extends keyof S
    ? S[K] extends readonly AnyCell[]
      ? ExactBroadcast<G[K], EventOf<S[K][number]>>
      : ExactEvent<G[K], EventOf<S[K]>>
    : never
}

/** `program`: LiteBox or its guest moves. `environment`: hardware speculation, an adversary, a failing host. */
export type Kind = 'program' | 'environment'

/** A synchronisation: one atomic step for each combination of its parameters. Types are erased here. */
export interface Rule {
  readonly name: string
  readonly axes: Axes
  readonly kind: Kind
  /** Where LiteBox does this: `path: symbol`. */
  readonly source: string | undefined
  /** The rule is part of the design's story: if no step of it is ever enabled the verdict is `unwitnessed`. */
  readonly needed: boolean
  readonly where: (at: AnyBound) => boolean
  readonly actor: (at: AnyBound) => string
  readonly sees: (at: AnyBound) => Cast
  readonly sends: (at: AnyBound) => Cast
  readonly waitsFor: readonly string[]
  readonly when: Readonly<Record<string, (view: never, at: never) => boolean>>
  readonly events: (view: never, at: never) => unknown
  readonly definedAt: DefinedAt
}

export interface Footprint<P extends Axes, R extends Cast, S extends Cast> {
  readonly kind?: Kind
  /** Where LiteBox does this: `path: symbol`. */
  readonly source?: string
  /** Marks a rule without which the scenario would be empty. Default: false. */
  readonly needed?: boolean
  /** Which combinations of parameters exist at all. Default: every one. */
  readonly where?: (at: Bound<P>) => boolean
  /** The lane in which the step is drawn, and whose step it is for fairness. */
  readonly actor: (at: Bound<P>) => string
  /** Cells that guards and events may read. */
  readonly sees?: (at: Bound<P>) => R
  /** Cells that hear an event; guards and events may read them too. */
  readonly sends: (at: Bound<P>) => S
  /** Receivers that may block the step (a lock, a bounded buffer) instead of being `unhandled`. */
  readonly waitsFor?: readonly (keyof NoInfer<S> & string)[]
}

export interface Behaviour<P extends Axes, R extends Cast, S extends Cast, E> {
  /** Named conjuncts, asked in order; a later one may rely on an earlier one. */
  readonly when?: Readonly<Record<string, (view: View<R> & View<S>, at: Bound<P>) => boolean>>
  /** What each receiver hears. */
  readonly events: (view: View<R> & View<S>, at: Bound<P>) => E & ExactHeard<E, S>
}

const ruleName = /^[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)*$/

/**
 * A rule in two calls: the first fixes what it touches, the second what it asks and says.
 *
 * ```ts
 * rule('tlb.fill', { core: cores, page: pages }, {
 *   kind: 'environment',
 *   actor: ({ core }) => core,
 *   sees: ({ page }) => ({ pte: pageTable(page) }),
 *   sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
 * }).does({
 *   when: { present: ({ pte }) => pte.value === 'present', empty: ({ tlb }) => tlb.value === 'empty' },
 *   events: ({ pte }) => ({ tlb: { type: 'FILL', frame: pte.context.frame } }),
 * })
 * ```
 *
 * @throws RangeError when the name is not dotted words (`component.verb`).
 */
export function rule<const P extends Axes, S extends Cast, R extends Cast = Record<never, never>>(
  name: string,
  axes: P,
  footprint: Footprint<P, R, S>,
): { does<const E extends Heard<S>>(behaviour: Behaviour<P, R, S, E>): Rule } {
  if (!ruleName.test(name)) throw new RangeError(`rule name ${JSON.stringify(name)}: use dotted words such as 'pageTable.clear'`)
  const place = definedAt(rule)
  return {
    does: (behaviour) => ({
      name,
      axes,
      kind: footprint.kind ?? 'program',
      source: footprint.source,
      needed: footprint.needed ?? false,
      where: (footprint.where ?? (() => true)) as Rule['where'],
      actor: footprint.actor as Rule['actor'],
      sees: (footprint.sees ?? (() => ({}))) as Rule['sees'],
      sends: footprint.sends as Rule['sends'],
      waitsFor: footprint.waitsFor ?? [],
      when: (behaviour.when ?? {}) as Rule['when'],
      events: behaviour.events as Rule['events'],
      definedAt: place,
    }),
  }
}
