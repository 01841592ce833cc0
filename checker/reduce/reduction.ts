import type { PropertyKind } from '../define/property.ts'
import type { System } from '../define/system.ts'
import { Asymmetry, type Symmetry, symmetryOf } from './symmetry.ts'

/** What is left out of a search: nothing, orders of commuting steps, all but one of each set of symmetric states, or both. */
export const reductionNames = ['none', 'por', 'symmetry', 'all'] as const
export type ReductionName = (typeof reductionNames)[number]

/** Which reductions a search uses, and why not those that were asked for beside them. */
export interface ReductionPlan {
  readonly name: ReductionName
  readonly por: boolean
  readonly symmetry: Symmetry | undefined
  /** Why a reduction that was asked for is off, a sentence each. */
  readonly refused: readonly string[]
  /** What has no counterpart under the symmetries that were declared: the model is wrong. */
  readonly asymmetry: string | undefined
}

/** The reductions that keep every verdict of this system, among those asked for. */
export function planOf(system: System, asked: ReductionName): ReductionPlan {
  const refused: string[] = []
  const wants = (name: 'por' | 'symmetry'): boolean => asked === 'all' || asked === name
  const allowed = (name: 'por' | 'symmetry', obstacle: string | undefined): boolean => {
    if (!wants(name)) return false
    if (obstacle !== undefined) refused.push(`${name} is off: ${obstacle}`)
    return obstacle === undefined
  }
  const por = allowed('por', progressIn(system, progress))
  const none = { name: por ? 'por' : 'none', por, symmetry: undefined, refused, asymmetry: undefined } as const
  if (!allowed('symmetry', obstacleToSymmetry(system))) return none
  const name = por ? 'all' : 'symmetry'
  try {
    const symmetry = symmetryOf(system)
    if (!allowed('symmetry', unfixed(system, symmetry))) return none
    return { name, por, symmetry, refused, asymmetry: undefined }
  } catch (thrown) {
    if (!(thrown instanceof Asymmetry)) throw thrown
    return { ...none, name, asymmetry: thrown.message }
  }
}

const progress: ReadonlySet<PropertyKind> = new Set<PropertyKind>(['leadsTo', 'eventually', 'infinitelyOften', 'canReach'])
/** `canReach` is a claim on states and what they lead to; folded states lead to the same, folded. */
const ofExecutions: ReadonlySet<PropertyKind> = new Set<PropertyKind>(['leadsTo', 'eventually', 'infinitelyOften'])

/** Why a reduction that does not keep executions is off. */
function progressIn({ fairness, properties }: System, kinds: ReadonlySet<PropertyKind>): string | undefined {
  if (fairness.length > 0) return 'fairness is assumed'
  const first = properties.find(({ kind }) => kinds.has(kind))
  return first && `'${first.name}' is a claim on what comes later (${first.kind})`
}

function obstacleToSymmetry(system: System): string | undefined {
  const isDeclared = Object.values(system.interchangeable).some(({ things }) => things.length > 1)
  return isDeclared ? progressIn(system, ofExecutions) : 'no interchangeable things are declared'
}

/** A `canReach` of one thing is another claim when the thing is exchanged, and folded states do not say of which. */
function unfixed({ properties, instances }: System, { exchanges }: Symmetry): string | undefined {
  const moved = instances.find(
    ({ owner }, at) => properties[owner]!.kind === 'canReach' && exchanges.some((exchange) => exchange.instances[at] !== at),
  )
  return moved && `'${moved.label}' is a claim on what comes later (canReach) of one thing among others`
}
