import type { Claim } from './claim.ts'

/** Every claim of the articles and reviews that a property states, in the order of CLAIMS.md. */
export const claims: readonly Claim[] = []
