import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule, update } from '../../checker/index.ts'

/*
 * The global platform: a cell that is set once, and those who set it and ask for it.
 *
 * Models: `litebox_platform_multiplex/src/lib.rs: set_platform` and `platform`, and the second cell of the same kind in
 * `litebox_platform_lvbs/src/lib.rs: set_platform_low` and `platform_low`, which hold the same platform. One caller, the
 * runner, sets every cell there is and then asks; the others ask for each cell in turn, twice. Setting is one
 * compare-and-swap, asking one load: `once_cell::race::OnceRef`.
 *
 * Leaves out: which platform the features select (decided at compile time, once for the crate), and memory order: the
 * locked instruction that sets the cell empties the store buffer, so nothing that the setter does later (starting a
 * thread, publishing the shim) is seen before it.
 */

export const globalPlatform = setup({
  types: { context: {} as { setter: string }, events: {} as { type: 'SET'; setter: string } },
}).createMachine({
  id: 'globalPlatform',
  context: { setter: 'nobody' },
  initial: 'unset',
  on: {
    SET: {
      target: '.set',
      actions: update((platform, { setter }) => {
        platform.setter = setter
      }),
    },
  },
  states: { unset: {}, set: {} },
})

/** A caller's way through its program: `done` operations are behind it. */
interface Progress {
  done: number
  got: string
  gotTwo: boolean
}

export const platformCaller = setup({
  types: {
    context: {} as Progress,
    events: {} as
      | { type: 'START' }
      | { type: 'FOUND_UNSET' }
      | { type: 'SET' }
      | { type: 'GOT'; setter: string }
      | { type: 'PANIC' },
  },
  guards: { differs: ({ context }, { setter }: { setter: string }) => context.got !== 'nothing' && context.got !== setter },
}).createMachine({
  id: 'platformCaller',
  context: { done: 0, got: 'nothing', gotTwo: false },
  initial: 'waiting',
  states: {
    waiting: { on: { START: 'running' } },
    running: {
      on: {
        FOUND_UNSET: 'setting',
        SET: { target: 'running', actions: update(goOn) },
        GOT: [
          {
            guard: { type: 'differs', params: ({ event }) => event },
            target: 'running',
            actions: update((caller) => {
              caller.gotTwo = true
              goOn(caller)
            }),
          },
          {
            target: 'running',
            actions: update((caller, { setter }) => {
              caller.got = setter
              goOn(caller)
            }),
          },
        ],
        PANIC: 'panicked',
      },
    },
    // Only where looking and setting are two steps.
    setting: { on: { SET: { target: 'running', actions: update(goOn) } } },
    panicked: {},
  },
})

function goOn(caller: Progress): void {
  caller.done += 1
}

export type Operation = { readonly does: 'set' | 'ask'; readonly at: string }

export interface Multiplexer {
  /** What each caller does, in order. */
  readonly programs: ReadonlyMap<string, readonly Operation[]>
  /** The names of the cells that exist, and the cell that a caller means by a name. */
  readonly places: readonly string[]
  readonly platform: (caller: string, place: string) => CellOf<typeof globalPlatform>
  /** Who starts this caller, once that many of its own operations are behind it; nobody, if it is there from the start. */
  readonly startedBy: (caller: string) => readonly { readonly starter: string; readonly after: number }[]
  /** Whether setting is one step; whether asking waits for the cell to be set. */
  readonly setting: 'at-once' | 'looks-first'
  readonly asking: 'panics' | 'waits'
}

export const callerOf = (caller: string): CellOf<typeof platformCaller> => cell(`caller.${caller}`, platformCaller)

const multiplex = 'litebox_platform_multiplex/src/lib.rs'

export const multiplexerRules = (world: Multiplexer): readonly Rule[] => {
  const callers = [...world.programs.keys()]
  const setters = callers.filter((caller) => world.programs.get(caller)!.some(({ does }) => does === 'set'))
  return [
    start(world, callers),
    ...(world.setting === 'at-once' ? [setAtOnce(world, setters)] : setAfterLooking(world, setters)),
    ...(setters.length > 1 ? [setTwice(world, setters)] : []),
    ask(world, callers),
    ...(world.asking === 'panics' ? [askTooEarly(world, callers)] : []),
  ]
}

type At = { readonly caller: string; readonly place: string }

const isIn =
  ({ programs }: Multiplexer, does: Operation['does']) =>
  ({ caller, place }: At): boolean =>
    programs.get(caller)!.some((operation) => operation.does === does && operation.at === place)

/** The operation that a caller has come to is this one. */
const isNext = ({ programs }: Multiplexer, done: number, does: Operation['does'], { caller, place }: At): boolean => {
  const next = programs.get(caller)![done]
  return next !== undefined && next.does === does && next.at === place
}

const start = ({ startedBy }: Multiplexer, callers: readonly string[]): Rule =>
  rule(
    'caller.start',
    { caller: callers },
    {
      source: 'litebox_runner_linux_userland/src/lib.rs: run',
      actor: ({ caller }) => caller,
      sees: ({ caller }) => ({ starters: startedBy(caller).map(({ starter }) => callerOf(starter)) }),
      sends: ({ caller }) => ({ caller: callerOf(caller) }),
    },
  ).does({
    when: {
      waiting: ({ caller }) => caller.value === 'waiting',
      letIn: ({ starters }, { caller }) => startedBy(caller).every(({ after }, at) => starters[at]!.context.done >= after),
    },
    events: () => ({ caller: { type: 'START' } }),
  })

const setAtOnce = (world: Multiplexer, setters: readonly string[]): Rule =>
  rule(
    'platform.set',
    { caller: setters, place: world.places },
    {
      source: `${multiplex}: set_platform`,
      where: isIn(world, 'set'),
      actor: ({ caller }) => caller,
      sends: ({ caller, place }) => ({ caller: callerOf(caller), platform: world.platform(caller, place) }),
    },
  ).does({
    when: {
      running: ({ caller }) => caller.value === 'running',
      isNext: ({ caller }, at) => isNext(world, caller.context.done, 'set', at),
      unset: ({ platform }) => platform.value === 'unset',
    },
    events: (_, { caller }) => ({ caller: { type: 'SET' }, platform: { type: 'SET', setter: caller } }),
  })

const setAfterLooking = (world: Multiplexer, setters: readonly string[]): readonly Rule[] => [
  rule(
    'platform.findUnset',
    { caller: setters, place: world.places },
    {
      source: `${multiplex}: set_platform, over a plain static`,
      where: isIn(world, 'set'),
      actor: ({ caller }) => caller,
      sees: ({ caller, place }) => ({ platform: world.platform(caller, place) }),
      sends: ({ caller }) => ({ caller: callerOf(caller) }),
    },
  ).does({
    when: {
      running: ({ caller }) => caller.value === 'running',
      isNext: ({ caller }, at) => isNext(world, caller.context.done, 'set', at),
      unset: ({ platform }) => platform.value === 'unset',
    },
    events: () => ({ caller: { type: 'FOUND_UNSET' } }),
  }),
  rule(
    'platform.store',
    { caller: setters, place: world.places },
    {
      source: `${multiplex}: set_platform, over a plain static`,
      where: isIn(world, 'set'),
      actor: ({ caller }) => caller,
      sends: ({ caller, place }) => ({ caller: callerOf(caller), platform: world.platform(caller, place) }),
    },
  ).does({
    when: {
      setting: ({ caller }) => caller.value === 'setting',
      isNext: ({ caller }, at) => isNext(world, caller.context.done, 'set', at),
    },
    events: (_, { caller }) => ({ caller: { type: 'SET' }, platform: { type: 'SET', setter: caller } }),
  }),
]

const setTwice = (world: Multiplexer, setters: readonly string[]): Rule =>
  rule(
    'platform.refuseSecond',
    { caller: setters, place: world.places },
    {
      source: `${multiplex}: set_platform, Err(())`,
      where: isIn(world, 'set'),
      actor: ({ caller }) => caller,
      sees: ({ caller, place }) => ({ platform: world.platform(caller, place) }),
      sends: ({ caller }) => ({ caller: callerOf(caller) }),
    },
  ).does({
    when: {
      running: ({ caller }) => caller.value === 'running',
      isNext: ({ caller }, at) => isNext(world, caller.context.done, 'set', at),
      set: ({ platform }) => platform.value === 'set',
    },
    events: () => ({ caller: { type: 'PANIC' } }),
  })

const ask = (world: Multiplexer, callers: readonly string[]): Rule =>
  rule(
    'platform.get',
    { caller: callers, place: world.places },
    {
      source: `${multiplex}: platform`,
      where: isIn(world, 'ask'),
      actor: ({ caller }) => caller,
      sees: ({ caller, place }) => ({ platform: world.platform(caller, place) }),
      sends: ({ caller }) => ({ caller: callerOf(caller) }),
    },
  ).does({
    when: {
      running: ({ caller }) => caller.value === 'running',
      isNext: ({ caller }, at) => isNext(world, caller.context.done, 'ask', at),
      set: ({ platform }) => platform.value === 'set',
    },
    events: ({ platform }) => ({ caller: { type: 'GOT', setter: platform.context.setter } }),
  })

const askTooEarly = (world: Multiplexer, callers: readonly string[]): Rule =>
  rule(
    'platform.refuseUnset',
    { caller: callers, place: world.places },
    {
      source: `${multiplex}: platform, expect`,
      where: isIn(world, 'ask'),
      actor: ({ caller }) => caller,
      sees: ({ caller, place }) => ({ platform: world.platform(caller, place) }),
      sends: ({ caller }) => ({ caller: callerOf(caller) }),
    },
  ).does({
    when: {
      running: ({ caller }) => caller.value === 'running',
      isNext: ({ caller }, at) => isNext(world, caller.context.done, 'ask', at),
      unset: ({ platform }) => platform.value === 'unset',
    },
    events: () => ({ caller: { type: 'PANIC' } }),
  })
