import { systemOf } from '../../checker/define/assign.ts'
import type { Scenario, Size, System } from '../../checker/index.ts'
import { type ExitCode, exit } from '../exit.ts'
import { coloursOf, type Io } from '../io.ts'
import { cellsByMachine, descriptionText } from '../report/description.ts'
import { mermaidText } from '../report/mermaid.ts'
import { choicesOf } from '../selection.ts'

export interface ShowOptions {
  readonly name: string
  readonly design?: string
  readonly set: readonly string[]
  readonly size?: Size
  readonly mermaid?: true
}

/** Shows what one design's system is made of: the design that is named, or the scenario's first. */
export function show(scenarios: readonly Scenario[], options: ShowOptions, io: Io): ExitCode {
  const { name, design, set, size = 'small', mermaid } = options
  const choice = choicesOf(scenarios, { names: [name], design, sets: set, size })[0]!
  const system = systemOf(choice)
  io.out(`${(mermaid ? diagrams(system) : descriptionText(choice, system, coloursOf(io))).join('\n')}\n`)
  return exit.met
}

/** A diagram of each machine, under a comment that names its cells. */
const diagrams = (system: System): string[] =>
  cellsByMachine(system).flatMap((cells, at) => [
    ...(at === 0 ? [] : ['']),
    `%% ${cells[0]!.machine.id}: ${cells.map(({ name }) => name).join(', ')}`,
    ...mermaidText(cells[0]!.machine),
  ])
