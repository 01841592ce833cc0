import { assign, setup } from 'xstate'
import { getAdjacencyMap } from 'xstate/graph'

/*
 * Two-phase commit as a user of XState would explore it without us: everybody in the context of one machine, one event
 * for each step, and `xstate/graph` over it. Plain assignments, without immer, so that nothing but XState is measured.
 */

type Phase = 'working' | 'prepared' | 'committed' | 'aborted'

interface Everybody {
  readonly decided: 'nothing' | 'commit' | 'abort'
  readonly phases: readonly Phase[]
  readonly received: readonly boolean[]
  readonly sent: readonly boolean[]
}

type Event =
  | { readonly type: 'TM_COMMITS' | 'TM_ABORTS' }
  | {
      readonly type: 'TM_RECEIVES_PREPARED' | 'PREPARES' | 'CHOOSES_TO_ABORT' | 'RECEIVES_COMMIT' | 'RECEIVES_ABORT'
      readonly manager: number
    }

const put = <T>(list: readonly T[], at: number, value: T): T[] => list.with(at, value)

const everybody = (managers: number) =>
  setup({ types: { context: {} as Everybody, events: {} as Event } }).createMachine({
    id: 'everybody',
    context: {
      decided: 'nothing',
      phases: Array.from({ length: managers }, () => 'working' as const),
      received: Array.from({ length: managers }, () => false),
      sent: Array.from({ length: managers }, () => false),
    },
    on: {
      TM_COMMITS: {
        guard: ({ context }) => context.decided === 'nothing' && context.received.every(Boolean),
        actions: assign({ decided: 'commit' }),
      },
      TM_ABORTS: {
        guard: ({ context }) => context.decided === 'nothing',
        actions: assign({ decided: 'abort' }),
      },
      TM_RECEIVES_PREPARED: {
        guard: ({ context, event }) => context.decided === 'nothing' && context.sent[event.manager] === true,
        actions: assign({ received: ({ context, event }) => put(context.received, event.manager, true) }),
      },
      PREPARES: {
        guard: ({ context, event }) => context.phases[event.manager] === 'working',
        actions: assign({
          phases: ({ context, event }) => put(context.phases, event.manager, 'prepared'),
          sent: ({ context, event }) => put(context.sent, event.manager, true),
        }),
      },
      CHOOSES_TO_ABORT: {
        guard: ({ context, event }) => context.phases[event.manager] === 'working',
        actions: assign({ phases: ({ context, event }) => put(context.phases, event.manager, 'aborted') }),
      },
      RECEIVES_COMMIT: {
        guard: ({ context }) => context.decided === 'commit',
        actions: assign({ phases: ({ context, event }) => put(context.phases, event.manager, 'committed') }),
      },
      RECEIVES_ABORT: {
        guard: ({ context }) => context.decided === 'abort',
        actions: assign({ phases: ({ context, event }) => put(context.phases, event.manager, 'aborted') }),
      },
    },
  })

const eventsFor = (managers: number): Event[] => [
  { type: 'TM_COMMITS' },
  { type: 'TM_ABORTS' },
  ...Array.from({ length: managers }, (_, manager): Event[] => [
    { type: 'TM_RECEIVES_PREPARED', manager },
    { type: 'PREPARES', manager },
    { type: 'CHOOSES_TO_ABORT', manager },
    { type: 'RECEIVES_COMMIT', manager },
    { type: 'RECEIVES_ABORT', manager },
  ]).flat(),
]

/** Explores the one machine with `xstate/graph`; an event is an edge where the machine can take it. */
export function exploreWithXState(managers: number): { readonly states: number; readonly transitions: number } {
  const adjacency = getAdjacencyMap(everybody(managers), {
    events: eventsFor(managers),
    filterEvents: (snapshot, event) => snapshot.can(event),
  })
  const nodes = Object.values(adjacency)
  return {
    states: nodes.length,
    transitions: nodes.reduce((sum, { transitions }) => sum + Object.keys(transitions).length, 0),
  }
}
