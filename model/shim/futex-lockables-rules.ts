import { type Rule, rule } from '../../checker/index.ts'
import { lockableOf, lockables, lockableWaiterOf, lockableWakerOf } from './futex-lockables.ts'
import { sleeperOf } from './raw-mutex.ts'

/*
 * The steps of waiters and wakers that share an object; `futex-lockables.ts` has their charts and says what is modelled.
 *
 * A waker's spin is a step that waits. Leaves out: what the charts leave out.
 */

export interface Lockables {
  readonly threads: readonly string[]
  readonly wakers: readonly string[]
  /** Enough objects for every waiter to make one. */
  readonly objects: readonly string[]
  /** What a waker waits for before it takes its mark back: that one of those it woke has left, or all of them. */
  readonly patience: 'one' | 'all'
  /** Whose waiters it counts meanwhile: those of whatever object it finds, or only of the one that it marked. */
  readonly counting: 'any-object' | 'own-object'
  /** How it takes the mark back: whatever stands there, or only what it put there. */
  readonly clearing: 'any-mark' | 'own-mark'
}

const source = 'pull requests 303 and 335, litebox/src/sync/futex.rs: FutexManager'

export const lockableRules = (world: Lockables): readonly Rule[] => [
  ...entering(world),
  ...sleeping(world),
  ...leaving(world),
  ...waking(world),
]

const entering = ({ threads, objects }: Lockables): readonly Rule[] => [
  rule(
    'waiter.enter',
    { thread: threads, object: objects },
    {
      source: `${source}::wait`,
      actor: ({ thread }) => thread,
      sees: () => ({ map: lockables }),
      sends: ({ thread, object }) => ({ waiter: lockableWaiterOf(thread), lockable: lockableOf(object) }),
    },
  ).does({
    when: {
      arriving: ({ waiter }) => waiter.value === 'arriving',
      found: ({ map }, { object }) => map.context.object === object,
    },
    events: (_, { object }) => ({ waiter: { type: 'ENTER', object }, lockable: { type: 'ENTER' } }),
  }),
  rule(
    'waiter.enterFirst',
    { thread: threads, object: objects },
    {
      source: `${source}::wait`,
      actor: ({ thread }) => thread,
      sends: ({ thread, object }) => ({ waiter: lockableWaiterOf(thread), lockable: lockableOf(object), map: lockables }),
    },
  ).does({
    when: {
      arriving: ({ waiter }) => waiter.value === 'arriving',
      vacant: ({ map }) => map.value === 'vacant',
      isNext: ({ map }, { object }) => objects[map.context.made] === object,
    },
    events: (_, { object }) => ({
      waiter: { type: 'ENTER', object },
      lockable: { type: 'ENTER' },
      map: { type: 'INSERT', object },
    }),
  }),
]

const sleeping = ({ threads, objects }: Lockables): readonly Rule[] => [
  rule(
    'waiter.sleep',
    { thread: threads, object: objects },
    {
      source: `${source}::wait`,
      actor: ({ thread }) => thread,
      sees: ({ object }) => ({ lockable: lockableOf(object) }),
      sends: ({ thread }) => ({ waiter: lockableWaiterOf(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: {
      atBlock: ({ waiter }) => waiter.value === 'blocking',
      waitsHere: ({ waiter }, { object }) => waiter.context.object === object,
      unmarked: ({ lockable }) => lockable.context.mark === 0,
    },
    events: (_, { object }) => ({ waiter: { type: 'FALL_ASLEEP' }, sleeper: { type: 'SLEEP', word: object } }),
  }),
  rule(
    'waiter.stayAwake',
    { thread: threads, object: objects },
    {
      source: `${source}::wait`,
      actor: ({ thread }) => thread,
      sees: ({ object }) => ({ lockable: lockableOf(object) }),
      sends: ({ thread }) => ({ waiter: lockableWaiterOf(thread) }),
    },
  ).does({
    when: {
      atBlock: ({ waiter }) => waiter.value === 'blocking',
      waitsHere: ({ waiter }, { object }) => waiter.context.object === object,
      marked: ({ lockable }) => lockable.context.mark !== 0,
    },
    events: () => ({ waiter: { type: 'STAY_AWAKE' } }),
  }),
  rule(
    'waiter.wakeUp',
    { thread: threads },
    {
      source: `${source}::wait`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ waiter: lockableWaiterOf(thread), sleeper: sleeperOf(thread) }),
    },
  ).does({
    when: { asleep: ({ waiter }) => waiter.value === 'sleeping', woken: ({ sleeper }) => sleeper.value === 'woken' },
    events: () => ({ waiter: { type: 'WAKE_UP' }, sleeper: { type: 'RESUME' } }),
  }),
]

const leaving = ({ threads, objects }: Lockables): readonly Rule[] => [
  rule(
    'waiter.match',
    { thread: threads, object: objects },
    {
      source: `${source}::wait`,
      actor: ({ thread }) => thread,
      sees: ({ object }) => ({ lockable: lockableOf(object) }),
      sends: ({ thread }) => ({ waiter: lockableWaiterOf(thread) }),
    },
  ).does({
    when: {
      atMatch: ({ waiter }) => waiter.value === 'matching',
      waitsHere: ({ waiter }, { object }) => waiter.context.object === object,
    },
    events: ({ lockable }) => ({ waiter: { type: lockable.context.published ? 'MATCHED' : 'UNMATCHED' } }),
  }),
  rule(
    'waiter.leave',
    { thread: threads, object: objects },
    {
      source: `${source}::decrement_num_waiters_at`,
      actor: ({ thread }) => thread,
      sends: ({ thread, object }) => ({ waiter: lockableWaiterOf(thread), lockable: lockableOf(object), map: lockables }),
    },
  ).does({
    when: {
      atEnd: ({ waiter }) => waiter.value === 'leaving',
      waitsHere: ({ waiter }, { object }) => waiter.context.object === object,
    },
    events: ({ lockable }) => ({
      waiter: { type: 'LEFT' },
      lockable: { type: 'LEAVE' },
      map: { type: lockable.context.waiters === 1 ? 'REMOVE' : 'KEEP' },
    }),
  }),
]

const waking = ({ threads, wakers, objects, patience, counting, clearing }: Lockables): readonly Rule[] => [
  rule(
    'waker.findNobody',
    { waker: wakers },
    {
      source: `${source}::wake`,
      actor: ({ waker }) => waker,
      sees: () => ({ map: lockables }),
      sends: ({ waker }) => ({ self: lockableWakerOf(waker) }),
    },
  ).does({
    when: { atMark: ({ self }) => self.value === 'marking', vacant: ({ map }) => map.value === 'vacant' },
    events: () => ({ self: { type: 'FIND_NOBODY' } }),
  }),
  rule(
    'waker.mark',
    { waker: wakers, object: objects },
    {
      source: `${source}::wake`,
      actor: ({ waker }) => waker,
      sees: () => ({ map: lockables }),
      sends: ({ waker, object }) => ({
        self: lockableWakerOf(waker),
        lockable: lockableOf(object),
        waiters: threads.map(lockableWaiterOf),
        sleepers: threads.map(sleeperOf),
      }),
    },
  ).does({
    when: {
      atMark: ({ self }) => self.value === 'marking',
      found: ({ map }, { object }) => map.context.object === object,
      alone: ({ lockable }) => (clearing === 'own-mark' ? lockable.context.mark === 0 : !lockable.context.published),
    },
    events: ({ lockable }, { waker, object }) => ({
      self: { type: 'MARKED', object, waiters: lockable.context.waiters },
      lockable: { type: 'MARK', ticket: clearing === 'own-mark' ? wakers.indexOf(waker) + 1 : lockable.context.mark + 1 },
      waiters: { type: 'COUNT', object },
      sleepers: { type: 'WAKE', word: object },
    }),
  }),
  rule(
    'waker.countNone',
    { waker: wakers },
    {
      source: `${source}::wake`,
      actor: ({ waker }) => waker,
      sees: () => ({ map: lockables }),
      sends: ({ waker }) => ({ self: lockableWakerOf(waker) }),
    },
  ).does({
    when: { atCount: ({ self }) => self.value === 'counting', vacant: ({ map }) => map.value === 'vacant' },
    events: () => ({ self: { type: 'COUNTED' } }),
  }),
  rule(
    'waker.count',
    { waker: wakers, object: objects },
    {
      source: `${source}::wake`,
      actor: ({ waker }) => waker,
      sees: ({ object }) => ({ map: lockables, lockable: lockableOf(object) }),
      sends: ({ waker }) => ({ self: lockableWakerOf(waker) }),
    },
  ).does({
    when: {
      atCount: ({ self }) => self.value === 'counting',
      found: ({ map }, { object }) => map.context.object === object,
      enoughLeft: ({ self, lockable }, { object }) =>
        (counting === 'own-object' && self.context.object !== object) ||
        (patience === 'one' ? lockable.context.waiters < self.context.waiters : lockable.context.waiters === 0),
    },
    events: () => ({ self: { type: 'COUNTED' } }),
  }),
  rule(
    'waker.clearNothing',
    { waker: wakers },
    {
      source: `${source}::wake`,
      actor: ({ waker }) => waker,
      sees: () => ({ map: lockables }),
      sends: ({ waker }) => ({ self: lockableWakerOf(waker) }),
    },
  ).does({
    when: { atClear: ({ self }) => self.value === 'clearing', vacant: ({ map }) => map.value === 'vacant' },
    events: () => ({ self: { type: 'CLEARED' } }),
  }),
  clearing === 'any-mark' ? clearAnyMark(wakers, objects) : clearOwnMark(wakers, objects),
]

const clearAnyMark = (wakers: readonly string[], objects: readonly string[]): Rule =>
  rule(
    'waker.clear',
    { waker: wakers, object: objects },
    {
      source: `${source}::wake`,
      actor: ({ waker }) => waker,
      sees: () => ({ map: lockables }),
      sends: ({ waker, object }) => ({ self: lockableWakerOf(waker), lockable: lockableOf(object) }),
    },
  ).does({
    when: {
      atClear: ({ self }) => self.value === 'clearing',
      found: ({ map }, { object }) => map.context.object === object,
    },
    events: () => ({ self: { type: 'CLEARED' }, lockable: { type: 'SUBTRACT' } }),
  })

const clearOwnMark = (wakers: readonly string[], objects: readonly string[]): Rule =>
  rule(
    'waker.clear',
    { waker: wakers, object: objects },
    {
      source: `${source}::wake`,
      actor: ({ waker }) => waker,
      sees: () => ({ map: lockables }),
      sends: ({ waker, object }) => ({ self: lockableWakerOf(waker), lockable: lockableOf(object) }),
    },
  ).does({
    when: {
      atClear: ({ self }) => self.value === 'clearing',
      found: ({ map }, { object }) => map.context.object === object,
    },
    events: ({ lockable }, { waker }) => ({
      self: { type: 'CLEARED' },
      lockable: { type: lockable.context.mark === wakers.indexOf(waker) + 1 ? 'UNMARK' : 'KEEP' },
    }),
  })
