import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { Cpus } from '../platform/cpu.ts'
import type { spinlock } from '../platform/spinlock.ts'
import type { frame } from './frame.ts'
import type { revocation } from './revocation.ts'
import type { shootdownRequest } from './shootdown.ts'
import type { Translation, tlbEntry } from './tlb.ts'

/*
 * The core that runs `unmap_pages` or `mprotect_pages`: its steps outside the flush, in the order of the source.
 *
 * Models: entry by system call, the page-table lock, one store for each entry, one free for each frame, release and
 * return. One lock section holds all of it, flushes included, in both `paging.rs`.
 *
 * Leaves out: what `revocation.ts` leaves out.
 */

/** Pages that are flushed together, under a name for labels: `page0+page1`. */
export interface Range {
  readonly name: string
  readonly pages: readonly string[]
}

export interface Unmapper extends Translation, Cpus {
  readonly operation: 'unmap' | 'mprotect'
  /** The core that makes the call. */
  readonly caller: string
  readonly call: CellOf<typeof revocation>
  /** `X64PageTable::inner`. */
  readonly lock: CellOf<typeof spinlock>
  readonly frames: readonly string[]
  readonly frame: (name: string) => CellOf<typeof frame>
  /** The pages of the call, cut into what one flush covers. */
  readonly ranges: readonly Range[]
  readonly request: (core: string) => CellOf<typeof shootdownRequest>
  /** Whether the return to the guest waits for flushes that were sent and not waited for. */
  readonly settlesBeforeReturn: boolean
}

const source = (symbol: string): string =>
  `litebox_platform_lvbs/src/arch/x86/mm/paging.rs and litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs: ${symbol}`

/** Everything but the flush. */
export function revoking(world: Unmapper): readonly Rule[] {
  const { operation } = world
  return [
    ...entering(world),
    ...(operation === 'unmap' ? [clearing(world), freeing(world)] : [restricting(world)]),
    ...leaving(world),
  ]
}

const entering = ({ operation, caller, call, lock, cpu }: Unmapper): readonly Rule[] => [
  rule(
    `${operation}.enter`,
    {},
    {
      kind: 'environment',
      source: 'litebox_platform_lvbs/src/lib.rs: syscall_callback',
      needed: true,
      actor: () => caller,
      sends: () => ({ call, cpu: cpu(caller) }),
    },
  ).does({
    when: { uncalled: ({ call }) => call.value === 'uncalled' },
    events: () => ({ call: { type: 'ENTER' }, cpu: { type: 'ENTER_KERNEL' } }),
  }),
  rule(
    `${operation}.lock`,
    {},
    {
      source: source(`${operation}_pages, X64PageTable::inner`),
      needed: true,
      actor: () => caller,
      sends: () => ({ call, lock }),
      waitsFor: ['lock'],
    },
  ).does({
    when: { locking: ({ call }) => call.value === 'locking' },
    events: () => ({ call: { type: 'LOCK' }, lock: { type: 'ACQUIRE', holder: caller } }),
  }),
]

const clearing = ({ caller, call, pages, entry }: Unmapper): Rule =>
  rule(
    'unmap.clear',
    { page: pages },
    {
      source: source('unmap_pages, inner.unmap'),
      needed: true,
      actor: () => caller,
      sends: ({ page }) => ({ call, entry: entry(caller, page) }),
    },
  ).does({
    when: {
      changing: ({ call }) => call.value === 'changing',
      itsTurn: ({ call }, { page }) => pages[call.context.changed] === page,
    },
    events: ({ entry }) => ({ call: { type: 'CHANGE', frame: entry.context.frame }, entry: { type: 'CLEAR' } }),
  })

const restricting = ({ caller, call, pages, entry }: Unmapper): Rule =>
  rule(
    'mprotect.restrict',
    { page: pages },
    {
      source: source('mprotect_pages, inner.update_flags'),
      needed: true,
      actor: () => caller,
      sends: ({ page }) => ({ call, entry: entry(caller, page) }),
    },
  ).does({
    when: {
      changing: ({ call }) => call.value === 'changing',
      itsTurn: ({ call }, { page }) => pages[call.context.changed] === page,
    },
    events: ({ entry }) => ({ call: { type: 'CHANGE', frame: entry.context.frame }, entry: { type: 'RESTRICT' } }),
  })

const freeing = ({ caller, call, frames, frame }: Unmapper): Rule =>
  rule(
    'unmap.free',
    { frame: frames },
    {
      source: source('unmap_pages, allocator.deallocate_frame'),
      needed: true,
      actor: () => caller,
      sends: ({ frame: name }) => ({ call, frame: frame(name) }),
    },
  ).does({
    when: {
      freeing: ({ call }) => call.value === 'freeing',
      itsTurn: ({ call }, { frame: name }) => call.context.gathered[0] === name,
    },
    events: () => ({ call: { type: 'FREE' }, frame: { type: 'FREE' } }),
  })

const leaving = ({ operation, caller, call, lock, cpu, cores, request, settlesBeforeReturn }: Unmapper): readonly Rule[] => [
  rule(
    `${operation}.unlock`,
    {},
    {
      source: source(`${operation}_pages, end of the scope of inner`),
      needed: true,
      actor: () => caller,
      sends: () => ({ call, lock }),
    },
  ).does({
    when: { unlocking: ({ call }) => call.value === 'unlocking' || call.value === 'releasing' },
    events: () => ({ call: { type: 'UNLOCK' }, lock: { type: 'RELEASE' } }),
  }),
  rule(
    `${operation}.return`,
    {},
    {
      source: 'litebox_platform_lvbs/src/lib.rs: switch_to_user',
      needed: true,
      actor: () => caller,
      sees: () => ({ requests: settlesBeforeReturn ? cores.map(request) : [] }),
      sends: () => ({ call, cpu: cpu(caller) }),
    },
  ).does({
    when: {
      leaving: ({ call }) => call.value === 'leaving',
      settled: ({ requests }) => requests.every((request) => request.value === 'none'),
    },
    events: () => ({ call: { type: 'RETURN' }, cpu: { type: 'LEAVE_KERNEL' } }),
  }),
]

/** Cuts the pages of a call into the ranges that it flushes together. */
export const rangesOf = (pages: readonly string[], pagesPerFlush: number): readonly Range[] =>
  pages
    .filter((_, at) => at % pagesPerFlush === 0)
    .map((_, nth) => pages.slice(nth * pagesPerFlush, (nth + 1) * pagesPerFlush))
    .map((together) => ({ name: together.join('+'), pages: together }))

/** Whether `range` is what the call is about to flush. */
export const isDue = (
  { changed, pagesPerFlush }: { readonly changed: number; readonly pagesPerFlush: number },
  { ranges }: Unmapper,
  range: string,
): boolean => ranges[Math.ceil(changed / pagesPerFlush) - 1]?.name === range

/** What a core's TLB holds for the pages of a range. */
export const heldFor = ({ ranges, tlb }: Unmapper, core: string, range: string): readonly CellOf<typeof tlbEntry>[] =>
  ranges.filter(({ name }) => name === range).flatMap(({ pages }) => pages.map((page) => tlb(core, page)))

export const rangeNames = ({ ranges }: Unmapper): readonly string[] => ranges.map(({ name }) => name)
