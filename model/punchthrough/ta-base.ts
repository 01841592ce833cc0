import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import { baseNamed, type segmentBase } from '../platform/segment-base.ts'

/*
 * A call from the normal world into a trusted application, on LVBS, and the FS base that the application needs.
 *
 * Models: `litebox_runner_lvbs/src/lib.rs`: a call enters VTL1 on some core; its first visit runs the loader `ldelf`,
 * which has no thread-local area, and then the application; a later visit runs the application again.
 * `litebox_shim_optee/src/lib.rs: load_ta_context` restores the base by a punchthrough while it prepares the application
 * (`restore_guest_tls`, whose comment says that FS base is cleared across VTL switches), some time before
 * `litebox_platform_lvbs/src/lib.rs: switch_to_user`; the application calls the kernel and is resumed without a
 * restoration. Each call has an application of its own. A call back to the normal world in the middle, which the source
 * has not yet (`litebox_platform_lvbs/src/mshv/vtl_switch.rs: vtl_switch`, TODO), leaves VTL1 and comes back on the
 * same core or on another.
 *
 * Leaves out: sessions and their locks, page tables, which error the normal world is told, and whether a hypervisor
 * really clears the base, which is a knob.
 */

interface TaCall {
  /** The core on which the call is in VTL1. */
  core: string
  visits: number
  /** Whether `ldelf` has loaded the application. */
  loaded: boolean
}

/** `awayFrom…`: the call is in the normal world, and comes back where it left. */
export const taCall = setup({
  types: {
    context: {} as TaCall,
    events: {} as
      | { type: 'ENTER'; core: string }
      | { type: 'ENTER_LDELF' }
      | { type: 'LEAVE_LDELF' }
      | { type: 'LOAD' }
      | { type: 'GRANT' }
      | { type: 'USE' }
      | { type: 'FAIL' }
      | { type: 'ASK_AGAIN' }
      | { type: 'ENTER_TA' }
      | { type: 'CALL' }
      | { type: 'RESUME' }
      | { type: 'RESTORE' }
      | { type: 'FINISH' }
      | { type: 'RETURN' }
      | { type: 'CALL_OUT' }
      | { type: 'COME_BACK'; core: string },
  },
  guards: { isLoaded: ({ context }) => context.loaded },
}).createMachine({
  id: 'taCall',
  context: { core: 'none', visits: 0, loaded: false },
  initial: 'idle',
  states: {
    idle: { on: { ENTER: { target: 'dispatching', actions: update((call, { core }) => beOn(call, core)) } } },
    dispatching: { on: { ENTER_LDELF: 'inLdelf', LOAD: 'loading' } },
    inLdelf: {
      on: {
        LEAVE_LDELF: {
          target: 'loading',
          actions: update((call) => {
            call.loaded = true
          }),
        },
      },
    },
    loading: { on: { GRANT: 'granted', CALL_OUT: { target: 'awayFromLoading', actions: update(leave) } } },
    granted: {
      on: {
        USE: 'entering',
        FAIL: 'failing',
        ASK_AGAIN: 'loading',
        CALL_OUT: { target: 'awayFromGranted', actions: update(leave) },
      },
    },
    entering: { on: { ENTER_TA: 'inTa', CALL_OUT: { target: 'awayFromEntering', actions: update(leave) } } },
    inTa: { on: { CALL: 'inKernel', FINISH: 'leaving' } },
    inKernel: { on: { RESUME: 'inTa', RESTORE: 'loading', CALL_OUT: { target: 'awayFromKernel', actions: update(leave) } } },
    failing: { on: { RETURN: { target: 'idle', actions: update(endVisit) } } },
    leaving: { on: { RETURN: { target: 'idle', actions: update(endVisit) } } },
    awayFromLoading: { on: { COME_BACK: { target: 'loading', actions: update((call, { core }) => beOn(call, core)) } } },
    awayFromGranted: { on: { COME_BACK: { target: 'granted', actions: update((call, { core }) => beOn(call, core)) } } },
    awayFromEntering: { on: { COME_BACK: { target: 'entering', actions: update((call, { core }) => beOn(call, core)) } } },
    awayFromKernel: { on: { COME_BACK: { target: 'inKernel', actions: update((call, { core }) => beOn(call, core)) } } },
  },
})

function beOn(call: TaCall, core: string): void {
  call.core = core
}

/** Where a call comes back to is remembered only for the one that must come back to the same core. */
function leave(call: TaCall): void {
  call.core = `was ${call.core}`
}

function endVisit(call: TaCall): void {
  call.core = 'none'
  call.visits += 1
}

/** The token of a call's restoration, and whether its core has left VTL1 since the grant. */
export const taToken = setup({
  types: { events: {} as { type: 'MINT' } | { type: 'AGE' } | { type: 'USE' } },
}).createMachine({
  id: 'taToken',
  initial: 'none',
  states: {
    none: { on: { MINT: 'fresh', AGE: 'none' } },
    fresh: { on: { AGE: 'stale', USE: 'none' } },
    stale: { on: { AGE: 'stale', USE: 'none' } },
  },
})

/** A core that no call uses is in the normal world. */
export const taCore = setup({ types: { events: {} as { type: 'ENTER' } | { type: 'LEAVE' } } }).createMachine({
  id: 'taCore',
  initial: 'inVtl0',
  states: { inVtl0: { on: { ENTER: 'inVtl1' } }, inVtl1: { on: { LEAVE: 'inVtl0' } } },
})

export const taCallOf = (call: string): CellOf<typeof taCall> => cell(`call.${call}`, taCall)
export const taTokenOf = (call: string): CellOf<typeof taToken> => cell(`token.${call}`, taToken)
export const taCoreOf = (core: string): CellOf<typeof taCore> => cell(`core.${core}`, taCore)
export const taRegisterOf = (core: string): CellOf<typeof segmentBase> => baseNamed(`register.${core}`, 'zero')

export interface TaBases {
  readonly calls: readonly string[]
  readonly cores: readonly string[]
  readonly visits: number
  /** What a VTL switch does to the base that VTL1 has left in the register. */
  readonly vtlSwitch: 'clears' | 'keeps'
  /** Whether a call may go back to the normal world in its middle, and where it comes back. */
  readonly rpc: 'never' | 'same-core' | 'any-core'
  /** When the base is restored: while the application is prepared, or as the last thing before every entry. */
  readonly restore: 'while-loading' | 'at-every-entry'
  /** Where a token has an effect: wherever it is executed, or only in the visit and on the core of its grant. */
  readonly binding: 'none' | 'core-and-visit'
  readonly execution: 'never-fails' | 'may-fail'
  /** What the caller does with an execution that had no effect. */
  readonly failure: 'discard' | 'propagate' | 'ask-again'
}
