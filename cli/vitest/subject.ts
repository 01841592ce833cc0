import { checkSystem } from '../../checker/check.ts'
import { choiceText } from '../../checker/define/assign.ts'
import {
  type CheckResult,
  type Choice,
  checkDesign,
  type DesignResult,
  type PropertyResult,
  type System,
} from '../../checker/index.ts'
import { choose } from '../../checker/suggest.ts'

/** What the matchers can be asked about: an answer, or what it takes to find one. */
export type Subject = Choice | DesignResult | System | CheckResult

/** A subject, searched. `result` is there for a scenario's design: without one nothing can be replayed. */
export interface Found {
  readonly title: string
  readonly check: CheckResult
  readonly result: DesignResult | undefined
}

const searched = new WeakMap<object, Found>()

/**
 * The answer about a subject; one that was asked about before is not searched again.
 *
 * @throws TypeError for anything that is no subject.
 */
export function foundOf(subject: unknown): Found {
  if (typeof subject !== 'object' || subject === null) throw noSubject()
  const known = searched.get(subject)
  if (known !== undefined) return known
  const found = search(subject)
  searched.set(subject, found)
  return found
}

function search(subject: object): Found {
  if ('differences' in subject) return ofDesign(subject as DesignResult)
  if ('scenario' in subject && 'base' in subject) return ofDesign(checkDesign(subject as Choice))
  if ('verdict' in subject && 'properties' in subject) return ofSystem(subject as CheckResult)
  if ('steps' in subject && 'cells' in subject) return ofSystem(checkSystem(subject as System))
  throw noSubject()
}

const ofDesign = (result: DesignResult): Found => ({
  title: `${result.choice.scenario.name}, ${choiceText(result.choice)}`,
  check: result.check,
  result,
})

const ofSystem = (check: CheckResult): Found => ({ title: 'the system', check, result: undefined })

const noSubject = (): TypeError =>
  new TypeError("expect(...) takes what 'choiceOf', 'checkDesign', 'system' or 'checkSystem' gives back")

/** @throws InputError naming the nearest property that is decided here. */
export function propertyOf({ check, title }: Found, name: string): PropertyResult {
  const names = check.properties.map((property) => property.name)
  choose(`property of ${title}`, name, names)
  return check.properties.find((property) => property.name === name)!
}
