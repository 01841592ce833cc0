import { always, leadsTo, type Property, sometimes } from '../checker/index.ts'
import { held, type Word } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import { blockerOf, type Change, changerOf } from '../model/shim/raw-mutex-block.ts'
import { theHostKnowsItsCallers, theHostSleepsOnWhatItWasTold } from './waits-host.ts'

/** Threads that block until a word changes. */
export interface BlockWorld {
  readonly threads: readonly string[]
  readonly changer: string
  readonly word: Word<Change>
}

export const blockProperties = ({ threads, changer, word }: BlockWorld): readonly Property[] => [
  always(
    'nobody sleeps on a word that has changed when no wake is coming',
    { thread: threads },
    {
      reads: ({ thread }) => ({ sleeper: sleeperOf(thread), word: word.cell, changer: changerOf(changer) }),
      holds: (at) => !(at.sleeper.value === 'asleep' && held(word, at.word) === 'changed' && at.changer.value === 'finished'),
    },
  ),
  leadsTo(
    'a thread that blocks on a word returns once it has changed',
    { thread: threads },
    {
      reads: ({ thread }) => ({ blocker: blockerOf(thread), word: word.cell }),
      from: (at) => held(word, at.word) === 'changed',
      to: ({ blocker }) => blocker.value === 'returned',
    },
  ),
  theHostKnowsItsCallers(threads, (thread) => [blockerOf(thread)], ['sleeping']),
  theHostSleepsOnWhatItWasTold(threads, ['block.sleep', 'block.stayAwake'], () => word, 'unchanged'),
  sometimes(
    'a thread has slept and is woken',
    { thread: threads },
    {
      reads: ({ thread }) => ({ sleeper: sleeperOf(thread) }),
      holds: ({ sleeper }) => sleeper.value === 'woken',
    },
  ),
  sometimes(
    'a wake finds nobody asleep',
    {},
    {
      reads: () => ({ blockers: threads.map(blockerOf), changer: changerOf(changer) }),
      holds: ({ blockers, changer }) => changer.value === 'waking' && blockers.every((blocker) => blocker.value !== 'sleeping'),
    },
  ),
]
