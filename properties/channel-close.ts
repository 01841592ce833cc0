import { leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { channelCells } from '../model/shim/channel-close.ts'

/*
 * What is claimed of somebody who waits at a channel whose other end closes.
 */

const { channel, waiter } = channelCells

export const channelCloseClaims = {
  told: 'whoever waits at a channel returns once its other end has closed',
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
  sometimes(
    'somebody sleeps at the channel',
    {},
    { reads: () => ({ waiter }), holds: ({ waiter }) => waiter.value === 'sleeping' },
  ),
]
