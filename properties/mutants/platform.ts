import type { Mutants } from './mutants.ts'

/** Of hypervisors, virtual trust levels, SNP and the host. */
export const platformMutants: Mutants = {
  kills: [],
  survivors: [],
}
