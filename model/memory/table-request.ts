import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A request that a core serves on a page table, as the list of its steps.
 *
 * Models: the three calls of `litebox_runner_lvbs/src/lib.rs` that load the table of a trusted application, and their
 * steps in the order of the source. `open` (`open_session_single_instance`): find the instance, try its lock, load the
 * table, run, let go of the lock, register the session or not, write the answer, go back to the base table. `invoke`
 * (`handle_invoke_command`): the answer is written under the lock, which ends with the function; the base table comes
 * after that. `close` (`handle_close_session`) of the last session: as `invoke` up to the lock, then unregister, count,
 * and if no session is left: lock again, release the mappings, base table, delete; after which the core opens another
 * application, whose table is built in any free frame. What a design does otherwise is another list.
 *
 * Leaves out: parameters, the answer's content, requests that fail for other reasons than a table that is not there or
 * an instance that is busy, and applications that die (they are torn down by the same steps).
 */

export type RequestStep =
  | 'find'
  | 'lock'
  | 'check'
  | 'retain'
  | 'load'
  | 'run'
  | 'register'
  | 'look-up-current'
  | 'answer'
  | 'unlock'
  | 'load-base'
  | 'drop'
  | 'unregister'
  | 'count'
  | 'uncache'
  | 'lock-again'
  | 'mark-dead'
  | 'release'
  | 'delete'
  | 'await-freed'
  | 'build'
  | 'list'
  | 'finish'

/** `aborting`: there is no such table, or no such application any more, and the lock is held. */
export const tableRequest = setup({
  types: {
    context: {} as { done: number; application: string; top: string },
    input: {} as { application: string; top: string },
    events: {} as
      | { type: 'STEP' }
      | { type: 'JUMP'; to: number }
      | { type: 'BUILD'; application: string; top: string }
      | { type: 'FINISH' }
      | { type: 'ABORT' }
      | { type: 'UNLOCK' }
      | { type: 'PANIC' },
  },
}).createMachine({
  id: 'tableRequest',
  context: ({ input }) => ({ ...input, done: 0 }),
  initial: 'underWay',
  states: {
    underWay: {
      on: {
        STEP: {
          target: 'underWay',
          actions: update((request) => {
            request.done += 1
          }),
        },
        JUMP: {
          target: 'underWay',
          actions: update((request, { to }) => {
            request.done = to
          }),
        },
        BUILD: {
          target: 'underWay',
          actions: update((request, { application, top }) => {
            request.application = application
            request.top = top
            request.done += 1
          }),
        },
        FINISH: 'over',
        ABORT: 'aborting',
        PANIC: 'panicked',
      },
    },
    aborting: { on: { UNLOCK: 'over' } },
    over: {},
    panicked: {},
  },
})
