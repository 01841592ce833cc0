import pc from 'picocolors'
import { lengthOf } from '../../checker/design.ts'
import type { PropertyResult, VerdictName } from '../../checker/index.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { saveRegression } from '../regressions.ts'
import { verdictText } from '../report/answer.ts'
import { replayCommand } from '../report/command.ts'
import { counterexampleText } from '../report/details.ts'
import { counted, grouped } from '../report/text.ts'
import { fateOf } from '../reporters/report.ts'
import { type Found, foundOf, propertyOf } from './subject.ts'

/** What Vitest is told of one expectation. */
export interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/** What Vitest tells a matcher about its call. */
interface Call {
  readonly isNot?: boolean
}

const failing: ReadonlySet<VerdictName> = new Set<VerdictName>(['error', 'unhandled', 'violated', 'deadlock'])
const plain = pc.createColors(false)

/**
 * The matchers. A run that makes an expectation fail is left in the folder `regressions`, from where the command line
 * and the suite replay it.
 */
export function propertyMatchers({ regressions = 'regressions' }: { readonly regressions?: string } = {}) {
  /** What is told of failing properties: their traces, how to replay them, and where they were left. */
  const told = (found: Found, properties: readonly PropertyResult[], why: string): string[] => {
    const { result, check } = found
    const semantics = new Semantics(check.system)
    return properties
      .filter(({ run, verdict }) => run !== undefined && verdict !== 'holds')
      .flatMap((property) => {
        const replay = result?.replays.get(property.name)
        const command = result && replay && replayCommand(result.choice.scenario, replay)
        const trace = counterexampleText(property, command, semantics, plain)
        if (result === undefined || replay === undefined) return ['', ...trace]
        const path = saveRegression(regressions, result.choice, property, why)
        return ['', ...trace, `saved: ${path}`]
      })
  }
  const judged = (call: Call, pass: boolean, sentence: string, details: () => string[]): Verdict => {
    // Now and not when the message is asked for: a run that fails is left behind in any case.
    const text = pass === (call.isNot ?? false) ? [sentence, ...(pass ? [] : details())].join('\n') : ''
    return { pass, message: () => text }
  }

  return {
    /** Every property holds, or the one that is named. An unfinished search never passes. */
    toHold(this: Call, subject: unknown, property?: string): Verdict {
      const found = foundOf(subject)
      if (property !== undefined) {
        const one = propertyOf(found, property)
        const sentence = `${found.title}: '${property}' ${fateOf(one)}; expected ${not(this)}to hold`
        return judged(this, one.verdict === 'holds', sentence, () => told(found, [one], sentenceOf(one, 'to hold')))
      }
      const { check } = found
      const pass = check.verdict === 'holds'
      const sentence = `${found.title}: ${verdictText(check)} in ${counted(check.states, 'state')}; expected ${not(this)}to hold`
      return judged(this, pass, sentence, () => [
        ...(check.message === undefined ? [] : [check.message]),
        ...told(found, check.properties, 'expected to hold'),
      ])
    },

    /** The property has a counterexample, and if `steps` is given, a shortest one of that many. */
    toBeViolated(this: Call, subject: unknown, property: string, { steps }: { readonly steps?: number } = {}): Verdict {
      const found = foundOf(subject)
      const one = propertyOf(found, property)
      const wanted = steps === undefined ? 'to fail' : `to fail in ${counted(steps, 'step')}`
      const pass = failing.has(one.verdict) && (steps === undefined || steps === lengthOf(one))
      const sentence = `${found.title}: '${property}' ${fateOf(one)}; expected ${not(this)}${wanted}`
      return judged(this, pass, sentence, () => told(found, [one], sentenceOf(one, wanted)))
    },

    /** All that the design's expectation says is found: verdict, states, violations and their lengths. */
    toMeetExpectations(this: Call, subject: unknown): Verdict {
      const found = foundOf(subject)
      const { result, check } = found
      if (result?.expected === undefined)
        throw new TypeError(
          `${found.title} has no expectation: 'toMeetExpectations' takes a named design at a size it has one for`,
        )
      const { expected, differences, met } = result
      const sentence =
        differences.length > 0
          ? `${found.title}: ${differences.join('; ')}`
          : met
            ? `${found.title}: ${verdictText(check)} in ${grouped(check.states)} states; expected not to meet its expectation`
            : `${found.title}: ${verdictText(check)}; a limit ended the search before the expectation could be met`
      const surprising = check.properties.filter(
        (property) => failing.has(property.verdict) && expected.violations?.[property.name] !== lengthOf(property),
      )
      return judged(this, met === true, sentence, () => told(found, surprising, 'not as expected'))
    },
  }
}

const not = ({ isNot }: Call): string => (isNot ? 'not ' : '')

const sentenceOf = (property: PropertyResult, wanted: string): string =>
  `'${property.name}' ${fateOf(property)}; expected ${wanted}`
