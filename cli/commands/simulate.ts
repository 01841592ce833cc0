import { type Command, Option } from 'commander'
import { messageOf } from '../../checker/errors.ts'
import {
  type CampaignOptions,
  type Choice,
  InputError,
  ModelError,
  type Scenario,
  type Seed,
  type Size,
  type StrategyName,
  seedOf,
  strategyNames,
} from '../../checker/index.ts'
import { mostPreemptions } from '../../checker/search/preemptions.ts'
import { campaignDefaults } from '../../checker/simulate/campaign.ts'
import { campaignOf, judgeCampaign } from '../../checker/simulate/design.ts'
import { drawChoices } from '../../checker/simulate/draw.ts'
import { choose } from '../../checker/suggest.ts'
import { type CampaignAnswer, campaignExit } from '../campaign.ts'
import { type ExitCode, exit, worstExit } from '../exit.ts'
import { simulateCodes } from '../exit-help.ts'
import type { Io } from '../io.ts'
import { Progress } from '../progress.ts'
import { campaignReport } from '../report/campaign.ts'
import { campaignJson } from '../report/campaign-json.ts'
import { counted, grouped } from '../report/text.ts'
import { reportOfCampaigns } from '../reporters/of-campaigns.ts'
import { deliver, outputsOf, type Reporting, reporterOption, type Telling } from '../reporters/outputs.ts'
import { choicesOf, type Selection } from '../selection.ts'
import { numberIn, once } from '../values.ts'

export interface SimulateOptions extends Reporting {
  readonly names: readonly string[]
  readonly design?: string
  readonly set: readonly string[]
  readonly size?: Size
  readonly seed?: string
  readonly runs?: number
  readonly steps?: number
  readonly strategy?: StrategyName
  readonly depth?: number
  readonly states?: number
  readonly maxPreemptions?: number
  readonly draw?: number
  readonly first?: true
  readonly time?: number
}

const most = { runs: 2 ** 26, steps: 1_000_000, depth: 64, states: 2 ** 26, draws: 10_000, seconds: 31_536_000 }

/** The options of `simulate`, beside those that choose designs. */
export function simulating(command: Command): Command {
  const { runs, steps, strategy, depth, states } = campaignDefaults
  return command
    .option('--seed <text>', '16 hexadecimal digits, or any text, which is hashed; in CI one is needed', once('--seed', seedText))
    .option(
      '--runs <n>',
      `how many runs of each design; ${grouped(runs)} unless a time is given`,
      numberIn({ flag: '--runs', least: 1, most: most.runs }),
    )
    .option('--steps <n>', `most steps in a run; ${steps}`, numberIn({ flag: '--steps', least: 1, most: most.steps }))
    .addOption(
      new Option('--strategy <name>', `how steps are chosen: ${strategyNames.join(', ')}; ${strategy}`).argParser(
        once('--strategy', (text) => choose('strategy', text, strategyNames)),
      ),
    )
    .option(
      '--depth <d>',
      `for pct: how many orderings of steps a bug needs; ${depth}`,
      numberIn({ flag: '--depth', least: 1, most: most.depth }),
    )
    .option(
      '--states <n>',
      `most distinct states to count, 0 for none; ${grouped(states)}`,
      numberIn({ flag: '--states', least: 0, most: most.states }),
    )
    .option(
      '--max-preemptions <n>',
      'most context switches in a run away from an actor that could go on',
      numberIn({ flag: '--max-preemptions', least: 0, most: mostPreemptions }),
    )
    .option(
      '--draw <n>',
      'n designs of each scenario, their knobs drawn from the seed, in place of the named ones',
      numberIn({ flag: '--draw', least: 1, most: most.draws }),
    )
    .option('--first', 'end each campaign at the first run that violates something')
    .option(
      '--time <s>',
      'seconds for the runs of each design',
      numberIn({ flag: '--time', least: 0, most: most.seconds, fractions: true }),
    )
    .option('--json', 'print one JSON line for each scenario and design')
    .option(...reporterOption)
    .addHelpText('after', simulateCodes)
}

function seedText(text: string): string {
  if (text === '') throw new InputError("option '--seed' takes 16 hexadecimal digits or any text that is not empty")
  return text
}

/** Takes random runs of every design that the options choose, and reports. */
export async function simulate(scenarios: readonly Scenario[], options: SimulateOptions, io: Io): Promise<ExitCode> {
  const size = options.size ?? 'small'
  if (options.depth !== undefined && options.strategy !== 'pct')
    throw new InputError("option '--depth' belongs to '--strategy pct'; add it, or leave '--depth' out")
  const seed = seedFor(options, io)
  const selection: Selection = { names: options.names, design: options.design, sets: options.set, size }
  const choices = options.draw === undefined ? choicesOf(scenarios, selection) : drawnOf(scenarios, selection, seed, options.draw)
  const { outputs, onStdout } = outputsOf(options, io)
  let interrupted = false
  const deaf = io.onInterrupt(() => {
    interrupted = true
  })
  const answers: CampaignAnswer[] = []
  try {
    for (const choice of choices) {
      if (interrupted || io.deserted()) break
      const deadline = options.time === undefined ? undefined : io.now() + options.time * 1000
      const stop = (): 'time' | 'interrupt' | undefined => {
        if (interrupted || io.deserted()) return 'interrupt'
        return deadline !== undefined && io.now() >= deadline ? 'time' : undefined
      }
      const answer = await answerOf(choice, size, campaignOptions(options, seed, stop), io)
      if (io.deserted()) break
      answers.push(answer)
      if (onStdout === 'json') io.out(`${campaignJson(answer)}\n`)
      if (onStdout !== 'terminal') tellBeside(answer, io)
    }
  } finally {
    deaf()
  }
  const skipped = choices.length - answers.length
  const telling: Telling = {
    terminal: (reader) => campaignReport(answers, options.design !== undefined, seed, reader),
    json: () => answers.map(campaignJson),
    report: () => reportOfCampaigns(answers, skipped),
  }
  if (!io.deserted()) await deliver(outputs, telling, io)
  if (interrupted && skipped > 0) io.err(`litebox-model: interrupted; ${counted(skipped, 'design')} not simulated\n`)
  const codes = answers.map(campaignExit)
  return worstExit(interrupted && skipped > 0 ? [...codes, exit.bounded] : codes)
}

/** Designs drawn from the seed in place of the named ones. */
function drawnOf(scenarios: readonly Scenario[], selection: Selection, seed: Seed, count: number): Choice[] {
  if (selection.design !== undefined)
    throw new InputError("options '--draw' and '--design' do not go together; '--set' fixes the knobs that are not to be drawn")
  const named = [...new Set(choicesOf(scenarios, selection).map(({ scenario }) => scenario))]
  const set = Object.fromEntries(selection.sets.map((text) => text.split('=', 2) as [string, string]))
  return named.flatMap((scenario) => drawChoices(scenario, selection.size, set, seed, count))
}

/** The seed that was given, or else one that is drawn, but not where nobody would see it. */
function seedFor({ seed }: SimulateOptions, io: Io): Seed {
  const text = seed ?? io.drawSeed()
  if (text === undefined)
    throw new InputError(
      "in CI a seed is needed, or no run could be taken again; add '--seed' with the commit's hash, or any text",
    )
  return seedOf(text)
}

const campaignOptions = (
  { runs, steps, strategy, depth, states, maxPreemptions, first, time }: SimulateOptions,
  seed: Seed,
  stop: NonNullable<CampaignOptions['stop']>,
): CampaignOptions => ({
  seed,
  stop,
  runs: runs ?? (time === undefined ? campaignDefaults.runs : most.runs),
  ...(steps !== undefined && { steps }),
  ...(strategy !== undefined && { strategy }),
  ...(depth !== undefined && { depth }),
  ...(states !== undefined && { states }),
  ...(maxPreemptions !== undefined && { preemptions: maxPreemptions }),
  ...(first && { first }),
})

/** Takes the runs in slices, so that progress can be shown and signals heard between them. */
async function answerOf(choice: Choice, asked: Size, options: CampaignOptions, io: Io): Promise<CampaignAnswer> {
  const began = io.now()
  const progress = new Progress(io, `${choice.scenario.name} ${choice.base}`)
  const answered = (): Pick<CampaignAnswer, 'choice' | 'asked' | 'milliseconds'> => ({
    choice,
    asked,
    milliseconds: io.now() - began,
  })
  try {
    const campaign = campaignOf(choice, options)
    while (!campaign.done) {
      campaign.advance()
      progress.showRuns(campaign)
      await io.breathe()
    }
    return { ...answered(), result: judgeCampaign(choice, campaign) }
  } catch (thrown) {
    if (!(thrown instanceof ModelError)) throw thrown
    if (io.debug) io.err(`${thrown.stack}\n`)
    return { ...answered(), broken: messageOf(thrown) }
  } finally {
    progress.clear()
  }
}

/** Where a document is on stdout, why a model is wrong is on stderr. */
function tellBeside(answer: CampaignAnswer, io: Io): void {
  const message = 'broken' in answer ? answer.broken : answer.result.campaign.message
  if (message !== undefined) io.err(`litebox-model: ${answer.choice.scenario.name}, ${answer.choice.base}: ${message}\n`)
}
