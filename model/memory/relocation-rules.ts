import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { frame } from './frame.ts'
import type { relocation } from './relocation.ts'
import type { Translation } from './tlb.ts'

/*
 * The core that moves mappings, and what its guest does with the addresses afterwards.
 *
 * Models: `remap_pages` of both kernel platforms, one step for each store and each flushed core; after a failure, a page
 * fault at an old address, which the list of memory areas still has, and for which `handle_page_fault` maps a new frame.
 *
 * Leaves out: the page-table lock, which nobody else here takes, and what is asked of the host for memory.
 */

export interface MovingWorld extends Translation {
  readonly caller: string
  readonly call: CellOf<typeof relocation>
  /** The addresses to move from, and those to move to, in the same order. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** A free frame, for the fault after a failure. */
  readonly spare: string
  readonly spareFrame: CellOf<typeof frame>
}

const frameAt = ({ from }: MovingWorld, page: string): string => `frame${from.indexOf(page)}`
const targetOf = ({ from, to }: MovingWorld, page: string): string => to[from.indexOf(page)]!

const source = (symbol: string): string =>
  `litebox_platform_lvbs/src/arch/x86/mm/paging.rs and litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs: ${symbol}`

export interface MovingPlan {
  readonly flush: 'each' | 'all'
  readonly undoing: 'nothing' | 'that-page' | 'every-page'
  readonly flushesFailure: boolean
  readonly refusing: 'half-way' | 'beforehand'
}

export const moving = (world: MovingWorld, plan: MovingPlan): readonly Rule[] => {
  const { caller, call, from, entry, tlb, cores, pages } = world
  const actor = () => caller
  const isTurnOf = (moved: number, page: string): boolean => from[moved] === page
  const mappingOf = (page: string) => ({ frame: frameAt(world, page), writable: true })
  return [
    rule(
      'remap.begin',
      {},
      { kind: 'environment', source: source('remap_pages'), needed: true, actor, sends: () => ({ call }) },
    ).does({
      when: { uncalled: ({ call }) => call.value === 'uncalled' },
      events: () => ({ call: { type: 'BEGIN' } }),
    }),
    rule(
      'remap.clearOld',
      { page: from },
      {
        source: source('remap_pages, inner.unmap'),
        needed: true,
        actor,
        sends: ({ page }) => ({ call, entry: entry(caller, page) }),
      },
    ).does({
      when: {
        clearing: ({ call }) => call.value === 'checking' || call.value === 'clearing',
        itsTurn: ({ call }, { page }) => isTurnOf(call.context.moved, page),
      },
      events: () => ({ call: { type: 'CLEAR' }, entry: { type: 'CLEAR' } }),
    }),
    rule(
      'remap.writeNew',
      { page: from },
      {
        source: source('remap_pages, inner.map_to'),
        needed: true,
        actor,
        sends: ({ page }) => ({ call, entry: entry(caller, targetOf(world, page)) }),
      },
    ).does({
      when: {
        placing: ({ call }) => call.value === 'placing',
        itsTurn: ({ call }, { page }) => isTurnOf(call.context.moved, page),
      },
      events: (_, { page }) => ({ call: { type: 'PLACE' }, entry: { type: 'MAP', mapping: mappingOf(page) } }),
    }),
    rule(
      'remap.refuse',
      {},
      {
        kind: 'environment',
        source: source('remap_pages, PageAlreadyMapped or FrameAllocationFailed'),
        needed: true,
        actor,
        sends: () => ({ call }),
      },
    ).does({
      when: {
        refusable: ({ call }) => call.value === (plan.refusing === 'half-way' ? 'placing' : 'checking'),
      },
      events: () => ({ call: { type: 'REFUSE' } }),
    }),
    ...(plan.flush === 'each'
      ? [
          rule(
            'remap.invlpg',
            { page: from },
            {
              source: 'litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs: remap_pages, fl.flush',
              needed: true,
              actor,
              sends: ({ page }) => ({ call, tlb: tlb(caller, page) }),
            },
          ).does({
            when: {
              flushingPage: ({ call }) => call.value === 'flushingPage',
              itsTurn: ({ call }, { page }) => isTurnOf(call.context.moved - 1, page),
            },
            events: () => ({ call: { type: 'FLUSH_PAGE' }, tlb: { type: 'DROP' } }),
          }),
        ]
      : []),
    ...(plan.flush === 'all' || plan.flushesFailure
      ? [
          rule(
            'remap.flush',
            { core: cores },
            {
              source: 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: remap_pages, flush_tlb_range',
              needed: true,
              actor,
              // A success flushes the old range only: the new one was not present. A failure that undoes flushes both.
              sends: ({ core }) => ({
                call,
                held: (plan.undoing === 'every-page' ? pages : from).map((page) => tlb(core, page)),
              }),
            },
          ).does({
            when: {
              flushing: ({ call }) => call.value === 'flushing',
              unflushed: ({ call }, { core }) => !call.context.flushed.includes(core),
            },
            events: (_, { core }) => ({ call: { type: 'FLUSH', core }, held: { type: 'DROP' } }),
          }),
          rule(
            'remap.endFlush',
            {},
            {
              source: 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: remap_pages, flush_tlb_range',
              needed: true,
              actor,
              sends: () => ({ call }),
            },
          ).does({
            when: {
              flushing: ({ call }) => call.value === 'flushing',
              allFlushed: ({ call }) => call.context.flushed.length === cores.length,
            },
            events: () => ({ call: { type: 'FLUSHED' } }),
          }),
        ]
      : []),
    ...(plan.refusing === 'half-way' ? undoing(world, plan) : []),
    rule('remap.return', {}, { source: source('remap_pages'), needed: true, actor, sends: () => ({ call }) }).does({
      when: { leaving: ({ call }) => call.value === 'leaving' },
      events: () => ({ call: { type: 'RETURN' } }),
    }),
  ]
}

const undoing = (world: MovingWorld, { undoing: undone }: MovingPlan): readonly Rule[] => {
  const { caller, call, from, entry } = world
  const actor = () => caller
  const mappingOf = (page: string) => ({ frame: frameAt(world, page), writable: true })
  return [
    ...(undone === 'nothing'
      ? []
      : [
          rule(
            'remap.restore',
            { page: from },
            {
              source: 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: remap_pages, in later versions',
              needed: true,
              actor,
              sends: ({ page }) => ({ call, entry: entry(caller, page) }),
            },
          ).does({
            when: {
              restoring: ({ call }) => call.value === 'restoring',
              itsTurn: ({ call }, { page }) => from[call.context.moved] === page,
            },
            events: (_, { page }) => ({ call: { type: 'RESTORE' }, entry: { type: 'MAP', mapping: mappingOf(page) } }),
          }),
        ]),
    ...(undone === 'every-page'
      ? [
          rule(
            'remap.takeBack',
            { page: from.slice(0, -1) },
            {
              source: 'proposed: undo what has been moved, last first',
              needed: true,
              actor,
              sends: ({ page }) => ({ call, entry: entry(caller, targetOf(world, page)) }),
            },
          ).does({
            when: {
              takingBack: ({ call }) => call.value === 'takingBack',
              itsTurn: ({ call }, { page }) => from[call.context.moved - 1] === page,
            },
            events: () => ({ call: { type: 'TAKE_BACK' }, entry: { type: 'CLEAR' } }),
          }),
        ]
      : []),
  ]
}

/** After a failure the guest touches an address that it believes to have, and is given a new frame there. */
export const faultsAfterFailure = ({ caller, call, from, entry, spare, spareFrame }: MovingWorld): Rule =>
  rule(
    'fault.mapNew',
    { page: from },
    {
      source: source('handle_page_fault'),
      actor: () => 'guest',
      sees: () => ({ call }),
      sends: ({ page }) => ({ entry: entry(caller, page), spareFrame }),
    },
  ).does({
    when: {
      failed: ({ call }) => call.value === 'returned' && call.context.failed,
      unmapped: ({ entry }) => entry.value === 'absent',
      free: ({ spareFrame }) => spareFrame.value === 'free',
    },
    events: () => ({
      entry: { type: 'MAP', mapping: { frame: spare, writable: true } },
      spareFrame: { type: 'TAKE', owner: 'guest' },
    }),
  })
