import { describe, expect, test } from 'vitest'
import { type CheckResult, checkSystem, choiceOf } from '../../checker/index.ts'
import { claims } from '../../properties/physical-pointer.ts'
import { physicalPointers } from '../../scenarios/physical-pointer.ts'
import { slice } from '../lane.ts'

/*
 * What the scenario's designs answer is checked for every scenario in `agreement.test.ts`. Here: that its knobs can be
 * crossed, which of them mean nothing where, and what crossing them says about the review's question.
 */

const { knobs, designs } = physicalPointers
const check = (design: string, sets: Record<string, string> = {}): CheckResult =>
  checkSystem(physicalPointers.build(choiceOf(physicalPointers, design, 'small', sets).knobs))
const fails = (result: CheckResult, claim: string): boolean =>
  result.properties.find(({ name }) => name === claim)!.verdict === 'violated'

describe('every change of one knob builds', () => {
  test.each(Object.keys(designs))('from %s', (design) => {
    for (const [knob, values] of Object.entries(knobs))
      for (const value of values) {
        const { knobs: chosen } = choiceOf(physicalPointers, design, 'small', { [knob]: String(value) })
        expect(physicalPointers.build(chosen).steps.length).toBeGreaterThan(0)
      }
  })
})

describe('every change of one knob from the snapshot can be searched', () => {
  const changes = Object.entries(knobs)
    .filter(([knob]) => knob !== 'world')
    .flatMap(([knob, values]) => values.map((value) => [knob, String(value)] as const))
  test.each(slice(changes, 300))('%s: %s', (knob, value) => {
    const { verdict, complete } = check('snapshot', { [knob]: value })
    expect(complete).toBe(true)
    expect(['holds', 'violated', 'unwitnessed']).toContain(verdict)
  })
})

describe('a knob without meaning changes nothing', () => {
  const same: readonly (readonly [why: string, design: string, sets: Record<string, string>])[] = [
    ['no handler runs under a hypercall', 'never-reused-for-rust', { guard: 'while-mapped' }],
    ['a local flush sends nothing', 'scattered-reused-local-flush', { mechanism: 'ipi' }],
    ['only the direct map is shared and counted', 'private-mapping', { counting: 'merged' }],
    ['only the vmap region has an allocator', 'never-reused-for-rust', { unregister: 'before-clear' }],
    ['Rust takes nothing', 'snapshot', { takes: 'frames' }],
  ]
  test.each(same)('%s', (_, design, sets) => {
    const { states, transitions } = check(design)
    expect(check(design, sets)).toMatchObject({ states, transitions })
  })
})

describe('after a complete flush, an address is dangerous to reuse only where mappings share it', () => {
  const sharedAndUnguarded: readonly (readonly [Record<string, string>, boolean])[] = [
    [{ mapping: 'direct' }, true],
    [{ mapping: 'direct', lock: 'reader-writer' }, true],
    [{ mapping: 'direct', lock: 'reader-writer-all' }, false],
    [{ mapping: 'direct', lock: 'try-lock' }, false],
    [{ mapping: 'direct', counting: 'merged' }, false],
    [{ mapping: 'direct', reuse: 'quarantine' }, false],
    [{ mapping: 'vmap' }, false],
    [{ mapping: 'private' }, false],
  ]
  test.each(sharedAndUnguarded)('%j', (sets, touches) => {
    const result = check('scattered-reused', sets)
    expect(fails(result, claims.touch)).toBe(touches)
    expect(fails(result, claims.reach)).toBe(touches)
    expect(fails(result, claims.rustMapped)).toBe(touches)
  })
})
