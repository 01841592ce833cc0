import { choiceText } from '../../checker/define/assign.ts'
import { InputError, type Replay, replay, type Scenario } from '../../checker/index.ts'
import { misfitText } from '../../checker/replay/saved.ts'
import { type ExitCode, exit } from '../exit.ts'
import { explore } from '../interactive.ts'
import { coloursOf, type Io } from '../io.ts'
import { isRegressionPath, replayedFile } from '../regressions.ts'
import { failuresText } from '../report/failures.ts'
import { indented } from '../report/text.ts'
import { storyOf, storyText } from '../report/trace.ts'

/** Runs a replay string or a `.replay` file again: the trace and which properties fail on it, at once or step by step. */
export async function replayRun(
  scenarios: readonly Scenario[],
  text: string,
  options: { readonly interactive?: true },
  io: Io,
): Promise<ExitCode> {
  const { replayed, remark, recorded } = isRegressionPath(text) ? replayFile(scenarios, text) : replayString(scenarios, text)
  const colours = coloursOf(io)
  const { choice, run, semantics, walk } = replayed
  const story = storyOf(semantics.system, walk, run.cycle.length)
  io.out(`${colours.bold(`${choice.scenario.name}, ${choiceText(choice)}`)}\n`)
  if (remark !== undefined) io.out(`${colours.yellow(remark)}\n`)
  if (options.interactive) await explore(story, semantics, colours, io)
  else io.out(`${indented(storyText(story, colours)).join('\n')}\n`)
  io.out(`${failuresText(replayed, colours).join('\n')}\n`)
  if (recorded === undefined) return replayed.failures.length > 0 ? exit.met : exit.unmet
  if (replayed.failures.some(({ property }) => property === recorded)) return exit.met
  if (replayed.failures.length > 0) io.out(`the property that was recorded does not fail: ${recorded}\n`)
  return exit.unmet
}

interface Replayed {
  readonly replayed: Replay
  /** How it was replayed, where that needs saying. */
  readonly remark: string | undefined
  /** The property that a file was recorded for. */
  readonly recorded: string | undefined
}

const replayString = (scenarios: readonly Scenario[], text: string): Replayed => ({
  replayed: replay(scenarios, text),
  remark: undefined,
  recorded: undefined,
})

/** @throws InputError with the first step of the file that no longer fits, and why. */
function replayFile(scenarios: readonly Scenario[], path: string): Replayed {
  const { saved, outcome } = replayedFile(scenarios, path)
  if (outcome.kind === 'misfit') throw new InputError(`${path}: ${misfitText(outcome.misfit)}`)
  return { replayed: outcome.replay, remark: outcome.remark, recorded: saved.property }
}
