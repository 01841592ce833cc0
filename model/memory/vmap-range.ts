import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * The records of the vmap region: which addresses are given, which came back, and which frames are mapped.
 *
 * Models: `litebox_platform_lvbs/src/mm/vmap.rs: VmapRegionAllocatorInner`. An allocation takes its pages and a guard
 * page behind them that is never mapped. It is placed in the lowest range that came back and is long enough
 * (`free_set`, whose neighbours coalesce), else at `next_vpn`, which only grows. Frames are recorded with their page
 * (`pa_to_va_map`), allocations with their frames. Every event is one section under the allocator's lock.
 *
 * Leaves out: the size of the region, which is 30 TiB and here a few pages, so that running out of it can be seen.
 */

/** Pages from `start` up to, and without, `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

export interface Records {
  readonly next: number
  readonly free: readonly Range[]
  readonly frames: Readonly<Record<string, number>>
  readonly allocations: Readonly<Record<string, readonly string[]>>
}

export interface RangeDesign {
  /** `none`: no guard page. `kept`: taken, and not given back. `returned-only`: given back, and not taken. */
  readonly guard: 'taken' | 'none' | 'kept' | 'returned-only'
  /** Whether pages that come back just below `next` are joined with the untouched ones above it. */
  readonly untouched: 'apart' | 'joined'
}

const taken = ({ guard }: RangeDesign, pages: number): number =>
  guard === 'none' || guard === 'returned-only' ? pages : pages + 1
const returned = ({ guard }: RangeDesign, pages: number): number =>
  guard === 'taken' || guard === 'returned-only' ? pages + 1 : pages

/** Where an allocation of so many pages goes in a region of `size` pages, if anywhere. */
export function placeFor(records: Records, design: RangeDesign, size: number, pages: number): number | undefined {
  const total = taken(design, pages)
  const hole = records.free.find(({ start, end }) => end - start >= total)
  if (hole !== undefined) return hole.start
  return records.next + total <= size ? records.next : undefined
}

/** The pages that an allocation holds, its guard page included. */
export const extent = (design: RangeDesign, base: number, pages: number): Range => ({
  start: base,
  end: base + taken(design, pages),
})

function without(free: readonly Range[], gone: Range): Range[] {
  return free.flatMap(({ start, end }) =>
    [
      { start, end: Math.min(end, gone.start) },
      { start: Math.max(start, gone.end), end },
    ].filter((rest) => rest.start < rest.end),
  )
}

function coalesced(free: readonly Range[]): Range[] {
  const all: Range[] = []
  for (const range of free.toSorted((a, b) => a.start - b.start)) {
    const last = all.at(-1)
    if (last !== undefined && range.start <= last.end)
      all[all.length - 1] = { start: last.start, end: Math.max(last.end, range.end) }
    else all.push(range)
  }
  return all
}

function freed(records: Records, { untouched }: RangeDesign, range: Range): Pick<Records, 'free' | 'next'> {
  const free = coalesced([...records.free, range])
  const last = free.at(-1)!
  if (untouched === 'apart' || last.end !== records.next) return { free, next: records.next }
  return { free: free.slice(0, -1), next: last.start }
}

export const vmapRecords = setup({
  types: {
    context: {} as {
      next: number
      free: Range[]
      frames: Record<string, number>
      allocations: Record<string, string[]>
      design: RangeDesign
    },
    input: {} as RangeDesign,
    events: {} as { type: 'ALLOCATE'; base: number; frames: readonly string[] } | { type: 'UNREGISTER'; base: number },
  },
}).createMachine({
  id: 'vmapRecords',
  context: ({ input }) => ({ next: 0, free: [], frames: {}, allocations: {}, design: input }),
  initial: 'ready',
  states: {
    ready: {
      on: {
        ALLOCATE: {
          target: 'ready',
          actions: update((records, { base, frames }) => {
            const whole = extent(records.design, base, frames.length)
            records.free = without(records.free, whole)
            records.next = Math.max(records.next, whole.end)
            for (const [at, frame] of frames.entries()) records.frames[frame] = base + at
            records.allocations[base] = [...frames]
          }),
        },
        /** To unregister what is not allocated has no edge: `vunmap` answers `Unmapped`, which no caller expects. */
        UNREGISTER: {
          guard: ({ context, event }) => event.base in context.allocations,
          target: 'ready',
          actions: update((records, { base }) => {
            const frames = records.allocations[base]!
            for (const frame of frames) delete records.frames[frame]
            delete records.allocations[base]
            Object.assign(
              records,
              freed(records, records.design, { start: base, end: base + returned(records.design, frames.length) }),
            )
          }),
        },
      },
    },
  },
})
