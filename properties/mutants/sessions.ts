import type { Mutants } from './mutants.ts'

/** Of OP-TEE sessions and the memory that they share. */
export const sessionMutants: Mutants = {
  kills: [],
  survivors: [],
}
