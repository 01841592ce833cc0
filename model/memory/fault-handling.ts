import type { EventFromLogic } from 'xstate'
import { type Rule, rule } from '../../checker/index.ts'
import { type AccessKind, type Areas, allows, type Rights } from './memory-area.ts'
import type { pageTouch, Touching } from './page-touch.ts'

/*
 * What LiteBox answers to a page fault of a guest address.
 *
 * Models: `litebox/src/mm/mod.rs: PageManager::handle_page_fault`, which takes the write lock of the areas and asks
 * `access_error`, and then `handle_page_fault` of both `paging.rs`. One step, for the lock is held and nothing but one
 * entry changes. As in the source, a write is judged by the area; a read of a present entry is refused unseen, whatever
 * the area allows by then; a write to an entry that is present and not writable, though its area is, is `todo!("COW")`.
 * The other policies are what these two could answer instead.
 *
 * Leaves out: growing a stack (see `stack-growth.ts`), running out of frames, and filling a page from a file (the source
 * does not: a page is zeroes until the initialiser of its mapping writes it).
 */

export interface FaultPolicy {
  /** A read that found the entry present: refused, or judged by the area and the entry as they are now. */
  readonly presentRead: 'refused' | 'looked-at-again'
  /** A right that the area gives and the entry withholds: the machine stops, the entry is widened, or try again. */
  readonly withheld: 'stops' | 'widened' | 'retried'
}

export type Answer = 'map' | 'retry' | 'widen' | 'refuse' | 'stop'

interface Fault {
  readonly kind: AccessKind
  readonly wasPresent: boolean
}
interface Found<C> {
  readonly value: string
  readonly context: C
}

export function answerTo(
  { presentRead, withheld }: FaultPolicy,
  { kind, wasPresent }: Fault,
  area: Found<{ readonly rights: Rights }>,
  entry: Found<{ readonly rights: Rights }>,
): Answer {
  if (area.value === 'absent' || !allows(area.context.rights, kind)) return 'refuse'
  if (kind === 'read' && wasPresent && presentRead === 'refused') return 'refuse'
  if (entry.value === 'absent') return 'map'
  if (allows(entry.context.rights, kind) || (kind === 'read' && !wasPresent)) return 'retry'
  return ({ stops: 'stop', widened: 'widen', retried: 'retry' } as const)[withheld]
}

const source =
  'litebox/src/mm/mod.rs: handle_page_fault; litebox_platform_lvbs/src/arch/x86/mm/paging.rs and ' +
  'litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs: access_error, handle_page_fault'

export interface FaultHandling extends Areas, Touching {}

/**
 * The handler, for faults of the guest's `threads` and of LiteBox's own `copiers`. A new frame is named for the mapping
 * that it is allocated for.
 */
export const faultHandling = (
  world: FaultHandling,
  policy: FaultPolicy,
  { threads, copiers }: { readonly threads: readonly string[]; readonly copiers: readonly string[] },
): readonly Rule[] => [
  ...entryChanges(world, policy, [...copiers, ...threads]),
  ...bareAnswer(world, policy, 'fault.retry', [...copiers, ...threads], 'retry', { type: 'RETRY' }),
  ...bareAnswer(world, policy, 'fault.signal', threads, 'refuse', { type: 'SIGNAL' }),
  ...bareAnswer(world, policy, 'fault.fixUp', copiers, 'refuse', { type: 'FIX_UP' }),
]

/** Where areas can be given more rights than their entries have, which narrowing alone never does. */
export const stoppingFaults = (world: FaultHandling, policy: FaultPolicy, threads: readonly string[]): readonly Rule[] =>
  policy.withheld === 'stops' ? bareAnswer(world, policy, 'fault.stop', threads, 'stop', { type: 'STOP' }) : []

/** An answer that leaves areas and entries as they are. */
const bareAnswer = (
  { pages, area, entry, touch, vmem }: FaultHandling,
  policy: FaultPolicy,
  name: string,
  threads: readonly string[],
  wanted: Answer,
  event: EventFromLogic<typeof pageTouch>,
): readonly Rule[] =>
  threads.length === 0
    ? []
    : [
        rule(
          name,
          { thread: threads, page: pages },
          {
            source,
            actor: ({ thread }) => thread,
            sees: ({ page }) => ({ vmem, area: area(page), entry: entry(page) }),
            sends: ({ thread }) => ({ touch: touch(thread) }),
          },
        ).does({
          when: {
            faulted: ({ touch }) => touch.value === 'faulted',
            here: ({ touch }, { page }) => touch.context.page === page,
            unlocked: ({ vmem }) => vmem.value === 'free',
            answer: ({ touch, area, entry }) => answerTo(policy, touch.context, area, entry) === wanted,
          },
          events: () => ({ touch: event }),
        }),
      ]

const entryChanges = (
  { pages, area, entry, touch, vmem }: FaultHandling,
  policy: FaultPolicy,
  threads: readonly string[],
): readonly Rule[] => {
  const answer = { map: 'fault.map', widen: 'fault.widen' } as const
  const answers = policy.withheld === 'widened' ? (['map', 'widen'] as const) : (['map'] as const)
  return answers.map((wanted) =>
    rule(
      answer[wanted],
      { thread: threads, page: pages },
      {
        source,
        actor: ({ thread }) => thread,
        sees: ({ page }) => ({ vmem, area: area(page) }),
        sends: ({ thread, page }) => ({ touch: touch(thread), entry: entry(page) }),
      },
    ).does({
      when: {
        faulted: ({ touch }) => touch.value === 'faulted',
        here: ({ touch }, { page }) => touch.context.page === page,
        unlocked: ({ vmem }) => vmem.value === 'free',
        answer: ({ touch, area, entry }) => answerTo(policy, touch.context, area, entry) === wanted,
      },
      events: ({ area: { context } }) => ({
        touch: { type: 'RETRY' },
        entry:
          wanted === 'map'
            ? { type: 'MAP', mapping: { frame: context.mapping, rights: context.rights } }
            : { type: 'GIVE', rights: context.rights },
      }),
    }),
  )
}
