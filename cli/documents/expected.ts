import { choiceOf, type Scenario } from '../../checker/index.ts'

/** The properties that every system has beside its own. */
const builtIn = ['no deadlock', 'every event is handled']

/** How a design answers a property at its small size, as its expectation says; undefined where it does not have it. */
export function expectedAnswer(scenario: Scenario, design: string, property: string): 'holds' | number | undefined {
  const expectation = scenario.designs[design]!.expect.small
  const steps = expectation?.violations?.[property]
  if (expectation === undefined || steps !== undefined) return steps
  const { properties } = scenario.build(choiceOf(scenario, design, 'small').knobs)
  return builtIn.includes(property) || properties.some(({ name }) => name === property) ? 'holds' : undefined
}

/** The designs of a scenario that break a property, the shortest trace first, and those that keep it. */
export function answersTo(scenario: Scenario, property: string) {
  const answers = Object.keys(scenario.designs).map((design) => ({ design, answer: expectedAnswer(scenario, design, property) }))
  return {
    breaking: answers
      .flatMap(({ design, answer }) => (typeof answer === 'number' ? [{ design, steps: answer }] : []))
      .sort((a, b) => a.steps - b.steps),
    keeping: answers.flatMap(({ design, answer }) => (answer === 'holds' ? [design] : [])),
  }
}
