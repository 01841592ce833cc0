import { resolve } from 'node:path'
import { type Budget, InputError, type Scenario, type Size } from '../../checker/index.ts'
import type { ReductionName } from '../../checker/reduce/reduction.ts'
import { refuseWithPreemptions, searchBounded } from '../bounded.ts'
import { CertificateRequest } from '../certificate.ts'
import { type CheckpointOptions, Checkpoints } from '../checkpoints.ts'
import { type ExitCode, exit, exitOf, worstExit } from '../exit.ts'
import { coloursOf, type Io } from '../io.ts'
import { checkInThreads, isWorthThreads } from '../parallel/check.ts'
import { designText } from '../report/answer.ts'
import { detailsText } from '../report/details.ts'
import { jsonLine } from '../report/json.ts'
import { statsText } from '../report/stats.ts'
import { answersTable } from '../report/table.ts'
import { counted, indented } from '../report/text.ts'
import { complaintsOf, reportOf } from '../reporters/of-answers.ts'
import { deliver, outputsOf, type Reporting, type Telling } from '../reporters/outputs.ts'
import { type Answer, searchDesign } from '../search.ts'
import { choicesOf } from '../selection.ts'

export interface CheckOptions extends CheckpointOptions, Reporting {
  readonly names: readonly string[]
  readonly design?: string
  readonly set: readonly string[]
  readonly size?: Size
  readonly first?: true
  readonly maxStates?: number
  readonly maxDepth?: number
  readonly maxMemory?: number
  readonly maxPreemptions?: number
  readonly time?: number
  readonly workers?: number
  readonly reduce?: ReductionName
  readonly safety?: true
  readonly audit?: true
  readonly certificate?: string
  readonly stats?: true
}

/** Searches every design that the options choose, and reports. */
export async function check(scenarios: readonly Scenario[], options: CheckOptions, io: Io): Promise<ExitCode> {
  const size = options.size ?? 'small'
  const choices = choicesOf(scenarios, { names: options.names, design: options.design, sets: options.set, size })
  refuseWithPreemptions(options)
  const { certificate: path } = options
  const certificate = path === undefined ? undefined : new CertificateRequest(path, choices, options)
  const { checkpoint, every, resume } = options
  const kept = [path, checkpoint].filter((file) => file !== undefined)
  if (kept.length === 2 && resolve(kept[0]!) === resolve(kept[1]!))
    throw new InputError(`'--certificate' and '--checkpoint' both write to '${path}'; give each a file of its own`)
  const { outputs, onStdout } = outputsOf(options, io, kept)
  const isKept = [checkpoint, every, resume].some((option) => option !== undefined)
  const checkpoints = isKept ? new Checkpoints(options, choices, io) : undefined
  let interrupted = false
  const deaf = io.onInterrupt(() => {
    interrupted = true
  })
  const answers: Answer[] = []
  const take = (answer: Answer): void => {
    answers.push(answer)
    if (onStdout === 'json') io.out(`${jsonLine(answer)}\n`)
    if (onStdout !== 'terminal') tellBeside(answer, options.stats === true, io)
  }
  const isOver = (): boolean => interrupted || io.deserted()
  try {
    const isPlain = certificate === undefined && checkpoints === undefined && options.maxPreemptions === undefined
    if (isPlain && isWorthThreads(choices, size, options, io)) await checkInThreads(choices, size, options, io, take, isOver)
    else
      for (const choice of choices) {
        if (isOver()) break
        const deadline = options.time === undefined ? undefined : io.now() + options.time * 1000
        const stop = (): 'time' | 'interrupt' | undefined => {
          if (isOver()) return 'interrupt'
          return deadline !== undefined && io.now() >= deadline ? 'time' : undefined
        }
        const budget = budgetOf(options, stop)
        const answer =
          options.maxPreemptions === undefined
            ? await searchDesign(choice, size, budget, io, {
                begin: (...at) => checkpoints?.begin(...at),
                pause: (...at) => checkpoints?.pause(...at),
                done: (...found) => certificate?.take(...found),
              })
            : await searchBounded(choice, size, options.maxPreemptions, budget, io)
        if (io.deserted()) break
        take(answer)
      }
  } finally {
    deaf()
  }
  const skipped = choices.length - answers.length
  const telling: Telling = {
    terminal: (reader) => report(answers, options, reader),
    json: () => answers.map(jsonLine),
    report: () => reportOf(answers, skipped),
  }
  if (!io.deserted()) await deliver(outputs, telling, io)
  if (interrupted && skipped > 0) io.err(`litebox-model: interrupted; ${counted(skipped, 'design')} not searched\n`)
  const codes = answers.map(exitOf)
  if (interrupted && skipped > 0) codes.push(exit.bounded)
  if (certificate?.refused !== undefined) {
    io.err(`litebox-model: ${certificate.refused.why}\n`)
    codes.push(certificate.refused.code)
  }
  return worstExit(codes)
}

const budgetOf = (
  { first, maxStates, maxDepth, maxMemory, workers, reduce, safety }: CheckOptions,
  stop: NonNullable<Budget['stop']>,
): Budget => ({
  workers: workers ?? 1,
  ...(maxStates !== undefined && { states: maxStates }),
  ...(maxDepth !== undefined && { depth: maxDepth }),
  ...(maxMemory !== undefined && { bytes: maxMemory * 2 ** 20 }),
  ...(first && { first }),
  ...(reduce !== undefined && { reduce }),
  ...(safety && { safetyOnly: true }),
  stop,
})

/** Where a document is on stdout, why a model is wrong, and what was asked for beside it, are on stderr. */
function tellBeside(answer: Answer, withStats: boolean, io: Io): void {
  const message = 'broken' in answer ? answer.broken : answer.result.check.message
  const where = `${answer.choice.scenario.name}, ${answer.choice.base}`
  if (message !== undefined) io.err(`litebox-model: ${where}: ${message}\n`)
  if (withStats && 'result' in answer) io.err(`${[where, ...indented(statsText(answer.result.check))].join('\n')}\n`)
}

/** The table; for one scenario or one design the traces too; and how many designs answered as expected. */
function report(answers: readonly Answer[], options: CheckOptions, io: Io): string[] {
  const colours = coloursOf(io)
  const lines = answersTable(answers, colours, io.outIsTerminal)
  const inDetail = options.design !== undefined || new Set(answers.map(({ choice }) => choice.scenario)).size === 1
  const complaints = inDetail ? [] : answers.flatMap(complaintsAbout)
  if (complaints.length > 0) lines.push('', ...complaints.map(colours.red))
  for (const answer of answers) {
    if (inDetail) lines.push('', ...detailsText(answer, colours))
    if (options.stats && 'result' in answer) {
      if (!inDetail) lines.push('', colours.bold(`${answer.choice.scenario.name}, ${answer.choice.base}`))
      lines.push('', ...indented(statsText(answer.result.check)))
    }
  }
  if (answers.length > 1) lines.push('', tally(answers))
  return lines
}

/** What is wrong with an answer, a line each. */
const complaintsAbout = (answer: Answer): string[] =>
  complaintsOf(answer).map((text) => `${answer.choice.scenario.name}, ${designText(answer)}: ${text}`)

function tally(answers: readonly Answer[]): string {
  const met = answers.filter((answer) => exitOf(answer) === exit.met).length
  const bounded = answers.filter((answer) => exitOf(answer) === exit.bounded).length
  const cut = bounded === 0 ? '' : `; ${bounded} ended by a limit`
  return `${met} of ${counted(answers.length, 'design')} as expected${cut}`
}
