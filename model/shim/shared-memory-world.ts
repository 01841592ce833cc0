import { type AnyCell, type CellOf, cell } from '../../checker/index.ts'
import { listNode, type NodeContent, registration, type ShmStep, type Size, sharedPage, shmCall } from './shared-memory.ts'

/*
 * Who is there when shared memory is registered, used and taken back, and what a node of VTL0's list says. Leaves out what
 * `shared-memory-rules.ts` does.
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

export interface AtCore {
  readonly core: string
}
export interface CallView {
  readonly call: { readonly value: string; readonly context: { readonly next: ShmStep } }
}
export const core = ({ core }: AtCore): string => core
export const comesTo =
  (step: ShmStep) =>
  ({ call }: CallView): boolean =>
    call.value === 'underWay' && call.context.next === step
export const handler = (symbol: string): string => `litebox_shim_optee/src/msg_handler.rs: ${symbol}`
