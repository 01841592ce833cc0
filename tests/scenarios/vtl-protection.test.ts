import { describe, expect, test } from 'vitest'
import { type CheckResult, checkSystem, choiceOf, type Scenario } from '../../checker/index.ts'
import { confusedDeputy } from '../../scenarios/confused-deputy.ts'
import { endOfBootGate } from '../../scenarios/end-of-boot.ts'
import { kexec } from '../../scenarios/kexec.ts'
import { patchUnload } from '../../scenarios/patch-unload.ts'
import { ringAllocation } from '../../scenarios/ring-allocation.ts'
import { vtlProtection } from '../../scenarios/vtl-protection.ts'
import { slice } from '../lane.ts'

/*
 * The scenarios in which VTL0 is the adversary of what protects it. What their designs answer is checked for every
 * scenario; here: that known bugs show in the steps in which they were found, that no part of a fix can be left out, and
 * that knobs can be crossed.
 */

const check = (scenario: Scenario, design: string, sets: Record<string, string> = {}): CheckResult =>
  checkSystem(scenario.build(choiceOf(scenario, design, 'small', sets).knobs))

/** The steps of the shortest trace to a claim's failure. */
const traceOf = (result: CheckResult, claim: string): string[] | undefined =>
  result.properties.find(({ name }) => name === claim)!.run?.stem.map((step) => result.system.steps[step]!.label)

const executable = 'what VTL0 may execute is what was verified'
const closed = 'VTL0 has no access to memory of VTL1'

describe('known bugs show in the steps in which they were found', () => {
  test('LB-04: a module is written between its copy and its protection', () => {
    expect(traceOf(check(confusedDeputy, 'snapshot'), executable)).toEqual([
      'vtl0.validateModule(cpu0,driver)',
      'vtl1.copy(cpu0,page)',
      'vtl0.write(page,nobody)',
      'vtl1.verify(cpu0)',
      'vtl1.protect(cpu0,page,executable)',
    ])
  })

  test('LB-05: an output buffer becomes executable while VTL1 has it mapped', () => {
    const trace = traceOf(check(confusedDeputy, 'guard-let-go'), executable)!
    const order = ['deputy.admit(cpu1,page)', 'frames.reserve(cpu0,driver)', 'vtl1.protect(cpu0,page,executable)']
    expect(trace.filter((step) => order.includes(step))).toEqual(order)
    expect(trace.at(-1)).toBe('deputy.write(cpu1,page)')
  })

  test('LB-06: a kexec image that names memory of VTL1 makes it readable, and a bad signature makes it writable', () => {
    const result = check(kexec, 'snapshot-greedy')
    expect(traceOf(result, closed)?.at(-1)).toBe('vtl1.protect(cpu0,vtl1,readable)')
    const enabled = (label: string): boolean =>
      result.stats.enabled[result.system.steps.find((step) => step.label === label)!.index]! > 0
    expect(enabled('vtl1.protect(cpu0,vtl1,writable)')).toBe(true)
  })
})

describe('no part of a fix can be left out', () => {
  const parts: readonly (readonly [Scenario, string, Record<string, string>])[] = [
    [vtlProtection, 'take-first', { order: 'copy-first' }],
    [vtlProtection, 'take-first', { order: 'freeze-some-first' }],
    [vtlProtection, 'take-first', { overlap: 'accepted' }],
    [vtlProtection, 'take-first', { rollback: 'none' }],
    [vtlProtection, 'take-first', { release: 'unprotect-then-forget' }],
    [vtlProtection, 'one-section', { initRanges: 'kept' }],
    [confusedDeputy, 'writers-first', { order: 'copy-first' }],
    [confusedDeputy, 'writers-first', { guard: 'let-go' }],
    [confusedDeputy, 'writers-first', { preference: 'readers' }],
    [kexec, 'exchange', { order: 'copy-first' }],
    [kexec, 'exchange', { compared: 'blob' }],
    [kexec, 'exchange', { slot: 'sections' }],
    [patchUnload, 'lock-spanning', { patches: 'dropped-last' }],
    [patchUnload, 'lock-spanning', { lookup: 'generation' }],
    [patchUnload, 'lock-spanning', { release: 'unprotect-then-forget' }],
    [patchUnload, 'lock-spanning-init', { patches: 'kept-after-init' }],
    [ringAllocation, 'gated-may-refuse', { gate: 'none' }],
    [ringAllocation, 'gated-may-refuse', { order: 'install-first' }],
    [ringAllocation, 'gated-may-refuse', { address: 'unchecked' }],
    [endOfBootGate, 'lock-held', { check: 'late' }],
  ]
  const titled = parts.map(
    (part) => [`${part[0].name}: ${part[1]} with ${Object.entries(part[2]).flat().join(' ')}`, part] as const,
  )
  test.each(titled)('%s', (_, [scenario, design, sets]) => {
    expect(check(scenario, design).verdict).toBe('holds')
    expect(check(scenario, design, sets).verdict).toBe('violated')
  })
})

describe('every change of one knob from the snapshot can be searched', () => {
  const scenarios = [vtlProtection, confusedDeputy, kexec, patchUnload, endOfBootGate, ringAllocation]
  const changes = scenarios.flatMap((scenario) =>
    Object.entries(scenario.knobs)
      .filter(([knob]) => !(knob in scenario.sizes.small))
      .flatMap(([knob, values]) => values.map((value) => [scenario.name, knob, String(value), scenario] as const)),
  )
  test.each(slice(changes, 300))('%s: %s %s', (_, knob, value, scenario) => {
    const { verdict, complete } = check(scenario, 'snapshot', { [knob]: value })
    expect(complete).toBe(true)
    expect(['holds', 'violated', 'unwitnessed']).toContain(verdict)
  })
})
