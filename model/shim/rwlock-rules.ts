import { type Rule, rule } from '../../checker/index.ts'
import { held, stored } from '../platform/shared-word.ts'
import { sleeperOf } from './raw-mutex.ts'
import { lockerOf, notifyWord, readersWaiting, stateWord, writeLocked, writersWaiting } from './rwlock.ts'

/*
 * The steps of readers and writers, and of the host that puts them to sleep and wakes them.
 *
 * Models: see `rwlock.ts`. What `wake_one` answers is the platform's matter: Linux counts, Windows always says that it woke
 * somebody (`litebox_platform_windows_userland/src/lib.rs: wake_many`), FreeBSD that it woke nobody, and on SNP an
 * untrusted host answers.
 *
 * Leaves out: see `rwlock.ts`; which of several sleepers the host wakes is open.
 */

export interface LockWorld {
  readonly threads: readonly string[]
  /** Whether a thread takes the lock only if it still is as the thread saw it. */
  readonly taking: 'compared' | 'blind'
  /** What a call that is to wake one thread says. */
  readonly reported: 'count' | 'always' | 'never' | 'anything'
}

const source = 'litebox/src/sync/rwlock.rs'
type Locker = {
  readonly value: string
  readonly context: { readonly role: 'reader' | 'writer'; readonly seen: number; readonly others: number }
}

export const rwlockRules = (world: LockWorld): readonly Rule[] => [
  ...looking(world),
  ...exchanging(world),
  ...sleeping(world),
  unlocking(world),
  ...waking(world),
]

const looking = ({ threads }: LockWorld): readonly Rule[] => [
  rule(
    'rwlock.look',
    { thread: threads },
    {
      source: `${source}: read, spin_read, spin_write, write_contended`,
      actor: ({ thread }) => thread,
      sees: () => ({ state: stateWord.cell }),
      sends: ({ thread }) => ({ locker: lockerOf(thread) }),
    },
  ).does({
    when: { looking: ({ locker }) => locker.value === 'looking' || locker.value === 'lookingAgain' },
    events: ({ state }) => ({ locker: { type: 'SEE', state: held(stateWord, state) } }),
  }),
  rule(
    'rwlock.readSequence',
    { thread: threads.filter((thread) => thread.startsWith('writer')) },
    {
      source: `${source}: write_contended, writer_notify.load`,
      actor: ({ thread }) => thread,
      sees: () => ({ notify: notifyWord.cell }),
      sends: ({ thread }) => ({ locker: lockerOf(thread) }),
    },
  ).does({
    when: { sequencing: ({ locker }) => locker.value === 'sequencing' },
    events: ({ notify }) => ({ locker: { type: 'SEQUENCE', value: held(notifyWord, notify) } }),
  }),
]

/** A compare-and-exchange in each of these phases: what it expects, and what it puts there. */
const exchanges = {
  trying: { symbol: 'write', expects: () => 0, puts: () => writeLocked },
  locking: {
    symbol: 'read_contended, write_contended',
    expects: ({ context }: Locker) => context.seen,
    puts: ({ context }: Locker) => (context.role === 'reader' ? context.seen + 1 : context.seen | writeLocked | context.others),
  },
  marking: {
    symbol: 'read_contended, write_contended',
    expects: ({ context }: Locker) => context.seen,
    puts: ({ context }: Locker) => context.seen | (context.role === 'reader' ? readersWaiting : writersWaiting),
  },
  handingOver: {
    symbol: 'wake_writer_or_readers',
    expects: ({ context }: Locker) => context.seen,
    puts: ({ context }: Locker) => context.seen & readersWaiting,
  },
  releasingReaders: { symbol: 'wake_writer_or_readers', expects: () => readersWaiting, puts: () => 0 },
} as const
const verbs = {
  trying: 'tryWrite',
  locking: 'lock',
  marking: 'mark',
  handingOver: 'handOver',
  releasingReaders: 'releaseReaders',
} as const

const exchanging = ({ threads, taking }: LockWorld): readonly Rule[] =>
  (Object.keys(exchanges) as (keyof typeof exchanges)[]).map((phase) => {
    const { symbol, expects, puts } = exchanges[phase]
    return rule(
      `rwlock.${verbs[phase]}`,
      { thread: phase === 'trying' ? threads.filter((thread) => thread.startsWith('writer')) : threads },
      {
        source: `${source}: ${symbol}`,
        actor: ({ thread }) => thread,
        sends: ({ thread }) => ({ locker: lockerOf(thread), state: stateWord.cell }),
      },
    ).does({
      when: { itsTurn: ({ locker }) => locker.value === phase },
      events: ({ locker, state }) => {
        const found = held(stateWord, state)
        return found === expects(locker) || (taking === 'blind' && phase === 'locking')
          ? { locker: { type: 'EXCHANGED' }, state: stored(stateWord, puts(locker)) }
          : { locker: { type: 'FAILED', state: found }, state: stored(stateWord, found) }
      },
    })
  })

/** Readers sleep on the state with their bit set, writers on the sequence that they saw. */
const sleeping = ({ threads }: LockWorld): readonly Rule[] => {
  const wordOf = (thread: string) => (thread.startsWith('reader') ? stateWord : notifyWord)
  const platform = 'litebox/src/platform/mod.rs: RawMutex::block'
  const expected = ({ context }: { context: { role: string; seen: number; sequence: number } }): number =>
    context.role === 'reader' ? context.seen | readersWaiting : context.sequence
  return [
    rule(
      'rwlock.sleep',
      { thread: threads },
      {
        source: platform,
        actor: ({ thread }) => thread,
        sees: ({ thread }) => ({ word: wordOf(thread).cell }),
        sends: ({ thread }) => ({ locker: lockerOf(thread), sleeper: sleeperOf(thread) }),
      },
    ).does({
      when: {
        blocking: ({ locker }) => locker.value === 'blocking',
        unchanged: ({ locker, word }, { thread }) => held(wordOf(thread), word) === expected(locker),
      },
      events: (_, { thread }) => ({ locker: { type: 'SLEEP' }, sleeper: { type: 'SLEEP', word: wordOf(thread).name } }),
    }),
    rule(
      'rwlock.stayAwake',
      { thread: threads },
      {
        source: 'litebox/src/platform/mod.rs: ImmediatelyWokenUp',
        actor: ({ thread }) => thread,
        sees: ({ thread }) => ({ word: wordOf(thread).cell }),
        sends: ({ thread }) => ({ locker: lockerOf(thread) }),
      },
    ).does({
      when: {
        blocking: ({ locker }) => locker.value === 'blocking',
        changed: ({ locker, word }, { thread }) => held(wordOf(thread), word) !== expected(locker),
      },
      events: () => ({ locker: { type: 'STAY_AWAKE' } }),
    }),
    rule(
      'rwlock.wakeUp',
      { thread: threads },
      {
        source: platform,
        actor: ({ thread }) => thread,
        sends: ({ thread }) => ({ locker: lockerOf(thread), sleeper: sleeperOf(thread) }),
      },
    ).does({
      when: { sleeping: ({ locker }) => locker.value === 'sleeping', woken: ({ sleeper }) => sleeper.value === 'woken' },
      events: () => ({ locker: { type: 'RESUME' }, sleeper: { type: 'RESUME' } }),
    }),
  ]
}

const unlocking = ({ threads }: LockWorld): Rule =>
  rule(
    'rwlock.unlock',
    { thread: threads },
    {
      source: `${source}: read_unlock, write_unlock, fetch_sub`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ locker: lockerOf(thread), state: stateWord.cell }),
    },
  ).does({
    when: { holding: ({ locker }) => locker.value === 'holding' },
    events: ({ state }, { thread }) => {
      const left = held(stateWord, state) - (thread.startsWith('reader') ? 1 : writeLocked)
      return { locker: { type: 'UNLOCK', left }, state: stored(stateWord, left) }
    },
  })

const waking = ({ threads, reported }: LockWorld): readonly Rule[] => {
  const answers = { count: [true], always: [true], never: [false], anything: [false, true] }[reported]
  const toNobody = { count: [false], always: [true], never: [false], anything: [false, true] }[reported]
  const writers = threads.filter((thread) => thread.startsWith('writer'))
  return [
    rule(
      'rwlock.notify',
      { thread: threads },
      {
        source: `${source}: wake_writer, fetch_add`,
        actor: ({ thread }) => thread,
        sends: ({ thread }) => ({ locker: lockerOf(thread), notify: notifyWord.cell }),
      },
    ).does({
      when: { notifying: ({ locker }) => locker.value === 'notifying' },
      events: ({ notify }) => ({ locker: { type: 'NOTIFIED' }, notify: stored(notifyWord, held(notifyWord, notify) + 1) }),
    }),
    rule(
      'rwlock.wakeOne',
      { thread: threads, writer: writers, reported: answers },
      {
        source: `${source}: wake_writer, wake_one`,
        where: ({ thread, writer }) => thread !== writer,
        actor: ({ thread }) => thread,
        sends: ({ thread, writer }) => ({ locker: lockerOf(thread), sleeper: sleeperOf(writer) }),
      },
    ).does({
      when: { waking: ({ locker }) => locker.value === 'wakingOne', asleep: ({ sleeper }) => sleeper.value === 'asleep' },
      events: (_, { reported }) => ({ locker: { type: 'WOKE_ONE', reported }, sleeper: { type: 'WAKE', word: notifyWord.name } }),
    }),
    rule(
      'rwlock.wakeNobody',
      { thread: threads, reported: toNobody },
      {
        source: `${source}: wake_writer, wake_one`,
        actor: ({ thread }) => thread,
        sees: ({ thread }) => ({ sleepers: writers.filter((writer) => writer !== thread).map(sleeperOf) }),
        sends: ({ thread }) => ({ locker: lockerOf(thread) }),
      },
    ).does({
      when: {
        waking: ({ locker }) => locker.value === 'wakingOne',
        awake: ({ sleepers }) => sleepers.every(({ value }) => value !== 'asleep'),
      },
      events: (_, { reported }) => ({ locker: { type: 'WOKE_ONE', reported } }),
    }),
    rule(
      'rwlock.wakeAll',
      { thread: threads },
      {
        source: `${source}: wake_writer_or_readers, wake_all`,
        actor: ({ thread }) => thread,
        sends: ({ thread }) => ({
          locker: lockerOf(thread),
          sleepers: threads.filter((other) => other !== thread).map(sleeperOf),
        }),
      },
    ).does({
      when: { waking: ({ locker }) => locker.value === 'wakingAll' },
      events: () => ({ locker: { type: 'WOKE_ALL' }, sleepers: { type: 'WAKE', word: stateWord.name } }),
    }),
  ]
}
