import type { Claim } from '../compile/claims.ts'
import { code, truth } from '../compile/codes.ts'
import { type Compiled, Fault } from '../compile/compiled.ts'
import { type Layout, maskOf, putField } from '../compile/layout.ts'
import type { StepClaims } from '../compile/step-claims.ts'
import type { Images } from './images.ts'
import type { Exchange } from './symmetry.ts'

/*
 * Symmetry is checked, not trusted. What a search over folded states rests on is the entries of its tables; under every
 * exchange each must have a counterpart with the same answer, renamed. Counterparts are entries too, so that in the end
 * all that the permutations make of an entry has been asked of the model. From that it follows that the states folded
 * away are reached, and that what was found out about those kept is true of them.
 */

/** Why the initial state is not its own image under every exchange, if it is not. */
export function asymmetryOfInitial({ system }: Compiled, images: Images): string | undefined {
  for (const [nth, { cells, sort, a, b }] of images.symmetry.exchanges.entries())
    for (const cell of images.touched[nth]!)
      if (images.of(nth, cell, 0) !== 0)
        return `the initial state changes when ${sort}s ${a} and ${b} are exchanged: cell '${system.cells[cell]!.name}' does not begin as '${system.cells[cells[cell]!]!.name}' does`
  return undefined
}

/** Why the entries that the search filled are not closed under every exchange, if they are not; names what differs. */
export function asymmetryOf(compiled: Compiled, images: Images, stepClaims: StepClaims): string | undefined {
  compiled.interner.limit(compiled.system.cells.map(() => Number.POSITIVE_INFINITY))
  return (
    unsteadyReference(compiled, images) ??
    stepAsymmetry(compiled, images) ??
    claimAsymmetry(compiled, images) ??
    stepClaimAsymmetry(compiled, images, stepClaims) ??
    pivotAsymmetry(compiled, images)
  )
}

const differs = (what: string, { sort, a, b }: Exchange): string =>
  `${what} tells ${sort}s ${a} and ${b} apart, which are declared interchangeable`

/** Tells numbers of the cells `from`, from `offset` on, as those of the images of these cells, in the order of `to`. */
type Carrier = (ids: ArrayLike<number>, offset?: number) => number[]

function carrier(images: Images, nth: number, from: readonly number[], to: readonly number[]): Carrier {
  const { cells } = images.symmetry.exchanges[nth]!
  const sources = to.map((cell) => from.findIndex((one) => cells[one] === cell))
  return (ids, offset = 0) => sources.map((source) => images.of(nth, from[source]!, ids[offset + source]!))
}

/** An exchange undoes itself, unless a list that is declared a set is not kept in order. */
function unsteadyReference({ interner, system }: Compiled, images: Images): string | undefined {
  for (const [nth, exchange] of images.symmetry.exchanges.entries())
    for (const cell of images.touched[nth]!)
      for (let id = 0; id < interner.locals[cell]!.length; id++)
        if (images.of(nth, exchange.cells[cell]!, images.of(nth, cell, id)) !== id)
          return `the context of cell '${system.cells[cell]!.name}' does not come back when ${exchange.sort}s ${exchange.a} and ${exchange.b} are exchanged twice: a list that is a set must be kept sorted`
  return undefined
}

function stepAsymmetry(compiled: Compiled, images: Images): string | undefined {
  const { system, stepLogs } = compiled
  const known = system.steps.map(() => new Map<string, number>())
  const places = stepLogs.map((log) => log.length)
  for (const { index, shape } of system.steps)
    for (let at = 0; at < places[index]!; at++)
      known[index]!.set(stepLogs[index]!.record(at).subarray(0, shape.cells.length).join(' '), at)
  const queue = system.steps.flatMap(({ index }) => Array.from({ length: places[index]! }, (_, at) => [index, at] as const))
  const routes = system.steps.map((step) =>
    images.symmetry.exchanges.map((exchange, nth) => {
      const image = system.steps[exchange.steps[step.index]!]!
      const received = image.shape.cells.slice(0, image.receivers)
      return {
        image,
        carry: carrier(images, nth, step.shape.cells, image.shape.cells),
        carryWritten: carrier(images, nth, step.shape.cells.slice(0, step.receivers), received),
      }
    }),
  )
  for (const [index, at] of queue) {
    const step = system.steps[index]!
    const { cells } = step.shape
    const record = stepLogs[index]!.record(at).slice()
    for (const [nth, exchange] of images.symmetry.exchanges.entries()) {
      const { image, carry, carryWritten } = routes[index]![nth]!
      const ids = carry(record)
      const text = ids.join(' ')
      let found = known[image.index]!.get(text)
      if (found === undefined) {
        try {
          found = compiled.evaluateStep(image.index, ids)
        } catch (thrown) {
          if (!(thrown instanceof Fault)) throw thrown
          return differs(`step '${step.label}'`, exchange)
        }
        known[image.index]!.set(text, found)
        queue.push([image.index, found])
      }
      const other = stepLogs[image.index]!.record(found)
      const width = cells.length
      const isTaken = record[width] === code.taken
      const isSame =
        record[width] === other[width] &&
        (!isTaken || carryWritten(record, width + 1).every((id, position) => id === other[width + 1 + position]))
      if (!isSame) return differs(`rule '${step.rule.name}' (step '${step.label}')`, exchange)
    }
  }
  return undefined
}

function claimAsymmetry(compiled: Compiled, images: Images): string | undefined {
  const { claims, claimLogs } = compiled
  const keyOf = ({ role, owner }: Claim, nth: number): string => `${role} ${owner} ${nth}`
  const indices = new Map(claims.map((claim, at) => [keyOf(claim, claim.nth), at]))
  const unfit = claims.map(() => new Map<string, number>())
  const row = new Int32Array(compiled.layout.words)
  const routes = claims.map((claim) =>
    images.symmetry.exchanges.map((exchange, nth) => {
      const bounds = exchange.bounds[claim.owner] ?? []
      const own = claim.role === 'bound' ? bounds : claim.role === 'final' ? exchange.final : exchange.instances
      const image = indices.get(keyOf(claim, own[claim.nth]!))!
      return { image, carry: carrier(images, nth, claim.instance.shape.cells, claims[image]!.instance.shape.cells) }
    }),
  )
  /** What a claim says of its cells with these numbers; new answers are logged, and so compared in their turn. */
  const answerOf = (claim: number, ids: readonly number[]): number => {
    if (fill(compiled.layout, row, claims[claim]!.instance.shape.cells, ids)) return compiled.program.run.claims[claim]!(row, 0)
    // An image that the search never met may have a number that no row has room for.
    const text = ids.join(' ')
    const known = unfit[claim]!.get(text)
    if (known !== undefined) return known
    const answer = claimLogs[claim]!.record(compiled.evaluateClaim(claim, ids))[ids.length]!
    unfit[claim]!.set(text, answer)
    return answer
  }
  const compared = claims.map(() => 0)
  for (let isDone = false; !isDone; ) {
    isDone = true
    for (const [at, claim] of claims.entries())
      for (; compared[at]! < claimLogs[at]!.length; compared[at]!++) {
        isDone = false
        const record = claimLogs[at]!.record(compared[at]!)
        const said = record[record.length - 1]!
        for (const [nth, { image, carry }] of routes[at]!.entries())
          if (answerOf(image, carry(record)) !== said)
            return differs(`'${claim.instance.label}'`, images.symmetry.exchanges[nth]!)
      }
  }
  return undefined
}

function stepClaimAsymmetry(compiled: Compiled, images: Images, stepClaims: StepClaims): string | undefined {
  const { system, interner, semantics } = compiled
  const seen = new Set<string>()
  const queue: { readonly instance: number; readonly step: number; readonly ids: readonly number[]; readonly holds: boolean }[] =
    []
  const add = (instance: number, step: number, ids: readonly number[], holds: boolean): void => {
    const text = `${instance} ${step} ${ids.join(' ')}`
    if (seen.has(text)) return
    seen.add(text)
    queue.push({ instance, step, ids, holds })
  }
  for (const { instance, step, record } of stepClaims.answers())
    add(instance, step, [...record.subarray(0, record.length - 1)], record[record.length - 1] === truth.true)
  for (const { instance, step, ids, holds } of queue) {
    const { cells } = system.instances[instance]!.shape
    for (const [nth, exchange] of images.symmetry.exchanges.entries()) {
      const image = system.instances[exchange.instances[instance]!]!
      const property = system.properties[image.owner]!
      if (property.kind !== 'onStep') continue
      const to = image.shape.cells
      const carry = carrier(images, nth, cells, to)
      const both = [carry(ids), carry(ids, cells.length)] as const
      const [before, after] = both.map((numbers) => numbers.map((id, at) => interner.locals[to[at]!]![id]!))
      const taken = system.steps[exchange.steps[step]!]!
      if (semantics.holdsOnStep(image, property.holds, taken, before!, after!) !== holds)
        return differs(`'${system.instances[instance]!.label}'`, exchange)
      add(exchange.instances[instance]!, taken.index, both.flat(), holds)
    }
  }
  return undefined
}

/** Steps that one cell alone rules out are not even looked up; their counterparts must be ruled out likewise. */
function pivotAsymmetry(compiled: Compiled, images: Images): string | undefined {
  const { system, interner, pivots } = compiled
  for (const step of system.steps) {
    const pivot = pivots[step.index]
    if (pivot === undefined) continue
    for (const [nth, exchange] of images.symmetry.exchanges.entries()) {
      const image = exchange.steps[step.index]!
      for (let id = 0; id < interner.locals[pivot]!.length; id++) {
        if (!compiled.ruledOut(step.index, id)) continue
        const cell = exchange.cells[pivot]!
        const isSame = compiled.leading[image]!.ruleOut(cell, interner.locals[cell]![images.of(nth, pivot, id)]!)
        if (!isSame) return differs(`rule '${step.rule.name}' (step '${step.label}')`, exchange)
      }
    }
  }
  return undefined
}

/** Makes a row of these cells alone; false where a number is too large for its field. */
function fill(layout: Layout, row: Int32Array, cells: readonly number[], ids: readonly number[]): boolean {
  row.fill(0)
  for (const [position, cell] of cells.entries()) {
    if (ids[position]! > maskOf(layout.bits[cell]!)) return false
    putField(layout, row, 0, cell, ids[position]!)
  }
  return true
}
