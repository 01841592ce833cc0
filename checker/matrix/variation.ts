import type { AnyAssignment, KnobValue, Scenario } from '../define/scenario.ts'
import { InputError } from '../errors.ts'

/** Knobs with the values that they may take, the base design's own among them or not. */
export type Range = Readonly<Record<string, readonly KnobValue[]>>

/**
 * What is varied around a base assignment: `knobs` are what a change may touch, `under` is given from outside, and every
 * combination of it is a question of its own.
 */
export interface Variation {
  readonly base: AnyAssignment
  readonly knobs: Range
  readonly under: Range
}

/** An assignment by what it changes. `knobs` is the whole of it. */
export interface Variant {
  readonly under: AnyAssignment
  readonly changes: AnyAssignment
  readonly knobs: AnyAssignment
}

/**
 * Reads `knob` or `knob=value,value`, each of which may name one knob.
 *
 * @throws InputError for a knob that is named twice or among the fixed ones. Names and values are looked up by `find`.
 */
export function rangeOf(
  scenario: Scenario,
  texts: readonly string[],
  find: (what: string, word: string, of: readonly string[]) => string,
): Range {
  const range: Record<string, readonly KnobValue[]> = {}
  for (const text of texts) {
    const equals = text.indexOf('=')
    const knob = find(
      `knob of scenario '${scenario.name}'`,
      equals < 0 ? text : text.slice(0, equals),
      Object.keys(scenario.knobs),
    )
    if (Object.hasOwn(range, knob)) throw new InputError(`knob '${knob}' is varied twice; name it once, with all its values`)
    const every = scenario.knobs[knob]!
    if (equals < 0) range[knob] = every
    else {
      const words = text
        .slice(equals + 1)
        .split(',')
        .map((word) => find(`value of knob '${knob}'`, word, every.map(String)))
      range[knob] = every.filter((value) => words.includes(String(value)))
    }
  }
  return range
}

/** Every combination of the values given from outside, the last knob running fastest. */
export function policiesOf({ under }: Variation): AnyAssignment[] {
  let all: AnyAssignment[] = [{}]
  for (const [knob, values] of Object.entries(under))
    all = all.flatMap((policy) => values.map((value) => ({ ...policy, [knob]: value })))
  return all
}

/** The values that a change may give a knob. */
const othersOf = ({ base, knobs }: Variation): (readonly [knob: string, values: readonly KnobValue[]])[] =>
  Object.entries(knobs).map(([knob, values]) => [knob, values.filter((value) => value !== base[knob])])

/** How many sets of changes there are, by their number of changes, for one combination of what is given. */
export function countsOf(variation: Variation): number[] {
  let counts = [1]
  for (const [, { length }] of othersOf(variation))
    if (length > 0) counts = [...counts, 0].map((count, at) => count + (at === 0 ? 0 : counts[at - 1]! * length))
  return counts
}

/** Every assignment that changes exactly `count` knobs of the base under a policy, in the order of knobs and values. */
export function variantsOf(variation: Variation, under: AnyAssignment, count: number): Variant[] {
  const { base } = variation
  const others = othersOf(variation)
  const found: Variant[] = []
  const choose = (from: number, changes: AnyAssignment, left: number): void => {
    if (left === 0) found.push({ under, changes, knobs: { ...base, ...under, ...changes } })
    else
      for (let at = from; at + left <= others.length; at++)
        for (const value of others[at]![1]) choose(at + 1, { ...changes, [others[at]![0]]: value }, left - 1)
  }
  choose(0, {}, count)
  return found
}

/** Whether every change of `fewer` is one of `more`. */
export const within = (fewer: AnyAssignment, more: AnyAssignment): boolean =>
  Object.entries(fewer).every(([knob, value]) => more[knob] === value)
