import { type Rule, rule } from '../../checker/index.ts'
import type { Delegation } from './delegation.ts'

/*
 * A delegated message, from the look for its handler to the answer.
 *
 * Models: `litebox_runner_lvbs/src/lib.rs: optee_smc_handler` (the message is copied once, decoded, the instance's lock is
 * tried, a program runs, the answer goes to a page of VTL0), and the same work behind an upcall or a method of the shim.
 * Validation by the platform sees the form of the parameters only, as the review says, so hostile ones pass it.
 *
 * Leaves out: the steps inside (sessions, page tables: one lock and one run stand for them).
 */

const runner = 'litebox_runner_lvbs/src/lib.rs'
const review = 'PR #556'

export const delegatedRules = (world: Delegation): readonly Rule[] => [
  ...seeking(world),
  ...reading(world),
  ...(world.handler === 'runs-program' ? locking(world) : []),
  ...working(world),
  ...answering(world),
]

const whereSought = ({ shape }: Delegation): string =>
  ({
    'runner-loop': `${runner}: vtlcall_dispatch, VsmFunction::OpteeMessage`,
    upcall: `${review}: UPCALL.get().expect(...)`,
    'shim-method': `${review}: a function added to EnterShim`,
  })[shape]

const seeking = (world: Delegation): readonly Rule[] => {
  const { cores, call, handlerCell, presence, making, absent } = world
  const source = whereSought(world)
  const atFirstUse = presence === 'at-first-use'
  const missing = presence !== 'built-in' && !atFirstUse
  return [
    rule(
      'handler.find',
      { core: cores },
      {
        source,
        actor: ({ core }) => core,
        sees: () => ({ handler: handlerCell }),
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: { seeking: ({ call }) => call.value === 'seeking', present: ({ handler }) => handler.value !== 'absent' },
      events: ({ handler }) => ({ call: { type: 'FOUND', by: handler.value === 'over' ? 'gone' : nameOf(handler) } }),
    }),
    ...(missing
      ? [
          rule(
            'handler.findNone',
            { core: cores },
            {
              source,
              actor: ({ core }) => core,
              sees: () => ({ handler: handlerCell }),
              sends: ({ core }) => ({ call: call(core) }),
            },
          ).does({
            when: { seeking: ({ call }) => call.value === 'seeking', absent: ({ handler }) => handler.value === 'absent' },
            events: () => ({ call: absent === 'panics' ? { type: 'PANIC' } : { type: 'REFUSE' } }),
          }),
        ]
      : []),
    ...(atFirstUse && making === 'one-step'
      ? [
          rule(
            'handler.makeOnce',
            { core: cores },
            {
              source: `${review}: set up the execute to initialize on first use`,
              actor: ({ core }) => core,
              sends: ({ core }) => ({ call: call(core), handler: handlerCell }),
            },
          ).does({
            when: { seeking: ({ call }) => call.value === 'seeking', absent: ({ handler }) => handler.value === 'absent' },
            events: () => ({ call: { type: 'FOUND', by: 'first' }, handler: { type: 'INSTALL' } }),
          }),
        ]
      : []),
    ...(atFirstUse && making === 'looks-first' ? makingAfterLooking(world) : []),
    rule(
      'handler.meetUnwritten',
      { core: cores.slice(0, 1) },
      {
        source: 'litebox_shim_optee/src/msg_handler.rs: handle_optee_msg_args, todo!',
        actor: ({ core }) => core,
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: { unwritten: ({ call }) => call.value === 'unwritten' },
      events: () => ({ call: world.unwritten === 'panics' ? { type: 'PANIC' } : { type: 'REFUSE' } }),
    }),
    ...(world.intercepts === 'delegated'
      ? [
          rule(
            'handler.serveIntercept',
            { core: cores.slice(0, 1) },
            {
              source: 'litebox_platform_lvbs/src/mshv/vsm_intercept.rs: vsm_handle_intercept, delegated',
              actor: ({ core }) => core,
              sends: ({ core }) => ({ call: call(core) }),
            },
          ).does({
            when: { trapped: ({ call }) => call.value === 'trapped' },
            events: () => ({ call: { type: 'HANDLE' } }),
          }),
        ]
      : []),
  ]
}

const nameOf = ({ context }: { readonly context: { readonly made: number } }) => (context.made > 1 ? 'second' : 'first')

const makingAfterLooking = ({ cores, call, handlerCell }: Delegation): readonly Rule[] => [
  rule(
    'handler.lookForOne',
    { core: cores },
    {
      source: `${review}: set up the execute to initialize on first use`,
      actor: ({ core }) => core,
      sees: () => ({ handler: handlerCell }),
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: { seeking: ({ call }) => call.value === 'seeking', absent: ({ handler }) => handler.value === 'absent' },
    events: () => ({ call: { type: 'MAKE' } }),
  }),
  rule(
    'handler.make',
    { core: cores },
    {
      source: `${review}: Upcall::init`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core), handler: handlerCell }),
    },
  ).does({
    when: { making: ({ call }) => call.value === 'making' },
    events: ({ handler }) => ({
      call: { type: 'FOUND', by: handler.context.made === 0 ? 'first' : 'second' },
      handler: { type: 'INSTALL' },
    }),
  }),
]

const reading = (world: Delegation): readonly Rule[] => {
  const { cores, call, shared, validation, parameters } = world
  // What a look at the parameters sees: the copy, or what VTL0 has there now.
  const seen = (copied: 'good' | 'hostile' | 'none', now: 'good' | 'hostile') => (copied === 'none' ? now : copied)
  const footprint = (source: string) => ({
    source,
    actor: ({ core }: { readonly core: string }) => core,
    sees: ({ core }: { readonly core: string }) => ({ shared: shared(core) }),
    sends: ({ core }: { readonly core: string }) => ({ call: call(core) }),
  })
  return [
    ...(parameters === 'by-value'
      ? [
          rule(
            'handler.copy',
            { core: cores },
            footprint('litebox_shim_optee/src/msg_handler.rs: read_optee_msg_args_from_phys'),
          ).does({
            when: { copying: ({ call }) => call.value === 'copying' },
            events: ({ shared }) => ({ call: { type: 'COPY', value: shared.context.value } }),
          }),
        ]
      : []),
    ...(validation === 'nobody'
      ? []
      : [
          rule(
            'handler.validate',
            { core: cores },
            footprint(
              validation === 'handler'
                ? 'litebox_shim_optee/src/msg_handler.rs: decode_ta_request'
                : `${review}: a function for early validation at the platform side`,
            ),
          ).does({
            when: { validating: ({ call }) => call.value === 'validating' },
            events: ({ call, shared }) => {
              const value = seen(call.context.copied, shared.context.value)
              return { call: value === 'good' || validation === 'platform' ? { type: 'PASS', value } : { type: 'REFUSE' } }
            },
          }),
        ]),
    rule('handler.use', { core: cores }, footprint(`${runner}: open_session_new_instance, load_ta_context`)).does({
      when: { starting: ({ call }) => call.value === 'starting' },
      events: ({ call, shared }) => ({ call: { type: 'USE', value: seen(call.context.copied, shared.context.value) } }),
    }),
  ]
}

const locking = ({ cores, call, lock, busy, busyFound }: Delegation): readonly Rule[] => [
  rule(
    'handler.lock',
    { core: cores },
    {
      source: `${runner}: handle_invoke_command, try_lock`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core), lock }),
    },
  ).does({
    when: { locking: ({ call }) => call.value === 'locking', free: ({ lock }) => lock.context.holder === 'nobody' },
    events: (_, { core }) => ({ call: { type: 'LOCKED' }, lock: { type: 'LOCK', core } }),
  }),
  ...(busy === 'on-wake'
    ? [
        rule(
          'handler.queue',
          { core: cores },
          {
            source: `${review}: a retry that says when`,
            actor: ({ core }) => core,
            sends: ({ core }) => ({ call: call(core), lock }),
          },
        ).does({
          when: { locking: ({ call }) => call.value === 'locking', taken: ({ lock }) => lock.context.holder !== 'nobody' },
          events: (_, { core }) => ({
            call: { type: 'FIND_BUSY', next: 'queue', late: busyFound === 'late' },
            lock: { type: 'WAIT', core },
          }),
        }),
        rule(
          'handler.takeOver',
          { core: cores },
          {
            source: `${review}: a retry that says when`,
            actor: ({ core }) => core,
            sees: () => ({ lock }),
            sends: ({ core }) => ({ call: call(core) }),
          },
        ).does({
          when: { queued: ({ call }) => call.value === 'queued', own: ({ lock }, { core }) => lock.context.holder === core },
          events: () => ({ call: { type: 'LOCKED' } }),
        }),
      ]
    : [
        rule(
          'handler.findBusy',
          { core: cores },
          {
            source: busy === 'to-caller' ? `${runner}: handle_invoke_command, EThreadLimit` : `${review}: UpcallError::Retry`,
            actor: ({ core }) => core,
            sees: () => ({ lock }),
            sends: ({ core }) => ({ call: call(core) }),
          },
        ).does({
          when: { locking: ({ call }) => call.value === 'locking', taken: ({ lock }) => lock.context.holder !== 'nobody' },
          events: () => ({
            call: { type: 'FIND_BUSY', next: busy === 'at-once' ? 'spin' : 'answer', late: busyFound === 'late' },
          }),
        }),
      ]),
  ...(busy === 'at-once'
    ? [
        rule(
          'handler.retry',
          { core: cores },
          { source: `${review}: UpcallError::Retry`, actor: ({ core }) => core, sends: ({ core }) => ({ call: call(core) }) },
        ).does({
          when: { retrying: ({ call }) => call.value === 'retrying' },
          events: () => ({ call: { type: 'RETRY' } }),
        }),
      ]
    : []),
]

const working = (world: Delegation): readonly Rule[] => {
  const { cores, call, lock, handler, shape, program } = world
  const runs = handler === 'runs-program'
  const cannot = runs && shape === 'shim-method'
  const working = { working: ({ call }: { readonly call: { readonly value: unknown } }) => call.value === 'working' }
  const footprint = (source: string) => ({
    source,
    actor: ({ core }: { readonly core: string }) => core,
    sends: ({ core }: { readonly core: string }) => ({ call: call(core), lock: runs ? [lock] : [] }),
  })
  const unlocked = { lock: { type: 'UNLOCK' as const } }
  return [
    ...(cannot
      ? [
          rule(
            'shim.cannotRun',
            { core: cores },
            footprint(`${review}: loading ELF and invoking run_thread that shim cannot do`),
          ).does({ when: working, events: () => ({ call: { type: 'FAIL' as const }, ...unlocked }) }),
        ]
      : [
          rule('handler.finish', { core: cores }, footprint(`${runner}: run_thread_ref, reenter`)).does({
            when: working,
            events: () => ({ call: { type: 'FINISH' as const }, ...unlocked }),
          }),
          rule(
            'handler.fail',
            { core: cores },
            {
              ...footprint(`${runner}: a failure exit of the session`),
              kind: 'environment',
            },
          ).does({ when: working, events: () => ({ call: { type: 'FAIL' as const }, ...unlocked }) }),
        ]),
    ...(program === 'may-loop'
      ? [
          rule(
            'program.runOn',
            { core: cores },
            {
              kind: 'environment',
              source: `${runner}: run_thread_ref, a program that goes on`,
              actor: ({ core }) => core,
              sends: ({ core }) => ({ call: call(core) }),
            },
          ).does({ when: working, events: () => ({ call: { type: 'RUN_ON' } }) }),
        ]
      : []),
  ]
}

const answering = ({ cores, call, failure, answer }: Delegation): readonly Rule[] => [
  rule(
    'handler.judge',
    { core: cores },
    {
      source: failure === 'ignored' ? `${review}: let _ = upcall.execute(&mut ctx)` : `${runner}: optee_smc_handler`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: { judging: ({ call }) => call.value === 'judging' },
    events: ({ call }) => {
      const { result } = call.context
      return {
        call: {
          type: 'JUDGE',
          reply: result === 'done' || failure === 'ignored' ? 'success' : result === 'busy' ? 'busy' : 'error',
        },
      }
    },
  }),
  rule(
    'answer.write',
    { core: cores },
    {
      source: `${runner}: optee_smc_handler_entry_inner, write_at_offset`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({ when: { answering: ({ call }) => call.value === 'answering' }, events: () => ({ call: { type: 'WRITTEN' } }) }),
  ...(answer === 'may-fail'
    ? [
        rule(
          'answer.fail',
          { core: cores },
          {
            kind: 'environment',
            source: `${runner}: optee_smc_handler_entry_inner, EFAULT`,
            actor: ({ core }) => core,
            sends: ({ core }) => ({ call: call(core) }),
          },
        ).does({
          when: { answering: ({ call }) => call.value === 'answering' },
          events: () => ({ call: { type: 'NOT_WRITTEN' } }),
        }),
      ]
    : []),
]
