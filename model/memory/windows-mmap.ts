import { setup } from 'xstate'
import { type CellOf, update } from '../../checker/index.ts'
import type { Regions } from './windows-region.ts'

/*
 * Allocating pages at an address, and giving them back, on Windows.
 *
 * Models: `litebox_platform_windows_userland/src/lib.rs: allocate_pages, deallocate_pages`, page by page. First every page is
 * queried: if one is committed, a hint goes elsewhere and NoReplace is refused. Then every page is queried again and
 * treated by the answer: a reserved one is committed, a committed one is decommitted and committed, a free one is reserved
 * (with the rest of its granule) and committed. Whatever turns out otherwise by then is an assertion. A page that LiteBox
 * gave back stays reserved, which is why it takes any reserved page for its own. Whether a range is free or may be
 * replaced has been decided by the areas before: see `alloc.call`. The rules are in `windows-mmap-rules.ts`.
 *
 * Leaves out: rights, prefetching, that a replaced page is not there for a moment (`windows-replacement.ts`), and the search for
 * another place.
 */

export interface WindowsDesign {
  /**
   * Asking and then acting; the same under a lock that the rest of the process takes as well; or one call of the system
   * for each page that succeeds or changes nothing (placeholders).
   */
  readonly allocate: 'query-then-act' | 'under-global-lock' | 'placeholders'
  /** What becomes of a call of the system that fails. */
  readonly failure: 'stops' | 'refused'
  /** Whether what the process had at the start may be replaced, because it is on record as an area. */
  readonly recorded: 'replaced' | 'refused'
  readonly munmap: 'unchecked' | 'own-areas'
}

export type Behaviour = 'hint' | 'no-replace' | 'replace'
type Answer = 'free' | 'reserved' | 'committed' | 'none'

export const windowsAllocation = setup({
  types: {
    context: {} as { left: number; behaviour: Behaviour; range: string; at: number; answer: Answer },
    input: {} as { limit: number },
    events: {} as
      | { type: 'CALL'; behaviour: Behaviour; range: string }
      | { type: 'ASKED' }
      | { type: 'BEGIN' }
      | { type: 'LEARN'; answer: Answer }
      | { type: 'NEXT' }
      | { type: 'RETURN' }
      | { type: 'SUCCEED' }
      | { type: 'UNMAP' }
      | { type: 'STOP' },
  },
  guards: { some: ({ context }) => context.left > 0 },
  actions: {
    forget: update((call) => {
      call.behaviour = 'hint'
      call.range = 'none'
      call.at = 0
      call.answer = 'none'
    }),
    advance: update((call) => {
      call.at += 1
      call.answer = 'none'
    }),
  },
}).createMachine({
  id: 'windowsAllocation',
  context: ({ input }) => ({ left: input.limit, behaviour: 'hint', range: 'none', at: 0, answer: 'none' }),
  initial: 'returned',
  states: {
    returned: {
      on: {
        CALL: {
          guard: 'some',
          target: 'asking',
          actions: update((call, { behaviour, range }) => {
            call.left -= 1
            call.behaviour = behaviour
            call.range = range
          }),
        },
        UNMAP: {
          guard: 'some',
          target: 'returned',
          actions: update((call) => {
            call.left -= 1
          }),
        },
      },
    },
    asking: {
      on: {
        ASKED: { target: 'asking', actions: 'advance' },
        BEGIN: {
          target: 'acting',
          actions: update((call) => {
            call.at = 0
          }),
        },
      },
    },
    acting: {
      on: {
        LEARN: {
          target: 'acting',
          actions: update((call, { answer }) => {
            call.answer = answer
          }),
        },
        NEXT: { target: 'acting', actions: 'advance' },
        SUCCEED: 'succeeded',
      },
    },
    /** The caller looks at its new pages, once. */
    succeeded: {},
    stopped: {},
  },
  on: { RETURN: { target: '.returned', actions: 'forget' }, STOP: { target: '.stopped', actions: 'forget' } },
})

export interface Windows extends Regions {
  readonly call: CellOf<typeof windowsAllocation>
  readonly ranges: Readonly<Record<string, readonly string[]>>
  /** Pages that the process had when the guest came, and so are on record. */
  readonly recorded: readonly string[]
}
