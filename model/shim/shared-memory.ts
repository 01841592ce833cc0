import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * OP-TEE shared memory: a list of pages that VTL0 writes, its registration in VTL1, and a core that walks or uses it.
 *
 * Models: `litebox_shim_optee/src/msg_handler.rs: ShmRefPagesData`, a node of one entry and one link (the source's have
 * 511), in memory that VTL0 may rewrite whenever it likes; the message that declares a size; `ShmRefMap`, with one
 * reference; and what a core has in hand: its private copy of the message, the node that comes next, the pages that it
 * has found. A node is either of two honest lists (`first` and `second`, which name the same pages in either order), or
 * `looping`: without an entry, and linked to the first node.
 *
 * Leaves out: the message itself, which VTL0 may rewrite, too: whoever reads it gets any size. Whose the pages are (`physical-pointer` asks at every use), the offset in the first page, and the mapping
 * of each node while it is read (`physical-pointer`, too).
 */

export type NodeContent = 'first' | 'second' | 'looping' | 'ending'

/** A page of the list. A frozen one is not VTL0's to write; `freezers` are the cores that want it so. */
export const listNode = setup({
  types: {
    context: {} as { content: NodeContent; freezers: number },
    events: {} as { type: 'REWRITE'; content: NodeContent } | { type: 'FREEZE' } | { type: 'THAW' } | { type: 'THAW_ALL' },
  },
}).createMachine({
  id: 'listNode',
  context: { content: 'first', freezers: 0 },
  initial: 'listed',
  states: {
    listed: {
      on: {
        FREEZE: { actions: update((node) => void (node.freezers += 1)) },
        THAW: { actions: update((node) => void (node.freezers -= 1)) },
        THAW_ALL: { actions: update((node) => void (node.freezers = 0)) },
        REWRITE: {
          target: 'listed',
          actions: update((node, { content }) => {
            node.content = content
          }),
        },
      },
    },
  },
})

export type Size = 'one' | 'two' | 'huge'

/** `users` are the cores that have a counted hold on it; `returned` is a registration that VTL0 knows to be gone. */
export const registration = setup({
  types: {
    context: {} as { pages: string[]; users: number },
    input: {} as { pages: string[] },
    events: {} as
      | { type: 'INSERT'; pages: readonly string[] }
      | { type: 'HOLD' }
      | { type: 'LET_GO' }
      | { type: 'REMOVE' }
      | { type: 'TELL' },
  },
  actions: {
    take: update((registration, event) => {
      if (event.type === 'INSERT') registration.pages = [...event.pages]
    }),
  },
}).createMachine({
  id: 'registration',
  context: ({ input: { pages } }) => ({ pages: [...pages], users: 0 }),
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.pages.length === 0, target: 'absent' }, { target: 'registered' }] },
    absent: { on: { INSERT: { target: 'registered', actions: 'take' } } },
    registered: {
      on: {
        REMOVE: 'removed',
        HOLD: {
          actions: update((registration) => {
            registration.users += 1
          }),
        },
        LET_GO: {
          actions: update((registration) => {
            registration.users -= 1
          }),
        },
      },
    },
    removed: { on: { TELL: 'returned', INSERT: { target: 'registered', actions: 'take' } } },
    returned: { on: { TELL: 'returned', INSERT: { target: 'registered', actions: 'take' } } },
  },
})

/** A page of VTL0: shared with VTL1, or used for something else since VTL0 knows that it is not shared. */
export const sharedPage = setup({ types: { events: {} as { type: 'REUSE' } | { type: 'WRITE' } } }).createMachine({
  id: 'sharedPage',
  initial: 'shared',
  states: { shared: { on: { REUSE: 'reused', WRITE: 'shared' } }, reused: { on: { WRITE: 'reused' } } },
})

export type ShmStep =
  | ('fetch' | 'allocate' | 'freeze' | 'read' | 'thaw' | 'insert')
  | ('remove' | 'get' | 'write' | 'let-go' | 'return')

export interface ShmCallContext {
  next: ShmStep
  request: 'none' | 'register' | 'unregister' | 'use'
  /** The size that was checked, and the one that the walk is for. */
  checked: Size | 'none'
  declared: Size | 'none'
  node: string
  pages: string[]
  /** The nodes that the walk has read, where a design looks. */
  visited: string[]
  hasEnded: boolean
}

const atRest = {
  next: 'return',
  request: 'none',
  checked: 'none',
  declared: 'none',
  node: 'none',
  pages: [],
  visited: [],
  hasEnded: false,
} as const

/** A core that serves one message at a time. */
export const shmCall = setup({
  types: {
    context: {} as ShmCallContext & { left: number },
    input: {} as { left: number },
    events: {} as
      | { type: 'BEGIN'; to: Partial<ShmCallContext> }
      | { type: 'MOVE'; to: Partial<ShmCallContext> }
      | { type: 'RETURN' }
      | { type: 'PANIC' },
  },
}).createMachine({
  id: 'shmCall',
  context: ({ input: { left } }) => ({ ...atRest, pages: [], visited: [], left }),
  initial: 'idle',
  states: {
    idle: { on: { BEGIN: { target: 'underWay', actions: update((call, { to }) => void Object.assign(call, to)) } } },
    underWay: {
      on: {
        MOVE: { target: 'underWay', actions: update((call, { to }) => void Object.assign(call, to)) },
        PANIC: 'panicked',
        RETURN: {
          target: 'idle',
          actions: update((call) => {
            Object.assign(call, atRest)
            call.left -= 1
          }),
        },
      },
    },
    panicked: {},
  },
})
