import type { CampaignProperty, System } from '../../checker/index.ts'
import type { CampaignAnswer } from '../campaign.ts'

const labelsOf = (system: System, steps: readonly number[]): string[] => steps.map((index) => system.steps[index]!.label)

/** A counterexample, shrunk, and which run came upon it; a goal that was seen has none. */
function counterexample(system: System, { run, found }: CampaignProperty, replay: string | undefined) {
  return {
    steps: found === undefined || run === undefined ? [] : labelsOf(system, run.stem),
    replay: replay ?? null,
    proof: found?.shrunk?.proof ?? null,
    switches: found?.shrunk?.switches ?? null,
    preemptions: found?.shrunk?.preemptions ?? null,
    run: found?.run ?? null,
    runSeed: found?.seed ?? null,
    runSteps: found?.steps ?? null,
  }
}

/** One line for one scenario × design. The names, their order, and that all are present are a contract. */
export function campaignJson(answer: CampaignAnswer): string {
  const { choice, asked } = answer
  const { scenario, base, design, size, knobs } = choice
  const result = 'result' in answer ? answer.result : undefined
  const campaign = result?.campaign
  return JSON.stringify({
    scenario: scenario.name,
    design: base,
    knobs,
    size: size ?? asked,
    seed: campaign?.seed ?? null,
    strategy: campaign?.strategy ?? null,
    depth: campaign?.depth ?? null,
    maxPreemptions: campaign?.preemptions ?? null,
    verdict: campaign?.verdict ?? 'error',
    property: result?.shown?.name ?? null,
    properties: (campaign?.properties ?? []).map((property) => ({
      name: property.name,
      verdict: property.verdict,
      ...counterexample(campaign!.system, property, result!.replays.get(property.name)),
    })),
    runs: campaign?.runs ?? 0,
    asked: campaign?.asked ?? 0,
    steps: campaign?.steps ?? 0,
    longest: campaign?.longest ?? 0,
    states: campaign?.saturation.states ?? 0,
    exact: campaign?.saturation.exact ?? false,
    unseen: campaign?.saturation.unseen ?? null,
    goals: campaign?.coverage.goals ?? { seen: 0, all: 0 },
    untaken: campaign?.coverage.untaken ?? { steps: [], rules: [] },
    within: campaign?.within ?? [],
    limit: campaign?.limit ?? null,
    expected: result?.expected?.verdict ?? null,
    met: result?.met ?? null,
    bugs: (design === undefined ? undefined : scenario.designs[design]!.bugs) ?? [],
  })
}
