import { type Rule, rule } from '../../checker/index.ts'
import type { CallContext, Outcome } from './session-call.ts'
import { failureOf, type Mishap, type SessionPath, type SessionStep } from './session-paths.ts'
import { type AtCore, type CallView, comesTo, isOn, manager, onto, onward, runner, type SessionWorld } from './session-world.ts'

/*
 * The steps in which a core serves: the page table, the application, the answer.
 *
 * Models: `litebox_platform_lvbs/src/lib.rs: PageTableManager::load_task, load_base, current_page_table`, and of the
 * functions of the runner what happens between the lock and its end: load ldelf, load the context, run the application
 * (which may refuse, or crash: `TargetDead`), read its parameters back, write the answer to VTL0's memory. The answer
 * reads the application's memory, and asks the map of tables for the one that CR3 names: an unknown one is a panic.
 *
 * Leaves out: what is loaded, run, read and written; a crash while a core is already in the kernel (`kernel-faults`); an
 * application that does not come back.
 */

const core = ({ core }: AtCore): string => core

/** The same call on another path, or further on its own if that is where the failure leads. */
export function failed(world: SessionWorld, view: CallView, mishap: Mishap, outcome: Outcome): Partial<CallContext> {
  const path = failureOf(view.call.context.path, mishap, world.plan)
  return { ...(path === view.call.context.path ? onward(world, view) : onto(world, path)), outcome }
}

/** A step of the core's own, which may fail where everything may. */
const own = (world: SessionWorld, verb: string, step: SessionStep, mishap: Mishap, source: string): readonly Rule[] => {
  const footprint = { source, actor: core, sends: ({ core }: AtCore) => ({ call: world.call(core) }) }
  return [
    rule(`call.${verb}`, { core: world.cores }, { ...footprint }).does({
      when: { next: comesTo(step) },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
    }),
    ...(world.plan.failures === 'every'
      ? [
          rule(`call.${verb}InVain`, { core: world.cores }, footprint).does({
            when: { next: comesTo(step) },
            events: (view) => ({ call: { type: 'MOVE', to: failed(world, view, mishap, 'error') } }),
          }),
        ]
      : []),
  ]
}

export const serving = (world: SessionWorld): readonly Rule[] => [
  ...tableLoads(world),
  ...own(world, 'loadLdelf', 'load-ldelf', 'not-loaded', runner('open_session_new_instance, load_ldelf')),
  ...own(world, 'loadContext', 'load-context', 'not-loaded', runner('load_ta_context')),
  ...runs(world),
  ...reads(world),
  ...answers(world),
]

const tableLoads = (world: SessionWorld): readonly Rule[] => {
  const { cores, instances, tops, call, processor, instance, table, plan } = world
  const isCounted = plan.tables === 'last-owner-frees'
  const step: SessionStep = isCounted ? 'retain-table' : 'load-task'
  const axes = { core: cores, instance: instances, top: tops }
  type At = AtCore & { readonly instance: string; readonly top: string }
  const known = ({ call }: CallView, { instance }: At): boolean => call.context.instance === instance
  const named = ({ instance }: { readonly instance: { readonly context: { readonly table: string } } }, { top }: At): boolean =>
    instance.context.table === top
  /** A number that is not used again finds the table of its own instance, or none. */
  const isFound = (
    { table }: { readonly table: { readonly context: { readonly listed: boolean; readonly application: string } } },
    { instance }: At,
  ): boolean => table.context.listed && (plan.identity === 'frame' || table.context.application === instance)
  const base = (verb: string, step: SessionStep, source: string): Rule =>
    rule(
      `call.${verb}`,
      { core: cores },
      { source, actor: core, sends: ({ core }) => ({ call: call(core), processor: processor(core) }) },
    ).does({
      when: { next: comesTo(step) },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) }, processor: { type: 'LOAD', table: 'base' } }),
    })
  return [
    isCounted
      ? rule('call.retainTable', axes, {
          source: 'pull request 1246',
          actor: core,
          sees: ({ instance: known }) => ({ instance: instance(known) }),
          sends: ({ core, top }) => ({ call: call(core), processor: processor(core), table: table(top) }),
        }).does({
          when: { next: comesTo(step), known, named, isFound },
          events: (view, { top }) => ({
            call: { type: 'MOVE', to: onward(world, view) },
            processor: { type: 'RETAIN', table: top },
            table: { type: 'RETAIN' },
          }),
        })
      : rule('call.loadTask', axes, {
          source: manager('load_task'),
          actor: core,
          sees: ({ instance: known, top }) => ({ instance: instance(known), table: table(top) }),
          sends: ({ core }) => ({ call: call(core), processor: processor(core) }),
        }).does({
          when: { next: comesTo(step), known, named, isFound },
          events: (view, { top }) => ({
            call: { type: 'MOVE', to: onward(world, view) },
            processor: { type: 'LOAD', table: top },
          }),
        }),
    rule('call.findNoTable', axes, {
      source: manager('load_task, ENOENT'),
      actor: core,
      sees: ({ instance: known, top }) => ({ instance: instance(known), table: table(top) }),
      sends: ({ core }) => ({ call: call(core) }),
    }).does({
      when: { next: comesTo(step), known, named, missing: (view, at) => !isFound(view, at) },
      events: (view) => ({ call: { type: 'MOVE', to: failed(world, view, 'no-table', 'error') } }),
    }),
    ...(isCounted
      ? [
          rule(
            'call.loadRetained',
            { core: cores, top: tops },
            {
              source: 'pull request 1246',
              actor: core,
              sends: ({ core }) => ({ call: call(core), processor: processor(core) }),
            },
          ).does({
            when: { next: comesTo('load-task'), retained: ({ processor }, { top }) => processor.context.retained === top },
            events: (view, { top }) => ({
              call: { type: 'MOVE', to: onward(world, view) },
              processor: { type: 'LOAD', table: top },
            }),
          }),
          rule(
            'call.dropTable',
            { core: cores, top: tops },
            {
              source: 'pull request 1246',
              actor: core,
              sends: ({ core, top }) => ({ call: call(core), processor: processor(core), table: table(top) }),
            },
          ).does({
            when: { next: comesTo('drop-table'), retained: ({ processor }, { top }) => processor.context.retained === top },
            events: (view) => ({
              call: { type: 'MOVE', to: onward(world, view) },
              processor: { type: 'DROP' },
              table: { type: 'DROP' },
            }),
          }),
          rule(
            'call.dropNoTable',
            { core: cores },
            {
              source: 'pull request 1246',
              actor: core,
              sees: ({ core }) => ({ processor: processor(core) }),
              sends: ({ core }) => ({ call: call(core) }),
            },
          ).does({
            when: { next: comesTo('drop-table'), nothing: ({ processor }) => processor.context.retained === 'none' },
            events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
          }),
        ]
      : []),
    base('loadBase', 'load-base', manager('load_base')),
    base('switchToBase', 'switch-to-base', runner('switch_to_base_page_table')),
  ]
}

/** What becomes of a call when the application has run: the path, and what will be answered. */
const branchAfterRun = (world: SessionWorld, view: CallView, outcome: Outcome): Partial<CallContext> => {
  if (isOn(view, 'new')) return { ...onto(world, outcome === 'success' ? 'newOpen' : 'newUnloaded'), outcome }
  return { ...onward(world, view), outcome }
}

const runs = (world: SessionWorld): readonly Rule[] => {
  const { cores, numbers, instances, call, processor, session, instance, plan } = world
  const isClose = (view: CallView): boolean => isOn(view, 'closeSession')
  const entering = (symbol: string) => ({ source: `litebox_platform_lvbs/src/lib.rs: ${symbol}`, actor: core })
  const leaving = {
    source: 'litebox_platform_lvbs/src/lib.rs: run_thread_arch, done',
    actor: core,
    sends: ({ core }: AtCore) => ({ call: call(core), processor: processor(core) }),
  }
  return [
    rule(
      'call.enter',
      { core: cores },
      {
        ...entering('run_thread_ref, reenter_thread_ref'),
        sends: ({ core }) => ({ call: call(core), processor: processor(core) }),
      },
    ).does({
      when: { next: comesTo('enter'), notToClose: (view) => !isClose(view) },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) }, processor: { type: 'ENTER' } }),
    }),
    rule(
      'call.enterToClose',
      { core: cores, number: numbers },
      {
        ...entering('reenter_thread_ref'),
        sends: ({ core, number }) => ({ call: call(core), processor: processor(core), session: session(number) }),
      },
    ).does({
      when: { next: comesTo('enter'), toClose: isClose, asked: ({ call }, { number }) => call.context.number === number },
      events: (view) => ({
        call: { type: 'MOVE', to: onward(world, view) },
        processor: { type: 'ENTER' },
        session: { type: 'CLOSE' },
      }),
    }),
    rule('call.leave', { core: cores }, { ...leaving }).does({
      when: { next: comesTo('leave') },
      events: (view) => ({
        call: { type: 'MOVE', to: branchAfterRun(world, view, 'success') },
        processor: { type: 'LEAVE' },
      }),
    }),
    ...(plan.failures === 'none'
      ? []
      : [
          rule('call.leaveRefused', { core: cores }, { ...leaving }).does({
            // A command that the application refuses is answered like one that it has carried out.
            when: { next: comesTo('leave'), mayRefuse: (view) => isOn(view, 'new', 'newOpen', 'existing') },
            events: (view) => ({
              call: { type: 'MOVE', to: branchAfterRun(world, view, 'refused') },
              processor: { type: 'LEAVE' },
            }),
          }),
          rule(
            'call.leaveCrashed',
            { core: cores, instance: instances },
            {
              source: 'litebox_shim_optee/src/lib.rs: OpteeShimEntrypoints::exception',
              actor: core,
              sends: ({ core, instance: known }) => ({
                call: call(core),
                processor: processor(core),
                instance: instance(known),
              }),
            },
          ).does({
            when: {
              next: comesTo('leave'),
              // To an instance that nobody else knows yet it makes no difference why it has failed.
              mayCrash: (view) => !isOn(view, 'new', 'newOpen'),
              known: ({ call }, { instance }) => call.context.instance === instance,
            },
            // What an application answers to a close is not looked at.
            events: (view) => ({
              call: { type: 'MOVE', to: branchAfterRun(world, view, isClose(view) ? 'success' : 'crashed') },
              processor: { type: 'LEAVE' },
              instance: { type: 'CRASH' },
            }),
          }),
        ]),
  ]
}

/** Where the parameters have been read the source looks at what the application has said. */
const branchAfterRead = ({ call: { context } }: CallView): SessionPath => {
  const { path, outcome } = context
  if (path === 'newOpen') return outcome === 'success' ? 'newSuccess' : 'newRefused'
  if (path === 'invokeSession') return outcome === 'success' ? 'invokeDone' : 'invokeDead'
  return outcome === 'success' ? 'existingSuccess' : outcome === 'refused' ? 'existingRefused' : 'existingDead'
}

const reads = (world: SessionWorld): readonly Rule[] => {
  const { cores, call, plan } = world
  const footprint = {
    source: runner('UserConstPtr::<UteeParams>::read_at_offset'),
    actor: core,
    sends: ({ core }: AtCore) => ({ call: call(core) }),
  }
  return [
    rule('call.readParams', { core: cores }, { ...footprint }).does({
      when: { next: comesTo('read-params') },
      events: (view) => ({ call: { type: 'MOVE', to: onto(world, branchAfterRead(view)) } }),
    }),
    ...(plan.failures === 'every'
      ? [
          rule('call.readParamsInVain', { core: cores }, footprint).does({
            when: { next: comesTo('read-params') },
            events: (view) => ({ call: { type: 'MOVE', to: failed(world, view, 'not-read', 'error') } }),
          }),
        ]
      : []),
  ]
}

const answers = (world: SessionWorld): readonly Rule[] => {
  const { cores, tops, call, processor, table, plan } = world
  const isCounted = plan.tables === 'last-owner-frees'
  const steps: readonly SessionStep[] = ['answer', 'release']
  const current = {
    actor: core,
    sees: ({ core, top }: AtCore & { readonly top: string }) => ({ processor: processor(core), table: table(top) }),
    sends: ({ core }: AtCore) => ({ call: call(core) }),
  }
  const loaded = (
    { processor }: { readonly processor: { readonly context: { readonly table: string } } },
    { top }: { readonly top: string },
  ): boolean => processor.context.table === top
  const onBase = {
    source: runner('write_msg_args_to_normal_world'),
    actor: core,
    sees: ({ core }: AtCore) => ({ processor: processor(core) }),
    sends: ({ core }: AtCore) => ({ call: call(core) }),
  }
  const atBase = ({ processor }: { readonly processor: { readonly context: { readonly table: string } } }): boolean =>
    processor.context.table === 'base'
  return [
    rule('call.answer', { core: cores, top: tops }, { ...current, source: runner('write_msg_args_to_normal_world') }).does({
      when: { next: comesTo('answer'), loaded, known: ({ table }) => isCounted || table.context.listed },
      events: (view) => ({ call: { type: 'MOVE', to: onward(world, view) } }),
    }),
    ...(isCounted
      ? []
      : [
          rule(
            'call.panicAtTable',
            { core: cores, top: tops },
            { ...current, source: manager('current_page_table, unreachable!') },
          ).does({
            when: {
              next: ({ call }) => call.value === 'underWay' && steps.includes(call.context.next),
              loaded,
              unknown: ({ table }) => !table.context.listed,
            },
            events: () => ({ call: { type: 'PANIC', cause: 'unknown-table' } }),
          }),
        ]),
    rule('call.answerOnBase', { core: cores }, onBase).does({
      when: { next: comesTo('answer'), atBase },
      events: (view) => ({
        call: plan.build === 'debug' ? { type: 'PANIC', cause: 'assertion' } : { type: 'MOVE', to: onward(world, view) },
      }),
    }),
    ...(plan.failures === 'every'
      ? [
          rule(
            'call.answerInVain',
            { core: cores },
            { ...onBase, source: runner('write_msg_args_to_normal_world, write_slice_at_offset') },
          ).does({
            when: { next: comesTo('answer'), notAsserted: (view) => plan.build === 'release' || !atBase(view) },
            events: (view) => ({ call: { type: 'MOVE', to: failed(world, view, 'not-answered', 'error') } }),
          }),
        ]
      : []),
  ]
}
