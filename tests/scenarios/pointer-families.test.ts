import { describe, expect, test } from 'vitest'
import { checkSystem, choiceOf } from '../../checker/index.ts'
import { kernelFaults } from '../../scenarios/kernel-fault.ts'
import { physicalPointerOverlap } from '../../scenarios/physical-pointer-overlap.ts'
import { physicalPointerTable } from '../../scenarios/physical-pointer-table.ts'
import { pointerErrors } from '../../scenarios/pointer-errors.ts'
import { vmap } from '../../scenarios/vmap.ts'
import { vmapReuse } from '../../scenarios/vmap-reuse.ts'
import { slice } from '../lane.ts'

/*
 * What the designs of these scenarios answer is checked in `agreement`. Here: that their knobs can be crossed, so that no
 * change of one knob from the snapshot meets an event that a chart forgot.
 */

const families = [vmap, vmapReuse, physicalPointerOverlap, physicalPointerTable, pointerErrors, kernelFaults]

describe.each(families)('$name: every change of one knob from the snapshot can be searched', (scenario) => {
  const changes = Object.entries(scenario.knobs)
    .filter(([knob]) => !(knob in scenario.sizes.small))
    .flatMap(([knob, values]) => values.map((value) => [knob, String(value)] as const))
  test.each(slice(changes, 300))('%s: %s', (knob, value) => {
    const { verdict, complete } = checkSystem(scenario.build(choiceOf(scenario, 'snapshot', 'small', { [knob]: value }).knobs))
    expect(complete).toBe(true)
    expect(['holds', 'violated', 'deadlock', 'unwitnessed']).toContain(verdict)
  })
})
