import { describe, expect, test } from 'vitest'
import { type CheckResult, checkSystem, choiceOf, type Scenario } from '../../checker/index.ts'
import { fsBaseClaimNames } from '../../properties/fs-base.ts'
import { punchthroughClaimNames } from '../../properties/punchthrough.ts'
import { entryClaimNames } from '../../properties/punchthrough-entry.ts'
import { revocationClaimNames } from '../../properties/punchthrough-revocation.ts'
import { fsBase } from '../../scenarios/fs-base.ts'
import { platformMultiplexer } from '../../scenarios/platform-multiplexer.ts'
import { punchthrough } from '../../scenarios/punchthrough.ts'
import { punchthroughClone } from '../../scenarios/punchthrough-clone.ts'
import { punchthroughEntry } from '../../scenarios/punchthrough-entry.ts'
import { punchthroughGsBase } from '../../scenarios/punchthrough-gs-base.ts'
import { punchthroughOptee } from '../../scenarios/punchthrough-optee.ts'
import { punchthroughRevocation } from '../../scenarios/punchthrough-revocation.ts'

/*
 * What the designs answer is checked for every scenario in `properties/`. Here: that the knobs can be crossed, which of
 * them mean nothing where, and what crossing them says about the questions of the articles.
 */

const check = (scenario: Scenario, design: string, sets: Record<string, string> = {}): CheckResult =>
  checkSystem(scenario.build(choiceOf(scenario, design, 'small', sets).knobs))
const failing = ({ properties }: CheckResult): readonly string[] =>
  properties.filter(({ verdict }) => verdict === 'violated').map(({ name }) => name)

const families = [
  punchthrough,
  punchthroughRevocation,
  punchthroughEntry,
  punchthroughClone,
  punchthroughOptee,
  punchthroughGsBase,
  fsBase,
  platformMultiplexer,
]

describe.each(families.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
  const worldKnobs = Object.keys(scenario.sizes.small)
  const first = Object.keys(scenario.designs)[0]!
  const changes = Object.entries(scenario.knobs)
    .filter(([knob]) => !worldKnobs.includes(knob))
    .flatMap(([knob, values]) => values.map((value) => [knob, String(value)] as const))

  test.each(changes)(`${first} with %s: %s can be searched`, (knob, value) => {
    const { verdict, complete, message } = check(scenario, first, { [knob]: value })
    expect([complete, message]).toEqual([true, undefined])
    expect(['holds', 'violated', 'deadlock', 'unwitnessed']).toContain(verdict)
  })
})

describe('a knob without meaning changes nothing', () => {
  const same: readonly (readonly [why: string, scenario: Scenario, design: string, sets: Record<string, string>])[] = [
    ['tokens that are executed at once are nowhere else', punchthrough, 'snapshot', { binding: 'asking-thread' }],
    ['tokens that are executed at once need not be', punchthrough, 'snapshot', { token: 'linear' }],
    ['nobody is denied', punchthrough, 'snapshot', { denial: 'errno' }],
    ['nothing fails', punchthrough, 'snapshot', { failure: 'discard' }],
    ['the fence is for announcements', punchthroughRevocation, 'locked-sc', { fence: 'full' }],
    ['no token grows old', punchthroughOptee, 'snapshot', { binding: 'core-and-visit' }],
    ['who is passed a base inherits none', punchthroughClone, 'snapshot', { fresh: 'inherited' }],
    ['users have only good bases', punchthroughClone, 'snapshot', { check: 'parent' }],
  ]
  test.each(same)('%s', (_, scenario, design, sets) => {
    const { states, transitions } = check(scenario, design)
    expect(check(scenario, design, sets)).toMatchObject({ states, transitions })
  })
})

describe('what makes a token act once, in time, in its place and in order', () => {
  const { once, atOnce, thread, order } = punchthroughClaimNames
  const answers: readonly (readonly [Record<string, string>, readonly string[]])[] = [
    [{ delay: 'immediate', token: 'affine' }, []],
    [{ delay: 'immediate', token: 'copyable' }, [once, atOnce, order]],
    [{ delay: 'arbitrary', token: 'scoped' }, []],
    [{ delay: 'arbitrary', token: 'affine' }, [atOnce, thread, order]],
    [{ delay: 'arbitrary', token: 'affine', binding: 'asking-thread' }, [atOnce, order]],
    [{ delay: 'arbitrary', token: 'linear' }, [atOnce, thread, order]],
    [{ delay: 'arbitrary', token: 'linear', binding: 'asking-thread' }, [atOnce, order]],
  ]
  test.each(answers)('%j', (sets, wrong) => {
    const found = failing(check(punchthrough, 'logged-before-use', sets))
    expect([once, atOnce, thread, order].filter((claim) => found.includes(claim))).toEqual(wrong)
  })
})

describe('which log is complete and says nothing else', () => {
  const { logged, honest } = punchthroughClaimNames
  const answers: readonly (readonly [audit: string, execution: string, wrong: readonly string[]])[] = [
    ['none', 'never-fails', [logged]],
    ['at-grant', 'never-fails', []],
    ['at-grant', 'may-fail', [honest]],
    ['before-use', 'never-fails', []],
    ['before-use', 'may-fail', [honest]],
    ['after-use', 'never-fails', [logged]],
    ['after-use', 'may-fail', [logged]],
    ['intent-and-outcome', 'may-fail', []],
  ]
  test.each(answers)('%s, %s', (audit, execution, wrong) => {
    expect(failing(check(punchthrough, 'snapshot', { audit, execution }))).toEqual(wrong)
  })
})

describe('when a permission that was taken back is gone', () => {
  const { revoked, returns, waits } = revocationClaimNames
  const answers: readonly (readonly [protocol: string, memory: string, fence: string, wrong: readonly string[]])[] = [
    ['checked-at-grant', 'sc', 'none', [revoked]],
    ['checked-before-use', 'sc', 'none', [revoked]],
    ['locked', 'sc', 'none', [waits]],
    ['locked', 'tso', 'none', [waits]],
    ['announced-from-grant', 'sc', 'none', []],
    ['announced-from-grant', 'tso', 'none', [revoked]],
    ['announced-from-grant', 'tso', 'full', []],
    ['announced-around-use', 'sc', 'none', []],
    ['announced-around-use', 'tso', 'none', [revoked]],
    ['announced-around-use', 'tso', 'full', []],
  ]
  test.each(answers)('%s on %s, fence %s', (protocol, memory, fence, wrong) => {
    const found = failing(check(punchthroughRevocation, 'checked-at-grant', { protocol, memory, fence }))
    expect([revoked, returns, waits].filter((claim) => found.includes(claim))).toEqual(wrong)
  })
})

describe('a base that a guest writes by the instruction', () => {
  test.each([
    ['linux-userland', 'never', false],
    ['linux-userland', 'on-system-call', false],
    ['linux-userland', 'on-every-exit', true],
    ['windows-userland', 'never', false],
    ['windows-userland', 'on-system-call', false],
    ['windows-userland', 'on-every-exit', true],
    ['linux-kernel', 'never', true],
  ] as const)('stays its own on %s with capture %s: %s', (platform, capture, stays) => {
    const sets = { platform, capture, writes: 'by-instruction-too' }
    expect(failing(check(punchthroughEntry, 'snapshot-linux', sets)).includes(entryClaimNames.own)).toBe(!stays)
  })

  test.each(['never', 'always', 'unless-zero'])('is lost to the scheduler of Windows with capture %s', (capture) => {
    const found = failing(check(fsBase, 'snapshot', { capture, writes: 'by-instruction-too' }))
    expect(found).toContain(fsBaseClaimNames.kept)
    expect(found).toContain(fsBaseClaimNames.alarm)
  })
})
