import { shown } from '../errors.ts'
import type { Choice } from './assign.ts'
import type { Scenario } from './scenario.ts'
import type { System } from './system.ts'

// By their parts and not by a class: they may have been made with another copy of the package, or by hand.

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

export function isScenario(value: unknown): value is Scenario {
  if (!isObject(value)) return false
  const { name, story, knobs, sizes, designs, build } = value as Record<string, unknown>
  return (
    typeof name === 'string' &&
    typeof story === 'string' &&
    [knobs, sizes, designs].every(isObject) &&
    typeof build === 'function'
  )
}

/** A scenario's design, as `choiceOf` gives it. */
export function isChoice(value: unknown): value is Choice {
  if (!isObject(value)) return false
  const { scenario, base, knobs } = value as Record<string, unknown>
  return isScenario(scenario) && typeof base === 'string' && isObject(knobs)
}

export function isSystem(value: unknown): value is System {
  if (!isObject(value)) return false
  const { cells, rules, steps, properties, instances } = value as Record<string, unknown>
  return [cells, rules, steps, properties, instances].every(Array.isArray)
}

/** What was given in place of something else, in a few words. */
export function described(value: unknown): string {
  if (isScenario(value)) return `scenario '${value.name}'`
  if (isChoice(value)) return `design '${value.base}' of scenario '${value.scenario.name}'`
  if (isSystem(value)) return 'a system'
  if (Array.isArray(value)) return 'an array'
  if (!isObject(value)) return shown(value)
  const { name } = (Object.getPrototypeOf(value) as object | null)?.constructor ?? Object
  return name === 'Object' ? 'a plain object' : `an object of class ${name}`
}
