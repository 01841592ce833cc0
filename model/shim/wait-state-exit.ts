import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule, update } from '../../checker/index.ts'
import type { Memory } from '../platform/memory-order.ts'
import { stored, type Word, word } from '../platform/shared-word.ts'
import type { wakeCall } from './wait-state-wake.ts'

/*
 * A thread that tells others to exit, and interrupts each of them so that they notice.
 *
 * Models: the loop of `litebox_shim_linux/src/syscalls/process.rs: Task::exit_group` over the other threads, with
 * `ThreadRemote::is_exiting`: a relaxed store of the flag, then `wait-state-wake.ts` with the purpose of an interrupt.
 *
 * Leaves out: the lock around the loop, which nobody else takes here and which empties the store buffer only after the
 * last interrupt; and the exit of the thread itself.
 */
export const exitGroup = setup({
  types: { context: {} as { posted: number }, events: {} as { type: 'POSTED' } },
}).createMachine({
  id: 'exitGroup',
  context: { posted: 0 },
  initial: 'killing',
  states: {
    killing: {
      on: {
        POSTED: {
          target: 'killing',
          actions: update((exit) => {
            exit.posted += 1
          }),
        },
      },
    },
  },
})

export const exitGroupCell: CellOf<typeof exitGroup> = cell('exitGroup', exitGroup)
/** `ThreadRemote::is_exiting` */
export const exitingOf = (thread: string): Word<boolean> => word<boolean>(`exiting.${thread}`, false)

export interface Killer {
  readonly memory: Memory
  readonly killer: string
  /** Whom it tells, in this order. */
  readonly threads: readonly string[]
  readonly call: CellOf<typeof wakeCall>
}

export const postExit = ({ memory: { storePort }, killer, threads, call }: Killer): Rule =>
  rule(
    'exitGroup.post',
    { thread: threads },
    {
      source: 'litebox_shim_linux/src/syscalls/process.rs: Task::exit_group',
      actor: () => killer,
      sends: ({ thread }) => ({ exit: exitGroupCell, call, port: storePort(killer, exitingOf(thread)) }),
      waitsFor: ['port'],
    },
  ).does({
    when: {
      isNext: ({ exit }, { thread }) => threads[exit.context.posted] === thread,
      free: ({ call }) => call.value === 'idle' || call.value === 'returned',
    },
    events: (_, { thread }) => ({
      exit: { type: 'POSTED' },
      call: { type: 'CALL', thread },
      port: stored(exitingOf(thread), true),
    }),
  })
