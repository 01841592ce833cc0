import { expect, test } from 'vitest'
import { checkDesign, choiceOf, type DesignResult } from '../../checker/index.ts'
import { ruleCellMatrix } from '../../checker/report-matrix.ts'
import { claimsText } from '../../cli/documents/claims.ts'
import { delegationText } from '../../cli/documents/delegation.ts'
import { type Checked, findingsText } from '../../cli/documents/findings.ts'
import { claims } from '../../scenarios/claims.ts'
import { scenarios } from '../../scenarios/index.ts'
import { expectGenerated, expectLines, isUpdating } from '../generated.ts'
import { lane, slice } from '../lane.ts'

const results = new Map<string, DesignResult>()
const checked: Checked = (choice) => {
  const key = `${choice.scenario.name} ${choice.base}`
  const result = results.get(key) ?? checkDesign(choice)
  results.set(key, result)
  return result
}

test('ARCHITECTURE.md shows the footprints of the unmap race as they are', () => {
  const scenario = scenarios.find(({ name }) => name === 'unmap-shootdown')!
  const { knobs } = choiceOf(scenario, 'snapshot', 'small')
  expectGenerated('ARCHITECTURE.md', 'matrix unmap-shootdown', ruleCellMatrix(scenario.build(knobs)))
})

// Their traces take a search each: on every change those of some scenarios are compared, at night the whole documents.
const isWhole = lane === 'nightly' || isUpdating
const drawn = isWhole ? scenarios : slice(scenarios, 150)

test('FINDINGS.md lists everything that the snapshot designs violate', { timeout: 300_000 }, () => {
  const text = findingsText(drawn, checked)
  if (isWhole) expectGenerated('FINDINGS.md', 'findings', text)
  else expectLines('FINDINGS.md', text)
})

test('CLAIMS.md says which designs keep what was written', { timeout: 300_000 }, () => {
  const own = claims.filter((claim) => drawn.some(({ name }) => name === claim.scenario))
  const text = claimsText(own, scenarios, checked)
  if (isWhole) expectGenerated('CLAIMS.md', 'claims', text)
  else expectLines('CLAIMS.md', text)
})

test('docs/delegation.md compares the three designs as they are expected to answer', () => {
  const scenario = scenarios.find(({ name }) => name === 'delegation')!
  expectGenerated('docs/delegation.md', 'delegation', delegationText(scenario, checked))
})

test('every claim names a property that some design of its scenario has', () => {
  const unknown = claims.filter(({ scenario: name, property }) => {
    const scenario = scenarios.find((one) => one.name === name)
    const properties = Object.keys(scenario?.designs ?? {}).flatMap(
      (design) => scenario!.build(choiceOf(scenario!, design, 'small').knobs).properties,
    )
    return !properties.some((one) => one.name === property)
  })
  expect(unknown).toEqual([])
})
