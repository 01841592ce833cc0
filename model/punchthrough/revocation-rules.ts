import { type Rule, rule } from '../../checker/index.ts'
import { drained, loaded } from '../platform/memory-order.ts'
import { stored } from '../platform/shared-word.ts'
import { administrator, allowed, permissionLock, type Revocation, revokerOf, userOf, usingOf } from './revocation.ts'

/*
 * How a permission is looked at, used and taken back: see `revocation.ts`.
 *
 * Leaves out what is left out there.
 */

const provider = 'litebox/src/platform/mod.rs: PunchthroughProvider::get_punchthrough_token_for'
const execute = 'litebox/src/platform/mod.rs: PunchthroughToken::execute'

export const revocationRules = (world: Revocation): readonly Rule[] => [
  ask(world),
  look(world, 'permission.check', 'asking'),
  ...beforeUse(world),
  act(world),
  ...(world.keeps === 'may' ? [keep(world)] : []),
  withdraw(world),
  ...revoke(world),
]

const ask = ({ memory: { storePort }, threads, rounds, protocol }: Revocation): Rule => {
  const locks = protocol === 'locked'
  const announces = protocol === 'announced-from-grant'
  return rule(
    'permission.ask',
    { thread: threads },
    {
      source: provider,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({
        user: userOf(thread, rounds),
        lock: locks ? [permissionLock] : [],
        port: announces ? [storePort(thread, usingOf(thread))] : [],
      }),
      waitsFor: ['lock', 'port'],
    },
  ).does({
    when: { idle: ({ user }) => user.value === 'idle' },
    events: (_, { thread }) => ({
      user: { type: locks ? 'LOCKED' : announces ? 'ANNOUNCED' : 'ASK' },
      lock: { type: 'ACQUIRE', holder: thread },
      port: stored(usingOf(thread), true),
    }),
  })
}

/** Whether this look follows an announcement that it must not overtake. */
const isFenced = ({ protocol, fence }: Revocation, phase: 'asking' | 'checking'): boolean =>
  fence === 'full' && protocol === (phase === 'asking' ? 'announced-from-grant' : 'announced-around-use')

const look = (world: Revocation, name: string, phase: 'asking' | 'checking'): Rule =>
  rule(
    name,
    { thread: world.threads },
    {
      source: `${phase === 'asking' ? provider : execute}, with a permission to check`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ ports: world.memory.loadPorts(thread, allowed), own: world.memory.fencePorts(thread) }),
      sends: ({ thread }) => ({ user: userOf(thread, world.rounds) }),
    },
  ).does({
    when: {
      atLook: ({ user }) => user.value === phase,
      drained: ({ own }) => !isFenced(world, phase) || drained(own),
    },
    events: ({ ports }) => ({ user: { type: loaded(allowed, ports) ? 'SEE_ALLOWED' : 'SEE_REVOKED' } }),
  })

const beforeUse = (world: Revocation): readonly Rule[] => {
  const { memory, threads, rounds, protocol } = world
  if (protocol !== 'checked-before-use' && protocol !== 'announced-around-use') return []
  const announces = protocol === 'announced-around-use'
  return [
    rule(
      'permission.prepareUse',
      { thread: threads },
      {
        source: execute,
        actor: ({ thread }) => thread,
        sends: ({ thread }) => ({
          user: userOf(thread, rounds),
          port: announces ? [memory.storePort(thread, usingOf(thread))] : [],
        }),
        waitsFor: ['port'],
      },
    ).does({
      when: { holding: ({ user }) => user.value === 'holding' },
      events: (_, { thread }) => ({
        user: { type: announces ? 'ANNOUNCED' : 'PREPARE' },
        port: stored(usingOf(thread), true),
      }),
    }),
    look(world, 'permission.checkAgain', 'checking'),
  ]
}

const act = ({ threads, rounds, protocol }: Revocation): Rule => {
  const looksTwice = protocol === 'checked-before-use' || protocol === 'announced-around-use'
  return rule(
    'permission.act',
    { thread: threads },
    {
      source: execute,
      needed: true,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ user: userOf(thread, rounds) }),
    },
  ).does({
    when: { mayAct: ({ user }) => user.value === (looksTwice ? 'cleared' : 'holding') },
    events: () => ({ user: { type: 'ACT' } }),
  })
}

/** A token that is neither executed nor dropped; in Rust it can even be leaked. */
const keep = ({ threads, rounds }: Revocation): Rule =>
  rule(
    'permission.keep',
    { thread: threads },
    {
      kind: 'environment',
      source: 'litebox/src/platform/mod.rs: PunchthroughToken, "some indeterminate point in the future"',
      needed: true,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ user: userOf(thread, rounds) }),
    },
  ).does({
    when: { holding: ({ user }) => user.value === 'holding' },
    events: () => ({ user: { type: 'KEEP' } }),
  })

const withdraw = ({ memory: { storePort }, threads, rounds, protocol }: Revocation): Rule => {
  const locks = protocol === 'locked'
  const announces = protocol === 'announced-from-grant' || protocol === 'announced-around-use'
  return rule(
    'permission.withdraw',
    { thread: threads },
    {
      source: execute,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({
        user: userOf(thread, rounds),
        lock: locks ? [permissionLock] : [],
        port: announces ? [storePort(thread, usingOf(thread))] : [],
      }),
      waitsFor: ['port'],
    },
  ).does({
    when: { withdrawing: ({ user }) => user.value === 'withdrawing' },
    events: (_, { thread }) => ({
      user: { type: 'WITHDRAWN' },
      lock: { type: 'RELEASE' },
      port: stored(usingOf(thread), false),
    }),
  })
}

const revoke = (world: Revocation): readonly Rule[] => {
  const { memory, threads, protocol, fence } = world
  const locks = protocol === 'locked'
  const awaits = protocol === 'announced-from-grant' || protocol === 'announced-around-use'
  const source = 'an administrator of the permission, which the source has not'
  return [
    ...(locks
      ? [
          rule(
            'revocation.lock',
            {},
            {
              source,
              actor: () => administrator,
              sends: () => ({ revoker: revokerOf, lock: permissionLock }),
              waitsFor: ['lock'],
            },
          ).does({
            when: { idle: ({ revoker }) => revoker.value === 'idle' },
            events: () => ({ revoker: { type: 'LOCKED' }, lock: { type: 'ACQUIRE', holder: administrator } }),
          }),
        ]
      : []),
    rule(
      'revocation.begin',
      {},
      {
        source,
        needed: true,
        actor: () => administrator,
        sends: () => ({ revoker: revokerOf, port: memory.storePort(administrator, allowed) }),
        waitsFor: ['port'],
      },
    ).does({
      when: { ready: ({ revoker }) => revoker.value === (locks ? 'revoking' : 'idle') },
      events: () => ({ revoker: { type: 'REVOKED' }, port: stored(allowed, false) }),
    }),
    ...(awaits
      ? [
          rule(
            'revocation.findIdle',
            { thread: threads },
            {
              source,
              actor: () => administrator,
              sees: ({ thread }) => ({
                ports: memory.loadPorts(administrator, usingOf(thread)),
                own: memory.fencePorts(administrator),
              }),
              sends: () => ({ revoker: revokerOf }),
            },
          ).does({
            when: {
              isNext: ({ revoker }, { thread }) => revoker.value === 'awaitingUsers' && threads[revoker.context.asked] === thread,
              drained: ({ own }) => fence === 'none' || drained(own),
              withdrawn: ({ ports }, { thread }) => !loaded(usingOf(thread), ports),
            },
            events: () => ({ revoker: { type: 'FOUND_IDLE' } }),
          }),
        ]
      : []),
    rule(
      'revocation.return',
      {},
      {
        source,
        actor: () => administrator,
        sees: () => ({ own: memory.fencePorts(administrator) }),
        sends: () => ({ revoker: revokerOf, lock: locks ? [permissionLock] : [] }),
      },
    ).does({
      when: {
        done: ({ revoker }) => revoker.value === 'awaitingUsers' && (!awaits || revoker.context.asked === threads.length),
        drained: ({ own }) => awaits || drained(own),
      },
      events: () => ({ revoker: { type: 'RETURN' }, lock: { type: 'RELEASE' } }),
    }),
  ]
}
