import { expect, test } from 'vitest'
import { checkDesign, choiceOf, type Scenario } from '../../checker/index.ts'
import { guestWindow } from '../../scenarios/guest-window.ts'
import { guestWindowWindows } from '../../scenarios/guest-window-windows.ts'
import { threadLife } from '../../scenarios/thread-life.ts'

/** The shortest trace to the failure of a property, its cycle included, as labels. */
function trace(scenario: Scenario, design: string, property: string): readonly string[] {
  const { check } = checkDesign(choiceOf(scenario, design, 'small'))
  const run = check.properties.find(({ name }) => name === property)?.run
  return [...(run?.stem ?? []), ...(run?.cycle ?? [])].map((step) => check.system.steps[step]!.label)
}

const lost = 'a thread that must exit leaves its guest for good'

test('an interrupt between the look and the flag is only noted', () => {
  const steps = trace(guestWindow, 'check-then-set', lost)
  expect(steps.indexOf('window.test')).toBeLessThan(steps.indexOf('signal.interrupt'))
  expect(steps.indexOf('signal.interrupt')).toBeLessThan(steps.indexOf('window.set'))
})

test('a fault in the shim behind an interrupted entry counts as one of the guest', () => {
  const steps = trace(guestWindow, 'flag-left-set', 'host frames are not abandoned while they hold a lock')
  expect(steps.indexOf('window.test')).toBeLessThan(steps.indexOf('shim.lock', steps.indexOf('window.test')))
  expect(steps.slice(-3)).toEqual(['signal.exception', 'handler.takeFlag(outer)', 'handler.leaveGuest(outer)'])
})

test('a thread leaves its guest between the reading of its flag and of its context', () => {
  const steps = trace(guestWindowWindows, 'flags-read-early-sc', 'host frames are not abandoned while they hold a lock')
  expect(steps.indexOf('suspender.readFlag')).toBeLessThan(steps.indexOf('shim.lock'))
  expect(steps.indexOf('shim.lock')).toBeLessThan(steps.indexOf('kernel.stop'))
})

test('a thread behind the flag and before the popping is taken for one that handles an exception', () => {
  expect(trace(guestWindowWindows, 'set-then-check-only', lost)).toContain('suspender.patchContinuation')
})

test('exec loads its program between the counting out of a thread and the clearing of its id', () => {
  const steps = trace(threadLife, 'snapshot', 'a program that exec has loaded is touched by its own threads only')
  expect(steps.indexOf('thread.countOut(thread1)')).toBeLessThan(steps.indexOf('exec.load(thread0)'))
  expect(steps.at(-1)).toBe('thread.clearTid(thread1)')
})
