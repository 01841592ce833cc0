import { finalWhen, type Scenario, type System, scenario, system } from '../checker/index.ts'
import { memory } from '../model/platform/memory-order.ts'
import {
  administrator,
  allowed,
  permissionLock,
  type Revocation,
  revokerOf,
  userOf,
  usingOf,
} from '../model/punchthrough/revocation.ts'
import { revocationRules } from '../model/punchthrough/revocation-rules.ts'
import { revocationClaimNames, revocationProperties } from '../properties/punchthrough-revocation.ts'
import type { Claim } from './claim.ts'

const knobs = {
  /** How a permission is checked and taken back. */
  protocol: ['checked-at-grant', 'checked-before-use', 'locked', 'announced-from-grant', 'announced-around-use'],
  /** Whether a store that announces or revokes reaches memory before the look that follows it. */
  fence: ['none', 'full'],
  memory: ['sc', 'tso'],
  /** Whether a thread may keep a token for ever. */
  keeps: ['never', 'may'],
  threads: [1, 2],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

const rounds = 2

function build({ memory: order, threads: count, ...choice }: Choice): System {
  const threads = ['thread0', 'thread1'].slice(0, count)
  // One entry more than a thread ever stores in its rounds: the bound is never hit.
  const shared = memory({
    order,
    capacity: 2 * rounds + 1,
    cores: [...threads, administrator],
    words: [allowed, ...threads.map(usingOf)],
  })
  const world: Revocation = { ...choice, memory: shared, threads, rounds }
  return system({
    cells: [revokerOf, permissionLock, ...threads.map((thread) => userOf(thread, rounds)), ...shared.cells],
    rules: [...revocationRules(world), ...shared.rules],
    properties: revocationProperties(world),
    final: finalWhen(
      { thread: threads },
      {
        reads: ({ thread }) => ({ user: userOf(thread, rounds), revoker: revokerOf }),
        holds: ({ user, revoker }) => (user.value === 'finished' || user.value === 'keeping') && revoker.value === 'returned',
      },
    ),
    bounds: shared.bounds,
  })
}

export const punchthroughRevocation: Scenario = scenario({
  name: 'punchthrough-revocation',
  story:
    'A permission to punch through is taken back while threads use it. When the revocation has returned, is it in force? ' +
    'Does it return, and does a punchthrough ever wait? Nothing in the source can take a permission back; the article ' +
    'says that tokens prevent stale ones. Leaves out permissions that come back.',
  knobs,
  sizes: { small: { threads: 1 }, full: { threads: 2 } },
  designs: {
    'checked-at-grant': {
      story:
        'What the interface of the source would do: the permission is looked at when the token is given. A token is a ' +
        'permission that nobody can take back, even if it is executed at once: the revocation comes in between.',
      knobs: { protocol: 'checked-at-grant', fence: 'none', memory: 'sc', keeps: 'never' },
      expect: {
        small: { verdict: 'violated', states: 27, violations: { [revocationClaimNames.revoked]: 5 } },
        full: { verdict: 'violated', states: 243, violations: { [revocationClaimNames.revoked]: 5 } },
      },
    },
    'checked-before-use': {
      story: 'A second look in `execute`: the window is smaller, and still one.',
      knobs: { protocol: 'checked-before-use', fence: 'none', memory: 'sc', keeps: 'never' },
      expect: {
        small: { verdict: 'violated', states: 39, violations: { [revocationClaimNames.revoked]: 7 } },
        full: { verdict: 'violated', states: 507, violations: { [revocationClaimNames.revoked]: 7 } },
      },
    },
    'locked-sc': {
      story: 'A lock from the look to the effect, which the revocation takes too. Right, but a punchthrough can wait.',
      knobs: { protocol: 'locked', fence: 'none', memory: 'sc', keeps: 'never' },
      expect: {
        small: { verdict: 'violated', states: 22, violations: { [revocationClaimNames.waits]: 1 } },
        full: { verdict: 'violated', states: 96, violations: { [revocationClaimNames.waits]: 1 } },
      },
    },
    'locked-keeping': {
      story: 'The same lock with a token that is kept: it holds the lock with it, and nobody moves again.',
      knobs: { protocol: 'locked', fence: 'none', memory: 'sc', keeps: 'may' },
      expect: {
        small: { verdict: 'violated', states: 24, violations: { [revocationClaimNames.waits]: 1, 'no deadlock': 3 } },
        full: { verdict: 'violated', states: 108, violations: { [revocationClaimNames.waits]: 1, 'no deadlock': 3 } },
      },
    },
    'announced-from-grant-sc': {
      story: 'Every token is announced from its grant to its end, and the revocation waits until none is left.',
      knobs: { protocol: 'announced-from-grant', fence: 'none', memory: 'sc', keeps: 'never' },
      expect: { small: { verdict: 'holds', states: 32 }, full: { verdict: 'holds', states: 323 } },
    },
    'announced-from-grant-keeping': {
      story: 'The same with a token that is kept for ever, as an affine token may be: the revocation never returns.',
      knobs: { protocol: 'announced-from-grant', fence: 'none', memory: 'sc', keeps: 'may' },
      expect: {
        small: { verdict: 'violated', states: 36, violations: { [revocationClaimNames.returns]: 4, 'no deadlock': 4 } },
        full: { verdict: 'violated', states: 417, violations: { [revocationClaimNames.returns]: 7, 'no deadlock': 7 } },
      },
    },
    'announced-around-use-keeping': {
      story:
        'Only the use is announced, and the permission looked at again within: a kept token keeps nobody, and is refused later.',
      knobs: { protocol: 'announced-around-use', fence: 'none', memory: 'sc', keeps: 'may' },
      expect: { small: { verdict: 'holds', states: 62 }, full: { verdict: 'holds', states: 1219 } },
    },
    'announced-around-use-unfenced-tso': {
      story:
        'The same on x86 with plain stores: the announcement and the revocation wait in their store buffers while each ' +
        'side looks and sees nothing of the other.',
      knobs: { protocol: 'announced-around-use', fence: 'none', memory: 'tso', keeps: 'never' },
      expect: {
        small: { verdict: 'violated', states: 278, violations: { [revocationClaimNames.revoked]: 8 } },
        full: { verdict: 'violated', states: 14589, violations: { [revocationClaimNames.revoked]: 9 } },
      },
    },
    'announced-around-use-tso': {
      story: 'A full fence, or an exchange, between each store and the look that follows it.',
      knobs: { protocol: 'announced-around-use', fence: 'full', memory: 'tso', keeps: 'never' },
      expect: { small: { verdict: 'holds', states: 119 }, full: { verdict: 'holds', states: 3616 } },
    },
  },
  build,
})

export const punchthroughRevocationClaims: readonly Claim[] = [
  {
    article: 'punchthrough',
    quote: 'preventing stale permissions',
    scenario: punchthroughRevocation.name,
    property: revocationClaimNames.revoked,
  },
  {
    article: 'punchthrough',
    quote: 'Platforms can log, restrict, or validate requests at this point before issuing a token',
    scenario: punchthroughRevocation.name,
    property: revocationClaimNames.revoked,
  },
  {
    article: 'punchthrough',
    quote: 'explicitly non-blocking',
    scenario: punchthroughRevocation.name,
    property: revocationClaimNames.waits,
  },
]
