import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule, update } from '../../checker/index.ts'

/*
 * A thread that sleeps until a deadline, and the host's timer behind it. Time goes in half milliseconds.
 *
 * Models: `litebox/src/event/wait.rs: WaitContext::wait_until, commit_wait`, which gives the host what is left until the
 * deadline and takes its "timed out" for the end; and how the platforms pass that on. Linux userland starts the whole
 * timeout again after a signal (`litebox_platform_linux_userland/src/lib.rs: block_or_maybe_timeout`); SNP takes a signal
 * for a wake (`litebox_platform_linux_kernel/src/lib.rs: block_or_maybe_timeout`); Windows cuts the timeout down to whole
 * milliseconds (`litebox_platform_windows_userland/src/lib.rs: block_or_maybe_timeout`). What is left until the deadline
 * and until the timer goes off counts down with each tick, so that time never ends.
 *
 * Leaves out: wakes (`wait-state-wait.ts`), interrupts of the wait itself, and clocks that jump.
 */

export interface TimerDesign {
  /** How the platform passes a timeout on. */
  readonly rounding: 'exact' | 'down' | 'up'
  /** What a signal to a sleeping thread does. */
  readonly signal: 'starts-again' | 'recomputes' | 'wakes'
}

interface Times {
  deadline: number
  timeout: number
  timer: number
}

export const timedWait = setup({
  types: {
    context: {} as Times,
    input: {} as { deadline: number },
    events: {} as
      | { type: 'TICK' }
      | { type: 'LOOK' }
      | { type: 'SLEEP'; timer: number }
      | { type: 'RESTART'; timer: number }
      | { type: 'WAKE' }
      | { type: 'TIME_OUT' },
  },
  guards: { isOver: ({ context }) => context.deadline === 0 },
}).createMachine({
  id: 'timedWait',
  context: ({ input: { deadline } }) => ({ deadline, timeout: 0, timer: 0 }),
  initial: 'deciding',
  states: {
    deciding: {
      on: {
        TICK: { actions: update(pass) },
        LOOK: [
          { guard: 'isOver', target: 'timedOut' },
          {
            target: 'committing',
            actions: update((wait) => {
              wait.timeout = wait.deadline
            }),
          },
        ],
      },
    },
    committing: {
      on: {
        TICK: { actions: update(pass) },
        SLEEP: {
          target: 'asleep',
          actions: update((wait, { timer }) => {
            wait.timer = timer
          }),
        },
      },
    },
    asleep: {
      on: {
        TICK: { actions: update(pass) },
        RESTART: {
          target: 'asleep',
          actions: update((wait, { timer }) => {
            wait.timer = timer
          }),
        },
        WAKE: { target: 'deciding', actions: update(forget) },
        TIME_OUT: { target: 'timedOut', actions: update(forget) },
      },
    },
    timedOut: { on: { TICK: 'timedOut' } },
  },
})

function pass(wait: Times): void {
  wait.deadline = Math.max(0, wait.deadline - 1)
  wait.timer = Math.max(0, wait.timer - 1)
}

function forget(wait: Times): void {
  wait.timeout = 0
  wait.timer = 0
}

export const timedWaitOf = (thread: string, deadline: number): CellOf<typeof timedWait> =>
  cell(`wait.${thread}`, timedWait, { input: { deadline } })

/** How many half milliseconds the host is told, for a timeout of so many. */
const told = {
  exact: (ticks: number) => ticks,
  down: (ticks: number) => ticks - (ticks % 2),
  up: (ticks: number) => ticks + (ticks % 2),
}

export function timedBlockRules(waiter: string, wait: ReturnType<typeof timedWaitOf>, design: TimerDesign): readonly Rule[] {
  const host = 'litebox/src/platform/mod.rs: RawMutex::block_or_timeout'
  const sends = (): { wait: typeof wait } => ({ wait })
  const signalled = rule('host.signal', {}, { kind: 'environment', source: 'a signal, EINTR', actor: () => 'host', sends }).does({
    when: { asleep: ({ wait }) => wait.value === 'asleep' },
    events: ({ wait: { context } }) => ({
      wait:
        design.signal === 'wakes'
          ? { type: 'WAKE' }
          : {
              type: 'RESTART',
              timer: told[design.rounding](design.signal === 'starts-again' ? context.timeout : context.deadline),
            },
    }),
  })
  return [
    rule(
      'clock.tick',
      {},
      { kind: 'environment', source: 'half a millisecond passes', needed: true, actor: () => 'clock', sends },
    ).does({
      when: { always: () => true },
      events: () => ({ wait: { type: 'TICK' } }),
    }),
    rule(
      'wait.look',
      {},
      { source: 'litebox/src/event/wait.rs: commit_wait, remaining_timeout', actor: () => waiter, sends },
    ).does({
      when: { deciding: ({ wait }) => wait.value === 'deciding' },
      events: () => ({ wait: { type: 'LOOK' } }),
    }),
    rule('wait.sleep', {}, { source: host, needed: true, actor: () => waiter, sends }).does({
      when: { committing: ({ wait }) => wait.value === 'committing' },
      events: ({ wait }) => ({ wait: { type: 'SLEEP', timer: told[design.rounding](wait.context.timeout) } }),
    }),
    rule('host.timeOut', {}, { source: `${host}, TimedOut`, needed: true, actor: () => waiter, sends }).does({
      when: { asleep: ({ wait }) => wait.value === 'asleep', timerOff: ({ wait }) => wait.context.timer === 0 },
      events: () => ({ wait: { type: 'TIME_OUT' } }),
    }),
    signalled,
  ]
}
