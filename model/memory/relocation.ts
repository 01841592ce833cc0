import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A call that moves mappings to other addresses: how far it has come.
 *
 * Models: the loop of `remap_pages`, of `litebox_platform_lvbs/src/arch/x86/mm/paging.rs` (one flush of the old range
 * after the loop, on every core) and of `litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs` (one invlpg of the old
 * page after each, on the own core). Page by page the old entry is cleared and the new one written, which may be refused:
 * the address is occupied, or there is no memory for a table on the way to it. The source then returns at once.
 * Alternatives: put the page back whose move was refused, or all of them; flush before the failure is reported; find out
 * before the first page is moved.
 *
 * Leaves out: pages that are not mapped, huge pages (`todo!` in both), and the caller's list of memory areas, which
 * changes after a success and not after a failure.
 */

/** What is done with what has been moved when a page cannot be. */
export type Undoing = 'nothing' | 'that-page' | 'every-page'
/** When a move may be refused. */
export type Refusing = 'half-way' | 'beforehand'

interface Plan {
  readonly pages: number
  /** One flush for each page as it is moved, on the own core; or one after the loop, on all. */
  readonly flush: 'each' | 'all'
  readonly undoing: Undoing
  readonly flushesFailure: boolean
  readonly refusing: Refusing
}

/** The phases `placed`, `refused`, `restored` and `flushed` are left at once: they decide what comes next. */
export const relocation = setup({
  types: {
    context: {} as Plan & { moved: number; failed: boolean; flushed: readonly string[] },
    input: {} as Plan,
    events: {} as
      | { type: 'BEGIN' }
      | { type: 'REFUSE' }
      | { type: 'CLEAR' }
      | { type: 'PLACE' }
      | { type: 'FLUSH_PAGE' }
      | { type: 'RESTORE' }
      | { type: 'TAKE_BACK' }
      | { type: 'FLUSH'; core: string }
      | { type: 'FLUSHED' }
      | { type: 'RETURN' },
  },
  guards: {
    flushesEach: ({ context }) => context.flush === 'each',
    hasMore: ({ context }) => context.moved < context.pages,
    mustRestore: ({ context }) => context.undoing !== 'nothing',
    mustTakeBack: ({ context }) => context.undoing === 'every-page' && context.moved > 0,
    reportsUnflushed: ({ context }) => !context.flushesFailure,
  },
}).createMachine({
  id: 'relocation',
  context: ({ input }) => ({ ...input, moved: 0, failed: false, flushed: [] }),
  initial: 'uncalled',
  states: {
    uncalled: { on: { BEGIN: 'checking' } },
    checking: { on: { CLEAR: 'placing', REFUSE: 'unchanged' } },
    clearing: { on: { CLEAR: 'placing' } },
    placing: {
      on: {
        PLACE: {
          target: 'placed',
          actions: update((call) => {
            call.moved += 1
          }),
        },
        REFUSE: {
          target: 'refused',
          actions: update((call) => {
            call.failed = true
          }),
        },
      },
    },
    placed: { always: [{ guard: 'flushesEach', target: 'flushingPage' }, { target: 'proceeding' }] },
    flushingPage: { on: { FLUSH_PAGE: 'proceeding' } },
    proceeding: {
      always: [{ guard: 'hasMore', target: 'clearing' }, { guard: 'flushesEach', target: 'leaving' }, { target: 'flushing' }],
    },
    refused: { always: [{ guard: 'mustRestore', target: 'restoring' }, { target: 'reporting' }] },
    restoring: { on: { RESTORE: 'restored' } },
    restored: { always: [{ guard: 'mustTakeBack', target: 'takingBack' }, { target: 'reporting' }] },
    takingBack: {
      on: {
        TAKE_BACK: {
          target: 'restoring',
          actions: update((call) => {
            call.moved -= 1
          }),
        },
      },
    },
    reporting: { always: [{ guard: 'reportsUnflushed', target: 'leaving' }, { target: 'flushing' }] },
    flushing: {
      on: {
        FLUSH: {
          target: 'flushing',
          actions: update((call, { core }) => {
            call.flushed = [...call.flushed, core].sort()
          }),
        },
        FLUSHED: 'leaving',
      },
    },
    leaving: { on: { RETURN: 'returned' } },
    unchanged: {},
    returned: {},
  },
})
