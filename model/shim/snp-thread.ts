import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * Threads of the SNP guest from the call that asks for one to their end, and the network that serves them.
 *
 * Models: `litebox_platform_linux_kernel/src/host/snp/snp_impl.rs: spawn_thread, thread_start, handle_syscall, exit_thread,
 * interrupt_thread`, and of the shim that a thread is attached to its process before the platform is asked for it, and
 * that the end of the process is noticed when a thread next enters the shim (`litebox_shim_linux/src/syscalls/process.rs`).
 * A guest thread runs, makes system calls (here: it sends, or it asks for the end of the process), or computes and makes
 * none.
 *
 * Leaves out: the end of the process itself. It is over when its count of threads is zero, for which nobody waits on SNP: the
 * runner drops the handle (`litebox_runner_snp/src/main.rs: sandbox_process_init`), and its network loop asks another count,
 * of the threads that the platform has started. So a thread that the host refused, which the process counts for ever, holds
 * up no more than an exec (`thread-life`). How the counts are kept (`thread-active-count.ts` says what becomes of one that
 * the child raises, and that is lowered too early; here threads are simply there or not), signals, and what is received.
 */

export const snpThread = setup({
  types: {
    context: {} as { leader: boolean },
    input: {} as { leader: boolean },
    events: {} as
      | { type: 'ATTACH' }
      | { type: 'AGREE' }
      | { type: 'REFUSED'; reclaimed: boolean }
      | { type: 'START' }
      | { type: 'COMPUTE' }
      | { type: 'CALL' }
      | { type: 'RETURN' }
      | { type: 'TERMINATE' }
      | { type: 'DROP' },
  },
}).createMachine({
  id: 'snpThread',
  context: ({ input }) => input,
  initial: 'unborn',
  states: {
    unborn: { always: { guard: ({ context }) => context.leader, target: 'running' }, on: { ATTACH: 'attached' } },
    attached: {
      on: { AGREE: 'agreed', REFUSED: [{ guard: ({ event }) => event.reclaimed, target: 'gone' }, { target: 'leaked' }] },
    },
    agreed: { on: { START: 'running' } },
    running: { on: { COMPUTE: 'computing', CALL: 'calling' } },
    // In a loop that makes no system call.
    computing: { on: { COMPUTE: 'computing', CALL: 'calling' } },
    calling: { on: { RETURN: 'running', TERMINATE: 'ending' } },
    ending: { on: { DROP: 'gone' } },
    // Attached to the process, and never to run: its start arguments, and the task in them, are in nobody's hands.
    leaked: {},
    gone: {},
  },
})

/** The process: whether it is to end, and what its threads have sent that has not left the machine. */
export const snpProcess = setup({
  types: {
    context: {} as { ending: boolean; toSend: number },
    events: {} as { type: 'END' } | { type: 'SEND' } | { type: 'SENT' },
  },
}).createMachine({
  id: 'snpProcess',
  context: { ending: false, toSend: 0 },
  initial: 'alive',
  states: {
    alive: {
      on: {
        END: {
          target: 'alive',
          actions: update((process) => {
            process.ending = true
          }),
        },
        SEND: {
          target: 'alive',
          actions: update((process) => {
            process.toSend = 1
          }),
        },
        SENT: {
          target: 'alive',
          actions: update((process) => {
            process.toSend = 0
          }),
        },
      },
    },
  },
})

/**
 * The loop of the network thread, `litebox_runner_snp/src/main.rs: sandbox_tun_read_write`: look whether all threads have
 * exited, then interact until the advice is to wait.
 */
export const snpNetwork = setup({
  types: {
    context: {} as { interactions: number; arrived: boolean },
    events: {} as
      | { type: 'ARRIVE' }
      | { type: 'GO_ON' }
      | { type: 'INTERACT'; again: boolean; limit: number }
      | { type: 'RETURN' }
      | { type: 'COME_BACK'; halts: boolean },
  },
  guards: {
    isAgain: ({ context }, { again, limit }: { again: boolean; limit: number }) => again && context.interactions + 1 < limit,
  },
}).createMachine({
  id: 'snpNetwork',
  context: { interactions: 0, arrived: false },
  initial: 'looking',
  states: {
    looking: { on: { GO_ON: 'interacting', RETURN: 'returned' } },
    interacting: {
      on: {
        INTERACT: [
          {
            guard: { type: 'isAgain', params: ({ event }) => event },
            target: 'interacting',
            actions: update((network, { limit }) => {
              network.arrived = false
              network.interactions = limit > 9 ? 0 : network.interactions + 1
            }),
          },
          {
            target: 'looking',
            actions: update((network) => {
              network.arrived = false
              network.interactions = 0
            }),
          },
        ],
      },
    },
    returned: { on: { COME_BACK: [{ guard: ({ event }) => event.halts, target: 'halted' }, { target: 'panicked' }] } },
    halted: {},
    panicked: {},
  },
  on: {
    ARRIVE: {
      actions: update((network) => {
        network.arrived = true
      }),
    },
  },
})
