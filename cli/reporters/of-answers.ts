import type { Expectation } from '../../checker/index.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { exitOf } from '../exit.ts'
import { designText, summaryOf, verdictText } from '../report/answer.ts'
import type { Answer } from '../search.ts'
import { type DesignReport, propertyReport, type Report } from './report.ts'

/** What `check` found. */
export const reportOf = (answers: readonly Answer[], skipped: number): Report => ({
  command: 'check',
  decides: true,
  skipped,
  designs: answers.map(designReport),
})

function designReport(answer: Answer): DesignReport {
  const { scenario } = answer.choice
  const { verdict, expected, states, transitions, depth } = summaryOf(answer)
  const common = {
    scenario,
    design: designText(answer),
    verdict,
    expected: expected ?? undefined,
    code: exitOf(answer),
    counts: { states, transitions, depth },
  }
  if ('broken' in answer)
    return { ...common, system: undefined, verdictText: verdict, complaints: [answer.broken], properties: [] }
  const { check, replays, expected: wanted } = answer.result
  const semantics = new Semantics(check.system)
  return {
    ...common,
    system: check.system,
    verdictText: verdictText(check),
    complaints: complaintsOf(answer),
    properties: check.properties.map((found) =>
      propertyReport(scenario, semantics, found, wantedOf(found.name, wanted), replays, check.message),
    ),
  }
}

/** What is otherwise than expected of a design, a sentence each. A design without an expectation is expected to hold. */
export function complaintsOf(answer: Answer): string[] {
  if ('broken' in answer) return [answer.broken]
  const { check, differences, expected } = answer.result
  const silent = expected === undefined && check.message === undefined && check.verdict !== 'holds' && check.verdict !== 'bounded'
  return [
    ...(check.message === undefined ? [] : [check.message]),
    ...(silent ? [`found ${check.verdict}, and no expectation is recorded: it is expected to hold`] : differences),
  ]
}

/** What a design's expectation says of one property. */
export function wantedOf(name: string, expected: Expectation | undefined): 'holds' | 'unwitnessed' | { readonly steps: number } {
  const steps = expected?.violations?.[name]
  if (steps !== undefined) return { steps }
  return expected?.unwitnessed?.includes(name) ? 'unwitnessed' : 'holds'
}
