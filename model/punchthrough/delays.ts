import { type Rule, rule } from '../../checker/index.ts'
import { callerOf } from './caller.ts'
import { mayWait, type Punchthroughs, type Request, requestNamed, requestsOf } from './requests.ts'
import { tokenOf } from './token.ts'

/*
 * What can become of a token between its grant and its use.
 *
 * Models: what the interface permits and no caller does (`litebox/src/platform/mod.rs: PunchthroughToken`, `at that point,
 * or at some indeterminate point in the future`): the caller puts the token away and tells its guest that all is done;
 * later it executes it, hands it to another thread, which may execute it, or drops it (`PunchthroughToken` has no
 * `#[must_use]`). One who must use its tokens cannot drop them.
 *
 * Leaves out: tokens that are kept while the guest runs.
 */

const trait = 'litebox/src/platform/mod.rs: PunchthroughToken'

export const delayRules = (world: Punchthroughs): readonly Rule[] => [
  ...(mayWait(world) || world.token === 'copyable' ? [pickUp(world)] : []),
  ...(mayWait(world) ? [putAway(world), handOver(world)] : []),
  ...(mayWait(world) && world.token !== 'linear' ? [forget(world)] : []),
]

const names = (world: Punchthroughs): readonly string[] => requestsOf(world).map((request) => request.name)
/** The requests whose tokens may be put away. */
const lazyNames = (world: Punchthroughs): readonly string[] =>
  requestsOf(world)
    .filter(({ thread }) => world.lazy.includes(thread))
    .map((request) => request.name)

const putAway = (world: Punchthroughs): Rule =>
  rule(
    'caller.putAway',
    { request: lazyNames(world) },
    {
      source: `${trait}, "some indeterminate point in the future"`,
      needed: true,
      actor: ({ request }) => requestNamed(world, request).thread,
      sends: ({ request }) => ({ caller: callerOf(requestNamed(world, request).thread) }),
    },
  ).does({
    when: {
      holding: ({ caller }, { request }) => caller.value === 'holding' && caller.context.inHand === request,
      new: ({ caller }) => !caller.context.late,
    },
    events: ({ caller }, { request }) => ({
      caller: { type: 'PUT_AWAY', told: toldOf(requestNamed(world, request), caller.context.told) },
    }),
  })

const toldOf = ({ kind, name }: Request, before: string): string => (kind === 'reading' ? before : name)

const pickUp = (world: Punchthroughs): Rule =>
  rule(
    'caller.pickUp',
    { thread: world.threads, request: world.token === 'copyable' ? names(world) : lazyNames(world) },
    {
      source: `${trait}::execute`,
      needed: true,
      actor: ({ thread }) => thread,
      sees: ({ request }) => ({ token: tokenOf(request) }),
      sends: ({ thread }) => ({ caller: callerOf(thread) }),
    },
  ).does({
    when: {
      calling: ({ caller }) => caller.value === 'calling',
      holds: ({ token }, { thread }) => token.value === 'held' && token.context.holder === thread,
    },
    events: (_, { request }) => ({ caller: { type: 'PICK_UP', request } }),
  })

const handOver = (world: Punchthroughs): Rule =>
  rule(
    'caller.handOver',
    { thread: world.threads, request: lazyNames(world), to: world.threads },
    {
      source: `${trait}, a plain value that can be sent to another thread`,
      where: ({ thread, to }) => thread !== to,
      actor: ({ thread }) => thread,
      sees: ({ thread, to }) => ({ caller: callerOf(thread), other: callerOf(to) }),
      sends: ({ request }) => ({ token: tokenOf(request) }),
    },
  ).does({
    when: {
      calling: ({ caller }) => caller.value === 'calling',
      holds: ({ token }, { thread }) => token.value === 'held' && token.context.holder === thread,
      isIn: ({ other }) => other.value !== 'entered' && other.value !== 'panicked',
    },
    events: (_, { to }) => ({ token: { type: 'HAND_OVER', to } }),
  })

const forget = (world: Punchthroughs): Rule =>
  rule(
    'caller.forget',
    { thread: world.threads, request: lazyNames(world) },
    {
      source: `${trait}, dropped`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ caller: callerOf(thread) }),
      sends: ({ request }) => ({ token: tokenOf(request) }),
    },
  ).does({
    when: {
      calling: ({ caller }) => caller.value === 'calling',
      holds: ({ token }, { thread }) => token.value === 'held' && token.context.holder === thread,
    },
    events: () => ({ token: { type: 'FORGET' } }),
  })
