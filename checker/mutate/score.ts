import type { Fate } from './judge.ts'
import type { MutantKind } from './mutants.ts'
import type { Mutation } from './scenario.ts'

/** Why a mutant may survive: an exact name, or a beginning of it that ends with `*`. */
export interface Survivor {
  readonly scenario: string
  readonly mutant: string
  readonly reason: string
}

/** One mutant of one scenario, over all designs in which it was judged: killed in one of them is killed. */
export interface Outcome {
  readonly mutant: string
  readonly kind: MutantKind
  readonly fate: Fate
  readonly killers: readonly string[]
  /** For a survivor: the reason that was written down. */
  readonly reason: string | undefined
}

/** How well a scenario's properties notice faults. */
export interface Score {
  readonly outcomes: readonly Outcome[]
  /** For each property: the mutants that it kills, and those that it alone kills. */
  readonly kills: ReadonlyMap<string, { readonly all: readonly string[]; readonly alone: readonly string[] }>
  readonly idle: readonly string[]
  readonly unexplained: readonly string[]
  /** Of the program's mutants. */
  readonly killed: number
  /** The program's mutants, all but equivalent and invalid ones. */
  readonly counted: number
  /** Assumptions about the environment that some property needs, and those that none needs. */
  readonly needed: readonly string[]
  readonly unneeded: readonly string[]
}

/** From best to worst: a mutant of several designs is what became of it in the best case. */
const gravity: readonly Fate[] = ['killed', 'survived', 'bounded', 'narrower', 'equivalent', 'invalid']

/** Sums up. Built-in claims need not kill anything: they are made of every system. */
export function scoreOf(mutation: Mutation, survivors: readonly Survivor[], builtIns: readonly string[]): Score {
  const reasonFor = (mutant: string): string | undefined =>
    survivors.find((one) => one.scenario === mutation.scenario && fits(one.mutant, mutant))?.reason
  const names = [...new Set(mutation.designs.flatMap(({ judged }) => judged.map(({ mutant }) => mutant)))]
  const outcomes = names.map((mutant): Outcome => {
    const found = mutation.designs.flatMap(({ judged }) => judged.filter((one) => one.mutant === mutant))
    const fate = gravity.find((candidate) => found.some((one) => one.fate === candidate))!
    const killers = [...new Set(found.flatMap((one) => one.killers))]
    return { mutant, kind: found[0]!.kind, fate, killers, reason: reasonFor(mutant) }
  })
  const properties = [...new Set(mutation.designs.flatMap((design) => design.properties))]
  const kills = new Map(
    properties.map((name) => {
      const own = outcomes.filter(({ killers }) => killers.includes(name))
      return [
        name,
        {
          all: own.map(({ mutant }) => mutant),
          alone: own.filter(({ killers }) => killers.length === 1).map(({ mutant }) => mutant),
        },
      ]
    }),
  )
  const faults = outcomes.filter(({ kind }) => kind === 'program')
  const assumptions = outcomes.filter(({ kind }) => kind === 'environment')
  return {
    outcomes,
    kills,
    idle: properties.filter((name) => kills.get(name)!.all.length === 0 && !builtIns.includes(name)),
    unexplained: faults.filter(({ fate, reason }) => needsReason(fate) && reason === undefined).map(({ mutant }) => mutant),
    killed: faults.filter(({ fate }) => fate === 'killed').length,
    counted: faults.filter(({ fate }) => fate !== 'equivalent' && fate !== 'invalid').length,
    needed: assumptions.filter(({ fate }) => fate === 'killed').map(({ mutant }) => mutant),
    unneeded: assumptions.filter(({ fate }) => needsReason(fate)).map(({ mutant }) => mutant),
  }
}

/** That a narrower mutant survives needs no reason: it does only what the original does. */
export const needsReason = (fate: Fate): boolean => fate === 'survived' || fate === 'bounded'

export const fits = (pattern: string, mutant: string): boolean =>
  pattern.endsWith('*') ? mutant.startsWith(pattern.slice(0, -1)) : pattern === mutant
