import { type Rule, rule } from '../../checker/index.ts'
import { auditOf } from './audit-log.ts'
import { callerOf } from './caller.ts'
import { type Punchthroughs, requestNamed, requestsOf } from './requests.ts'
import { tokenOf } from './token.ts'

/*
 * How a platform answers a request: with a token, or with none.
 *
 * Models: `litebox/src/platform/mod.rs: PunchthroughProvider::get_punchthrough_token_for`. Every real platform grants
 * everything at once; `litebox/src/platform/mock.rs` grants nothing; the trait allows a check (`possibly after checking
 * that it is ok`), here one that denies what it likes, or one that asks a host which may take its time. A denied caller
 * panics (`.expect`), or tells its guest.
 *
 * Leaves out: what a check would look at.
 */

const provider = 'litebox/src/platform/mod.rs: PunchthroughProvider::get_punchthrough_token_for'
const callers = 'litebox_shim_linux/src/syscalls/process.rs: Task::sys_arch_prctl'

export const grantRules = (world: Punchthroughs): readonly Rule[] => [
  ...(world.policy === 'asks-host' ? hostGrants(world) : [grant(world, 'provider.grant', 'program', 'calling')]),
  ...(world.policy === 'denies-some' ? [refuse(world, 'provider.refuse', 'calling')] : []),
  enter(world),
]

const grant = (world: Punchthroughs, name: string, kind: Rule['kind'], phase: 'calling' | 'awaitingHost'): Rule =>
  rule(
    name,
    { request: requestsOf(world).map((request) => request.name) },
    {
      kind,
      source: provider,
      needed: true,
      actor: ({ request }) => (kind === 'program' ? requestNamed(world, request).thread : 'host'),
      sends: ({ request }) => ({
        caller: callerOf(requestNamed(world, request).thread),
        token: tokenOf(request),
        audit: world.audit === 'at-grant' ? [auditOf(request)] : [],
      }),
    },
  ).does({
    when: {
      asking: ({ caller }) => caller.value === phase,
      isNext: ({ caller }, { request }) => caller.context.next === requestNamed(world, request).at,
    },
    events: (_, { request }) => ({
      caller: { type: 'GRANT', request },
      token: { type: 'MINT', holder: requestNamed(world, request).thread },
      audit: { type: 'PROMISE' },
    }),
  })

const refuse = (world: Punchthroughs, name: string, phase: 'calling' | 'awaitingHost'): Rule =>
  rule(
    name,
    { request: requestsOf(world).map((request) => request.name) },
    {
      kind: 'environment',
      source: `${callers}, expect`,
      needed: true,
      actor: ({ request }) => (phase === 'calling' ? requestNamed(world, request).thread : 'host'),
      sends: ({ request }) => ({ caller: callerOf(requestNamed(world, request).thread) }),
    },
  ).does({
    when: {
      asking: ({ caller }) => caller.value === phase,
      isNext: ({ caller }, { request }) => caller.context.next === requestNamed(world, request).at,
    },
    events: () => ({ caller: { type: world.denial === 'panic' ? 'PANIC' : 'REFUSE' } }),
  })

const hostGrants = (world: Punchthroughs): readonly Rule[] => [
  rule(
    'provider.askHost',
    { request: requestsOf(world).map((request) => request.name) },
    {
      source: `${provider}, on a platform that leaves the decision to its host`,
      actor: ({ request }) => requestNamed(world, request).thread,
      sends: ({ request }) => ({ caller: callerOf(requestNamed(world, request).thread) }),
    },
  ).does({
    when: {
      calling: ({ caller }) => caller.value === 'calling',
      isNext: ({ caller }, { request }) => caller.context.next === requestNamed(world, request).at,
    },
    events: () => ({ caller: { type: 'ASK_HOST' } }),
  }),
  grant(world, 'host.grant', 'environment', 'awaitingHost'),
  refuse(world, 'host.refuse', 'awaitingHost'),
  // Nothing obliges a host to answer.
  rule(
    'host.delay',
    { thread: world.threads },
    {
      kind: 'environment',
      source: 'a host that has not answered yet',
      actor: () => 'host',
      sends: ({ thread }) => ({ caller: callerOf(thread) }),
    },
  ).does({
    when: { awaitingHost: ({ caller }) => caller.value === 'awaitingHost' },
    events: () => ({ caller: { type: 'DELAY' } }),
  }),
]

/** The guest is entered when every request is answered; one who must use its tokens has none left then. */
const enter = (world: Punchthroughs): Rule =>
  rule(
    'caller.enterGuest',
    { thread: world.threads },
    {
      source: 'litebox/src/shim.rs: ContinueOperation::Resume',
      needed: true,
      actor: ({ thread }) => thread,
      sees: () => ({
        tokens: world.token === 'linear' ? requestsOf(world).map((request) => tokenOf(request.name)) : [],
      }),
      sends: ({ thread }) => ({ caller: callerOf(thread) }),
    },
  ).does({
    when: {
      answered: ({ caller }, { thread }) => caller.value === 'calling' && caller.context.next === world.program(thread).length,
      usedUp: ({ tokens }, { thread }) => tokens.every((token) => token.value !== 'held' || token.context.holder !== thread),
    },
    events: () => ({ caller: { type: 'ENTER' } }),
  })
