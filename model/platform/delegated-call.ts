import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * One core's call from VTL0, from entry to return, and the handler to which unknown messages are delegated.
 *
 * Models: what a core does with one entry into VTL1 (`litebox_platform_lvbs/src/mshv/vtl_switch.rs: vtl_switch,
 * handle_vtl_entry`, `litebox_runner_lvbs/src/lib.rs: run, vtlcall_dispatch, optee_smc_handler_entry, optee_smc_handler`).
 * The source of reference has the loop in the runner; the other two shapes are those of the review of PR #556: a
 * registered upcall, and a method of the shim. A VTL1 kernel that panics raises a fault in VTL0 and returns there once; its
 * next call on that core halts (`panic`); intercepts are served still.
 *
 * Leaves out: the value of the answer, RPC from VTL1 to VTL0 (the source has none), sessions (one application, one lock
 * that is tried), the way of the registers through the switch (`vtl-switch.ts`), and that one panic leaves other cores
 * with a kernel in an undefined state.
 */

/**
 * `cancel`: an OP-TEE command that the source knows and has not written. `unsupported`: a protection service of the same
 * kind. `foreign`: a number that it does not know.
 */
export type MessageKind = 'optee' | 'cancel' | 'service' | 'unsupported' | 'intercept' | 'foreign'
/** What memory that VTL0 shares holds for a message: what it should, or what a handler should refuse. */
export type Parameters = 'good' | 'hostile'

interface Message {
  kind: MessageKind | 'none'
  /** How often its effect has come about: 0, 1 or 2. */
  handled: number
  /** What the handler returned, and what the caller is told. */
  result: 'none' | 'done' | 'failed' | 'busy'
  reply: 'none' | 'success' | 'error' | 'busy' | 'fault'
  /** Parameters as copied (by value only), as they were when they passed validation, and as they were used. */
  copied: Parameters | 'none'
  validated: Parameters | 'none'
  used: Parameters | 'none'
  /** Which handler serves it: the first that was made, a second, a shim whose run is over. */
  by: 'nobody' | 'first' | 'second' | 'gone'
}

const fresh: Message = {
  kind: 'none',
  handled: 0,
  result: 'none',
  reply: 'none',
  copied: 'none',
  validated: 'none',
  used: 'none',
  by: 'nobody',
}

export interface CallInput {
  readonly parameters: 'by-value' | 'by-reference'
  readonly validates: boolean
  /** Whether the handler runs a program, under a lock, or answers at once. */
  readonly runs: boolean
}

export const delegatedCall = setup({
  types: {
    context: {} as Message & CallInput,
    input: {} as CallInput,
    events: {} as
      | { type: 'CALL'; kind: MessageKind }
      | { type: 'DELEGATE' }
      | { type: 'HANDLE' }
      | { type: 'ACKNOWLEDGE' }
      | { type: 'REFUSE' }
      | { type: 'PANIC' }
      | { type: 'FOUND'; by: Message['by'] }
      | { type: 'MAKE' }
      | { type: 'COPY'; value: Parameters }
      | { type: 'PASS'; value: Parameters }
      | { type: 'USE'; value: Parameters }
      | { type: 'LOCKED' }
      /** `late`: the handler has begun its effect by then. */
      | { type: 'FIND_BUSY'; next: 'spin' | 'queue' | 'answer'; late: boolean }
      | { type: 'RUN_ON' }
      | { type: 'FINISH' }
      | { type: 'FAIL' }
      | { type: 'JUDGE'; reply: 'success' | 'error' | 'busy' }
      | { type: 'WRITTEN' }
      | { type: 'NOT_WRITTEN' }
      | { type: 'RETURN' }
      | { type: 'RETRY' },
  },
  guards: {
    copies: ({ context }) => context.parameters === 'by-value',
    validates: ({ context }) => context.validates,
    runs: ({ context }) => context.runs,
    isCancel: ({ context }) => context.kind === 'cancel',
    isIntercept: ({ context }) => context.kind === 'intercept',
    isBusy: ({ context }) => context.reply === 'busy',
    isFault: ({ context }) => context.reply === 'fault',
    spins: (_, { next }: { next: string }) => next === 'spin',
    queues: (_, { next }: { next: string }) => next === 'queue',
  },
  actions: {
    serve: update((call) => {
      call.handled += 1
      call.reply = 'success'
    }),
    // VTL0 goes on after an intercept as the handler left it; nobody there reads an answer.
    tellError: update((call) => {
      call.reply = call.kind === 'intercept' ? 'none' : 'error'
    }),
    fail: update((call) => {
      call.result = 'failed'
    }),
    forget: update((call) => {
      Object.assign(call, fresh)
    }),
  },
}).createMachine({
  id: 'delegatedCall',
  context: ({ input }) => ({ ...fresh, ...input }),
  initial: 'outside',
  states: {
    outside: {
      on: {
        CALL: {
          target: 'entered',
          actions: update((call, { kind }) => {
            call.kind = kind
          }),
        },
      },
    },
    entered: {
      on: {
        DELEGATE: 'seeking',
        HANDLE: { target: 'returning', actions: 'serve' },
        ACKNOWLEDGE: {
          target: 'returning',
          actions: update((call) => {
            call.reply = 'success'
          }),
        },
        REFUSE: { target: 'returning', actions: 'tellError' },
      },
    },
    seeking: {
      on: {
        FOUND: {
          target: 'found',
          actions: update((call, { by }) => {
            call.by = by
          }),
        },
        MAKE: 'making',
        REFUSE: { target: 'returning', actions: 'tellError' },
      },
    },
    making: {
      on: {
        FOUND: {
          target: 'found',
          actions: update((call, { by }) => {
            call.by = by
          }),
        },
      },
    },
    found: {
      always: [
        { guard: 'isCancel', target: 'unwritten' },
        { guard: 'isIntercept', target: 'trapped' },
        { guard: 'copies', target: 'copying' },
        { target: 'copied' },
      ],
    },
    unwritten: { on: { REFUSE: { target: 'returning', actions: 'tellError' } } },
    trapped: { on: { HANDLE: { target: 'returning', actions: 'serve' } } },
    copying: {
      on: {
        COPY: {
          target: 'copied',
          actions: update((call, { value }) => {
            call.copied = value
          }),
        },
      },
    },
    copied: { always: [{ guard: 'validates', target: 'validating' }, { target: 'accepted' }] },
    validating: {
      on: {
        PASS: {
          target: 'accepted',
          actions: update((call, { value }) => {
            call.validated = value
          }),
        },
        REFUSE: { target: 'returning', actions: 'tellError' },
      },
    },
    accepted: { always: [{ guard: 'runs', target: 'locking' }, { target: 'starting' }] },
    locking: {
      on: {
        LOCKED: 'starting',
        FAIL: { target: 'judging', actions: 'fail' },
        FIND_BUSY: [
          {
            guard: { type: 'spins', params: ({ event }) => event },
            target: 'retrying',
            actions: update((call, { late }) => {
              if (late) begin(call)
            }),
          },
          {
            guard: { type: 'queues', params: ({ event }) => event },
            target: 'queued',
            actions: update((call, { late }) => {
              if (late) begin(call)
            }),
          },
          {
            target: 'judging',
            actions: update((call, { late }) => {
              if (late) begin(call)
              call.result = 'busy'
            }),
          },
        ],
      },
    },
    retrying: { on: { RETRY: 'locking' } },
    queued: { on: { LOCKED: 'starting', FAIL: { target: 'judging', actions: 'fail' } } },
    starting: {
      on: {
        USE: {
          target: 'working',
          actions: update((call, { value }) => {
            call.used = value
          }),
        },
      },
    },
    working: {
      on: {
        RUN_ON: 'looping',
        FINISH: {
          target: 'judging',
          actions: update((call) => {
            begin(call)
            call.result = 'done'
          }),
        },
        FAIL: { target: 'judging', actions: 'fail' },
      },
    },
    // In a program that does not end: nothing takes the core from it.
    looping: { on: { RUN_ON: 'looping' } },
    judging: {
      on: {
        JUDGE: {
          target: 'answering',
          actions: update((call, { reply }) => {
            call.reply = reply
          }),
        },
      },
    },
    answering: { on: { WRITTEN: 'returning', NOT_WRITTEN: { target: 'returning', actions: 'tellError' } } },
    returning: {
      on: {
        RETURN: [
          { guard: 'isFault', target: 'crashed', actions: 'forget' },
          { guard: 'isBusy', target: 'turnedAway' },
          { target: 'outside', actions: 'forget' },
        ],
      },
    },
    // The caller in VTL0 waits and tries again.
    turnedAway: {
      on: {
        RETRY: {
          target: 'entered',
          actions: update((call) => {
            Object.assign(call, fresh, { kind: call.kind, handled: call.handled })
          }),
        },
      },
    },
    crashed: { on: { CALL: [{ guard: ({ event }) => event.kind === 'intercept', target: 'crashed' }, { target: 'halted' }] } },
    halted: {},
  },
  on: {
    PANIC: {
      target: '.returning',
      actions: update((call) => {
        call.reply = 'fault'
      }),
    },
  },
})

/** What counts is whether an effect came about more than once, not how often. */
function begin(call: { handled: number }): void {
  call.handled = Math.min(2, call.handled + 1)
}

/** Where the runner is: it boots, may run a first program, and starts the loop that serves VTL0. */
export const delegationBoot = setup({
  types: { events: {} as { type: 'REGISTER' } | { type: 'RUN_FIRST' } | { type: 'START' } },
}).createMachine({
  id: 'delegationBoot',
  initial: 'booting',
  states: {
    booting: { on: { REGISTER: 'prepared', RUN_FIRST: 'prepared', START: 'serving' } },
    prepared: { on: { START: 'serving' } },
    serving: { on: { REGISTER: 'serving' } },
  },
})

/** The handler that messages are delegated to. `over`: a shim whose run has ended, with the pointer to it kept. */
export const delegationHandler = setup({
  types: {
    context: {} as { made: number },
    input: {} as { begins: 'absent' | 'there' },
    events: {} as { type: 'INSTALL' } | { type: 'RUN'; kept: boolean },
  },
  actions: {
    count: update((handler) => {
      handler.made += 1
    }),
  },
}).createMachine({
  id: 'delegationHandler',
  context: ({ input }) => ({ made: input.begins === 'there' ? 1 : 0 }),
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.made > 0, target: 'there' }, { target: 'absent' }] },
    absent: {
      on: {
        RUN: [{ guard: ({ event }) => event.kept, target: 'over' }, { target: 'absent' }],
        INSTALL: { target: 'there', actions: 'count' },
      },
    },
    there: { on: { INSTALL: { target: 'there', actions: 'count' } } },
    over: {},
  },
})

/** The application's lock, which is tried; `waiting` lists cores to which it is handed on, in order. */
export const applicationLock = setup({
  types: {
    context: {} as { holder: string; waiting: string[] },
    events: {} as { type: 'LOCK'; core: string } | { type: 'WAIT'; core: string } | { type: 'UNLOCK' } | { type: 'POISON' },
  },
}).createMachine({
  id: 'applicationLock',
  context: { holder: 'nobody', waiting: [] },
  initial: 'there',
  states: { there: {} },
  on: {
    LOCK: {
      actions: update((lock, { core }) => {
        lock.holder = core
      }),
    },
    WAIT: {
      actions: update((lock, { core }) => {
        lock.waiting.push(core)
      }),
    },
    POISON: {
      actions: update((lock) => {
        lock.holder = 'poisoned'
        lock.waiting = []
      }),
    },
    UNLOCK: {
      actions: update((lock) => {
        lock.holder = lock.waiting.shift() ?? 'nobody'
      }),
    },
  },
})

/** The parameters of one core's message, in memory that VTL0 may write at any time. */
export const sharedParameters = setup({
  types: { context: {} as { value: Parameters }, events: {} as { type: 'WRITE'; value: Parameters } },
}).createMachine({
  id: 'sharedParameters',
  context: { value: 'good' },
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
