import { type Command, CommanderError } from 'commander'
import { messageOf } from '../checker/errors.ts'
import { InputError, ModelError } from '../checker/index.ts'
import { choose } from '../checker/suggest.ts'
import { type ExitCode, exit } from './exit.ts'
import type { Io } from './io.ts'

/** Tells what ended a command line early, in one line on stderr, and gives the exit code for it. */
export function refusal(thrown: unknown, program: Command, argv: readonly string[], io: Io): ExitCode {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return exit.met
  if (thrown instanceof CommanderError && thrown.code === 'commander.help' && argv[0] !== 'help') {
    program.outputHelp()
    return exit.met
  }
  const isExpected = thrown instanceof InputError || thrown instanceof ModelError || thrown instanceof CommanderError
  const message = thrown instanceof CommanderError ? usageMessage(thrown, program, argv) : withModules(messageOf(thrown), argv)
  const hint = isExpected ? '' : ' (unexpected; LITEBOX_MODEL_DEBUG=1 shows the stack)'
  io.err(`litebox-model: ${message}${hint}\n`)
  if (io.debug && thrown instanceof Error) io.err(`${thrown.stack}\n`)
  return exit.refused
}

/** A scenario that nobody knows may be one of the user's own, whose module was left out. */
const withModules = (message: string, argv: readonly string[]): string =>
  / is no scenario; did you mean /.test(message) && !argv.some((word) => word.startsWith('--from'))
    ? `${message}; one of your own is found with '--from <module>'`
    : message

/** What commander refused, naming the nearest command or option that exists. */
function usageMessage(error: CommanderError, program: Command, argv: readonly string[]): string {
  const plain = messageOf(error).replace(/^error: /, '')
  const word = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  const commands = program.commands.map((candidate) => candidate.name())
  const command = program.commands.find((candidate) => candidate.name() === argv[0]) ?? program
  switch (error.code) {
    case 'commander.unknownCommand':
      return nearest('command', word, commands)
    case 'commander.help':
      return nearest('command', argv[1] ?? '', commands)
    case 'commander.missingMandatoryOptionValue':
      return `option '${word}' is needed: ${command.options.find(({ flags }) => flags === word)?.description ?? 'give it a value'}`
    case 'commander.unknownOption': {
      const flags = [...command.options.map((option) => option.long ?? option.flags), '--help']
      return nearest(`option of '${command.name()}'`, word, flags)
    }
    default:
      return plain
  }
}

/** The one line that names the nearest of the choices. */
function nearest(what: string, word: string, choices: readonly string[]): string {
  try {
    return choose(what, word, choices)
  } catch (thrown) {
    return messageOf(thrown)
  }
}
