import { type Rule, type Scenario, system } from '../../checker/index.ts'

/** A copy of a scenario whose rules are changed as it is built: what a model looks like after somebody edited it. */
export const withRules = (scenario: Scenario, change: (rules: readonly Rule[]) => readonly Rule[]): Scenario => ({
  ...scenario,
  build: (knobs) => {
    const { cells, rules, properties, final, fairness, bounds } = scenario.build(knobs)
    return system({
      cells,
      rules: change(rules),
      properties,
      fairness,
      bounds: bounds.map(({ bound }) => bound),
      ...(final && { final: final.ending }),
    })
  },
})

/** One rule with another condition. */
export const withGuard = (scenario: Scenario, name: string, when: Rule['when']): Scenario =>
  withRules(scenario, (rules) => rules.map((rule) => (rule.name === name ? { ...rule, when: { ...rule.when, ...when } } : rule)))
