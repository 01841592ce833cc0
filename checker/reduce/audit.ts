import { type CheckResult, conclude, type PropertyResult } from '../check.ts'
import type { Local } from '../define/cell.ts'
import type { System } from '../define/system.ts'
import type { Budget } from '../search/budget.ts'
import { Explorer } from '../search/explorer.ts'
import type { Unsoundness } from './footprint.ts'
import { Images } from './images.ts'
import type { ReductionName } from './reduction.ts'

/** A reduced search beside the plain one. */
export interface ReductionAudit {
  readonly reduction: ReductionName
  readonly plain: CheckResult
  readonly reduced: CheckResult
  /** Where the two differ in what the reduction promises to keep, a sentence each. */
  readonly differences: readonly string[]
}

/**
 * Searches a system with a reduction and without, and compares whatever the reduction promises: the verdict on every
 * property, the instances never witnessed, the steps never enabled, the bounds hit, the lengths of traces where they are
 * proved shortest, and the set of states as far as the properties can see them.
 */
export function auditReduction(
  system: System,
  asked: ReductionName,
  budget: Budget = {},
  plainly?: Explorer,
  unsound: Unsoundness = {},
): ReductionAudit {
  const plainSearch = plainly ?? new Explorer(system, budget).run()
  const search = new Explorer(system, { ...budget, reduce: asked }, unsound).run()
  const [plain, reduced] = [conclude(plainSearch), conclude(search)]
  const differences: string[] = []
  const compare = (what: string, wanted: unknown, found: unknown): void => {
    const [a, b] = [JSON.stringify(wanted), JSON.stringify(found)]
    if (a !== b) differences.push(`${what}: plain search finds ${a}, the reduced one ${b}`)
  }
  const { shortest } = reduced
  if (reduced.verdict === 'asymmetric' || (plain.complete && !reduced.complete && reduced.limit === undefined))
    compare('verdict', plain.verdict, reduced.verdict)
  else if (plain.complete && reduced.complete) {
    compare('verdict', plain.verdict, reduced.verdict)
    for (const [at, property] of plain.properties.entries())
      compare(`'${property.name}'`, promised(property, shortest), promised(reduced.properties[at]!, shortest))
    compare('steps never enabled', plain.asleep.steps, reduced.asleep.steps)
    compare('modelling bounds hit', plain.within, reduced.within)
    const uncounted = (text: string): string => (shortest ? text : text.replace(/\d+ steps/, 'some steps'))
    compare('vacuity', plain.vacuous.map(uncounted), reduced.vacuous.map(uncounted))
    if (plain.verdict !== 'dishonest') differences.push(...differencesInView(plainSearch, search))
  }
  return { reduction: reduced.reduction.name, plain, reduced, differences }
}

function promised({ verdict, kind, instance, run }: PropertyResult, shortest: boolean): unknown {
  return {
    verdict,
    ...(kind === 'sometimes' && verdict === 'unwitnessed' && { instance }),
    ...(shortest && kind !== 'sometimes' && run && { steps: run.stem.length + run.cycle.length }),
  }
}

/** Whether both searches reached the same states, as far as each instance of a property or bound can see. */
function differencesInView(plain: Explorer, reduced: Explorer): string[] {
  const { system } = plain.compiled
  const whole = { label: 'whole states', cells: [...system.cells.keys()] }
  const instances = [...system.instances, ...system.bounds.flatMap(({ instances }) => instances)]
  const seers = reduced.reduction.por ? instances.map(({ label, shape }) => ({ label, cells: shape.cells })) : [whole]
  const [all, some] = [textsOf(plain), textsOf(reduced)]
  return seers.flatMap(({ label, cells }) => {
    const viewsIn = (states: readonly (readonly string[])[]): Set<string> =>
      new Set(states.map((texts) => cells.map((cell) => texts[cell]).join('\n')))
    const [full, part] = [viewsIn(all), viewsIn(some)]
    const missing = [...full].filter((view) => !part.has(view)).length
    const invented = [...part].filter((view) => !full.has(view)).length
    return [
      ...(missing > 0 ? [`${label}: the reduced search does not reach ${missing} of ${full.size} views`] : []),
      ...(invented > 0 ? [`${label}: the reduced search reaches ${invented} views that plain search does not`] : []),
    ]
  })
}

/** The states that a search reached, as the texts of their cells; where they stand for their orbits, all of the orbit. */
function textsOf({ compiled, store, reduction }: Explorer): string[][] {
  const { semantics, layout } = compiled
  const textsIn = (locals: readonly Local[]): string[] => locals.map((local, cell) => semantics.textOf(cell, local))
  const states = Array.from({ length: store.count }, (_, state) => compiled.localsOf(store.rows, state * layout.words))
  const { symmetry } = reduction
  if (symmetry === undefined) return states.map(textsIn)
  const images = new Images(compiled, symmetry)
  const reached = new Map(states.map((locals) => [textsIn(locals).join('\n'), locals]))
  // A Map hands out what is added while it is walked.
  for (const locals of reached.values())
    for (const exchange of symmetry.exchanges) {
      const image: Local[] = []
      for (const [cell, local] of locals.entries()) image[exchange.cells[cell]!] = images.imageOfLocal(exchange, cell, local)
      const text = textsIn(image).join('\n')
      if (!reached.has(text)) reached.set(text, image)
    }
  return [...reached.values()].map(textsIn)
}
