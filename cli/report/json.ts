import type { PropertyResult, Run, System } from '../../checker/index.ts'
import type { Answer } from '../search.ts'
import { summaryOf } from './answer.ts'

const labelsOf = (system: System, steps: readonly number[]): string[] => steps.map((index) => system.steps[index]!.label)

/** Steps, replay string and lasso of a counterexample; a witness is none. */
function counterexample(system: System, found: PropertyResult | undefined, replays: ReadonlyMap<string, string>) {
  const run: Run | undefined = found === undefined || found.verdict === 'holds' ? undefined : found.run
  if (found === undefined || run === undefined) return { steps: [], replay: null, lasso: null }
  const [stem, cycle] = [labelsOf(system, run.stem), labelsOf(system, run.cycle)]
  return {
    steps: [...stem, ...cycle],
    replay: replays.get(found.name) ?? null,
    lasso: cycle.length === 0 ? null : { stem, cycle },
  }
}

/** One line for one scenario × design. The names, their order, and that all are present are a contract. */
export function jsonLine(answer: Answer): string {
  const { choice, asked } = answer
  const summary = summaryOf(answer)
  const searched = 'result' in answer ? answer.result : undefined
  const system = searched?.check.system
  const of = (found: PropertyResult | undefined) =>
    system === undefined ? { steps: [], replay: null, lasso: null } : counterexample(system, found, searched!.replays)
  const shown = of(searched?.shown)
  return JSON.stringify({
    scenario: choice.scenario.name,
    design: choice.base,
    knobs: choice.knobs,
    size: choice.size ?? asked,
    verdict: summary.verdict,
    property: summary.property,
    properties: (searched?.check.properties ?? []).map((found) => ({
      name: found.name,
      verdict: found.verdict,
      ...of(found),
    })),
    states: summary.states,
    transitions: summary.transitions,
    depth: summary.depth,
    steps: shown.steps,
    replay: shown.replay,
    lasso: shown.lasso,
    fairness: searched?.check.fairness ?? 'none',
    expected: summary.expected,
    met: summary.met,
    complete: summary.complete,
    reduction: searched?.check.reduction.name ?? 'none',
    shortest: searched?.check.shortest ?? true,
    preemptions: searched?.check.preemptions ?? null,
    bugs: (choice.design === undefined ? undefined : choice.scenario.designs[choice.design]!.bugs) ?? [],
  })
}
