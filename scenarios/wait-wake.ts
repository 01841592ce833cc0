import { finalWhen, type Rule, rule, type Scenario, scenario, system, weak } from '../checker/index.ts'
import { drained, type Memory, memory } from '../model/platform/memory-order.ts'
import { stored, word } from '../model/platform/shared-word.ts'
import { sleeperOf, spuriousWakes } from '../model/shim/raw-mutex.ts'
import { threadState } from '../model/shim/wait-state.ts'
import { deadlineOf } from '../model/shim/wait-state-timeout.ts'
import { waitCallOf } from '../model/shim/wait-state-wait.ts'
import { waitRules } from '../model/shim/wait-state-wait-rules.ts'
import { wakeCallOf } from '../model/shim/wait-state-wake.ts'
import { wakeFence, wakeRules } from '../model/shim/wait-state-wake-rules.ts'
import {
  aMetConditionEndsTheWait,
  aThreadSleepsAndIsWoken,
  aWaitEnds,
  aWakeIsLostHarmlessly,
  nobodyOversleeps,
  theWordSaysWhetherAThreadWaits,
} from '../properties/waits.ts'
import { theHostKnowsItsCallers, theHostSleepsOnWhatItWasTold } from '../properties/waits-host.ts'

const waiter = 'waiter'
/** The second waker meets no condition: it holds a `Waker` from an earlier wait and calls late. */
const [waker, staleWaker] = ['waker', 'staleWaker']
const done = word<boolean>('done', false)

const beginWait = (call: ReturnType<typeof waitCallOf>): Rule =>
  rule(
    'waiter.begin',
    {},
    { source: 'litebox/src/event/wait.rs: WaitContext::wait_until', actor: () => waiter, sends: () => ({ call }) },
  ).does({
    when: { idle: ({ call }) => call.value === 'idle' },
    events: () => ({ call: { type: 'CALL' } }),
  })

const source = 'litebox/src/sync/futex.rs: FutexManager::wake'

const meetCondition = (
  call: ReturnType<typeof wakeCallOf>,
  how: 'store' | 'exchange',
  { storePort, fencePorts }: Memory,
): Rule =>
  how === 'store'
    ? rule(
        'waker.meetCondition',
        {},
        { source, actor: () => waker, sends: () => ({ call, port: storePort(waker, done) }), waitsFor: ['port'] },
      ).does({
        when: { idle: ({ call }) => call.value === 'idle' },
        events: () => ({ call: { type: 'CALL', thread: waiter }, port: stored(done, true) }),
      })
    : rule(
        'waker.meetCondition',
        {},
        {
          source,
          actor: () => waker,
          sees: () => ({ own: fencePorts(waker) }),
          sends: () => ({ call, done: done.cell }),
        },
      ).does({
        when: { idle: ({ call }) => call.value === 'idle', drained: ({ own }) => drained(own) },
        events: () => ({ call: { type: 'CALL', thread: waiter }, done: stored(done, true) }),
      })

const callLate = (call: ReturnType<typeof wakeCallOf>): Rule =>
  rule(
    'staleWaker.call',
    {},
    { source: 'litebox/src/event/wait.rs: Waker::clone', actor: () => staleWaker, sends: () => ({ call }) },
  ).does({
    when: { idle: ({ call }) => call.value === 'idle' },
    events: () => ({ call: { type: 'CALL', thread: waiter } }),
  })

/** What the source does, but for the memory that it runs on. */
const snapshot = { announcement: 'exchange', meeting: 'store', fence: 'none', deadline: 'none', wakes: 'exact' } as const

export const waitWake: Scenario = scenario({
  name: 'wait-wake',
  story:
    'Does a thread that waits for a flag always learn that the flag was set? The waiter announces itself and looks at ' +
    'the flag; the waker sets the flag and looks whether anybody announced itself. The futex waits so, and whoever polls ' +
    '(`litebox/src/event/polling.rs`). Leaves out interrupts, and what the flag stands for.',
  knobs: {
    memory: ['sc', 'tso'],
    announcement: ['exchange', 'store', 'exchange-last'],
    meeting: ['store', 'exchange'],
    fence: ['none', 'full'],
    deadline: ['none', 'set'],
    wakes: ['exact', 'spurious'],
    wakers: [1, 2],
  },
  sizes: { small: { wakers: 1 }, full: { wakers: 2 } },
  designs: {
    'snapshot-sc': {
      story: 'The code as it is, on a machine without store buffers: every wake-up arrives.',
      knobs: { ...snapshot, memory: 'sc' },
      bugs: ['LB-13'],
      expect: { small: { verdict: 'holds', states: 35 }, full: { verdict: 'holds', states: 199 } },
    },
    'snapshot-tso': {
      story:
        'The code as it is, on x86. The waker looks at the word of the waiter while its own store of the flag still sits ' +
        'in the store buffer; a release fence does not change that.',
      knobs: { ...snapshot, memory: 'tso' },
      bugs: ['LB-13'],
      expect: {
        small: {
          verdict: 'violated',
          states: 56,
          violations: {
            'nobody sleeps while its condition holds and no wake is coming': 7,
            'a thread whose condition holds leaves its wait': 7,
            'no deadlock': 6,
          },
        },
        full: {
          verdict: 'violated',
          states: 332,
          violations: {
            'nobody sleeps while its condition holds and no wake is coming': 7,
            'a thread whose condition holds leaves its wait': 9,
            'no deadlock': 8,
          },
        },
      },
    },
    'snapshot-tso-spurious': {
      story:
        'As snapshot-tso, on a host that sometimes wakes a thread for nothing. A lucky wake-up ends the sleep, so there ' +
        'is no deadlock; that nothing else ends it still shows.',
      knobs: { ...snapshot, memory: 'tso', wakes: 'spurious' },
      bugs: ['LB-13'],
      expect: {
        small: {
          verdict: 'violated',
          states: 71,
          violations: { 'nobody sleeps while its condition holds and no wake is coming': 7 },
          vacuous: [
            'fairness of waker never mattered',
            'fairness of waiter.drain never mattered',
            'fairness of waker.drain never mattered',
          ],
        },
      },
    },
    'snapshot-tso-deadline': {
      story: 'As snapshot-tso, with a deadline: the lost wake-up shows as a timeout. This is what pull request 1228 measures.',
      knobs: { ...snapshot, memory: 'tso', deadline: 'set' },
      bugs: ['LB-13'],
      expect: {
        small: {
          verdict: 'violated',
          states: 165,
          violations: { 'nobody sleeps while its condition holds and no wake is coming': 8 },
        },
      },
    },
    'fence-sc': {
      story: 'A full fence before the waker looks at the word of the waiter; it costs nothing where it is not needed.',
      knobs: { ...snapshot, memory: 'sc', fence: 'full' },
      bugs: ['LB-13'],
      expect: { small: { verdict: 'holds', states: 42 } },
    },
    'fence-tso': {
      story: 'A full fence before the waker looks at the word of the waiter, on x86.',
      knobs: { ...snapshot, memory: 'tso', fence: 'full' },
      bugs: ['LB-13'],
      expect: { small: { verdict: 'holds', states: 54 }, full: { verdict: 'holds', states: 368 } },
    },
    'fence-tso-spurious-deadline': {
      story: 'The full fence, with spurious wake-ups and a deadline.',
      knobs: { ...snapshot, memory: 'tso', fence: 'full', wakes: 'spurious', deadline: 'set' },
      bugs: ['LB-13'],
      expect: {
        small: {
          verdict: 'holds',
          states: 172,
          vacuous: [
            'fairness of waker never mattered',
            'fairness of waiter.drain never mattered',
            'fairness of waker.drain never mattered',
          ],
        },
        full: {
          verdict: 'holds',
          states: 1158,
          vacuous: [
            'fairness of waker never mattered',
            'fairness of staleWaker never mattered',
            'fairness of waiter.drain never mattered',
            'fairness of waker.drain never mattered',
          ],
        },
      },
    },
    'exchange-tso': {
      story: 'The waker sets the flag with an exchange: a locked instruction is as good as a fence.',
      knobs: { ...snapshot, memory: 'tso', meeting: 'exchange' },
      bugs: ['LB-13'],
      expect: { small: { verdict: 'holds', states: 41 } },
    },
    'announced-by-store-sc': {
      story: 'The waiter announces itself with a plain store. Without store buffers that is enough.',
      knobs: { ...snapshot, memory: 'sc', announcement: 'store', fence: 'full' },
      expect: { small: { verdict: 'holds', states: 42 } },
    },
    'announced-by-store-tso': {
      story: 'The waiter announces itself with a plain store: a fence on the waker alone does not help.',
      knobs: { ...snapshot, memory: 'tso', announcement: 'store', fence: 'full' },
      expect: {
        small: {
          verdict: 'violated',
          states: 78,
          violations: {
            'nobody sleeps while its condition holds and no wake is coming': 9,
            'a thread whose condition holds leaves its wait': 9,
            'no deadlock': 9,
          },
        },
      },
    },
    'announced-last-sc': {
      story: 'The waiter looks at the flag first and announces itself afterwards: lost even without store buffers.',
      knobs: { ...snapshot, memory: 'sc', announcement: 'exchange-last', fence: 'full' },
      expect: {
        small: {
          verdict: 'violated',
          states: 37,
          violations: {
            'nobody sleeps while its condition holds and no wake is coming': 7,
            'a thread whose condition holds leaves its wait': 7,
            'no deadlock': 7,
          },
          asleep: ['wake.missSwap'],
        },
      },
    },
  },
  build: ({ memory: order, announcement, meeting, fence, deadline, wakes, wakers }) => {
    const threads = [waiter]
    const callers = wakers === 1 ? [waker] : [waker, staleWaker]
    const timed = deadline === 'set'
    const wait = (thread: string) =>
      waitCallOf(thread, { timed, interruptible: false, announcesLast: announcement === 'exchange-last' })
    const wake = (caller: string) => wakeCallOf(caller, 'wake', fence === 'full')
    // One entry more than any thread stores in a row: the bound is never hit.
    const shared = memory({
      order,
      capacity: 3,
      cores: meeting === 'store' ? [waiter, waker] : [waiter],
      words: [done, threadState(waiter)],
    })
    const waits = {
      memory: shared,
      threads,
      call: wait,
      announcement: announcement === 'store' ? 'store' : 'exchange',
      condition: () => done,
      timed,
    } as const
    const calls = { memory: shared, callers, threads, call: wake }
    const world = { threads, callers, wait, wake, condition: () => done }
    return system({
      cells: [wait(waiter), sleeperOf(waiter), ...(timed ? [deadlineOf(waiter)] : []), ...callers.map(wake), ...shared.cells],
      rules: [
        beginWait(wait(waiter)),
        ...waitRules(waits),
        meetCondition(wake(waker), meeting, shared),
        ...(wakers === 2 ? [callLate(wake(staleWaker))] : []),
        ...(fence === 'full' ? [wakeFence(calls)] : []),
        ...wakeRules(calls),
        ...(wakes === 'spurious' ? [spuriousWakes(threads)] : []),
        ...shared.rules,
      ],
      properties: [
        nobodyOversleeps(world),
        aMetConditionEndsTheWait(world),
        theHostKnowsItsCallers(threads, (thread) => [wait(thread)], ['sleeping']),
        theHostSleepsOnWhatItWasTold(threads, ['wait.sleep', 'wait.stayAwake'], threadState, 'waiting'),
        theWordSaysWhetherAThreadWaits({ ...world, memory: shared }),
        aThreadSleepsAndIsWoken(world),
        aWaitEnds(world, 'ready'),
        ...(timed ? [aWaitEnds(world, 'timedOut')] : []),
        aWakeIsLostHarmlessly(world),
      ],
      final: finalWhen(
        { caller: callers },
        {
          reads: ({ caller }) => ({ wait: wait(waiter), wake: wake(caller) }),
          holds: ({ wait, wake }) => wait.value === 'returned' && wake.value === 'returned',
        },
      ),
      // Without spurious wakes every execution ends, and there is nothing to be fair about.
      fairness: wakes === 'spurious' ? [...callers.map((actor) => weak({ actor })), ...shared.fairness] : [],
      bounds: shared.bounds,
    })
  },
})
