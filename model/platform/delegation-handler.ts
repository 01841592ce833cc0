import { type Rule, rule } from '../../checker/index.ts'
import type { Delegation } from './delegation.ts'
import { answering, locking, working } from './delegation-run.ts'

/*
 * A delegated message, from the look for its handler to the use of its parameters.
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
