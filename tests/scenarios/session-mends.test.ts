import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkSystem, choiceOf, type Scenario } from '../../checker/index.ts'
import { sessionFailures } from '../../scenarios/session-failures.ts'
import { sessionRecycling } from '../../scenarios/session-recycling.ts'
import { sessions } from '../../scenarios/sessions.ts'
import { expectGenerated, root } from '../generated.ts'
import { lane, slice } from '../lane.ts'

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

/** The rows of the table about one design. */
function rowsOf([scenario, design, tried]: (typeof changes)[number]): string[] {
  const left = tried.map(([knob, value]) => [`\`${knob}=${value}\``, brokenIn(scenario, design, { [knob]: value })] as const)
  const broken = Object.entries(scenario.designs[design]!.expect.small!.violations ?? {}).sort(([, a], [, b]) => a - b)
  return broken.map(([property, steps]) => {
    const mending = left.filter(([, still]) => !still.has(property)).map(([change]) => change)
    return `| ${scenario.name}, \`${design}\` | ${property} | ${steps} | ${mending.join(', ') || '-'} |`
  })
}

test('single changes mend what docs/sessions.md says', { timeout: 120_000 }, () => {
  const head = ['| scenario, design | claim that is broken | steps | mended by |', '|---|---|--:|---|']
  const all = lane === 'nightly' || process.env.UPDATE_DOCS
  const rows = (all ? changes : slice(changes, 200)).flatMap(rowsOf)
  expect(rows.length).toBeGreaterThan(2)
  if (all) expectGenerated('docs/sessions.md', 'mends', [...head, ...rows].join('\n'))
  else expect(readFileSync(join(root, 'docs/sessions.md'), 'utf8')).toContain(rows.join('\n'))
})
