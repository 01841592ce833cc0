import type { AnyReference } from '../define/cell.ts'
import type { Thing } from '../define/system.ts'

/** What becomes of a thing of a sort; whatever is no thing of it stays as it is. */
export type Renaming = (sort: string, value: unknown) => unknown

/** The context with every declared reference renamed. `things` lists the things of each sort in order. */
export function renamedContext(
  context: unknown,
  references: Readonly<Record<string, AnyReference>>,
  renaming: Renaming,
  things: Readonly<Record<string, readonly Thing[]>>,
): unknown {
  return renamed(context, { fields: references }, renaming, things)
}

function renamed(
  value: unknown,
  reference: AnyReference | undefined,
  renaming: Renaming,
  things: Readonly<Record<string, readonly Thing[]>>,
): unknown {
  if (reference === undefined) return value
  if (typeof reference === 'string')
    return Array.isArray(value) ? value.map((one) => renamed(one, reference, renaming, things)) : renaming(reference, value)
  if ('set' in reference) return Array.isArray(value) ? value.map((one) => renaming(reference.set, one)).sort(inOrder) : value
  if ('bits' in reference) {
    const sort = things[reference.bits] ?? []
    if (typeof value !== 'number') return value
    return sort.reduce<number>(
      (bits, thing, at) => ((value >> at) & 1 ? bits | (1 << sort.indexOf(renaming(reference.bits, thing) as Thing)) : bits),
      value & ~((1 << sort.length) - 1),
    )
  }
  if (Array.isArray(value)) return value.map((one) => renamed(one, reference, renaming, things))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  if ('keys' in reference)
    return Object.fromEntries(
      entries.map(([key, inner]) => {
        const thing = (things[reference.keys] ?? []).find((one) => String(one) === key)
        return [
          thing === undefined ? key : String(renaming(reference.keys, thing)),
          renamed(inner, reference.values, renaming, things),
        ]
      }),
    )
  return Object.fromEntries(entries.map(([key, inner]) => [key, renamed(inner, reference.fields[key], renaming, things)]))
}

/** The order of lists that stand for sets: numbers by value, before texts by code unit. */
const inOrder = (a: unknown, b: unknown): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** The sorts that a reference speaks of. */
export function sortsOf(reference: AnyReference): string[] {
  if (typeof reference === 'string') return [reference]
  if ('set' in reference) return [reference.set]
  if ('bits' in reference) return [reference.bits]
  if ('keys' in reference) return [reference.keys, ...(reference.values === undefined ? [] : sortsOf(reference.values))]
  return Object.values(reference.fields).flatMap(sortsOf)
}

/**
 * What a context says of one thing and no other: every thing is replaced by whether it is this one. Where the order of a
 * list or of keys means nothing, neither does it here. Used to sort things before they are compared in full.
 */
export function portraitOf(
  value: unknown,
  reference: AnyReference | undefined,
  isSelf: IsSelf,
  things: Readonly<Record<string, readonly Thing[]>>,
): unknown {
  if (reference === undefined) return value
  if (typeof reference === 'string')
    return Array.isArray(value)
      ? value.map((one) => portraitOf(one, reference, isSelf, things))
      : mark(isSelf(reference, value), value)
  if ('set' in reference)
    return Array.isArray(value) ? value.map((one) => JSON.stringify(mark(isSelf(reference.set, one), one))).sort() : value
  if ('bits' in reference)
    return (things[reference.bits] ?? [])
      .filter((_, at) => ((value as number) >> at) & 1)
      .map((thing) => JSON.stringify(mark(isSelf(reference.bits, thing), thing)))
      .sort()
  if (Array.isArray(value)) return value.map((one) => portraitOf(one, reference, isSelf, things))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  if ('keys' in reference)
    return entries
      .map(([key, inner]) => {
        const thing = (things[reference.keys] ?? []).find((one) => String(one) === key)
        const name = thing === undefined ? key : mark(isSelf(reference.keys, thing), key)
        return JSON.stringify([name, portraitOf(inner, reference.values, isSelf, things)])
      })
      .sort()
  return Object.fromEntries(entries.map(([key, inner]) => [key, portraitOf(inner, reference.fields[key], isSelf, things)]))
}

/** Whether a value is the thing that is portrayed, or which of its followers, or another; undefined for what is no thing. */
export type IsSelf = (sort: string, value: unknown) => number | 'other' | undefined

const mark = (which: number | 'other' | undefined, value: unknown): unknown => (which === undefined ? value : { thing: which })
