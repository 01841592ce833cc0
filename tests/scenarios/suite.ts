import { afterAll, describe, expect, test } from 'vitest'
import '../../cli/vitest/index.ts'
import { systemOf } from '../../checker/define/assign.ts'
import { judgeDesign } from '../../checker/design.ts'
import {
  type Choice,
  choiceOf,
  type DesignResult,
  Explorer,
  replay,
  type Scenario,
  type Size,
  type System,
} from '../../checker/index.ts'
import { type Nursery, nursery } from '../../checker/mutate/judge.ts'
import { holdingDesigns } from '../../checker/mutate/scenario.ts'
import { builtIn } from '../../checker/verdict.ts'
import { wantedOf } from '../../cli/reporters/of-answers.ts'
import { kills } from '../../properties/mutants/index.ts'
import { scenarios } from '../../scenarios/index.ts'
import { lane, slice } from '../lane.ts'
import { expectAgreement, expectCertificate } from './agreement.ts'

/** Designs of more states than this take the naive explorer seconds. */
const mostToCompare = 1500

/**
 * One test for each design × property of a scenario, and beside them that the design answers as expected, that every
 * counterexample replays, that the naive explorer answers the same, and that a certificate bears it out; and that planted
 * faults are noticed. On every change at the small size, where the seed draws some of the faults, and of the large designs
 * some to be compared and certified; at night all, and the full size too. One file a scenario, so that the runner spreads them over cores and shards, and no design is searched
 * twice.
 */
export function suite(name: string): void {
  const scenario = scenarios.find((one) => one.name === name)!
  describe(name, () => {
    const isLarge = (design: string): boolean => (scenario.designs[design]!.expect.small?.states ?? 0) > mostToCompare
    const compared = slice(Object.keys(scenario.designs).filter(isLarge), 125)
    for (const [design, { expect: expected }] of Object.entries(scenario.designs)) {
      designSuite(scenario, design, 'small', !isLarge(design) || compared.includes(design))
      if (lane === 'nightly' && expected.full !== undefined) designSuite(scenario, design, 'full', false)
    }

    test('a design that holds has a faulty twin that does not', () => {
      const verdicts = Object.values(scenario.designs).map(({ expect }) => expect.small?.verdict)
      if (verdicts.includes('holds'))
        expect(verdicts.some((verdict) => verdict === 'violated' || verdict === 'deadlock')).toBe(true)
    })

    const failing = new Set(Object.values(scenario.designs).flatMap(({ expect }) => Object.keys(expect.small?.violations ?? {})))
    const planted = kills.filter((one) => one.scenario === name)

    test('every claim fails in some design, or where a fault is planted', () => {
      const claimed = new Set(
        Object.keys(scenario.designs).flatMap((design) =>
          systemOf(choiceOf(scenario, design, 'small'))
            .properties.filter(({ kind }) => kind !== 'sometimes')
            .map(({ name }) => name),
        ),
      )
      const known = [...failing, ...planted.map(({ property }) => property)]
      expect([...claimed].filter((one) => !known.includes(one))).toEqual([])
    })

    for (const { property, mutant } of slice(planted, 250))
      test(`'${property}' fails where '${mutant}' is planted`, { timeout: 120_000 }, () => {
        expect(failing).not.toContain(property)
        expect(killersOf(scenario, property, mutant)).toContain(property)
      })
  })
}

/** Each original is searched once, for all that is planted in it. */
const nurseries = new Map<string, Nursery>()

function nurseryOf(scenario: Scenario, design: string, system: System): Nursery {
  const key = `${scenario.name}:${design}`
  const found = nurseries.get(key) ?? nursery(system)
  nurseries.set(key, found)
  return found
}

/** What fails where a mutant is made of the smallest design that holds, is asked the property, and has such a mutant. */
function killersOf(scenario: Scenario, property: string, name: string): readonly string[] {
  for (const design of holdingDesigns(scenario)) {
    const system = systemOf(choiceOf(scenario, design, 'small'))
    if (!system.properties.some((one) => one.name === property)) continue
    const { mutants, judge } = nurseryOf(scenario, design, system)
    const mutant = mutants.find((one) => one.name === name)
    if (mutant !== undefined) return judge(mutant).killers
  }
  throw new Error(`no design of scenario '${scenario.name}' that holds and is asked '${property}' has a mutant '${name}'`)
}

function designSuite(scenario: Scenario, design: string, size: Size, isCompared: boolean): void {
  const choice = choiceOf(scenario, design, size)
  const system = systemOf(choice)
  const expected = scenario.designs[design]!.expect[size]
  describe(size === 'small' ? design : `${design} (${size})`, { timeout: size === 'small' ? 120_000 : 3_600_000 }, () => {
    // Searched by the first test that asks, and forgotten after the last: at night a design may have millions of states.
    let asked: { readonly explorer: Explorer; readonly result: DesignResult } | undefined
    const answer = (): NonNullable<typeof asked> => (asked ??= answerOf(choice, system))
    afterAll(() => {
      asked = undefined
    })

    for (const name of claimsOf(system)) {
      const wanted = wantedOf(name, expected)
      if (wanted === 'holds') test(`'${name}' holds`, () => expect(answer().result).toHold(name))
      else if (wanted === 'unwitnessed')
        test(`'${name}' is never witnessed`, () =>
          expect(answer().result.check.properties).toContainEqual(expect.objectContaining({ name, verdict: 'unwitnessed' })))
      else
        test(`'${name}' fails in ${wanted.steps} steps, and again on replay`, () => {
          const { result } = answer()
          expect(result).toBeViolated(name, wanted)
          const replayed = replay(scenarios, result.replays.get(name)!)
          expect(replayed.failures.map((failure) => failure.property)).toContain(name)
        })
    }
    test('answers as expected, and nothing else is claimed', () => {
      const { result } = answer()
      expect(result).toMeetExpectations()
      expect(result.check.properties.map(({ name }) => name)).toEqual(claimsOf(system))
    })
    if (!isCompared) return
    test('the naive explorer agrees', () => expectAgreement(answer().result))
    test('its certificate proves what holds and refutes what fails', () => {
      const { explorer, result } = answer()
      expectCertificate(result, explorer)
    })
  })
}

function answerOf(choice: Choice, system: System): { readonly explorer: Explorer; readonly result: DesignResult } {
  const explorer = new Explorer(system).run()
  return { explorer, result: judgeDesign(choice, explorer) }
}

/** The names of all that is decided of a system, in the order in which it is answered. */
const claimsOf = ({ properties, rules }: System): string[] => [
  ...properties.map(({ name }) => name),
  builtIn.deadlock,
  builtIn.unhandled,
  ...(rules.some(({ needed }) => needed) ? [builtIn.needed] : []),
]
