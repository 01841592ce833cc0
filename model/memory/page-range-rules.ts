import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { pageLock, rangeUser, sharedPage } from './page-range.ts'

/*
 * Cores that copy overlapping ranges, with the locks that a design gives them.
 *
 * Models: see `page-range.ts`. `together`: all pages or none, as the early branch of the range lock has it
 * (`sanghle/lvbs/physlock: try_lock_pages`); `in-order` and `crossed`: page after page, every core from the lowest, or
 * one of them from the highest; `reader-writer`: readers together, as the registry of later versions. The older family
 * takes no lock.
 *
 * Leaves out: pages that are scattered, and ranges of other lengths than two.
 */

export interface RangeDesign {
  /** Whether the protection service on the first core still uses the older family of copies. */
  readonly older: 'kept' | 'gone'
  readonly mapping: 'direct' | 'private'
  readonly lock: 'none' | 'together' | 'in-order' | 'crossed' | 'reader-writer'
  readonly contended: 'given-up' | 'retried' | 'waited-out'
}

export interface RangeWorld {
  readonly cores: readonly string[]
  readonly frames: readonly string[]
  readonly ranges: Readonly<Record<string, readonly string[]>>
  readonly user: (core: string) => CellOf<typeof rangeUser>
  /** The page that carries a frame for a core: one for all cores in the direct map. */
  readonly page: (core: string, frame: string) => CellOf<typeof sharedPage>
  readonly lock: (frame: string) => CellOf<typeof pageLock>
}

const accesses = ['read', 'write'] as const
const paging = 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs'
const branch = 'branch sanghle/lvbs/physlock, litebox_platform_lvbs/src/lib.rs'

/** Whether a core takes locks at all: the older family was written before there were any. */
export const takesLocks = ({ cores }: RangeWorld, { lock, older }: RangeDesign, core: string): boolean =>
  lock !== 'none' && !(older === 'kept' && core === cores[0])

export function rangeRules(world: RangeWorld, design: RangeDesign): readonly Rule[] {
  const { cores, ranges, user, page } = world
  const requests = { core: cores, range: Object.keys(ranges) }
  const places = { core: cores, frame: world.frames }
  const framesOf = (range: string): readonly string[] => ranges[range] ?? []
  const older = (core: string): boolean => design.older === 'kept' && core === cores[0]
  const family = older(cores[0] ?? '')
    ? 'litebox_shim_optee/src/ptr.rs: map_range; litebox_platform_lvbs/src/lib.rs: map_vtl0_guard'
    : 'litebox_shim_optee/src/ptr.rs: map_range'
  const locks = cores.some((core) => takesLocks(world, design, core))
  return [
    rule(
      'user.ask',
      { ...requests, access: accesses },
      { source: family, needed: true, actor: ({ core }) => core, sends: ({ core }) => ({ user: user(core) }) },
    ).does({
      when: { idle: ({ user }) => user.value === 'idle' },
      events: (_, { range, access }) => ({ user: { type: 'ASK', range, access } }),
    }),
    ...(locks ? locking(world, design) : []),
    rule('range.map', requests, {
      source: `${paging}: map_phys_frame_range_with`,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, range }) => ({ user: user(core), pages: framesOf(range).map((frame) => page(core, frame)) }),
    }).does({
      when: {
        asking: ({ user }) => user.value === 'asking',
        itsRange: ({ user }, { range }) => user.context.range === range,
        locked: ({ user }, { core }) => !takesLocks(world, design, core) || user.context.locked === 2,
      },
      events: ({ user }) => ({
        user: { type: 'MAP' },
        pages: { type: 'MAP', writable: user.context.access === 'write' },
      }),
    }),
    rule('copy.page', places, {
      source: 'litebox/src/mm/exception_table.rs: memcpy_fallible',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core, frame }) => ({ page: page(core, frame) }),
      sends: ({ core }) => ({ user: user(core) }),
    }).does({
      when: {
        mapped: ({ user }) => user.value === 'mapped',
        next: ({ user: { context } }, { frame }) => framesOf(context.range)[context.copied] === frame,
        permitted: ({ user, page }) => page.value === 'present' && (user.context.access === 'read' || page.context.writable),
      },
      events: () => ({ user: { type: 'COPY' } }),
    }),
    rule('copy.fault', places, {
      source: 'litebox/src/mm/exception_table.rs: search_exception_tables',
      actor: ({ core }) => core,
      sees: ({ core, frame }) => ({ page: page(core, frame) }),
      sends: ({ core }) => ({ user: user(core) }),
    }).does({
      when: {
        mapped: ({ user }) => user.value === 'mapped',
        next: ({ user: { context } }, { frame }) => framesOf(context.range)[context.copied] === frame,
        refused: ({ user, page }) => page.value === 'absent' || (user.context.access === 'write' && !page.context.writable),
      },
      events: () => ({ user: { type: 'FAULT' } }),
    }),
    rule('range.clear', requests, {
      source: `${paging}: unmap_pages`,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, range }) => ({ user: user(core), pages: framesOf(range).map((frame) => page(core, frame)) }),
    }).does({
      when: {
        ended: ({ user: { value } }) => value === 'completed' || value === 'failed',
        itsRange: ({ user }, { range }) => user.context.range === range,
      },
      events: () => ({ user: { type: 'CLEAR' }, pages: { type: 'CLEAR' } }),
    }),
  ]
}

const locking = (world: RangeWorld, design: RangeDesign): Rule[] => {
  const { cores, frames, ranges, user, lock } = world
  const lockers = cores.filter((core) => takesLocks(world, design, core))
  const requests = { core: lockers, range: Object.keys(ranges), access: accesses }
  const framesOf = (range: string): readonly string[] => ranges[range] ?? []
  const alone = (access: string): boolean => design.lock !== 'reader-writer' || access === 'write'
  const admits = (held: { readonly value: string }, access: string): boolean =>
    held.value === 'free' || (held.value === 'shared' && !alone(access))
  const stepwise = design.lock === 'in-order' || design.lock === 'crossed'
  /** The order in which a core locks the pages of its range. */
  const ordered = (core: string, range: string): readonly string[] =>
    design.lock === 'crossed' && core === cores[0] ? framesOf(range).toReversed() : framesOf(range)
  const unlock = rule('range.unlock', requests, {
    source: `${branch}: unlock_for_vunmap`,
    needed: true,
    actor: ({ core }) => core,
    sends: ({ core, range }) => ({ user: user(core), locks: framesOf(range).map(lock) }),
  }).does({
    when: {
      cleared: ({ user }) => user.value === 'cleared',
      its: ({ user: { context } }, { range, access }) => context.range === range && context.access === access,
    },
    events: (_, { access }) => ({ user: { type: 'UNLOCK' }, locks: { type: alone(access) ? 'LEAVE_ALONE' : 'LEAVE' } }),
  })
  if (stepwise)
    return [
      rule(
        'range.lockNext',
        { core: lockers, frame: frames },
        {
          source: 'proposed: a lock on each page, taken one after the other',
          needed: true,
          actor: ({ core }) => core,
          sends: ({ core, frame }) => ({ user: user(core), lock: lock(frame) }),
          waitsFor: ['lock'],
        },
      ).does({
        when: {
          asking: ({ user }) => user.value === 'asking',
          next: ({ user: { context } }, { core, frame }) => ordered(core, context.range)[context.locked] === frame,
        },
        events: () => ({ user: { type: 'LOCK' }, lock: { type: 'ENTER_ALONE' } }),
      }),
      unlock,
    ]
  return [
    rule('range.lock', requests, {
      source: design.lock === 'together' ? `${branch}: try_lock_pages` : 'later versions of mshv/vsm.rs: ProtectedFrameRegistry',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, range }) => ({ user: user(core), locks: framesOf(range).map(lock) }),
    }).does({
      when: {
        asking: ({ user }) => user.value === 'asking',
        its: ({ user: { context } }, { range, access }) => context.range === range && context.access === access,
        unlocked: ({ user }) => user.context.locked === 0,
        admitted: ({ locks }, { access }) => locks.every((held) => admits(held, access)),
      },
      events: (_, { access }) => ({ user: { type: 'LOCK_ALL' }, locks: { type: alone(access) ? 'ENTER_ALONE' : 'ENTER' } }),
    }),
    unlock,
    ...(design.contended === 'waited-out' ? [] : contention(world, design, lockers, admits)),
  ]
}

const contention = (
  { ranges, user, lock }: RangeWorld,
  { contended }: RangeDesign,
  lockers: readonly string[],
  admits: (held: { readonly value: string }, access: string) => boolean,
): Rule[] => [
  rule(
    'range.refuse',
    { core: lockers, range: Object.keys(ranges) },
    {
      source: `${branch}: FrameLockContention`,
      needed: true,
      actor: ({ core }) => core,
      sees: ({ range }) => ({ locks: (ranges[range] ?? []).map(lock) }),
      sends: ({ core }) => ({ user: user(core) }),
    },
  ).does({
    when: {
      asking: ({ user }) => user.value === 'asking',
      itsRange: ({ user: { context } }, { range }) => context.range === range && context.locked === 0,
      held: ({ user, locks }) => locks.some((held) => !admits(held, user.context.access)),
    },
    events: () => ({ user: { type: 'REFUSE' } }),
  }),
  rule(
    contended === 'retried' ? 'user.askAgain' : 'user.giveUp',
    { core: lockers },
    {
      source: 'litebox_common_optee/src/lib.rs: PhysPointerError to a return code of the call',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ user: user(core) }),
    },
  ).does({
    when: { refused: ({ user }) => user.value === 'refused' },
    events: () => ({ user: { type: contended === 'retried' ? 'ASK_AGAIN' : 'GIVE_UP' } }),
  }),
]
