import { lengthOf } from '../../checker/design.ts'
import type { PropertyResult, Scenario, System, VerdictName } from '../../checker/index.ts'
import type { Semantics } from '../../checker/semantics/semantics.ts'
import type { ExitCode } from '../exit.ts'
import { type Position, positionOf } from '../position.ts'
import { replayCommand } from '../report/command.ts'
import { stuckText } from '../report/stuck.ts'
import { counted } from '../report/text.ts'
import { type Story, sightText, statesOf, storyOfRun } from '../report/trace.ts'

/** What a command found, as the documents for CI need it. Whatever finds runs of designs can fill it in. */
export interface Report {
  /** The command that found it, such as `check`. */
  readonly command: string
  /** Whether an answer that is left open is a fault: true of a search, false of random runs, which prove nothing. */
  readonly decides: boolean
  /** How many designs an interrupt left out. */
  readonly skipped: number
  readonly designs: readonly DesignReport[]
}

export interface DesignReport {
  readonly scenario: Scenario
  /** The design and the knobs that were set otherwise: `snapshot +cores=3`. */
  readonly design: string
  /** Absent where the model could not be built. */
  readonly system: System | undefined
  readonly verdict: VerdictName
  /** The verdict and what limits it: `holds within: storeBuffer=2`. */
  readonly verdictText: string
  readonly expected: VerdictName | undefined
  readonly code: ExitCode
  /** What was counted, such as `states`, in the order in which it is told. */
  readonly counts: Readonly<Record<string, number>>
  /** What is otherwise than expected, a sentence each; none where all is well. */
  readonly complaints: readonly string[]
  readonly properties: readonly PropertyReport[]
}

/** `failed`: otherwise than expected. `undecided`: a limit ended the search. */
export type Outcome = 'passed' | 'failed' | 'undecided'

export interface PropertyReport {
  readonly name: string
  readonly kind: string
  readonly verdict: VerdictName
  readonly outcome: Outcome
  /** What was found and what was expected, without the name: `is violated in 5 steps; expected to hold`. */
  readonly sentence: string
  /** Where the property is defined, or what stands for it. */
  readonly position: Position | undefined
  readonly counterexample: Counterexample | undefined
}

/** A run on which a property fails. */
export interface Counterexample {
  readonly story: Story
  /** How many steps, the cycle of a lasso included. */
  readonly steps: number
  /** The instance that fails, or the property's name. */
  readonly instance: string
  /** What the property reads at the end, and why nothing moves there. */
  readonly remarks: readonly string[]
  readonly replay: string | undefined
  /** The command line that replays it. */
  readonly command: string | undefined
}

const failing: ReadonlySet<VerdictName> = new Set<VerdictName>(['error', 'unhandled', 'violated', 'deadlock'])

/** What is said of designs that an interrupt left out. */
export const leftOut = (skipped: number): string => `An interrupt left out ${counted(skipped, 'design')}.`

/** What is expected of a property: to hold, never to be witnessed, or to fail, in so many steps if they are given. */
export type Wanted = 'holds' | 'unwitnessed' | { readonly steps: number | undefined }

/** How a property's result stands to what was wanted of it. */
export function outcomeOf(found: PropertyResult, wanted: Wanted): Outcome {
  if (found.verdict === 'bounded') return 'undecided'
  if (wanted === 'holds' || wanted === 'unwitnessed') return found.verdict === wanted ? 'passed' : 'failed'
  const isAsLong = wanted.steps === undefined || wanted.steps === lengthOf(found)
  return failing.has(found.verdict) && isAsLong ? 'passed' : 'failed'
}

/** What was found of a property, and where it differs what was wanted. */
export function sentenceOf(found: PropertyResult, wanted: Wanted): string {
  const outcome = outcomeOf(found, wanted)
  if (outcome === 'passed') return wanted === 'holds' ? fateOf(found) : `${fateOf(found)}, as expected`
  return `${fateOf(found)}; expected ${wishOf(wanted)}`
}

function wishOf(wanted: Wanted): string {
  if (typeof wanted === 'string') return wanted === 'holds' ? 'to hold' : 'never to be witnessed'
  return wanted.steps === undefined ? 'to fail' : `to fail in ${counted(wanted.steps, 'step')}`
}

const fates: Partial<Record<VerdictName, string>> = { deadlock: 'is broken by a deadlock', error: 'fails' }

/** What became of a property: `holds`, `is violated in 5 steps`, `is unwitnessed`. */
export function fateOf(found: PropertyResult): string {
  if (!failing.has(found.verdict) || found.run === undefined) return found.verdict === 'holds' ? 'holds' : `is ${found.verdict}`
  return `${fates[found.verdict] ?? `is ${found.verdict}`} in ${counted(lengthOf(found), 'step')}`
}

/**
 * What one property's result says, with its run told as a story. `replays` holds the replay strings by property, `message`
 * why a model is wrong that cannot be evaluated.
 */
export function propertyReport(
  scenario: Scenario,
  semantics: Semantics,
  found: PropertyResult,
  wanted: Wanted,
  replays: ReadonlyMap<string, string>,
  message: string | undefined,
): PropertyReport {
  const { system } = semantics
  const { name, kind, verdict, run } = found
  const fails = run !== undefined && failing.has(verdict)
  return {
    name,
    kind,
    verdict,
    outcome: outcomeOf(found, wanted),
    sentence: `${sentenceOf(found, wanted)}${verdict === 'error' && message !== undefined ? `: ${message}` : ''}`,
    position: positionOf(placeOf(scenario, system, found)),
    counterexample: fails ? counterexampleOf(scenario, semantics, found, replays.get(name)) : undefined,
  }
}

/** A property's own place; of what is claimed of every system, the rule that cannot be taken, or the scenario. */
function placeOf(scenario: Scenario, system: System, { name, verdict, run }: PropertyResult) {
  const own = system.properties.find((property) => property.name === name)
  const last = system.steps[run?.stem.at(-1) ?? -1]
  if (own !== undefined) return own.definedAt
  return (verdict === 'unhandled' || verdict === 'error') && last !== undefined ? last.rule.definedAt : scenario.definedAt
}

function counterexampleOf(
  scenario: Scenario,
  semantics: Semantics,
  found: PropertyResult,
  replay: string | undefined,
): Counterexample {
  const story = storyOfRun(semantics, found.run!)
  const last = statesOf(story).at(-1)!
  const sight = story.cycle > 0 ? undefined : sightText(semantics.system, found.instance, last)
  const stuck = found.verdict === 'deadlock' ? stuckText(semantics, last) : []
  return {
    story,
    steps: lengthOf(found),
    instance: found.instance ?? found.name,
    remarks: [...(sight === undefined ? [] : [`where ${sight}`]), ...stuck],
    replay,
    command: replay && replayCommand(scenario, replay),
  }
}
