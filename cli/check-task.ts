import { systemOf } from '../checker/define/assign.ts'
import { exploreDesign, judgeDesign } from '../checker/design.ts'
import { messageOf } from '../checker/errors.ts'
import { type Budget, type Choice, choiceOf, type DesignResult, ModelError, type Scenario, type Size } from '../checker/index.ts'
import type { Answer } from './search.ts'
import { scenarioOf } from './selection.ts'

/** One design to be checked, as plain JSON. */
export interface CheckJob {
  readonly scenario: string
  readonly design: string
  readonly sets: Readonly<Record<string, string>>
  readonly size: Size
}

/** What a thread answers: everything but what only the asking thread has, its own choice and its own system. */
export type CheckedPlainly = { readonly milliseconds: number } & (
  | { readonly broken: string }
  | { readonly result: Omit<DesignResult, 'choice' | 'check'>; readonly check: Omit<DesignResult['check'], 'system'> }
)

export const jobOf = ({ scenario, base, knobs }: Choice, size: Size): CheckJob => ({
  scenario: scenario.name,
  design: base,
  sets: Object.fromEntries(Object.entries(knobs).map(([knob, value]) => [knob, String(value)])),
  size,
})

/** Checks one design in this thread. */
export function checkPlainly(registry: readonly Scenario[], job: CheckJob, budget: Budget, now: () => number): CheckedPlainly {
  const began = now()
  try {
    const choice = choiceOf(scenarioOf(registry, job.scenario), job.design, job.size, job.sets)
    const { choice: _, check: checked, ...result } = judgeDesign(choice, exploreDesign(choice, budget).run())
    const { system: __, ...check } = checked
    return { result, check, milliseconds: now() - began }
  } catch (thrown) {
    if (!(thrown instanceof ModelError)) throw thrown
    return { broken: messageOf(thrown), milliseconds: now() - began }
  }
}

/** The answer as if it had been found here. The system is built when something asks for it: a table does not. */
export function answerFrom(choice: Choice, asked: Size, found: CheckedPlainly): Answer {
  const { milliseconds } = found
  if ('broken' in found) return { choice, asked, milliseconds, broken: found.broken }
  let system: DesignResult['check']['system'] | undefined
  const check: DesignResult['check'] = Object.defineProperty({ ...found.check } as DesignResult['check'], 'system', {
    enumerable: true,
    get: () => (system ??= systemOf(choice)),
  })
  return { choice, asked, milliseconds, result: { ...found.result, choice, check } }
}
