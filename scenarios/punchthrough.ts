import { finalWhen, type Scenario, type System, scenario, system } from '../checker/index.ts'
import { auditOf } from '../model/punchthrough/audit-log.ts'
import { callerOf } from '../model/punchthrough/caller.ts'
import { delayRules } from '../model/punchthrough/delays.ts'
import { executionRules } from '../model/punchthrough/execution.ts'
import { grantRules } from '../model/punchthrough/grants.ts'
import { fsBaseOf, type Punchthroughs, requestsOf } from '../model/punchthrough/requests.ts'
import { tokenOf } from '../model/punchthrough/token.ts'
import { punchthroughClaimNames, punchthroughProperties } from '../properties/punchthrough.ts'

const knobs = {
  /** What holds a token to its use: nothing, the obligation to use it, the scope of one call; or it can be copied. */
  token: ['affine', 'linear', 'scoped', 'copyable'],
  /** On which thread a token has an effect: on whichever executes it, or only on the one that asked. */
  binding: ['executing-thread', 'asking-thread'],
  /** Whether a caller executes a token where it got it, or may do something else first. */
  delay: ['immediate', 'arbitrary'],
  /** Whether every request is granted. */
  policy: ['always', 'denies-some', 'unsupported-some', 'asks-host'],
  /** What a caller does when it is denied what it asks for. */
  denial: ['panic', 'errno'],
  execution: ['never-fails', 'may-fail'],
  /** What a caller does with an execution that fails. */
  failure: ['propagate', 'discard', 'panic'],
  /** When the platform writes its log. */
  audit: ['none', 'at-grant', 'before-use', 'after-use', 'intent-and-outcome'],
  /** How many of the two threads may put a token away. */
  lazy: [1, 2],
  /** Two settings of the base, and a reading of it besides. */
  requests: [2, 3],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ lazy, requests, ...choice }: Choice): System {
  const threads = ['thread0', 'thread1']
  const kinds = (['first', 'second', 'reading'] as const).slice(0, requests)
  const world: Punchthroughs = { ...choice, threads, kinds, lazy: threads.slice(0, lazy) }
  const names = requestsOf(world).map(({ name }) => name)
  return system({
    cells: [
      ...threads.flatMap((thread) => [callerOf(thread), fsBaseOf(thread)]),
      ...names.flatMap((name) => [tokenOf(name), auditOf(name)]),
    ],
    rules: [...grantRules(world), ...executionRules(world), ...delayRules(world)],
    properties: punchthroughProperties(world),
    final: finalWhen(
      { thread: threads },
      {
        reads: ({ thread }) => ({ caller: callerOf(thread) }),
        holds: ({ caller }) => caller.value === 'entered' || caller.value === 'panicked',
      },
    ),
  })
}

/** What the callers of the source do, on the platforms of the source. */
const snapshot = {
  token: 'affine',
  binding: 'executing-thread',
  delay: 'immediate',
  policy: 'always',
  denial: 'panic',
  execution: 'never-fails',
  failure: 'propagate',
  audit: 'none',
} as const
/** The same on a platform that writes a line before it acts. */
const logged = { ...snapshot, audit: 'before-use' } as const
/** What the types of the source permit its callers. */
const permitted = { ...logged, delay: 'arbitrary' } as const

export const punchthrough: Scenario = scenario({
  name: 'punchthrough',
  story:
    'Two threads ask for punchthroughs on behalf of their guests and then enter them. Does every token act once, on the ' +
    'thread that asked, in the order of the requests? Is every effect in the log, and is a refusal told to the guest? ' +
    'Leaves out how a base gets into the register (punchthrough-entry, punchthrough-optee) and revocation ' +
    '(punchthrough-revocation).',
  knobs,
  sizes: { small: { lazy: 1, requests: 2 }, full: { lazy: 2, requests: 3 } },
  designs: {
    snapshot: {
      story:
        'The callers of the source on its platforms: every request is granted, and every token is executed in the ' +
        'expression that got it. What the interface leaves open, the callers keep; but no platform logs anything.',
      knobs: snapshot,
      expect: {},
    },
    'logged-before-use': {
      story: 'The callers of the source on a platform that logs each execution before it acts.',
      knobs: logged,
      expect: {},
    },
    'snapshot-interface': {
      story:
        'What the interface of the source permits, with that log: a token is a plain value that can be kept, handed to ' +
        'another thread and dropped. The comment at `PunchthroughToken` allows the delay, and the effect is on ' +
        'whichever thread executes it. No caller does any of it.',
      knobs: permitted,
      bugs: ['LB-45'],
      expect: {},
    },
    'must-be-used': {
      story:
        'A token that cannot be dropped: whoever has one must execute it before it enters its guest. That brings every ' +
        'effect, but neither to the right thread nor in the right order.',
      knobs: { ...permitted, token: 'linear' },
      bugs: ['LB-45'],
      expect: {},
    },
    'bound-to-thread': {
      story:
        'A token that has an effect only on the thread that asked, and is refused elsewhere. It can still be late, ' +
        'and then it undoes what came after it.',
      knobs: { ...permitted, binding: 'asking-thread' },
      bugs: ['LB-45'],
      expect: {},
    },
    'must-be-used-and-bound': {
      story: 'Both: every token acts, and on its own thread; late ones still act out of order.',
      knobs: { ...permitted, token: 'linear', binding: 'asking-thread' },
      bugs: ['LB-45'],
      expect: {},
    },
    scoped: {
      story:
        'The provider takes what is to be done and does it within the call: there is no token to keep. Pull request 806 ' +
        'goes this way and removes the tokens.',
      knobs: { ...permitted, token: 'scoped' },
      bugs: ['LB-45'],
      expect: {},
    },
    copyable: {
      story: 'A token that `execute` does not consume: what a copy does later undoes what was asked in between.',
      knobs: { ...logged, token: 'copyable' },
      expect: {},
    },
    'snapshot-denied': {
      story: 'The callers of the source on a platform that refuses, as the mock platform refuses everything: they panic.',
      knobs: { ...logged, policy: 'denies-some' },
      expect: {},
    },
    'denied-with-errno': {
      story: 'Callers that tell their guest what the platform has refused.',
      knobs: { ...logged, policy: 'denies-some', denial: 'errno' },
      expect: {},
    },
    'snapshot-unsupported': {
      story:
        'The callers of the source on a platform that grants and then answers that it does not support the request, as ' +
        '`IgnoredPunchthroughProvider` does: they panic, and the log has a line for nothing.',
      knobs: { ...logged, policy: 'unsupported-some' },
      expect: {},
    },
    'unsupported-with-errno': {
      story: 'Callers that tell their guest, and a log that says what came of each request.',
      knobs: { ...snapshot, policy: 'unsupported-some', denial: 'errno', audit: 'intent-and-outcome' },
      expect: {},
    },
    'failure-discarded': {
      story:
        'A platform whose executions can fail, and a caller that drops the answer, as `restore_guest_tls` of the OP-TEE ' +
        'shim does: the guest is entered without its base. No platform of the source fails on x86-64.',
      knobs: { ...snapshot, execution: 'may-fail', failure: 'discard', audit: 'intent-and-outcome' },
      expect: {},
    },
    'failure-unwrapped': {
      story: 'A caller that takes an error for impossible, as the start of a new thread does.',
      knobs: { ...snapshot, execution: 'may-fail', failure: 'panic', audit: 'intent-and-outcome' },
      expect: {},
    },
    'failure-propagated': {
      story: 'A caller that hands the error to its guest, and a log that says what came of each request.',
      knobs: { ...snapshot, execution: 'may-fail', audit: 'intent-and-outcome' },
      expect: {},
    },
    'logged-before-use-failing': {
      story: 'A line before each execution, where executions can fail: the log claims what never happened.',
      knobs: { ...logged, execution: 'may-fail' },
      expect: {},
    },
    'logged-after-use': {
      story: 'A line after each execution: between the effect and the line the log does not know of it.',
      knobs: { ...snapshot, audit: 'after-use' },
      expect: {},
    },
    'logged-at-grant': {
      story: 'The gatekeeper of the article: the platform logs what it grants. It is enough for the callers of the source.',
      knobs: { ...snapshot, audit: 'at-grant' },
      expect: {},
    },
    'logged-at-grant-permitted': {
      story: 'The same log with what the interface permits: it has lines for tokens that were dropped, and none of their delay.',
      knobs: { ...permitted, audit: 'at-grant' },
      expect: {},
    },
    'asks-host': {
      story: 'A platform that leaves the decision to its host, which answers when it likes, or never.',
      knobs: { ...logged, policy: 'asks-host', denial: 'errno' },
      expect: {},
    },
  },
  build,
})
