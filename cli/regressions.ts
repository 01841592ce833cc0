import { join } from 'node:path'
import { messageOf } from '../checker/errors.ts'
import { type Choice, InputError, type PropertyResult, type Scenario } from '../checker/index.ts'
import {
  parseSavedReplay,
  replaySaved,
  type SavedOutcome,
  type SavedReplay,
  savedReplayName,
  savedReplayOf,
  savedReplayText,
} from '../checker/replay/saved.ts'
import { ensureFolder, readText, writeWhole } from './files.ts'
import { replayCommand } from './report/command.ts'

/** Leaves a failing run as `<folder>/<scenario>-<hash>.replay`, and gives back the path. */
export function saveRegression(folder: string, choice: Choice, found: PropertyResult, why: string): string {
  const saved = savedReplayOf(choice, found.name, found.instance, found.run!)
  const path = join(folder, savedReplayName(saved))
  ensureFolder(folder)
  writeWhole(path, savedReplayText(saved, [`${saved.scenario}, ${saved.design}: ${why}`, replayCommand(choice.scenario, path)]))
  return path
}

/** Whether a word of the command line names a `.replay` file. */
export const isRegressionPath = (word: string): boolean => word.endsWith('.replay')

/**
 * Runs a `.replay` file again.
 *
 * @throws InputError naming the file and what is wrong with it: its form, or what it names and does not exist any more.
 */
export function replayedFile(
  scenarios: readonly Scenario[],
  path: string,
): { readonly saved: SavedReplay; readonly outcome: SavedOutcome } {
  try {
    const saved = parseSavedReplay(readText(path))
    return { saved, outcome: replaySaved(scenarios, saved) }
  } catch (thrown) {
    const message = messageOf(thrown)
    throw thrown instanceof InputError && !message.includes(path) ? new InputError(`${path}: ${message}`) : thrown
  }
}
