import type { AnyBound, Cast, Kind, Rule } from '../define/rule.ts'
import { type System, system } from '../define/system.ts'
import { ModelError } from '../errors.ts'
import type { Explorer } from '../search/explorer.ts'
import { swaps } from './swap.ts'

/*
 * Mutants: systems that differ from a given one by one small fault, each under a stable name. A property that no mutant
 * makes fail may be too weak to notice anything.
 *
 * - `guard rule/conjunct`: the conjunct is not asked.
 * - `receiver rule/key`: the event is not sent there: an invalidation, an acknowledgement, a wake that is forgotten.
 * - `deaf key`: no rule sends to what it waits for under this name: a lock that is never taken, a buffer never filled.
 * - `never rule`: a program's rule is never enabled.
 * - `swap rule rule`: two steps that follow each other in a program trade their effects.
 *
 * A mutant of the environment's rules is no fault of the program but an assumption that is given up: that hardware does
 * not do such a thing, or that an adversary cannot. And `knob name=value` is the design with one knob turned: a fault where
 * a property notices it, an alternative where none does.
 */

export type MutantKind = Kind | 'design'

export interface Mutant {
  readonly name: string
  /** Whose rule was changed, or that a knob of the design was. */
  readonly kind: MutantKind
  readonly system: System
}

/** The parts of a system from which `system` would make it again. */
export const definitionOf = (original: System): Parameters<typeof system>[0] => ({
  cells: original.cells,
  rules: original.rules,
  properties: original.properties,
  ...(original.final !== undefined && { final: original.final.ending }),
  fairness: original.fairness,
  bounds: original.bounds.map(({ bound }) => bound),
  interchangeable: original.interchangeable,
})

/** The system with these rules instead of those of the same names. Undefined where it cannot be built. */
function withRules(original: System, changed: readonly Rule[]): System | undefined {
  const rules = original.rules.map((rule) => changed.find(({ name }) => name === rule.name) ?? rule)
  try {
    return system({ ...definitionOf(original), rules })
  } catch (thrown) {
    if (thrown instanceof ModelError) return undefined
    throw thrown
  }
}

/** Every mutant of the system that was searched, in a fixed order. */
export function mutantsOf(explorer: Explorer): Mutant[] {
  const original = explorer.compiled.system
  return changesOf(explorer).flatMap(({ name, rules }) => {
    const kind = rules.some((rule) => rule.kind === 'program') ? 'program' : 'environment'
    const built = withRules(original, rules)
    return built === undefined ? [] : [{ name, kind, system: built }]
  })
}

interface Change {
  readonly name: string
  readonly rules: readonly Rule[]
}

function changesOf(explorer: Explorer): Change[] {
  const original = explorer.compiled.system
  const rules = original.rules.filter((rule) => isEverEnabled(explorer, rule))
  const keysOf = new Map(rules.map((rule) => [rule, receiversOf(original, rule)]))
  const waited = [...new Set(rules.flatMap((rule) => rule.waitsFor))]
  return [
    ...rules.flatMap((rule) =>
      Object.keys(rule.when).map((conjunct) => ({
        name: `guard ${rule.name}/${conjunct}`,
        rules: [withoutGuard(rule, conjunct)],
      })),
    ),
    ...rules.flatMap((rule) => {
      const keys = keysOf.get(rule)!
      // A rule with one receiver would do nothing at all: that is what `never` is for.
      return keys.length < 2
        ? []
        : keys.map((key) => ({ name: `receiver ${rule.name}/${key}`, rules: [withoutReceiver(rule, key)] }))
    }),
    ...waited.map((key) => ({
      name: `deaf ${key}`,
      rules: rules.filter((rule) => keysOf.get(rule)!.includes(key)).map((rule) => withoutReceiver(rule, key)),
    })),
    ...rules
      .filter(({ kind }) => kind === 'program')
      .map((rule) => ({ name: `never ${rule.name}`, rules: [neverEnabled(rule)] })),
    ...swaps(explorer).map(({ first, second, rules }) => ({ name: `swap ${first} ${second}`, rules })),
  ]
}

/** Mutants of what never happens are what they were made from. */
const isEverEnabled = ({ compiled, enabled }: Explorer, rule: Rule): boolean =>
  compiled.system.steps.some((step) => step.rule === rule && enabled[step.index]! > 0)

const receiversOf = ({ steps }: System, rule: Rule): string[] => [
  ...new Set(steps.filter((step) => step.rule === rule).flatMap((step) => Object.keys(rule.sends(step.at)))),
]

const without = (record: Cast, key: string): Cast => Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))

const withoutGuard = (rule: Rule, conjunct: string): Rule => ({
  ...rule,
  when: Object.fromEntries(Object.entries(rule.when).filter(([name]) => name !== conjunct)),
})

const neverEnabled = (rule: Rule): Rule => ({ ...rule, when: { never: () => false, ...rule.when } })

/** The receiver is only looked at, so that guards and events still find it. */
export function withoutReceiver(rule: Rule, key: string): Rule {
  const events = rule.events as (view: unknown, at: AnyBound) => Cast
  return {
    ...rule,
    sees: (at) => ({ ...rule.sees(at), ...(rule.sends(at)[key] !== undefined && { [key]: rule.sends(at)[key]! }) }),
    sends: (at) => without(rule.sends(at), key),
    waitsFor: rule.waitsFor.filter((name) => name !== key),
    events: ((view: unknown, at: AnyBound) => without(events(view, at), key)) as Rule['events'],
  }
}
