import { finalWhen, type System, system } from '../../checker/index.ts'
import { auditOf } from '../../model/punchthrough/audit-log.ts'
import { callerOf } from '../../model/punchthrough/caller.ts'
import { delayRules } from '../../model/punchthrough/delays.ts'
import { executionRules } from '../../model/punchthrough/execution.ts'
import { grantRules } from '../../model/punchthrough/grants.ts'
import { fsBaseOf, type Punchthroughs, requestsOf } from '../../model/punchthrough/requests.ts'
import { tokenOf } from '../../model/punchthrough/token.ts'
import { punchthroughProperties } from '../../properties/punchthrough.ts'

export const knobs = {
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
  /**
   * How many of the two threads set their base twice, read it, and may put tokens away; another sets it once and
   * executes its token at once.
   */
  busy: [1, 2],
} as const

export type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

export function build({ busy, ...choice }: Choice): System {
  const threads = ['thread0', 'thread1']
  const lazy = threads.slice(0, busy)
  const world: Punchthroughs = {
    ...choice,
    threads,
    lazy,
    program: (thread) => (lazy.includes(thread) ? ['first', 'second', 'reading'] : ['first']),
  }
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
