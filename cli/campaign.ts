import type { Choice, DesignCampaign, Size, VerdictName } from '../checker/index.ts'
import { type ExitCode, exit } from './exit.ts'

/** What became of the random runs of one design: an answer, or a model that could not be run at all. */
export type CampaignAnswer = {
  readonly choice: Choice
  /** The size that was asked for; knobs that were set may make it another. */
  readonly asked: Size
  readonly milliseconds: number
} & ({ readonly result: DesignCampaign } | { readonly broken: string })

const modelErrors: ReadonlySet<VerdictName> = new Set<VerdictName>(['error', 'dishonest', 'asymmetric'])

/** The exit code of one campaign. Runs that found nothing never pass. */
export function campaignExit(answer: CampaignAnswer): ExitCode {
  if ('broken' in answer) return exit.refused
  const { campaign, met } = answer.result
  if (modelErrors.has(campaign.verdict)) return exit.refused
  if (met === false) return exit.unmet
  return met === undefined || campaign.limit === 'interrupt' ? exit.bounded : exit.met
}
