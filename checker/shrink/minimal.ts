import type { Axis } from '../define/rule.ts'
import type { Step, System } from '../define/system.ts'
import { isBetter, weightOf } from './cost.ts'
import type { Replayer } from './target.ts'

/** Moves and substitutions are tried on no more lists than this. */
const mostReplays = 20_000

/**
 * Makes a run that shows the replayer's target shorter until no single step can be dropped: with any of them left out, and
 * with it those that no longer fit, the target is not shown. Then, at the same length, fewer context switches by moving
 * single steps, and smaller parameters by renaming and by replacing single steps. What comes first weighs more.
 */
export function minimalRun(replayer: Replayer, steps: readonly number[]): number[] {
  let best = replayer.shortened(steps) ?? [...steps]
  const { replayed } = replayer
  for (;;) {
    best = withoutNeedless(replayer, best)
    const better = replayer.replayed - replayed > mostReplays ? undefined : firstBetter(replayer, best)
    if (better === undefined) return best
    best = better
  }
}

/** Drops stretches of steps, long ones first (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002). */
function withoutNeedless(replayer: Replayer, steps: readonly number[]): number[] {
  let best = [...steps]
  for (let size = Math.ceil(best.length / 2); size >= 1; ) {
    const before = best.length
    for (let at = 0; at < best.length; ) {
      const found = replayer.shortened(best.toSpliced(at, size))
      if (found !== undefined && found.length < best.length) best = found
      else at += size
    }
    if (size > 1) size = Math.ceil(size / 2)
    else if (best.length === before) break
  }
  return best
}

/** The first of the variants of a run that is better and shows the target too. */
function firstBetter(replayer: Replayer, run: readonly number[]): number[] | undefined {
  for (const variant of variants(replayer.system, run)) {
    if (!isBetter(replayer.system, variant, run)) continue
    const found = replayer.shortened(variant)
    if (found !== undefined && isBetter(replayer.system, found, run)) return found
  }
  return undefined
}

/** Runs that differ by one step moved, one sort of things renamed, or one step replaced by another of its rule. */
export function* variants({ steps }: System, run: readonly number[]): Generator<number[]> {
  for (const [from, step] of run.entries())
    for (const [to, other] of run.entries())
      if (from !== to && steps[step]!.actor === steps[other]!.actor) {
        const rest = run.toSpliced(from, 1)
        for (const beside of [0, 1]) yield rest.toSpliced(to - (from < to ? 1 : 0) + beside, 0, step)
      }
  const byLabel = new Map(steps.map((step) => [step.label, step.index]))
  for (const values of listsOf(run.map((step) => steps[step]!)))
    for (const [at, one] of values.entries())
      for (const other of values.slice(at + 1)) {
        const renamed = run.map((step) => byLabel.get(labelWith(steps[step]!, values, one, other)) ?? -1)
        if (!renamed.includes(-1)) yield renamed
      }
  for (const [at, step] of run.entries()) {
    const { rule } = steps[step]!
    for (const other of steps)
      if (other.rule === rule && weightOf(other) < weightOf(steps[step]!)) yield run.with(at, other.index)
  }
}

/** The distinct lists of values that parameters of these steps are taken from. */
function listsOf(steps: readonly Step[]): Axis[] {
  const lists = steps.flatMap(({ rule }) => Object.values(rule.axes))
  return [...new Map(lists.map((values) => [values.join('\n'), values])).values()]
}

/** The label of a step with two values of a list exchanged. */
function labelWith({ rule, at }: Step, values: Axis, one: Axis[number], other: Axis[number]): string {
  const renamed = Object.entries(at).map(([name, value]) => {
    if (rule.axes[name]!.join('\n') !== values.join('\n')) return value
    return value === one ? other : value === other ? one : value
  })
  return renamed.length === 0 ? rule.name : `${rule.name}(${renamed.join(',')})`
}
