import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import { type Word, word } from '../platform/shared-word.ts'

/*
 * What the threads of a process share about each other: who they are, how many, and whether they are being ended.
 *
 * Models: `litebox_shim_linux/src/syscalls/process.rs: Process`: the locked `ProcessInner`, and beside it `nr_threads`,
 * which changes under the lock and is read and slept on without it. Where a critical section makes only one change that
 * others can see, it is one step here, which waits for the lock; `LOCK` and `UNLOCK` stand around those that make more.
 *
 * Leaves out: the exit status, resource limits, memory order (see `wait-state-exit.ts` for what store buffers do to the
 * flags) and how the lock itself is waited for.
 */

type Process = { groupExit: boolean; killing: boolean; threads: string[] }

export const threadProcess = setup({
  types: {
    context: {} as { groupExit: boolean; killing: boolean; threads: readonly string[] },
    input: {} as { leader: string },
    events: {} as
      | { type: 'ATTACH'; thread: string }
      | { type: 'DETACH'; thread: string }
      | { type: 'LOCK'; groupExit: boolean }
      | { type: 'UNLOCK'; killing: boolean }
      | { type: 'STOP_KILLING' },
  },
}).createMachine({
  id: 'threadProcess',
  context: ({ input }) => ({ groupExit: false, killing: false, threads: [input.leader] }),
  initial: 'unlocked',
  states: {
    unlocked: {
      on: {
        ATTACH: {
          target: 'unlocked',
          actions: update((process, { thread }) => {
            process.threads.push(thread)
          }),
        },
        DETACH: { target: 'unlocked', actions: update((process, { thread }) => remove(process, thread)) },
        LOCK: {
          target: 'locked',
          actions: update((process, { groupExit }) => {
            process.groupExit ||= groupExit
          }),
        },
        STOP_KILLING: {
          target: 'unlocked',
          actions: update((process) => {
            process.killing = false
          }),
        },
      },
    },
    locked: {
      on: {
        UNLOCK: {
          target: 'unlocked',
          actions: update((process, { killing }) => {
            process.killing ||= killing
          }),
        },
      },
    },
  },
})

/** The last one out closes the door: nobody is attached to a process without threads. */
function remove(process: Process, thread: string): void {
  process.threads = process.threads.filter((other) => other !== thread)
  if (process.threads.length === 0) process.groupExit = true
}

export const processOf = (leader: string): CellOf<typeof threadProcess> => cell('process', threadProcess, { input: { leader } })
/** `Process::nr_threads` */
export const threadCount: Word<number> = word<number>('nrThreads', 1)
