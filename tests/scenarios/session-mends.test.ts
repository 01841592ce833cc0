import { expect, test } from 'vitest'
import { checkSystem, choiceOf, type Scenario } from '../../checker/index.ts'
import { sessionFailures } from '../../scenarios/session-failures.ts'
import { sessionRecycling } from '../../scenarios/session-recycling.ts'
import { sessions } from '../../scenarios/sessions.ts'
import { expectGenerated } from '../generated.ts'

/** Single changes of knobs, and the design of the snapshot that each is tried on. */
const changes: readonly (readonly [Scenario, design: string, changes: readonly (readonly [knob: string, value: string])[]])[] = [
  [
    sessions,
    'snapshot',
    [
      ['lock', 'application'],
      ['unlock', 'after-base'],
      ['tables', 'last-owner-frees'],
      ['messages', 'refused'],
    ],
  ],
  [
    sessions,
    'snapshot-limit',
    [
      ['lock', 'application'],
      ['limit', 'reserved'],
      ['messages', 'refused'],
    ],
  ],
  [
    sessionFailures,
    'snapshot',
    [
      ['lock', 'application'],
      ['messages', 'refused'],
      ['instance', 'marked-crashed'],
      ['response', 'finishes'],
      ['exits', 'guarded'],
    ],
  ],
  [
    sessionFailures,
    'snapshot-first-open',
    [
      ['lock', 'application'],
      ['messages', 'refused'],
      ['exits', 'guarded'],
      ['response', 'finishes'],
    ],
  ],
  [
    sessionRecycling,
    'snapshot',
    [
      ['lock', 'application'],
      ['messages', 'refused'],
      ['unlock', 'after-base'],
      ['instance', 'marked-gone'],
      ['recheck', 'after-lock'],
      ['removal', 'own-session'],
      ['identity', 'generation'],
    ],
  ],
]

const brokenIn = (scenario: Scenario, design: string, change: Readonly<Record<string, string>>): ReadonlySet<string> => {
  const { properties } = checkSystem(scenario.build({ ...choiceOf(scenario, design, 'small').knobs, ...change }))
  return new Set(properties.filter(({ verdict }) => verdict === 'violated').map(({ name }) => name))
}

test('single changes mend what docs/sessions.md says', { timeout: 120_000 }, () => {
  const lines = ['| scenario, design | claim that is broken | steps | mended by |', '|---|---|--:|---|']
  for (const [scenario, design, tried] of changes) {
    const left = tried.map(([knob, value]) => [`\`${knob}=${value}\``, brokenIn(scenario, design, { [knob]: value })] as const)
    const broken = Object.entries(scenario.designs[design]!.expect.small!.violations ?? {}).sort(([, a], [, b]) => a - b)
    for (const [property, steps] of broken) {
      const mending = left.filter(([, still]) => !still.has(property)).map(([change]) => change)
      lines.push(`| ${scenario.name}, \`${design}\` | ${property} | ${steps} | ${mending.join(', ') || '-'} |`)
    }
  }
  expect(lines.length).toBeGreaterThan(2)
  expectGenerated('docs/sessions.md', 'mends', lines.join('\n'))
})
