import { describe, expect, test } from 'vitest'
import { explorePlainly, type ReferenceResult, type VerdictName } from '../../checker/index.ts'
import { unmapShootdown } from '../../scenarios/unmap-shootdown.ts'

const verdictOf = ({ violations, deadlock, unhandled }: ReferenceResult): VerdictName =>
  unhandled ? 'unhandled' : violations.size > 0 ? 'violated' : deadlock ? 'deadlock' : 'holds'

describe('the naive explorer finds of every design what the scenario expects', () => {
  test.each(Object.keys(unmapShootdown.designs))('%s', (name) => {
    const { knobs, expect: expected } = unmapShootdown.designs[name]!
    const found = explorePlainly(unmapShootdown.build({ ...knobs, ...unmapShootdown.sizes.small }))
    const violations = new Map([...found.violations].map(([property, trace]) => [property, trace.length]))
    if (found.deadlock) violations.set('no deadlock', found.deadlock.length)
    expect(verdictOf(found)).toBe(expected.small!.verdict)
    expect(found.states).toBe(expected.small!.states)
    expect(Object.fromEntries(violations)).toEqual(expected.small!.violations ?? {})
  })
})
