import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule, update } from '../../checker/index.ts'
import { held } from '../platform/shared-word.ts'
import { sleeperOf } from './raw-mutex.ts'
import { threadCount } from './thread-process.ts'

/*
 * Waiting until few enough threads are left: none for the runner, one for a thread that replaces the program.
 *
 * Models: the two loops of `litebox_shim_linux/src/syscalls/process.rs`, `Process::wait_for_exit` and the second half of
 * `Task::kill_other_threads`: load the count, return if it is low enough, else block on what was loaded and look again.
 * Nothing interrupts them. The host sleeps as in `raw-mutex.ts`; `raw-mutex-block.ts` has the loop with store buffers.
 *
 * Leaves out: spurious wakes, which only make the loop look again.
 */

export const countWait = setup({
  types: {
    context: {} as { goal: number; seen: number },
    input: {} as { goal: number },
    events: {} as { type: 'CALL' } | { type: 'SEE'; count: number } | { type: 'FALL_ASLEEP' } | { type: 'LOOK_AGAIN' },
  },
  guards: { isEnough: ({ context }, { count }: { count: number }) => context.goal === count },
}).createMachine({
  id: 'countWait',
  context: ({ input }) => ({ goal: input.goal, seen: 0 }),
  initial: 'idle',
  states: {
    idle: { on: { CALL: 'looking' } },
    looking: {
      on: {
        SEE: [
          { guard: { type: 'isEnough', params: ({ event }) => event }, target: 'returned' },
          {
            target: 'committing',
            actions: update((wait, { count }) => {
              wait.seen = count
            }),
          },
        ],
      },
    },
    committing: { on: { FALL_ASLEEP: 'sleeping', LOOK_AGAIN: 'looking' } },
    sleeping: { on: { LOOK_AGAIN: 'looking' } },
    returned: {},
  },
})

export const countWaitOf = (waiter: string, goal: number): CellOf<typeof countWait> =>
  cell(`countWait.${waiter}`, countWait, { input: { goal } })

export interface CountWaits {
  readonly waiters: readonly string[]
  readonly countWait: (waiter: string) => CellOf<typeof countWait>
}

const source = 'litebox_shim_linux/src/syscalls/process.rs: Process::wait_for_exit, Task::kill_other_threads'

export const countRules = ({ waiters, countWait }: CountWaits): readonly Rule[] => [
  rule(
    'count.look',
    { waiter: waiters },
    {
      source,
      actor: ({ waiter }) => waiter,
      sees: () => ({ count: threadCount.cell }),
      sends: ({ waiter }) => ({ wait: countWait(waiter) }),
    },
  ).does({
    when: { looking: ({ wait }) => wait.value === 'looking' },
    events: ({ count }) => ({ wait: { type: 'SEE', count: held(threadCount, count) } }),
  }),
  rule(
    'count.sleep',
    { waiter: waiters },
    {
      source,
      actor: ({ waiter }) => waiter,
      sees: () => ({ count: threadCount.cell }),
      sends: ({ waiter }) => ({ wait: countWait(waiter), sleeper: sleeperOf(waiter) }),
    },
  ).does({
    when: {
      committed: ({ wait }) => wait.value === 'committing',
      unchanged: ({ wait, count }) => wait.context.seen === held(threadCount, count),
    },
    events: () => ({ wait: { type: 'FALL_ASLEEP' }, sleeper: { type: 'SLEEP', word: threadCount.name } }),
  }),
  rule(
    'count.stayAwake',
    { waiter: waiters },
    {
      source,
      actor: ({ waiter }) => waiter,
      sees: () => ({ count: threadCount.cell }),
      sends: ({ waiter }) => ({ wait: countWait(waiter) }),
    },
  ).does({
    when: {
      committed: ({ wait }) => wait.value === 'committing',
      changed: ({ wait, count }) => wait.context.seen !== held(threadCount, count),
    },
    events: () => ({ wait: { type: 'LOOK_AGAIN' } }),
  }),
  rule(
    'count.wakeUp',
    { waiter: waiters },
    {
      source,
      actor: ({ waiter }) => waiter,
      sends: ({ waiter }) => ({ wait: countWait(waiter), sleeper: sleeperOf(waiter) }),
    },
  ).does({
    when: { sleeping: ({ wait }) => wait.value === 'sleeping', woken: ({ sleeper }) => sleeper.value === 'woken' },
    events: () => ({ wait: { type: 'LOOK_AGAIN' }, sleeper: { type: 'RESUME' } }),
  }),
]
