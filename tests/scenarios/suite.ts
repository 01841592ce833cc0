import { describe, expect, test } from 'vitest'
import '../../cli/vitest/index.ts'
import { exploreDesign, judgeDesign } from '../../checker/design.ts'
import { choiceOf, replay, type Scenario } from '../../checker/index.ts'
import { wantedOf } from '../../cli/reporters/of-answers.ts'
import { scenarios } from '../../scenarios/index.ts'
import { lane } from '../lane.ts'
import { expectAgreement, expectCertificate } from './agreement.ts'

/**
 * One test for each design × property of a scenario, and beside them that the design answers as expected, that the naive
 * explorer answers the same, and that every counterexample replays. On every change at the small size; at night at the
 * full one too, where the naive explorer is too slow. One file a scenario, so that the runner spreads them over cores and
 * shards, and no design is searched twice.
 */
export function suite(name: string): void {
  const scenario = scenarios.find((one) => one.name === name)!
  describe(name, () => {
    for (const [design, { expect: expected }] of Object.entries(scenario.designs)) {
      designSuite(scenario, design, 'small')
      if (lane === 'nightly' && expected.full !== undefined) designSuite(scenario, design, 'full')
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

function designSuite(scenario: Scenario, design: string, size: 'small' | 'full'): void {
  const choice = choiceOf(scenario, design, size)
  const explorer = exploreDesign(choice).run()
  const result = judgeDesign(choice, explorer)
  describe(size === 'small' ? design : `${design} (${size})`, () => {
    for (const property of result.check.properties) {
      const wanted = wantedOf(property, result.expected)
      if (wanted === 'holds') test(`'${property.name}' holds`, () => expect(result).toHold(property.name))
      else if (wanted === 'unwitnessed')
        test(`'${property.name}' is never witnessed`, () => expect(property.verdict).toBe('unwitnessed'))
      else
        test(`'${property.name}' fails in ${wanted.steps} steps, and again on replay`, () => {
          expect(result).toBeViolated(property.name, wanted)
          const replayed = replay(scenarios, result.replays.get(property.name)!)
          expect(replayed.failures.map((failure) => failure.property)).toContain(property.name)
        })
    }
    test('answers as expected', () => expect(result).toMeetExpectations())
    if (size === 'small') test('the naive explorer agrees', { timeout: 120_000 }, () => expectAgreement(result))
    test('its certificate proves what holds and refutes what fails', { timeout: 300_000 }, () =>
      expectCertificate(result, explorer),
    )
  })
}
