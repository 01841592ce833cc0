import { type Rule, rule } from '../../checker/index.ts'
import { type Creating, type Initialise, lockFor, locksAgain } from './mmap.ts'

/*
 * The second and third part of an mmap with contents: the copy, and then protecting the area or removing it.
 *
 * Models: see `mmap.ts`. The copy is an access like any other: it may fault, and is told of a refusal
 * (`memcpy_fallible`), which the source unwraps. `protect_mapping` walks the areas that it finds in the range and fails only
 * if there is none; `remove_mapping` asks for no area at all.
 *
 * Leaves out: see `mmap.ts`; and errors of reading that `do_mmap_file` does not expect (such as that of a descriptor that is no
 * file), which are `unimplemented!` and end LiteBox without any race.
 */

const copySource = 'litebox_shim_linux/src/syscalls/mm.rs: do_mmap_file, copy_from_slice'
const source = 'litebox/src/mm/mod.rs: create_pages; litebox/src/mm/linux.rs'

export const fillingAreas = (world: Creating, how: Initialise): readonly Rule[] => {
  if (how === 'through-alias') return []
  if (!locksAgain(how)) return [...copying(world), protect(world, false), unlock(world, 'protecting', 'mmap.unlock')]
  return [
    ...copying(world),
    ...failing(world, how),
    lockFor(world, 'mmap.lockToRemove', 'failing'),
    remove(world, how === 'revalidated'),
    lockFor(world, 'mmap.lockToProtect', 'initialised'),
    protect(world, how === 'revalidated'),
    ...(how === 'revalidated' ? skipping(world) : overtaken(world)),
    unlock(world, 'removing', 'mmap.unlockRemoved'),
    unlock(world, 'protecting', 'mmap.unlock'),
  ]
}

const copying = ({ caller, call, pages, touch, entry }: Creating): readonly Rule[] => [
  rule(
    'initialiser.touch',
    { page: pages },
    {
      source: copySource,
      actor: () => caller,
      sees: () => ({ call }),
      sends: () => ({ touch: touch(caller) }),
    },
  ).does({
    when: {
      initialising: ({ call }) => call.value === 'initialising',
      itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
      idle: ({ touch }) => touch.value === 'idle',
    },
    events: (_, { page }) => ({ touch: { type: 'TOUCH', page, kind: 'write' } }),
  }),
  rule(
    'initialiser.write',
    { page: pages },
    {
      source: copySource,
      actor: () => caller,
      sees: ({ page }) => ({ entry: entry(page) }),
      sends: () => ({ call, touch: touch(caller) }),
    },
  ).does({
    when: {
      touching: ({ touch }) => touch.value === 'touching',
      here: ({ touch }, { page }) => touch.context.page === page,
      allowed: ({ entry }) => entry.context.rights === 'write',
    },
    events: () => ({ call: { type: 'WRITE' }, touch: { type: 'PASS' } }),
  }),
]

/** A copy that was refused, and a file that another thread has closed meanwhile. */
const failing = ({ caller, call, touch }: Creating, how: 'unlocked' | 'revalidated'): readonly Rule[] => [
  rule(
    'initialiser.fail',
    {},
    {
      source: `${copySource}, unwrap`,
      actor: () => caller,
      sees: () => ({ touch: touch(caller) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      initialising: ({ call }) => call.value === 'initialising',
      refused: ({ touch }) => touch.value === 'refused',
    },
    events: () => ({ call: { type: how === 'unlocked' ? 'STOP' : 'FAIL' } }),
  }),
  rule(
    'initialiser.cannotRead',
    {},
    {
      kind: 'environment',
      source: 'litebox_shim_linux/src/syscalls/mm.rs: do_mmap_file, sys_read',
      actor: () => caller,
      sees: () => ({ touch: touch(caller) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      initialising: ({ call }) => call.value === 'initialising',
      betweenWrites: ({ touch }) => touch.value === 'idle',
    },
    events: () => ({ call: { type: 'FAIL' } }),
  }),
]

const protect = ({ caller, call, pages, area, entry }: Creating, onlyMine: boolean): Rule =>
  rule(
    'mmap.protect',
    { page: pages },
    {
      source: `${source}: protect_mapping`,
      actor: () => caller,
      sends: ({ page }) => ({ call, area: area(page), entry: entry(page) }),
    },
  ).does({
    when: {
      protecting: ({ call }) => call.value === 'protecting',
      itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
      covered: ({ area }) => area.value === 'mapped',
      mine: ({ area }) => !onlyMine || area.context.mapping === caller,
    },
    events: () => ({
      call: { type: 'PROTECT' },
      area: { type: 'PROTECT', rights: 'read' },
      entry: { type: 'GIVE', rights: 'read' },
    }),
  })

const remove = ({ caller, call, pages, area, entry }: Creating, onlyMine: boolean): Rule =>
  rule(
    'mmap.remove',
    { page: pages },
    {
      source: `${source}: remove_mapping`,
      actor: () => caller,
      sends: ({ page }) => ({ call, area: area(page), entry: entry(page) }),
    },
  ).does({
    when: {
      removing: ({ call }) => call.value === 'removing',
      itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
      mine: ({ area }) => !onlyMine || area.context.mapping === caller,
    },
    events: () => ({ call: { type: 'REMOVE' }, area: { type: 'REMOVE' }, entry: { type: 'CLEAR' } }),
  })

/** A page without an area is passed over, unless no page of the range has one. */
const overtaken = ({ caller, call, pages, area }: Creating): readonly Rule[] => [
  rule(
    'mmap.skip',
    { page: pages },
    {
      source: `${source}: protect_mapping`,
      actor: () => caller,
      sees: () => ({ areas: pages.map(area) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      protecting: ({ call }) => call.value === 'protecting',
      itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
      gone: ({ areas }, { page }) => areas[pages.indexOf(page)]!.value === 'absent',
      notAll: ({ areas }) => areas.some(({ value }) => value === 'mapped'),
    },
    events: () => ({ call: { type: 'PROTECT' } }),
  }),
  rule(
    'mmap.stop',
    {},
    {
      source: 'litebox/src/mm/mod.rs: create_pages, expect("failed to protect mapping")',
      actor: () => caller,
      sees: () => ({ areas: pages.map(area) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      protecting: ({ call }) => call.value === 'protecting',
      allGone: ({ areas }) => areas.every(({ value }) => value === 'absent'),
    },
    events: () => ({ call: { type: 'STOP' } }),
  }),
]

/** What is not this mapping's any more is left alone. */
const skipping = ({ caller, call, pages, area }: Creating): readonly Rule[] =>
  (['protecting', 'removing'] as const).map((phase) =>
    rule(
      phase === 'protecting' ? 'mmap.leaveUnprotected' : 'mmap.leaveMapped',
      { page: pages },
      {
        source: 'hypothetical: each mapping has a generation, compared under the lock',
        actor: () => caller,
        sees: ({ page }) => ({ area: area(page) }),
        sends: () => ({ call }),
      },
    ).does({
      when: {
        due: ({ call }) => call.value === phase,
        itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
        notMine: ({ area }) => area.context.mapping !== caller,
      },
      events: () => ({ call: { type: phase === 'protecting' ? 'PROTECT' : 'REMOVE' } }),
    }),
  )

const unlock = ({ caller, call, pages, vmem }: Creating, phase: 'protecting' | 'removing', name: string): Rule =>
  rule(
    name,
    {},
    {
      source: 'litebox/src/mm/mod.rs: create_pages, end of the scope of vmem',
      actor: () => caller,
      sends: () => ({ call, vmem }),
    },
  ).does({
    when: {
      due: ({ call }) => call.value === phase,
      done: ({ call }) => call.context.done === pages.length,
    },
    events: () => ({ call: { type: 'FINISH' }, vmem: { type: 'RELEASE' } }),
  })
