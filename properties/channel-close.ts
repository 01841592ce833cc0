import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { channelCells, tellingPhases } from '../model/shim/channel-close.ts'

/*
 * What is claimed of somebody who waits at a channel whose other end closes.
 */

const { channel, observer, waiter, closer } = channelCells

export const channelCloseClaims = {
  told: 'whoever waits at a channel returns once its other end has closed',
  once: 'what the other end puts in is in the channel until it is taken, once',
  noticed: 'nobody sleeps beside what it waits for when no call is coming',
  used: 'whoever wakes up has been called, and uses the call up',
  complete: 'a message that was sent before the close is received',
} as const

export const channelCloseProperties = (waits: 'receiver' | 'connector'): readonly Property[] => [
  leadsTo(
    channelCloseClaims.told,
    {},
    {
      reads: () => ({ channel, waiter }),
      from: ({ channel }) => channel.context.closed,
      to: ({ waiter }) => waiter.value === 'returned' || waiter.value === 'ended',
    },
  ),
  ...(waits === 'receiver'
    ? [
        onStep(
          channelCloseClaims.complete,
          {},
          {
            on: ['receiver.findNothing'],
            reads: () => ({ channel, waiter }),
            holds: (_, { channel, waiter }) => waiter.value !== 'ended' || !channel.context.filled,
          },
        ),
      ]
    : []),
  always(
    channelCloseClaims.once,
    {},
    {
      reads: () => ({ channel, waiter, closer }),
      holds: ({ channel, waiter, closer }) => {
        const seen = Number(channel.context.filled) + Number(waiter.value === 'returned')
        if (closer.value === 'open') return seen === 0
        return closer.value === 'telling' || closer.value === 'filled' ? seen === 1 : seen <= 1
      },
    },
  ),
  always(
    channelCloseClaims.noticed,
    {},
    {
      reads: () => ({ channel, observer, waiter, closer }),
      holds: ({ channel, observer, waiter, closer }) =>
        waiter.value !== 'sleeping' ||
        !channel.context.filled ||
        channel.context.closed ||
        observer.value === 'ready' ||
        tellingPhases.includes(closer.value),
    },
  ),
  onStep(
    channelCloseClaims.used,
    {},
    {
      on: ['waiter.wakeUp'],
      reads: () => ({ observer }),
      holds: (before, after) => before.observer.value === 'ready' && after.observer.value !== 'ready',
    },
  ),
  sometimes(
    'somebody gets what it waits for',
    {},
    { reads: () => ({ waiter }), holds: ({ waiter }) => waiter.value === 'returned' },
  ),
  sometimes(
    'somebody finds the other end closed',
    {},
    { reads: () => ({ waiter }), holds: ({ waiter }) => waiter.value === 'ended' },
  ),
  sometimes(
    'somebody sleeps at the channel',
    {},
    { reads: () => ({ waiter }), holds: ({ waiter }) => waiter.value === 'sleeping' },
  ),
]
