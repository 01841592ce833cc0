import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule, update } from '../../checker/index.ts'

/*
 * Somebody who waits at one end of a channel, and the other end, which puts something in and closes.
 *
 * Models: `litebox_shim_linux/src/channel.rs: ReadEnd::peek_and_consume_one, WriteEnd::try_write_one` for a receiver, and
 * `litebox_shim_linux/src/syscalls/unix.rs: Backlog::try_connect, try_accept, shutdown` for one who connects to a listener
 * with a full queue; both wait by `litebox/src/event/polling.rs: wait_on_events`: try, register, try again, sleep until an
 * observer says so. An end that is closed is an `Arc` that is gone, and nobody is told; pipes
 * (`litebox/src/pipes.rs: Drop for WriteEnd`) tell the other end.
 *
 * Leaves out: what a wait does beneath (`wait-state-wait.ts`): to sleep until the observer is ready is one step; several
 * messages; and that a temporary strong reference may keep an end alive for a moment.
 */

/** `filled`: there is a message to receive, or room to connect. */
export const channel = setup({
  types: {
    context: {} as { filled: boolean; closed: boolean },
    events: {} as { type: 'FILL' } | { type: 'TAKE' } | { type: 'CLOSE' },
  },
}).createMachine({
  id: 'channel',
  context: { filled: false, closed: false },
  initial: 'there',
  states: {
    there: {
      on: {
        FILL: {
          actions: update((channel) => {
            channel.filled = true
          }),
        },
        TAKE: {
          actions: update((channel) => {
            channel.filled = false
          }),
        },
        CLOSE: {
          actions: update((channel) => {
            channel.closed = true
          }),
        },
      },
    },
  },
})

export const pollObserver = setup({
  types: { events: {} as { type: 'REGISTER' } | { type: 'NOTIFY' } | { type: 'RESET' } },
}).createMachine({
  id: 'pollObserver',
  initial: 'absent',
  states: {
    absent: { on: { REGISTER: 'registered' } },
    registered: { on: { NOTIFY: 'ready', RESET: 'registered' } },
    ready: { on: { NOTIFY: 'ready', RESET: 'registered' } },
  },
})

export interface ChannelDesign {
  /** Who waits: a receiver for a message, or one who connects for a place in the queue of a listener. */
  readonly waits: 'receiver' | 'connector'
  /** Whether a receiver looks at the other end before it looks for a message, after, or after and then again. */
  readonly order: 'peer-first' | 'message-first' | 'message-twice'
  /** Whether, and when, an end that closes tells whoever waits at the other. */
  readonly close: 'silent' | 'tells-after' | 'tells-before'
}

export const channelWaiter = setup({
  types: {
    context: {} as Waiting,
    events: {} as
      | { type: 'SEE_PEER'; gone: boolean }
      | { type: 'FIND_EMPTY' }
      | { type: 'GOT' }
      | { type: 'NOTHING' }
      | { type: 'END' }
      | { type: 'REGISTERED' }
      | { type: 'WOKEN' },
  },
  guards: { isRegistered: ({ context }) => context.registered },
}).createMachine({
  id: 'channelWaiter',
  context: { registered: false, peerIsGone: false },
  initial: 'trying',
  states: {
    trying: {
      on: {
        SEE_PEER: { target: 'lookedAtPeer', actions: update((waiter, event) => seePeer(waiter, event)) },
        FIND_EMPTY: 'foundEmpty',
        GOT: 'returned',
        END: 'ended',
        NOTHING: [{ guard: 'isRegistered', target: 'sleeping' }, { target: 'registering' }],
      },
    },
    foundEmpty: { on: { SEE_PEER: { target: 'lookedAtPeer', actions: update((waiter, event) => seePeer(waiter, event)) } } },
    lookedAtPeer: {
      on: {
        GOT: 'returned',
        END: 'ended',
        NOTHING: [
          { guard: 'isRegistered', target: 'sleeping', actions: update(forget) },
          { target: 'registering', actions: update(forget) },
        ],
      },
    },
    registering: {
      on: {
        REGISTERED: {
          target: 'trying',
          actions: update((waiter) => {
            waiter.registered = true
          }),
        },
      },
    },
    sleeping: { on: { WOKEN: 'trying' } },
    returned: {},
    ended: {},
  },
})

interface Waiting {
  registered: boolean
  peerIsGone: boolean
}

function seePeer(waiter: Waiting, { gone }: { gone: boolean }): void {
  waiter.peerIsGone = gone
}

function forget(waiter: Waiting): void {
  waiter.peerIsGone = false
}

export const closer = setup({
  types: { events: {} as { type: 'FILLED' } | { type: 'TOLD' } | { type: 'CLOSED'; tells: boolean } | { type: 'BEGIN_CLOSE' } },
  guards: { tells: (_, { tells }: { tells: boolean }) => tells },
}).createMachine({
  id: 'closer',
  initial: 'open',
  states: {
    open: {
      on: {
        FILLED: 'telling',
        BEGIN_CLOSE: 'tellingEarly',
        CLOSED: [{ guard: { type: 'tells', params: ({ event }) => event }, target: 'tellingLate' }, { target: 'closed' }],
      },
    },
    telling: { on: { TOLD: 'filled' } },
    filled: {
      on: {
        BEGIN_CLOSE: 'tellingEarly',
        CLOSED: [{ guard: { type: 'tells', params: ({ event }) => event }, target: 'tellingLate' }, { target: 'closed' }],
      },
    },
    tellingEarly: { on: { TOLD: 'closing' } },
    closing: { on: { CLOSED: 'closed' } },
    tellingLate: { on: { TOLD: 'closed' } },
    closed: {},
  },
})

export const channelCells = {
  channel: cell('channel', channel),
  observer: cell('observer', pollObserver),
  waiter: cell('waiter', channelWaiter),
  closer: cell('closer', closer),
} satisfies Record<
  string,
  CellOf<typeof channel> | CellOf<typeof pollObserver> | CellOf<typeof channelWaiter> | CellOf<typeof closer>
>

const { channel: channelCell, observer, waiter, closer: closerCell } = channelCells

export const channelRules = (design: ChannelDesign): readonly Rule[] => [
  ...(design.waits === 'receiver' ? receiving(design) : connecting()),
  ...waiting(),
  ...filling(design),
  ...closing(design),
]

const unix = 'litebox_shim_linux/src/syscalls/unix.rs'

function receiving({ order }: ChannelDesign): readonly Rule[] {
  const source =
    order === 'message-twice' ? 'litebox/src/pipes.rs: try_read' : 'litebox_shim_linux/src/channel.rs: peek_and_consume_one'
  const isPeerFirst = order === 'peer-first'
  const step = { source, actor: () => 'waiter', sees: () => ({ channel: channelCell }), sends: () => ({ waiter }) }
  const look = rule('receiver.lookAtPeer', {}, step).does({
    when: { itsTurn: ({ waiter }) => waiter.value === (isPeerFirst ? 'trying' : 'foundEmpty') },
    events: ({ channel }) => ({ waiter: { type: 'SEE_PEER', gone: channel.context.closed } }),
  })
  const findEmpty = rule('receiver.findEmpty', {}, step).does({
    when: { trying: ({ waiter }) => waiter.value === 'trying', empty: ({ channel }) => !channel.context.filled },
    events: () => ({ waiter: { type: 'FIND_EMPTY' } }),
  })
  const take = rule('receiver.take', {}, { source, actor: () => 'waiter', sends: () => ({ waiter, channel: channelCell }) }).does(
    {
      when: {
        itsTurn: ({ waiter }) =>
          waiter.value === (isPeerFirst ? 'lookedAtPeer' : 'trying') ||
          (order === 'message-twice' && waiter.value === 'lookedAtPeer' && waiter.context.peerIsGone),
        there: ({ channel }) => channel.context.filled,
      },
      events: () => ({ waiter: { type: 'GOT' }, channel: { type: 'TAKE' } }),
    },
  )
  const decide = rule('receiver.findNothing', {}, step).does({
    when: {
      looked: ({ waiter }) => waiter.value === 'lookedAtPeer',
      nothing: ({ waiter, channel }) =>
        !channel.context.filled || order === 'message-first' || (order === 'message-twice' && !waiter.context.peerIsGone),
    },
    events: ({ waiter }) => ({ waiter: { type: waiter.context.peerIsGone ? 'END' : 'NOTHING' } }),
  })
  return [look, ...(isPeerFirst ? [] : [findEmpty]), take, decide]
}

/** All of it under the lock of the queue. */
const connecting = (): readonly Rule[] => [
  rule(
    'connector.try',
    {},
    { source: `${unix}: Backlog::try_connect`, actor: () => 'waiter', sends: () => ({ waiter, channel: channelCell }) },
  ).does({
    when: {
      trying: ({ waiter }) => waiter.value === 'trying',
      room: ({ channel }) => channel.context.filled && !channel.context.closed,
    },
    events: () => ({ waiter: { type: 'GOT' }, channel: { type: 'TAKE' } }),
  }),
  rule(
    'connector.findNothing',
    {},
    {
      source: `${unix}: Backlog::try_connect`,
      actor: () => 'waiter',
      sees: () => ({ channel: channelCell }),
      sends: () => ({ waiter }),
    },
  ).does({
    when: {
      trying: ({ waiter }) => waiter.value === 'trying',
      noRoom: ({ channel }) => !channel.context.filled || channel.context.closed,
    },
    events: ({ channel }) => ({ waiter: { type: channel.context.closed ? 'END' : 'NOTHING' } }),
  }),
]

const waiting = (): readonly Rule[] => [
  rule(
    'waiter.register',
    {},
    { source: 'litebox/src/event/observer.rs: register_observer', actor: () => 'waiter', sends: () => ({ waiter, observer }) },
  ).does({
    when: { registering: ({ waiter }) => waiter.value === 'registering' },
    events: () => ({ waiter: { type: 'REGISTERED' }, observer: { type: 'REGISTER' } }),
  }),
  rule(
    'waiter.wakeUp',
    {},
    { source: 'litebox/src/event/polling.rs: wait_on_events', actor: () => 'waiter', sends: () => ({ waiter, observer }) },
  ).does({
    when: { sleeping: ({ waiter }) => waiter.value === 'sleeping', ready: ({ observer }) => observer.value === 'ready' },
    events: () => ({ waiter: { type: 'WOKEN' }, observer: { type: 'RESET' } }),
  }),
]

/** The phases of an end that is about to tell the other. */
export const tellingPhases: readonly string[] = ['telling', 'tellingEarly', 'tellingLate']

const filling = ({ waits }: ChannelDesign): readonly Rule[] => [
  rule(
    'peer.fill',
    {},
    {
      source: waits === 'receiver' ? 'litebox_shim_linux/src/channel.rs: try_write_one' : `${unix}: Backlog::try_accept`,
      needed: true,
      actor: () => 'peer',
      sends: () => ({ closer: closerCell, channel: channelCell }),
    },
  ).does({
    when: { open: ({ closer }) => closer.value === 'open' },
    events: () => ({ closer: { type: 'FILLED' }, channel: { type: 'FILL' } }),
  }),
  rule(
    'peer.tell',
    {},
    {
      source: 'litebox/src/event/observer.rs: notify_observers',
      actor: () => 'peer',
      sends: () => ({ closer: closerCell, registered: observer }),
      waitsFor: ['registered'],
    },
  ).does({
    when: { telling: ({ closer }) => tellingPhases.includes(closer.value) },
    events: () => ({ closer: { type: 'TOLD' }, registered: { type: 'NOTIFY' } }),
  }),
  rule(
    'peer.findNobody',
    {},
    {
      source: 'litebox/src/event/observer.rs: notify_observers, nums',
      actor: () => 'peer',
      sees: () => ({ observer }),
      sends: () => ({ closer: closerCell }),
    },
  ).does({
    when: {
      telling: ({ closer }) => tellingPhases.includes(closer.value),
      unregistered: ({ observer }) => observer.value === 'absent',
    },
    events: () => ({ closer: { type: 'TOLD' } }),
  }),
]

function closing({ waits, close }: ChannelDesign): readonly Rule[] {
  const source =
    waits === 'receiver' ? 'litebox_shim_linux/src/channel.rs: WriteEnd, which has no Drop' : `${unix}: Drop for UnixListenStream`
  const isOpen = (value: string): boolean => value === 'open' || value === 'filled'
  const begin = rule('peer.beginClose', {}, { source, actor: () => 'peer', sends: () => ({ closer: closerCell }) }).does({
    when: { open: ({ closer }) => isOpen(closer.value) },
    events: () => ({ closer: { type: 'BEGIN_CLOSE' } }),
  })
  const shut = rule(
    'peer.close',
    {},
    { source, needed: true, actor: () => 'peer', sends: () => ({ closer: closerCell, channel: channelCell }) },
  ).does({
    when: { open: ({ closer }) => (close === 'tells-before' ? closer.value === 'closing' : isOpen(closer.value)) },
    events: () => ({ closer: { type: 'CLOSED', tells: close === 'tells-after' }, channel: { type: 'CLOSE' } }),
  })
  return close === 'tells-before' ? [begin, shut] : [shut]
}
