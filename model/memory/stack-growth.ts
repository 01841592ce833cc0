import type { EventFromLogic } from 'xstate'
import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { guestCalls } from './guest-calls.ts'
import { type Areas, allows } from './memory-area.ts'
import type { pageTouch, Touching } from './page-touch.ts'

/*
 * Page faults below a stack.
 *
 * Models: `litebox/src/mm/mod.rs: PageManager::handle_page_fault`, one step under the lock of the areas. Where no area
 * covers the address the next one above decides: if that is a stack, and no other area ends within the guard gap below
 * the address, the stack's area grows down to it; after that the access is judged by the area's rights, and the entry
 * filled. A refusal is an `AccessError`, but for an address in the gap, which is an `AllocationFailed`. LiteBox's own fallible
 * copies are told of an `AccessError` only: for anything else `litebox_runner_snp/src/main.rs: page_fault_handler` ends the
 * machine. And the source lets mmap put an area next to a stack where the guest suggests it, though its own search keeps
 * twice the gap (`litebox/src/mm/linux.rs: get_unmmaped_area`).
 *
 * Leaves out: what becomes of a guest's own thread (a signal here; on the Linux-kernel platform the machine ends with it),
 * stacks below stacks (which need no gap), the top of the address space, and entries present without rights.
 */

export interface GrowthDesign {
  /** Whether a stack grows before its rights are looked at, as in the source, or after. */
  readonly growth: 'before-check' | 'after-check'
  /** What a fallible copy gets that faults in the gap. */
  readonly gapFault: 'stops' | 'fixed-up'
  /** Where mmap puts an area that the guest suggests a place for. */
  readonly hints: 'anywhere' | 'off-the-gap'
}

/** `pages` from the lowest to the highest. */
export interface StackWorld extends Touching {
  readonly area: Areas['area']
  /** How many pages the guard gap has. */
  readonly gap: number
  readonly threads: readonly string[]
  readonly copiers: readonly string[]
}

export const stack = 'stack'
export const neighbour = 'neighbour'

interface Found {
  readonly value: string
  readonly context: { readonly mapping: string; readonly rights: 'none' | 'read' | 'write' }
}
type Place = 'covered' | 'outside' | 'gap' | 'growable'

/** What the address is to the areas around it. */
function placeOf(areas: readonly Found[], at: number, gap: number): Place {
  if (areas[at]!.value === 'mapped') return 'covered'
  const above = areas.slice(at).find(({ value }) => value === 'mapped')
  if (above?.context.mapping !== stack) return 'outside'
  const below = areas.slice(0, at).findLastIndex(({ value }) => value === 'mapped')
  return below === -1 || at - (below + 1) >= gap ? 'growable' : 'gap'
}

/** The area that the address belongs to, or would after growing. */
const areaFor = (areas: readonly Found[], at: number): Found => areas.slice(at).find(({ value }) => value === 'mapped')!

const source = 'litebox/src/mm/mod.rs: handle_page_fault'

export const stackFaults = (world: StackWorld, design: GrowthDesign): readonly Rule[] => [
  filling(world),
  retrying(world),
  growing(world),
  ...(design.growth === 'before-check' ? [growingInVain(world)] : []),
  ...(world.threads.length === 0 ? [] : [refusing(world, design, 'fault.signal', world.threads, { type: 'SIGNAL' }, () => true)]),
  refusing(
    world,
    design,
    'fault.fixUp',
    world.copiers,
    { type: 'FIX_UP' },
    (place) => place !== 'gap' || design.gapFault !== 'stops',
  ),
  ...(design.gapFault === 'stops'
    ? [refusing(world, design, 'fault.stop', world.copiers, { type: 'STOP' }, (place) => place === 'gap')]
    : []),
]

const filling = ({ pages, threads, copiers, area, entry, touch }: StackWorld): Rule =>
  rule(
    'fault.map',
    { thread: [...threads, ...copiers], page: pages },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ page }) => ({ area: area(page) }),
      sends: ({ thread, page }) => ({ touch: touch(thread), entry: entry(page) }),
    },
  ).does({
    when: {
      faulted: ({ touch }) => touch.value === 'faulted',
      here: ({ touch }, { page }) => touch.context.page === page,
      allowed: ({ area, touch }) => area.value === 'mapped' && allows(area.context.rights, touch.context.kind),
      absent: ({ entry }) => entry.value === 'absent',
    },
    events: ({ area: { context } }) => ({
      touch: { type: 'RETRY' },
      entry: { type: 'MAP', mapping: { frame: context.mapping, rights: context.rights } },
    }),
  })

const retrying = ({ pages, threads, copiers, area, entry, touch }: StackWorld): Rule =>
  rule(
    'fault.retry',
    { thread: [...threads, ...copiers], page: pages },
    {
      source,
      actor: ({ thread }) => thread,
      sees: ({ page }) => ({ area: area(page), entry: entry(page) }),
      sends: ({ thread }) => ({ touch: touch(thread) }),
    },
  ).does({
    when: {
      faulted: ({ touch }) => touch.value === 'faulted',
      here: ({ touch }, { page }) => touch.context.page === page,
      allowed: ({ area, touch }) => area.value === 'mapped' && allows(area.context.rights, touch.context.kind),
      present: ({ entry }) => entry.value === 'present',
    },
    events: () => ({ touch: { type: 'RETRY' } }),
  })

/** The pages from the address up to the stack, which it takes in when it grows. */
const between = (pages: readonly string[], page: string, start: string): readonly string[] =>
  pages.slice(pages.indexOf(page), pages.indexOf(start))
const isBelow = (pages: readonly string[], page: string, start: string): boolean => pages.indexOf(page) < pages.indexOf(start)

const growing = ({ pages, threads, copiers, area, entry, touch, gap }: StackWorld): Rule =>
  rule(
    'fault.grow',
    { thread: [...threads, ...copiers], page: pages, start: pages },
    {
      source: `${source}, insert_mapping`,
      needed: true,
      where: ({ page, start }) => isBelow(pages, page, start),
      actor: ({ thread }) => thread,
      sees: ({ page, start }) => ({
        below: pages.slice(0, pages.indexOf(page)).map(area),
        stack: area(start),
      }),
      sends: ({ thread, page, start }) => ({
        touch: touch(thread),
        areas: between(pages, page, start).map(area),
        entry: entry(page),
      }),
    },
  ).does({
    when: {
      faulted: ({ touch }) => touch.value === 'faulted',
      here: ({ touch }, { page }) => touch.context.page === page,
      growable: ({ below, areas, stack }) => placeOf([...below, ...areas, stack], below.length, gap) === 'growable',
      nearest: ({ areas, stack }) => stack.value === 'mapped' && areas.every(({ value }) => value === 'absent'),
      allowed: ({ stack, touch }) => allows(stack.context.rights, touch.context.kind),
    },
    events: ({ stack: { context } }) => ({
      touch: { type: 'RETRY' },
      areas: { type: 'INSERT', area: { mapping: context.mapping, rights: context.rights } },
      entry: { type: 'MAP', mapping: { frame: context.mapping, rights: context.rights } },
    }),
  })

const growingInVain = ({ pages, threads, copiers, area, touch, gap }: StackWorld): Rule =>
  rule(
    'fault.growAndRefuse',
    { thread: [...threads, ...copiers], page: pages, start: pages },
    {
      source: `${source}, insert_mapping, access_error`,
      needed: true,
      where: ({ page, start }) => isBelow(pages, page, start),
      actor: ({ thread }) => thread,
      sees: ({ page, start }) => ({
        below: pages.slice(0, pages.indexOf(page)).map(area),
        stack: area(start),
      }),
      sends: ({ thread, page, start }) => ({ touch: touch(thread), areas: between(pages, page, start).map(area) }),
    },
  ).does({
    when: {
      faulted: ({ touch }) => touch.value === 'faulted',
      here: ({ touch }, { page }) => touch.context.page === page,
      growable: ({ below, areas, stack }) => placeOf([...below, ...areas, stack], below.length, gap) === 'growable',
      nearest: ({ areas, stack }) => stack.value === 'mapped' && areas.every(({ value }) => value === 'absent'),
      forbidden: ({ stack, touch }) => !allows(stack.context.rights, touch.context.kind),
    },
    events: ({ stack: { context } }, { thread }) => ({
      touch: { type: copiers.includes(thread) ? 'FIX_UP' : 'SIGNAL' },
      areas: { type: 'INSERT', area: { mapping: context.mapping, rights: context.rights } },
    }),
  })

const refusing = (
  { pages, area, touch, gap }: StackWorld,
  { growth }: GrowthDesign,
  name: string,
  threads: readonly string[],
  event: EventFromLogic<typeof pageTouch>,
  answers: (place: Place) => boolean,
): Rule =>
  rule(
    name,
    { thread: threads, page: pages },
    {
      source: `${source}; litebox_runner_snp/src/main.rs: page_fault_handler`,
      actor: ({ thread }) => thread,
      sees: () => ({ areas: pages.map(area) }),
      sends: ({ thread }) => ({ touch: touch(thread) }),
    },
  ).does({
    when: {
      faulted: ({ touch }) => touch.value === 'faulted',
      here: ({ touch }, { page }) => touch.context.page === page,
      refused: ({ touch, areas }, { page }) => {
        const at = pages.indexOf(page)
        const place = placeOf(areas, at, gap)
        if (place === 'outside' || place === 'gap') return answers(place)
        if (place === 'growable' && growth === 'before-check') return false
        return answers(place) && !allows(areaFor(areas, at).context.rights, touch.context.kind)
      },
    },
    events: () => ({ touch: event }),
  })

/** Another thread of the guest maps areas where it likes, and takes rights away from the stack. */
export const stackGuest = (
  { pages, area, entry, gap, calls }: StackWorld & { readonly calls: CellOf<typeof guestCalls> },
  { hints }: GrowthDesign,
): readonly Rule[] => [
  rule(
    'guest.mmapAt',
    { page: pages },
    {
      kind: 'environment',
      source: 'litebox/src/mm/linux.rs: get_unmmaped_area',
      needed: true,
      actor: () => 'mapper',
      sees: ({ page }) => ({ above: pages.slice(pages.indexOf(page) + 1).map(area) }),
      sends: ({ page }) => ({ calls, area: area(page) }),
      waitsFor: ['calls'],
    },
  ).does({
    when: {
      free: ({ area }) => area.value === 'absent',
      offTheGap: ({ above }) => hints === 'anywhere' || above.slice(0, gap).every(({ context }) => context.mapping !== stack),
    },
    events: () => ({ calls: { type: 'CALL' }, area: { type: 'INSERT', area: { mapping: neighbour, rights: 'write' } } }),
  }),
  rule(
    'guest.mprotectStack',
    { page: pages },
    {
      kind: 'environment',
      source: 'litebox/src/mm/linux.rs: protect_mapping',
      needed: true,
      actor: () => 'mapper',
      sends: ({ page }) => ({ calls, area: area(page), entry: entry(page) }),
      waitsFor: ['calls'],
    },
  ).does({
    when: { writableStack: ({ area: { context } }) => context.mapping === stack && context.rights === 'write' },
    events: () => ({
      calls: { type: 'CALL' },
      area: { type: 'PROTECT', rights: 'read' },
      entry: { type: 'GIVE', rights: 'read' },
    }),
  }),
]
