import { expect, test } from 'vitest'
import { knobsText } from '../../cli/documents/knobs.ts'
import { scenarios } from '../../scenarios/index.ts'
import { platformKnobs } from '../../scenarios/platform-knobs.ts'
import { expectGenerated } from '../generated.ts'

const numbers = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at)

test('every alternative of the platforms that concerns these scenarios is listed', () => {
  const wanted = [...numbers(1, 15), 29, 32, 33, ...numbers(35, 48)]
  expect([...new Set(platformKnobs.map(({ id }) => id))].sort((a, b) => a - b)).toEqual(wanted)
})

for (const { id, question, scenario: name, knob, design, snapshot, others } of platformKnobs)
  test(`alternative ${id}, ${question}: ${name} has the knob, and its ${design} is the source's`, () => {
    const scenario = scenarios.find((one) => one.name === name)
    expect(scenario?.knobs[knob]).toEqual(expect.arrayContaining([snapshot, ...others]))
    expect(design).toMatch(/^snapshot(-|$)/)
    const { knobs } = scenario!.designs[design]!
    expect({ ...scenario!.sizes.small, ...knobs }[knob]).toBe(snapshot)
  })

test('every alternative is taken by some design', () => {
  const untaken = platformKnobs.flatMap(({ scenario: name, knob, others }) => {
    const designs = Object.values(scenarios.find((one) => one.name === name)!.designs)
    return others
      .filter((value) => !designs.some(({ knobs }) => knobs[knob] === value))
      .map((value) => `${name}.${knob}=${value}`)
  })
  expect(untaken).toEqual([])
})

test('docs/knobs.md lists them', () => {
  expectGenerated('docs/knobs.md', 'knobs', knobsText(platformKnobs))
})
