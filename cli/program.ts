import { Command } from 'commander'
import type { Scenario, Size } from '../checker/index.ts'
import { reductionNames } from '../checker/reduce/reduction.ts'
import { mostPreemptions } from '../checker/search/preemptions.ts'
import { choose } from '../checker/suggest.ts'
import { audit } from './commands/audit.ts'
import { type CheckOptions, check } from './commands/check.ts'
import { list } from './commands/list.ts'
import { replayRun } from './commands/replay.ts'
import { type ShowOptions, show } from './commands/show.ts'
import { type SimulateOptions, simulate, simulating } from './commands/simulate.ts'
import { verify } from './commands/verify.ts'
import { exit } from './exit.ts'
import { checkCodes, exitCodes, printCodes, replayCodes, verifyCodes } from './exit-help.ts'
import type { Io } from './io.ts'
import { scenariosOf } from './modules.ts'
import { refusal } from './refusal.ts'
import { version } from './report/version.ts'
import { reporterOption } from './reporters/outputs.ts'
import { reviewCommands } from './review.ts'
import { collected, numberIn, once } from './values.ts'

const helpWidth = 100
const sizes: readonly Size[] = ['small', 'full']
/** As many as the hash table has parts. */
const mostWorkers = 16
const most = { states: 0x7fffffff, megabytes: 1 << 20, seconds: 31_536_000 }

/**
 * Runs one command line over these scenarios and returns the exit code. All output goes through `io`; what was asked
 * wrongly, or modelled wrongly, is one line on stderr.
 */
export async function main(argv: readonly string[], io: Io, scenarios: readonly Scenario[]): Promise<number> {
  let code: number = exit.met
  const program = programOf(io, scenarios, (found) => {
    code = found
  })
  try {
    if (argv.length === 0) program.outputHelp()
    else await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (thrown) {
    return refusal(thrown, program, argv, io)
  }
}

function programOf(io: Io, ownScenarios: readonly Scenario[], ended: (code: number) => void): Command {
  let scenarios = ownScenarios
  const program = new Command('litebox-model')
  program
    .description('A deterministic simulator and model checker for the isolation architecture of LiteBox.')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', exitCodes)
    .configureOutput({
      writeOut: io.out,
      writeErr: () => {},
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    // What has a default that is worth telling tells it itself.
    .configureHelp({ optionDescription: ({ description }) => description })
    .exitOverride()
    .hook('preAction', async (_, action) => {
      scenarios = await registryOf(ownScenarios, action, io)
    })
  const command = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .helpOption('-h, --help', 'print this help')
      .option('--from <module>', 'take scenarios from this ES module too; may be repeated', collected, [])
      .showSuggestionAfterError(false)

  command('list', 'list every scenario with its designs and knobs')
    .option('--json', 'print one JSON line for each scenario')
    .addHelpText('after', printCodes)
    .action((options: { json?: true }) => ended(list(scenarios, options, io)))

  limiting(
    selecting(command('check', 'search designs and compare the answers with what is expected of them').argument('[scenario...]')),
  )
    .option(
      '--max-preemptions <n>',
      'most context switches away from an actor that could go on',
      numberIn({ flag: '--max-preemptions', least: 0, most: mostPreemptions }),
    )
    .option(
      '--workers <n>',
      'threads that search together once a space is large; the answer is the same (default: 1)',
      numberIn({ flag: '--workers', least: 1, most: mostWorkers }),
    )
    .option(
      '--reduce <reduction>',
      `what to leave out where no verdict depends on it: ${reductionNames.join(', ')} (default: none)`,
      once('--reduce', (text) => choose('reduction', text, reductionNames)),
    )
    .option('--audit', 'compare each reduction that a design allows with plain search, in everything that it keeps')
    .option('--safety', 'leave out what is claimed of whole executions, and fairness; no expectation is compared then')
    .option('--checkpoint <file>', 'save now and then where the search of one design stands', once('--checkpoint', String))
    .option(
      '--every <s>',
      'seconds between two checkpoints; 60 unless given',
      numberIn({ flag: '--every', least: 0, most: most.seconds, fractions: true }),
    )
    .option('--resume <file>', 'go on from a checkpoint', once('--resume', String))
    .option('--certificate <file>', 'save every reachable state of one design, for verify', once('--certificate', String))
    .option('--stats', 'print what each search cost and exercised')
    .option('--json', 'print one JSON line for each scenario and design')
    .option(...reporterOption)
    .addHelpText('after', checkCodes)
    .action(async (names: string[], options: Omit<CheckOptions, 'names'>) =>
      ended(await (options.audit ? audit : check)(scenarios, { names, ...options }, io)),
    )

  simulating(
    selecting(
      command('simulate', 'take seeded random runs of designs: finds violations, proves nothing').argument('[scenario...]'),
    ),
  ).action(async (names: string[], options: Omit<SimulateOptions, 'names'>) =>
    ended(await simulate(scenarios, { names, ...options }, io)),
  )

  command('verify', "confirm a certificate without searching: what 'check --certificate' saved is closed under every step")
    .argument('<file>', 'the certificate')
    .addHelpText('after', verifyCodes)
    .action(async (file: string) => ended(await verify(scenarios, file, io)))

  command('replay', 'run a replay string again and judge every property afresh')
    .argument('<string>', "what 'check' printed behind 'replay', or the path of a .replay file")
    .option('--interactive', 'go forward and back, and ask which steps are enabled')
    .addHelpText('after', replayCodes)
    .action(async (text: string, options: { interactive?: true }) => ended(await replayRun(scenarios, text, options, io)))

  selecting(command('show', 'show what a scenario is made of').argument('<scenario>'))
    .option('--mermaid', 'print each machine as a Mermaid state diagram')
    .addHelpText('after', printCodes)
    .action((name: string, options: Omit<ShowOptions, 'name'>) => ended(show(scenarios, { name, ...options }, io)))

  reviewCommands({ command, selecting, limiting, scenarios: () => scenarios, ended, io })
  return program
}

/** Every scenario that may be named; where none is, and modules are given, the modules' own. */
async function registryOf(own: readonly Scenario[], action: Command, io: Io): Promise<readonly Scenario[]> {
  const { from } = action.opts<{ from: string[] }>()
  const theirs = await scenariosOf(from, own, io.onStranded)
  return theirs.length > 0 && action.args.length === 0 ? theirs : [...own, ...theirs]
}

/** The options by which designs are chosen. */
const selecting = (command: Command): Command =>
  command
    .option('--design <name>', 'this design only', once('--design', String))
    .option('--set <knob=value>', 'set a knob otherwise than the design does; may be repeated', collected, [])
    .option(
      '--size <size>',
      "'small' for every change or 'full' for the night",
      once('--size', (text) => choose('size', text, sizes)),
    )

/** The limits that may end a search early. */
const limiting = (command: Command): Command =>
  command
    .option('--first', 'end each search at its first violation')
    .option('--max-states <n>', 'most states to store', numberIn({ flag: '--max-states', least: 1, most: most.states }))
    .option(
      '--max-depth <n>',
      'most steps from the initial state',
      numberIn({ flag: '--max-depth', least: 0, most: most.states }),
    )
    .option(
      '--max-memory <MB>',
      "most memory of a search's own",
      numberIn({ flag: '--max-memory', least: 1, most: most.megabytes }),
    )
    .option('--time <s>', 'seconds for each search', numberIn({ flag: '--time', least: 0, most: most.seconds, fractions: true }))
