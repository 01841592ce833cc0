import { setup } from 'xstate'
import { type CellOf, update } from '../../checker/index.ts'
import type { Areas } from './memory-area.ts'
import type { UserEntries } from './user-entry.ts'

/*
 * How far a call of mremap has come that has to move its pages to another place.
 *
 * Models: `litebox/src/mm/linux.rs: move_mappings` with `remap_pages` of both kernel platforms: first the entries, page by
 * page, then the areas. Its rules are in `mremap-rules.ts`. The source can fail in the middle, and returns at once,
 * wherever it is; the other ways to fail are a parameter: see `Recovery`.
 *
 * Leaves out: growing in place, the flush (which the early return leaves out too), areas with other rights than reading
 * and writing, and the lock on the areas: nobody else asks for it here.
 */

/**
 * - `none`: the source.
 * - `last-page`: later upstream code: the new place is looked at first, and the page at which the call fails is put back.
 * - `all-pages`: the pages that were moved before it are moved back too.
 * - `tables-first`: all page-table pages are there before the first entry changes.
 */
export type Recovery = 'none' | 'last-page' | 'all-pages' | 'tables-first'

export type Failure = 'none' | 'outOfMemory' | 'alreadyAllocated' | 'overlapping'

interface Progress {
  left: number
  /** How many pages have been moved. */
  done: number
  /** The frame whose entry is cleared and which is mapped nowhere. */
  carried: string
  failure: Failure
}

const end = (call: Progress): void => {
  call.done = 0
  call.carried = 'none'
}

export const mremapCalls = setup({
  types: {
    context: {} as Progress,
    input: {} as { limit: number },
    events: {} as
      | { type: 'CALL' }
      | { type: 'START' }
      | { type: 'CARRY'; frame: string }
      | { type: 'PLACE' }
      | { type: 'PASS_OVER' }
      | { type: 'FAIL'; failure: Failure }
      | { type: 'RESTORE'; failure: Failure }
      | { type: 'PUT_BACK' }
      | { type: 'TAKE_BACK'; frame: string }
      | { type: 'RETURN' },
  },
  guards: { some: ({ context }) => context.left > 0 },
}).createMachine({
  id: 'mremapCalls',
  context: ({ input }) => ({ left: input.limit, done: 0, carried: 'none', failure: 'none' }),
  initial: 'returned',
  states: {
    returned: {
      on: {
        CALL: {
          guard: 'some',
          target: 'called',
          actions: update((call) => {
            call.left -= 1
            call.failure = 'none'
          }),
        },
      },
    },
    called: {
      on: {
        START: 'moving',
        FAIL: {
          target: 'returned',
          actions: update((call, { failure }) => {
            call.failure = failure
          }),
        },
      },
    },
    moving: {
      on: {
        CARRY: {
          target: 'carrying',
          actions: update((call, { frame }) => {
            call.carried = frame
          }),
        },
        PASS_OVER: {
          target: 'moving',
          actions: update((call) => {
            call.done += 1
          }),
        },
        RETURN: { target: 'returned', actions: update(end) },
      },
    },
    carrying: {
      on: {
        PLACE: {
          target: 'moving',
          actions: update((call) => {
            call.done += 1
            call.carried = 'none'
          }),
        },
        FAIL: {
          target: 'returned',
          actions: update((call, { failure }) => {
            end(call)
            call.failure = failure
          }),
        },
        RESTORE: {
          target: 'restoring',
          actions: update((call, { failure }) => {
            call.failure = failure
          }),
        },
      },
    },
    restoring: {
      on: {
        PUT_BACK: {
          target: 'restoring',
          actions: update((call) => {
            call.carried = 'none'
          }),
        },
        TAKE_BACK: {
          target: 'restoring',
          actions: update((call, { frame }) => {
            call.done -= 1
            call.carried = frame
          }),
        },
        RETURN: { target: 'returned', actions: update(end) },
      },
    },
  },
})

export interface Remapping extends UserEntries {
  readonly caller: string
  readonly call: CellOf<typeof mremapCalls>
  readonly area: Areas['area']
  /** The pages of the call, and where each is to go. */
  readonly pages: readonly string[]
  readonly destination: (page: string) => string
  /** What the pages hold at first, and what a page holds that was touched for the first time. */
  readonly frames: readonly string[]
  readonly zeroes: string
}
