import { type CheckResult, conclude, type PropertyResult } from './check.ts'
import { type Choice, systemOf } from './define/assign.ts'
import type { Expectation } from './define/scenario.ts'
import { replayStringOf } from './replay/replay.ts'
import type { Budget } from './search/budget.ts'
import { Explorer } from './search/explorer.ts'
import { Semantics } from './semantics/semantics.ts'
import { type VerdictName, worst } from './verdict.ts'

/** The answer for one design of a scenario, beside what was expected of it. */
export interface DesignResult {
  readonly choice: Choice
  readonly check: CheckResult
  /** The replay string of each property that has a counterexample. */
  readonly replays: ReadonlyMap<string, string>
  /** The property whose counterexample is shown first: the shortest of the worst verdict. */
  readonly shown: PropertyResult | undefined
  readonly expected: Expectation | undefined
  /** Whether every expectation was met; undefined where there is none, or a limit left it undecided. */
  readonly met: boolean | undefined
  /** What differs from the expectation, a sentence each. */
  readonly differences: readonly string[]
}

/** Starts the search of a design; the caller advances it and then asks `judgeDesign`. */
export const exploreDesign = (choice: Choice, budget: Budget = {}): Explorer => new Explorer(systemOf(choice), budget)

/** Searches a design to the end or to the first limit. */
export const checkDesign = (choice: Choice, budget: Budget = {}): DesignResult =>
  judgeDesign(choice, exploreDesign(choice, budget).run())

const failing: ReadonlySet<VerdictName> = new Set<VerdictName>(['error', 'unhandled', 'violated', 'deadlock'])

/** What a finished search of a design says, against what was expected. */
export const judgeDesign = (choice: Choice, explorer: Explorer): DesignResult => judgeCheck(choice, conclude(explorer))

/** What is known of a design's system, against what was expected. */
export function judgeCheck(choice: Choice, check: CheckResult): DesignResult {
  const semantics = new Semantics(check.system)
  const replays = new Map<string, string>()
  const failed = check.properties.filter(({ verdict, run }) => failing.has(verdict) && run !== undefined)
  for (const { name, run, verdict } of failed) if (verdict !== 'error') replays.set(name, replayStringOf(choice, semantics, run!))
  const worstOnes = failed.filter(({ verdict }) => verdict === check.verdict)
  const shown = worstOnes.toSorted((a, b) => lengthOf(a) - lengthOf(b))[0]
  const { design, size, scenario } = choice
  const isNamed = design !== undefined && size !== undefined && check.leftOut.length === 0
  const expected = isNamed ? scenario.designs[design]!.expect[size] : undefined
  const differences = expected ? differencesFrom(expected, check) : []
  const decided = check.complete || check.verdict === expected?.verdict
  return {
    choice,
    check,
    replays,
    shown,
    expected,
    met: expected && (differences.length > 0 || decided) ? differences.length === 0 : undefined,
    differences,
  }
}

/** How many steps a counterexample has, its cycle included. */
export const lengthOf = ({ run }: PropertyResult): number => (run === undefined ? 0 : run.stem.length + run.cycle.length)

/**
 * What a result says otherwise than expected. Where the search was cut short counts are not compared, and a verdict is
 * only where it is already worse than expected: it can but get worse. A reduction that may leave out the shortest traces is
 * not asked for their lengths, nor any reduction for the number of states.
 */
function differencesFrom(expected: Expectation, check: CheckResult): string[] {
  const differences: string[] = []
  const compare = (what: string, wanted: unknown, found: unknown): void => {
    if (JSON.stringify(wanted) !== JSON.stringify(found)) differences.push(`${what}: expected ${wanted}, found ${found}`)
  }
  if (check.complete || (check.verdict !== 'bounded' && worst([check.verdict, expected.verdict]) === check.verdict))
    compare('verdict', expected.verdict, check.verdict)
  const violations = new Map(
    check.properties.filter(({ verdict }) => failing.has(verdict)).map((found) => [found.name, lengthOf(found)]),
  )
  const wanted = expected.violations ?? {}
  for (const [name, steps] of violations)
    if (wanted[name] === undefined) differences.push(`'${name}' fails in ${steps} steps, which was not expected`)
    else if (check.shortest) compare(`steps of '${name}'`, wanted[name], steps)
  if (!check.complete) return differences
  for (const name of Object.keys(wanted)) if (!violations.has(name)) differences.push(`'${name}' was expected to fail, and holds`)
  if (check.reduction.name === 'none') compare('states', expected.states, check.states)
  const list = (names: readonly string[] | undefined): string => (names ?? []).toSorted().join(', ') || 'none'
  const unwitnessed = check.properties.filter(({ verdict }) => verdict === 'unwitnessed').map(({ name }) => name)
  compare('never witnessed', list(expected.unwitnessed), list(unwitnessed))
  compare('rules never enabled', list(expected.asleep), list(check.asleep.rules))
  if (check.shortest) compare('vacuity', list(expected.vacuous), list(check.vacuous))
  compare('modelling bounds hit', list(expected.within), list(check.within))
  return differences
}
