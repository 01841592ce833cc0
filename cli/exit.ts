import type { VerdictName } from '../checker/index.ts'
import type { Answer } from './search.ts'

/** What the process's exit code says. Where several apply: refused, then unmet, then bounded, then met. */
export const exit = { met: 0, unmet: 1, refused: 2, bounded: 3 } as const
export type ExitCode = (typeof exit)[keyof typeof exit]

const modelErrors: ReadonlySet<VerdictName> = new Set<VerdictName>(['error', 'dishonest', 'asymmetric'])

/** The exit code of one answer. A design without an expectation is expected to hold. */
export function exitOf(answer: Answer): ExitCode {
  if ('broken' in answer) return exit.refused
  const { check, expected, met } = answer.result
  if (modelErrors.has(check.verdict)) return exit.refused
  const undecided = expected === undefined ? check.verdict === 'bounded' : met === undefined
  const asExpected = expected === undefined ? check.verdict === 'holds' : met
  if (undecided) return exit.bounded
  if (!asExpected) return exit.unmet
  return check.limit === undefined || check.limit === 'first' ? exit.met : exit.bounded
}

const gravity: readonly ExitCode[] = [exit.refused, exit.unmet, exit.bounded, exit.met]

/** The exit code of several answers together. */
export const worstExit = (codes: readonly ExitCode[]): ExitCode => gravity.find((code) => codes.includes(code)) ?? exit.met
