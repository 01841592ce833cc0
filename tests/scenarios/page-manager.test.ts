import { describe, expect, test } from 'vitest'
import { checkDesign, choiceOf, type Scenario } from '../../checker/index.ts'
import { pageManager } from '../../scenarios/page-manager.ts'
import { pageManagerHost } from '../../scenarios/page-manager-host.ts'
import { pageManagerProtect } from '../../scenarios/page-manager-protect.ts'
import { pageManagerRemap } from '../../scenarios/page-manager-remap.ts'
import { pageManagerStack } from '../../scenarios/page-manager-stack.ts'
import { pageManagerWindows } from '../../scenarios/page-manager-windows.ts'

/*
 * The shortest traces to what the page manager gets wrong, as an engineer would tell them. That every design answers as
 * expected is checked in `properties/`.
 */

function trace(scenario: Scenario, design: string, property: string): readonly string[] {
  const { check } = checkDesign(choiceOf(scenario, design, 'small'))
  const found = check.properties.find(({ name }) => name === property)
  return [...(found?.run?.stem ?? []), ...(found?.run?.cycle ?? [])].map((step) => check.system.steps[step]!.label)
}

describe('an mmap with contents', () => {
  test('that holds the lock on the areas waits for itself', () => {
    const { check } = checkDesign(choiceOf(pageManager, 'before-pr-270', 'small'))
    expect(check.properties.find(({ name }) => name === 'no deadlock')!.verdict).toBe('deadlock')
  })

  test('that does not is brought down by a munmap', () => {
    expect(trace(pageManager, 'snapshot', 'no guest stops LiteBox')).toEqual([
      'mmap.create',
      'initialiser.touch(page0)',
      'touch.fault(main,page0)',
      'guest.munmap(sibling,page0)',
      'fault.fixUp(main,page0)',
      'initialiser.fail',
    ])
  })

  test('writes into the mapping that took its place, with or without a second look', () => {
    for (const design of ['snapshot', 'revalidated'])
      expect(trace(pageManager, design, 'an initialiser writes only into its own mapping')).toEqual([
        'mmap.create',
        'initialiser.touch(page0)',
        'touch.fault(main,page0)',
        'guest.replace(sibling,page0)',
        'fault.map(main,page0)',
        'initialiser.write(page0)',
      ])
  })

  test('removes the mapping that took its place', () => {
    expect(trace(pageManager, 'snapshot', 'the last part of mmap changes only its own mapping')).toEqual([
      'mmap.create',
      'initialiser.cannotRead',
      'guest.replace(sibling,page0)',
      'mmap.lockToRemove',
      'mmap.remove(page0)',
    ])
  })
})

describe('mprotect', () => {
  test('leaves a page that a write stops LiteBox at', () => {
    expect(trace(pageManagerProtect, 'snapshot', 'no access of the guest stops LiteBox').slice(-1)).toEqual([
      'fault.stop(sibling0,page0)',
    ])
  })

  test('ends a thread whose read it has just allowed', () => {
    expect(trace(pageManagerProtect, 'eager', 'no fault is refused that its area allows').slice(-5)).toEqual([
      'mprotect.call(read)',
      'touch.fault(sibling0,page0)',
      'mprotect.change(page0)',
      'mprotect.return',
      'fault.signal(sibling0,page0)',
    ])
  })

  test('makes a thread fault for ever if the handler only retries', () => {
    expect(
      trace(pageManagerProtect, 'handler-retries', 'an access that faults is let through or refused in the end').slice(-2),
    ).toEqual(['touch.fault(sibling0,page0)', 'fault.retry(sibling0,page0)'])
  })
})

test('a move that fails leaves a page where no area covers it, and the next mmap finds it there', () => {
  expect(trace(pageManagerRemap, 'snapshot', 'a new mapping holds nothing but zeroes')).toEqual([
    'mremap.call',
    'mremap.start',
    'mremap.unmap(old0)',
    'mremap.map(old0)',
    'mremap.unmap(old1)',
    'host.refuseMemory',
    'guest.mmap',
  ])
})

test('a fallible copy that faults in the guard gap ends the machine', () => {
  expect(trace(pageManagerStack, 'snapshot', 'a fallible copy that faults is told, and the machine goes on').slice(-1)).toEqual([
    'fault.stop(copy,page1)',
  ])
})

describe('in a process of the host', () => {
  const foreign = "no call of the guest takes a mapping that is not the guest's"

  test('unmapping before mapping leaves a hole that others fall into', () => {
    expect(trace(pageManagerHost, 'before-pr-488', foreign)).toEqual([
      'mmap.unmapFirst(page0)',
      'host.map(page0)',
      'mmap.mapOver(page0)',
    ])
  })

  test('one fixed mmap, or one munmap, takes what the process had', () => {
    expect(trace(pageManagerHost, 'record-replaced', foreign)).toEqual(['mmap.replace(page1)'])
    expect(trace(pageManagerHost, 'munmap-unchecked', foreign)).toEqual(['munmap.unmap(page1)'])
  })

  test('mremap forgets pages that the host has grown in place', () => {
    expect(
      trace(pageManagerHost, 'snapshot', 'between calls the areas of the guest are what the host has mapped for it'),
    ).toEqual(['mremap.findNoRoom', 'host.unmap(page1)', 'mremap.growInPlace'])
  })

  test('a page that somebody else has reserved is taken for one that LiteBox gave back', () => {
    expect(
      trace(pageManagerWindows, 'failures-refused', 'a call that succeeds has committed its pages for the guest alone'),
    ).toEqual([
      'alloc.call(hint,page0)',
      'alloc.ask(page0)',
      'alloc.begin',
      'host.reserve(page0)',
      'alloc.query(page0)',
      'alloc.commit(page0)',
      'alloc.succeed',
    ])
  })
})
