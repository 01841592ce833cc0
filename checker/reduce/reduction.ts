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
  const por = allowed('por', obstacleToOrder(system))
  if (!allowed('symmetry', obstacleToSymmetry(system)))
    return { name: por ? 'por' : 'none', por, symmetry: undefined, refused, asymmetry: undefined }
  const name = por ? 'all' : 'symmetry'
  try {
    return { name, por, symmetry: symmetryOf(system), refused, asymmetry: undefined }
  } catch (thrown) {
    if (!(thrown instanceof Asymmetry)) throw thrown
    return { name, por, symmetry: undefined, refused, asymmetry: thrown.message }
  }
}

const progress = new Set(['leadsTo', 'eventually', 'infinitelyOften', 'canReach'])

function commonObstacle({ fairness, properties }: System): string | undefined {
  if (fairness.length > 0) return 'fairness is assumed'
  const first = properties.find(({ kind }) => progress.has(kind))
  return first && `'${first.name}' is a claim on whole executions (${first.kind})`
}

const obstacleToOrder = (system: System): string | undefined => commonObstacle(system)

function obstacleToSymmetry(system: System): string | undefined {
  const { interchangeable } = system
  if (!Object.values(interchangeable).some((things) => things.length > 1)) return 'no interchangeable things are declared'
  return commonObstacle(system)
}
