import { describe, expect, test } from 'vitest'
import { checkDesign, choiceOf, type Scenario } from '../../checker/index.ts'
import { futexWake } from '../../scenarios/futex-wake.ts'
import { futexWakeJoin } from '../../scenarios/futex-wake-join.ts'
import { futexWakeLockables } from '../../scenarios/futex-wake-lockables.ts'
import { rawMutexWakeBits } from '../../scenarios/raw-mutex-wake-bits.ts'
import { waitWake } from '../../scenarios/wait-wake.ts'
import { waitWakeInterrupt } from '../../scenarios/wait-wake-interrupt.ts'

/** The shortest trace to the failure of a property, as labels. */
function trace(scenario: Scenario, design: string, size: 'small' | 'full', property: string): readonly string[] {
  const { check } = checkDesign(choiceOf(scenario, design, size))
  const found = check.properties.find(({ name }) => name === property)
  return (found?.run?.stem ?? []).map((step) => check.system.steps[step]!.label)
}

const verdict = (scenario: Scenario, design: string, size: 'small' | 'full' = 'small') =>
  checkDesign(choiceOf(scenario, design, size)).check.verdict

describe('the store buffer loses a wake-up, and the trace tells how', () => {
  test('of a thread that waits for a flag', () => {
    expect(trace(waitWake, 'snapshot-tso', 'small', 'nobody sleeps while its condition holds and no wake is coming')).toEqual([
      'waiter.begin',
      'waker.meetCondition',
      'wake.look(waker,waiter)',
      'wait.announce(waiter)',
      'wait.checkCondition(waiter)',
      'wait.sleep(waiter)',
      'waker.drain(done)',
    ])
  })

  test('of a thread that enters its guest', () => {
    const lost = 'no guest runs on while its thread must exit and no interrupt is coming'
    expect(trace(waitWakeInterrupt, 'snapshot-tso', 'small', lost)).toEqual([
      'exitGroup.post(thread0)',
      'wake.look(killer,thread0)',
      'guest.prepare(thread0)',
      'guest.announce(thread0)',
      'guest.checkExit(thread0)',
      'killer.drain(exiting.thread0)',
    ])
  })

  test.each([waitWake, waitWakeInterrupt])('and needs it: %s', (scenario) => {
    expect([verdict(scenario, 'snapshot-sc'), verdict(scenario, 'fence-sc'), verdict(scenario, 'fence-tso')]).toEqual([
      'holds',
      'holds',
      'holds',
    ])
  })
})

test('a wake is spent on a waiter that has not compared the word, and says that it did not wait', () => {
  const spent = 'a waiter that a wake counted reports that it was woken'
  const steps = trace(futexWake, 'snapshot-sc', 'small', spent)
  expect(steps.indexOf('futex.insert(thread0)')).toBeLessThan(steps.indexOf('guest.changeAndWake'))
  expect(steps).toContain('futex.findUnequal(thread0)')
  expect(steps.indexOf('futex.extract(waker)')).toBeLessThan(steps.indexOf('entry.look(thread0)'))
})

test('a child clears its id before the parent writes it', () => {
  const steps = trace(futexWakeJoin, 'spawn-first-sc', 'small', 'a parent joins a thread that has exited')
  expect(steps.indexOf('parent.spawn')).toBeLessThan(steps.indexOf('child.clearTid'))
  expect(steps.indexOf('child.clearTid')).toBeLessThan(steps.indexOf('parent.writeTid'))
})

test('the last of the three resets of the wake bits holds for one thread and fails for two', () => {
  expect(verdict(rawMutexWakeBits, 'reset-when-at-most')).toBe('holds')
  expect(verdict(rawMutexWakeBits, 'reset-when-at-most', 'full')).toBe('violated')
})

test('a ticket saves the mark of another object, and not the waker that counts there', () => {
  const { check } = checkDesign(choiceOf(futexWakeLockables, 'pull-request-335', 'full'))
  const verdicts = Object.fromEntries(check.properties.map(({ name, verdict }) => [name, verdict]))
  expect(verdicts['a waker takes back only its own mark']).toBe('holds')
  expect(verdicts['a waker that has marked an object finishes']).toBe('violated')
})
