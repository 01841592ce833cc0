import { always, leadsTo, type Property, sometimes } from '../checker/index.ts'
import { held } from '../model/platform/shared-word.ts'
import { type ActiveThreads, activeCount, networkLoopCell, socketsCell } from '../model/shim/thread-active-count.ts'

export const activeCountClaims = {
  nobody: 'while the count of threads is zero no thread runs or will start',
  dropped: 'the network loop returns only when every thread has dropped its task',
  ends: 'the network loop returns once every thread has gone',
  sent: 'what a thread has sent is passed on before the network loop returns',
} as const

const isOver = ({ value }: { readonly value: string }): boolean => ['unborn', 'refused', 'gone'].includes(value)

export const activeCountProperties = ({ threads, life, traffic }: ActiveThreads): readonly Property[] => [
  always(
    activeCountClaims.nobody,
    {},
    {
      reads: () => ({ lives: threads.map(life), count: activeCount.cell }),
      holds: ({ lives, count }) =>
        held(activeCount, count) > 0 || lives.every(({ value }) => value !== 'running' && value !== 'agreed'),
    },
  ),
  always(
    activeCountClaims.dropped,
    {},
    {
      reads: () => ({ lives: threads.map(life), loop: networkLoopCell }),
      holds: ({ lives, loop }) => loop.value === 'polling' || lives.every(isOver),
    },
  ),
  leadsTo(
    activeCountClaims.ends,
    {},
    {
      reads: () => ({ lives: threads.map(life), loop: networkLoopCell }),
      from: ({ lives }) => lives.every(isOver),
      to: ({ loop }) => loop.value === 'returned',
    },
  ),
  ...(traffic === 'sends'
    ? [
        always(
          activeCountClaims.sent,
          {},
          {
            reads: () => ({ loop: networkLoopCell, sockets: socketsCell }),
            holds: ({ loop, sockets }) => loop.value === 'polling' || sockets.value === 'drained',
          },
        ),
      ]
    : []),
  sometimes(
    'two threads run at once',
    {},
    {
      reads: () => ({ lives: threads.map(life) }),
      holds: ({ lives }) => lives.filter(({ value }) => value === 'running').length === 2,
    },
  ),
]
