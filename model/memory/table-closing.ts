import { type Rule, rule } from '../../checker/index.ts'
import type { TableWorld } from './table-life.ts'
import { comesTo, coresThat, quietStep } from './table-serving.ts'

/*
 * The end of an application, and the beginning of the next.
 *
 * Models: `litebox_runner_lvbs/src/lib.rs: handle_close_session` from the moment it lets go of the lock,
 * `teardown_ta_page_table`, whose results are ignored, `litebox_platform_lvbs/src/lib.rs:
 * PageTableManager::delete_task_page_table`, and `create_task_page_table` for the next application.
 *
 * Leaves out: the response of a close (it is written before), the keep-alive flag, and copying the top-level entries of
 * the base table into the new one (`shared-tables` asks what comes of that).
 */

const runner = (symbol: string): string => `litebox_runner_lvbs/src/lib.rs: ${symbol}`
const manager = (symbol: string): string => `litebox_platform_lvbs/src/lib.rs: PageTableManager::${symbol}`

export const closing = (world: TableWorld, closer: string): readonly Rule[] => {
  const { request, instance, design, steps } = world
  const plan = steps(closer)
  const actor = ({ core }: { readonly core: string }): string => core
  const core = [closer]
  return [
    rule(
      'request.unregister',
      { core },
      {
        source: runner('handle_close_session, unregister_session'),
        needed: true,
        actor,
        sends: ({ core }) => ({ request: request(core), instance }),
      },
    ).does({
      when: { next: comesTo(world, 'unregister') },
      events: () => ({ request: { type: 'STEP' }, instance: { type: 'UNREGISTER' } }),
    }),
    rule(
      'request.countNone',
      { core },
      {
        source: runner('handle_close_session, count_sessions_for_instance'),
        needed: true,
        actor,
        sees: () => ({ instance }),
        sends: ({ core }) => ({ request: request(core) }),
      },
    ).does({
      when: { next: comesTo(world, 'count'), none: ({ instance }) => instance.context.sessions === 0 },
      events: () => ({ request: { type: 'STEP' } }),
    }),
    ...(coresThat(world, 'register').length > 0
      ? [
          rule(
            'request.countOthers',
            { core },
            {
              source: runner('handle_close_session, count_sessions_for_instance'),
              actor,
              sees: () => ({ instance }),
              sends: ({ core }) => ({ request: request(core) }),
            },
          ).does({
            when: { next: comesTo(world, 'count'), others: ({ instance }) => instance.context.sessions > 0 },
            // After the end of the list comes what is left to do if the application stays.
            events: () => ({ request: { type: 'JUMP', to: plan.indexOf('finish') + 1 } }),
          }),
        ]
      : []),
    rule(
      'request.uncache',
      { core },
      {
        source: runner('handle_close_session, remove_single_instance'),
        needed: true,
        actor,
        sends: ({ core }) => ({ request: request(core), instance }),
      },
    ).does({
      when: { next: comesTo(world, 'uncache') },
      events: () => ({ request: { type: 'STEP' }, instance: { type: 'UNCACHE' } }),
    }),
    rule(
      'request.lockAgain',
      { core },
      {
        source: runner('handle_close_session, entry.instance.lock'),
        needed: true,
        actor,
        sends: ({ core }) => ({ request: request(core), instance }),
        waitsFor: ['instance'],
      },
    ).does({
      when: { next: comesTo(world, 'lock-again') },
      events: (_, { core }) => ({ request: { type: 'STEP' }, instance: { type: 'LOCK', holder: core } }),
    }),
    ...(design.instance === 'marked-dead'
      ? [
          rule(
            'request.markDead',
            { core },
            {
              source: 'later sources: an instance has a state, looked at under its lock',
              needed: true,
              actor,
              sends: ({ core }) => ({ request: request(core), instance }),
            },
          ).does({
            when: { next: comesTo(world, 'mark-dead') },
            events: () => ({ request: { type: 'STEP' }, instance: { type: 'MARK_DEAD' } }),
          }),
        ]
      : []),
    quietStep(world, 'release', 'release', runner('teardown_ta_page_table, release_user_mappings')),
    ...deleting(world, closer),
    ...nextApplication(world, closer),
  ]
}

/** Whether a deletion goes through, as far as the design looks. The own core is back on the base table. */
const deleting = (world: TableWorld, closer: string): readonly Rule[] => {
  const { cores, tops, request, table, cr3, design } = world
  const { lifetime } = design
  const others = cores.filter((core) => core !== closer)
  const actor = ({ core }: { readonly core: string }): string => core
  interface Seen {
    readonly table: { readonly value: string; readonly context: { readonly references: number } }
    readonly others: readonly { readonly context: { readonly table: string } }[]
  }
  const isRefused = ({ table, others }: Seen, top: string): boolean => {
    if (lifetime === 'own-cr3' || lifetime === 'last-owner-frees') return false
    if (lifetime === 'every-cr3') return others.some((other) => other.context.table === top)
    return table.context.references > 1
  }
  const named = (
    { request }: { readonly request: { readonly context: { readonly top: string } } },
    { top }: { readonly top: string },
  ): boolean => request.context.top === top
  const refusable = lifetime !== 'own-cr3' && lifetime !== 'last-owner-frees'
  return [
    rule(
      'request.delete',
      { core: [closer], top: tops },
      {
        source: manager('delete_task_page_table, task_pts.remove'),
        needed: true,
        actor,
        sees: () => ({ others: lifetime === 'every-cr3' ? others.map(cr3) : [] }),
        sends: ({ core, top }) => ({ request: request(core), table: table(top) }),
      },
    ).does({
      when: {
        next: comesTo(world, 'delete'),
        named,
        accepted: ({ table, others }, { top }) => !isRefused({ table, others }, top),
      },
      events: () => ({
        request: { type: 'STEP' },
        table: { type: lifetime === 'last-owner-frees' ? 'UNLIST' : 'DELETE' },
      }),
    }),
    ...(refusable
      ? [
          rule(
            'request.findInUse',
            { core: [closer], top: tops },
            {
              source: manager('delete_task_page_table, EBUSY'),
              actor,
              sees: ({ top }) => ({ table: table(top), others: lifetime === 'every-cr3' ? others.map(cr3) : [] }),
              sends: ({ core }) => ({ request: request(core) }),
            },
          ).does({
            when: {
              next: comesTo(world, 'delete'),
              named,
              refused: ({ table, others }, { top }) => isRefused({ table, others }, top),
            },
            events: () => ({ request: { type: 'STEP' } }),
          }),
        ]
      : []),
    rule(
      'request.awaitFreed',
      { core: [closer], top: tops },
      {
        source: manager('delete_task_page_table, end'),
        needed: true,
        actor,
        sees: ({ top }) => ({ table: table(top) }),
        sends: ({ core }) => ({ request: request(core) }),
      },
    ).does({
      when: {
        next: comesTo(world, 'await-freed'),
        named,
        notUnderWay: ({ table }) => table.value === 'absent' || table.value === 'intact',
      },
      events: () => ({ request: { type: 'STEP' } }),
    }),
  ]
}

const nextApplication = (world: TableWorld, closer: string): readonly Rule[] => {
  const { tops, request, table } = world
  const actor = ({ core }: { readonly core: string }): string => core
  return [
    rule(
      'request.build',
      { core: [closer], top: tops },
      {
        source: manager('create_task_page_table, new_top_level'),
        needed: true,
        actor,
        sends: ({ core, top }) => ({ request: request(core), table: table(top) }),
      },
    ).does({
      when: { next: comesTo(world, 'build'), free: ({ table }) => table.value === 'absent' },
      events: (_, { top }) => ({
        request: { type: 'BUILD', application: 'ta1', top },
        table: { type: 'BUILD', application: 'ta1' },
      }),
    }),
    rule(
      'request.list',
      { core: [closer], top: tops },
      {
        source: manager('create_task_page_table, task_pts.insert'),
        needed: true,
        actor,
        sends: ({ core, top }) => ({ request: request(core), table: table(top) }),
      },
    ).does({
      when: { next: comesTo(world, 'list'), named: ({ request }, { top }) => request.context.top === top },
      events: () => ({ request: { type: 'STEP' }, table: { type: 'LIST' } }),
    }),
  ]
}
