import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { frame } from './frame.ts'
import type { pageTableEntry } from './page-table.ts'
import type { Translation } from './tlb.ts'

/*
 * What is in a frame while it goes from one owner to the next, and who can still write it.
 *
 * Models: Rust objects, page-table pages and pages of guests come from one heap (`litebox/src/mm/allocator.rs`,
 * `PageTableAllocator::allocate_frame` of both `mm/pgtable.rs`). The list of free frames runs through the frames themselves.
 * The source zeroes a frame when a guest or a page table is given it, and never when it is given back. A core of the guest
 * that had the frame writes through a translation that it still holds. And munmap with an address of LiteBox's own: the
 * source asks neither areas nor bounds (`litebox/src/mm/linux.rs: remove_mapping`), so that the entry found there is
 * cleared and its frame given to the heap like any other.
 *
 * Leaves out: what the next owner does with a frame that was written over, reading (see `properties/translation.ts`), a
 * second page, and how an address of LiteBox's own is mapped (an entry of 4 KiB is assumed; a large one ends the machine).
 */

/** `leftovers` are of whoever had the frame before, `links` the heap's, `strays` what a guest wrote into a frame that it had lost. */
export type Content = 'guest' | 'leftovers' | 'links' | 'zeroes' | 'object' | 'strays'
export type Zeroing = 'at-allocation' | 'at-free' | 'never'

export const frameContent = setup({
  types: {
    context: {} as { holds: Content },
    input: {} as { holds: Content },
    events: {} as { type: 'FILL'; content: Content },
  },
}).createMachine({
  id: 'frameContent',
  context: ({ input }) => input,
  initial: 'filled',
  states: {
    filled: {
      on: {
        FILL: {
          target: 'filled',
          actions: update((frame, { content }) => {
            frame.holds = content
          }),
        },
      },
    },
  },
})

/** How far munmap of one page has come. */
export const release = setup({
  types: { events: {} as { type: 'CLEAR' } | { type: 'FREE' } | { type: 'FLUSH' } },
}).createMachine({
  id: 'release',
  initial: 'uncalled',
  states: {
    uncalled: { on: { CLEAR: 'cleared' } },
    cleared: { on: { FREE: 'freed', FLUSH: 'flushed' } },
    freed: { on: { FLUSH: 'done' } },
    flushed: { on: { FREE: 'done' } },
    done: {},
  },
})

export interface ReuseDesign {
  readonly free: 'before-flush' | 'after-flush'
  readonly flush: 'all' | 'local'
  readonly zeroing: Zeroing
  /** What munmap may be asked for. */
  readonly munmap: 'any-address' | 'task-range'
}

export const newOwners = ['otherGuest', 'pageTable', 'rustHeap'] as const

export interface Reuse extends Translation {
  readonly frames: readonly string[]
  readonly frame: (name: string) => CellOf<typeof frame>
  readonly content: (name: string) => CellOf<typeof frameContent>
  /** The frame of the guest's page, and the frame of a Rust object with the entry that maps it for LiteBox. */
  readonly guests: string
  readonly rusts: string
  readonly kernelEntry: CellOf<typeof pageTableEntry>
  readonly call: CellOf<typeof release>
}

const source = 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs and litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs'

export const reuse = (world: Reuse, design: ReuseDesign): readonly Rule[] => [
  ...unmapping(world, design),
  ...(design.munmap === 'any-address' ? [unmappingTheKernel(world)] : []),
  taking(world, design.zeroing),
  scribbling(world),
]

/** The first page alone: what batches and other pages add is in `unmapper.ts`. */
const unmapping = (
  { cores, pages, tlb, entry, frame, content, guests, call }: Reuse,
  { free, flush }: ReuseDesign,
): readonly Rule[] => [
  rule(
    'unmap.clear',
    {},
    {
      source: `${source}: unmap_pages, inner.unmap`,
      needed: true,
      actor: () => 'caller',
      sends: () => ({ call, entry: entry(cores[0]!, pages[0]!) }),
    },
  ).does({
    when: { uncalled: ({ call }) => call.value === 'uncalled' },
    events: () => ({ call: { type: 'CLEAR' }, entry: { type: 'CLEAR' } }),
  }),
  rule(
    'unmap.free',
    {},
    {
      source: `${source}: unmap_pages, allocator.deallocate_frame`,
      needed: true,
      actor: () => 'caller',
      sends: () => ({ call, frame: frame(guests), content: content(guests) }),
    },
  ).does({
    when: { due: ({ call }) => call.value === (free === 'before-flush' ? 'cleared' : 'flushed') },
    events: () => ({ call: { type: 'FREE' }, frame: { type: 'FREE' }, content: { type: 'FILL', content: 'links' } }),
  }),
  rule(
    'unmap.flush',
    {},
    {
      source: `${source}: unmap_pages, flush_tlb_range, fl.flush`,
      needed: true,
      actor: () => 'caller',
      sends: () => ({ call, tlbs: flush === 'all' ? cores.map((core) => tlb(core, pages[0]!)) : [] }),
    },
  ).does({
    when: { due: ({ call }) => call.value === (free === 'before-flush' ? 'freed' : 'cleared') },
    events: () => ({ call: { type: 'FLUSH' }, tlbs: { type: 'DROP' } }),
  }),
]

const unmappingTheKernel = ({ kernelEntry, rusts, frame, content }: Reuse): Rule =>
  rule(
    'unmap.kernelPage',
    {},
    {
      kind: 'environment',
      source: 'litebox_common_linux/src/mm.rs: sys_munmap; litebox/src/mm/linux.rs: remove_mapping',
      needed: true,
      actor: () => 'caller',
      sends: () => ({ entry: kernelEntry, frame: frame(rusts), content: content(rusts) }),
    },
  ).does({
    when: { present: ({ entry }) => entry.value === 'present' },
    events: () => ({ entry: { type: 'CLEAR' }, frame: { type: 'FREE' }, content: { type: 'FILL', content: 'links' } }),
  })

const taking = ({ frames, frame, content }: Reuse, zeroing: Zeroing): Rule =>
  rule(
    'heap.take',
    { frame: frames, owner: newOwners },
    {
      source:
        'litebox/src/mm/allocator.rs: SafeZoneAllocator::alloc; litebox_platform_lvbs/src/mm/pgtable.rs: allocate_frame(true)',
      needed: true,
      actor: () => 'heap',
      sends: ({ frame: name }) => ({ frame: frame(name), content: content(name) }),
    },
  ).does({
    when: { free: ({ frame }) => frame.value === 'free' },
    events: (_, { owner }) => ({
      frame: { type: 'TAKE', owner },
      content: { type: 'FILL', content: contentFor(owner, zeroing) },
    }),
  })

/** A frame that was zeroed when it was given back holds the links of the list since; Rust fills what it takes. */
const contentFor = (owner: (typeof newOwners)[number], zeroing: Zeroing): Content => {
  if (owner === 'rustHeap') return 'object'
  return ({ 'at-allocation': 'zeroes', 'at-free': 'links', never: 'leftovers' } as const)[zeroing]
}

/** The guest writes through what a core's TLB holds. Into its own frame that changes nothing worth noting. */
const scribbling = ({ cores, pages, frames, tlb, frame, content }: Reuse): Rule =>
  rule(
    'guest.scribble',
    { core: cores, page: pages, frame: frames },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Accessed and Dirty Flags": a write through a dirty translation does not walk',
      actor: ({ core }) => core,
      sees: ({ core, page, frame: name }) => ({ tlb: tlb(core, page), frame: frame(name) }),
      sends: ({ frame: name }) => ({ content: content(name) }),
    },
  ).does({
    when: {
      dirty: ({ tlb }) => tlb.context.dirty && tlb.context.writable,
      itsFrame: ({ tlb }, { frame: name }) => tlb.context.frame === name,
      lost: ({ frame }) => frame.context.owner !== 'guest',
    },
    events: () => ({ content: { type: 'FILL', content: 'strays' } }),
  })
