import { type AnyCell, type CellOf, cell, type Rule, rule } from '../../checker/index.ts'
import {
  listNode,
  type NodeContent,
  registration,
  type ShmCallContext,
  type ShmStep,
  type Size,
  sharedPage,
  shmCall,
} from './shared-memory.ts'

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

export interface ShmDesign {
  /** What ends a walk besides the pages and a link of zero. */
  readonly walk: 'unbounded' | 'visited' | 'hops'
  /** Whether a list that ends early makes a registration of fewer pages than were declared. */
  readonly short: 'accepted' | 'refused'
  /** Whether the declared size is allocated as it is, or refused above a cap. */
  readonly size: 'allocated' | 'capped'
  /** Whether the message is copied once, or checked where it is and read again. */
  readonly fetch: 'once' | 'twice'
  /** Whether VTL0 can write to the nodes while they are walked. */
  readonly nodes: 'writable' | 'frozen' | 'frozen-counted'
  /** Whether a registration that is in use can be taken back. */
  readonly uses: 'cloned' | 'counted'
  /** What VTL0 asks for: to register memory, or to use it and to take it back. */
  readonly asks: 'registrations' | 'uses'
  readonly cores: number
  readonly calls: number
}

export interface ShmWorld {
  readonly design: ShmDesign
  readonly cores: readonly string[]
  readonly nodes: readonly string[]
  readonly pages: readonly string[]
  readonly call: (core: string) => CellOf<typeof shmCall>
  readonly node: (node: string) => CellOf<typeof listNode>
  readonly page: (page: string) => CellOf<typeof sharedPage>
  readonly registration: CellOf<typeof registration>
}

export function shmWorld(design: ShmDesign): ShmWorld {
  const pages = ['page0', 'page1']
  return {
    design,
    cores: Array.from({ length: design.cores }, (_, at) => `cpu${at}`),
    nodes: ['node0', 'node1'],
    pages,
    call: (core) => cell(`call.${core}`, shmCall, { of: { core }, input: { left: design.calls } }),
    node: (node) => cell(`list.${node}`, listNode),
    page: (page) => cell(`shared.${page}`, sharedPage),
    registration: cell('registration', registration, { input: { pages: design.asks === 'registrations' ? [] : pages } }),
  }
}

export const cellsOf = ({ design, cores, nodes, pages, call, node, page, registration }: ShmWorld): readonly AnyCell[] => [
  ...cores.map(call),
  ...(design.asks === 'registrations' ? nodes.map(node) : pages.map(page)),
  registration,
]

/** What a node says: the page that it names, and the node that comes next. */
export function readingOf(node: string, content: NodeContent): { readonly page: string; readonly link: string } {
  if (content === 'looping') return { page: 'none', link: 'node0' }
  const [page, other] = node === 'node0' ? (['page0', 'page1'] as const) : (['page1', 'page0'] as const)
  return { page: content === 'second' ? other : page, link: node === 'node0' && content !== 'ending' ? 'node1' : 'none' }
}

export const wanted = (size: Size | 'none'): number => (size === 'one' ? 1 : size === 'two' ? 2 : Number.POSITIVE_INFINITY)

interface AtCore {
  readonly core: string
}
interface CallView {
  readonly call: { readonly value: string; readonly context: { readonly next: ShmStep } }
}
const core = ({ core }: AtCore): string => core
const comesTo =
  (step: ShmStep) =>
  ({ call }: CallView): boolean =>
    call.value === 'underWay' && call.context.next === step
const handler = (symbol: string): string => `litebox_shim_optee/src/msg_handler.rs: ${symbol}`

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

const removing = ({ cores, pages, call, page, registration, design }: ShmWorld): readonly Rule[] => [
  rule(
    'shm.remove',
    { core: cores },
    {
      source: handler('ShmRefMap::remove'),
      needed: true,
      actor: core,
      sends: ({ core }) => ({ call: call(core), registration }),
    },
  ).does({
    when: {
      next: comesTo('remove'),
      known: ({ registration }) => registration.value === 'registered',
      unused: ({ registration }) => design.uses === 'cloned' || registration.context.users === 0,
    },
    events: () => ({ call: { type: 'MOVE', to: { next: 'return', hasEnded: true } }, registration: { type: 'REMOVE' } }),
  }),
  rule(
    'shm.removeInVain',
    { core: cores },
    {
      source: handler('ShmRefMap::remove, EBadAddr'),
      actor: core,
      sees: () => ({ registration }),
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: {
      next: comesTo('remove'),
      refused: ({ registration }) =>
        registration.value !== 'registered' || (design.uses === 'counted' && registration.context.users > 0),
    },
    events: () => ({ call: { type: 'MOVE', to: { next: 'return' } } }),
  }),
  rule(
    'vtl0.reuse',
    { page: pages },
    {
      kind: 'environment',
      source: 'linux drivers/tee/optee: optee_shm_unregister, and the pages are free',
      needed: true,
      actor: () => 'vtl0',
      sees: () => ({ registration }),
      sends: ({ page: name }) => ({ page: page(name) }),
    },
  ).does({
    when: {
      shared: ({ page }) => page.value === 'shared',
      itsOwnAgain: ({ registration }) => registration.value === 'returned',
    },
    events: () => ({ page: { type: 'REUSE' } }),
  }),
]

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

const using = (world: ShmWorld): readonly Rule[] => {
  const { cores, pages, call, page, registration, design } = world
  const isCounted = design.uses === 'counted'
  const both = ({ core }: AtCore) => ({ call: call(core), registration })
  const source = handler('get_shm_info_from_optee_msg_param_rmem, ShmRefMap::get')
  const known = ({ registration }: { readonly registration: { readonly value: string } }): boolean =>
    registration.value === 'registered'
  const got = (pages: readonly string[]): { type: 'MOVE'; to: Partial<ShmCallContext> } => ({
    type: 'MOVE',
    to: { pages: [...pages], next: 'write' },
  })
  return [
    isCounted
      ? rule('shm.get', { core: cores }, { source, needed: true, actor: core, sends: both }).does({
          when: { next: comesTo('get'), known },
          events: ({ registration }) => ({ call: got(registration.context.pages), registration: { type: 'HOLD' } }),
        })
      : rule(
          'shm.get',
          { core: cores },
          { source, needed: true, actor: core, sees: () => ({ registration }), sends: ({ core }) => ({ call: call(core) }) },
        ).does({
          when: { next: comesTo('get'), known },
          events: ({ registration }) => ({ call: got(registration.context.pages) }),
        }),
    rule(
      'shm.getInVain',
      { core: cores },
      { source, actor: core, sees: () => ({ registration }), sends: ({ core }) => ({ call: call(core) }) },
    ).does({
      when: { next: comesTo('get'), unknown: (view) => !known(view) },
      events: () => ({ call: { type: 'MOVE', to: { next: 'return' } } }),
    }),
    rule(
      'shm.write',
      { core: cores, page: pages },
      {
        source: handler('write_data_to_shm'),
        needed: true,
        actor: core,
        sends: ({ core, page: name }) => ({ call: call(core), page: page(name) }),
      },
    ).does({
      when: { next: comesTo('write'), nextPage: ({ call }, { page }) => call.context.pages[0] === page },
      events: ({ call }) => {
        const pages = call.context.pages.slice(1)
        const next = pages.length > 0 ? 'write' : isCounted ? 'let-go' : 'return'
        return { call: { type: 'MOVE', to: { pages, next } }, page: { type: 'WRITE' } }
      },
    }),
    ...(isCounted
      ? [
          rule(
            'shm.letGo',
            { core: cores },
            { source: 'no source: a count of uses', needed: true, actor: core, sends: both },
          ).does({
            when: { next: comesTo('let-go') },
            events: () => ({ call: { type: 'MOVE', to: { next: 'return' } }, registration: { type: 'LET_GO' } }),
          }),
        ]
      : []),
  ]
}
