import { expect, test } from 'vitest'
import { choiceOf } from '../../checker/index.ts'
import { returns } from '../../properties/session-ends.ts'
import { claims } from '../../properties/sessions.ts'
import { claims as memory } from '../../properties/shared-memory.ts'
import { switchClaims } from '../../properties/vtl-switch.ts'
import { scenarios } from '../../scenarios/index.ts'

/**
 * Where each invariant of sessions and of what lies below them is claimed. Sessions have most of them; page tables, TLBs,
 * VTL0's memory and the entry into VTL1 have scenarios of their own.
 */
const invariants: Readonly<Record<string, readonly (readonly [scenario: string, property: string])[]>> = {
  'P-I14: a core returns to VTL0 on the base page table': [
    ['sessions', claims.base],
    ['vtl-switch', switchClaims.base],
  ],
  'P-I15: no CR3 names a page table that is freed or taken down': [['sessions', claims.live]],
  'P-I16: the page table in CR3 is known': [['sessions', claims.known]],
  'P-I17: a single-instance application has one instance, and the cache has it': [
    ['sessions', claims.oneInstance],
    ['sessions', claims.cached],
  ],
  'P-I18: a registered session names a live instance': [['sessions', claims.sessionLive]],
  'P-I19: one core at a time is in an instance, and uses its memory under its lock': [
    ['session-recycling', claims.oneInside],
    ['session-recycling', claims.ownTable],
    ['sessions', claims.locked],
    ['session-recycling', claims.ownMemory],
  ],
  'P-I20: an application is entered for a session while it is registered, and told once of its end': [
    ['sessions', claims.registered],
    ['sessions', claims.closedOnce],
  ],
  'P-I21: a number is allocated as long as something has it': [['session-failures', claims.numberUsed]],
  'P-I22: a number means the same session to who holds it': [['session-recycling', claims.ownSession]],
  'P-I23: there are at most as many instances as allowed': [['sessions', claims.limit]],
  'P-I24: busy changes nothing': [['sessions', claims.busy]],
  'P-I25: an error gives everything back': [
    ['session-failures', claims.noSessionLeft],
    ['session-failures', claims.noTableLeft],
    ['session-failures', claims.tornDown],
  ],
  'P-I26: a crashed application is not entered again': [['session-failures', claims.crashed]],
  'P-I27: edits of a shared page table exclude each other': [['shared-tables', 'no two cores edit the same tables at a time']],
  'P-I28: a frame is not used again while a TLB may translate to it': [
    ['unmap-shootdown', 'a frame owned by the Rust heap is reached by no core through a stale translation'],
  ],
  "P-I29: a page of VTL0 stays mapped until its guard's end": [
    ['physical-pointer', 'a guard that may still copy has a live mapping of its frame'],
  ],
  'P-I30: what VTL0 describes is read once': [
    ['shared-memory-registration', memory.checked],
    ['shared-memory-registration', memory.atOnce],
  ],
  'P-I31: a fault handler uses only a live context': [
    ['kernel-fault', 'a fault handler calls the shim only through the context of a thread that is live on its core'],
  ],
  'P-I32: cores have data of their own': [['vtl-first-entry', switchClaims.ownData]],
  'P-I33: nothing that VTL0 sends makes VTL1 panic': [
    ['session-failures', claims.noPanic],
    ['session-failures', claims.onTable],
    ['shared-memory-registration', memory.noPanic],
    ['delegation', 'no message panics VTL1'],
  ],
  'P-V5: the lock before a teardown is got, and P-V6: every call returns': [
    ['sessions', returns],
    ['shared-memory-registration', memory.returns],
  ],
}

test.for(Object.entries(invariants).flatMap(([invariant, places]) => places.map((place) => [invariant, ...place] as const)))(
  '%s: in %s',
  ([, name, property]) => {
    const scenario = scenarios.find((one) => one.name === name)!
    const designs = Object.keys(scenario.designs)
    const asked = designs.filter((design) =>
      scenario.build(choiceOf(scenario, design, 'small').knobs).properties.some((one) => one.name === property),
    )
    expect(asked).not.toEqual([])
    const broken = designs.filter((design) => scenario.designs[design]!.expect.small?.violations?.[property] !== undefined)
    expect(broken).not.toEqual([])
  },
)

test('every invariant from P-I14 to P-I33 is placed', () => {
  const placed = Object.keys(invariants).join(' ')
  for (let number = 14; number <= 33; number += 1) expect(placed).toContain(`P-I${number}:`)
})
