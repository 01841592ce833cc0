import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A task page table, and what a core has in CR3.
 *
 * Models: one cell for each frame that can be the top level of a task table (`litebox_platform_lvbs/src/lib.rs:
 * PageTableManager`). A table is built in a free frame and listed under the address of that frame, which is its
 * identity: the next table in the same frame has the same one. It is `doomed` when somebody has begun to take it down;
 * then the top-level entries that it shares with the base table are cleared (`stripped`), its lower tables are freed
 * (`hollow`), and its own frame is (`absent`). `references` counts the map's own and those of the cores, for designs
 * that count. A core's CR3 names a frame, whatever is in it by then.
 *
 * Leaves out: what the table maps, and its lock. The lock on the map of tables covers single steps only, so that no
 * step of its own is needed for it.
 */

/** To build in a frame that is in use, or to delete what is not intact, has no edge. */
export const taskTable = setup({
  types: {
    context: {} as { application: string; listed: boolean; references: number },
    input: {} as { application: string },
    events: {} as
      | { type: 'BUILD'; application: string }
      | { type: 'LIST' }
      | { type: 'RETAIN' }
      | { type: 'DROP' }
      | { type: 'UNLIST' }
      | { type: 'DELETE' }
      | { type: 'STRIP' }
      | { type: 'FREE_LOWER' }
      | { type: 'FREE_TOP' },
  },
  guards: { isLastReference: ({ context }) => context.references === 1 },
}).createMachine({
  id: 'taskTable',
  context: ({ input: { application } }) => ({
    application,
    listed: application !== 'none',
    references: application === 'none' ? 0 : 1,
  }),
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.application === 'none', target: 'absent' }, { target: 'intact' }] },
    // A reference that is taken or dropped where the table is not intact is a write to memory that is not its.
    absent: {
      on: {
        RETAIN: 'absent',
        DROP: 'absent',
        BUILD: {
          target: 'intact',
          actions: update((table, { application }) => {
            table.application = application
            table.references = 1
          }),
        },
      },
    },
    intact: {
      on: {
        LIST: {
          target: 'intact',
          actions: update((table) => {
            table.listed = true
          }),
        },
        RETAIN: {
          target: 'intact',
          actions: update((table) => {
            table.references += 1
          }),
        },
        DROP: [
          { guard: 'isLastReference', target: 'doomed' },
          {
            target: 'intact',
            actions: update((table) => {
              table.references -= 1
            }),
          },
        ],
        UNLIST: [
          { guard: 'isLastReference', target: 'doomed' },
          {
            target: 'intact',
            actions: update((table) => {
              table.listed = false
              table.references -= 1
            }),
          },
        ],
        DELETE: 'doomed',
      },
    },
    doomed: {
      entry: update((table) => {
        table.listed = false
        table.references = 0
      }),
      on: { STRIP: 'stripped', RETAIN: 'doomed', DROP: 'doomed' },
    },
    stripped: { on: { FREE_LOWER: 'hollow', RETAIN: 'stripped', DROP: 'stripped' } },
    hollow: {
      on: {
        RETAIN: 'hollow',
        DROP: 'hollow',
        FREE_TOP: {
          target: 'absent',
          actions: update((table) => {
            table.application = 'none'
          }),
        },
      },
    },
  },
})

/** `base` stands for the base table, which is always there. */
export const pageTableRegister = setup({
  types: {
    context: {} as { table: string },
    events: {} as { type: 'LOAD'; table: string } | { type: 'WALK' },
  },
}).createMachine({
  id: 'pageTableRegister',
  context: { table: 'base' },
  initial: 'loaded',
  states: {
    loaded: {
      on: {
        LOAD: {
          target: 'loaded',
          actions: update((register, { table }) => {
            register.table = table
          }),
        },
        WALK: 'loaded',
      },
    },
  },
})
