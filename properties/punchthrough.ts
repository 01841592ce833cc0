import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { auditOf } from '../model/punchthrough/audit-log.ts'
import { callerOf } from '../model/punchthrough/caller.ts'
import { fsBaseOf, mayWait, type Punchthroughs, requestNamed, requestsOf } from '../model/punchthrough/requests.ts'
import { tokenOf } from '../model/punchthrough/token.ts'

export const punchthroughClaimNames = {
  once: 'a token acts at most once',
  thread: 'a token acts on the thread that asked for it',
  order: 'the requests of a thread take effect in the order in which it made them',
  atOnce: 'a token is used before its thread does anything else',
  entry: 'a guest is entered with the base that it was told',
  reading: 'a guest that reads its base reads the one that it was told',
  logged: 'every effect is in the log',
  honest: 'once a call is over the log says nothing but what has happened',
  stops: 'no answer of the platform stops the host',
  waits: 'a punchthrough never waits',
} as const

export const punchthroughProperties = (world: Punchthroughs): readonly Property[] => [
  ...tokens(world),
  ...bases(world),
  ...log(world),
  ...answers(world),
  ...witnesses(world),
]

const names = (world: Punchthroughs): readonly string[] => requestsOf(world).map(({ name }) => name)

const tokens = (world: Punchthroughs): readonly Property[] => [
  always(
    punchthroughClaimNames.once,
    { request: names(world) },
    { reads: ({ request }) => ({ token: tokenOf(request) }), holds: ({ token }) => token.context.uses <= 1 },
  ),
  always(
    punchthroughClaimNames.atOnce,
    { request: names(world) },
    {
      reads: ({ request }) => ({ token: tokenOf(request), caller: callerOf(requestNamed(world, request).thread) }),
      holds: ({ token, caller }, { request }) => token.value !== 'held' || caller.context.next <= requestNamed(world, request).at,
    },
  ),
]

/** The thread that asked for a base, and the place of the request in its program; nobody asked for the first. */
const origin = (world: Punchthroughs, base: string): { readonly thread: string; readonly at: number } | undefined =>
  base === 'none' ? undefined : requestNamed(world, base)

const bases = (world: Punchthroughs): readonly Property[] => [
  always(
    punchthroughClaimNames.thread,
    { thread: world.threads },
    {
      reads: ({ thread }) => ({ fsBase: fsBaseOf(thread) }),
      holds: ({ fsBase }, { thread }) => (origin(world, fsBase.context.base)?.thread ?? thread) === thread,
    },
  ),
  onStep(
    punchthroughClaimNames.order,
    { thread: world.threads },
    {
      reads: ({ thread }) => ({ fsBase: fsBaseOf(thread) }),
      holds: (before, after) => {
        const [old, young] = [origin(world, before.fsBase.context.base), origin(world, after.fsBase.context.base)]
        return old === undefined || young === undefined || old.thread !== young.thread || old.at <= young.at
      },
    },
  ),
  always(
    punchthroughClaimNames.entry,
    { thread: world.threads },
    {
      reads: ({ thread }) => ({ caller: callerOf(thread), fsBase: fsBaseOf(thread) }),
      holds: ({ caller, fsBase }) => caller.value !== 'entered' || fsBase.context.base === caller.context.told,
    },
  ),
  always(
    punchthroughClaimNames.reading,
    { thread: world.threads },
    {
      where: ({ thread }) => world.program(thread).includes('reading'),
      reads: ({ thread }) => ({ caller: callerOf(thread) }),
      holds: ({ caller }) => caller.context.read === 'nothing' || caller.context.read === caller.context.told,
    },
  ),
]

const log = (world: Punchthroughs): readonly Property[] => [
  always(
    punchthroughClaimNames.logged,
    { request: names(world) },
    {
      reads: ({ request }) => ({ token: tokenOf(request), audit: auditOf(request) }),
      holds: ({ token, audit }) => token.context.uses === 0 || audit.value === 'promised' || audit.value === 'effected',
    },
  ),
  always(
    punchthroughClaimNames.honest,
    { request: names(world) },
    {
      reads: ({ request }) => ({
        token: tokenOf(request),
        audit: auditOf(request),
        caller: callerOf(requestNamed(world, request).thread),
      }),
      holds: ({ token, audit, caller }, { request }) => {
        const isOver = caller.value === 'panicked' || caller.context.next > requestNamed(world, request).at
        const claimsEffect = audit.value === 'promised' || audit.value === 'effected'
        return !isOver || !claimsEffect || token.context.uses > 0
      },
    },
  ),
]

const answers = (world: Punchthroughs): readonly Property[] => [
  always(
    punchthroughClaimNames.stops,
    { thread: world.threads },
    { reads: ({ thread }) => ({ caller: callerOf(thread) }), holds: ({ caller }) => caller.value !== 'panicked' },
  ),
  leadsTo(
    punchthroughClaimNames.waits,
    { thread: world.threads },
    {
      reads: ({ thread }) => ({ caller: callerOf(thread) }),
      from: ({ caller }) => caller.value === 'holding' || caller.value === 'awaitingHost',
      to: ({ caller }) => caller.value === 'calling' || caller.value === 'entered' || caller.value === 'panicked',
    },
  ),
]

const lastBase = (world: Punchthroughs, thread: string): string =>
  `${thread}.${world.program(thread).findLast((kind) => kind !== 'reading')}`

const witnesses = (world: Punchthroughs): readonly Property[] => [
  sometimes(
    'a token is used',
    { request: names(world) },
    { reads: ({ request }) => ({ token: tokenOf(request) }), holds: ({ token }) => token.context.uses > 0 },
  ),
  sometimes(
    'a guest is entered with the base that it asked for last',
    { thread: world.threads },
    {
      reads: ({ thread }) => ({ caller: callerOf(thread), fsBase: fsBaseOf(thread) }),
      holds: ({ caller, fsBase }, { thread }) => caller.value === 'entered' && fsBase.context.base === lastBase(world, thread),
    },
  ),
  ...(mayWait(world)
    ? [
        sometimes(
          'a token is used after its thread went on',
          { request: names(world) },
          {
            where: ({ request }) => world.lazy.includes(requestNamed(world, request).thread),
            reads: ({ request }) => ({ token: tokenOf(request), caller: callerOf(requestNamed(world, request).thread) }),
            holds: ({ token, caller }, { request }) =>
              token.value === 'held' && caller.context.late && caller.context.inHand === request,
          },
        ),
      ]
    : []),
]
