import { finalWhen, type Scenario, type System, scenario, system } from '../checker/index.ts'
import { channelCells, channelRules } from '../model/shim/channel-close.ts'
import { channelCloseClaims, channelCloseProperties } from '../properties/channel-close.ts'
import type { Claim } from './claim.ts'

const knobs = {
  /** Who waits: a receiver for a message, or one who connects for a place in the queue of a listener. */
  waits: ['receiver', 'connector'],
  /** Whether a receiver looks at the other end before it looks for a message, after, or after and then again. */
  order: ['peer-first', 'message-first', 'message-twice'],
  /** Whether, and when, an end that closes tells whoever waits at the other. */
  close: ['silent', 'tells-after', 'tells-before'],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build(choice: Choice): System {
  const { channel, observer, waiter, closer } = channelCells
  return system({
    cells: [channel, observer, waiter, closer],
    rules: channelRules(choice),
    properties: channelCloseProperties(choice.waits),
    final: finalWhen(
      {},
      {
        reads: () => ({ waiter, closer }),
        holds: ({ waiter, closer }) => waiter.value !== 'sleeping' && closer.value === 'closed',
      },
    ),
  })
}

const snapshot = { waits: 'receiver', order: 'peer-first', close: 'silent' } as const

export const channelClose: Scenario = scenario({
  name: 'channel-close',
  story:
    'Somebody sleeps at one end of a Unix socket, and the other end closes. Is the sleeper told? Leaves out the wait beneath, ' +
    'which is the scenario wait-wake, and epoll.',
  knobs,
  sizes: { small: {}, full: {} },
  designs: {
    snapshot: {
      story:
        'A Unix socket: its ends have no Drop, and `shutdown` is dead code. A receiver that sleeps when the other end closes ' +
        'sleeps for ever; one that comes later finds the end of the stream.',
      knobs: snapshot,
      expect: {
        small: {
          verdict: 'violated',
          states: 52,
          violations: { 'whoever waits at a channel returns once its other end has closed': 6, 'no deadlock': 6 },
        },
        full: {
          verdict: 'violated',
          states: 52,
          violations: { 'whoever waits at a channel returns once its other end has closed': 6, 'no deadlock': 6 },
        },
      },
    },
    'snapshot-listener': {
      story: 'A listener with a full queue is closed: whoever waits to connect is told nothing.',
      knobs: { ...snapshot, waits: 'connector' },
      expect: {
        small: {
          verdict: 'violated',
          states: 35,
          violations: { 'whoever waits at a channel returns once its other end has closed': 4, 'no deadlock': 4 },
        },
        full: {
          verdict: 'violated',
          states: 35,
          violations: { 'whoever waits at a channel returns once its other end has closed': 4, 'no deadlock': 4 },
        },
      },
    },
    'told-after-closing': {
      story: 'The end is closed and then tells the other, as the ends of a pipe do.',
      knobs: { ...snapshot, close: 'tells-after' },
      expect: { small: { verdict: 'holds', states: 80 }, full: { verdict: 'holds', states: 80 } },
    },
    'listener-tells-after-closing': {
      story: 'The listener closes its queue and then tells those who wait for it.',
      knobs: { ...snapshot, waits: 'connector', close: 'tells-after' },
      expect: { small: { verdict: 'holds', states: 53 }, full: { verdict: 'holds', states: 53 } },
    },
    'told-before-closing': {
      story: 'The end tells the other and closes then: the other looks in between, sees nothing, and sleeps again.',
      knobs: { ...snapshot, close: 'tells-before' },
      expect: {
        small: {
          verdict: 'violated',
          states: 94,
          violations: { 'whoever waits at a channel returns once its other end has closed': 8, 'no deadlock': 8 },
        },
        full: {
          verdict: 'violated',
          states: 94,
          violations: { 'whoever waits at a channel returns once its other end has closed': 8, 'no deadlock': 8 },
        },
      },
    },
    'message-first': {
      story: 'A receiver that looks for a message first takes a close after a last message for the end.',
      knobs: { ...snapshot, order: 'message-first', close: 'tells-after' },
      expect: {
        small: { verdict: 'violated', states: 90, violations: { 'a message that was sent before the close is received': 6 } },
        full: { verdict: 'violated', states: 90, violations: { 'a message that was sent before the close is received': 6 } },
      },
    },
    'snapshot-pipe': {
      story: 'A pipe: a message, the other end, and once more a message; and an end that closes tells the other.',
      knobs: { ...snapshot, order: 'message-twice', close: 'tells-after' },
      expect: { small: { verdict: 'holds', states: 90 }, full: { verdict: 'holds', states: 90 } },
    },
  },
  build,
})

export const channelCloseArticleClaims: readonly Claim[] = [
  {
    article: 'linux-on-windows',
    quote: "Unix-domain sockets are implemented [...] using LiteBox's event and channel primitives",
    scenario: 'channel-close',
    property: channelCloseClaims.told,
  },
]
