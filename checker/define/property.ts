import { type DefinedAt, definedAt } from './defined-at.ts'
import type { AnyBound, Axes, Bound, Cast, View } from './rule.ts'

/**
 * What is claimed. Each combination of a property's parameters is an instance, which reads its few cells and is
 * looked at again only when a step wrote one of them.
 *
 * - `always`: the predicate is true in every reachable state.
 * - `onStep`: the predicate is true of every step taken (before, after).
 * - `sometimes`: the predicate is true in some reachable state; without it an `always` may be vacuous.
 * - `leadsTo`: whenever `from` is true, `to` is true then or later, on every fair execution.
 * - `eventually`: `goal` is true at some time on every fair execution.
 * - `infinitelyOften`: `goal` is true again and again on every fair execution.
 * - `canReach`: from every reachable state some execution reaches `goal`; fairness plays no part.
 */
export type PropertyKind = 'always' | 'onStep' | 'sometimes' | 'leadsTo' | 'eventually' | 'infinitelyOften' | 'canReach'

type Predicate = (view: never, at: never) => boolean
/** The step that an `onStep` property is asked about. */
export interface StepTaken {
  readonly label: string
  readonly rule: string
  readonly actor: string
  readonly at: AnyBound
}
type StepPredicate = (before: never, after: never, step: StepTaken, at: never) => boolean

interface Common {
  readonly name: string
  readonly axes: Axes
  readonly where: (at: AnyBound) => boolean
  readonly reads: (at: AnyBound) => Cast
  readonly definedAt: DefinedAt
}
/** Types are erased here, as in `Rule`. */
export type Property = Common &
  (
    | { readonly kind: 'always' | 'sometimes'; readonly holds: Predicate }
    | { readonly kind: 'onStep'; readonly on: readonly string[] | undefined; readonly holds: StepPredicate }
    | { readonly kind: 'leadsTo'; readonly from: Predicate; readonly to: Predicate }
    | { readonly kind: 'eventually' | 'infinitelyOften' | 'canReach'; readonly goal: Predicate }
  )

interface Reads<P extends Axes, R extends Cast> {
  /** Which combinations of parameters exist at all. Default: every one. */
  readonly where?: (at: Bound<P>) => boolean
  /** The cells that the predicate may read. */
  readonly reads: (at: Bound<P>) => R
}
type Of<P extends Axes, R extends Cast> = (view: View<R>, at: Bound<P>) => boolean

const common = <P extends Axes, R extends Cast>(
  name: string,
  axes: P,
  claim: Reads<P, R>,
  by: (...given: never[]) => unknown,
): Common => {
  if (name.trim() === '') throw new RangeError('a property is named by a sentence that a reader can doubt; this one has no name')
  return {
    name,
    axes,
    where: (claim.where ?? (() => true)) as Common['where'],
    reads: claim.reads as Common['reads'],
    definedAt: definedAt(by),
  }
}

/** Safety: `holds` is true in every reachable state. */
export const always = <const P extends Axes, R extends Cast>(
  name: string,
  axes: P,
  claim: Reads<P, R> & { readonly holds: Of<P, R> },
): Property => ({ ...common(name, axes, claim, always), kind: 'always', holds: claim.holds as Predicate })

/** A witness: `holds` is true in some reachable state, for every combination of parameters. */
export const sometimes = <const P extends Axes, R extends Cast>(
  name: string,
  axes: P,
  claim: Reads<P, R> & { readonly holds: Of<P, R> },
): Property => ({ ...common(name, axes, claim, sometimes), kind: 'sometimes', holds: claim.holds as Predicate })

/**
 * Safety of single steps: `holds` is true of the cells before and after every step of the rules named in `on`.
 * Without `on`: of every step that writes one of the cells read.
 */
export const onStep = <const P extends Axes, R extends Cast>(
  name: string,
  axes: P,
  claim: Reads<P, R> & {
    readonly on?: readonly string[]
    readonly holds: (before: View<R>, after: View<R>, step: StepTaken, at: Bound<P>) => boolean
  },
): Property => ({ ...common(name, axes, claim, onStep), kind: 'onStep', on: claim.on, holds: claim.holds as StepPredicate })

/** Progress: whenever `from` is true, `to` is true then or later, on every fair execution. */
export const leadsTo = <const P extends Axes, R extends Cast>(
  name: string,
  axes: P,
  claim: Reads<P, R> & { readonly from: Of<P, R>; readonly to: Of<P, R> },
): Property => ({
  ...common(name, axes, claim, leadsTo),
  kind: 'leadsTo',
  from: claim.from as Predicate,
  to: claim.to as Predicate,
})

const progress = (kind: 'eventually' | 'infinitelyOften' | 'canReach') =>
  function define<const P extends Axes, R extends Cast>(
    name: string,
    axes: P,
    claim: Reads<P, R> & { readonly goal: Of<P, R> },
  ): Property {
    return { ...common(name, axes, claim, define), kind, goal: claim.goal as Predicate }
  }

/** Progress: `goal` is true at some time on every fair execution. */
export const eventually = progress('eventually')
/** Progress: `goal` is true again and again, for ever, on every fair execution. */
export const infinitelyOften = progress('infinitelyOften')
/** Possibility: from every reachable state some execution reaches `goal`. */
export const canReach = progress('canReach')
