import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import { type Answer, access, construct, type Pages, type PointerDesign, pagesOfRange } from './pointer-checks.ts'

/*
 * A call that makes a physical pointer from what the normal world wrote, and uses it once.
 *
 * Models: `litebox_shim_optee/src/ptr.rs: PhysMutPtr`, with every combination of a few page lists, offsets, lengths,
 * sizes of the type and indices. All checks run on values that are the call's own, so that a request is one step.
 *
 * Leaves out: a second access through the same pointer, which the checks do not remember.
 */

interface Requested {
  pages: number[]
  offset: number
  type: number
  /** The length that the pointer was made from, or -1. */
  bytes: number
  count: number
  index: number
  /** How many elements the access asks for; -1 is one element by value. */
  elements: number
  mapped: number[]
  answer: Answer | 'none'
}

const nothing: Requested = {
  pages: [],
  offset: 0,
  type: 0,
  bytes: -1,
  count: 0,
  index: 0,
  elements: 0,
  mapped: [],
  answer: 'none',
}

const asked = ({ pages, offset, type, bytes }: Requested): Pages => ({
  pages,
  offset,
  type,
  ...(bytes === -1 ? {} : { bytes }),
})

export const pointerRequest = setup({
  types: {
    context: {} as { design: PointerDesign; request: Requested },
    input: {} as PointerDesign,
    events: {} as
      | { type: 'CONSTRUCT'; pages: readonly number[]; offset: number; size: number }
      | { type: 'CONSTRUCT_RANGE'; address: number; bytes: number; size: number }
      | { type: 'ACCESS'; index: number; elements: number }
      | { type: 'END' },
  },
  guards: {
    panicked: ({ context }) => context.request.answer === 'panicked',
    granted: ({ context }) => context.request.answer === 'granted',
  },
}).createMachine({
  id: 'pointerRequest',
  context: ({ input }) => ({ design: input, request: nothing }),
  initial: 'none',
  states: {
    none: {
      on: {
        CONSTRUCT: {
          target: 'constructing',
          actions: update(({ request, design }, { pages, offset, size }) => {
            Object.assign(request, { pages: [...pages], offset, type: size })
            const [answer, count] = construct(design, asked(request))
            Object.assign(request, { answer, count })
          }),
        },
        CONSTRUCT_RANGE: {
          target: 'constructing',
          actions: update(({ request, design }, { address, bytes, size }) => {
            const range = pagesOfRange(design, address, bytes, size)
            Object.assign(request, { offset: address, type: size, bytes })
            if (typeof range === 'string') request.answer = range
            else {
              const [answer, count] = construct(design, range)
              Object.assign(request, { pages: [...range.pages], offset: range.offset, answer, count })
            }
          }),
        },
      },
    },
    constructing: {
      always: [{ guard: 'panicked', target: 'panicked' }, { guard: 'granted', target: 'constructed' }, { target: 'refused' }],
    },
    constructed: {
      on: {
        ACCESS: {
          target: 'accessing',
          actions: update(({ request, design }, { index, elements }) => {
            const [answer, mapped] = access(design, asked(request), request.count, index, elements === -1 ? 'one' : elements)
            Object.assign(request, { index, elements, answer, mapped: [...mapped] })
          }),
        },
      },
    },
    accessing: {
      always: [{ guard: 'panicked', target: 'panicked' }, { guard: 'granted', target: 'accessed' }, { target: 'accessRefused' }],
    },
    refused: { on: { END: { target: 'none', actions: update((call) => void (call.request = nothing)) } } },
    accessed: { on: { END: { target: 'none', actions: update((call) => void (call.request = nothing)) } } },
    accessRefused: { on: { END: { target: 'none', actions: update((call) => void (call.request = nothing)) } } },
    panicked: {},
  },
})

/** How far the call is. It only says which questions can come next, so that a search need not try the others. */
export const callProgress = setup({ types: { events: {} as { type: 'NEXT' } | { type: 'END' } } }).createMachine({
  id: 'callProgress',
  initial: 'none',
  states: { none: { on: { NEXT: 'asked' } }, asked: { on: { NEXT: 'used', END: 'none' } }, used: { on: { END: 'none' } } },
})

export interface PointerCall {
  readonly call: CellOf<typeof pointerRequest>
  readonly progress: CellOf<typeof callProgress>
}

/** Page lists by name: one page, two that are apart, one of the normal world and one of LiteBox's, too many to count. */
export const pageLists: Readonly<Record<string, readonly number[]>> = {
  none: [],
  one: [8],
  apart: [8, 20],
  mixed: [20, 36],
  nowhere: [52],
  endless: Array.from({ length: 16 }, () => 8),
}

const source = (symbol: string): string => `litebox_shim_optee/src/ptr.rs: ${symbol}`

export interface RequestRanges {
  readonly sizes: readonly number[]
  readonly offsets: readonly number[]
  readonly addresses: readonly number[]
  readonly lengths: readonly number[]
  readonly indices: readonly number[]
  readonly elements: readonly number[]
}

export const pointerRequests = ({ call, progress }: PointerCall, ranges: RequestRanges): readonly Rule[] => [
  rule(
    'pointer.new',
    { list: Object.keys(pageLists), offset: ranges.offsets, size: ranges.sizes },
    { source: source('PhysMutPtr::new'), needed: true, actor: () => 'call', sends: () => ({ call, progress }) },
  ).does({
    when: { none: ({ progress }) => progress.value === 'none' },
    events: (_, { list, offset, size }) => ({
      call: { type: 'CONSTRUCT', pages: pageLists[list] ?? [], offset, size },
      progress: { type: 'NEXT' },
    }),
  }),
  rule(
    'pointer.withContiguousPages',
    { address: ranges.addresses, bytes: ranges.lengths, size: ranges.sizes },
    { source: source('with_contiguous_pages'), needed: true, actor: () => 'call', sends: () => ({ call, progress }) },
  ).does({
    when: { none: ({ progress }) => progress.value === 'none' },
    events: (_, { address, bytes, size }) => ({
      call: { type: 'CONSTRUCT_RANGE', address, bytes, size },
      progress: { type: 'NEXT' },
    }),
  }),
  rule(
    'pointer.access',
    { index: ranges.indices, elements: ranges.elements },
    {
      source: source('read_at_offset, read_slice_at_offset, map_and_get_ptr_guard, map_range'),
      needed: true,
      actor: () => 'call',
      sends: () => ({ call, progress }),
    },
  ).does({
    when: {
      asked: ({ progress }) => progress.value === 'asked',
      constructed: ({ call }) => call.value === 'constructed',
    },
    events: (_, { index, elements }) => ({ call: { type: 'ACCESS', index, elements }, progress: { type: 'NEXT' } }),
  }),
  rule(
    'pointer.end',
    {},
    { source: source('PhysMutPtr::drop'), needed: true, actor: () => 'call', sends: () => ({ call, progress }) },
  ).does({
    when: {
      asked: ({ progress }) => progress.value !== 'none',
      answered: ({ call: { value } }) => value === 'refused' || value === 'accessed' || value === 'accessRefused',
    },
    events: () => ({ call: { type: 'END' }, progress: { type: 'END' } }),
  }),
]
