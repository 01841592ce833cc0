import { expect, test } from 'vitest'
import { choiceOf } from '../../checker/index.ts'
import { scenarios } from '../../scenarios/index.ts'
import { physicalPointerClaims } from '../../scenarios/physical-pointer/claims.ts'
import { ringBuffer } from '../../scenarios/ring-buffer.ts'

const known = new Map([...scenarios, ringBuffer].map((scenario) => [scenario.name, scenario]))

test.each(physicalPointerClaims)('$scenario states: $quote', ({ scenario: name, property }) => {
  const scenario = known.get(name)!
  const stated = Object.keys(scenario.designs).flatMap((design) =>
    scenario.build(choiceOf(scenario, design, 'small').knobs).properties.map((claim) => claim.name),
  )
  expect(stated).toContain(property)
})
