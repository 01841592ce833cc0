import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { choiceOf, type Scenario } from '../../checker/index.ts'
import { policiesOf } from '../../checker/matrix/variation.ts'
import { scenarios } from '../../scenarios/index.ts'
import { capture } from '../cli/capture.ts'
import { expectGenerated, root } from '../generated.ts'
import { lane, slice } from '../lane.ts'

const policyDocument = 'docs/reviews/physical-pointer.md'
const policyKnobs = ['flush', 'reuse', 'lock'] as const
const fixes = '--knob mapping --knob counting --knob registration --prune'

/** The documents of `docs/reviews`, and the commands that their generated parts come from. */
const documents = [
  [policyDocument, 'changes', 'matrix physical-pointer --prune'],
  [policyDocument, 'policies', `matrix physical-pointer ${policyKnobs.map((knob) => `--under ${knob}`).join(' ')} ${fixes}`],
  ['docs/reviews/unmap-shootdown.md', 'changes', 'matrix unmap-shootdown --under operation --prune'],
] as const

// The whole of it takes minutes, and is for the night.
for (const [file, part, line] of lane === 'nightly' ? documents : [])
  test(`${file}, ${part}: the tables of a review are what the matrix says`, { timeout: 3_600_000 }, async () => {
    const { code, out } = await capture(`${line} --format markdown --summary`, { scenarios })
    expect(code).toBe(0)
    expectGenerated(file, part, out.split('\n').slice(2).join('\n').trimEnd())
  })

/** What is claimed of the review's snapshot and of every design that differs from it in one knob. */
function claimedIn(scenario: Scenario): Set<string> {
  const { knobs } = choiceOf(scenario, 'snapshot', 'small')
  const free = Object.entries(scenario.knobs).filter(([knob]) => !(knob in scenario.sizes.small))
  const changed = free.flatMap(([knob, values]) => values.map((value) => ({ ...knobs, [knob]: value })))
  return new Set([knobs, ...changed].flatMap((each) => scenario.build(each).properties.map(({ name }) => name)))
}

// The tables themselves are for the night; that a claim was added, or named otherwise, is noticed at once.
for (const [file, , line] of documents)
  test(`${file}: '${line}' names every claim that there is`, () => {
    const scenario = scenarios.find(({ name }) => name === line.split(' ')[1])!
    const text = readFileSync(join(root, file), 'utf8').replace(/\s+/g, ' ')
    expect([...claimedIn(scenario)].filter((claim) => !text.includes(claim))).toEqual([])
  })

test('every command that a review names is the one its table comes from', () => {
  for (const [file, , line] of documents) {
    const text = readFileSync(join(root, file), 'utf8').replace(/\s+/g, ' ')
    expect(text).toContain(`\`npx litebox-model ${line} --format markdown --summary\``)
  }
})

/** The row of the table of policies that a policy falls into. */
function documented(policy: readonly string[]): string {
  const rows = readFileSync(join(root, policyDocument), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | '))
  const fitting = rows.filter((cells) =>
    policy.every((value, at) => cells[at] === 'any' || cells[at]!.split(', ').includes(value)),
  )
  expect(fitting).toHaveLength(1)
  return fitting[0]![policy.length]!
}

describe('some policies of the physical pointers, searched again', () => {
  const scenario = scenarios.find(({ name }) => name === 'physical-pointer')!
  const under = Object.fromEntries(policyKnobs.map((knob) => [knob, scenario.knobs[knob]!]))
  const policies = policiesOf({ base: choiceOf(scenario, 'snapshot', 'small').knobs, knobs: {}, under })
  for (const policy of slice(policies, 8)) {
    const values = policyKnobs.map((knob) => String(policy[knob]))
    test(`${values.join(', ')}`, { timeout: 300_000 }, async () => {
      const sets = policyKnobs.map((knob) => `--set ${knob}=${policy[knob]}`).join(' ')
      const { out } = await capture(`matrix physical-pointer ${sets} ${fixes} --json`, { scenarios })
      const lines = out.trimEnd().split('\n')
      const minimal = lines
        .map((line) => JSON.parse(line) as { minimal: boolean; changes: object })
        .filter((line) => line.minimal)
      const text = minimal.map(
        ({ changes }) =>
          Object.entries(changes)
            .map(([knob, value]) => `${knob}=${value}`)
            .join(' ') || 'no change is needed',
      )
      expect(text.join(', or ') || 'nothing').toBe(documented(values))
    })
  }
})
