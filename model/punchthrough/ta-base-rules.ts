import { type Rule, rule } from '../../checker/index.ts'
import { type TaBases, taCallOf, taCoreOf, taRegisterOf, taTokenOf } from './ta-base.ts'

/*
 * How a call into a trusted application comes and goes, and how its FS base is restored: see `ta-base.ts`.
 *
 * Leaves out what is left out there.
 */

const runner = 'litebox_runner_lvbs/src/lib.rs'
const shim = 'litebox_shim_optee/src/lib.rs'
const platform = 'litebox_platform_lvbs/src/lib.rs'
const vtl = 'litebox_platform_lvbs/src/mshv/vtl_switch.rs: vtl_switch'

export const taBaseRules = (world: TaBases): readonly Rule[] => [
  ...visits(world),
  ...loader(world),
  ...restoration(world),
  ...application(world),
  ...(world.rpc === 'never' ? [] : remoteCalls(world)),
]

type At = { readonly call: string; readonly core: string }
type Placed = { readonly context: { readonly core: string } }

const isOn = ({ call }: { readonly call: Placed }, { core }: At): boolean => call.context.core === core

const axes = ({ calls, cores }: TaBases) => ({ call: calls, core: cores })

/** What the register holds when VTL1 has been entered. */
const arriving = ({ vtlSwitch }: TaBases, before: string): string => (vtlSwitch === 'clears' ? 'zero' : before)

const visits = (world: TaBases): readonly Rule[] => [
  rule('vtl.enter', axes(world), {
    kind: 'environment',
    source: vtl,
    actor: ({ core }) => core,
    sends: ({ call, core }) => ({ call: taCallOf(call), core: taCoreOf(core), register: taRegisterOf(core) }),
  }).does({
    when: {
      idle: ({ call }) => call.value === 'idle' && call.context.visits < world.visits,
      free: ({ core }) => core.value === 'inVtl0',
    },
    events: ({ register }, { core }) => ({
      call: { type: 'ENTER', core },
      core: { type: 'ENTER' },
      register: { type: 'WRITE', base: arriving(world, register.context.base) },
    }),
  }),
  rule('vtl.return', axes(world), {
    source: vtl,
    actor: ({ core }) => core,
    sends: ({ call, core }) => ({ call: taCallOf(call), core: taCoreOf(core) }),
  }).does({
    when: { done: ({ call }) => call.value === 'leaving' || call.value === 'failing', isOn },
    events: () => ({ call: { type: 'RETURN' }, core: { type: 'LEAVE' } }),
  }),
]

const loader = (world: TaBases): readonly Rule[] => [
  rule('ldelf.enter', axes(world), {
    source: `${runner}: run_thread_ref`,
    actor: ({ core }) => core,
    sends: ({ call, core }) => ({ call: taCallOf(call), register: taRegisterOf(core) }),
  }).does({
    when: { dispatching: ({ call }) => call.value === 'dispatching' && !call.context.loaded, isOn },
    events: ({ register }) => ({
      call: { type: 'ENTER_LDELF' },
      register: { type: 'WRITE', base: world.restore === 'at-every-entry' ? 'zero' : register.context.base },
    }),
  }),
  rule('ldelf.leave', axes(world), {
    source: `${runner}: open_session_new_instance`,
    actor: ({ core }) => core,
    sends: ({ call }) => ({ call: taCallOf(call) }),
  }).does({
    when: { inLdelf: ({ call }) => call.value === 'inLdelf', isOn },
    events: () => ({ call: { type: 'LEAVE_LDELF' } }),
  }),
  rule('ta.load', axes(world), {
    source: `${shim}: load_ta_context`,
    actor: ({ core }) => core,
    sends: ({ call }) => ({ call: taCallOf(call) }),
  }).does({
    when: { dispatching: ({ call }) => call.value === 'dispatching' && call.context.loaded, isOn },
    events: () => ({ call: { type: 'LOAD' } }),
  }),
]

const restoration = (world: TaBases): readonly Rule[] => [
  rule('ta.grant', axes(world), {
    source: `${shim}: restore_guest_tls, get_punchthrough_token_for`,
    actor: ({ core }) => core,
    sends: ({ call }) => ({ call: taCallOf(call), token: taTokenOf(call) }),
  }).does({
    when: { loading: ({ call }) => call.value === 'loading', isOn },
    events: () => ({ call: { type: 'GRANT' }, token: { type: 'MINT' } }),
  }),
  rule('ta.restore', axes(world), {
    source: `${shim}: restore_guest_tls, execute`,
    needed: true,
    actor: ({ core }) => core,
    sends: ({ call, core }) => ({ call: taCallOf(call), token: taTokenOf(call), register: taRegisterOf(core) }),
  }).does({
    when: {
      granted: ({ call }) => call.value === 'granted',
      isOn,
      allowed: ({ token }) => world.binding === 'none' || token.value === 'fresh',
    },
    events: (_, { call }) => ({ call: { type: 'USE' }, token: { type: 'USE' }, register: { type: 'WRITE', base: call } }),
  }),
  ...(world.binding === 'core-and-visit' && world.rpc !== 'never' ? [withoutEffect(world, 'ta.refuseStale', 'stale')] : []),
  ...(world.execution === 'may-fail' ? [withoutEffect(world, 'ta.failToRestore', 'fresh')] : []),
]

const consequence = { discard: 'USE', propagate: 'FAIL', 'ask-again': 'ASK_AGAIN' } as const

const withoutEffect = (world: TaBases, name: string, token: 'fresh' | 'stale'): Rule =>
  rule(name, axes(world), {
    kind: token === 'stale' ? 'program' : 'environment',
    source: `${shim}: restore_guest_tls, Err`,
    needed: true,
    actor: ({ core }) => core,
    sends: ({ call }) => ({ call: taCallOf(call), token: taTokenOf(call) }),
  }).does({
    when: {
      granted: ({ call }) => call.value === 'granted',
      isOn,
      isSo: (at) => at.token.value === token,
    },
    events: () => ({ call: { type: consequence[world.failure] }, token: { type: 'USE' } }),
  })

const application = (world: TaBases): readonly Rule[] => [
  rule('ta.enter', axes(world), {
    source: `${platform}: switch_to_user`,
    actor: ({ core }) => core,
    sends: ({ call }) => ({ call: taCallOf(call) }),
  }).does({
    when: { entering: ({ call }) => call.value === 'entering', isOn },
    events: () => ({ call: { type: 'ENTER_TA' } }),
  }),
  rule('ta.callKernel', axes(world), {
    kind: 'environment',
    source: `${platform}: syscall_callback`,
    actor: ({ core }) => core,
    sends: ({ call }) => ({ call: taCallOf(call) }),
  }).does({
    when: { inTa: ({ call }) => call.value === 'inTa', isOn },
    events: () => ({ call: { type: 'CALL' } }),
  }),
  rule('ta.resume', axes(world), {
    source: `${platform}: switch_to_user`,
    actor: ({ core }) => core,
    sends: ({ call }) => ({ call: taCallOf(call) }),
  }).does({
    when: { inKernel: ({ call }) => call.value === 'inKernel', isOn },
    events: () => ({ call: { type: world.restore === 'at-every-entry' ? 'RESTORE' : 'RESUME' } }),
  }),
  rule('ta.finish', axes(world), {
    source: `${platform}: syscall_handler, ContinueOperation::Terminate`,
    actor: ({ core }) => core,
    sends: ({ call }) => ({ call: taCallOf(call) }),
  }).does({
    when: { inTa: ({ call }) => call.value === 'inTa', isOn },
    events: () => ({ call: { type: 'FINISH' } }),
  }),
]

/** Where the kernel might need the normal world; not between a restoration and an entry that belong together. */
const callsOut = ({ restore }: TaBases): readonly string[] =>
  restore === 'at-every-entry' ? ['loading', 'inKernel'] : ['loading', 'granted', 'entering', 'inKernel']

const remoteCalls = (world: TaBases): readonly Rule[] => [
  rule('rpc.leave', axes(world), {
    kind: 'environment',
    source: `${vtl}, "RPC from VTL1 to VTL0"`,
    needed: true,
    actor: ({ core }) => core,
    sends: ({ call, core }) => ({ call: taCallOf(call), core: taCoreOf(core), token: taTokenOf(call) }),
  }).does({
    when: { mayCallOut: ({ call }) => callsOut(world).includes(call.value), isOn },
    events: () => ({ call: { type: 'CALL_OUT' }, core: { type: 'LEAVE' }, token: { type: 'AGE' } }),
  }),
  rule('rpc.comeBack', axes(world), {
    kind: 'environment',
    source: `${vtl}, "the core which makes the RPC can be different"`,
    needed: true,
    actor: ({ core }) => core,
    sends: ({ call, core }) => ({ call: taCallOf(call), core: taCoreOf(core), register: taRegisterOf(core) }),
  }).does({
    when: {
      away: ({ call }) => call.value.startsWith('awayFrom'),
      mayComeHere: ({ call }, { core }) => world.rpc === 'any-core' || call.context.core === `was ${core}`,
      free: ({ core }) => core.value === 'inVtl0',
    },
    events: ({ register }, { core }) => ({
      call: { type: 'COME_BACK', core },
      core: { type: 'ENTER' },
      register: { type: 'WRITE', base: arriving(world, register.context.base) },
    }),
  }),
]
