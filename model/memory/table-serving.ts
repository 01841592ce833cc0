import { type Rule, rule } from '../../checker/index.ts'
import type { TableWorld } from './table-life.ts'
import type { RequestStep } from './table-request.ts'
import { isCounted } from './table-request-plan.ts'

/*
 * The steps of a request that serves: from the instance to the base table again.
 *
 * Models: `litebox_runner_lvbs/src/lib.rs: open_session_single_instance, handle_invoke_command, handle_close_session`,
 * and of `litebox_platform_lvbs/src/lib.rs: PageTableManager` what they call: `load_task` (the look-up and the write of
 * CR3 under the lock on the map; or, where references are counted, a clone under that lock, and then the write),
 * `current_page_table` (which takes CR3 for the key, and panics if the map has no such table), and `load_base`. An
 * instance that is busy ends the request; the driver of VTL0 may send it again.
 *
 * Leaves out: what `table-request.ts` leaves out.
 */

const runner = (symbol: string): string => `litebox_runner_lvbs/src/lib.rs: ${symbol}`
const manager = (symbol: string): string => `litebox_platform_lvbs/src/lib.rs: PageTableManager::${symbol}`

interface RequestView {
  readonly request: { readonly value: string; readonly context: { readonly done: number } }
}

/** Whether the core's next step is `step`. */
export const comesTo =
  ({ steps }: TableWorld, step: RequestStep) =>
  ({ request }: RequestView, { core }: { readonly core: string }): boolean =>
    request.value === 'underWay' && steps(core)[request.context.done] === step

/** The cores that take a step at all. */
export const coresThat = ({ cores, steps }: TableWorld, step: RequestStep): readonly string[] =>
  cores.filter((core) => steps(core).includes(step))

/** A step in which the core does something that nobody else sees. */
export const quietStep = (world: TableWorld, name: string, step: RequestStep, source: string): Rule =>
  rule(
    `request.${name}`,
    { core: coresThat(world, step) },
    { source, needed: true, actor: ({ core }) => core, sends: ({ core }) => ({ request: world.request(core) }) },
  ).does({
    when: { next: comesTo(world, step) },
    events: () => ({ request: { type: 'STEP' } }),
  })

interface TableView {
  readonly value: string
  readonly context: { readonly application: string; readonly listed: boolean }
}

/** Whether the map has a table under the name by which the instance knows it. */
const isFound = ({ design }: TableWorld, table: TableView, application: string): boolean =>
  table.context.listed && (design.identity === 'frame' || table.context.application === application)

export const serving = (world: TableWorld): readonly Rule[] => [
  ...finding(world),
  ...loading(world),
  quietStep(world, 'run', 'run', runner('litebox_platform_lvbs::reenter_thread_ref')),
  ...answering(world),
  ...leaving(world),
]

const finding = (world: TableWorld): readonly Rule[] => {
  const { cores, request, instance, call } = world
  const exists = ({ cached, sessions }: { readonly cached: boolean; readonly sessions: number }, core: string): boolean =>
    call(core) === 'open' ? cached : sessions > 0
  const footprint = {
    actor: ({ core }: { readonly core: string }) => core,
    sees: () => ({ instance }),
    sends: ({ core }: { readonly core: string }) => ({ request: request(core) }),
  }
  return [
    rule(
      'request.find',
      { core: cores },
      { ...footprint, source: runner('get_single_instance, get_session_entry'), needed: true },
    ).does({
      when: { next: comesTo(world, 'find'), exists: ({ instance }, { core }) => exists(instance.context, core) },
      events: () => ({ request: { type: 'STEP' } }),
    }),
    rule(
      'request.findNothing',
      { core: cores.filter((core) => call(core) !== 'close') },
      { ...footprint, source: runner('get_single_instance, get_session_entry') },
    ).does({
      when: { next: comesTo(world, 'find'), gone: ({ instance }, { core }) => !exists(instance.context, core) },
      events: () => ({ request: { type: 'FINISH' } }),
    }),
    rule(
      'request.lock',
      { core: cores },
      {
        source: runner('instance.try_lock'),
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ request: request(core), instance }),
      },
    ).does({
      when: { next: comesTo(world, 'lock'), free: ({ instance }) => instance.value === 'free' },
      events: (_, { core }) => ({ request: { type: 'STEP' }, instance: { type: 'LOCK', holder: core } }),
    }),
    rule('request.findBusy', { core: cores }, { ...footprint, source: runner('EThreadLimit') }).does({
      when: { next: comesTo(world, 'lock'), busy: ({ instance }) => instance.value === 'locked' },
      events: () => ({ request: { type: 'FINISH' } }),
    }),
    ...(world.design.instance === 'marked-dead'
      ? [
          rule(
            'request.check',
            { core: cores },
            { ...footprint, source: 'later sources: an instance has a state, looked at under its lock', needed: true },
          ).does({
            when: { next: comesTo(world, 'check'), alive: ({ instance }) => !instance.context.dead },
            events: () => ({ request: { type: 'STEP' } }),
          }),
          rule(
            'request.findDead',
            { core: cores.filter((core) => call(core) !== 'close') },
            { ...footprint, source: 'later sources: an instance has a state, looked at under its lock', needed: true },
          ).does({
            when: { next: comesTo(world, 'check'), dead: ({ instance }) => instance.context.dead },
            events: () => ({ request: { type: 'ABORT' } }),
          }),
        ]
      : []),
  ]
}

/** The first step of loading asks the map; where references are counted, the write of CR3 is a second step. */
const loading = (world: TableWorld): readonly Rule[] => {
  const { cores, tops, request, table, cr3, instance, design } = world
  const counted = isCounted(design.lifetime)
  const named = (
    { request }: { readonly request: { readonly context: { readonly top: string } } },
    { top }: { readonly top: string },
  ): boolean => request.context.top === top
  return [
    ...(counted
      ? [
          rule(
            'request.retain',
            { core: cores, top: tops },
            {
              source: 'later sources: load_task, Arc::clone',
              needed: true,
              actor: ({ core }) => core,
              sends: ({ core, top }) => ({ request: request(core), table: table(top) }),
            },
          ).does({
            when: {
              next: comesTo(world, 'retain'),
              named,
              found: ({ table, request }) => isFound(world, table, request.context.application),
            },
            events: () => ({ request: { type: 'STEP' }, table: { type: 'RETAIN' } }),
          }),
        ]
      : []),
    rule(
      'request.load',
      { core: cores, top: tops },
      {
        source: manager('load_task, pt.load'),
        needed: true,
        actor: ({ core }) => core,
        sees: ({ top }) => ({ table: table(top) }),
        sends: ({ core }) => ({ request: request(core), cr3: cr3(core) }),
      },
    ).does({
      when: {
        next: comesTo(world, 'load'),
        named,
        found: ({ table, request }) => counted || isFound(world, table, request.context.application),
      },
      events: (_, { top }) => ({ request: { type: 'STEP' }, cr3: { type: 'LOAD', table: top } }),
    }),
    rule(
      'request.findNoTable',
      { core: cores, top: tops },
      {
        source: manager('load_task, ENOENT'),
        actor: ({ core }) => core,
        sees: ({ top }) => ({ table: table(top) }),
        sends: ({ core }) => ({ request: request(core) }),
      },
    ).does({
      when: {
        next: comesTo(world, counted ? 'retain' : 'load'),
        named,
        missing: ({ table, request }) => !isFound(world, table, request.context.application),
      },
      events: () => ({ request: { type: 'ABORT' } }),
    }),
    rule(
      'request.abort',
      { core: cores },
      {
        source: runner('switch_to_task_page_table, EBadCmd'),
        actor: ({ core }) => core,
        sends: ({ core }) => ({ request: request(core), instance }),
      },
    ).does({
      when: { aborting: ({ request }) => request.value === 'aborting' },
      events: () => ({ request: { type: 'UNLOCK' }, instance: { type: 'UNLOCK' } }),
    }),
  ]
}

const answering = (world: TableWorld): readonly Rule[] => {
  const { tops, request, cr3, table, instance, design } = world
  const counted = isCounted(design.lifetime)
  const open = coresThat(world, 'register')
  const current = {
    actor: ({ core }: { readonly core: string }) => core,
    sees: ({ core, top }: { readonly core: string; readonly top: string }) => ({ cr3: cr3(core), table: table(top) }),
    sends: ({ core }: { readonly core: string }) => ({ request: request(core) }),
  }
  return [
    rule(
      'request.unlock',
      { core: coresThat(world, 'unlock') },
      {
        source: runner('drop(instance)'),
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ request: request(core), instance }),
      },
    ).does({
      when: { next: comesTo(world, 'unlock') },
      events: () => ({ request: { type: 'STEP' }, instance: { type: 'UNLOCK' } }),
    }),
    ...(open.length === 0
      ? []
      : [
          rule(
            'request.register',
            { core: open },
            {
              source: runner('open_session_single_instance, register_session'),
              needed: true,
              actor: ({ core }) => core,
              sends: ({ core }) => ({ request: request(core), instance }),
            },
          ).does({
            when: { next: comesTo(world, 'register') },
            events: () => ({ request: { type: 'STEP' }, instance: { type: 'REGISTER' } }),
          }),
          quietStep(world, 'refuseSession', 'register', runner('open_session_single_instance, return_code')),
        ]),
    rule(
      'request.lookUpCurrent',
      { core: world.cores, top: tops },
      { ...current, source: manager('current_page_table'), needed: true },
    ).does({
      when: {
        next: comesTo(world, 'look-up-current'),
        loaded: ({ cr3 }, { top }) => cr3.context.table === top,
        known: ({ table }) => counted || table.context.listed,
      },
      events: () => ({ request: { type: 'STEP' } }),
    }),
    ...(counted
      ? []
      : [
          rule(
            'request.panic',
            { core: world.cores, top: tops },
            { ...current, source: manager('current_page_table, unreachable!') },
          ).does({
            when: {
              next: comesTo(world, 'look-up-current'),
              loaded: ({ cr3 }, { top }) => cr3.context.table === top,
              unknown: ({ table }) => !table.context.listed,
            },
            events: () => ({ request: { type: 'PANIC' } }),
          }),
        ]),
    rule(
      'request.answer',
      { core: world.cores, top: tops },
      { ...current, source: runner('write_msg_args_to_normal_world'), needed: true },
    ).does({
      when: { next: comesTo(world, 'answer'), loaded: ({ cr3 }, { top }) => cr3.context.table === top },
      events: () => ({ request: { type: 'STEP' } }),
    }),
  ]
}

const leaving = (world: TableWorld): readonly Rule[] => {
  const { cores, tops, request, cr3, table } = world
  const dropping = coresThat(world, 'drop')
  return [
    rule(
      'request.loadBase',
      { core: cores },
      {
        source: manager('load_base'),
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ request: request(core), cr3: cr3(core) }),
      },
    ).does({
      when: { next: comesTo(world, 'load-base') },
      events: () => ({ request: { type: 'STEP' }, cr3: { type: 'LOAD', table: 'base' } }),
    }),
    ...(dropping.length === 0
      ? []
      : [
          rule(
            'request.drop',
            { core: dropping, top: tops },
            {
              source: 'later sources: load_base, set_active_page_table(None)',
              needed: true,
              actor: ({ core }) => core,
              sends: ({ core, top }) => ({ request: request(core), table: table(top) }),
            },
          ).does({
            when: { next: comesTo(world, 'drop'), named: ({ request }, { top }) => request.context.top === top },
            events: () => ({ request: { type: 'STEP' }, table: { type: 'DROP' } }),
          }),
        ]),
    rule(
      'request.finish',
      { core: cores },
      {
        source: runner('run'),
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ request: request(core) }),
      },
    ).does({
      when: { next: comesTo(world, 'finish') },
      events: () => ({ request: { type: 'FINISH' } }),
    }),
  ]
}
