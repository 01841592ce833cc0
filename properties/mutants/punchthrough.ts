import type { Mutants } from './mutants.ts'

/** Of tokens, registers and rewritten system calls. */
export const punchthroughMutants: Mutants = {
  kills: [],
  survivors: [],
}
