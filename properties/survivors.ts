import type { Survivor } from '../checker/index.ts'

/**
 * Why a mutant may survive: what it does that the original never does, and why no claim of its scenario is about that.
 * A reason for a mutant that is killed, or that does not exist, is refused by a test.
 */
export const survivors: readonly Survivor[] = []
