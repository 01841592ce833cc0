import type { AnyAssignment } from '../../checker/define/scenario.ts'
import { InputError, type Scenario, type Size } from '../../checker/index.ts'
import type { Row } from '../../checker/matrix/answer.ts'
import { suffices } from '../../checker/matrix/conclude.ts'
import { countsOf, policiesOf, type Variant, type Variation, variantsOf, within } from '../../checker/matrix/variation.ts'
import type { Io } from '../io.ts'
import { crewOf } from '../parallel/crew.ts'
import type { Limits } from '../parallel/tasks.ts'
import { Estimate } from '../progress.ts'

/** Without being asked for more, no more assignments than these are searched. */
const mostUnasked = 5000

/** Up to as many changes, all properties are decided even where only minimal sets are asked for. */
const fullLevels = 1

/** What is to be searched, and how far. */
export interface Plan {
  readonly scenario: Scenario
  readonly base: string
  readonly size: Size
  readonly variation: Variation
  readonly policies: readonly AnyAssignment[]
  /** How many assignments there are by their number of changes, all policies together. */
  readonly counts: readonly number[]
  /** The most changes that are tried together. */
  readonly changes: number
  /** Whether only minimal sets are wanted: what holds one and more is left out, and several changes need one violation. */
  readonly prune: boolean
  readonly limits: Limits
}

/** What a search of a matrix found; `skipped` were pruned, `left` were not reached. */
export interface Matrix {
  readonly plan: Plan
  readonly rows: readonly Row[]
  readonly skipped: number
  readonly left: number
}

export const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
export const planned = ({ counts, changes }: Plan): number => total(counts.slice(0, changes + 1))

/** Plans a matrix. @throws InputError where more changes are asked for than there are knobs that vary. */
export function planOf(asked: Omit<Plan, 'counts' | 'changes' | 'policies'> & { readonly changes: number | undefined }): Plan {
  const policies = policiesOf(asked.variation)
  const counts = countsOf(asked.variation).map((count) => count * policies.length)
  const most = counts.length - 1
  if (asked.changes !== undefined && asked.changes > most)
    throw new InputError(`'--changes ${asked.changes}' is more than the ${most} knobs that vary here`)
  let changes = most
  while (changes > 1 && total(counts.slice(0, changes + 1)) > mostUnasked) changes--
  return { ...asked, policies, counts, changes: asked.changes ?? changes }
}

/** Searches level by level, fewest changes first, and hands every row on in that order. */
export async function searchMatrix(
  plan: Plan,
  io: Io,
  each: (row: Row, before: readonly Row[]) => void,
  stopped: () => boolean,
): Promise<Matrix> {
  const rows: Row[] = []
  let skipped = 0
  const estimate = new Estimate(io, `${plan.scenario.name} matrix`)
  const crew = crewOf('matrix', [plan.scenario], { scenario: plan.scenario.name, limits: plan.limits }, io)
  try {
    for (let level = 0; level <= plan.changes && !stopped(); level++) {
      const all = plan.policies.flatMap((under) => variantsOf(plan.variation, under, level))
      const variants = plan.prune ? all.filter((variant) => !isPruned(variant, rows)) : all
      skipped += all.length - variants.length
      const jobs = variants.map(({ knobs }) => ({ knobs, first: plan.prune && level > fullLevels }))
      const found: Row[] = []
      await crew.run(
        jobs,
        (at, answered) => {
          const row = { ...variants[at]!, ...answered }
          found.push(row)
          each(row, rows)
          estimate.show(rows.length + found.length, planned(plan) - skipped)
        },
        stopped,
      )
      rows.push(...found)
    }
  } finally {
    estimate.clear()
    await crew.close()
  }
  return { plan, rows, skipped, left: planned(plan) - skipped - rows.length }
}

const isPruned = (variant: Variant, rows: readonly Row[]): boolean =>
  rows.some((row) => suffices(row) && within(row.under, variant.under) && within(row.changes, variant.changes))
