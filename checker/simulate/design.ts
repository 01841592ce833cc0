import { type Choice, systemOf } from '../define/assign.ts'
import type { Expectation } from '../define/scenario.ts'
import { replayStringOf } from '../replay/replay.ts'
import { Semantics } from '../semantics/semantics.ts'
import type { VerdictName } from '../verdict.ts'
import { Campaign, type CampaignOptions } from './campaign.ts'
import { type CampaignProperty, type CampaignResult, concludeCampaign } from './result.ts'

/** What a campaign says of one design of a scenario, beside what was expected of it. */
export interface DesignCampaign {
  readonly choice: Choice
  readonly campaign: CampaignResult
  /** The replay string of each property that has a counterexample. */
  readonly replays: ReadonlyMap<string, string>
  /** The property whose counterexample is shown first: the shortest of the worst verdict. */
  readonly shown: CampaignProperty | undefined
  readonly expected: Expectation | undefined
  /**
   * True where the runs found something to fail that was expected to, false where something is otherwise than expected, undefined where
   * they leave it open. That a design holds is never met by runs.
   */
  readonly met: boolean | undefined
  /** What is otherwise than expected, a sentence each. */
  readonly differences: readonly string[]
}

const failing: ReadonlySet<VerdictName> = new Set<VerdictName>(['error', 'unhandled', 'violated', 'deadlock'])

/** Starts a campaign over a design; the caller advances it and then asks `judgeCampaign`. */
export const campaignOf = (choice: Choice, options: CampaignOptions): Campaign => new Campaign(systemOf(choice), options)

/** Takes every run of a campaign over a design. */
export const simulateDesign = (choice: Choice, options: CampaignOptions): DesignCampaign =>
  judgeCampaign(choice, campaignOf(choice, options).run())

/** What a finished campaign over a design says, against what was expected. */
export function judgeCampaign(choice: Choice, finished: Campaign): DesignCampaign {
  const campaign = concludeCampaign(finished)
  const semantics = new Semantics(campaign.system)
  const replays = new Map<string, string>()
  const failed = campaign.properties.filter(({ verdict }) => failing.has(verdict))
  for (const { name, run, verdict } of failed) if (verdict !== 'error') replays.set(name, replayStringOf(choice, semantics, run!))
  const worstOnes = failed.filter(({ verdict }) => verdict === campaign.verdict)
  const shown = worstOnes.toSorted((a, b) => a.run!.stem.length - b.run!.stem.length)[0]
  const { design, size, scenario } = choice
  const expected = design === undefined || size === undefined ? undefined : scenario.designs[design]!.expect[size]
  const differences = campaign.message === undefined ? differencesFrom(expected, campaign, failed) : []
  const metExpectation = expected !== undefined && failed.length > 0
  return {
    choice,
    campaign,
    replays,
    shown,
    expected,
    met: differences.length > 0 ? false : metExpectation || undefined,
    differences,
  }
}

/**
 * What the runs found otherwise than expected. Where nothing is expected, a design is expected to hold. A campaign that never
 * saw a goal fails, unless that goal is not to be seen.
 */
function differencesFrom(
  expected: Expectation | undefined,
  { properties }: CampaignResult,
  failed: readonly CampaignProperty[],
): string[] {
  const wanted = expected?.violations ?? {}
  const unexpected = failed.flatMap(({ name, run, found }) => {
    const length = run!.stem.length
    if (wanted[name] === undefined) return [`'${name}' fails in ${length} steps, which was not expected`]
    return length < wanted[name] || (found?.shrunk?.proof === 'shortest' && length !== wanted[name])
      ? [`steps of '${name}': expected ${wanted[name]}, found ${length}`]
      : []
  })
  const unseen = properties.filter(({ name, verdict }) => verdict === 'unwitnessed' && !expected?.unwitnessed?.includes(name))
  return [...unexpected, ...unseen.map(({ name, instance }) => `no run saw '${instance ?? name}'`)]
}
