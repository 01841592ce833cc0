import type { AnyCell } from '../define/cell.ts'
import type { AnyBound } from '../define/rule.ts'
import { type Instance, labelOf, type Sort, type Step, type System, type Thing } from '../define/system.ts'
import { sortsOf } from './references.ts'

/** The exchange of two neighbours of a sort, and what it makes of a system's parts, by index. */
export interface Exchange {
  readonly sort: string
  readonly a: Thing
  readonly b: Thing
  /** What each of the two and of their followers is called after it. */
  readonly names: ReadonlyMap<unknown, Thing>
  readonly cells: readonly number[]
  readonly steps: readonly number[]
  readonly instances: readonly number[]
  readonly bounds: readonly (readonly number[])[]
  readonly final: readonly number[]
}

/** The symmetries that a system declares: exchanges of neighbours, which make up every permutation of every sort. */
export interface Symmetry {
  /** Sorts with two things or more. */
  readonly sorts: readonly (Sort & { readonly name: string; readonly first: number })[]
  readonly things: Readonly<Record<string, readonly Thing[]>>
  /** Those of sort `s` stand from `sorts[s].first` on: exchange `first + i` is of things `i` and `i + 1`. */
  readonly exchanges: readonly Exchange[]
}

/** Things that were declared interchangeable and are not: a sentence that names the rule, property or cell. */
export class Asymmetry extends Error {
  override readonly name = 'Asymmetry'
}

/** Renames the things of an exchange's sort. */
export const renamingOf =
  ({ sort: own, names }: Exchange) =>
  (sort: string, value: unknown): unknown =>
    sort === own ? (names.get(value) ?? value) : value

/**
 * Finds the image of every cell, step and instance under each exchange. A parameter whose value is the name of a thing
 * is that thing.
 *
 * @throws Asymmetry when something has no image.
 */
export function symmetryOf(system: System): Symmetry {
  const sorts: Symmetry['sorts'][number][] = []
  const exchanges: Exchange[] = []
  for (const [name, sort] of Object.entries(system.interchangeable)) {
    const { things } = sort
    if (things.length < 2) continue
    sorts.push({ ...sort, name, first: exchanges.length })
    for (const [at, b] of things.slice(1).entries()) exchanges.push(exchangeOf(system, name, things[at]!, b))
  }
  return { sorts, things: Object.fromEntries(sorts.map(({ name, things }) => [name, things])), exchanges }
}

function exchangeOf(system: System, sort: string, a: Thing, b: Thing): Exchange {
  const { followers } = system.interchangeable[sort]!
  const [ofA, ofB] = [
    [a, ...followers(a)],
    [b, ...followers(b)],
  ]
  const names = new Map<unknown, Thing>([
    ...ofA.map((one, at) => [one, ofB[at]!] as const),
    ...ofB.map((one, at) => [one, ofA[at]!] as const),
  ])
  const bound = (at: AnyBound): AnyBound =>
    Object.fromEntries(Object.entries(at).map(([axis, value]) => [axis, names.get(value) ?? value])) as AnyBound
  const fail = (what: string): never => {
    throw new Asymmetry(`${what}: ${sort}s ${a} and ${b} are not interchangeable`)
  }
  const cells = imagesOf(
    system.cells.map((cell) => cellKey(system, cell, (_, value) => value)),
    system.cells.map((cell) => cellKey(system, cell, (own, value) => (own === sort ? (names.get(value) ?? value) : value))),
    (at) => fail(`cell '${system.cells[at]!.name}' has no counterpart`),
  )
  const imagesOfParts = <T extends { readonly label: string; readonly at: AnyBound; readonly shape: Step['shape'] }>(
    parts: readonly T[],
    nameOf: (part: T) => string,
    what: string,
  ): number[] =>
    imagesOf(
      parts.map(({ label }) => label),
      parts.map((part) => labelOf(nameOf(part), bound(part.at))),
      (at) => fail(`${what} '${parts[at]!.label}' has no counterpart`),
      (from, to) => {
        if (!sameCast(parts[from]!.shape, parts[to]!.shape, cells))
          fail(`${what} '${parts[to]!.label}' names other cells than '${parts[from]!.label}' does`)
      },
    )
  const steps = imagesOfParts(system.steps, ({ rule }) => rule.name, 'step')
  const propertyName = ({ owner }: Instance): string => system.properties[owner]!.name
  return {
    sort,
    a,
    b,
    names,
    cells,
    steps,
    instances: imagesOfParts(system.instances, propertyName, 'property'),
    bounds: system.bounds.map(({ bound: { name }, instances }) => imagesOfParts(instances, () => name, 'bound')),
    final: imagesOfParts(system.final?.instances ?? [], () => 'final', "the ending's instance"),
  }
}

/** For each of `images`, the position of its text among `names`. */
function imagesOf(
  names: readonly string[],
  images: readonly string[],
  missing: (at: number) => never,
  check: (from: number, to: number) => void = () => {},
): number[] {
  const places = new Map(names.map((name, at) => [name, at]))
  return images.map((image, at) => {
    const place = places.get(image)
    if (place === undefined) return missing(at)
    check(at, place)
    return place
  })
}

/** What a cell is, up to the things that it belongs to. A cell that belongs to none is itself alone. */
function cellKey({ cells, interchangeable }: System, cell: AnyCell, renamed: (sort: string, value: Thing) => unknown): string {
  const own = Object.entries(cell.of).filter(([sort]) => (interchangeable[sort]?.things.length ?? 0) > 1)
  if (own.length === 0) return cell.name
  const machine = cells.findIndex((other) => other.machine === cell.machine)
  const belongs = Object.entries(cell.of).map(([sort, value]) => [sort, renamed(sort, value)])
  return JSON.stringify([machine, cell.role, belongs.sort(([x], [y]) => (String(x) < String(y) ? -1 : 1))])
}

/** Whether each name of one cast stands for the images of what it stands for in the other, in any order. */
function sameCast(from: Step['shape'], to: Step['shape'], images: readonly number[]): boolean {
  const cellsOf = ({ cells }: Step['shape'], position: number | readonly number[]): number[] =>
    [position].flat().map((at) => cells[at]!)
  const sorted = (cells: readonly number[]): string => cells.toSorted((x, y) => x - y).join(' ')
  if (from.slots.length !== to.slots.length) return false
  return from.slots.every(([key, position]) => {
    const slot = to.slots.find(([name]) => name === key)
    return slot !== undefined && sorted(cellsOf(from, position).map((cell) => images[cell]!)) === sorted(cellsOf(to, slot[1]))
  })
}

/** Whether an exchange moves a cell or may change its context. */
export const touches = ({ sort, cells }: Exchange, cell: AnyCell, at: number): boolean =>
  cells[at] !== at || Object.values(cell.references).some((reference) => sortsOf(reference).includes(sort))

/** For each of `count` parts: all that some permutation makes of it, itself included. */
export function orbitsOf(
  count: number,
  exchanges: readonly Exchange[],
  imagesOf: (exchange: Exchange) => readonly number[],
): number[][] {
  const orbits: number[][] = []
  for (let first = 0; first < count; first++) {
    if (orbits[first] !== undefined) continue
    const orbit = [first]
    for (const part of orbit)
      for (const exchange of exchanges) {
        const image = imagesOf(exchange)[part]!
        if (!orbit.includes(image)) orbit.push(image)
      }
    for (const part of orbit) orbits[part] = orbit
  }
  return orbits
}
