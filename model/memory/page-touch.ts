import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import { type AccessKind, allows } from './memory-area.ts'
import type { UserEntries } from './user-entry.ts'

/*
 * One thread that reads or writes a page of the guest's address space.
 *
 * Models: the access as hardware makes it, page-table entry by page-table entry: it passes where the entry allows it, and
 * raises a fault where not, with the two bits of the error code that LiteBox looks at (was it a write, was the entry
 * present). What LiteBox answers is for `fault-handling.ts`. The thread may be one of the guest's, or one of LiteBox's that
 * copies into guest memory with `memcpy_fallible` (`litebox/src/mm/exception_table.rs`), which is told of a refusal instead of
 * being sent a signal. A fault that was answered is followed by the same access again.
 *
 * Leaves out: the TLB (every access walks), accesses across a page boundary, instruction fetches, and what the guest does
 * about a signal: it goes on.
 */

export const pageTouch = setup({
  types: {
    context: {} as { page: string; kind: AccessKind; wasPresent: boolean },
    events: {} as
      | { type: 'TOUCH'; page: string; kind: AccessKind }
      | { type: 'PASS' }
      | { type: 'FAULT'; wasPresent: boolean }
      | { type: 'RETRY' }
      | { type: 'SIGNAL' }
      | { type: 'FIX_UP' }
      | { type: 'STOP' },
  },
  actions: {
    forget: update((touch) => {
      touch.page = 'none'
      touch.kind = 'read'
      touch.wasPresent = false
    }),
  },
}).createMachine({
  id: 'pageTouch',
  context: { page: 'none', kind: 'read', wasPresent: false },
  initial: 'idle',
  states: {
    idle: {
      on: {
        TOUCH: {
          target: 'touching',
          actions: update((touch, { page, kind }) => {
            touch.page = page
            touch.kind = kind
          }),
        },
      },
    },
    touching: {
      on: {
        PASS: { target: 'idle', actions: 'forget' },
        FAULT: {
          target: 'faulted',
          actions: update((touch, { wasPresent }) => {
            touch.wasPresent = wasPresent
          }),
        },
      },
    },
    faulted: {
      on: {
        RETRY: {
          target: 'touching',
          actions: update((touch) => {
            touch.wasPresent = false
          }),
        },
        SIGNAL: { target: 'idle', actions: 'forget' },
        FIX_UP: { target: 'refused', actions: 'forget' },
        STOP: { target: 'stopped', actions: 'forget' },
      },
    },
    refused: {},
    stopped: {},
  },
})

export interface Touching extends UserEntries {
  readonly pages: readonly string[]
  readonly touch: (thread: string) => CellOf<typeof pageTouch>
}

export const accessKinds = ['read', 'write'] as const

/** The guest's own threads touch what they please. */
export const guestTouches = ({ pages, touch, entry }: Touching, threads: readonly string[]): readonly Rule[] => [
  rule(
    'guest.touch',
    { thread: threads, page: pages, kind: accessKinds },
    {
      kind: 'environment',
      source: 'the guest: any thread may touch any address at any time',
      needed: true,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ touch: touch(thread) }),
    },
  ).does({
    when: { idle: ({ touch }) => touch.value === 'idle' },
    events: (_, { page, kind }) => ({ touch: { type: 'TOUCH', page, kind } }),
  }),
  rule(
    'guest.pass',
    { thread: threads, page: pages, kind: accessKinds },
    {
      source: 'Intel SDM volume 3, "Determination of Access Rights"',
      actor: ({ thread }) => thread,
      sees: ({ page }) => ({ entry: entry(page) }),
      sends: ({ thread }) => ({ touch: touch(thread) }),
    },
  ).does({
    when: {
      touching: ({ touch }) => touch.value === 'touching',
      this: ({ touch: { context } }, { page, kind }) => context.page === page && context.kind === kind,
      allowed: ({ entry }, { kind }) => entry.value === 'present' && allows(entry.context.rights, kind),
    },
    events: () => ({ touch: { type: 'PASS' } }),
  }),
]

/** Hardware refuses an access of any thread, the guest's or LiteBox's. */
export const faultRaising = ({ pages, touch, entry }: Touching, threads: readonly string[]): Rule =>
  rule(
    'touch.fault',
    { thread: threads, page: pages },
    {
      source: 'Intel SDM volume 3, "Page-Fault Exceptions"',
      actor: ({ thread }) => thread,
      sees: ({ page }) => ({ entry: entry(page) }),
      sends: ({ thread }) => ({ touch: touch(thread) }),
    },
  ).does({
    when: {
      touching: ({ touch }) => touch.value === 'touching',
      this: ({ touch }, { page }) => touch.context.page === page,
      forbidden: ({ touch, entry }) => entry.value === 'absent' || !allows(entry.context.rights, touch.context.kind),
    },
    events: ({ entry }) => ({ touch: { type: 'FAULT', wasPresent: entry.value === 'present' } }),
  })
