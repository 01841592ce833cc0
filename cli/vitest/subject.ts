import { checkSystem } from '../../checker/check.ts'
import { choiceText } from '../../checker/define/assign.ts'
import { described, isChoice, isScenario, isSystem } from '../../checker/define/told-apart.ts'
import {
  type CheckResult,
  type Choice,
  checkDesign,
  type DesignResult,
  InputError,
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
 * @throws InputError for anything that is no subject.
 */
export function foundOf(subject: unknown): Found {
  const known = typeof subject === 'object' && subject !== null ? searched.get(subject) : undefined
  if (known !== undefined) return known
  const found = search(subject)
  searched.set(subject as Subject, found)
  return found
}

function search(subject: unknown): Found {
  if (isChoice(subject)) return ofDesign(checkDesign(subject))
  if (isSystem(subject)) return ofSystem(checkSystem(subject))
  if (isDesignResult(subject)) return ofDesign(subject)
  if (isCheckResult(subject)) return ofSystem(subject)
  const hint = isScenario(subject) ? "; choose a design of it with 'choiceOf'" : ''
  throw new InputError(
    `expect(...) takes what 'choiceOf', 'checkDesign', 'system' or 'checkSystem' gives back, not ${described(subject)}${hint}`,
  )
}

const isDesignResult = (value: unknown): value is DesignResult => {
  const { choice, check, differences } = Object(value) as Record<string, unknown>
  return isChoice(choice) && isCheckResult(check) && Array.isArray(differences)
}

const isCheckResult = (value: unknown): value is CheckResult => {
  const { system, verdict, properties } = Object(value) as Record<string, unknown>
  return isSystem(system) && typeof verdict === 'string' && Array.isArray(properties)
}

const ofDesign = (result: DesignResult): Found => ({
  title: `${result.choice.scenario.name}, ${choiceText(result.choice)}`,
  check: result.check,
  result,
})

const ofSystem = (check: CheckResult): Found => ({ title: 'the system', check, result: undefined })

/** @throws InputError where no name is given, and naming the nearest property that is decided here. */
export function propertyOf({ check, title }: Found, name: unknown): PropertyResult {
  const names = check.properties.map((property) => property.name)
  if (typeof name !== 'string')
    throw new InputError(`the matcher takes the name of a property of ${title}, such as '${names[0]}', not ${described(name)}`)
  choose(`property of ${title}`, name, names)
  return check.properties.find((property) => property.name === name)!
}
