import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * The three entry points of the SNP guest, which the host runs when it likes, and what they leave each other in statics.
 *
 * Models: `litebox_runner_snp/src/main.rs: sandbox_kernel_init, sandbox_process_init, sandbox_tun_read_write`, in the order
 * of their steps: the first stores the frequency of the processor, the second sets the platform, parses the boot
 * parameters, publishes the shim and loads the program (which faults), the third waits for the shim. `static mut SHIM` is
 * written and read by plain accesses: on x86 as they are compiled, in order and whole; the language promises neither, nor
 * that the wait reads more than once. (Two stores change places only for a reader whose own loads do: between them the
 * writer takes locks.) The boot parameters lie in memory that the driver in VMPL0 fills, and may fill again.
 *
 * That the network asks for the platform is so in a debug build, which prints.
 *
 * Leaves out: an entry point that the host runs while it runs already, the GHCB (`snp-ghcb.ts`), requests to the host
 * (`snp-request.ts`), the files of a debug build, the numbers of the task in the parameters (each is read once), and what
 * the network does (`snp-network.ts`).
 */

export type BootStep =
  | 'store-frequency'
  | 'set-platform'
  | 'scan'
  | 'copy'
  | 'publish'
  | 'fill-shim'
  | 'load'
  | 'ask-time'
  | 'await-shim'
  | 'ask-platform'
  | 'serve'
  | 'return'

export const bootEntry = setup({
  types: {
    context: {} as {
      program: readonly BootStep[]
      at: number
      runs: number
      /** What a scan of the parameters, and a copy of them, found. */
      checked: 'none' | 'valid' | 'invalid'
      copied: 'none' | 'valid' | 'invalid'
      /** Whether a fault of the loading found no shim, and the network a shim that was not whole. */
      faultedAlone: boolean
      sawPart: boolean
    },
    input: {} as { program: readonly BootStep[] },
    events: {} as
      | { type: 'RUN' }
      | { type: 'REFUSE' }
      | { type: 'STEP' }
      | { type: 'SCAN'; found: 'valid' | 'invalid' }
      | { type: 'COPY'; found: 'valid' | 'invalid' }
      | { type: 'FAULT'; alone: boolean }
      | { type: 'SEE'; whole: boolean }
      | { type: 'MISS' }
      | { type: 'PANIC' }
      | { type: 'TERMINATE' }
      | { type: 'RESUME' },
  },
  guards: { isOver: ({ context }) => context.at >= context.program.length },
  actions: {
    start: update((entry) => {
      entry.at = 0
      entry.runs += 1
      entry.checked = 'none'
      entry.copied = 'none'
    }),
    goOn: update((entry) => {
      entry.at += 1
    }),
  },
}).createMachine({
  id: 'bootEntry',
  context: ({ input }) => ({
    program: [...input.program],
    at: 0,
    runs: 0,
    checked: 'none',
    copied: 'none',
    faultedAlone: false,
    sawPart: false,
  }),
  initial: 'idle',
  states: {
    idle: {
      on: {
        RUN: { target: 'running', actions: 'start' },
        REFUSE: {
          target: 'idle',
          actions: update((entry) => {
            entry.runs += 1
          }),
        },
      },
    },
    running: {
      on: {
        STEP: { target: 'next', actions: 'goOn' },
        SCAN: {
          target: 'next',
          actions: update((entry, { found }) => {
            entry.checked = found
            entry.at += 1
          }),
        },
        COPY: {
          target: 'next',
          actions: update((entry, { found }) => {
            entry.copied = found
            entry.at += 1
          }),
        },
        FAULT: {
          target: 'running',
          actions: update((entry, { alone }) => {
            entry.faultedAlone ||= alone
          }),
        },
        SEE: {
          target: 'next',
          actions: update((entry, { whole }) => {
            entry.sawPart ||= !whole
            entry.at += 1
          }),
        },
        MISS: 'stuck',
        PANIC: 'panicked',
        TERMINATE: 'terminated',
      },
    },
    next: { always: [{ guard: 'isOver', target: 'returned' }, { target: 'running' }] },
    // A wait that was compiled to one read.
    stuck: {},
    returned: { on: { RUN: { target: 'running', actions: 'start' }, REFUSE: 'returned', RESUME: 'panicked' } },
    panicked: {},
    terminated: {},
  },
})

/** The statics that the entry points share. */
export const bootStatics = setup({
  types: {
    context: {} as { frequency: boolean; platform: boolean; shim: 'none' | 'part' | 'whole' },
    events: {} as
      | { type: 'STORE_FREQUENCY'; known: boolean }
      | { type: 'SET_PLATFORM' }
      | { type: 'PUBLISH'; shim: 'part' | 'whole' },
  },
}).createMachine({
  id: 'bootStatics',
  context: { frequency: false, platform: false, shim: 'none' },
  initial: 'there',
  states: { there: {} },
  on: {
    STORE_FREQUENCY: {
      actions: update((statics, { known }) => {
        statics.frequency = known
      }),
    },
    SET_PLATFORM: {
      actions: update((statics) => {
        statics.platform = true
      }),
    },
    PUBLISH: {
      actions: update((statics, { shim }) => {
        statics.shim = shim
      }),
    },
  },
})

export const bootParameters = setup({
  types: { context: {} as { value: 'valid' | 'invalid' }, events: {} as { type: 'WRITE'; value: 'valid' | 'invalid' } },
}).createMachine({
  id: 'bootParameters',
  context: { value: 'valid' },
  initial: 'shared',
  states: {
    shared: {
      on: {
        WRITE: {
          target: 'shared',
          actions: update((parameters, { value }) => {
            parameters.value = value
          }),
        },
      },
    },
  },
})

/** The machine, and the reason for its end. */
export const bootMachine = setup({
  types: { context: {} as { reason: string }, events: {} as { type: 'END'; reason: string } },
}).createMachine({
  id: 'bootMachine',
  context: { reason: 'none' },
  initial: 'running',
  states: {
    running: {
      on: {
        END: {
          target: 'ended',
          actions: update((machine, { reason }) => {
            machine.reason = reason
          }),
        },
      },
    },
    ended: {},
  },
})
