import type { Mutants } from './mutants.ts'

/** Of waits, threads, the guest window and the scheduler. */
export const shimMutants: Mutants = {
  kills: [],
  survivors: [],
}
