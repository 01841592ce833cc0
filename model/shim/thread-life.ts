import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import type { Program } from './thread-image.ts'

/*
 * The life of a guest thread, from the count that it enters to the last word that it writes.
 *
 * Models: `litebox_shim_linux/src/syscalls/process.rs`: `Task::do_clone`, `handle_init_request`, `exit_thread`,
 * `exit_group`, `kill_other_threads`, `sys_execve`, `prepare_for_exit`; around them `litebox_shim_linux/src/lib.rs:
 * enter_shim`, which asks before every entry to the guest whether the thread must exit, and the platforms'
 * `spawn_thread`. A parent counts its child in before it asks the host for a thread, and the host may refuse. Whether the
 * parent then gets the child back to count it out, or has given it away as a raw pointer, is the platform's matter.
 *
 * Leaves out: clone flags, stacks, signals, exit codes; waits in the shim, the store buffers and the wake of the one who
 * joins (the word of the id is in `futex-join.ts`, the interrupt of a thread in `wait-state-exit.ts`); what else a thread
 * lets go of after it was counted out; and a thread that starts children while it is itself a child.
 */

export interface LifeDesign {
  /** Whether a thread is counted out before or after its last accesses to guest memory. */
  readonly exit: 'detach-first' | 'detach-last'
  /** Who prepares a new thread: the thread itself, or its parent as well. */
  readonly init: 'in-child' | 'in-both'
}

type Life = LifeDesign & { inits: number; reachable: boolean; told: number; purpose: 'none' | 'group' | 'exec'; program: Program }

export const threadLife = setup({
  types: {
    context: {} as Life,
    input: {} as LifeDesign & { leader: boolean },
    events: {} as
      | { type: 'ATTACH'; program: Program }
      | { type: 'START'; inits: number }
      | { type: 'LEAK' }
      | { type: 'RECLAIM' }
      | { type: 'INITIALISE' }
      | { type: 'SET_HANDLE' }
      | { type: 'ANNOUNCE' }
      | { type: 'GO_ON' }
      | { type: 'GIVE_UP' }
      | { type: 'RUN_ON' }
      | { type: 'INTERRUPTED' }
      | { type: 'CALL_CLONE' }
      | { type: 'CALL_EXIT' }
      | { type: 'CALL_EXIT_GROUP' }
      | { type: 'CALL_EXEC' }
      | { type: 'COUNTED_CHILD' }
      | { type: 'RETURN' }
      | { type: 'TAKE_BACK' }
      | { type: 'TELL'; purpose: 'group' | 'exec' }
      | { type: 'FLAGGED' }
      | { type: 'FLAGGED_SELF' }
      | { type: 'INTERRUPT_SENT' }
      | { type: 'TOLD_ALL' }
      | { type: 'FEW_ENOUGH' }
      | { type: 'RELEASED' }
      | { type: 'LOADED' }
      | { type: 'DETACHED'; notify: boolean }
      | { type: 'NOTIFIED' }
      | { type: 'CLEARED' }
      | { type: 'WOKE' }
      | { type: 'WALKED' },
  },
  guards: {
    detachesFirst: ({ context }) => context.exit === 'detach-first',
    execs: ({ context }) => context.purpose === 'exec',
    mustNotify: (_, { notify }: { notify: boolean }) => notify,
    isLeader: ({ context }) => context.inits === 0 && context.reachable,
  },
}).createMachine({
  id: 'threadLife',
  context: ({ input: { leader, ...design } }) => ({
    ...design,
    inits: 0,
    reachable: leader,
    told: 0,
    purpose: 'none',
    program: 'original',
  }),
  initial: 'unborn',
  states: {
    unborn: {
      always: {
        guard: 'isLeader',
        target: 'starting',
        actions: update((life) => {
          life.reachable = false
        }),
      },
      on: {
        ATTACH: {
          target: 'attached',
          actions: update((life, { program }) => {
            life.program = program
          }),
        },
      },
    },
    attached: {
      on: {
        START: {
          target: 'starting',
          actions: update((life, { inits }) => {
            life.inits = inits
          }),
        },
        LEAK: 'phantom',
        RECLAIM: 'discarded',
      },
    },
    // Counted in, and never to run: nobody holds it any more.
    phantom: {},
    discarded: {},
    starting: {
      on: {
        INITIALISE: {
          target: 'initialised',
          actions: update((life) => {
            life.inits += 1
          }),
        },
      },
    },
    initialised: {
      on: {
        SET_HANDLE: {
          target: 'entering',
          actions: update((life) => {
            life.reachable = true
          }),
        },
      },
    },
    entering: { on: { ANNOUNCE: 'checkingExit' } },
    checkingExit: {
      on: { GO_ON: 'inGuest', GIVE_UP: [{ guard: 'detachesFirst', target: 'detaching' }, { target: 'clearingTid' }] },
    },
    inGuest: {
      on: {
        RUN_ON: 'inGuest',
        INTERRUPTED: 'entering',
        CALL_CLONE: 'cloning',
        CALL_EXIT: 'callingExit',
        CALL_EXIT_GROUP: 'callingExitGroup',
        CALL_EXEC: 'callingExec',
      },
    },
    cloning: { on: { COUNTED_CHILD: 'spawning', RETURN: 'entering' } },
    spawning: { on: { RETURN: 'entering', TAKE_BACK: 'reclaiming' } },
    reclaiming: { on: { NOTIFIED: 'clearingForChild', DETACHED: 'clearingForChild' } },
    clearingForChild: { on: { CLEARED: 'entering' } },
    callingExit: { on: { RETURN: 'entering' } },
    callingExitGroup: {
      on: { RETURN: 'entering', TELL: { target: 'flagging', actions: update((life, { purpose }) => beginTo(life, purpose)) } },
    },
    callingExec: {
      on: { RETURN: 'entering', TELL: { target: 'flagging', actions: update((life, { purpose }) => beginTo(life, purpose)) } },
    },
    flagging: {
      on: {
        FLAGGED: 'interrupting',
        FLAGGED_SELF: { target: 'flagging', actions: update(passOn) },
        TOLD_ALL: [{ guard: 'execs', target: 'awaitingOthers' }, { target: 'entering' }],
      },
    },
    interrupting: { on: { INTERRUPT_SENT: { target: 'flagging', actions: update(passOn) } } },
    awaitingOthers: { on: { FEW_ENOUGH: 'releasing' } },
    releasing: { on: { RELEASED: 'loading' } },
    loading: {
      on: {
        LOADED: {
          target: 'entering',
          actions: update((life) => {
            life.program = 'replaced'
          }),
        },
      },
    },
    detaching: {
      on: {
        DETACHED: [
          { guard: { type: 'mustNotify', params: ({ event }) => event }, target: 'notifying' },
          { guard: 'detachesFirst', target: 'clearingTid' },
          { target: 'gone' },
        ],
      },
    },
    notifying: { on: { NOTIFIED: [{ guard: 'detachesFirst', target: 'clearingTid' }, { target: 'gone' }] } },
    clearingTid: { on: { CLEARED: 'wakingJoiner' } },
    wakingJoiner: { on: { WOKE: 'walkingRobustList' } },
    walkingRobustList: { on: { WALKED: [{ guard: 'detachesFirst', target: 'gone' }, { target: 'detaching' }] } },
    gone: {},
  },
})

function beginTo(life: Life, purpose: 'group' | 'exec'): void {
  life.purpose = purpose
  life.told = 0
}

function passOn(life: Life): void {
  life.told += 1
}

export const threadLifeOf = (thread: string, leader: string, design: LifeDesign): CellOf<typeof threadLife> =>
  cell(`life.${thread}`, threadLife, { input: { ...design, leader: thread === leader } })

/** Phases in which a thread says that it runs the guest: an interrupt then goes to the platform. */
const announced: readonly string[] = ['checkingExit', 'inGuest']
export const isAnnounced = (life: { readonly value: string }): boolean => announced.includes(life.value)
