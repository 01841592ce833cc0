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

/** The two platforms that have these functions; guests on `linux_kernel` run in an SNP virtual machine. */
export type Platform = 'lvbs' | 'linux_kernel'

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
  /** Whose code it is. */
  readonly platform: Platform
  /** Whether the caller takes the page-table lock at all. */
  readonly locks: boolean
  /** Whether the return to the guest waits for flushes that were sent and not waited for. */
  readonly settlesBeforeReturn: boolean
}

const source = ({ platform }: Unmapper, symbol: string): string =>
  `litebox_platform_${platform}/src/arch/x86/mm/paging.rs: ${symbol}`

/** How a guest thread comes into the kernel, and how it goes back. */
const crossing = {
  lvbs: {
    enter: 'litebox_platform_lvbs/src/lib.rs: syscall_callback',
    return: 'litebox_platform_lvbs/src/lib.rs: switch_to_user',
  },
  linux_kernel: {
    enter: 'litebox_platform_linux_kernel/src/host/snp/snp_impl.rs: handle_syscall',
    return: 'litebox_platform_linux_kernel/src/lib.rs: switch_to_guest',
  },
} as const

/** Everything but the flush. */
export function revoking(world: Unmapper): readonly Rule[] {
  const { operation } = world
  return [
    ...entering(world),
    ...(operation === 'unmap' ? [clearing(world), freeing(world)] : [restricting(world)]),
    ...leaving(world),
  ]
}

const entering = (world: Unmapper): readonly Rule[] => {
  const { operation, caller, call, lock, cpu, platform, locks } = world
  const enter = rule(
    `${operation}.enter`,
    {},
    {
      kind: 'environment',
      source: crossing[platform].enter,
      needed: true,
      actor: () => caller,
      sends: () => ({ call, cpu: cpu(caller) }),
    },
  ).does({
    when: { uncalled: ({ call }) => call.value === 'uncalled' },
    events: () => ({ call: { type: 'ENTER' }, cpu: { type: 'ENTER_KERNEL' } }),
  })
  if (!locks) return [enter]
  return [
    enter,
    rule(
      `${operation}.lock`,
      {},
      {
        source: source(world, `${operation}_pages, X64PageTable::inner`),
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
}

const clearing = (world: Unmapper): Rule => {
  const { caller, call, pages, entry } = world
  return rule(
    'unmap.clear',
    { page: pages },
    {
      source: source(world, 'unmap_pages, inner.unmap'),
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
}

const restricting = (world: Unmapper): Rule => {
  const { caller, call, pages, entry } = world
  return rule(
    'mprotect.restrict',
    { page: pages },
    {
      source: source(world, 'mprotect_pages, inner.update_flags'),
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
}

const freeing = (world: Unmapper): Rule => {
  const { caller, call, frames, frame } = world
  return rule(
    'unmap.free',
    { frame: frames },
    {
      source: source(world, 'unmap_pages, allocator.deallocate_frame'),
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
}

const leaving = (world: Unmapper): readonly Rule[] => {
  const { operation, caller, call, lock, cpu, cores, request, settlesBeforeReturn, platform, locks } = world
  const unlock = rule(
    `${operation}.unlock`,
    {},
    {
      source: source(world, `${operation}_pages, end of the scope of inner`),
      needed: true,
      actor: () => caller,
      sends: () => ({ call, lock }),
    },
  ).does({
    when: { unlocking: ({ call }) => call.value === 'unlocking' || call.value === 'releasing' },
    events: () => ({ call: { type: 'UNLOCK' }, lock: { type: 'RELEASE' } }),
  })
  const leave = rule(
    `${operation}.return`,
    {},
    {
      source: crossing[platform].return,
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
  })
  return locks ? [unlock, leave] : [leave]
}

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
