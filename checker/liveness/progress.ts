import type { Run } from '../check.ts'
import type { Explorer } from '../search/explorer.ts'
import type { VerdictName } from '../verdict.ts'

export interface ProgressResult {
  readonly verdict: VerdictName
  readonly instance: number | undefined
  readonly run: Run | undefined
}

/** By property: what the progress properties of a searched system are. Not decided yet: never a pass. */
export function decideProgress(explorer: Explorer): Map<number, ProgressResult> {
  const { properties } = explorer.compiled.system
  const undecided: ProgressResult = { verdict: 'bounded', instance: undefined, run: undefined }
  const progress = new Set(['leadsTo', 'eventually', 'infinitelyOften', 'canReach'])
  return new Map(
    [...properties.entries()].flatMap(([owner, { kind }]) => (progress.has(kind) ? [[owner, undecided] as const] : [])),
  )
}
