import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { Areas } from './memory-area.ts'
import type { Touching } from './page-touch.ts'

/*
 * A call of mmap whose pages have contents: create the area, write the contents, take the right to write away.
 *
 * Models: `litebox/src/mm/mod.rs: PageManager::create_pages` with the initialiser of
 * `litebox_shim_linux/src/syscalls/mm.rs: do_mmap_file`, for a mapping that is read-only in the end. The source takes the
 * lock of the areas three times: to create the area with the right to write; not at all while the initialiser copies,
 * because its page faults need the lock; and again to protect, or to remove the area if the file could not be read. What
 * fails in the last two parts ends in `unwrap` or `expect`. What else could be done is a parameter: see `Initialise`.
 * The rules are here (the area) and in `mmap-contents.ts` (the copy and what comes after it).
 *
 * Leaves out: finding an address (the range is free), execute rights (for which the source does the same), more than one
 * write a page, a file shorter than the mapping, and reading the file where the lock is held throughout.
 */

/**
 * - `unlocked`: the source.
 * - `under-lock`: the lock is held throughout, so that a page fault of the copy meets it.
 * - `revalidated`: as the source, but failures are errors, and only what is still this mapping's is protected or removed.
 * - `populated-first`: the lock is held throughout, and frames are mapped before the copy so that it cannot fault.
 * - `through-alias`: frames are filled through the kernel's own mapping before any address of the guest leads to them.
 */
export type Initialise = 'unlocked' | 'under-lock' | 'revalidated' | 'populated-first' | 'through-alias'

export const locksAgain = (how: Initialise): how is 'unlocked' | 'revalidated' => how === 'unlocked' || how === 'revalidated'

/** `done` counts pages within a phase. */
export const creation = setup({
  types: {
    context: {} as { done: number; readonly pages: number; readonly holdsLock: boolean },
    input: {} as { pages: number; holdsLock: boolean },
    events: {} as
      | { type: 'LOCK' }
      | { type: 'POPULATE' }
      | { type: 'CREATE' }
      | { type: 'WRITE' }
      | { type: 'FAIL' }
      | { type: 'PROTECT' }
      | { type: 'REMOVE' }
      | { type: 'FINISH' }
      | { type: 'STOP' },
  },
  guards: {
    allDone: ({ context }) => context.done === context.pages,
    holdsLock: ({ context }) => context.holdsLock,
  },
  actions: {
    count: update((call) => {
      call.done += 1
    }),
    startAgain: update((call) => {
      call.done = 0
    }),
  },
}).createMachine({
  id: 'creation',
  context: ({ input }) => ({ ...input, done: 0 }),
  initial: 'uncalled',
  states: {
    uncalled: { on: { LOCK: 'creating', CREATE: 'initialising' } },
    creating: {
      on: {
        POPULATE: { target: 'creating', actions: 'count' },
        CREATE: { target: 'initialising', actions: 'startAgain' },
        FINISH: { target: 'mapped', actions: 'startAgain' },
      },
    },
    initialising: {
      always: { guard: 'allDone', target: 'initialised', actions: 'startAgain' },
      on: {
        WRITE: { target: 'initialising', actions: 'count' },
        FAIL: { target: 'failing', actions: 'startAgain' },
        STOP: 'stopped',
      },
    },
    initialised: { always: { guard: 'holdsLock', target: 'protecting' }, on: { LOCK: 'protecting' } },
    protecting: {
      on: {
        PROTECT: { target: 'protecting', actions: 'count' },
        FINISH: { target: 'mapped', actions: 'startAgain' },
        STOP: 'stopped',
      },
    },
    failing: { on: { LOCK: 'removing' } },
    removing: {
      on: { REMOVE: { target: 'removing', actions: 'count' }, FINISH: { target: 'failed', actions: 'startAgain' } },
    },
    mapped: {},
    failed: {},
    stopped: {},
  },
})

export interface Creating extends Areas, Touching {
  /** The thread that calls, which is also the name of its mapping. */
  readonly caller: string
  readonly call: CellOf<typeof creation>
}

const source = 'litebox/src/mm/mod.rs: create_pages; litebox/src/mm/linux.rs: insert_mapping'

/** From the call to the first write, or (through the alias) to the end. */
export const creatingAreas = (world: Creating, how: Initialise): readonly Rule[] => {
  if (locksAgain(how)) return [createAtOnce(world)]
  const start = lockFor(world, 'mmap.lock', 'uncalled')
  if (how === 'under-lock') return [start, createLocked(world, 0)]
  if (how === 'populated-first') return [start, populate(world, 'write'), createLocked(world, world.pages.length)]
  return [start, populate(world, 'read'), publish(world)]
}

export const lockFor = ({ caller, call, vmem }: Creating, name: string, phase: 'uncalled' | 'initialised' | 'failing'): Rule =>
  rule(
    name,
    {},
    {
      source: 'litebox/src/mm/mod.rs: create_pages, vmem.write',
      actor: () => caller,
      sends: () => ({ call, vmem }),
      waitsFor: ['vmem'],
    },
  ).does({
    when: { due: ({ call }) => call.value === phase },
    events: () => ({ call: { type: 'LOCK' }, vmem: { type: 'ACQUIRE', holder: caller } }),
  })

/** Nothing but the areas changes, and nobody looks at those without the lock: one step. */
const createAtOnce = ({ caller, call, pages, area, vmem }: Creating): Rule =>
  rule(
    'mmap.create',
    {},
    {
      source,
      needed: true,
      actor: () => caller,
      sees: () => ({ vmem }),
      sends: () => ({ call, areas: pages.map(area) }),
    },
  ).does({
    when: { uncalled: ({ call }) => call.value === 'uncalled', unlocked: ({ vmem }) => vmem.value === 'free' },
    events: () => ({ call: { type: 'CREATE' }, areas: { type: 'INSERT', area: { mapping: caller, rights: 'write' } } }),
  })

const createLocked = ({ caller, call, pages, area }: Creating, populated: number): Rule =>
  rule(
    'mmap.create',
    {},
    {
      source,
      needed: true,
      actor: () => caller,
      sends: () => ({ call, areas: pages.map(area) }),
    },
  ).does({
    when: {
      creating: ({ call }) => call.value === 'creating',
      populated: ({ call }) => call.context.done === populated,
    },
    events: () => ({ call: { type: 'CREATE' }, areas: { type: 'INSERT', area: { mapping: caller, rights: 'write' } } }),
  })

/** Entries get their frames page by page, for hardware to see. */
const populate = ({ caller, call, pages, entry }: Creating, rights: 'read' | 'write'): Rule =>
  rule(
    'mmap.populate',
    { page: pages },
    {
      source: 'hypothetical; compare litebox_platform_lvbs/src/arch/x86/mm/paging.rs: map_pages',
      needed: true,
      actor: () => caller,
      sends: ({ page }) => ({ call, entry: entry(page) }),
    },
  ).does({
    when: {
      creating: ({ call }) => call.value === 'creating',
      itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
    },
    events: () => ({ call: { type: 'POPULATE' }, entry: { type: 'MAP', mapping: { frame: caller, rights } } }),
  })

const publish = ({ caller, call, pages, area, vmem }: Creating): Rule =>
  rule(
    'mmap.publish',
    {},
    {
      source: 'hypothetical: the area appears with its final rights, its frames filled before',
      needed: true,
      actor: () => caller,
      sends: () => ({ call, vmem, areas: pages.map(area) }),
    },
  ).does({
    when: {
      creating: ({ call }) => call.value === 'creating',
      populated: ({ call }) => call.context.done === pages.length,
    },
    events: () => ({
      call: { type: 'FINISH' },
      vmem: { type: 'RELEASE' },
      areas: { type: 'INSERT', area: { mapping: caller, rights: 'read' } },
    }),
  })
