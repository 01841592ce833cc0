import type { Scenario } from '../../checker/index.ts'
import { fromOption } from '../modules.ts'
import { shellWord } from './text.ts'

/** The command line that replays a string or a `.replay` file of a scenario. */
export const replayCommand = (scenario: Scenario, what: string): string =>
  `npx litebox-model replay ${shellWord(what)}${fromOption(scenario)}`
