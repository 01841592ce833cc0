import { type Rule, rule } from '../../checker/index.ts'
import { type AtCore, comesTo, later, onto, onward, registry, runner, type SessionWorld } from './session-world.ts'

/*
 * What VTL0 asks, and how a core finds what it asks for.
 *
 * Models: VTL0 may call on any core that is in VTL0, with any application, any session number, any message, at any time:
 * `litebox_runner_lvbs/src/lib.rs: optee_smc_handler`, `SingleInstanceCache::get` and `SessionMap::get_entry`, each of
 * which clones the instance that it finds under a lock of its own; the end of a call; and the messages that have no
 * handler (`Cancel`, `DoBottomHalf`, `StopAsyncNotif` come to a `todo!`; more than four parameters of an invoke or a
 * close index past an array).
 *
 * Leaves out: an identity of the caller: VTL0 is one.
 */

const core = ({ core }: AtCore): string => core

export const requests = (world: SessionWorld): readonly Rule[] => {
  const { cores, applications, numbers, call, plan } = world
  const ofVtl0 = {
    kind: 'environment',
    actor: core,
    sends: ({ core }: AtCore) => ({ call: call(core) }),
  } as const
  const mayCall = ({
    call,
  }: {
    readonly call: { readonly value: string; readonly context: { readonly left: number } }
  }): boolean => call.value === 'idle' && call.context.left !== 0
  const handler = runner('optee_smc_handler')
  return [
    rule('vtl0.open', { core: cores, application: applications }, { ...ofVtl0, source: handler, needed: true }).does({
      when: { mayCall },
      events: (_, { application }) => ({ call: { type: 'BEGIN', to: { ...onto(world, 'open'), request: 'open', application } } }),
    }),
    rule('vtl0.invoke', { core: cores, number: numbers }, { ...ofVtl0, source: handler, needed: true }).does({
      when: { mayCall },
      events: (_, { number }) => ({ call: { type: 'BEGIN', to: { ...onto(world, 'invoke'), request: 'invoke', number } } }),
    }),
    rule('vtl0.close', { core: cores, number: numbers }, { ...ofVtl0, source: handler, needed: true }).does({
      when: { mayCall },
      events: (_, { number }) => ({ call: { type: 'BEGIN', to: { ...onto(world, 'close'), request: 'close', number } } }),
    }),
    plan.messages === 'panic'
      ? rule(
          'vtl0.sendUnhandled',
          { core: cores },
          { ...ofVtl0, source: 'litebox_shim_optee/src/msg_handler.rs: handle_optee_msg_args, todo!' },
        ).does({
          when: { mayCall },
          events: () => ({ call: { type: 'PANIC', cause: 'no-handler' } }),
        })
      : rule('vtl0.sendUnhandled', { core: cores }, { ...ofVtl0, source: later }).does({
          when: { mayCall },
          events: () => ({ call: { type: 'BEGIN', to: { ...onto(world, 'overEarly'), request: 'other', outcome: 'error' } } }),
        }),
  ]
}

export const lookUps = (world: SessionWorld): readonly Rule[] => {
  const { cores, applications, numbers, instances, call, session, instance, cache, plan } = world
  const next = comesTo('find-instance')
  const isSingle = plan.kind !== 'multi'
  const sends = ({ core }: AtCore) => ({ call: call(core) })
  const source = registry('SessionMap::get_entry')
  return [
    ...(isSingle
      ? [
          rule(
            'call.findInstance',
            { core: cores, application: applications, instance: instances },
            {
              source: registry('SingleInstanceCache::get'),
              actor: core,
              sees: ({ application }) => ({ cache: cache(application) }),
              sends: ({ core, instance: found }) => ({ call: call(core), instance: instance(found) }),
            },
          ).does({
            when: {
              next,
              asked: ({ call }, { application }) => call.context.application === application,
              found: ({ cache }, { instance }) => cache.context.instance === instance,
            },
            events: (_, { instance }) => ({
              call: { type: 'MOVE', to: { ...onto(world, 'existing'), instance } },
              instance: { type: 'CLONE' },
            }),
          }),
          rule(
            'call.findNoInstance',
            { core: cores, application: applications },
            {
              source: registry('SingleInstanceCache::get'),
              actor: core,
              sees: ({ application }) => ({ cache: cache(application) }),
              sends,
            },
          ).does({
            when: {
              next,
              asked: ({ call }, { application }) => call.context.application === application,
              nothing: ({ cache }) => cache.context.instance === 'none',
            },
            events: () => ({ call: { type: 'MOVE', to: onto(world, 'new') } }),
          }),
        ]
      : [
          rule('call.findNoInstance', { core: cores }, { source: registry('SingleInstanceCache::get'), actor: core, sends }).does(
            {
              when: { next },
              events: () => ({ call: { type: 'MOVE', to: onto(world, 'new') } }),
            },
          ),
        ]),
    rule(
      'call.findSession',
      { core: cores, number: numbers, instance: instances },
      {
        source,
        actor: core,
        sees: ({ number }) => ({ session: session(number) }),
        sends: ({ core, instance: found }) => ({ call: call(core), instance: instance(found) }),
      },
    ).does({
      when: {
        next: comesTo('find-session'),
        asked: ({ call }, { number }) => call.context.number === number,
        found: ({ session }, { instance }) => session.value === 'registered' && session.context.instance === instance,
      },
      events: ({ call, instance: { context } }, { instance }) => ({
        call: {
          type: 'MOVE',
          to: {
            ...onto(world, call.context.path === 'invoke' ? 'invokeSession' : 'closeSession'),
            instance,
            application: context.application,
          },
        },
        instance: { type: 'CLONE' },
      }),
    }),
    rule(
      'call.findNoSession',
      { core: cores, number: numbers },
      { source, actor: core, sees: ({ number }) => ({ session: session(number) }), sends },
    ).does({
      when: {
        next: comesTo('find-session'),
        asked: ({ call }, { number }) => call.context.number === number,
        nothing: ({ session }) => session.value !== 'registered',
      },
      events: () => ({ call: { type: 'MOVE', to: { ...onto(world, 'overEarly'), outcome: 'error' } } }),
    }),
  ]
}

/** The end of a call: its clone of the instance is dropped, and the core is in VTL0. */
export const endings = (world: SessionWorld): readonly Rule[] => {
  const { cores, instances, call, instance } = world
  const source = runner('optee_smc_handler_entry')
  return [
    rule(
      'call.return',
      { core: cores, instance: instances },
      {
        source,
        actor: core,
        sends: ({ core, instance: known }) => ({ call: call(core), instance: instance(known) }),
      },
    ).does({
      when: { next: comesTo('return'), known: ({ call }, { instance }) => call.context.instance === instance },
      events: () => ({ call: { type: 'RETURN' }, instance: { type: 'DROP' } }),
    }),
    rule('call.returnEarly', { core: cores }, { source, actor: core, sends: ({ core }) => ({ call: call(core) }) }).does({
      when: { next: comesTo('return'), nothing: ({ call }) => call.context.instance === 'none' },
      events: () => ({ call: { type: 'RETURN' } }),
    }),
  ]
}

/** The lock of an application, in designs that have one. */
export const applicationLocks = (world: SessionWorld): readonly Rule[] => {
  if (world.plan.lock !== 'application') return []
  const { cores, applications, call, lock } = world
  const asked = (
    { call }: { readonly call: { readonly context: { readonly application: string } } },
    { application }: { readonly application: string },
  ): boolean => call.context.application === application
  const both = ({ core, application }: AtCore & { readonly application: string }) => ({
    call: call(core),
    lock: lock(application),
  })
  return [
    rule('call.takeApplication', { core: cores, application: applications }, { source: later, actor: core, sends: both }).does({
      when: { next: comesTo('take-application'), asked, free: ({ lock }) => lock.value === 'free' },
      events: (view, { core }) => ({
        call: { type: 'MOVE', to: onward(world, view) },
        lock: { type: 'ACQUIRE', holder: core },
      }),
    }),
    rule(
      'call.findApplicationBusy',
      { core: cores, application: applications },
      {
        source: later,
        actor: core,
        sees: ({ application }) => ({ lock: lock(application) }),
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: { next: comesTo('take-application'), asked, held: ({ lock }) => lock.value === 'held' },
      events: () => ({ call: { type: 'MOVE', to: { ...onto(world, 'overEarly'), outcome: 'busy' } } }),
    }),
    rule('call.leaveApplication', { core: cores, application: applications }, { source: later, actor: core, sends: both }).does({
      when: { next: comesTo('leave-application'), asked },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) }, lock: { type: 'RELEASE' } }),
    }),
  ]
}
