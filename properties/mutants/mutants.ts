import type { Survivor } from '../../checker/index.ts'

/** A planted fault that a claim is there to notice, where no design of its scenario has a fault that it notices. */
export interface Kill {
  readonly scenario: string
  readonly property: string
  readonly mutant: string
}

/** What is known by name of some scenarios' mutants. */
export interface Mutants {
  /** Each is planted again by the suite of its scenario. */
  readonly kills: readonly Kill[]
  /**
   * Why a mutant may survive: what it does that the original never does, and why no claim of its scenario is about that.
   * A reason for a mutant that does not survive is refused by a test, and so is a mutant that survives without one.
   */
  readonly survivors: readonly Survivor[]
}

/** Of each property of a scenario, a mutant that it is there to notice. */
export const killsIn = (scenario: string, mutants: Readonly<Record<string, string>>): readonly Kill[] =>
  Object.entries(mutants).map(([property, mutant]) => ({ scenario, property, mutant }))

/** Of each mutant of a scenario that may survive, the reason. */
export const survivorsIn = (scenario: string, reasons: Readonly<Record<string, string>>): readonly Survivor[] =>
  Object.entries(reasons).map(([mutant, reason]) => ({ scenario, mutant, reason }))
