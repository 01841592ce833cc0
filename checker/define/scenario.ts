import { ModelError } from '../errors.ts'
import type { VerdictName } from '../verdict.ts'
import { type DefinedAt, definedAt } from './defined-at.ts'
import type { System } from './system.ts'

export type KnobValue = string | number | boolean
export type Knobs = Readonly<Record<string, readonly KnobValue[]>>
/** A value for each knob. */
export type Assignment<K extends Knobs> = { readonly [N in keyof K]: K[N][number] }
export type AnyAssignment = Readonly<Record<string, KnobValue>>
export type Size = 'small' | 'full'

/** What a design is expected to answer at one size. */
export interface Expectation {
  readonly verdict: VerdictName
  /** Distinct states of the whole graph, the initial one included. */
  readonly states: number
  /** Every property that fails, with the number of steps of its shortest trace. */
  readonly violations?: Readonly<Record<string, number>>
  /** Properties, built-in ones included, that are never witnessed. Default: none. */
  readonly unwitnessed?: readonly string[]
  /** Rules of which no step is ever enabled. Default: none. */
  readonly asleep?: readonly string[]
  /** Sentences of `CheckResult.vacuous`. Default: none. */
  readonly vacuous?: readonly string[]
  /** Modelling bounds that are hit. Default: none. */
  readonly within?: readonly string[]
}

export interface Design<A> {
  /** One paragraph: what this design is, and where it was written or discussed. */
  readonly story: string
  readonly knobs: A
  /** Ids of known bugs that this design carries (if violated) or mends (if it holds). */
  readonly bugs?: readonly string[]
  readonly expect: Readonly<Partial<Record<Size, Expectation>>>
}

export interface ScenarioDefinition<K extends Knobs, W extends string, D extends string> {
  readonly name: string
  /** What question the scenario answers, and what its world leaves out. */
  readonly story: string
  readonly knobs: K
  /** World size: the knobs that `small` (every change) and `full` (the night) fix. */
  readonly sizes: Readonly<Record<Size, { readonly [N in W]: N extends keyof K ? K[N][number] : never }>>
  /** Every other knob, fixed by each named design. */
  readonly designs: Readonly<Record<D, Design<{ readonly [N in Exclude<keyof K, W>]: K[N][number] }>>>
  readonly build: (knobs: Assignment<K>) => System
}

/** A small closed system with a story. Types are erased here, as in `Rule`. */
export interface Scenario {
  readonly name: string
  readonly story: string
  readonly knobs: Knobs
  readonly sizes: Readonly<Record<Size, AnyAssignment>>
  readonly designs: Readonly<Record<string, Design<AnyAssignment>>>
  readonly build: (knobs: AnyAssignment) => System
  readonly definedAt?: DefinedAt
}

const word = /^[a-z0-9]+(-[a-z0-9]+)*$/
const knobName = /^[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*$/

/**
 * A scenario: knobs, named designs, two sizes, and what each design is expected to answer.
 *
 * @throws ModelError when a name would not survive in a replay string (kebab case is asked for), or a knob has a value
 *   twice.
 */
export function scenario<const K extends Knobs, W extends string, D extends string>(
  definition: ScenarioDefinition<K, W, D>,
): Scenario {
  const { name, knobs } = definition
  const refuse = (what: string, found: string): never => {
    throw new ModelError(`scenario '${name}': ${what} '${found}' must be kebab case, such as 'after-flush'`)
  }
  if (!word.test(name)) refuse('the name', name)
  for (const [knob, values] of Object.entries(knobs)) {
    if (!knobName.test(knob)) refuse('knob', knob)
    for (const value of values) if (!word.test(String(value))) refuse(`value of knob '${knob}'`, String(value))
    if (new Set(values.map(String)).size !== values.length)
      throw new ModelError(`scenario '${name}': knob '${knob}' lists a value twice`)
  }
  for (const design of Object.keys(definition.designs)) if (!word.test(design)) refuse('design', design)
  const built = { ...definition, definedAt: definedAt(scenario) } as unknown as Scenario
  for (const [design, { knobs: fixed }] of Object.entries(built.designs))
    for (const size of ['small', 'full'] as const)
      checkAssignment(built, { ...fixed, ...built.sizes[size] }, `design '${design}'`)
  return built
}

function checkAssignment(scenario: Scenario, assignment: AnyAssignment, user: string): void {
  for (const [knob, values] of Object.entries(scenario.knobs))
    if (!values.includes(assignment[knob] as KnobValue))
      throw new ModelError(
        `scenario '${scenario.name}': ${user} gives knob '${knob}' the value '${assignment[knob]}', not one of ${values.join(', ')}`,
      )
}

/** The full assignment of a named design at a size, in the order in which the scenario lists its knobs. */
export function assignmentOf(scenario: Scenario, design: string, size: Size): AnyAssignment {
  const given = { ...scenario.designs[design]!.knobs, ...scenario.sizes[size] }
  return Object.fromEntries(Object.keys(scenario.knobs).map((knob) => [knob, given[knob]!]))
}
