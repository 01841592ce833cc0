import { finalWhen, type Scenario, type System, scenario, system, weak } from '../checker/index.ts'
import { mutexCallerOf, mutexRules, mutexWord } from '../model/shim/mutex.ts'
import { sleeperOf, spuriousWakes } from '../model/shim/raw-mutex.ts'
import { mutexProperties } from '../properties/mutex.ts'

const knobs = {
  /** What a thread that has waited makes of the word when it takes the lock. */
  relock: ['as-contended', 'as-locked'],
  /** Whether a thread that finds the lock free takes it in one step with looking. */
  taking: ['exchange', 'look-then-store'],
  /** Whether a thread may wake up although nobody woke it. */
  wakes: ['exact', 'spurious-too'],
  threads: [3, 4],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ relock, taking, wakes, threads: count }: Choice): System {
  const threads = ['thread0', 'thread1', 'thread2', 'thread3'].slice(0, count)
  return system({
    cells: [mutexWord.cell, ...threads.flatMap((thread) => [mutexCallerOf(thread), sleeperOf(thread)])],
    rules: [...mutexRules({ threads, relock, taking }), ...(wakes === 'spurious-too' ? [spuriousWakes(threads)] : [])],
    properties: mutexProperties(threads),
    fairness: wakes === 'spurious-too' ? threads.map((actor) => weak({ actor })) : [],
    final: finalWhen(
      { thread: threads },
      { reads: ({ thread }) => ({ caller: mutexCallerOf(thread) }), holds: ({ caller }) => caller.value === 'finished' },
    ),
  })
}

const snapshot = { relock: 'as-contended', taking: 'exchange', wakes: 'exact' } as const

export const mutex: Scenario = scenario({
  name: 'mutex',
  story:
    "LiteBox's mutex over the raw mutex of any platform: each thread takes it once. Nobody reads what `wake_one` answers, so " +
    'that Windows always says yes is no matter here. Leaves out lock guards, and store buffers.',
  knobs,
  sizes: { small: { threads: 3 }, full: { threads: 4 } },
  designs: {
    snapshot: {
      story: 'The code as it is, over any platform whose wakes are exact.',
      knobs: snapshot,
      expect: { small: { verdict: 'holds', states: 636 }, full: { verdict: 'holds', states: 8393 } },
    },
    'snapshot-spurious': {
      story: 'The code as it is, where threads may wake for no reason, as on SNP after every interrupted host call.',
      knobs: { ...snapshot, wakes: 'spurious-too' },
      expect: { small: { verdict: 'holds', states: 771 }, full: { verdict: 'holds', states: 10543 } },
    },
    'relocked-as-locked': {
      story: 'A thread that has slept takes the mutex as merely locked: whoever sleeps beside it is woken by nobody.',
      knobs: { ...snapshot, relock: 'as-locked' },
      expect: {
        small: {
          verdict: 'violated',
          states: 587,
          violations: { 'a thread that asks for the mutex gets it': 14, 'no deadlock': 14 },
        },
        full: {
          verdict: 'violated',
          states: 7884,
          violations: { 'a thread that asks for the mutex gets it': 16, 'no deadlock': 16 },
        },
      },
    },
    'look-then-store': {
      story: 'A thread that sees the mutex free takes it with a store.',
      knobs: { ...snapshot, taking: 'look-then-store' },
      expect: {
        small: { verdict: 'violated', states: 651, violations: { 'at most one thread holds the mutex': 6 } },
        full: {
          verdict: 'violated',
          states: 9091,
          violations: {
            'at most one thread holds the mutex': 6,
            'a thread that asks for the mutex gets it': 12,
            'no deadlock': 12,
          },
        },
      },
    },
  },
  build,
})
