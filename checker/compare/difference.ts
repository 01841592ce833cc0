import type { VerdictName } from '../verdict.ts'

/** What is known of one side: a search of today's, or a saved result, which tells nothing of single steps. */
export interface Side {
  readonly name: string
  readonly verdict: VerdictName
  readonly complete: boolean
  readonly states: number
  readonly transitions: number
  readonly properties: readonly { readonly name: string; readonly verdict: VerdictName; readonly steps: number }[]
  /** Labels of steps that were enabled somewhere, and of all there are. */
  readonly steps: { readonly alive: ReadonlySet<string>; readonly all: ReadonlySet<string> } | undefined
}

/** What the second side says otherwise than the first, about properties and steps. */
export interface Difference {
  /** Fails on the first side, holds on the second. */
  readonly gained: readonly string[]
  /** Holds on the first, fails on the second: with its verdict and the length of its counterexample. */
  readonly lost: readonly { readonly name: string; readonly verdict: VerdictName; readonly steps: number }[]
  /** Fails on both, otherwise. */
  readonly changed: readonly { readonly name: string; readonly before: string; readonly after: string }[]
  /** Decided on one side only. */
  readonly open: readonly string[]
  readonly onlyFirst: readonly string[]
  readonly onlySecond: readonly string[]
  /** Steps that both have and only one takes; undefined where a side does not know. */
  readonly dead: readonly string[] | undefined
  readonly alive: readonly string[] | undefined
}

const fails = (verdict: VerdictName): boolean => verdict !== 'holds' && verdict !== 'bounded'

/** Compares two sides by the names of their properties and the labels of their steps. */
export function difference(first: Side, second: Side): Difference {
  const after = new Map(second.properties.map((property) => [property.name, property]))
  const both = first.properties.flatMap((before) => {
    const now = after.get(before.name)
    return now === undefined ? [] : [{ name: before.name, before, now }]
  })
  const open = both.filter(({ before, now }) => (before.verdict === 'bounded') !== (now.verdict === 'bounded'))
  const decided = both.filter(({ before, now }) => before.verdict !== 'bounded' && now.verdict !== 'bounded')
  const names = new Set(first.properties.map(({ name }) => name))
  const text = ({ verdict, steps }: { readonly verdict: VerdictName; readonly steps: number }): string =>
    steps === 0 ? verdict : `${verdict} in ${steps}`
  const [a, b] = [first.steps, second.steps]
  const shared = a && b ? [...a.all].filter((label) => b.all.has(label)) : undefined
  return {
    gained: decided.filter(({ before, now }) => fails(before.verdict) && !fails(now.verdict)).map(({ name }) => name),
    lost: decided.filter(({ before, now }) => !fails(before.verdict) && fails(now.verdict)).map(({ now }) => now),
    changed: decided
      .filter(({ before, now }) => fails(before.verdict) && fails(now.verdict) && text(before) !== text(now))
      .map(({ name, before, now }) => ({ name, before: text(before), after: text(now) })),
    open: open.map(({ name }) => name),
    onlyFirst: first.properties.filter(({ name }) => !after.has(name)).map(({ name }) => name),
    onlySecond: second.properties.filter(({ name }) => !names.has(name)).map(({ name }) => name),
    dead: shared?.filter((label) => a!.alive.has(label) && !b!.alive.has(label)),
    alive: shared?.filter((label) => !a!.alive.has(label) && b!.alive.has(label)),
  }
}
