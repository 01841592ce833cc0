import { type Rule, rule } from '../../checker/index.ts'
import { failed } from './session-serving.ts'
import {
  type AtCore,
  type CallView,
  comesTo,
  later,
  manager,
  onto,
  onward,
  registry,
  runner,
  type SessionWorld,
  takes,
} from './session-world.ts'

/*
 * What an open makes: a page table, an instance, a session number, and their entries.
 *
 * Models: `litebox_runner_lvbs/src/lib.rs: open_session_new_instance` and of `open_session_single_instance` what they
 * share; `PageTableManager::create_task_page_table`, whose new table others find when it is in the map;
 * `SessionIdPool::allocate`, `SingleInstanceCache::insert`, `SessionMap::insert`. Each is one step under its own lock; the
 * count of instances is compared with the limit before any of them.
 *
 * Leaves out: that `create_task_page_table` panics where no frame is left (`frame-heap-boot`); here such an open is
 * refused, and the report says that the bound was hit. An instance gets the first name that is free, which is the
 * model's and nobody's else.
 */

const core = ({ core }: AtCore): string => core
type AtInstance = AtCore & { readonly instance: string }
const known = ({ call }: CallView, { instance }: AtInstance): boolean => call.context.instance === instance

export const opening = (world: SessionWorld): readonly Rule[] => [
  ...counting(world),
  ...tables(world),
  ...numbering(world),
  ...publishing(world),
]

const counting = (world: SessionWorld): readonly Rule[] => {
  if (!takes(world, 'count-instances')) return []
  const { cores, applications, numbers, call, session, cache, plan } = world
  const ofSessions = plan.kind === 'multi'
  const counted = ofSessions ? numbers.map(session) : applications.map(cache)
  const count = (cells: readonly { readonly value: string; readonly context: { readonly instance: string } }[]): number =>
    cells.filter(({ value, context }) => (ofSessions ? value === 'registered' : context.instance !== 'none')).length
  const footprint = {
    source: registry('SessionManager::instance_count'),
    actor: core,
    sees: () => ({ counted }),
    sends: ({ core }: AtCore) => ({ call: call(core) }),
  }
  return [
    rule('call.countInstances', { core: cores }, { ...footprint }).does({
      when: { next: comesTo('count-instances'), belowLimit: ({ counted }) => count(counted) < plan.limitedTo },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
    }),
    rule('call.findLimitReached', { core: cores }, footprint).does({
      when: { next: comesTo('count-instances'), atLimit: ({ counted }) => count(counted) >= plan.limitedTo },
      events: () => ({ call: { type: 'MOVE', to: { ...onto(world, 'over'), outcome: 'error' } } }),
    }),
  ]
}

const tables = (world: SessionWorld): readonly Rule[] => {
  const { cores, instances, tops, call, instance, table, plan } = world
  const reserves = plan.limit === 'reserved'
  const absent = ({ value }: { readonly value: string }): boolean => value === 'absent'
  const isBelowLimit = (all: readonly { readonly value: string }[]): boolean =>
    !reserves || all.filter((table) => !absent(table)).length < plan.limitedTo
  const source = manager('create_task_page_table')
  return [
    rule(
      'call.buildTable',
      { core: cores, top: tops, instance: instances },
      {
        source: reserves ? later : source,
        actor: core,
        sees: ({ top, instance: name }) => ({
          others: reserves ? tops.filter((other) => other !== top).map(table) : [],
          earlier: instances.slice(0, instances.indexOf(name)).map(instance),
        }),
        sends: ({ core, top, instance: name }) => ({ call: call(core), table: table(top), instance: instance(name) }),
      },
    ).does({
      when: {
        next: comesTo('build-table'),
        frameIsFree: ({ table }) => absent(table),
        belowLimit: ({ others }) => isBelowLimit(others),
        firstName: ({ instance, earlier }) => absent(instance) && !earlier.some(absent),
      },
      events: (view, { top, instance }) => ({
        call: { type: 'MOVE', to: { ...onward(world, view), instance } },
        table: { type: 'BUILD', application: instance },
        instance: { type: 'FORM', application: view.call.context.application, table: top },
      }),
    }),
    rule(
      'call.findNoRoom',
      { core: cores },
      {
        source: reserves ? later : source,
        actor: core,
        sees: () => ({ tables: tops.map(table), instances: instances.map(instance) }),
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: {
        next: comesTo('build-table'),
        full: ({ tables, instances }) => !tables.some(absent) || !instances.some(absent) || !isBelowLimit(tables),
      },
      events: () => ({ call: { type: 'MOVE', to: { ...onto(world, 'over'), outcome: 'error' } } }),
    }),
    rule(
      'call.listTable',
      { core: cores, instance: instances, top: tops },
      {
        source: `${source}, task_page_tables.insert`,
        actor: core,
        sees: ({ instance: name }) => ({ instance: instance(name) }),
        sends: ({ core, top }) => ({ call: call(core), table: table(top) }),
      },
    ).does({
      when: {
        next: comesTo('list-table'),
        known,
        its: ({ instance }, { top }) => instance.context.table === top,
      },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) }, table: { type: 'LIST' } }),
    }),
  ]
}

const numbering = (world: SessionWorld): readonly Rule[] => {
  const { cores, numbers, call, session, plan } = world
  const source = 'litebox_shim_optee/src/lib.rs: SessionIdPool::allocate'
  return [
    rule(
      'call.allocateNumber',
      { core: cores, number: numbers },
      {
        source,
        actor: core,
        sends: ({ core, number }) => ({ call: call(core), session: session(number) }),
      },
    ).does({
      when: { next: comesTo('allocate-number'), free: ({ session }) => session.value === 'free' },
      events: (view, { number }) => ({
        call: { type: 'MOVE', to: { ...onward(world, view), number, owns: true } },
        session: { type: 'ALLOCATE' },
      }),
    }),
    rule(
      'call.findNoNumber',
      { core: cores },
      { source, actor: core, sees: () => ({ sessions: numbers.map(session) }), sends: ({ core }) => ({ call: call(core) }) },
    ).does({
      when: { next: comesTo('allocate-number'), none: ({ sessions }) => sessions.every(({ value }) => value !== 'free') },
      events: (view) => ({ call: { type: 'MOVE', to: failed(world, view, 'no-number', 'error') } }),
    }),
    rule(
      'call.recycleNumber',
      { core: cores, number: numbers },
      {
        source: registry('SessionIdGuard::drop'),
        actor: core,
        sends: ({ core, number }) => ({ call: call(core), session: session(number) }),
      },
    ).does({
      when: { next: comesTo('recycle-number'), its: ({ call }, { number }) => call.context.number === number },
      events: (view) => ({
        call: { type: 'MOVE', to: { ...onward(world, view), number: 'none', owns: false } },
        session: { type: plan.numbers === 'reused' ? 'RECYCLE' : 'RETIRE' },
      }),
    }),
  ]
}

const publishing = (world: SessionWorld): readonly Rule[] => {
  const { cores, applications, numbers, instances, call, session, instance, cache, plan } = world
  const isSingle = plan.kind !== 'multi'
  const opened = ({ call }: CallView, { application }: { readonly application: string }): boolean =>
    call.context.application === application
  return [
    rule(
      'call.createInstance',
      { core: cores, instance: instances },
      {
        source: runner('open_session_new_instance, Arc::new'),
        actor: core,
        sends: ({ core, instance: name }) => ({ call: call(core), instance: instance(name) }),
      },
    ).does({
      when: { next: comesTo('create-instance'), known },
      events: (view, { core }) => ({
        call: { type: 'MOVE', to: onward(world, view) },
        instance: { type: 'CREATE', holder: plan.unlock === 'before-base' ? 'nobody' : core },
      }),
    }),
    ...(isSingle
      ? [
          rule(
            'call.cacheInstance',
            { core: cores, application: applications, instance: instances },
            {
              source: registry('SingleInstanceCache::insert'),
              actor: core,
              sends: ({ core, application, instance: name }) => ({
                call: call(core),
                cache: cache(application),
                instance: instance(name),
              }),
            },
          ).does({
            when: { next: comesTo('cache-instance'), opened, known, nothing: ({ cache }) => cache.context.instance === 'none' },
            events: (view, { instance }) => ({
              call: { type: 'MOVE', to: onward(world, view) },
              cache: { type: 'INSERT', instance },
              instance: { type: 'SHARE' },
            }),
          }),
          plan.caching === 'overwrites'
            ? rule(
                'call.cacheOverAnother',
                { core: cores, application: applications, instance: instances, other: instances },
                {
                  source: registry('SingleInstanceCache::insert'),
                  where: ({ instance, other }) => instance !== other,
                  actor: core,
                  sends: ({ core, application, instance: name, other }) => ({
                    call: call(core),
                    cache: cache(application),
                    instance: instance(name),
                    other: instance(other),
                  }),
                },
              ).does({
                when: {
                  next: comesTo('cache-instance'),
                  opened,
                  known,
                  overwritten: ({ cache }, { other }) => cache.context.instance === other,
                },
                events: (view, { instance }) => ({
                  call: { type: 'MOVE', to: onward(world, view) },
                  cache: { type: 'INSERT', instance },
                  instance: { type: 'SHARE' },
                  other: { type: 'DROP' },
                }),
              })
            : rule(
                'call.giveWay',
                { core: cores, application: applications },
                {
                  source: 'OP-TEE OS pull request 6836, tee_ta_init_user_ta_session',
                  actor: core,
                  sees: ({ application }) => ({ cache: cache(application) }),
                  sends: ({ core }) => ({ call: call(core) }),
                },
              ).does({
                when: { next: comesTo('cache-instance'), opened, taken: ({ cache }) => cache.context.instance !== 'none' },
                events: () => ({ call: { type: 'MOVE', to: { ...onto(world, 'newLost'), outcome: 'busy' } } }),
              }),
        ]
      : [
          rule(
            'call.cacheNothing',
            { core: cores },
            {
              source: runner('open_session_new_instance, is_single_instance'),
              actor: core,
              sends: ({ core }) => ({ call: call(core) }),
            },
          ).does({
            when: { next: comesTo('cache-instance') },
            events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
          }),
        ]),
    rule(
      'call.register',
      { core: cores, number: numbers, instance: instances },
      {
        source: registry('SessionManager::register_session'),
        actor: core,
        sends: ({ core, number, instance: name }) => ({
          call: call(core),
          session: session(number),
          instance: instance(name),
        }),
      },
    ).does({
      when: { next: comesTo('register'), known, its: ({ call }, { number }) => call.context.number === number },
      events: (view, { instance }) => ({
        call: { type: 'MOVE', to: { ...onward(world, view), owns: false } },
        session: { type: 'REGISTER', instance },
        instance: { type: 'SHARE' },
      }),
    }),
  ]
}
