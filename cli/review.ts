import type { Command } from 'commander'
import type { Scenario } from '../checker/index.ts'
import { choose } from '../checker/suggest.ts'
import { type DiffOptions, diff } from './commands/diff.ts'
import { type ExportOptions, exportCommand, exportFormats } from './commands/export.ts'
import { type MatrixOptions, matrix, matrixFormats } from './commands/matrix.ts'
import { type MutateOptions, mutateCommand } from './commands/mutate.ts'
import { diffCodes, matrixCodes, mutateCodes, printCodes } from './exit-help.ts'
import type { Io } from './io.ts'
import { collected, numberIn, once } from './values.ts'

/** What the commands of a reviewer are made with: how a command begins, and where its answer goes. */
export interface Desk {
  readonly command: (usage: string, description: string) => Command
  readonly selecting: (command: Command) => Command
  readonly limiting: (command: Command) => Command
  readonly scenarios: () => readonly Scenario[]
  readonly ended: (code: number) => void
  readonly io: Io
}

/** The commands of a reviewer. */
export function reviewCommands({ command, selecting, limiting, scenarios, ended, io }: Desk): void {
  limiting(selecting(command('matrix', 'say which changes of a design make all properties hold').argument('<scenario>')))
    .option(
      '--knob <knob[=v,w]>',
      'change this knob, or only to these values; may be repeated (default: every one)',
      collected,
      [],
    )
    .option('--under <knob[=v,w]>', 'answer for each value of this knob apart; may be repeated', collected, [])
    .option('--changes <n>', 'most knobs changed together', numberIn({ flag: '--changes', least: 0, most: 100 }))
    .option('--prune', 'find minimal sets only: leave out what holds one and more, and end at first violations')
    .option(
      '--jobs <n>',
      'threads at once (default: as many as there are cores)',
      numberIn({ flag: '--jobs', least: 1, most: 256 }),
    )
    .option(
      '--format <format>',
      `one of ${matrixFormats.join(', ')}`,
      once('--format', (text) => choose('format', text, matrixFormats)),
    )
    .option('--json', 'print one JSON line for each assignment')
    .option('--summary', 'leave the table out')
    .addHelpText('after', matrixCodes)
    .action(async (name: string, options: Omit<MatrixOptions, 'name'>) =>
      ended(await matrix(scenarios(), { name, ...options }, io)),
    )

  command('mutate', 'say which properties notice faults that are planted in designs that hold')
    .argument('[scenario...]')
    .option('--design <name>', 'this design only', once('--design', String))
    .option(
      '--max-states <n>',
      'most states of a mutant (default: some times those of its original)',
      numberIn({ flag: '--max-states', least: 1, most: 0x7fffffff }),
    )
    .option(
      '--jobs <n>',
      'threads at once (default: as many as there are cores)',
      numberIn({ flag: '--jobs', least: 1, most: 256 }),
    )
    .option('--json', 'print one JSON line for each scenario')
    .addHelpText('after', mutateCodes)
    .action(async (names: string[], options: Omit<MutateOptions, 'names'>) =>
      ended(await mutateCommand(scenarios(), { names, ...options }, io)),
    )

  selecting(command('export', 'print a state graph or a run as other tools read it').argument('<scenario or replay string>'))
    .requiredOption(
      '--format <format>',
      `one of ${exportFormats.join(', ')}`,
      once('--format', (text) => choose('format', text, exportFormats)),
    )
    .option(
      '--max-states <n>',
      'draw a graph of up to so many states',
      numberIn({ flag: '--max-states', least: 1, most: 0x7fffffff }),
    )
    .addHelpText('after', printCodes)
    .action((what: string, options: ExportOptions) => ended(exportCommand(scenarios(), what, options, io)))

  command('diff', "compare two designs, or a saved result of 'check --json' and today's")
    .argument('<first>', 'scenario:design[+knob=value], or a file')
    .argument('[second]', "the same; without it, every saved line is compared with today's")
    .option(
      '--visible <rule>',
      'compare behaviours by the steps of this rule; may be repeated (default: rules that both have)',
      collected,
      [],
    )
    .option('--max-states <n>', 'most states to store', numberIn({ flag: '--max-states', least: 1, most: 0x7fffffff }))
    .option('--json', 'print one JSON line for each comparison')
    .addHelpText('after', diffCodes)
    .action((first: string, second: string | undefined, options: DiffOptions) =>
      ended(diff(scenarios(), first, second, options, io)),
    )
}
