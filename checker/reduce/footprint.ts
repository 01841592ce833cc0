import type { Instance, Step, System } from '../define/system.ts'
import { type Bits, bitsOf, has, noBits, unite } from './bits.ts'

/** What partial order reduction knows of a system before any state exists: all of it declared, none of it observed. */
export interface Footprints {
  readonly steps: number
  /** For each cell: the steps that write it. */
  readonly writers: readonly Bits[]
  /**
   * For each step that can be taken: what a stubborn set must hold beside it. That is every step that does not commute
   * with it, or that it may enable or disable; and, of each instance of a property that can see it, every step that this
   * instance can see.
   */
  readonly bound: readonly Bits[]
  /** Environment steps that may make a state final or not: where one is taken, everything is. */
  readonly closing: Bits
}

/** The cells that a step may change. It may read all of `shape.cells`. */
export const writtenBy = ({ shape, receivers }: Step): readonly number[] => shape.cells.slice(0, receivers)

/** Deliberate mistakes, by which tests show that the comparison with plain search finds them out. */
export interface Unsoundness {
  /** Steps of this rule are taken to write nothing. */
  readonly unwritten?: string
  /** Steps that write what this property reads are taken to be invisible to it. */
  readonly unseen?: string
  /** A reduced set may lead back to levels that were searched already. */
  readonly noProviso?: true
  /** A step that is not enabled brings none that could enable it. */
  readonly noEnablers?: true
}

/** Reads the footprints of a system's steps off their declaration. */
export function footprintsOf(system: System, { unwritten, unseen }: Unsoundness = {}): Footprints {
  const count = system.steps.length
  const written = system.steps.map((step) => (step.rule.name === unwritten ? [] : writtenBy(step)))
  const indices = [...system.steps.keys()]
  const writers = system.cells.map((_, cell) =>
    bitsOf(
      count,
      indices.filter((step) => written[step]!.includes(cell)),
    ),
  )
  const readers = system.cells.map((_, cell) =>
    bitsOf(
      count,
      indices.filter((step) => system.steps[step]!.shape.cells.includes(cell)),
    ),
  )
  const bound = system.steps.map((step) => {
    const bits = bitsOf(count, [step.index])
    for (const cell of written[step.index]!) unite(bits, readers[cell]!)
    for (const cell of step.shape.cells) unite(bits, writers[cell]!)
    return bits
  })
  const claims = system.instances.filter(({ owner }) => system.properties[owner]!.name !== unseen)
  for (const instance of [...claims, ...system.bounds.flatMap(({ instances }) => instances)]) {
    const visible = noBits(count)
    for (const cell of instance.shape.cells) unite(visible, writers[cell]!)
    if (claims.includes(instance)) unite(visible, askedOf(instance, system))
    for (const step of indices) if (has(visible, step)) unite(bound[step]!, visible)
  }
  const ends = new Set(system.final?.instances.flatMap(({ shape }) => shape.cells))
  const closing = system.steps.filter(
    ({ kind, index }) => kind === 'environment' && written[index]!.some((cell) => ends.has(cell)),
  )
  return {
    steps: count,
    writers,
    bound,
    closing: bitsOf(
      count,
      closing.map(({ index }) => index),
    ),
  }
}

/**
 * The steps that an `onStep` instance names: it may be false of one that writes nothing of what it reads. Those of which
 * it is true by their parameters alone, whatever the cells are, are none of its business.
 */
function askedOf(instance: Instance, { properties, steps }: System): Bits {
  const property = properties[instance.owner]!
  const asked = steps.filter(
    (step) =>
      property.kind === 'onStep' && property.on?.includes(step.rule.name) && !holdsOfAnyState(instance, property.holds, step),
  )
  return bitsOf(
    steps.length,
    asked.map(({ index }) => index),
  )
}

/** Whether the predicate is true of a step without a look at any cell. */
function holdsOfAnyState(instance: Instance, holds: (...asked: never[]) => unknown, step: Step): boolean {
  const view = {}
  for (const [key] of instance.shape.slots)
    Object.defineProperty(view, key, {
      enumerable: true,
      get: () => {
        throw new Error('a cell is looked at')
      },
    })
  Object.freeze(view)
  const taken = Object.freeze({ label: step.label, rule: step.rule.name, actor: step.actor, at: step.at })
  try {
    return holds(...([view, view, taken, instance.at] as never[])) === true
  } catch {
    return false
  }
}
