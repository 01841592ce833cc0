import { choiceText } from '../../checker/define/assign.ts'
import { replay, type Scenario } from '../../checker/index.ts'
import { type ExitCode, exit } from '../exit.ts'
import { explore } from '../interactive.ts'
import { coloursOf, type Io } from '../io.ts'
import { failuresText } from '../report/failures.ts'
import { indented } from '../report/text.ts'
import { storyOf, storyText } from '../report/trace.ts'

/** Runs a replay string again: the trace and which properties fail on it, at once or step by step. */
export async function replayRun(
  scenarios: readonly Scenario[],
  text: string,
  options: { readonly interactive?: true },
  io: Io,
): Promise<ExitCode> {
  const replayed = replay(scenarios, text)
  const colours = coloursOf(io)
  const { choice, run, semantics, walk } = replayed
  const story = storyOf(semantics.system, walk, run.cycle.length)
  io.out(`${colours.bold(`${choice.scenario.name}, ${choiceText(choice)}`)}\n`)
  if (options.interactive) await explore(story, semantics, colours, io)
  else io.out(`${indented(storyText(story, colours)).join('\n')}\n`)
  io.out(`${failuresText(replayed, colours).join('\n')}\n`)
  return replayed.failures.length > 0 ? exit.met : exit.unmet
}
