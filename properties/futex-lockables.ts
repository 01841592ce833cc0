import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { lockableOf, lockables, lockableWaiterOf, lockableWakerOf } from '../model/shim/futex-lockables.ts'
import { theHostKnowsItsCallers } from './waits-host.ts'

export interface LockablesWorld {
  readonly threads: readonly string[]
  readonly wakers: readonly string[]
  readonly objects: readonly string[]
}

export const lockablesProperties = ({ threads, wakers, objects }: LockablesWorld): readonly Property[] => [
  onStep(
    'a waker takes back only its own mark',
    { waker: wakers, object: objects },
    {
      reads: ({ waker, object }) => ({ self: lockableWakerOf(waker), lockable: lockableOf(object) }),
      on: ['waker.clear'],
      holds: (before, after, { at }, { waker, object }) =>
        at.waker !== waker ||
        before.self.context.object === object ||
        before.lockable.context.mark === after.lockable.context.mark,
    },
  ),
  always(
    'an object counts the threads that wait at it, and the address leads to it exactly while there are any',
    { object: objects },
    {
      reads: ({ object }) => ({ map: lockables, lockable: lockableOf(object), waiters: threads.map(lockableWaiterOf) }),
      holds: ({ map, lockable, waiters }, { object }) => {
        const { length } = waiters.filter((waiter) => waiter.context.object === object)
        return lockable.context.waiters === length && (map.context.object === object) === length > 0
      },
    },
  ),
  always(
    'an object that waiters share is marked only while a waker is at it',
    { object: objects },
    {
      reads: ({ object }) => ({ map: lockables, lockable: lockableOf(object), wakers: wakers.map(lockableWakerOf) }),
      holds: ({ map, lockable, wakers }, { object }) =>
        map.context.object !== object ||
        lockable.context.mark === 0 ||
        wakers.some((waker) => waker.value !== 'finished' && waker.context.object === object),
    },
  ),
  onStep(
    'a waker marks an object that somebody waits at, and finds nobody only where nobody waits',
    { waker: wakers },
    {
      reads: ({ waker }) => ({ self: lockableWakerOf(waker), waiters: threads.map(lockableWaiterOf) }),
      on: ['waker.mark', 'waker.findNobody'],
      holds: (before, after, { at }, { waker }) =>
        at.waker !== waker ||
        (after.self.value === 'finished'
          ? before.waiters.every(({ context }) => context.object === 'none')
          : before.waiters.some(({ context }) => context.object === after.self.context.object)),
    },
  ),
  theHostKnowsItsCallers(threads, (thread) => [lockableWaiterOf(thread)], ['sleeping']),
  always(
    'a thread that a waker counted does not sleep on when every waker has gone',
    { thread: threads },
    {
      reads: ({ thread }) => ({ waiter: lockableWaiterOf(thread), wakers: wakers.map(lockableWakerOf) }),
      holds: ({ waiter, wakers }) =>
        !(waiter.value === 'blocking' && waiter.context.owed && wakers.every((waker) => waker.value === 'finished')),
    },
  ),
  leadsTo(
    'a thread that a waker counted returns',
    { thread: threads },
    {
      reads: ({ thread }) => ({ waiter: lockableWaiterOf(thread) }),
      from: ({ waiter }) => waiter.context.owed,
      to: ({ waiter }) => waiter.value === 'returned',
    },
  ),
  leadsTo(
    'a waker that has marked an object finishes',
    { waker: wakers },
    {
      reads: ({ waker }) => ({ self: lockableWakerOf(waker) }),
      from: ({ self }) => self.value === 'counting',
      to: ({ self }) => self.value === 'finished',
    },
  ),
  sometimes(
    'a thread that a waker counted has slept',
    { thread: threads },
    {
      reads: ({ thread }) => ({ waiter: lockableWaiterOf(thread) }),
      holds: ({ waiter }) => waiter.value === 'sleeping' && waiter.context.owed,
    },
  ),
  sometimes(
    'a waker finds nobody',
    { waker: wakers },
    {
      reads: ({ waker }) => ({ self: lockableWakerOf(waker) }),
      holds: ({ self }) => self.value === 'finished' && self.context.object === 'none',
    },
  ),
  sometimes(
    'a second object is made for the address',
    {},
    {
      reads: () => ({ second: lockableOf(objects[1]!) }),
      holds: ({ second }) => second.context.waiters > 0,
    },
  ),
]
