import { assignmentOf } from '../../checker/define/scenario.ts'
import { lengthOf } from '../../checker/design.ts'
import type { CheckResult, VerdictName } from '../../checker/index.ts'
import type { Answer } from '../search.ts'

/** What every report says of an answer, whether or not its model could be searched. */
export interface Summary {
  readonly verdict: VerdictName
  readonly property: string | null
  readonly steps: number | null
  readonly states: number
  readonly transitions: number
  readonly depth: number
  readonly complete: boolean
  readonly expected: VerdictName | null
  readonly met: boolean | null
}

export function summaryOf(answer: Answer): Summary {
  if ('broken' in answer) {
    const nothing = {
      property: null,
      steps: null,
      states: 0,
      transitions: 0,
      depth: 0,
      complete: false,
      expected: null,
      met: null,
    }
    return { verdict: 'error', ...nothing }
  }
  const { check, shown, expected, met } = answer.result
  return {
    verdict: check.verdict,
    property: shown?.name ?? null,
    steps: shown === undefined ? null : lengthOf(shown),
    states: check.states,
    transitions: check.transitions,
    depth: check.depth,
    complete: check.complete,
    expected: expected?.verdict ?? null,
    met: met ?? null,
  }
}

/** A verdict and what limits it: `holds within: storeBuffer=2`, `bounded (states)`. */
export function verdictText({ verdict, within, limit, complete }: CheckResult): string {
  if (verdict === 'holds' && within.length > 0) return `holds within: ${within.join(', ')}`
  return complete || limit === undefined ? verdict : `${verdict} (${limit})`
}

/** The design that was asked for, and the knobs that were set otherwise: `snapshot +free=after-flush`. */
export function designText({ choice, asked }: Pick<Answer, 'choice' | 'asked'>): string {
  const plain = assignmentOf(choice.scenario, choice.base, asked)
  const changed = Object.entries(choice.knobs).filter(([knob, value]) => plain[knob] !== value)
  return [choice.base, ...changed.map(([knob, value]) => `+${knob}=${value}`)].join(' ')
}
