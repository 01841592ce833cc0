import type { Symmetry } from './symmetry.ts'

/**
 * A path through orbits as a run of the system itself. Step `n` of the path leads from one folded row to a row that the
 * exchanges `folds[n]` folded; the run undoes them, and all that came before, in its next step.
 */
export function unfolded(
  { exchanges }: Symmetry,
  folds: readonly (readonly number[])[],
  steps: readonly number[],
  instance: number | undefined,
): { readonly steps: number[]; readonly instance: number | undefined } {
  const applied: number[] = []
  const own = steps.map((step, nth) => {
    const renamed = applied.reduceRight((image, exchange) => exchanges[exchange]!.steps[image]!, step)
    applied.push(...(folds[nth] ?? []))
    return renamed
  })
  const renamed = (image: number, exchange: number): number => exchanges[exchange]!.instances[image]!
  return { steps: own, instance: instance === undefined ? undefined : applied.reduceRight(renamed, instance) }
}
