import { type Rule, rule } from '../../checker/index.ts'
import { type ModuleWorld, named, names, vsm } from './module-calls.ts'
import { type ModuleDesign, type Release, unprotection } from './module-plan.ts'

/*
 * How a release finds a module's entry in the map, and how the entry goes away.
 *
 * Models: `iter_entry`, which holds the map's lock across the hypercalls of a release, and `remove`, which takes it again
 * afterwards, both of `ModuleMemoryMetadataMap` in `litebox_platform_lvbs/src/mshv/vsm.rs`; and two other orders.
 *
 * Leaves out: what `module-calls.ts` leaves out, and a hypercall of a release that fails.
 */

const releases: readonly string[] = ['free-init', 'unload'] satisfies readonly Release[]
const isRelease = (request: string): request is Release => releases.includes(request)

/** What a release does with the map: find the entry and hold the lock, or take the entry out; and forget it. */
export const releaseSteps = (world: ModuleWorld, design: ModuleDesign): readonly Rule[] => {
  const { cores, modules, call, entry, map } = world
  const places = { core: cores, module: names(modules) }
  const takes = design.release === 'take-then-unprotect'
  const phase = takes ? 'taking' : 'locking'
  const onward = (request: string, module: string, ranges: 'none' | 'without-init' | 'all') =>
    isRelease(request) && ranges !== 'none' ? unprotection(design, request, named(world, module), ranges) : []
  const find = takes
    ? rule('module.take', places, {
        source: 'proposed: ModuleMemoryMetadataMap::remove before protect_physical_memory_range',
        needed: true,
        actor: ({ core }) => core,
        sees: () => ({ map }),
        sends: ({ core, module }) => ({ call: call(core), entry: entry(module) }),
      }).does({
        when: {
          taking: ({ call }) => call.value === phase,
          itsTurn: ({ call }, { module }) => call.context.subject === module,
          found: ({ entry }) => entry.value === 'registered',
          mapIsFree: ({ map }) => map.value === 'free',
        },
        events: ({ call, entry }, { module }) => ({
          call: { type: 'TURN', todo: onward(call.context.request, module, entry.context.ranges) },
          entry: { type: call.context.request === 'unload' ? 'FORGET' : 'FORGET_INIT' },
        }),
      })
    : rule('module.lock', places, {
        source: vsm('ModuleMemoryMetadataMap::iter_entry'),
        needed: true,
        actor: ({ core }) => core,
        sees: ({ module }) => ({ entry: entry(module) }),
        sends: ({ core }) => ({ call: call(core), map }),
        waitsFor: ['map'],
      }).does({
        when: {
          locking: ({ call }) => call.value === phase,
          itsTurn: ({ call }, { module }) => call.context.subject === module,
          found: ({ entry }) => entry.value === 'registered',
        },
        events: ({ call, entry }, { core, module }) => ({
          call: { type: 'TURN', todo: onward(call.context.request, module, entry.context.ranges) },
          map: { type: 'ACQUIRE', holder: core },
        }),
      })
  // Between VTL0's request and this step only another core can have removed the entry.
  const miss = rule('module.miss', places, {
    source: vsm('ModuleTokenInvalid'),
    needed: true,
    actor: ({ core }) => core,
    sees: ({ module }) => ({ entry: entry(module), map }),
    sends: ({ core }) => ({ call: call(core) }),
  }).does({
    when: {
      finding: ({ call }) => call.value === phase,
      itsTurn: ({ call }, { module }) => call.context.subject === module,
      gone: ({ entry }) => entry.value === 'absent',
      mapIsFree: ({ map }) => map.value === 'free',
    },
    events: () => ({ call: { type: 'TURN', todo: [] } }),
  })
  const finding = cores.length > 1 ? [find, miss] : [find]
  if (takes) return finding
  return [
    ...finding,
    rule(
      'module.unlock',
      { core: cores },
      {
        source: vsm('ModuleMemoryMetadataIters, its end'),
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ call: call(core), map }),
      },
    ).does({
      when: { unlocking: ({ call }) => call.value === 'unlocking' },
      events: () => ({ call: { type: 'DONE' }, map: { type: 'RELEASE' } }),
    }),
    rule('module.forget', places, {
      source: vsm('ModuleMemoryMetadataMap::remove; remove_init_ranges in later versions'),
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ map }),
      sends: ({ core, module }) => ({ call: call(core), entry: entry(module) }),
    }).does({
      when: {
        forgetting: ({ call }) => call.value === 'forgetting',
        itsTurn: ({ call }, { module }) => call.context.subject === module,
        mapIsOurs: ({ map }, { core }) => map.value === 'free' || map.context.holder === core,
      },
      events: ({ call }) => ({
        call: { type: 'DONE' },
        entry: { type: call.context.request === 'unload' ? 'FORGET' : 'FORGET_INIT' },
      }),
    }),
  ]
}
