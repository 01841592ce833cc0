import { finalWhen, type Scenario, scenario, system } from '../checker/index.ts'
import { scheduler } from '../model/platform/scheduler.ts'
import { type Role, workerOf, workersOf, workloadRules } from '../model/platform/scheduler-workload.ts'
import { aThreadMigrates, schedulerProperties } from '../properties/scheduler.ts'

/** Threads of a host that stops and moves them as it likes, and is fair. */
const hostThreads = {
  preemption: 'any-step',
  affinity: 'none',
  pick: 'longest-waiting',
  dispatch: 'checked',
  turns: 'fair',
} as const
const pinned = { ...hostThreads, preemption: 'none', affinity: 'one-core' } as const

const started = 'thread2'

export const schedulerScenario: Scenario = scenario({
  name: 'scheduler',
  story:
    'LiteBox has no scheduler: what does it need of the one that it gets? One thread waits by spinning and one by sleeping ' +
    'for a third that does its work in a few steps. The assumptions about turns are a knob, and the report repeats them.',
  knobs: {
    preemption: ['any-step', 'none'],
    /** Which cores may run a thread: all, or one, which threads share where there are fewer cores. */
    affinity: ['none', 'one-core'],
    pick: ['longest-waiting', 'any'],
    dispatch: ['checked', 'unchecked'],
    turns: ['fair', 'fair-to-each', 'none'],
    cores: ['fewer-than-threads', 'as-many-as-threads'],
    threads: [3, 4],
  },
  sizes: { small: { threads: 3 }, full: { threads: 4 } },
  designs: {
    'snapshot-userland': {
      story:
        'Linux and Windows userland: each thread is a thread of the host, which stops it at any step, moves it, and gives ' +
        'every thread its turn.',
      knobs: { ...hostThreads, cores: 'fewer-than-threads' },
      expect: { small: { verdict: 'holds', states: 3879 }, full: { verdict: 'holds', states: 435082 } },
    },
    'snapshot-lvbs': {
      story: 'LVBS: a core runs its one call to the end, and who waits for another waits for another core.',
      knobs: { ...pinned, cores: 'as-many-as-threads' },
      expect: {
        small: {
          verdict: 'holds',
          states: 74,
          vacuous: ['fairness of scheduler.enqueue(thread1) never mattered', 'fairness of thread1 never mattered'],
        },
        full: {
          verdict: 'holds',
          states: 473,
          vacuous: ['fairness of scheduler.enqueue(thread1) never mattered', 'fairness of thread1 never mattered'],
        },
      },
    },
    'snapshot-snp': {
      story:
        'SNP: the host runs a thread when it likes, and may never run it again. Nobody is owed a turn, so a thread that ' +
        'spins for one that is stopped between its wake and its last store spins for ever.',
      knobs: { ...hostThreads, turns: 'none', cores: 'fewer-than-threads' },
      expect: {
        small: {
          verdict: 'violated',
          states: 3879,
          violations: {
            'a thread that is ready runs at last': 3,
            'a thread that spins for another finishes at last': 3,
            'a thread that sleeps for another finishes at last': 10,
          },
        },
        full: {
          verdict: 'violated',
          states: 435082,
          violations: {
            'a thread that is ready runs at last': 3,
            'a thread that spins for another finishes at last': 3,
            'a thread that sleeps for another finishes at last': 6,
          },
        },
      },
    },
    'pinned-to-shared-core': {
      story: 'Threads that run to the end, two of them on one core: a thread that spins there never lets the other set.',
      knobs: { ...pinned, cores: 'fewer-than-threads' },
      expect: {
        small: {
          verdict: 'violated',
          states: 59,
          vacuous: [
            'fairness of scheduler.enqueue(thread1) never mattered',
            'fairness of scheduler.enqueue(thread2) never mattered',
            'fairness of scheduler.dispatch never mattered',
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'only a step that changes nothing hides a deadlock, after 3 steps',
          ],
          violations: { 'a thread that is ready runs at last': 4, 'a thread that spins for another finishes at last': 4 },
        },
        full: {
          verdict: 'violated',
          states: 400,
          vacuous: [
            'fairness of scheduler.enqueue(thread1) never mattered',
            'fairness of scheduler.enqueue(thread2) never mattered',
            'fairness of thread0 never mattered',
            'fairness of thread1 never mattered',
            'fairness of thread2 never mattered',
            'only a step that changes nothing hides a deadlock, after 6 steps',
          ],
          violations: {
            'a thread that is ready runs at last': 7,
            'a thread that spins for another finishes at last': 7,
            'a thread that sleeps for another finishes at last': 7,
          },
        },
      },
    },
    'any-thread-next': {
      story: 'A host that keeps all cores busy and picks whom it likes: busy cores are not enough.',
      knobs: { ...hostThreads, pick: 'any', cores: 'fewer-than-threads' },
      expect: {
        small: {
          verdict: 'violated',
          states: 3879,
          violations: {
            'a thread that is ready runs at last': 7,
            'a thread that spins for another finishes at last': 7,
            'a thread that sleeps for another finishes at last': 17,
          },
        },
        full: {
          verdict: 'violated',
          states: 435082,
          violations: {
            'a thread that is ready runs at last': 8,
            'a thread that spins for another finishes at last': 8,
            'a thread that sleeps for another finishes at last': 10,
          },
        },
      },
    },
    'any-thread-next-fair-to-each': {
      story: 'The same host, if it passes nobody over for ever.',
      knobs: { ...hostThreads, pick: 'any', turns: 'fair-to-each', cores: 'fewer-than-threads' },
      expect: { small: { verdict: 'holds', states: 3879 }, full: { verdict: 'holds', states: 435082 } },
    },
    'core-given-twice': {
      story: 'A host that gives a core away without a look at who has it.',
      knobs: { ...hostThreads, dispatch: 'unchecked', cores: 'fewer-than-threads' },
      expect: { small: { verdict: 'violated', states: 5307, violations: { 'a core runs at most one thread at a time': 4 } } },
    },
  },
  build: ({ preemption, affinity, pick, dispatch, turns, cores: many, threads: count }) => {
    const kinds: readonly Role[] = ['setter', 'spinner', 'sleeper', 'sleeper']
    const roles: Record<string, Role> = Object.fromEntries(kinds.slice(0, count).map((role, at) => [`thread${at}`, role]))
    const threads = Object.keys(roles)
    const cores = threads.slice(many === 'fewer-than-threads' ? 1 : 0).map((_, at) => `core${at}`)
    // With one core less than threads, the first two share a core.
    const home = (thread: string): string => cores[Math.max(0, threads.indexOf(thread) - (threads.length - cores.length))]!
    const { cells, rules, fairness, turnOf, queue } = scheduler({
      threads,
      cores,
      unborn: [started],
      mayRun: (thread, core) => affinity === 'none' || home(thread) === core,
      preemption,
      pick,
      dispatch,
      turns,
    })
    const work = { roles, started, turnOf }
    const workOf = (thread: string) => workerOf(thread, roles[thread]!)
    const world = {
      threads,
      cores,
      turnOf,
      queue,
      work: workOf,
      spinners: workersOf(work, 'spinner'),
      sleepers: workersOf(work, 'sleeper'),
    }
    return system({
      cells: [...cells, ...threads.map(workOf)],
      rules: [...rules, ...workloadRules(work)],
      properties: [...schedulerProperties(world), ...(preemption === 'any-step' ? [aThreadMigrates(world)] : [])],
      final: finalWhen(
        { thread: threads },
        { reads: ({ thread }) => ({ turn: turnOf(thread) }), holds: ({ turn }) => turn.value === 'exited' },
      ),
      fairness,
    })
  },
})
