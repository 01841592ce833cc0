import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { lockableOf, lockableWaiterOf, lockableWakerOf } from '../model/shim/futex-lockables.ts'

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
    'a second object is made for the address',
    {},
    {
      reads: () => ({ second: lockableOf(objects[1]!) }),
      holds: ({ second }) => second.context.waiters > 0,
    },
  ),
]
