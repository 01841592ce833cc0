import { cell, finalWhen, type Scenario, scenario, system, weak } from '../checker/index.ts'
import { activeCount, activeCountRules, activeThread, networkLoopCell, socketsCell } from '../model/shim/thread-active-count.ts'
import { activeCountClaims, activeCountProperties } from '../properties/thread-active-count.ts'
import type { Claim } from './claim.ts'

const snapshot = { raise: 'child', lower: 'before-drop', refused: 'lowers', networkExit: 'count', traffic: 'none' } as const
const mended = { ...snapshot, raise: 'parent', lower: 'after-drop' } as const

export const threadLifeActiveCount: Scenario = scenario({
  name: 'thread-life-active-count',
  story:
    'The SNP runner returns to the host when its count of threads is zero. Has every thread then gone, and does it return ' +
    'at all? The host runs a thread that it has agreed to start when it likes.',
  knobs: {
    raise: ['child', 'parent'],
    lower: ['before-drop', 'after-drop'],
    refused: ['lowers', 'forgets'],
    /** When the network loop returns. */
    networkExit: ['count', 'count-and-drained', 'host-signal'],
    /** Whether threads send anything. */
    traffic: ['none', 'sends'],
    threads: [2, 4],
  },
  sizes: { small: { threads: 2 }, full: { threads: 4 } },
  designs: {
    snapshot: {
      story:
        'The code as it is: a new thread counts itself when it starts, so that its parent may have brought the count to zero ' +
        'before; and a thread lowers the count before it drops its task.',
      knobs: snapshot,
      expect: {
        small: {
          verdict: 'violated',
          states: 36,
          violations: {
            'while the count of threads is zero no thread runs or will start': 3,
            'the network loop returns only when every thread has dropped its task': 3,
          },
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
        full: {
          verdict: 'violated',
          states: 1296,
          violations: {
            'while the count of threads is zero no thread runs or will start': 3,
            'the network loop returns only when every thread has dropped its task': 3,
          },
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'fairness of thread3 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
      },
    },
    'parent-raises': {
      story: 'The parent counts its child before it asks for it; the task is still dropped after the count was lowered.',
      knobs: { ...mended, lower: 'before-drop' },
      expect: {
        small: {
          verdict: 'violated',
          states: 37,
          violations: { 'the network loop returns only when every thread has dropped its task': 3 },
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
        full: {
          verdict: 'violated',
          states: 1669,
          violations: { 'the network loop returns only when every thread has dropped its task': 3 },
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'fairness of thread3 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
      },
    },
    'parent-raises-lower-last': {
      story: 'The parent counts its child before it asks for it, and a thread lowers the count when nothing is left to do.',
      knobs: mended,
      expect: {
        small: {
          verdict: 'holds',
          states: 32,
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
        full: {
          verdict: 'holds',
          states: 1568,
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'fairness of thread3 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
      },
    },
    'refused-thread-counted': {
      story: 'The same, and the parent forgets to take the count back when the host refuses.',
      knobs: { ...mended, refused: 'forgets' },
      bugs: ['LB-22'],
      expect: {
        small: {
          verdict: 'violated',
          states: 31,
          violations: { 'the network loop returns once every thread has gone': 5, 'no deadlock': 5 },
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
        full: {
          verdict: 'violated',
          states: 1549,
          violations: { 'the network loop returns once every thread has gone': 5, 'no deadlock': 5 },
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'fairness of thread3 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
      },
    },
    'snapshot-sending': {
      story: 'The code as it is, with threads that send: the last of it stays behind when the last thread has gone.',
      knobs: { ...snapshot, traffic: 'sends' },
      expect: {
        small: {
          verdict: 'violated',
          states: 72,
          violations: {
            'while the count of threads is zero no thread runs or will start': 3,
            'the network loop returns only when every thread has dropped its task': 3,
            'what a thread has sent is passed on before the network loop returns': 4,
          },
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
        full: {
          verdict: 'violated',
          states: 2592,
          violations: {
            'while the count of threads is zero no thread runs or will start': 3,
            'the network loop returns only when every thread has dropped its task': 3,
            'what a thread has sent is passed on before the network loop returns': 4,
          },
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'fairness of thread3 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
      },
    },
    'drained-before-return': {
      story: 'The count is right, and the loop returns only when nothing is left to be passed on.',
      knobs: { ...mended, networkExit: 'count-and-drained', traffic: 'sends' },
      expect: {
        small: {
          verdict: 'holds',
          states: 61,
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
        full: {
          verdict: 'holds',
          states: 3109,
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'fairness of thread3 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
      },
    },
    'returned-on-signal': {
      story: 'The host says when the loop is to return, and it is not trusted: it does so too early, or never.',
      knobs: { ...mended, networkExit: 'host-signal', traffic: 'sends' },
      expect: {
        small: {
          verdict: 'violated',
          states: 116,
          violations: {
            'the network loop returns only when every thread has dropped its task': 1,
            'what a thread has sent is passed on before the network loop returns': 2,
            'no deadlock': 3,
          },
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
        full: {
          verdict: 'violated',
          states: 6164,
          violations: {
            'the network loop returns only when every thread has dropped its task': 1,
            'what a thread has sent is passed on before the network loop returns': 2,
            'no deadlock': 3,
          },
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'fairness of thread3 never mattered',
            'fairness of networkLoop never mattered',
          ],
        },
      },
    },
  },
  build: ({ threads: count, ...design }) => {
    const threads = ['thread0', 'thread1', 'thread2', 'thread3'].slice(0, count)
    const life = (thread: string) =>
      cell(`active.${thread}`, activeThread, { input: { leader: thread === threads[0], lower: design.lower } })
    const world = { ...design, threads, life }
    return system({
      cells: [
        activeCount.cell,
        networkLoopCell,
        ...(design.traffic === 'sends' || design.networkExit === 'count-and-drained' ? [socketsCell] : []),
        ...threads.map(life),
      ],
      rules: activeCountRules(world),
      properties: activeCountProperties(world),
      // A guest may run for ever.
      final: finalWhen(
        {},
        {
          reads: () => ({ loop: networkLoopCell, lives: threads.map(life) }),
          holds: ({ loop, lives }) => loop.value === 'returned' || lives.some(({ value }) => value === 'running'),
        },
      ),
      fairness: [...threads, 'networkLoop'].map((actor) => weak({ actor })),
    })
  },
})

export const threadLifeActiveCountClaims: readonly Claim[] = [
  {
    article: 'sev-snp-runner',
    quote: 'Tracks running threads; incremented on thread creation and decremented on exit',
    scenario: threadLifeActiveCount.name,
    property: activeCountClaims.nobody,
  },
  {
    article: 'sev-snp-runner',
    quote: 'The loop continues until all threads exit',
    scenario: threadLifeActiveCount.name,
    property: activeCountClaims.dropped,
  },
  {
    article: 'sev-snp-runner',
    quote: 'When all_threads_exited() returns true, the main loop in sandbox_tun_read_write terminates',
    scenario: threadLifeActiveCount.name,
    property: activeCountClaims.ends,
  },
]
