import type { ReductionName } from '../reduce/reduction.ts'

export type LimitName = 'states' | 'depth' | 'memory' | 'time' | 'interrupt' | 'first' | 'preemptions'

/** How a system is searched, and what may end that early. Clocks and signals live with the caller, which answers through `stop`. */
export interface Budget {
  /** Most states to store. */
  readonly states?: number
  /** States at this depth are not expanded. */
  readonly depth?: number
  /** Most bytes in the search's own buffers. */
  readonly bytes?: number
  /** Stop at the first violation. */
  readonly first?: boolean
  /** How many threads search together; the answer is the same with any number. Default: 1. */
  readonly workers?: number
  /** With as many states as this the workers are called in. Default: 2,097,152. */
  readonly workersFrom?: number
  /** What is left out, where no verdict depends on it. Default: `none`. Workers do not help with a reduction. */
  readonly reduce?: ReductionName
  /** Leaves out what is claimed of whole executions, and fairness, which then plays no part. Default: false. */
  readonly safetyOnly?: boolean
  /** Asked between slices of work. */
  readonly stop?: () => 'time' | 'interrupt' | undefined
}
