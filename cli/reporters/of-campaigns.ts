import type { CampaignProperty, Expectation } from '../../checker/index.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { type CampaignAnswer, campaignExit } from '../campaign.ts'
import { designText } from '../report/answer.ts'
import { foundText } from '../report/campaign.ts'
import { wantedOf } from './of-answers.ts'
import { type DesignReport, type PropertyReport, propertyReport, type Report, type Wanted } from './report.ts'

/** What `simulate` found. That something is left open is its nature, and no fault. */
export const reportOfCampaigns = (answers: readonly CampaignAnswer[], skipped: number): Report => ({
  command: 'simulate',
  decides: false,
  skipped,
  designs: answers.map(designReport),
})

function designReport(answer: CampaignAnswer): DesignReport {
  const { scenario } = answer.choice
  const common = { scenario, design: designText(answer), code: campaignExit(answer) }
  if ('broken' in answer)
    return {
      ...common,
      system: undefined,
      verdict: 'error',
      verdictText: 'error',
      expected: undefined,
      counts: {},
      complaints: [answer.broken],
      properties: [],
    }
  const { campaign, replays, expected, differences } = answer.result
  const { system, verdict, limit, runs, steps, saturation, message } = campaign
  const semantics = new Semantics(system)
  return {
    ...common,
    system,
    verdict,
    verdictText: limit === undefined ? verdict : `${verdict} (${limit})`,
    expected: expected?.verdict,
    counts: { states: saturation.states, runs, steps },
    complaints: [...(message === undefined ? [] : [message]), ...differences],
    properties: campaign.properties.map((found) =>
      withRun(found, propertyReport(scenario, semantics, found, wantedHere(found, expected), replays, message)),
    ),
  }
}

/** A run is seldom a shortest one, so that of what is expected to fail any length will do. */
function wantedHere({ name }: CampaignProperty, expected: Expectation | undefined): Wanted {
  const wanted = wantedOf(name, expected)
  return typeof wanted === 'string' ? wanted : { steps: undefined }
}

/** Which run came upon it, and what is proved of the trace. */
const withRun = (found: CampaignProperty, report: PropertyReport): PropertyReport =>
  found.found === undefined || report.counterexample === undefined
    ? report
    : { ...report, counterexample: { ...report.counterexample, remarks: [...report.counterexample.remarks, foundText(found)] } }
