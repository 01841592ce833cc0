import { systemOf } from '../../checker/define/assign.ts'
import { Explorer, InputError, replay, type Scenario, type Size } from '../../checker/index.ts'
import { type ExitCode, exit } from '../exit.ts'
import { autText, dotText, stateDiagramText } from '../export/graphs.ts'
import { itfText, sequenceText, shivizText } from '../export/traces.ts'
import type { Io } from '../io.ts'
import { grouped } from '../report/text.ts'
import { choicesOf } from '../selection.ts'

export const exportFormats = ['dot', 'aut', 'itf', 'mermaid', 'shiviz'] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface ExportOptions {
  readonly format: ExportFormat
  readonly design?: string
  readonly set: readonly string[]
  readonly size?: Size
  readonly maxStates?: number
}

/** Graphs of more states than these are not for the eye. What is read by programs only has no limit of its own. */
const mostToLookAt: Readonly<Partial<Record<ExportFormat, number>>> = { dot: 300, mermaid: 60 }

/** Prints the state graph of a design, or the run of a replay string, as other tools read it. */
export function exportCommand(scenarios: readonly Scenario[], what: string, options: ExportOptions, io: Io): ExitCode {
  io.out(what.startsWith('lb1.') ? traceText(scenarios, what, options) : graphText(scenarios, what, options))
  return exit.met
}

function traceText(scenarios: readonly Scenario[], text: string, options: ExportOptions): string {
  const { format, design, set, size, maxStates } = options
  if (design !== undefined || set.length > 0 || size !== undefined)
    throw new InputError("a replay string holds its design: '--design', '--set' and '--size' are for scenarios")
  if (maxStates !== undefined)
    throw new InputError("a replay string is one run: '--max-states' is for the graph of a scenario; leave it out")
  const replayed = replay(scenarios, text)
  switch (format) {
    case 'itf':
      return itfText(replayed)
    case 'shiviz':
      return shivizText(replayed)
    case 'mermaid':
      return sequenceText(replayed)
    case 'dot':
    case 'aut':
      throw new InputError(`'${format}' draws state graphs, and this is a run: use mermaid, itf or shiviz, or name a scenario`)
    default:
      return format satisfies never
  }
}

function graphText(scenarios: readonly Scenario[], name: string, options: ExportOptions): string {
  const { format, set, size = 'small' } = options
  if (format === 'itf' || format === 'shiviz')
    throw new InputError(`'${format}' holds one run: give a replay string, which 'check ${name}' prints behind each violation`)
  const design = options.design
  const choice = choicesOf(scenarios, { names: [name], design, sets: set, size })[0]!
  const most = options.maxStates ?? mostToLookAt[format]
  const explorer = new Explorer(systemOf(choice), most === undefined ? {} : { states: most }).run()
  const { fault } = explorer.findings
  if (fault !== undefined) throw new InputError(`scenario '${name}', ${choice.base}: ${fault.message}`)
  if (!explorer.complete)
    throw new InputError(
      `${name}, ${choice.base} has more than ${grouped(most!)} states, too many to look at; take a smaller world with '--set', ` +
        `a design of fewer states, 'aut' for other tools, or raise '--max-states'`,
    )
  switch (format) {
    case 'dot':
      return dotText(explorer, `${name}, ${choice.base}`)
    case 'aut':
      return autText(explorer)
    case 'mermaid':
      return stateDiagramText(explorer)
    default:
      return format satisfies never
  }
}
