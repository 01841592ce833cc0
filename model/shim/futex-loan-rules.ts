import { type Rule, rule } from '../../checker/index.ts'
import { drained, loaded, type Memory } from '../platform/memory-order.ts'
import { held, stored } from '../platform/shared-word.ts'
import { futexWaitOf } from './futex.ts'
import { bucket, type EntryState, entryOf } from './futex-loan.ts'
import { sleeperOf } from './raw-mutex.ts'

/*
 * How the owner of an entry takes it back; `futex-loan.ts` says what is modelled.
 *
 * The spin of an owner whose entry is about to come back is a step that waits. Leaves out: what the list leaves out.
 */

const source = 'litebox/src/utilities/loan_list.rs: LoanList::remove_node'

/** What an owner makes of its entry when it looks; nobody may find it on its way back but one who waits for that. */
const finds = {
  inserted: 'FIND_INSERTED',
  loaned: 'FIND_LOANED',
  loanedOwnerWaiting: 'FIND_OWNER_WAITING',
  removedWaking: 'FIND_WAKING',
  removed: 'FIND_REMOVED',
} as const satisfies Record<EntryState, string>

/** How the owner of an entry takes it back, on its way out of a wait. */
export const takeBackRules = ({ loadPorts, fencePorts }: Memory, threads: readonly string[]): readonly Rule[] => [
  rule(
    'entry.look',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ ports: loadPorts(thread, entryOf(thread)) }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread) }),
    },
  ).does({
    when: {
      looks: ({ self }) => self.value === 'removing' || self.value === 'awaitingReturn',
      spinsNoMore: ({ self, ports }, { thread }) =>
        self.value === 'removing' || loaded(entryOf(thread), ports) !== 'removedWaking',
    },
    events: ({ ports }, { thread }) => ({ self: { type: finds[loaded(entryOf(thread), ports)] } }),
  }),
  rule(
    'entry.unlink',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), entry: entryOf(thread).cell }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread), bucket }),
    },
  ).does({
    when: {
      atLock: ({ self }) => self.value === 'unlinking',
      drained: ({ own }) => drained(own),
      stillLinked: ({ entry }, { thread }) => held(entryOf(thread), entry) === 'inserted',
    },
    events: (_, { thread }) => ({ self: { type: 'UNLINKED' }, bucket: { type: 'UNLINK', thread } }),
  }),
  rule(
    'entry.missUnlink',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), entry: entryOf(thread).cell }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread) }),
    },
  ).does({
    when: {
      atLock: ({ self }) => self.value === 'unlinking',
      drained: ({ own }) => drained(own),
      gone: ({ entry }, { thread }) => held(entryOf(thread), entry) !== 'inserted',
    },
    events: () => ({ self: { type: 'TRY_AGAIN' } }),
  }),
  rule(
    'entry.claim',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread) }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread), entry: entryOf(thread).cell }),
    },
  ).does({
    when: {
      atClaim: ({ self }) => self.value === 'claiming',
      drained: ({ own }) => drained(own),
      onLoan: ({ entry }, { thread }) => held(entryOf(thread), entry) === 'loaned',
    },
    events: (_, { thread }) => ({ self: { type: 'CLAIMED' }, entry: stored(entryOf(thread), 'loanedOwnerWaiting') }),
  }),
  rule(
    'entry.missClaim',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), entry: entryOf(thread).cell }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread) }),
    },
  ).does({
    when: {
      atClaim: ({ self }) => self.value === 'claiming',
      drained: ({ own }) => drained(own),
      returned: ({ entry }, { thread }) => held(entryOf(thread), entry) !== 'loaned',
    },
    events: ({ entry }, { thread }) => ({ self: { type: finds[held(entryOf(thread), entry)] } }),
  }),
  rule(
    'entry.park',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), entry: entryOf(thread).cell }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: {
      atPark: ({ self }) => self.value === 'parking',
      drained: ({ own }) => drained(own),
      onLoan: ({ entry }, { thread }) => held(entryOf(thread), entry) === 'loanedOwnerWaiting',
    },
    events: (_, { thread }) => ({
      self: { type: 'FELL_ASLEEP' },
      sleeper: { type: 'SLEEP', word: entryOf(thread).name },
    }),
  }),
  rule(
    'entry.stayAwake',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ own: fencePorts(thread), entry: entryOf(thread).cell }),
      sends: ({ thread }) => ({ self: futexWaitOf(thread) }),
    },
  ).does({
    when: {
      atPark: ({ self }) => self.value === 'parking',
      drained: ({ own }) => drained(own),
      changed: ({ entry }, { thread }) => held(entryOf(thread), entry) !== 'loanedOwnerWaiting',
    },
    events: () => ({ self: { type: 'TRY_AGAIN' } }),
  }),
  rule(
    'entry.wakeUp',
    { thread: threads },
    {
      source,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ self: futexWaitOf(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: { parked: ({ self }) => self.value === 'parked', woken: ({ sleeper }) => sleeper.value === 'woken' },
    events: () => ({ self: { type: 'TRY_AGAIN' }, sleeper: { type: 'RESUME' } }),
  }),
]
