import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { spinlock } from '../platform/spinlock.ts'
import type { moduleEntry } from './module-entry.ts'
import { type Module, type ModuleDesign, type Release, release, validation } from './module-plan.ts'
import type { Vtl1 } from './protection-steps.ts'

/*
 * VTL0's calls about kernel modules, and the steps of theirs that concern the map of modules.
 *
 * Models: `ModuleMemoryMetadataMap` of `litebox_platform_lvbs/src/mshv/vsm.rs` under its spin lock: `iter_entry` holds the
 * lock across the hypercalls of a release; `register_module_memory_metadata` and `remove` take it for themselves. Later
 * versions reserve frames first (`FrameReservation::reserve`). VTL0 asks for anything at any time, on any core.
 *
 * Leaves out: what `module-plan.ts` leaves out, and a second validation of a module while a call about it is under way,
 * which would be another token for the same frames: a second module stands for that.
 */

export interface ModuleWorld extends Vtl1 {
  readonly modules: readonly Module[]
  readonly entry: (module: string) => CellOf<typeof moduleEntry>
  readonly map: CellOf<typeof spinlock>
}

export const vsm = (symbol: string): string => `litebox_platform_lvbs/src/mshv/vsm.rs: ${symbol}`
export const names = (modules: readonly Module[]): string[] => modules.map(({ name }) => name)
export const named = ({ modules }: ModuleWorld, name: string): Module => modules.find((module) => module.name === name)!

export const moduleRequests = (world: ModuleWorld, design: ModuleDesign): readonly Rule[] => {
  const { cores, modules, call, entry } = world
  const initialised = modules.filter(({ ranges }) => ranges.some(({ type }) => type === 'init-text'))
  const asks = (operation: Release, asked: 'init' | 'all', of: readonly Module[]): Rule =>
    rule(
      operation === 'unload' ? 'vtl0.unloadModule' : 'vtl0.freeModuleInit',
      { core: cores, module: names(of) },
      {
        kind: 'environment',
        source: vsm(operation === 'unload' ? 'mshv_vsm_unload_guest_module' : 'mshv_vsm_free_guest_module_init'),
        needed: true,
        actor: () => 'vtl0',
        sends: ({ core, module }) => ({ call: call(core), entry: entry(module) }),
      },
    ).does({
      when: {
        idle: ({ call }) => call.value === 'idle',
        registered: ({ entry }) => entry.value === 'registered',
      },
      events: (_, { module }) => ({
        call: { type: 'BEGIN', request: operation, subject: module, todo: release(design) },
        entry: { type: 'ASK', asked },
      }),
    })
  return [
    rule(
      'vtl0.validateModule',
      { core: cores, module: names(modules) },
      {
        kind: 'environment',
        source: vsm('mshv_vsm_validate_guest_module'),
        needed: true,
        actor: () => 'vtl0',
        sees: ({ core, module }) => ({ entry: entry(module), others: cores.filter((other) => other !== core).map(call) }),
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: {
        idle: ({ call }) => call.value === 'idle',
        unregistered: ({ entry }) => entry.value === 'absent',
        alone: ({ others }, { module }) => others.every(({ context }) => context.subject !== module),
      },
      events: (_, { module }) => ({
        call: { type: 'BEGIN', request: 'validate', subject: module, todo: validation(design, named(world, module)) },
      }),
    }),
    ...(initialised.length === 0 ? [] : [asks('free-init', 'init', initialised)]),
    asks('unload', 'all', modules),
  ]
}

/** Registration: the last step of a validation. */
export const registration = ({ cores, modules, call, entry, map }: ModuleWorld): Rule =>
  rule(
    'module.register',
    { core: cores, module: names(modules) },
    {
      source: vsm('register_module_memory_metadata'),
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ map }),
      sends: ({ core, module }) => ({ call: call(core), entry: entry(module) }),
    },
  ).does({
    when: {
      recording: ({ call }) => call.value === 'recording',
      itsTurn: ({ call }, { module }) => call.context.subject === module,
      mapIsFree: ({ map }) => map.value === 'free',
    },
    events: () => ({ call: { type: 'DONE' }, entry: { type: 'REGISTER' } }),
  })
