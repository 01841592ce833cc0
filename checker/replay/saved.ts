import type { Run } from '../check.ts'
import { type Choice, choiceText, systemOf } from '../define/assign.ts'
import type { Scenario } from '../define/scenario.ts'
import { InputError, shown } from '../errors.ts'
import { Semantics } from '../semantics/semantics.ts'
import { choose } from '../suggest.ts'
import { builtIn } from '../verdict.ts'
import { choiceNamed, judged, type Misfit, misfitOf, type Replay, replay, replayStringOf, returns } from './replay.ts'
import { hashText } from './seal.ts'
import { parseReplayString } from './string.ts'
import { walk } from './walk.ts'

/** A failing run as it is kept in a `.replay` file: the string, and the labels that outlive a shift of its indices. */
export interface SavedReplay {
  readonly scenario: string
  /** The design as replay strings write it: `snapshot+cores=3`. */
  readonly design: string
  /** The property that failed on the run, and the instance of it, where it has any. */
  readonly property: string
  readonly instance: string | null
  readonly replay: string
  /** The labels of the steps; a lasso repeats those of its cycle for ever. */
  readonly stem: readonly string[]
  readonly cycle: readonly string[]
}

/** What is kept of a run on which `property` failed. */
export function savedReplayOf(choice: Choice, property: string, instance: string | undefined, run: Run): SavedReplay {
  const semantics = new Semantics(systemOf(choice))
  const labels = (steps: readonly number[]): string[] => steps.map((step) => semantics.system.steps[step]!.label)
  return {
    scenario: choice.scenario.name,
    design: choiceText(choice),
    property,
    instance: instance ?? null,
    replay: replayStringOf(choice, semantics, run),
    stem: labels(run.stem),
    cycle: labels(run.cycle),
  }
}

/** The name of the file for a saved run: the same run, the same name. */
export const savedReplayName = ({ scenario, replay }: SavedReplay): string => `${scenario}-${hashText(replay)}.replay`

/** A `.replay` file: lines for a reader that begin with `#`, then JSON. */
export const savedReplayText = (saved: SavedReplay, remarks: readonly string[]): string =>
  `${remarks.map((remark) => `# ${remark}\n`).join('')}${JSON.stringify(saved, null, 2)}\n`

const texts = ['scenario', 'design', 'property', 'replay'] as const
const lists = ['stem', 'cycle'] as const

/**
 * Reads a `.replay` file back.
 *
 * @throws InputError saying what is wrong with it and what would be right, in one line.
 */
export function parseSavedReplay(text: string): SavedReplay {
  const body = text.replace(/^(#[^\n]*\n|\s*\n)*/, '')
  let found: Readonly<Record<string, unknown>>
  try {
    found = JSON.parse(body)
  } catch {
    throw new InputError("a replay file is JSON below lines that begin with '#'; this one is not")
  }
  const refuse = (what: string, wanted: string, value: unknown): never => {
    throw new InputError(`${what} of a replay file is ${wanted}, not ${shown(value)}`)
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) refuse('the JSON', 'an object', found)
  const keys: readonly string[] = [...texts, 'instance', ...lists]
  for (const key of Object.keys(found)) choose('key of a replay file', key, keys)
  for (const key of texts) if (typeof found[key] !== 'string') refuse(`'${key}'`, 'a text', found[key])
  for (const key of lists) {
    const list = found[key]
    if (!Array.isArray(list) || list.some((label) => typeof label !== 'string')) refuse(`'${key}'`, 'a list of step labels', list)
  }
  if (found.instance !== null && typeof found.instance !== 'string') refuse("'instance'", 'a text or null', found.instance)
  const saved = found as unknown as SavedReplay
  const parts = parseReplayString(saved.replay)
  if (parts.scenario !== saved.scenario || parts.design !== saved.design)
    throw new InputError(
      `a replay file is of one design: its 'replay' is of ${parts.scenario}, ${parts.design}, and the file of ${saved.scenario}, ${saved.design}`,
    )
  if (parts.run.stem.length !== saved.stem.length || parts.run.cycle.length !== saved.cycle.length)
    throw new InputError("a replay file has a label for each step of its 'replay', in 'stem' and in 'cycle'")
  return saved
}

/** What became of a saved run on today's model. */
export type SavedOutcome =
  | { readonly kind: 'replayed'; readonly replay: Replay; readonly remark: string | undefined }
  /** Every step still exists, and one can no longer be taken where it was. */
  | { readonly kind: 'misfit'; readonly choice: Choice; readonly misfit: Misfit }

/**
 * Runs a saved run again: its replay string, or where that fits no more (steps were added, or listed in another order)
 * its labels, which is said in `remark`.
 *
 * @throws InputError when it names a scenario, design, property or step that does not exist any more, with the nearest that
 * does: a property that was renamed is not one that holds.
 */
export function replaySaved(scenarios: readonly Scenario[], saved: SavedReplay): SavedOutcome {
  const { properties } = systemOf(choiceNamed(scenarios, saved.scenario, saved.design))
  const names = [...properties.map(({ name }) => name), ...Object.values(builtIn)]
  choose(`property of ${saved.scenario}, ${saved.design}`, saved.property, names)
  let shift: string
  try {
    const replayed = replay(scenarios, saved.replay)
    const { steps } = replayed.semantics.system
    const isSame = (run: readonly number[], labels: readonly string[]): boolean =>
      run.every((step, at) => steps[step]!.label === labels[at])
    if (isSame(replayed.run.stem, saved.stem) && isSame(replayed.run.cycle, saved.cycle))
      return { kind: 'replayed', replay: replayed, remark: undefined }
    shift = 'its replay string takes other steps than its labels name'
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown
    shift = thrown.message
  }
  return replayLabels(scenarios, saved, `replayed by its labels, as its replay string does not fit: ${shift}`)
}

function replayLabels(scenarios: readonly Scenario[], saved: SavedReplay, remark: string): SavedOutcome {
  const choice = choiceNamed(scenarios, saved.scenario, saved.design)
  const semantics = new Semantics(systemOf(choice))
  const labels = semantics.system.steps.map(({ label }) => label)
  const taken = [...saved.stem, ...saved.cycle].map((label, at) =>
    labels.indexOf(choose(`step of ${saved.scenario}, ${saved.design} (step ${at + 1} of the saved run)`, label, labels)),
  )
  const run: Run = { stem: taken.slice(0, saved.stem.length), cycle: taken.slice(saved.stem.length) }
  const steps = [...run.stem, ...run.cycle]
  const walked = walk(semantics, steps)
  const misfit = misfitOf(walked, steps.length)
  if (misfit !== undefined) return { kind: 'misfit', choice, misfit }
  if (!returns(semantics, walked, run))
    throw new InputError('the cycle of the saved run does not return any more to the state in which it began')
  return { kind: 'replayed', replay: judged(choice, semantics, run, walked), remark }
}

/** At which step a saved run no longer fits, and why, on one line. */
export const misfitText = ({ at, label, why }: Misfit): string => `step ${at}, ${label}, no longer fits: ${why}`
