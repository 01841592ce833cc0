import { type CheckResult, conclude } from '../check.ts'
import type { System } from '../define/system.ts'
import { ModelError, messageOf } from '../errors.ts'
import { Explorer } from '../search/explorer.ts'
import type { VerdictName } from '../verdict.ts'
import { compare, type Relation } from './compare.ts'
import { type Mutant, type MutantKind, mutantsOf } from './mutants.ts'

/**
 * What became of a mutant.
 *
 * - `killed`: a property that holds in the original fails in it.
 * - `equivalent`: its graph is the original's, state by state and step by step, but for steps that change nothing and
 *   about which nobody asks. Not counted.
 * - `narrower`: its graph is a part of the original's, and every property holds: it does nothing that the original does
 *   not do, so that no claim about all states or steps can tell it from the original.
 * - `survived`: it does what the original never does, and every property holds.
 * - `bounded`: the limit of states ended the search before any property failed: neither killed nor survived.
 * - `invalid`: the mutant cannot be evaluated (a guard relied on the one that was dropped). Not counted.
 */
export type Fate = 'killed' | 'equivalent' | 'narrower' | 'survived' | 'bounded' | 'invalid'

export interface Judged {
  readonly mutant: string
  readonly kind: MutantKind
  readonly fate: Fate
  /** The properties that failed, the built-in ones included, in the order in which they are defined. */
  readonly killers: readonly string[]
  readonly states: number
}

/** Mutants of one system that holds, ready to be judged one by one. */
export interface Nursery {
  /** The answer for the original. */
  readonly original: CheckResult
  readonly mutants: readonly Mutant[]
  readonly judge: (mutant: Mutant) => Judged
}

/** A mutant may have as many states as this for each state of the original, and some more. */
const growth = { factor: 4, more: 5000 }

const failed: ReadonlySet<VerdictName> = new Set<VerdictName>(['violated', 'deadlock', 'unhandled', 'unwitnessed'])

/** Searches a system, and lists its mutants. `states` bounds each mutant's search. */
export function nursery(system: System, states?: number): Nursery {
  const explorer = new Explorer(system).run()
  const original = conclude(explorer)
  const budget = { states: states ?? original.states * growth.factor + growth.more }
  const held = new Set(original.properties.filter(({ verdict }) => verdict === 'holds').map(({ name }) => name))
  return {
    original,
    mutants: mutantsOf(explorer),
    judge: ({ name, kind, system }) => {
      try {
        const search = new Explorer(system, budget).run()
        const check = conclude(search)
        if (check.verdict === 'error' || check.verdict === 'dishonest')
          return { mutant: name, kind, fate: 'invalid', killers: [], states: check.states }
        const killers = check.properties
          .filter((found) => failed.has(found.verdict) && held.has(found.name))
          .map((found) => found.name)
        return { mutant: name, kind, fate: fateOf(search, killers, explorer), killers, states: check.states }
      } catch (thrown) {
        if (!(thrown instanceof ModelError)) throw new Error(`mutant '${name}': ${messageOf(thrown)}`, { cause: thrown })
        return { mutant: name, kind, fate: 'invalid', killers: [], states: 0 }
      }
    },
  }
}

const fates = { equal: 'equivalent', idle: 'equivalent', narrower: 'narrower', other: 'survived' } as const satisfies Record<
  Relation,
  Fate
>

function fateOf(search: Explorer, killers: readonly string[], original: Explorer): Fate {
  if (killers.length > 0) return 'killed'
  return search.complete ? fates[compare(original, search)] : 'bounded'
}
