import { expect } from 'vitest'
import { readCertificate } from '../../checker/certify/certificate.ts'
import { certificateOf } from '../../checker/certify/issue.ts'
import { Verifier } from '../../checker/certify/verifier.ts'
import { type DesignResult, type Explorer, explorePlainly } from '../../checker/index.ts'
import { builtIn } from '../../checker/verdict.ts'

/** The naive explorer counts the same states, and finds the same shortest traces, witnesses and steps never enabled. */
export function expectAgreement({ check, choice }: DesignResult): void {
  const naive = explorePlainly(choice.scenario.build(choice.knobs))
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
      expect([name, verdict]).toEqual([name, own.every(({ label }) => naive.witnessed.has(label)) ? 'holds' : 'unwitnessed'])
    }
  expect(check.asleep.steps).toEqual(check.system.steps.map(({ label }) => label).filter((label) => !naive.enabled.has(label)))
}

/** The verifier, which searches nothing, says of every safety property what the search said. */
export function expectCertificate({ check, choice }: DesignResult, explorer: Explorer): void {
  const certificate = readCertificate(Buffer.concat([...certificateOf(choice, explorer)]))
  const verifier = new Verifier(choice.scenario.build(choice.knobs), certificate)
  while (!verifier.done) verifier.advance(1 << 12)
  const { claims, transitions } = verifier.conclude()
  const verdicts = new Map(check.properties.map(({ name, verdict }) => [name, verdict]))
  expect(transitions).toBe(check.transitions)
  for (const { name, failure } of claims) expect([name, failure === undefined]).toEqual([name, verdicts.get(name) === 'holds'])
}
