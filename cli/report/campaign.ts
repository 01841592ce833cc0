import { type CampaignProperty, type Seed, seedText } from '../../checker/index.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { proofText } from '../../checker/shrink/shrink.ts'
import { type CampaignAnswer, campaignExit } from '../campaign.ts'
import { exit } from '../exit.ts'
import { type Colours, coloursOf, type Io } from '../io.ts'
import { designText } from './answer.ts'
import { replayCommand } from './command.ts'
import { counterexampleText, propertiesText } from './details.ts'
import { columns, painted } from './table.ts'
import { counted, grouped, indented } from './text.ts'

/** The most labels that are listed of steps which no run took. */
const mostListed = 8

/** The table; for one scenario or one design all that is known too; and how many designs answered as expected. */
export function campaignReport(answers: readonly CampaignAnswer[], oneDesign: boolean, seed: Seed, io: Io): string[] {
  const colours = coloursOf(io)
  const inDetail = oneDesign || new Set(answers.map(({ choice }) => choice.scenario)).size === 1
  const lines = [`seed ${seedText(seed)}`, '', ...campaignTable(answers, colours, io.outIsTerminal)]
  const complaints = inDetail ? [] : answers.flatMap(complaintsAbout)
  if (complaints.length > 0) lines.push('', ...complaints.map(colours.red))
  if (inDetail) for (const answer of answers) lines.push('', ...campaignDetails(answer, colours))
  const of = (code: number): number => answers.filter((answer) => campaignExit(answer) === code).length
  lines.push(
    '',
    `${of(exit.met)} of ${counted(answers.length, 'design')} failed as expected, ${of(exit.bounded)} did not fail, which proves nothing`,
  )
  return lines
}

function campaignTable(answers: readonly CampaignAnswer[], colours: Colours, withTimes: boolean): string[] {
  const head = ['scenario', 'design', 'verdict', 'length', 'runs', 'steps', 'states', 'unseen', 'expected', 'property']
  const rows = answers.map((answer) => {
    const names = [answer.choice.scenario.name, designText(answer)]
    if ('broken' in answer) return [...names, painted('error', 'error', colours), '', '0', '0', '0', '', '-', '']
    const { campaign, shown, expected } = answer.result
    const { verdict, saturation } = campaign
    return [
      ...names,
      painted(verdict, campaign.limit === undefined ? verdict : `${verdict} (${campaign.limit})`, colours),
      shown === undefined ? '' : String(shown.run!.stem.length),
      grouped(campaign.runs),
      grouped(campaign.steps),
      `${saturation.exact ? '' : '>'}${grouped(saturation.states)}`,
      saturation.unseen === undefined ? '-' : percent(saturation.unseen.share),
      expected === undefined ? '-' : `${expected.verdict} ${markOf(answer.result.met, colours)}`,
      shown?.name ?? '',
    ]
  })
  const aligns = head.map((name) => (['length', 'runs', 'steps', 'states', 'unseen'].includes(name) ? 'right' : 'left'))
  if (!withTimes) return columns(head, rows, aligns)
  const rates = answers.map((answer) => {
    const steps = 'result' in answer ? answer.result.campaign.steps : 0
    return `${(steps / Math.max(answer.milliseconds, 1) / 1000).toFixed(2)} M/s`
  })
  return columns(
    head.toSpliced(6, 0, 'rate'),
    rows.map((row, at) => row.toSpliced(6, 0, rates[at]!)),
    aligns.toSpliced(6, 0, 'right'),
  )
}

const markOf = (met: boolean | undefined, colours: Colours): string =>
  met === undefined ? '?' : met ? colours.green('✓') : colours.red('✗')

const percent = (share: number): string => (share === 0 ? '0 %' : `${(share * 100).toPrecision(2)} %`)

/** All that is known of one campaign. */
function campaignDetails(answer: CampaignAnswer, colours: Colours): string[] {
  const { scenario } = answer.choice
  const title = colours.bold(`${scenario.name}, ${designText(answer)}`)
  if ('broken' in answer) return [`${title}: ${colours.red('error')}`, ...indented([answer.broken])]
  const { campaign, replays } = answer.result
  const semantics = new Semantics(campaign.system)
  const traces = campaign.properties.flatMap((property) => {
    if (property.found === undefined) return []
    const replay = replays.get(property.name)
    const command = replay && replayCommand(scenario, replay)
    return ['', ...counterexampleText(property, command, semantics, colours), ...indented([foundText(property)], 0)]
  })
  return [
    `${title}: ${painted(campaign.verdict, campaign.verdict, colours)}`,
    ...indented([...factsAbout(answer, colours), ...propertiesText(campaign.properties, colours), ...traces]),
  ]
}

/** Which run came upon a counterexample, and what is proved of the trace shown. */
export function foundText({ found }: CampaignProperty): string {
  const { run, seed, steps, shrunk } = found!
  const where = `found by run ${grouped(run)} (seed ${seed}) after ${counted(steps, 'step')}`
  return shrunk === undefined ? where : `${where}; ${proofText(shrunk)}; ${counted(shrunk.preemptions, 'preemption')}`
}

/** How the runs were made, what they covered, and where the answer is otherwise than expected. */
function factsAbout(answer: CampaignAnswer, colours: Colours): string[] {
  if ('broken' in answer) return []
  const { campaign, expected, differences } = answer.result
  const { saturation, coverage, system, strategy, depth } = campaign
  const knobs = Object.entries(answer.choice.knobs).map(([knob, value]) => `${knob}=${value}`)
  const chosen = strategy === 'pct' ? `pct of depth ${depth}` : strategy
  const how =
    campaign.preemptions === undefined ? chosen : `${chosen} with at most ${counted(campaign.preemptions, 'preemption')}`
  const facts = [
    `knobs: ${knobs.join(', ')}`,
    `${counted(campaign.runs, 'run')} by ${how}, ${counted(campaign.steps, 'step')}, the longest run of ${grouped(campaign.longest)}`,
    ...statesText(saturation),
    takenText(system.steps.length, coverage.untaken.steps),
    `goals seen: ${coverage.goals.seen} of ${coverage.goals.all}`,
  ]
  if (campaign.message !== undefined) facts.push(colours.red(`because ${campaign.message}`))
  if (campaign.within.length > 0) facts.push(`modelling bounds hit: ${campaign.within.join(', ')}`)
  if (campaign.limit !== undefined)
    facts.push(`${grouped(campaign.asked)} runs were asked for: the limit '${campaign.limit}' ended them`)
  if (expected === undefined) facts.push('no expectation is recorded: it is expected to hold')
  facts.push('progress properties are not judged by runs; what did not fail is not proved')
  return [...facts, ...differences.map((difference) => colours.red(`otherwise than expected: ${difference}`))]
}

function statesText({
  states,
  exact,
  unseen,
}: NonNullable<Extract<CampaignAnswer, { result: unknown }>['result']>['campaign']['saturation']): string[] {
  if (states === 0) return ['states were not counted']
  const count = `${exact ? '' : 'more than '}${counted(states, 'distinct state')}`
  if (unseen === undefined) return [`${count}; too few runs to estimate what is unseen`]
  const { share, low, high } = unseen
  return [
    `${count}; of a further run's visits about ${percent(share)} (${percent(low)} to ${percent(high)}) would be to states not seen yet`,
  ]
}

function takenText(all: number, untaken: readonly string[]): string {
  const some = untaken.slice(0, mostListed).join(', ')
  const more = untaken.length > mostListed ? `, and ${untaken.length - mostListed} more` : ''
  return `steps taken: ${grouped(all - untaken.length)} of ${grouped(all)}${untaken.length === 0 ? '' : `; never ${some}${more}`}`
}

/** What is wrong with an answer, a line each. */
function complaintsAbout(answer: CampaignAnswer): string[] {
  const where = `${answer.choice.scenario.name}, ${designText(answer)}`
  if ('broken' in answer) return [`${where}: ${answer.broken}`]
  const { campaign, differences } = answer.result
  return [...(campaign.message === undefined ? [] : [campaign.message]), ...differences].map((text) => `${where}: ${text}`)
}
