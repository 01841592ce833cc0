import { type Rule, rule } from '../../checker/index.ts'
import type { ShmStep, Size } from './shared-memory.ts'
import { removing, using } from './shared-memory-use-rules.ts'
import { type AtCore, comesTo, core, handler, readingOf, type ShmWorld, wanted } from './shared-memory-world.ts'

/*
 * Registering shared memory, using it, and taking the registration back.
 *
 * Models: `litebox_shim_optee/src/msg_handler.rs: read_optee_msg_args_from_phys` (one copy of the message, of which
 * everything is read), `ShmRefMap::register_shm`, which follows links from node to node until it has as many pages as
 * were declared or meets a link of zero, and allocates for the declared number first; `ShmRefMap::insert, remove, get`,
 * each under the lock of the map; and a use: the pages are cloned before the application runs and written after it.
 *
 * Leaves out: errors of reading a node, and a node that is rewritten while it is copied.
 */

export const shmRules = (world: ShmWorld): readonly Rule[] => [
  ...sending(world),
  ...(world.design.asks === 'registrations'
    ? [...rewriting(world), ...fetching(world), ...walking(world), ...inserting(world)]
    : [...removing(world), ...using(world)]),
  ...returning(world),
]

const sending = ({ cores, call, design }: ShmWorld): readonly Rule[] => [
  rule(
    'vtl0.send',
    { core: cores, request: design.asks === 'registrations' ? (['register'] as const) : (['unregister', 'use'] as const) },
    {
      kind: 'environment',
      source: handler('handle_optee_msg_args, decode_ta_request'),
      needed: true,
      actor: core,
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: { mayCall: ({ call }) => call.value === 'idle' && call.context.left > 0 },
    events: (_, { request }) => ({
      call: {
        type: 'BEGIN',
        to: { request, next: request === 'register' ? 'fetch' : request === 'unregister' ? 'remove' : 'get' },
      },
    }),
  }),
]

const driver = 'linux drivers/tee/optee: whatever VTL0 does with memory of its own'

const rewriting = ({ nodes, node }: ShmWorld): readonly Rule[] => [
  rule(
    'vtl0.rewriteNode',
    { node: nodes, content: ['first', 'second', 'looping', 'ending'] },
    {
      kind: 'environment',
      source: driver,
      needed: true,
      actor: () => 'vtl0',
      sends: ({ node: name }) => ({ node: node(name) }),
    },
  ).does({
    when: {
      writable: ({ node }) => node.context.freezers === 0,
      other: ({ node }, { content }) => node.context.content !== content,
    },
    events: (_, { content }) => ({ node: { type: 'REWRITE', content } }),
  }),
]

const sizes = ['one', 'two', 'huge'] as const

const fetching = ({ cores, call, design }: ShmWorld): readonly Rule[] => {
  const footprint = { needed: true, actor: core, sends: ({ core }: AtCore) => ({ call: call(core) }) }
  const allocation = handler('ShmRefMap::register_shm, Vec::with_capacity')
  const walkFrom: ShmStep = design.nodes === 'writable' ? 'read' : 'freeze'
  /** A message that is copied once says at each later look what it said; in VTL0's memory it says anything. */
  const mayBe = (
    { call }: { readonly call: { readonly context: { readonly checked: Size | 'none' } } },
    { size }: { readonly size: Size },
  ) => design.fetch === 'twice' || call.context.checked === size
  return [
    rule('shm.fetch', { core: cores, size: sizes }, { ...footprint, source: handler('read_optee_msg_args_from_phys') }).does({
      when: { next: comesTo('fetch') },
      events: (_, { size }) => {
        const isRefused = design.size === 'capped' && size === 'huge'
        return { call: { type: 'MOVE', to: { checked: size, next: isRefused ? 'return' : 'allocate' } } }
      },
    }),
    rule('shm.allocate', { core: cores, size: ['one', 'two'] }, { ...footprint, source: allocation }).does({
      when: { next: comesTo('allocate'), mayBe },
      events: (_, { size }) => ({ call: { type: 'MOVE', to: { declared: size, node: 'node0', next: walkFrom } } }),
    }),
    rule('shm.allocateInVain', { core: cores, size: ['huge'] }, { ...footprint, source: allocation, needed: false }).does({
      when: { next: comesTo('allocate'), mayBe },
      events: () => ({ call: { type: 'PANIC' } }),
    }),
  ]
}

const walking = (world: ShmWorld): readonly Rule[] => {
  const { cores, nodes, call, node, design } = world
  const isFrozen = design.nodes !== 'writable'
  const afterWalk: ShmStep = isFrozen ? 'thaw' : 'insert'
  const freezing = (verb: 'freeze' | 'thaw', type: 'FREEZE' | 'THAW' | 'THAW_ALL', next: ShmStep): Rule =>
    rule(
      `shm.${verb}`,
      { core: cores },
      {
        source: 'no source: what a list that is read in more than one step would need',
        needed: true,
        actor: core,
        sends: ({ core }) => ({ call: call(core), nodes: nodes.map(node) }),
      },
    ).does({
      when: { next: comesTo(verb) },
      events: () => ({ call: { type: 'MOVE', to: { next } }, nodes: { type } }),
    })
  return [
    ...(isFrozen
      ? [freezing('freeze', 'FREEZE', 'read'), freezing('thaw', design.nodes === 'frozen' ? 'THAW_ALL' : 'THAW', 'insert')]
      : []),
    rule(
      'shm.read',
      { core: cores, node: nodes },
      {
        source: handler('ShmRefMap::register_shm, read_at_offset'),
        needed: true,
        actor: core,
        sees: ({ node: name }) => ({ node: node(name) }),
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: { next: comesTo('read'), its: ({ call }, { node }) => call.context.node === node },
      events: ({ call, node }, { node: name }) => {
        const { context } = call
        const { page, link } = readingOf(name, node.context.content)
        const pages = page === 'none' ? context.pages : [...context.pages, page]
        const visited = design.walk === 'unbounded' ? context.visited : [...context.visited, name]
        const isFull = pages.length === wanted(context.declared)
        const isRefused = { visited: visited.includes(link), hops: visited.length >= wanted(context.declared) }
        if (isFull || link === 'none') {
          const isShort = !isFull && design.short === 'refused'
          const next = isShort && !isFrozen ? 'return' : afterWalk
          return { call: { type: 'MOVE', to: { pages, visited: [], node: 'none', hasEnded: !isShort, next } } }
        }
        if (design.walk !== 'unbounded' && isRefused[design.walk])
          return {
            call: {
              type: 'MOVE',
              to: { pages: [], visited: [], node: 'none', next: isFrozen ? 'thaw' : 'return' },
            },
          }
        return { call: { type: 'MOVE', to: { pages, visited, node: link } } }
      },
    }),
  ]
}

const inserting = ({ cores, call, registration }: ShmWorld): readonly Rule[] => {
  const over = { type: 'MOVE', to: { next: 'return' } } as const
  return [
    rule(
      'shm.insert',
      { core: cores },
      {
        source: handler('ShmRefMap::insert'),
        needed: true,
        actor: core,
        sends: ({ core }) => ({ call: call(core), registration }),
      },
    ).does({
      when: {
        next: comesTo('insert'),
        ended: ({ call }) => call.context.hasEnded,
        unknown: ({ registration }) => registration.value !== 'registered',
      },
      events: ({ call }) => ({ call: over, registration: { type: 'INSERT', pages: call.context.pages } }),
    }),
    rule(
      'shm.insertInVain',
      { core: cores },
      {
        source: handler('ShmRefMap::insert, ENotAvail'),
        actor: core,
        sees: () => ({ registration }),
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: {
        next: comesTo('insert'),
        refused: ({ call, registration }) => !call.context.hasEnded || registration.value === 'registered',
      },
      events: () => ({ call: over }),
    }),
  ]
}

/** Only an unregister that has removed something tells VTL0 that the memory is its own again. */
const returning = ({ cores, call, registration, design }: ShmWorld): readonly Rule[] => {
  const source = 'litebox_runner_lvbs/src/lib.rs: optee_smc_handler'
  const tells = ({ call }: { readonly call: { readonly context: { readonly request: string; readonly hasEnded: boolean } } }) =>
    call.context.request === 'unregister' && call.context.hasEnded
  return [
    ...(design.asks === 'uses'
      ? [
          rule(
            'shm.tell',
            { core: cores },
            { source, needed: true, actor: core, sends: ({ core }) => ({ call: call(core), registration }) },
          ).does({
            when: { next: comesTo('return'), tells },
            events: () => ({ call: { type: 'RETURN' }, registration: { type: 'TELL' } }),
          }),
        ]
      : []),
    rule('shm.return', { core: cores }, { source, needed: true, actor: core, sends: ({ core }) => ({ call: call(core) }) }).does({
      when: { next: comesTo('return'), nothingToTell: (view) => !tells(view) },
      events: () => ({ call: { type: 'RETURN' } }),
    }),
  ]
}
