import { cell, finalWhen, type Scenario, scenario, system, weak } from '../checker/index.ts'
import { activeCount, activeCountRules, activeThread, networkLoopCell } from '../model/shim/thread-active-count.ts'
import { activeCountClaims, activeCountProperties } from '../properties/thread-active-count.ts'
import type { Claim } from './claim.ts'

const snapshot = { raise: 'child', lower: 'before-drop', refused: 'lowers' } as const
const mended = { raise: 'parent', lower: 'after-drop', refused: 'lowers' } as const

export const threadLifeActiveCount: Scenario = scenario({
  name: 'thread-life-active-count',
  story:
    'The SNP runner returns to the host when its count of threads is zero. Has every thread then gone, and does it return ' +
    'at all? The host runs a thread that it has agreed to start when it likes.',
  knobs: {
    raise: ['child', 'parent'],
    lower: ['before-drop', 'after-drop'],
    refused: ['lowers', 'forgets'],
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
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of networkLoop never mattered',
          ],
          violations: {
            'while the count of threads is zero no thread runs or will start': 3,
            'the network loop returns only when every thread has dropped its task': 3,
          },
        },
        full: {
          verdict: 'violated',
          states: 1296,
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'fairness of thread3 never mattered',
            'fairness of networkLoop never mattered',
          ],
          violations: {
            'while the count of threads is zero no thread runs or will start': 3,
            'the network loop returns only when every thread has dropped its task': 3,
          },
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
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of networkLoop never mattered',
          ],
          violations: { 'the network loop returns only when every thread has dropped its task': 3 },
        },
        full: {
          verdict: 'violated',
          states: 1669,
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'fairness of thread3 never mattered',
            'fairness of networkLoop never mattered',
          ],
          violations: { 'the network loop returns only when every thread has dropped its task': 3 },
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
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of networkLoop never mattered',
          ],
          violations: { 'the network loop returns once every thread has gone': 5, 'no deadlock': 5 },
        },
        full: {
          verdict: 'violated',
          states: 1549,
          vacuous: [
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'fairness of thread3 never mattered',
            'fairness of networkLoop never mattered',
          ],
          violations: { 'the network loop returns once every thread has gone': 5, 'no deadlock': 5 },
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
      cells: [activeCount.cell, networkLoopCell, ...threads.map(life)],
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
