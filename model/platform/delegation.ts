import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type {
  applicationLock,
  delegatedCall,
  delegationBoot,
  delegationHandler,
  MessageKind,
  sharedParameters,
} from './delegated-call.ts'
import { delegatedRules } from './delegation-handler.ts'

/*
 * Entries into VTL1, what is served where they arrive, and what is delegated.
 *
 * Models: the three shapes in which a message that the platform does not understand may reach who does, as discussed in
 * the review of PR #556: a registered upcall, a method of the shim's entry interface, and, as in the source of reference,
 * a loop in the runner. Protection services and intercepts are served at one go, in all shapes.
 *
 * Leaves out: what a service does (`protect-call.ts` and its neighbours), and intercepts of kinds that the handler does
 * not know (a hypervisor that sends those may do anything).
 */

export interface DelegationDesign {
  readonly shape: 'runner-loop' | 'upcall' | 'shim-method'
  /** How the handler comes to be there. `per-run`: the shim is the platform's only while a thread of it runs. */
  readonly presence: 'built-in' | 'registered-first' | 'registered-late' | 'at-first-use' | 'per-run'
  /** Who finds none: makes it in one step, or looks and then makes (at first use only). */
  readonly making: 'one-step' | 'looks-first'
  readonly absent: 'panics' | 'refuses'
  /** Whether the pointer to a shim outlives its run. */
  readonly afterRun: 'cleared' | 'kept'
  readonly failure: 'returned' | 'ignored'
  readonly busy: 'to-caller' | 'at-once' | 'on-wake'
  /** When a handler finds that it cannot go on: before it has changed anything, or after. */
  readonly busyFound: 'first' | 'late'
  readonly validation: 'handler' | 'platform' | 'nobody'
  readonly parameters: 'by-value' | 'by-reference'
  readonly handler: 'answers' | 'runs-program'
  /** Whether a program may run for ever. */
  readonly program: 'ends' | 'may-loop'
  /** What a program that panics the kernel leaves of the lock that its core holds. */
  readonly programPanic: 'keeps-lock' | 'poisons-lock' | 'never'
  readonly intercepts: 'platform' | 'delegated'
  /** What becomes of a command that is known and not written. */
  readonly unwritten: 'panics' | 'refused'
  /** What becomes of a service that is not supported. */
  readonly unsupported: 'answered' | 'refused'
  /** Whether the answer's page may be gone when it is written. */
  readonly answer: 'may-fail' | 'is-written'
}

export interface Delegation extends DelegationDesign {
  readonly cores: readonly string[]
  readonly call: (core: string) => CellOf<typeof delegatedCall>
  readonly shared: (core: string) => CellOf<typeof sharedParameters>
  readonly boot: CellOf<typeof delegationBoot>
  readonly handlerCell: CellOf<typeof delegationHandler>
  readonly lock: CellOf<typeof applicationLock>
}

const lvbs = 'litebox_platform_lvbs/src/mshv/vtl_switch.rs'
const runner = 'litebox_runner_lvbs/src/lib.rs'
export const review = 'PR #556'

/** Every kind arrives on the first core; the others are there for what meets on the application. */
const arrivesAt = ({ cores }: Delegation, core: string, kind: MessageKind): boolean => core === cores[0] || kind === 'optee'

const kinds = ['optee', 'cancel', 'service', 'unsupported', 'intercept', 'foreign'] as const

/** A caller in VTL0 that may have to try again. */
export const tellsBusy = ({ handler, busy }: DelegationDesign): boolean => handler === 'runs-program' && busy === 'to-caller'

/** What the shape hands on to the handler. */
const isDelegated = ({ intercepts }: Delegation, kind: MessageKind | 'none'): boolean =>
  kind === 'optee' || kind === 'cancel' || (kind === 'intercept' && intercepts === 'delegated')

export const delegationRules = (world: Delegation): readonly Rule[] => [
  ...bootRules(world),
  ...vtl0Rules(world),
  ...dispatchRules(world),
  ...delegatedRules(world),
]

const bootRules = (world: Delegation): readonly Rule[] => {
  const { presence, boot, handlerCell } = world
  const registers = presence === 'registered-first' || presence === 'registered-late'
  const mustPrepare = presence === 'registered-first' || presence === 'per-run'
  return [
    ...(registers
      ? [
          rule(
            'runner.register',
            {},
            {
              source: `${review}: Platform::register_upcall`,
              needed: true,
              actor: () => 'runner',
              sends: () => ({ boot, handler: handlerCell }),
            },
          ).does({
            when: {
              itsTime: ({ boot }) => boot.value === (presence === 'registered-first' ? 'booting' : 'serving'),
              notYet: ({ handler }) => handler.value === 'absent',
            },
            events: () => ({ boot: { type: 'REGISTER' }, handler: { type: 'INSTALL' } }),
          }),
        ]
      : []),
    ...(presence === 'per-run'
      ? [
          rule(
            'runner.runFirst',
            {},
            {
              source: 'litebox_platform_lvbs/src/lib.rs: run_thread, to its end',
              needed: true,
              actor: () => 'runner',
              sends: () => ({ boot, handler: handlerCell }),
            },
          ).does({
            when: { booting: ({ boot }) => boot.value === 'booting' },
            events: () => ({ boot: { type: 'RUN_FIRST' }, handler: { type: 'RUN', kept: world.afterRun === 'kept' } }),
          }),
        ]
      : []),
    rule('runner.startLoop', {}, { source: `${runner}: run`, needed: true, actor: () => 'runner', sends: () => ({ boot }) }).does(
      {
        when: { prepared: ({ boot }) => boot.value === (mustPrepare ? 'prepared' : 'booting') },
        events: () => ({ boot: { type: 'START' } }),
      },
    ),
  ]
}

const vtl0Rules = (world: Delegation): readonly Rule[] => {
  const { cores, call, shared, boot } = world
  return [
    rule(
      'vtl0.call',
      { core: cores, kind: kinds },
      {
        kind: 'environment',
        source: `${lvbs}: handle_vtl_entry`,
        where: ({ core, kind }) => arrivesAt(world, core, kind),
        actor: () => 'vtl0',
        sees: () => ({ boot }),
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: {
        serving: ({ boot }) => boot.value === 'serving',
        outside: ({ call }) => call.value === 'outside' || call.value === 'crashed',
      },
      events: (_, { kind }) => ({ call: { type: 'CALL', kind } }),
    }),
    // Writes while nobody looks are left out: the value at the first look is as free as any.
    rule(
      'vtl0.rewrite',
      { core: cores, value: ['good', 'hostile'] },
      {
        kind: 'environment',
        source: 'litebox_shim_optee/src/msg_handler.rs: read_optee_msg_args_from_phys, VTL0 owns what is read',
        actor: () => 'vtl0',
        sees: ({ core }) => ({ call: call(core) }),
        sends: ({ core }) => ({ shared: shared(core) }),
      },
    ).does({
      when: {
        looksSoon: ({ call }) => ['copying', 'validating', 'starting'].includes(call.value as string),
        isOptee: ({ call }) => call.context.kind === 'optee',
        another: ({ shared }, { value }) => shared.context.value !== value,
      },
      events: (_, { value }) => ({ shared: { type: 'WRITE', value } }),
    }),
    ...(tellsBusy(world)
      ? [
          rule(
            'vtl0.retry',
            { core: cores },
            {
              source: 'litebox_shim_optee/src/session.rs: module comment on OPTEE_SMC_RETURN_ETHREAD_LIMIT',
              actor: ({ core }) => `driver.${core}`,
              sends: ({ core }) => ({ call: call(core) }),
            },
          ).does({
            when: { turnedAway: ({ call }) => call.value === 'turnedAway' },
            events: () => ({ call: { type: 'RETRY' } }),
          }),
        ]
      : []),
    rule(
      'vtl.return',
      { core: cores },
      {
        source: `${lvbs}: vtl_switch`,
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ call: call(core), shared: shared(core) }),
      },
    ).does({
      when: { returning: ({ call }) => call.value === 'returning' },
      events: () => ({ call: { type: 'RETURN' }, shared: { type: 'WRITE', value: 'good' } }),
    }),
  ]
}

const dispatchRules = (world: Delegation): readonly Rule[] => {
  const { cores, call, shape } = world
  const dispatcher = shape === 'runner-loop' ? `${runner}: vtlcall_dispatch` : `${review}: the platform's loop`
  const served = rule(
    'call.serve',
    { core: cores.slice(0, 1) },
    {
      source: 'litebox_platform_lvbs/src/mshv/vsm.rs: vsm_dispatch; vsm_intercept.rs: vsm_handle_intercept',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: {
      entered: ({ call }) => call.value === 'entered',
      understood: ({ call }) =>
        call.context.kind === 'service' || (call.context.kind === 'intercept' && !isDelegated(world, 'intercept')),
    },
    events: () => ({ call: { type: 'HANDLE' } }),
  })
  const refused = rule(
    'call.refuseForeign',
    { core: cores.slice(0, 1) },
    { source: `${dispatcher}, EINVAL`, needed: true, actor: ({ core }) => core, sends: ({ core }) => ({ call: call(core) }) },
  ).does({
    when: { entered: ({ call }) => call.value === 'entered', foreign: ({ call }) => call.context.kind === 'foreign' },
    events: () => ({ call: { type: 'REFUSE' } }),
  })
  const delegated = rule(
    'call.delegate',
    { core: cores },
    { source: dispatcher, needed: true, actor: ({ core }) => core, sends: ({ core }) => ({ call: call(core) }) },
  ).does({
    when: {
      entered: ({ call }) => call.value === 'entered',
      isDelegated: ({ call }) => isDelegated(world, call.context.kind),
    },
    events: () => ({ call: { type: 'DELEGATE' } }),
  })
  const unsupported = rule(
    'call.passOverUnsupported',
    { core: cores.slice(0, 1) },
    {
      source: 'litebox_platform_lvbs/src/mshv/vsm.rs: mshv_vsm_enable_aps, "not supported", Ok(0)',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: { entered: ({ call }) => call.value === 'entered', unsupported: ({ call }) => call.context.kind === 'unsupported' },
    events: () => ({ call: world.unsupported === 'answered' ? { type: 'ACKNOWLEDGE' } : { type: 'REFUSE' } }),
  })
  return [served, unsupported, refused, delegated]
}
