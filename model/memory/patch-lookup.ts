import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import { nobody } from './guest-frame.ts'
import { type ModuleWorld, names, vsm } from './module-calls.ts'
import type { registryLock } from './protection-registry.ts'

/*
 * The map of precomputed patches, and a core that looks a patch up and then writes it.
 *
 * Models: `PatchDataMap` and `mshv_vsm_patch_text` of `litebox_platform_lvbs/src/mshv/vsm.rs`: the lookup takes the map's
 * reader-writer lock for itself, and nothing is held until the write. A validation puts a module's patches into the map,
 * an unload takes them out. A patch of the module's own text leaves it what it was verified to be; in any other text it is
 * tampering.
 *
 * Leaves out: what is written where, for which see `text-patch.ts`; the kernel's own patches, which stay for ever; and
 * patches of any module but the first, which are looked up in the same way.
 */

/** The patches of one module. `generation` says which insertion they come from, so that a reader can tell. */
export const patchEntry = setup({
  types: { context: {} as { generation: number }, events: {} as { type: 'INSERT' } | { type: 'DROP' } },
}).createMachine({
  id: 'patchEntry',
  context: { generation: 0 },
  initial: 'absent',
  states: {
    absent: {
      on: {
        INSERT: {
          target: 'present',
          actions: update((entry) => {
            entry.generation = 1 - entry.generation
          }),
        },
        DROP: 'absent',
      },
    },
    present: { on: { INSERT: 'present', DROP: 'absent' } },
  },
})

export const patcher = setup({
  types: {
    context: {} as { generation: number },
    events: {} as
      | { type: 'ASK' }
      | { type: 'FIND'; generation: number }
      | { type: 'MISS' }
      | { type: 'CHECK' }
      | { type: 'WRITE' },
  },
  actions: {
    forget: update((patcher) => {
      patcher.generation = 0
    }),
  },
}).createMachine({
  id: 'patcher',
  context: { generation: 0 },
  initial: 'idle',
  states: {
    idle: { on: { ASK: 'asked' } },
    asked: {
      on: {
        FIND: {
          target: 'found',
          actions: update((patcher, { generation }) => {
            patcher.generation = generation
          }),
        },
        MISS: 'idle',
      },
    },
    found: {
      on: { CHECK: 'checked', WRITE: { target: 'idle', actions: 'forget' }, MISS: { target: 'idle', actions: 'forget' } },
    },
    checked: { on: { WRITE: { target: 'idle', actions: 'forget' } } },
  },
})

export interface Patching extends ModuleWorld {
  /** The cores on which VTL1 serves patches. */
  readonly patchers: readonly string[]
  readonly patcher: (core: string) => CellOf<typeof patcher>
  /** Whose patches are modelled, and the frame that they are for. */
  readonly patched: { readonly module: string; readonly frame: string }
  readonly patches: CellOf<typeof patchEntry>
  readonly patchLock: CellOf<typeof registryLock>
}

/**
 * `unlocked`: nothing is held between lookup and write. `generation`: before the write the entry is looked at again.
 * `lock-spanning`: the map's lock is held shared from the lookup to the write.
 */
export type Lookup = 'unlocked' | 'generation' | 'lock-spanning'

/** The map as validations and releases change it, under its lock. */
export const patchMap = ({ cores, modules, call, patches, patched, patchLock }: Patching): readonly Rule[] => {
  const places = { core: cores, module: names(modules) }
  const step = (name: string, phase: 'inserting' | 'dropping', type: 'INSERT' | 'DROP', symbol: string): Rule =>
    rule(name, places, {
      source: vsm(symbol),
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, module }) => ({
        call: call(core),
        patches: module === patched.module ? [patches] : [],
        patchLock,
      }),
      waitsFor: ['patchLock'],
    }).does({
      when: {
        changing: ({ call }) => call.value === phase,
        itsTurn: ({ call }, { module }) => call.context.subject === module,
      },
      events: () => ({ call: { type: 'DONE' }, patches: { type }, patchLock: { type: 'PASS' } }),
    })
  return [
    step('patches.insert', 'inserting', 'INSERT', 'PatchDataMap::insert_patch_data_from_bytes'),
    step('patches.drop', 'dropping', 'DROP', 'PatchDataMap::remove_patch_data'),
  ]
}

export function patchWrites(world: Patching, lookup: Lookup): readonly Rule[] {
  const { patchers, patcher, patches, patchLock, patched, bytes } = world
  const each = { core: patchers }
  const spans = lookup === 'lock-spanning'
  const ask = rule('vtl0.patchText', each, {
    kind: 'environment',
    source: vsm('mshv_vsm_patch_text'),
    needed: true,
    actor: () => 'vtl0',
    sends: ({ core }) => ({ patcher: patcher(core) }),
  }).does({
    when: { idle: ({ patcher }) => patcher.value === 'idle' },
    events: () => ({ patcher: { type: 'ASK' } }),
  })
  const find = rule('patch.find', each, {
    source: vsm('find_precomputed_patch'),
    needed: true,
    actor: ({ core }) => core,
    sees: () => ({ patches }),
    sends: ({ core }) => ({ patcher: patcher(core), patchLock: spans ? [patchLock] : [] }),
    waitsFor: ['patchLock'],
  }).does({
    when: {
      asked: ({ patcher }) => patcher.value === 'asked',
      present: ({ patches }) => patches.value === 'present',
    },
    events: ({ patches }) => ({
      patcher: { type: 'FIND', generation: lookup === 'generation' ? patches.context.generation : 0 },
      patchLock: { type: 'ENTER' },
    }),
  })
  const miss = rule('patch.miss', each, {
    source: vsm('PrecomputedPatchNotFound'),
    needed: true,
    actor: ({ core }) => core,
    sees: () => ({ patches }),
    sends: ({ core }) => ({ patcher: patcher(core) }),
  }).does({
    when: {
      asked: ({ patcher }) => patcher.value === 'asked',
      absent: ({ patches }) => patches.value === 'absent',
    },
    events: () => ({ patcher: { type: 'MISS' } }),
  })
  const recheck = rule('patch.recheck', each, {
    source: 'proposed: look at the entry again before the write',
    needed: true,
    actor: ({ core }) => core,
    sees: () => ({ patches }),
    sends: ({ core }) => ({ patcher: patcher(core) }),
  }).does({
    when: { found: ({ patcher }) => patcher.value === 'found' },
    events: ({ patcher, patches }) => ({
      patcher: {
        type: patches.value === 'present' && patches.context.generation === patcher.context.generation ? 'CHECK' : 'MISS',
      },
    }),
  })
  const ready = lookup === 'generation' ? 'checked' : 'found'
  const write = rule('patch.write', each, {
    source: vsm('apply_vtl0_text_patch'),
    needed: true,
    actor: ({ core }) => core,
    sends: ({ core }) => ({
      patcher: patcher(core),
      bytes: bytes(patched.frame),
      patchLock: spans ? [patchLock] : [],
    }),
  }).does({
    when: { ready: ({ patcher }) => patcher.value === ready },
    events: ({ bytes }) => ({
      patcher: { type: 'WRITE' },
      bytes: { type: 'WRITE', of: bytes.context.of === patched.module ? patched.module : nobody },
      patchLock: { type: 'LEAVE' },
    }),
  })
  return lookup === 'generation' ? [ask, find, miss, recheck, write] : [ask, find, miss, write]
}
