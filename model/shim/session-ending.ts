import { type Rule, rule } from '../../checker/index.ts'
import { deletions } from '../memory/table-life.ts'
import type { CallContext } from './session-call.ts'
import type { SessionDesign } from './session-design.ts'
import { targets } from './session-locking.ts'
import type { SessionPath } from './session-paths.ts'
import {
  type AtCore,
  type CallView,
  comesTo,
  isOn,
  later,
  manager,
  onto,
  onward,
  registry,
  runner,
  type SessionWorld,
} from './session-world.ts'

/*
 * The end of a session, and of an instance.
 *
 * Models: `litebox_shim_optee/src/session.rs: SessionManager::unregister_session`, which removes whatever session has the
 * number, `SessionMap::count_sessions_for_instance`, `remove_single_instance`, which removes whatever instance the cache
 * has; and `litebox_runner_lvbs/src/lib.rs: teardown_ta_page_table`: the application's memory is released in the page
 * table that is active, the base table is loaded, the table is deleted by its number, and both results are ignored.
 *
 * Leaves out: what memory there is to release; the lock of the map of tables, which covers single steps.
 */

const core = ({ core }: AtCore): string => core
type AtInstance = AtCore & { readonly instance: string }

/** Whether a close acts on the instance of the session that it removed, and not on the one that it looked up. */
export const keepsEntries = ({ removal, unlock }: SessionDesign): boolean => removal === 'by-number' && unlock === 'before-base'

export const ending = (world: SessionWorld): readonly Rule[] => [
  ...unregistering(world),
  ...counting(world),
  ...uncaching(world),
  ...teardown(world),
  ...deletions(world),
]

const unregistering = (world: SessionWorld): readonly Rule[] => {
  const { cores, numbers, instances, call, session, instance, plan } = world
  const next = comesTo('unregister')
  const asked = ({ call }: CallView, { number }: { readonly number: string }): boolean => call.context.number === number
  const isOwn = plan.removal === 'own-session'
  const keeps = keepsEntries(plan)
  const isClose = (view: CallView): boolean => isOn(view, 'closeSession', 'closeCrashed')
  const recycle = { type: plan.numbers === 'reused' ? 'RECYCLE' : 'RETIRE' } as const
  const source = isOwn ? later : registry('SessionManager::unregister_session')
  /** A close remembers that there was something to remove; an open that takes its session back has no number any more. */
  const unregistered = (view: CallView): Partial<CallContext> =>
    isClose(view) ? { entry: view.call.context.instance } : isOn(view, 'withdrawal') ? { number: 'none' } : {}
  type SessionView = { readonly session: { readonly value: string; readonly context: { readonly instance: string } } }
  const there = ({ call, session }: CallView & SessionView): boolean =>
    session.value === 'registered' && (!isOwn || session.context.instance === call.context.instance)
  return [
    // A close has the session that it removed in hand until the end.
    ...(keeps
      ? [
          rule(
            'call.unregister',
            { core: cores, number: numbers },
            {
              source,
              actor: core,
              sends: ({ core, number }) => ({ call: call(core), session: session(number) }),
            },
          ).does({
            when: { next, closes: isClose, asked, there },
            events: (view) => ({
              call: { type: 'MOVE', to: { ...onward(world, view), entry: view.session.context.instance } },
              session: recycle,
            }),
          }),
        ]
      : []),
    rule(
      'call.unregisterAndDrop',
      { core: cores, number: numbers, instance: instances },
      {
        source,
        actor: core,
        sends: ({ core, number, instance: name }) => ({
          call: call(core),
          session: session(number),
          instance: instance(name),
        }),
      },
    ).does({
      when: {
        next,
        drops: (view) => !keeps || !isClose(view),
        asked,
        there,
        its: ({ session }, { instance }) => session.context.instance === instance,
      },
      events: (view) => ({
        call: {
          type: 'MOVE',
          to: { ...onward(world, view), ...unregistered(view) },
        },
        session: recycle,
        instance: { type: 'DROP' },
      }),
    }),
    rule(
      'call.findNoSessionLeft',
      { core: cores, number: numbers },
      {
        source,
        actor: core,
        sees: ({ number }) => ({ session: session(number) }),
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: { next, asked, nothing: (view) => !there(view) },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
    }),
  ]
}

/** The path of a call that has counted, if nobody else uses the instance, and if somebody does. */
const branchAfterCount = (view: CallView, isLast: boolean): SessionPath => {
  if (isOn(view, 'existingDead')) return isLast ? 'existingLast' : 'existingOthers'
  if (isOn(view, 'invokeDead')) return isLast ? 'invokeLast' : 'invokeOthers'
  if (isOn(view, 'withdrawal')) return isLast ? 'withdrawalLast' : 'withdrawalOthers'
  // A close that found nothing to remove leaves the rest to whoever did.
  return isLast && view.call.context.entry !== 'none' ? 'closeLast' : 'closeOthers'
}

const counting = (world: SessionWorld): readonly Rule[] => {
  const { cores, numbers, call, session } = world
  const footprint = {
    source: registry('SessionMap::count_sessions_for_instance'),
    actor: core,
    sees: () => ({ sessions: numbers.map(session) }),
    sends: ({ core }: AtCore) => ({ call: call(core) }),
  }
  type SessionsView = {
    readonly sessions: readonly { readonly value: string; readonly context: { readonly instance: string } }[]
  }
  const isLast = ({ call, sessions }: CallView & SessionsView): boolean =>
    !sessions.some(({ value, context }) => value === 'registered' && context.instance === call.context.instance)
  return [
    rule('call.countNone', { core: cores }, { ...footprint }).does({
      when: { next: comesTo('count-sessions'), isLast },
      events: (view) => ({ call: { type: 'MOVE', to: onto(world, branchAfterCount(view, true)) } }),
    }),
    rule('call.countOthers', { core: cores }, footprint).does({
      when: { next: comesTo('count-sessions'), others: (view) => !isLast(view) },
      events: (view) => ({ call: { type: 'MOVE', to: onto(world, branchAfterCount(view, false)) } }),
    }),
    rule(
      'call.dropEntry',
      { core: cores, instance: world.instances },
      {
        source: runner('handle_close_session, drop(entry)'),
        actor: core,
        sends: ({ core, instance: name }) => ({ call: call(core), instance: world.instance(name) }),
      },
    ).does({
      when: { next: comesTo('drop-entry'), its: ({ call }, { instance }) => call.context.entry === instance },
      events: (view) => ({
        call: { type: 'MOVE', to: { ...onward(world, view), entry: 'none' } },
        instance: { type: 'DROP' },
      }),
    }),
    rule(
      'call.dropNoEntry',
      { core: cores },
      {
        source: runner('handle_close_session'),
        actor: core,
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: { next: comesTo('drop-entry'), nothing: ({ call }) => call.context.entry === 'none' },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
    }),
  ]
}

const uncaching = (world: SessionWorld): readonly Rule[] => {
  const { cores, applications, instances, call, instance, cache, plan } = world
  const next = comesTo('uncache')
  const isOwn = plan.eviction === 'own-instance'
  const source = isOwn ? later : registry('SessionManager::remove_single_instance')
  const nothing = (verb: string): Rule =>
    rule(
      verb,
      { core: cores, instance: instances },
      {
        source,
        actor: core,
        sees: ({ instance: name }) => ({
          instance: instance(name),
          caches: plan.kind === 'multi' ? [] : applications.map(cache),
        }),
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: {
        next,
        targets,
        nothing: ({ instance, caches }, { instance: name }) => {
          const cached = caches[applications.indexOf(instance.context.application)]?.context.instance ?? 'none'
          return cached === 'none' || (isOwn && cached !== name)
        },
      },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
    })
  if (plan.kind === 'multi') return [nothing('call.uncacheNothing')]
  return [
    rule(
      'call.uncache',
      { core: cores, application: applications, instance: instances },
      {
        source,
        actor: core,
        sends: ({ core, application, instance: name }) => ({
          call: call(core),
          cache: cache(application),
          instance: instance(name),
        }),
      },
    ).does({
      when: {
        next,
        targets,
        its: ({ instance }, { application }) => instance.context.application === application,
        cached: ({ cache }, { instance }) => cache.context.instance === instance,
      },
      events: (view) => ({
        call: { type: 'MOVE', to: onward(world, view) },
        cache: { type: 'REMOVE' },
        instance: { type: 'DROP' },
      }),
    }),
    ...(isOwn
      ? []
      : [
          rule(
            'call.uncacheAnother',
            { core: cores, application: applications, instance: instances, other: instances },
            {
              source,
              where: ({ instance, other }) => instance !== other,
              actor: core,
              sees: ({ instance: name }) => ({ instance: instance(name) }),
              sends: ({ core, application, other }) => ({
                call: call(core),
                cache: cache(application),
                other: instance(other),
              }),
            },
          ).does({
            when: {
              next,
              targets,
              its: ({ instance }, { application }) => instance.context.application === application,
              another: ({ cache }, { other }) => cache.context.instance === other,
            },
            events: (view) => ({
              call: { type: 'MOVE', to: onward(world, view) },
              cache: { type: 'REMOVE' },
              other: { type: 'DROP' },
            }),
          }),
        ]),
    nothing('call.uncacheNothing'),
  ]
}

const teardown = (world: SessionWorld): readonly Rule[] => {
  const { cores, instances, tops, call, processor, instance, table, plan } = world
  const isCounted = plan.tables === 'last-owner-frees'
  const axes = { core: cores, instance: instances, top: tops }
  type At = AtInstance & { readonly top: string }
  const named = ({ instance }: { readonly instance: { readonly context: { readonly table: string } } }, { top }: At): boolean =>
    instance.context.table === top
  const isFound = (
    { table }: { readonly table: { readonly context: { readonly listed: boolean; readonly application: string } } },
    { instance }: At,
  ): boolean => table.context.listed && (plan.identity === 'frame' || table.context.application === instance)
  const deletion = manager('delete_task_page_table')
  const looks = {
    actor: core,
    sees: ({ instance: name, top }: At) => ({ instance: instance(name), table: table(top) }),
    sends: ({ core }: AtCore) => ({ call: call(core) }),
  }
  return [
    rule('call.release', axes, {
      source: runner('teardown_ta_page_table, release_user_mappings'),
      actor: core,
      sees: ({ core, top }) => ({ processor: processor(core), table: table(top) }),
      sends: ({ core, instance: name }) => ({ call: call(core), instance: instance(name) }),
    }).does({
      when: {
        next: comesTo('release'),
        targets,
        active: ({ processor }, { top }) => processor.context.table === top,
        known: ({ table }) => isCounted || table.context.listed,
      },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) }, instance: { type: 'RELEASE' } }),
    }),
    rule('call.deleteTable', axes, {
      source: isCounted ? 'pull request 1351' : deletion,
      actor: core,
      sees: ({ instance: name }) => ({ instance: instance(name) }),
      sends: ({ core, top }) => ({ call: call(core), table: table(top) }),
    }).does({
      when: { next: comesTo('delete-table'), targets, named, isFound },
      events: (view) => ({
        call: { type: 'MOVE', to: onward(world, view) },
        table: { type: isCounted ? 'UNLIST' : 'DELETE' },
      }),
    }),
    rule('call.deleteNothing', axes, { ...looks, source: `${deletion}, ENOENT` }).does({
      when: { next: comesTo('delete-table'), targets, named, missing: (view, at) => !isFound(view, at) },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
    }),
    rule('call.awaitFreed', axes, { ...looks, source: `${deletion}, drop` }).does({
      when: {
        next: comesTo('await-freed'),
        targets,
        named,
        freed: ({ table }) => table.value === 'absent' || table.value === 'intact',
      },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
    }),
  ]
}
