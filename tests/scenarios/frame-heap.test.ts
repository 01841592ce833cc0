import { describe, expect, test } from 'vitest'
import { checkDesign, choiceOf, type Scenario } from '../../checker/index.ts'
import { frameHeap } from '../../scenarios/frame-heap.ts'
import { frameHeapReuse } from '../../scenarios/frame-heap-reuse.ts'

/* The shortest traces to what goes wrong with the heap. That every design answers as expected is checked in `properties/`. */

const resultOf = (scenario: Scenario, design: string) => checkDesign(choiceOf(scenario, design, 'small')).check

function trace(scenario: Scenario, design: string, property: string): readonly string[] {
  const check = resultOf(scenario, design)
  const found = check.properties.find(({ name }) => name === property)
  return (found?.run?.stem ?? []).map((step) => check.system.steps[step]!.label)
}

describe('a heap that has run out', () => {
  test('stops the panic handler at the lock under which it was asked', () => {
    expect(trace(frameHeap, 'snapshot-lvbs', 'VTL0 is told of a panic')).toEqual([
      'fault.lock(cpu0)',
      'slab.lock(cpu1)',
      'buddy.take(cpu1,frame0)',
      'buddy.runOut(cpu0)',
      'rescue.panic(cpu0)',
      'slab.refill(cpu1)',
    ])
  })

  test('has VTL0 told where nothing but the port is printed to', () => {
    const told = resultOf(frameHeap, 'snapshot-lvbs-serial-port').properties.find(
      ({ name }) => name === 'VTL0 is told of a panic',
    )
    expect(told!.verdict).toBe('holds')
  })

  test('takes the word of a host that names a block in use', () => {
    expect(trace(frameHeap, 'snapshot-snp-lying-host', 'no frame has two users').slice(-4)).toEqual([
      'buddy.take(cpu0,frame0)',
      'buddy.runOut(cpu1)',
      'rescue.askHost(cpu1)',
      'host.answer(cpu1,frame0)',
    ])
  })

  test('may not ask for memory in order to ask for memory', () => {
    expect(resultOf(frameHeap, 'errors-rescue-allocates').properties.map(({ verdict }) => verdict)).toContain('deadlock')
  })
})

describe('a frame that is given back too early', () => {
  const reached = ['guest.walkToWrite(cpu1,page0)', 'unmap.clear', 'unmap.free']

  test('is hit even before anybody has it', () => {
    expect(trace(frameHeapReuse, 'snapshot-lvbs', 'the list of free frames holds what the heap wrote')).toEqual([
      ...reached,
      'guest.scribble(cpu1,page0,frame0)',
    ])
  })

  test('may be a page table by then', () => {
    expect(trace(frameHeapReuse, 'snapshot-lvbs', 'a page-table page holds what LiteBox wrote')).toEqual([
      ...reached,
      'heap.take(frame0,pageTable)',
      'guest.scribble(cpu1,page0,frame0)',
    ])
  })
})

test("a guest's munmap gives away a Rust object", () => {
  expect(trace(frameHeapReuse, 'snapshot-snp', 'the frame of a live Rust object is in no other hands')).toEqual([
    'unmap.kernelPage',
  ])
})
