import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A call that takes translations away and flushes the cores that it takes to be in VTL1: how far it has come.
 *
 * Models: `litebox_platform_lvbs/src/arch/x86/mm/paging.rs: unmap_pages, flush_tlb_range` and
 * `litebox_platform_lvbs/src/mshv/hvcall_mm.rs: hv_flush_virtual_address_list`: clear the entries (and give each frame
 * back, in the snapshot's order), ask whether anybody else is in VTL1, ask again who is, have those flushed. What a
 * design may do otherwise is a parameter: give the frames back after the flush, or not at all (the mapping of a VTL0
 * page); wait until every core of the snapshot has left VTL1 once, instead of any remote flush.
 *
 * Leaves out: the page-table lock (nobody else here takes it), the change of a request from a list of pages to the whole
 * address space at 33 pages (the same cores, refusals and fast path, and everything dropped), the hypercall's input
 * page, and requests that are carried out in part.
 */

export type Frees = 'before-flush' | 'after-flush' | 'never'
/** How other cores are made to forget: the hypervisor is asked to flush them, or the call waits until they have left. */
export type Means = 'hypercall' | 'quarantine'
/** Whose TLBs a flush is meant for. Only `local` does without the hypervisor. */
export type Scope = 'local' | 'mask' | 'mask-and-entering' | 'all'

interface Plan {
  readonly pages: number
  readonly frees: Frees
  readonly scope: Scope
  readonly means: Means
  /** Whether a full fence stands between the last store to an entry and the first load of the mask. */
  readonly fenced: boolean
  /** Whether the caller first asks if it is alone. */
  readonly testsAlone: boolean
}
interface Progress extends Plan {
  cleared: number
  /** Frames whose entries are cleared and which are not given back yet, oldest first. */
  gathered: string[]
  /** The cores that are to be flushed, or to have left, before the call goes on. */
  targets: string[]
}

/**
 * The phases `changed`, `freed`, `ordered`, `targeted`, `flushedOwn` and `settled` are left at once: they decide what comes
 * next.
 */
export const targetedUnmap = setup({
  types: {
    context: {} as Progress,
    input: {} as Plan,
    events: {} as
      | { type: 'BEGIN' }
      | { type: 'CLEAR'; frame: string }
      | { type: 'FREE' }
      | { type: 'FENCE' }
      | { type: 'ALONE' }
      | { type: 'ACCOMPANIED' }
      | { type: 'SNAPSHOT'; targets: string[] }
      | { type: 'CALL_HYPERVISOR' }
      | { type: 'REFUSED' }
      | { type: 'RETRY' }
      | { type: 'STOP' }
      | { type: 'GIVE_UP' }
      | { type: 'DONE_WITH'; core: string }
      | { type: 'FLUSHED' }
      | { type: 'RETURN' },
  },
  guards: {
    mustFreeFirst: ({ context }) => context.frees === 'before-flush' && context.gathered.length > 0,
    hasMorePages: ({ context }) => context.cleared < context.pages,
    mustFence: ({ context }) => context.fenced,
    flushesOwnFirst: ({ context }) => context.scope === 'local' || context.means === 'quarantine',
    asksIfAlone: ({ context }) => context.testsAlone,
    freesBeforeFlush: ({ context }) => context.frees === 'before-flush',
    holdsFrames: ({ context }) => context.gathered.length > 0,
    waitsForOthers: ({ context }) => context.means === 'quarantine',
  },
}).createMachine({
  id: 'targetedUnmap',
  context: ({ input }) => ({ ...input, cleared: 0, gathered: [], targets: [] }),
  initial: 'uncalled',
  states: {
    uncalled: { on: { BEGIN: 'clearing' } },
    clearing: {
      on: {
        CLEAR: {
          target: 'changed',
          actions: update((call, { frame }) => {
            call.cleared += 1
            if (call.frees !== 'never') call.gathered.push(frame)
          }),
        },
      },
    },
    changed: {
      always: [
        { guard: 'mustFreeFirst', target: 'freeing' },
        { guard: 'hasMorePages', target: 'clearing' },
        { guard: 'mustFence', target: 'fencing' },
        { target: 'ordered' },
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
    freed: { always: [{ guard: 'freesBeforeFlush', target: 'changed' }, { target: 'settled' }] },
    fencing: { on: { FENCE: 'ordered' } },
    ordered: {
      always: [
        { guard: 'flushesOwnFirst', target: 'flushingOwn' },
        { guard: 'asksIfAlone', target: 'asking' },
        { target: 'choosing' },
      ],
    },
    asking: { on: { ALONE: 'flushingOwn', ACCOMPANIED: 'choosing' } },
    choosing: {
      on: {
        SNAPSHOT: {
          target: 'targeted',
          actions: update((call, { targets }) => {
            call.targets = targets
          }),
        },
      },
    },
    targeted: { always: [{ guard: 'waitsForOthers', target: 'outwaiting' }, { target: 'calling' }] },
    calling: { on: { CALL_HYPERVISOR: 'awaiting', REFUSED: 'refused' } },
    awaiting: {
      on: {
        DONE_WITH: {
          target: 'awaiting',
          actions: update((call, event) => {
            call.targets = call.targets.filter((core) => core !== event.core)
          }),
        },
        FLUSHED: 'settled',
      },
    },
    refused: { on: { FLUSHED: 'settled', RETRY: 'calling', STOP: 'stopped', GIVE_UP: 'leaving' } },
    flushingOwn: { on: { FLUSHED: 'flushedOwn' } },
    flushedOwn: { always: [{ guard: 'waitsForOthers', target: 'choosing' }, { target: 'settled' }] },
    outwaiting: {
      on: {
        DONE_WITH: {
          target: 'outwaiting',
          actions: update((call, event) => {
            call.targets = call.targets.filter((core) => core !== event.core)
          }),
        },
        FLUSHED: 'settled',
      },
    },
    settled: { always: [{ guard: 'holdsFrames', target: 'freeing' }, { target: 'leaving' }] },
    leaving: { on: { RETURN: 'returned' } },
    returned: {},
    stopped: {},
  },
})
