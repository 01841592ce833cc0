import { always, leadsTo, type Property, sometimes } from '../checker/index.ts'
import { mutexCallerOf } from '../model/shim/mutex.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'

/*
 * What is claimed of a mutex.
 */

export const mutexProperties = (threads: readonly string[]): readonly Property[] => [
  always(
    'at most one thread holds the mutex',
    {},
    {
      reads: () => ({ callers: threads.map(mutexCallerOf) }),
      holds: ({ callers }) => callers.filter(({ value }) => value === 'holding').length < 2,
    },
  ),
  leadsTo(
    'a thread that asks for the mutex gets it',
    { thread: threads },
    {
      reads: ({ thread }) => ({ caller: mutexCallerOf(thread) }),
      from: ({ caller }) => caller.value !== 'finished',
      to: ({ caller }) => caller.value === 'finished',
    },
  ),
  sometimes(
    'a thread sleeps until the mutex is free',
    { thread: threads },
    { reads: ({ thread }) => ({ sleeper: sleeperOf(thread) }), holds: ({ sleeper }) => sleeper.value === 'asleep' },
  ),
]
