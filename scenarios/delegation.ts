import { cell, finalWhen, type Scenario, type System, scenario, system, weak } from '../checker/index.ts'
import {
  applicationLock,
  delegatedCall,
  delegationBoot,
  delegationHandler,
  sharedParameters,
} from '../model/platform/delegated-call.ts'
import { type Delegation, type DelegationDesign, delegationRules, tellsBusy } from '../model/platform/delegation.ts'
import { delegationClaims, delegationProperties } from '../properties/delegation.ts'
import type { Claim } from './claim.ts'
import { delegationDesigns } from './delegation/designs.ts'

const knobs = {
  /** Who serves a message that the platform does not understand. */
  shape: ['runner-loop', 'upcall', 'shim-method'],
  /** How the handler comes to be there; per run: the platform has a shim only while a thread of it runs. */
  presence: ['built-in', 'registered-first', 'registered-late', 'at-first-use', 'per-run'],
  /** How a handler is made at its first use. */
  making: ['one-step', 'looks-first'],
  /** What a message meets that finds no handler. */
  absent: ['panics', 'refuses'],
  /** Whether the pointer to a shim outlives its run. */
  afterRun: ['cleared', 'kept'],
  /** Whether a handler's failure is passed on. */
  failure: ['returned', 'ignored'],
  /** What becomes of a message whose handler is busy: its caller is told, the platform tries again, or is woken. */
  busy: ['to-caller', 'at-once', 'on-wake'],
  /** When a handler finds out that it is busy: before it has changed anything, or after. */
  busyFound: ['first', 'late'],
  validation: ['handler', 'platform', 'nobody'],
  /** How a handler gets the parameters: as a copy, or as the memory that VTL0 shares. */
  parameters: ['by-value', 'by-reference'],
  /** Whether a handler loads and runs a program, under a lock, or answers by itself. */
  handler: ['answers', 'runs-program'],
  /** Whether a program may run for ever. */
  program: ['ends', 'may-loop'],
  /** What a program that panics the kernel leaves of the lock that its core holds. */
  programPanic: ['keeps-lock', 'poisons-lock', 'never'],
  intercepts: ['platform', 'delegated'],
  /** What becomes of a command that is known and not written. */
  unwritten: ['panics', 'refused'],
  /** What becomes of a service that is not supported. */
  unsupported: ['answered', 'refused'],
  /** Whether the page of the answer may be gone when it is written. */
  answer: ['may-fail', 'is-written'],
  cores: [2, 3],
} as const

function build({ cores: count, ...design }: DelegationDesign & { readonly cores: number }): System {
  const cores = Array.from({ length: count }, (_, at) => `cpu${at}`)
  const input = {
    parameters: design.parameters,
    validates: design.validation !== 'nobody',
    runs: design.handler === 'runs-program',
  }
  const world: Delegation = {
    ...design,
    cores,
    call: (core) => cell(`call.${core}`, delegatedCall, { input }),
    shared: (core) => cell(`shared.${core}`, sharedParameters),
    boot: cell('boot', delegationBoot),
    handlerCell: cell('handler', delegationHandler, { input: { begins: design.presence === 'built-in' ? 'there' : 'absent' } }),
    lock: cell('lock', applicationLock),
  }
  return system({
    cells: [world.boot, world.handlerCell, world.lock, ...cores.flatMap((core) => [world.call(core), world.shared(core)])],
    rules: delegationRules(world),
    properties: delegationProperties(world),
    // VTL0 need not call; what halts or loops is judged by the properties.
    final: finalWhen(
      { core: cores },
      {
        reads: ({ core }) => ({ call: world.call(core), boot: world.boot }),
        holds: ({ call, boot }) =>
          boot.value === 'serving' && ['outside', 'crashed', 'halted', 'looping'].includes(call.value as string),
      },
    ),
    fairness: [
      weak({ actor: 'runner' }),
      ...cores.flatMap((core) => [weak({ actor: core }), ...(tellsBusy(design) ? [weak({ actor: `driver.${core}` })] : [])]),
    ],
  })
}

export const delegation: Scenario = scenario({
  name: 'delegation',
  story:
    'VTL0 calls; some messages the platform does not understand, and hands them on: to a registered upcall, to a method of ' +
    'the shim, or to the loop in the runner. Is a message handled once, or refused so that its caller learns it; does every ' +
    'call return; is used what was validated? Every kind of message arrives on the first core, OP-TEE messages on all. Left ' +
    'out: sessions, of which one application under one lock is left, and RPC from VTL1 to VTL0.',
  knobs,
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: delegationDesigns,
  build,
})

const said = (quote: string, property: string): Claim => ({
  article: 'pr-556-upcall',
  quote,
  scenario: delegation.name,
  property,
})

export const delegationArticleClaims: readonly Claim[] = [
  said('let platforms delegate handling of unknown messages/requests to other layers of LiteBox', delegationClaims.handled),
  said('UPCALL.get().expect("OP-TEE upcall not registered")', delegationClaims.panic),
  said('Must be called by the platform exactly once', delegationClaims.one),
  said('all threads must share the same upcall handler', delegationClaims.one),
  said('What happens if the platform does not invoke this?', delegationClaims.there),
  said('A slightly easier-to-use interface is likely something like "get singleton"', delegationClaims.there),
  said('Seems like this should be properly handled/propagated', delegationClaims.told),
  said(
    "care must be taken to ensure that the upcall's parameters and return values are properly validated",
    delegationClaims.hostile,
  ),
  said('We can specify a function for early validation at the platform side if needed', delegationClaims.hostile),
  said('just pass the parameter as a (consumed/owned) value', delegationClaims.validated),
  said('If the upcall needs to be retried, it needs to mention when it needs to be retried', delegationClaims.retry),
  said('if "retry immediately" is allowed, might as well do the retrying internally', delegationClaims.returns),
  said('we will add one function to EnterShim to support this feature', delegationClaims.handled),
  said('our current implementation passes shim to the platform via run_thread', delegationClaims.there),
  said('loading ELF and invoking run_thread that shim cannot do', delegationClaims.handled),
  said('move vtl_switch_loop and its sub functions to litebox_runner_lvbs', delegationClaims.handled),
]
