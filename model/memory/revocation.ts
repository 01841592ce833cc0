import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A call that takes a translation away: how far it has come.
 *
 * Models: the loops of `unmap_pages` and `mprotect_pages`, of `litebox_platform_lvbs/src/arch/x86/mm/paging.rs` and of
 * `litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs`, which differ in three things that are parameters here:
 * whether a frame is given back before its translation is flushed, after, or (mprotect) not at all; how many pages are
 * changed before one flush; and how the flush reaches other cores, which is for the rules of `shootdown-*.ts` to say.
 * Both hold the lock from the first entry to the last flush; to let go of it before every flush, or never to take it, are
 * alternatives.
 *
 * Leaves out: the outer lock on the list of memory areas (held around all of this by the same caller), pages that are
 * not mapped, huge pages, cleaning up empty page-table pages, moving mappings (`remap_pages`), and granting rights.
 */

export type Frees = 'before-flush' | 'after-flush' | 'never'
/** `never`: nobody takes the lock at all. */
export type Holds = 'across-flush' | 'until-flush' | 'never'

interface Progress {
  readonly pages: number
  readonly pagesPerFlush: number
  readonly frees: Frees
  readonly holds: Holds
  /** How many pages have been changed. */
  changed: number
  /** Frames whose entries are cleared and which are not given back yet, oldest first. */
  gathered: string[]
}

/**
 * From `changing` to the flush is one batch. The phases `entered`, `changed`, `freed` and `flushed` are left at once: they
 * decide what comes next.
 */
export const revocation = setup({
  types: {
    context: {} as Progress,
    input: {} as { pages: number; pagesPerFlush: number; frees: Frees; holds: Holds },
    events: {} as
      | { type: 'ENTER' }
      | { type: 'LOCK' }
      | { type: 'CHANGE'; frame: string }
      | { type: 'FREE' }
      | { type: 'CALL_HYPERVISOR' }
      | { type: 'REFUSED' }
      | { type: 'RETRY' }
      | { type: 'STOP' }
      | { type: 'SIGNAL' }
      | { type: 'FLUSHED_OWN' }
      | { type: 'FLUSHED' }
      | { type: 'UNLOCK' }
      | { type: 'RETURN' },
  },
  guards: {
    mustFreeFirst: ({ context }) => context.frees === 'before-flush' && context.gathered.length > 0,
    batchIsOpen: ({ context }) => context.changed % context.pagesPerFlush !== 0 && context.changed < context.pages,
    holdsFrames: ({ context }) => context.gathered.length > 0,
    hasMorePages: ({ context }) => context.changed < context.pages,
    freesBeforeFlush: ({ context }) => context.frees === 'before-flush',
    unlocked: ({ context }) => context.holds === 'never',
    mustUnlockFirst: ({ context }) => context.holds === 'until-flush',
    mustLockAgain: ({ context }) => context.holds === 'until-flush' && context.changed < context.pages,
  },
}).createMachine({
  id: 'revocation',
  context: ({ input }) => ({ ...input, changed: 0, gathered: [] }),
  initial: 'uncalled',
  states: {
    uncalled: { on: { ENTER: 'entered' } },
    entered: { always: [{ guard: 'unlocked', target: 'changing' }, { target: 'locking' }] },
    locking: { on: { LOCK: 'changing' } },
    changing: {
      on: {
        CHANGE: {
          target: 'changed',
          actions: update((call, { frame }) => {
            call.changed += 1
            if (call.frees !== 'never') call.gathered.push(frame)
          }),
        },
      },
    },
    changed: {
      always: [
        { guard: 'mustFreeFirst', target: 'freeing' },
        { guard: 'batchIsOpen', target: 'changing' },
        { guard: 'mustUnlockFirst', target: 'releasing' },
        { target: 'flushing' },
      ],
    },
    freeing: {
      on: {
        FREE: {
          target: 'freed',
          actions: update((call) => {
            call.gathered.shift()
          }),
        },
      },
    },
    freed: { always: [{ guard: 'freesBeforeFlush', target: 'changed' }, { target: 'flushed' }] },
    releasing: { on: { UNLOCK: 'flushing' } },
    flushing: { on: { FLUSHED: 'flushed', CALL_HYPERVISOR: 'awaiting', SIGNAL: 'signalled' } },
    signalled: { on: { FLUSHED_OWN: 'awaiting' } },
    awaiting: { on: { FLUSHED: 'flushed', REFUSED: 'refused' } },
    refused: { on: { FLUSHED: 'flushed', RETRY: 'flushing', STOP: 'stopped' } },
    flushed: {
      always: [
        { guard: 'holdsFrames', target: 'freeing' },
        { guard: 'mustLockAgain', target: 'locking' },
        { guard: 'mustUnlockFirst', target: 'leaving' },
        { guard: 'hasMorePages', target: 'changing' },
        { target: 'unlocking' },
      ],
    },
    unlocking: { always: { guard: 'unlocked', target: 'leaving' }, on: { UNLOCK: 'leaving' } },
    leaving: { on: { RETURN: 'returned' } },
    returned: {},
    stopped: {},
  },
})
