import { closest } from 'fastest-levenshtein'
import { type Choice, choiceOf, InputError, type Scenario, type Size } from '../checker/index.ts'
import { choose } from '../checker/suggest.ts'

/** What was asked for on the command line, not yet looked up. */
export interface Selection {
  /** Names of scenarios; none means every scenario that has the design and the knobs asked for. */
  readonly names: readonly string[]
  readonly design: string | undefined
  /** As written: `knob=value`. */
  readonly sets: readonly string[]
  readonly size: Size
}

/**
 * The scenario × design pairs that a selection names, in the order of the registry.
 *
 * @throws InputError naming the nearest scenario, design, knob or value that exists.
 */
export function choicesOf(scenarios: readonly Scenario[], selection: Selection): Choice[] {
  const wanted = new Set(selection.names.map((name) => scenarioOf(scenarios, name).name))
  const named = wanted.size === 0 ? scenarios : scenarios.filter(({ name }) => wanted.has(name))
  const sets = settingsOf(selection.sets, named)
  const fitting = wanted.size === 0 ? scenariosWith(named, selection.design, sets) : named
  return fitting.flatMap((scenario) =>
    (selection.design === undefined ? Object.keys(scenario.designs) : [selection.design]).map((design) =>
      choiceOf(scenario, design, selection.size, sets),
    ),
  )
}

/** @throws InputError naming the nearest scenario that exists. */
export function scenarioOf(scenarios: readonly Scenario[], name: string): Scenario {
  const found = choose(
    'scenario',
    name,
    scenarios.map((scenario) => scenario.name),
  )
  return scenarios.find((scenario) => scenario.name === found)!
}

function settingsOf(sets: readonly string[], scenarios: readonly Scenario[]): Record<string, string> {
  const knobs = [...new Set(scenarios.flatMap((scenario) => Object.keys(scenario.knobs)))]
  const settings: Record<string, string> = {}
  for (const text of sets) {
    const equals = text.indexOf('=')
    if (equals < 0) {
      const nearest = knobs.length === 0 ? 'knob' : closest(text, knobs)
      throw new InputError(`'--set ${text}' has no '='; did you mean '--set ${nearest}=<value>'?`)
    }
    const knob = text.slice(0, equals)
    if (Object.hasOwn(settings, knob)) throw new InputError(`knob '${knob}' is set twice; give it one value`)
    settings[knob] = text.slice(equals + 1)
  }
  return settings
}

/** The scenarios that have this design and these knobs; where none has, the first thing that none has is refused. */
function scenariosWith(
  scenarios: readonly Scenario[],
  design: string | undefined,
  sets: Readonly<Record<string, string>>,
): readonly Scenario[] {
  let fitting = scenarios
  const narrow = (what: string, word: string, of: (scenario: Scenario) => readonly string[]): void => {
    const choices = [...new Set(fitting.flatMap(of))]
    choose(what, word, choices)
    fitting = fitting.filter((scenario) => of(scenario).includes(word))
  }
  if (design !== undefined) narrow('design', design, (scenario) => Object.keys(scenario.designs))
  for (const [knob, value] of Object.entries(sets)) {
    narrow('knob', knob, (scenario) => Object.keys(scenario.knobs))
    narrow(`value of knob '${knob}'`, value, (scenario) => (scenario.knobs[knob] ?? []).map(String))
  }
  return fitting
}
