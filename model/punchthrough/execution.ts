import { type Rule, rule } from '../../checker/index.ts'
import { auditOf } from './audit-log.ts'
import { callerOf, type Outcome } from './caller.ts'
import { fsBaseOf, mayWait, type Punchthroughs, type Request, requestNamed, requestsOf } from './requests.ts'
import { tokenOf } from './token.ts'

/*
 * What executing a token does: to the FS base of the thread that executes it, to the log, and to its caller.
 *
 * Models: `litebox/src/platform/mod.rs: PunchthroughToken::execute` and its implementations, each of which writes or
 * reads the base of whoever runs it; and what the callers do with the answer (see `caller.ts`).
 *
 * Leaves out: a failure after half of an effect; every effect is one word.
 */

const execute = 'litebox/src/platform/mod.rs: PunchthroughToken::execute'

export const executionRules = (world: Punchthroughs): readonly Rule[] => [
  ...(logsIntent(world) ? [intend(world)] : []),
  act(world),
  ...(world.execution === 'may-fail' ? [spend(world, 'token.fail', { outcome: 'failed', kind: 'environment' })] : []),
  ...(world.policy === 'unsupported-some'
    ? [spend(world, 'token.findUnsupported', { outcome: 'unsupported', kind: 'environment' })]
    : []),
  ...(world.binding === 'asking-thread' && mayWait(world)
    ? [spend(world, 'token.refuseOtherThread', { outcome: 'failed', where: (at) => isElsewhere(world, at) })]
    : []),
  ...(logsOutcome(world) ? [record(world)] : []),
  ...settlements(world),
]

const logsIntent = ({ audit }: Punchthroughs): boolean => audit === 'before-use' || audit === 'intent-and-outcome'
const logsOutcome = ({ audit }: Punchthroughs): boolean => audit === 'after-use' || audit === 'intent-and-outcome'

type At = { readonly thread: string; readonly request: string }

/** Who may have which token in hand: everybody, where tokens can be handed over. */
const axes = (world: Punchthroughs) => ({
  thread: world.threads,
  request: requestsOf(world).map((request) => request.name),
})
const canHold =
  (world: Punchthroughs) =>
  ({ thread, request }: At): boolean =>
    requestNamed(world, request).thread === thread || (mayWait(world) && world.lazy.includes(requestNamed(world, request).thread))

const isElsewhere = (world: Punchthroughs, { thread, request }: At): boolean => requestNamed(world, request).thread !== thread

const intend = (world: Punchthroughs): Rule =>
  rule('audit.promise', axes(world), {
    source: `${execute}, on a platform that logs what it is about to do`,
    where: canHold(world),
    actor: ({ thread }) => thread,
    sends: ({ thread, request }) => ({ caller: callerOf(thread), audit: auditOf(request) }),
  }).does({
    when: {
      holding: ({ caller }, { request }) => caller.value === 'holding' && caller.context.inHand === request,
    },
    events: () => ({ caller: { type: 'INTEND' }, audit: { type: 'PROMISE' } }),
  })

const atUse = (world: Punchthroughs): 'intending' | 'holding' => (logsIntent(world) ? 'intending' : 'holding')

const act = (world: Punchthroughs): Rule =>
  rule('token.act', axes(world), {
    source: execute,
    needed: true,
    where: canHold(world),
    actor: ({ thread }) => thread,
    sends: ({ thread, request }) => ({ caller: callerOf(thread), token: tokenOf(request), fsBase: fsBaseOf(thread) }),
  }).does({
    when: {
      atUse: ({ caller }, { request }) => caller.value === atUse(world) && caller.context.inHand === request,
      allowed: (_, at) => world.binding === 'executing-thread' || !isElsewhere(world, at),
    },
    events: ({ token, fsBase }, { request }) => {
      const { kind } = requestNamed(world, request)
      const { base } = fsBase.context
      return {
        caller: { type: 'EXECUTE', outcome: 'done', found: kind === 'reading' ? base : 'nothing' },
        // A copy stays behind, once: what can be done twice can be done again.
        token: { type: world.token === 'copyable' && token.context.uses === 0 ? 'USE_COPY' : 'USE' },
        fsBase: { type: 'WRITE', base: kind === 'reading' ? base : request },
      }
    },
  })

interface Fruitless {
  readonly outcome: Outcome
  readonly kind?: Rule['kind']
  readonly where?: (at: At) => boolean
}

/** The token is gone, and nothing has happened. */
const spend = (world: Punchthroughs, name: string, { outcome, kind = 'program', where = () => true }: Fruitless): Rule =>
  rule(name, axes(world), {
    kind,
    source: `${execute}, Err`,
    needed: true,
    where: (at) => canHold(world)(at) && where(at),
    actor: ({ thread }) => thread,
    sends: ({ thread, request }) => ({ caller: callerOf(thread), token: tokenOf(request) }),
  }).does({
    when: {
      atUse: ({ caller }, { request }) => caller.value === atUse(world) && caller.context.inHand === request,
    },
    events: () => ({ caller: { type: 'EXECUTE', outcome, found: 'nothing' }, token: { type: 'SPEND' } }),
  })

const record = (world: Punchthroughs): Rule =>
  rule('audit.record', axes(world), {
    source: `${execute}, on a platform that logs what it has done`,
    where: canHold(world),
    actor: ({ thread }) => thread,
    sends: ({ thread, request }) => ({ caller: callerOf(thread), audit: auditOf(request) }),
  }).does({
    when: {
      executed: ({ caller }, { request }) => caller.value === 'executed' && caller.context.inHand === request,
    },
    events: ({ caller }) => ({
      caller: { type: 'RECORD' },
      audit: { type: caller.context.outcome === 'done' ? 'RECORD_EFFECT' : 'RECORD_FAILURE' },
    }),
  })

/** What the guest believes afterwards: what it asked for, where it is told that this was done. */
const told = (world: Punchthroughs, before: string, { kind, name }: Request, outcome: Outcome): string =>
  kind !== 'reading' && (outcome === 'done' || (outcome === 'failed' && world.failure === 'discard')) ? name : before

const panics = ({ failure, denial }: Punchthroughs, outcome: Outcome): boolean =>
  (outcome === 'failed' && failure === 'panic') || (outcome === 'unsupported' && denial === 'panic')

const settlements = (world: Punchthroughs): readonly Rule[] => {
  const phase = logsOutcome(world) ? 'recorded' : 'executed'
  const mayPanic =
    (world.failure === 'panic' && world.execution === 'may-fail') ||
    (world.denial === 'panic' && world.policy === 'unsupported-some')
  return [
    rule(
      'caller.settle',
      { thread: world.threads },
      {
        source: 'litebox_shim_linux/src/syscalls/process.rs: Task::sys_arch_prctl, map_err',
        actor: ({ thread }) => thread,
        sends: ({ thread }) => ({ caller: callerOf(thread) }),
      },
    ).does({
      when: {
        executed: ({ caller }) => caller.value === phase,
        answers: ({ caller }) => !panics(world, caller.context.outcome),
      },
      events: ({ caller: { context } }) => {
        const request = requestNamed(world, context.inHand)
        const reads = request.kind === 'reading' && context.outcome === 'done'
        return {
          caller: {
            type: 'SETTLE',
            told: context.late ? context.told : told(world, context.told, request, context.outcome),
            read: reads ? context.found : context.read,
          },
        }
      },
    }),
    ...(mayPanic ? [panic(world, phase)] : []),
  ]
}

const panic = (world: Punchthroughs, phase: 'recorded' | 'executed'): Rule =>
  rule(
    'caller.panic',
    { thread: world.threads },
    {
      source: 'litebox_shim_linux/src/syscalls/process.rs: Task::sys_arch_prctl, unimplemented; init_thread_context, unwrap',
      needed: true,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ caller: callerOf(thread) }),
    },
  ).does({
    when: {
      executed: ({ caller }) => caller.value === phase,
      refused: ({ caller }) => panics(world, caller.context.outcome),
    },
    events: () => ({ caller: { type: 'PANIC' } }),
  })
