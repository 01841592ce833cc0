import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule, update } from '../../checker/index.ts'

/*
 * mmap over pages that are mapped, on Windows, while another thread of the guest uses them.
 *
 * Models: the second pass of `litebox_platform_windows_userland/src/lib.rs: allocate_pages` for MEM_COMMIT under
 * `FixedAddressBehavior::Replace`: region by region, each decommitted by one call of the system and committed by the next.
 * The page manager's lock keeps other calls out, and no access: a thread that touches a page in between faults, and
 * `vectored_exception_handler` makes a signal of it. Linux replaces the old mapping in one and lets faults wait.
 *
 * Leaves out: whose the pages are (`windows-mmap.ts`); rights, since VirtualProtect changes a region in one call and the
 * page manager asks for areas only, all of which are committed; and contents that are copied in afterwards (`mmap.ts`).
 */

export interface ReplacementDesign {
  /** By two calls of the system a region; the same with the other threads of the guest suspended; or in one, as on Linux. */
  readonly replace: 'decommit-then-commit' | 'threads-suspended' | 'at-once'
  /** What an access does that finds no page: it is a signal, or it waits for the page manager and is tried again. */
  readonly fault: 'signal' | 'waits-for-manager'
}

export const replacedPage = setup({ types: { events: {} as { type: 'DECOMMIT' } | { type: 'COMMIT' } } }).createMachine({
  id: 'replacedPage',
  initial: 'old',
  states: { old: { on: { DECOMMIT: 'absent', COMMIT: 'new' } }, absent: { on: { COMMIT: 'new' } }, new: {} },
})

export const replacingCall = setup({
  types: {
    context: {} as { region: number },
    events: {} as { type: 'CALL' } | { type: 'DECOMMITTED' } | { type: 'COMMITTED' } | { type: 'RETURN' },
  },
}).createMachine({
  id: 'replacingCall',
  context: { region: 0 },
  initial: 'uncalled',
  states: {
    uncalled: { on: { CALL: 'decommitting' } },
    decommitting: {
      on: { DECOMMITTED: 'committing', COMMITTED: { target: 'decommitting', actions: update(goOn) }, RETURN: 'returned' },
    },
    committing: { on: { COMMITTED: { target: 'decommitting', actions: update(goOn) } } },
    returned: {},
  },
})

function goOn(call: { region: number }): void {
  call.region += 1
}

/** `wentBack`: has seen an old page after a new one. */
export const pageUser = setup({
  types: {
    context: {} as { sawNew: boolean },
    events: {} as { type: 'SEE'; page: 'old' | 'new' } | { type: 'SIGNAL' } | { type: 'WAIT' } | { type: 'RETRY' },
  },
  guards: {
    goesBack: ({ context }, { page }: { page: 'old' | 'new' }) => context.sawNew && page === 'old',
  },
}).createMachine({
  id: 'pageUser',
  context: { sawNew: false },
  initial: 'running',
  states: {
    running: {
      on: {
        SEE: [
          { guard: { type: 'goesBack', params: ({ event }) => event }, target: 'wentBack' },
          {
            target: 'running',
            actions: update((user, { page }) => {
              user.sawNew ||= page === 'new'
            }),
          },
        ],
        SIGNAL: 'killed',
        WAIT: 'waiting',
      },
    },
    waiting: { on: { RETRY: 'running' } },
    killed: {},
    wentBack: {},
  },
})

export interface ReplacementWorld {
  readonly users: readonly string[]
  /** Each region as its pages. */
  readonly regions: readonly (readonly string[])[]
}

export const replacedPageOf = (page: string): CellOf<typeof replacedPage> => cell(`page.${page}`, replacedPage)
export const pageUserOf = (user: string): CellOf<typeof pageUser> => cell(`user.${user}`, pageUser)
export const replacingCell: CellOf<typeof replacingCall> = cell('call', replacingCall)

const source = 'litebox_platform_windows_userland/src/lib.rs: allocate_pages'

export const replacementRules = (world: ReplacementWorld, design: ReplacementDesign): readonly Rule[] => [
  ...replacing(world, design),
  ...touching(world, design),
]

function replacing({ regions }: ReplacementWorld, { replace }: ReplacementDesign): readonly Rule[] {
  const call = (name: string, from: string, type: 'CALL' | 'RETURN', wanted: (region: number) => boolean): Rule =>
    rule(name, {}, { source, actor: () => 'caller', sends: () => ({ call: replacingCell }) }).does({
      when: { there: ({ call }) => call.value === from, itsTurn: ({ call }) => wanted(call.context.region) },
      events: () => ({ call: { type } }),
    })
  const change = (
    name: string,
    symbol: string,
    phase: string,
    pages: 'DECOMMIT' | 'COMMIT',
    type: 'DECOMMITTED' | 'COMMITTED',
  ): Rule =>
    rule(
      name,
      { region: regions.map((_, at) => at) },
      {
        source: `${source}, ${symbol}`,
        needed: true,
        actor: () => 'caller',
        sends: ({ region }) => ({ call: replacingCell, pages: regions[region]!.map(replacedPageOf) }),
      },
    ).does({
      when: { phase: ({ call }) => call.value === phase, itsTurn: ({ call }, { region }) => call.context.region === region },
      events: () => ({ call: { type }, pages: { type: pages } }),
    })
  const all = rule(
    'mmap.replaceAll',
    {},
    {
      source: 'Linux: mmap with MAP_FIXED',
      needed: true,
      actor: () => 'caller',
      sends: () => ({ call: replacingCell, pages: regions.flat().map(replacedPageOf) }),
    },
  ).does({
    when: { phase: ({ call }) => call.value === 'decommitting', itsTurn: ({ call }) => call.context.region === 0 },
    events: () => ({ call: { type: 'COMMITTED' }, pages: { type: 'COMMIT' } }),
  })
  const rounds = replace === 'at-once' ? 1 : regions.length
  return [
    call('mmap.call', 'uncalled', 'CALL', () => true),
    ...(replace === 'at-once'
      ? [all]
      : [
          change('mmap.decommit', 'VirtualFree, MEM_DECOMMIT', 'decommitting', 'DECOMMIT', 'DECOMMITTED'),
          change('mmap.commit', 'VirtualAlloc2, MEM_COMMIT', 'committing', 'COMMIT', 'COMMITTED'),
        ]),
    call('mmap.return', 'decommitting', 'RETURN', (region) => region === rounds),
  ]
}

function touching({ users, regions }: ReplacementWorld, { replace, fault }: ReplacementDesign): readonly Rule[] {
  const runs = (value: string): boolean => replace !== 'threads-suspended' || value === 'uncalled' || value === 'returned'
  const axes = { user: users, page: regions.flat() }
  const touch = rule('guest.touch', axes, {
    source: 'an access of the guest',
    needed: true,
    actor: ({ user }) => user,
    sees: ({ page }) => ({ page: replacedPageOf(page), call: replacingCell }),
    sends: ({ user }) => ({ user: pageUserOf(user) }),
  }).does({
    when: {
      running: ({ user }) => user.value === 'running',
      notSuspended: ({ call }) => runs(call.value),
      there: ({ page }) => page.value !== 'absent',
    },
    events: ({ page }) => ({ user: { type: 'SEE', page: page.value === 'new' ? 'new' : 'old' } }),
  })
  const miss = rule('guest.fault', axes, {
    source: 'litebox_platform_windows_userland/src/lib.rs: vectored_exception_handler',
    actor: ({ user }) => user,
    sees: ({ page }) => ({ page: replacedPageOf(page), call: replacingCell }),
    sends: ({ user }) => ({ user: pageUserOf(user) }),
  }).does({
    when: {
      running: ({ user }) => user.value === 'running',
      notSuspended: ({ call }) => runs(call.value),
      absent: ({ page }) => page.value === 'absent',
    },
    events: () => ({ user: { type: fault === 'signal' ? 'SIGNAL' : 'WAIT' } }),
  })
  const retry = rule(
    'guest.retry',
    { user: users },
    {
      source: "hypothetical: the handler takes the page manager's lock before it believes a fault",
      actor: ({ user }) => user,
      sees: () => ({ call: replacingCell }),
      sends: ({ user }) => ({ user: pageUserOf(user) }),
    },
  ).does({
    when: { waiting: ({ user }) => user.value === 'waiting', unlocked: ({ call }) => call.value === 'returned' },
    events: () => ({ user: { type: 'RETRY' } }),
  })
  return [touch, miss, ...(fault === 'signal' ? [] : [retry])]
}
