import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A core's way between VTL0 and VTL1, its data and its page table.
 *
 * Models: `litebox_platform_lvbs/src/mshv/vtl_switch.rs: vtl_switch` in the order of its steps (the bit of the mask is
 * cleared, VTL0's registers are loaded, VTL return; then they are saved, the bit is set, the reason is looked at), its
 * caller `litebox_runner_lvbs/src/lib.rs: run`, and how a secondary core comes to its data at its first entry:
 * `litebox_runner_lvbs/src/main.rs: _ap_start`, `litebox_platform_lvbs/src/host/per_cpu_variables.rs:
 * get_or_init_refcell_of_per_cpu_variables`, which takes the slot at a static index and then, without a lock, reads the
 * index again and stores one more. A compiler may leave the second read out; those runs are among the ones in which nobody
 * comes between the two. Until a core is at its data it runs on the stack that it was started with, and
 * `litebox_platform_lvbs/src/mshv/hvcall_vp.rs: init_vtl_ap` starts all with the same. A panic returns to VTL0 from wherever
 * it happened, and halts at the next call.
 *
 * Leaves out: which registers (the whole set is one), extended state, the interrupt that may come after `sti` (its handler
 * returns at once), reasons of entry that are neither call nor intercept, and a first return: there is nothing saved yet,
 * and the registers that are loaded are zeros. That a slot may be missing: each core raises the index once, so that the last
 * to read it finds no more than the number of those before it, and a slot that is passed over is one that nobody lacks. What
 * cores that boot on one stack write over each other's. What flushes make of the mask is `unmap-shootdown`'s question.
 */

/** `task`: a call that loads a task's page table. `list`: one that walks a list in VTL0's memory. */
export type EntryKind = 'task' | 'list' | 'intercept'

export const vtlCore = setup({
  types: {
    context: {} as {
      begins: 'outside' | 'unstarted'
      /** The place of its data, where GS leads; -1 before it has one. */
      slot: number
      /** The index as read to raise it; 0 when that is done. */
      index: number
      listed: boolean
      table: 'base' | 'task'
      entry: EntryKind | 'none'
      /** Whose registers it has loaded for VTL0. */
      loaded: string
      /** Pages of the list that the walk has seen, and where it is. */
      seen: string[]
      at: string
      panicked: boolean
    },
    input: {} as { begins: 'outside' | 'unstarted'; slot: number },
    events: {} as
      | { type: 'START' }
      | { type: 'LIST' }
      | { type: 'READ_INDEX'; slot: number }
      | { type: 'TAKE_SLOT'; slot: number }
      | { type: 'READ_TO_RAISE'; index: number }
      | { type: 'RAISE_INDEX' }
      | { type: 'SET_BASE' }
      | { type: 'RESUME'; entry: EntryKind }
      | { type: 'SAVE' }
      | { type: 'ENTER' }
      | { type: 'SKIP_BIT' }
      | { type: 'LOAD_TASK' }
      | { type: 'LOAD_BASE' }
      | { type: 'FAIL' }
      | { type: 'PANIC' }
      | { type: 'FOLLOW'; to: string }
      | { type: 'SERVED' }
      | { type: 'ANSWER' }
      | { type: 'LEAVE' }
      | { type: 'LOAD'; registers: string }
      | { type: 'RETURN' },
  },
  guards: {
    hasPanicked: ({ context }) => context.panicked,
    isIntercept: (_, { entry }: { entry: EntryKind }) => entry === 'intercept',
    isTask: ({ context }) => context.entry === 'task',
    isList: ({ context }) => context.entry === 'list',
  },
  actions: {
    setBit: update((core) => {
      core.listed = true
    }),
    clearBit: update((core) => {
      core.listed = false
    }),
    enterForIntercept: update((core) => {
      core.entry = 'intercept'
    }),
    loadBase: update((core) => {
      core.table = 'base'
    }),
    forget: update((core) => {
      Object.assign(core, { entry: 'none', loaded: 'nobody', seen: [], at: 'none' })
    }),
  },
}).createMachine({
  id: 'vtlCore',
  context: ({ input }) => ({
    ...input,
    index: 0,
    listed: false,
    table: 'base',
    entry: 'none',
    loaded: 'nobody',
    seen: [],
    at: 'none',
    panicked: false,
  }),
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.begins === 'outside', target: 'outside' }, { target: 'unstarted' }] },
    unstarted: { on: { START: 'arrived' } },
    // GS is zero; no bit, unless it is set for the core from outside.
    arrived: {
      on: {
        READ_INDEX: {
          target: 'choosing',
          actions: update((core, { slot }) => {
            core.slot = slot
          }),
        },
        TAKE_SLOT: {
          target: 'chosen',
          actions: update((core, { slot }) => {
            core.slot = slot
          }),
        },
      },
    },
    choosing: {
      on: {
        READ_TO_RAISE: {
          target: 'raising',
          actions: update((core, { index }) => {
            core.index = index
          }),
        },
      },
    },
    raising: {
      on: {
        RAISE_INDEX: {
          target: 'chosen',
          actions: update((core) => {
            core.index = 0
          }),
        },
      },
    },
    chosen: { on: { SET_BASE: 'booting' } },
    booting: { on: { ENTER: { target: 'served', actions: 'setBit' } } },
    outside: {
      on: {
        RESUME: {
          target: 'resumed',
          actions: update((core, { entry }) => {
            core.entry = entry
          }),
        },
      },
    },
    resumed: { on: { SAVE: 'saved', ENTER: { target: 'announced', actions: 'setBit' } } },
    // The bit is set before anything else is done (not in the source).
    announced: { on: { SAVE: 'deciding' } },
    saved: { on: { ENTER: { target: 'deciding', actions: 'setBit' }, SKIP_BIT: 'deciding' } },
    deciding: {
      always: [
        { guard: 'isTask', target: 'loading' },
        {
          guard: 'isList',
          target: 'walking',
          actions: update((core) => {
            core.at = 'page0'
          }),
        },
        { target: 'trapped' },
      ],
    },
    loading: {
      on: {
        LOAD_TASK: {
          target: 'inTask',
          actions: update((core) => {
            core.table = 'task'
          }),
        },
      },
    },
    // `FAIL`: by an exit that does not load the base table (the source has none).
    inTask: {
      on: {
        SERVED: 'unloading',
        FAIL: 'served',
        PANIC: {
          target: 'panicking',
          actions: update((core) => {
            core.panicked = true
          }),
        },
      },
    },
    unloading: { on: { LOAD_BASE: { target: 'served', actions: 'loadBase' } } },
    panicking: { on: { LOAD_BASE: { target: 'panicking', actions: 'loadBase' }, ANSWER: 'answered' } },
    walking: {
      on: {
        FOLLOW: {
          target: 'walking',
          actions: update((core, { to }) => {
            core.seen = [...new Set([...core.seen, core.at])].sort()
            core.at = to
          }),
        },
        SERVED: 'served',
      },
    },
    trapped: { on: { SERVED: 'answered', ANSWER: 'answered' } },
    served: { on: { ANSWER: 'answered' } },
    answered: { on: { LEAVE: { target: 'leaving', actions: 'clearBit' } } },
    leaving: {
      on: {
        LOAD: {
          target: 'returning',
          actions: update((core, { registers }) => {
            core.loaded = registers
          }),
        },
      },
    },
    returning: {
      on: {
        RETURN: [
          { guard: 'hasPanicked', target: 'crashed' },
          { target: 'outside', actions: 'forget' },
        ],
      },
    },
    // Intercepts are served inside `vtl_switch`; the first call leaves it, for `hlt_loop`.
    crashed: {
      on: {
        RESUME: [
          { guard: { type: 'isIntercept', params: ({ event }) => event }, target: 'resumed', actions: 'enterForIntercept' },
          { target: 'halted' },
        ],
      },
    },
    halted: {},
  },
  on: { LIST: { actions: 'setBit' } },
})

/** The data of one core: VTL0's registers as saved at entry, and whether the answer is written into them. */
export const perCoreData = setup({
  types: {
    context: {} as { registers: string; answered: boolean },
    events: {} as { type: 'SAVE'; core: string } | { type: 'ANSWER' },
  },
}).createMachine({
  id: 'perCoreData',
  context: { registers: 'nobody', answered: false },
  initial: 'there',
  states: { there: {} },
  on: {
    SAVE: {
      actions: update((data, { core }) => {
        data.registers = core
        data.answered = false
      }),
    },
    ANSWER: {
      actions: update((data) => {
        data.answered = true
      }),
    },
  },
})

/** A page of a list in VTL0's memory, with the link that VTL0 may rewrite at any time. */
export const listPage = setup({
  types: { context: {} as { link: string }, events: {} as { type: 'WRITE'; link: string } },
}).createMachine({
  id: 'listPage',
  context: { link: 'end' },
  initial: 'shared',
  states: {
    shared: {
      on: {
        WRITE: {
          target: 'shared',
          actions: update((page, { link }) => {
            page.link = link
          }),
        },
      },
    },
  },
})
