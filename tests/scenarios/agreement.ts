import { describe, expect, test } from 'vitest'
import { builtIn } from '../../checker/check.ts'
import { checkDesign, choiceOf, explorePlainly, replay } from '../../checker/index.ts'
import { scenarios } from '../../scenarios/index.ts'

/**
 * Every design of a scenario, at its small size: what it must answer, that the naive explorer answers the same, and that
 * every counterexample replays. One file a scenario, so that the runner spreads them over the cores.
 */
export function agreement(name: string): void {
  const scenario = scenarios.find((one) => one.name === name)!
  describe(name, () => {
    for (const design of Object.keys(scenario.designs)) {
      const choice = choiceOf(scenario, design, 'small')
      const result = checkDesign(choice)

      test(`${design}: meets its expectation`, () => {
        expect(result.differences).toEqual([])
        expect(result.met).toBe(true)
      })

      test(`${design}: the naive explorer agrees`, { timeout: 120_000 }, () => {
        const naive = explorePlainly(scenario.build(choice.knobs))
        const { check } = result
        expect({ states: check.states, transitions: check.transitions, depth: check.depth }).toEqual({
          states: naive.states,
          transitions: naive.transitions,
          depth: naive.depth,
        })
        const labels = (name: string): string[] | undefined =>
          check.properties.find((property) => property.name === name)!.run?.stem.map((step) => check.system.steps[step]!.label)
        expect(labels(builtIn.deadlock)).toEqual(naive.deadlock)
        expect(labels(builtIn.unhandled)).toEqual(naive.unhandled)
        for (const { name, kind, verdict } of check.properties)
          if (kind === 'always' || kind === 'onStep')
            expect([name, verdict === 'violated' ? labels(name) : undefined]).toEqual([name, naive.violations.get(name)])
          else if (kind === 'sometimes') {
            const own = check.system.instances.filter((instance) => check.system.properties[instance.owner]!.name === name)
            expect([name, verdict]).toEqual([
              name,
              own.every(({ label }) => naive.witnessed.has(label)) ? 'holds' : 'unwitnessed',
            ])
          }
        expect(check.asleep.steps).toEqual(
          check.system.steps.map(({ label }) => label).filter((label) => !naive.enabled.has(label)),
        )
      })

      for (const [property, string] of result.replays)
        test(`${design}: '${property}' fails again on replay`, () => {
          expect(replay(scenarios, string).failures.map((failure) => failure.property)).toContain(property)
        })
    }

    test('a design that holds has a faulty twin that does not', () => {
      const verdicts = Object.values(scenario.designs).map(({ expect }) => expect.small?.verdict)
      if (verdicts.includes('holds'))
        expect(verdicts.some((verdict) => verdict === 'violated' || verdict === 'deadlock')).toBe(true)
    })

    test('every claim fails in some design', () => {
      const failing = new Set(
        Object.values(scenario.designs).flatMap(({ expect }) => Object.keys(expect.small?.violations ?? {})),
      )
      const claimed = new Set(
        Object.keys(scenario.designs).flatMap((design) =>
          scenario
            .build(choiceOf(scenario, design, 'small').knobs)
            .properties.filter(({ kind }) => kind !== 'sometimes')
            .map(({ name }) => name),
        ),
      )
      expect([...claimed].filter((name) => !failing.has(name))).toEqual([])
    })
  })
}
