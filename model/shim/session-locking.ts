import { type Rule, rule } from '../../checker/index.ts'
import type { SessionPath } from './session-paths.ts'
import {
  type AtCore,
  type CallView,
  comesTo,
  isOn,
  later,
  onto,
  onward,
  runner,
  type SessionWorld,
  takes,
} from './session-world.ts'

/*
 * The lock of an instance.
 *
 * Models: `TaInstance` in its `SpinMutex`: `try_lock`, and `EThreadLimit` for an answer if it is held, which the driver
 * of VTL0 takes for a reason to call again; `lock`, which spins, before a teardown; the end of either. And what later
 * sources do next: ask the instance whether it is alive, and the map or the cache whether it is still the one.
 *
 * Leaves out: fairness: `spin::mutex::SpinMutex` has none.
 */

const core = ({ core }: AtCore): string => core
type AtInstance = AtCore & { readonly instance: string }
const known = ({ call }: CallView, { instance }: AtInstance): boolean => call.context.instance === instance

/** The instance that a call takes down: that of the session which it removed, or the one that it looked up. */
export const targetOf = ({ call: { context } }: CallView): string => (context.entry === 'none' ? context.instance : context.entry)
export const targets = (view: CallView, { instance }: { readonly instance: string }): boolean => targetOf(view) === instance

export const locking = (world: SessionWorld): readonly Rule[] => {
  const { cores, instances, call, instance } = world
  const both = ({ core, instance: name }: AtInstance) => ({ call: call(core), instance: instance(name) })
  const axes = { core: cores, instance: instances }
  return [
    rule('call.tryLock', axes, { source: runner('instance.try_lock'), actor: core, sends: both }).does({
      when: { next: comesTo('try-lock'), known, free: ({ instance }) => instance.value === 'free' },
      events: (view, { core }) => ({
        call: { type: 'MOVE', to: onward(world, view) },
        instance: { type: 'LOCK', holder: core },
      }),
    }),
    rule('call.findBusy', axes, {
      source: runner('OpteeSmcReturnCode::EThreadLimit'),
      actor: core,
      sees: ({ instance: name }) => ({ instance: instance(name) }),
      sends: ({ core }) => ({ call: call(core) }),
    }).does({
      when: { next: comesTo('try-lock'), known, held: ({ instance }) => instance.value === 'locked' },
      events: () => ({ call: { type: 'MOVE', to: { ...onto(world, 'over'), outcome: 'busy' } } }),
    }),
    rule('call.unlock', axes, { source: runner('drop(instance)'), actor: core, sends: both }).does({
      when: { next: comesTo('unlock'), targets },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) }, instance: { type: 'UNLOCK' } }),
    }),
    ...(takes(world, 'lock')
      ? [
          rule('call.lock', axes, {
            source: runner('instance_arc.lock, entry.instance.lock'),
            actor: core,
            sends: both,
            waitsFor: ['instance'],
          }).does({
            when: { next: comesTo('lock'), targets },
            events: (view, { core }) => ({
              call: { type: 'MOVE', to: onward(world, view) },
              instance: { type: 'LOCK', holder: core },
            }),
          }),
        ]
      : []),
    ...(takes(world, 'check-session') ? sessionChecks(world) : []),
    ...(takes(world, 'check-alive') ? lifeChecks(world) : []),
  ]
}

const sessionChecks = (world: SessionWorld): readonly Rule[] => {
  const { cores, instances, numbers, applications, call, session, cache, plan } = world
  const sends = ({ core }: AtCore) => ({ call: call(core) })
  const isOpen = (view: CallView): boolean => isOn(view, 'existing')
  const asked = ({ call }: CallView, { number }: { readonly number: string }): boolean => call.context.number === number
  const its = ({ call }: CallView, { application }: { readonly application: string }): boolean =>
    call.context.application === application
  const givenUp = { type: 'MOVE', to: { ...onto(world, 'givenUp'), outcome: 'error' } } as const
  return [
    rule(
      'call.findSessionStill',
      { core: cores, number: numbers, instance: instances },
      { source: later, actor: core, sees: ({ number }) => ({ session: session(number) }), sends },
    ).does({
      when: {
        next: comesTo('check-session'),
        ofSession: (view) => !isOpen(view),
        asked,
        known,
        still: ({ session }, { instance }) => session.value === 'registered' && session.context.instance === instance,
      },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
    }),
    rule(
      'call.findSessionGone',
      { core: cores, number: numbers },
      { source: later, actor: core, sees: ({ number }) => ({ session: session(number) }), sends },
    ).does({
      when: {
        next: comesTo('check-session'),
        ofSession: (view) => !isOpen(view),
        asked,
        gone: ({ call, session }) => session.value !== 'registered' || session.context.instance !== call.context.instance,
      },
      events: () => ({ call: givenUp }),
    }),
    ...(plan.kind === 'multi'
      ? []
      : [
          rule(
            'call.findInstanceStill',
            { core: cores, application: applications },
            { source: later, actor: core, sees: ({ application }) => ({ cache: cache(application) }), sends },
          ).does({
            when: {
              next: comesTo('check-session'),
              ofCache: isOpen,
              its,
              still: ({ call, cache }) => cache.context.instance === call.context.instance,
            },
            events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
          }),
          rule(
            'call.findInstanceGone',
            { core: cores, application: applications },
            { source: later, actor: core, sees: ({ application }) => ({ cache: cache(application) }), sends },
          ).does({
            when: {
              next: comesTo('check-session'),
              ofCache: isOpen,
              its,
              gone: ({ call, cache }) => cache.context.instance !== call.context.instance,
            },
            events: () => ({ call: givenUp }),
          }),
        ]),
  ]
}

const lifeChecks = (world: SessionWorld): readonly Rule[] => {
  const { cores, instances, call, instance, plan } = world
  /** Where a call goes on that has found an instance which is not alive; null if it goes on as before. */
  const elsewhere = (
    view: CallView & { readonly instance: { readonly context: { readonly life: string } } },
  ): SessionPath | null => {
    const { life } = view.instance.context
    if (life === 'gone') return 'givenUp'
    if (life === 'alive' || plan.instance === 'marked-gone') return null
    return isOn(view, 'closeSession') ? 'closeCrashed' : 'givenUp'
  }
  const footprint = {
    source: later,
    actor: core,
    sees: ({ instance: name }: AtInstance) => ({ instance: instance(name) }),
    sends: ({ core }: AtCore) => ({ call: call(core) }),
  }
  const axes = { core: cores, instance: instances }
  return [
    rule('call.findAlive', axes, { ...footprint }).does({
      when: { next: comesTo('check-alive'), known, alive: (view) => elsewhere(view) === null },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
    }),
    rule('call.findDead', axes, footprint).does({
      when: { next: comesTo('check-alive'), known, dead: (view) => elsewhere(view) !== null },
      events: (view) => {
        const path = elsewhere(view)!
        return { call: { type: 'MOVE', to: { ...onto(world, path), outcome: path === 'givenUp' ? 'error' : 'none' } } }
      },
    }),
  ]
}
