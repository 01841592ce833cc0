import { finalWhen, type Scenario, type System, scenario, system, weak } from '../checker/index.ts'
import { sleeperOf, spuriousWakes } from '../model/shim/raw-mutex.ts'
import { lockerOf, notifyWord, stateWord } from '../model/shim/rwlock.ts'
import { rwlockRules } from '../model/shim/rwlock-rules.ts'
import { rwlockProperties } from '../properties/rwlock.ts'

const knobs = {
  /** What a call that is to wake one thread says: whether it did, always yes, always no, or anything. */
  wakeOne: ['count', 'always', 'never', 'anything'],
  /** Whether a thread takes the lock only if it still is as the thread saw it. */
  taking: ['compared', 'blind'],
  /** Whether a thread may wake up although nobody woke it. */
  wakes: ['exact', 'spurious-too'],
  readers: [1, 2],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ wakeOne, taking, wakes, readers }: Choice): System {
  const threads = ['writer0', 'writer1', ...['reader0', 'reader1'].slice(0, readers)]
  return system({
    cells: [stateWord.cell, notifyWord.cell, ...threads.flatMap((thread) => [lockerOf(thread), sleeperOf(thread)])],
    rules: [
      ...rwlockRules({ threads, taking, reported: wakeOne }),
      ...(wakes === 'spurious-too' ? [spuriousWakes(threads)] : []),
    ],
    properties: rwlockProperties(threads),
    fairness: wakes === 'spurious-too' ? threads.map((actor) => weak({ actor })) : [],
    final: finalWhen(
      { thread: threads },
      { reads: ({ thread }) => ({ locker: lockerOf(thread) }), holds: ({ locker }) => locker.value === 'finished' },
    ),
  })
}

export const rwlock: Scenario = scenario({
  name: 'rwlock',
  story:
    "LiteBox's reader-writer lock over the raw mutex of each platform: two writers and readers ask for it once. Its rule for " +
    'whom to wake leans on what `wake_one` answers. Leaves out lock guards, and store buffers.',
  knobs,
  sizes: { small: { readers: 1 }, full: { readers: 2 } },
  designs: {
    snapshot: {
      story: 'Linux userland: the kernel counts whom it woke.',
      knobs: { wakeOne: 'count', taking: 'compared', wakes: 'exact' },
      expect: { small: { verdict: 'holds', states: 7188 }, full: { verdict: 'holds', states: 452949 } },
    },
    'snapshot-windows': {
      story:
        'Windows does not say whom it woke, and the platform says that it woke as many as it was asked to. A writer that got ' +
        'the lock by itself leaves "writers are waiting" behind; who unlocks takes the answer for a writer, and leaves the ' +
        'readers asleep. Pull request 809.',
      knobs: { wakeOne: 'always', taking: 'compared', wakes: 'exact' },
      bugs: ['LB-57'],
      expect: {
        small: {
          verdict: 'violated',
          states: 5407,
          violations: {
            'a wake that reports a thread has woken one': 8,
            'a thread that asks for the lock gets it': 17,
            'no deadlock': 17,
          },
        },
        full: {
          verdict: 'violated',
          states: 244619,
          violations: {
            'a wake that reports a thread has woken one': 8,
            'a thread that asks for the lock gets it': 20,
            'no deadlock': 20,
          },
        },
      },
    },
    'snapshot-snp': {
      story: 'On SNP the untrusted host answers, and may wake anybody at any time.',
      knobs: { wakeOne: 'anything', taking: 'compared', wakes: 'spurious-too' },
      expect: {
        small: {
          verdict: 'violated',
          states: 11586,
          violations: { 'a wake that reports a thread has woken one': 8, 'a thread that asks for the lock gets it': 21 },
        },
        full: {
          verdict: 'violated',
          states: 793587,
          violations: { 'a wake that reports a thread has woken one': 8, 'a thread that asks for the lock gets it': 26 },
        },
      },
    },
    'never-woken': {
      story: 'A platform that does not know says no, as pull request 809 does on Windows, and FreeBSD always did.',
      knobs: { wakeOne: 'never', taking: 'compared', wakes: 'exact' },
      bugs: ['LB-57'],
      expect: { small: { verdict: 'holds', states: 7232 }, full: { verdict: 'holds', states: 468141 } },
    },
    'snapshot-spurious': {
      story: 'Linux userland with wakes for no reason, which the trait allows.',
      knobs: { wakeOne: 'count', taking: 'compared', wakes: 'spurious-too' },
      expect: { small: { verdict: 'holds', states: 10984 }, full: { verdict: 'holds', states: 742545 } },
    },
    'taken-blindly': {
      story: 'A thread that saw the lock free takes it with a store.',
      knobs: { wakeOne: 'count', taking: 'blind', wakes: 'exact' },
      expect: {
        small: {
          verdict: 'violated',
          states: 8422,
          violations: { 'a writer holds the lock alone': 3, 'a thread that asks for the lock gets it': 10, 'no deadlock': 10 },
        },
        full: {
          verdict: 'violated',
          states: 708643,
          violations: { 'a writer holds the lock alone': 3, 'a thread that asks for the lock gets it': 10, 'no deadlock': 10 },
        },
      },
    },
  },
  build,
})
