import { setup } from 'xstate'
import { type CellOf, update } from '../../checker/index.ts'
import type { spinlock } from '../platform/spinlock.ts'

/*
 * The heap: a buddy allocator of pages, and a slab allocator of small objects that takes its pages from it.
 *
 * Models: `litebox/src/mm/allocator.rs: SafeZoneAllocator`. The buddy is a list of free frames that believes whatever it is
 * told: a frame that is given twice is on the list twice, and can be taken twice. The slab has pages with one place each,
 * and does not give an empty page back ("TODO: An proper reclamation strategy"). Each has a spin lock of its own; of the
 * buddy's, a section that neither fails nor waits is one step.
 *
 * Leaves out: block orders, splitting and merging (every request is for one frame), the order of the list (any free frame
 * may be taken), several objects in a slab page, and large slab pages.
 */

export const buddy = setup({
  types: {
    context: {} as { free: Record<string, number> },
    input: {} as { frames: readonly string[]; free: readonly string[] },
    events: {} as { type: 'TAKE'; frame: string } | { type: 'GIVE'; frame: string },
  },
  guards: { hasIt: ({ context }, { frame }: { frame: string }) => context.free[frame]! > 0 },
}).createMachine({
  id: 'buddy',
  context: ({ input }) => ({
    free: Object.fromEntries(input.frames.map((frame) => [frame, input.free.includes(frame) ? 1 : 0])),
  }),
  initial: 'ready',
  states: {
    ready: {
      on: {
        TAKE: {
          guard: { type: 'hasIt', params: ({ event }) => event },
          target: 'ready',
          actions: update((heap, { frame }) => {
            heap.free[frame]! -= 1
          }),
        },
        GIVE: {
          target: 'ready',
          actions: update((heap, { frame }) => {
            heap.free[frame]! += 1
          }),
        },
      },
    },
  },
})

export const slab = setup({
  types: {
    context: {} as { pages: string[]; spare: number },
    events: {} as
      | { type: 'REFILL'; frame: string }
      | { type: 'TAKE' }
      | { type: 'GIVE' }
      | { type: 'RETURN_PAGE'; frame: string },
  },
  guards: { hasPlace: ({ context }) => context.spare > 0 },
}).createMachine({
  id: 'slab',
  context: { pages: [], spare: 0 },
  initial: 'ready',
  states: {
    ready: {
      on: {
        // The object that the page was asked for takes its place at once.
        REFILL: {
          target: 'ready',
          actions: update((slab, { frame }) => {
            slab.pages = [...slab.pages, frame].sort()
          }),
        },
        TAKE: {
          guard: 'hasPlace',
          target: 'ready',
          actions: update((slab) => {
            slab.spare -= 1
          }),
        },
        GIVE: {
          target: 'ready',
          actions: update((slab) => {
            slab.spare += 1
          }),
        },
        RETURN_PAGE: {
          guard: 'hasPlace',
          target: 'ready',
          actions: update((slab, { frame }) => {
            slab.pages = slab.pages.filter((page) => page !== frame)
            slab.spare -= 1
          }),
        },
      },
    },
  },
})

export interface Heap {
  /** All frames that the heap may ever be given. */
  readonly frames: readonly string[]
  readonly buddy: CellOf<typeof buddy>
  readonly buddyLock: CellOf<typeof spinlock>
  readonly slab: CellOf<typeof slab>
  readonly slabLock: CellOf<typeof spinlock>
  /** `X64PageTable::inner`, held around what page faults and unmapping ask of the heap. */
  readonly tableLock: CellOf<typeof spinlock>
}

export const isExhausted = ({ free }: { readonly free: Readonly<Record<string, number>> }): boolean =>
  Object.values(free).every((count) => count === 0)
