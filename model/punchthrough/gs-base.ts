import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule, update } from '../../checker/index.ts'
import { baseNamed, type segmentBase } from '../platform/segment-base.ts'

/*
 * The GS base of a core that belongs to the kernel and to its guest by turns, and a pointer of the kernel's per-CPU area.
 *
 * Models: `litebox_platform_lvbs/src/lib.rs`: the register and its stand-in (the MSR KernelGsBase) change places at every
 * entry to the kernel and at every way out (`swapgs`); the kernel finds its per-CPU area through the register. Before a
 * guest runs, the stand-in is cleared (`run_thread_ref`, since pull request 510). A request to set the guest's GS base,
 * which the snapshot has not and the interface of pull request 806 has, comes while the two have changed places.
 * `litebox_platform_lvbs/src/host/lvbs_impl.rs: replace_thread_local_storage` changes the pointer in the per-CPU area, or
 * once a copy of it.
 *
 * Leaves out: exceptions of the kernel, which do not swap; the other contents of the per-CPU area.
 */

export const kernelBase = 'kernel'
/** What boot has left in the stand-in: an address of the kernel, too. */
export const strayBase = 'stray'

interface Core {
  /** The GS base that the guest believes to have. */
  own: string
  /** How often the kernel has replaced its pointer. */
  replaced: number
}

export const gsCore = setup({
  types: {
    context: {} as Core,
    events: {} as
      | { type: 'REPLACE' }
      | { type: 'PREPARE' }
      | { type: 'ENTER' }
      | { type: 'WRITE' }
      | { type: 'CALL' }
      | { type: 'ASK' }
      | { type: 'SET' }
      | { type: 'FINISH' },
  },
}).createMachine({
  id: 'gsCore',
  context: { own: 'zero', replaced: 0 },
  initial: 'inKernel',
  states: {
    inKernel: {
      on: {
        REPLACE: {
          target: 'inKernel',
          actions: update((core) => {
            core.replaced += 1
          }),
        },
        PREPARE: {
          target: 'serving',
          actions: update((core) => {
            core.own = 'zero'
          }),
        },
      },
    },
    inGuest: { on: { WRITE: { target: 'inGuest', actions: update(own) }, CALL: 'serving' } },
    serving: { on: { ASK: 'setting', ENTER: 'inGuest', FINISH: 'inKernel' } },
    setting: { on: { SET: { target: 'serving', actions: update(own) } } },
  },
})

function own(core: Core): void {
  core.own = 'guest'
}

export interface GsBases {
  readonly cores: readonly string[]
  /** What becomes of the stand-in before a guest runs. */
  readonly standIn: 'cleared' | 'left'
  /** What a request to set the GS base writes. */
  readonly request: 'none' | 'register' | 'stand-in'
  /** What the replacement of the kernel's pointer changes. */
  readonly replacement: 'in-place' | 'in-a-copy'
}

export const gsCoreOf = (core: string): CellOf<typeof gsCore> => cell(`core.${core}`, gsCore)
export const gsRegisterOf = (core: string): CellOf<typeof segmentBase> => baseNamed(`register.${core}`, kernelBase)
export const standInOf = (core: string): CellOf<typeof segmentBase> => baseNamed(`standIn.${core}`, strayBase)
export const pointerOf = (core: string): CellOf<typeof segmentBase> => baseNamed(`pointer.${core}`, 'shim-0')

/** What the pointer is after so many replacements. */
export const pointerAfter = (replacements: number): string => `shim-${replacements}`
const mostReplacements = 2

const platform = 'litebox_platform_lvbs/src/lib.rs'

export const gsBaseRules = (world: GsBases): readonly Rule[] => [
  replace(world),
  prepare(world),
  swap(world, 'guest.enter', 'program', `${platform}: switch_to_user, swapgs`, 'serving', 'ENTER'),
  swap(world, 'guest.call', 'environment', `${platform}: syscall_callback, swapgs`, 'inGuest', 'CALL'),
  writeBase(world),
  ...(world.request === 'none' ? [] : setBase(world)),
  finish(world),
]

const replace = ({ cores, replacement }: GsBases): Rule =>
  rule(
    'shim.replacePointer',
    { core: cores },
    {
      source: 'litebox_platform_lvbs/src/host/lvbs_impl.rs: replace_thread_local_storage',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ core: gsCoreOf(core), pointer: replacement === 'in-place' ? [pointerOf(core)] : [] }),
    },
  ).does({
    when: { inKernel: ({ core }) => core.value === 'inKernel' && core.context.replaced < mostReplacements },
    events: ({ core }) => ({
      core: { type: 'REPLACE' },
      pointer: { type: 'WRITE', base: pointerAfter(core.context.replaced + 1) },
    }),
  })

const prepare = ({ cores, standIn }: GsBases): Rule =>
  rule(
    'guest.prepare',
    { core: cores },
    {
      source: `${platform}: run_thread_ref, write_kernel_gsbase_msr`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ core: gsCoreOf(core), standIn: standIn === 'cleared' ? [standInOf(core)] : [] }),
    },
  ).does({
    when: { inKernel: ({ core }) => core.value === 'inKernel' },
    events: () => ({ core: { type: 'PREPARE' }, standIn: { type: 'WRITE', base: 'zero' } }),
  })

const swap = (
  { cores }: GsBases,
  name: string,
  kind: Rule['kind'],
  source: string,
  from: 'serving' | 'inGuest',
  event: 'ENTER' | 'CALL',
): Rule =>
  rule(
    name,
    { core: cores },
    {
      kind,
      source,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ core: gsCoreOf(core), register: gsRegisterOf(core), standIn: standInOf(core) }),
    },
  ).does({
    when: { isThere: ({ core }) => core.value === from },
    events: ({ register, standIn }) => ({
      core: { type: event },
      register: { type: 'WRITE', base: standIn.context.base },
      standIn: { type: 'WRITE', base: register.context.base },
    }),
  })

const writeBase = ({ cores }: GsBases): Rule =>
  rule(
    'guest.writeBase',
    { core: cores },
    {
      kind: 'environment',
      source: 'the guest: wrgsbase',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ core: gsCoreOf(core), register: gsRegisterOf(core) }),
    },
  ).does({
    when: { inGuest: ({ core }) => core.value === 'inGuest' && core.context.own !== 'guest' },
    events: () => ({ core: { type: 'WRITE' }, register: { type: 'WRITE', base: 'guest' } }),
  })

const setBase = ({ cores, request }: GsBases): readonly Rule[] => [
  rule(
    'request.ask',
    { core: cores },
    {
      kind: 'environment',
      source: 'the guest: arch_prctl(ARCH_SET_GS)',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ core: gsCoreOf(core) }),
    },
  ).does({
    when: { serving: ({ core }) => core.value === 'serving' },
    events: () => ({ core: { type: 'ASK' } }),
  }),
  rule(
    'request.set',
    { core: cores },
    {
      source: 'litebox_platform_linux_kernel/src/lib.rs: set_arch_specific_register, GsBase, in pull request 806',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({
        core: gsCoreOf(core),
        place: request === 'register' ? gsRegisterOf(core) : standInOf(core),
      }),
    },
  ).does({
    when: { setting: ({ core }) => core.value === 'setting' },
    events: () => ({ core: { type: 'SET' }, place: { type: 'WRITE', base: 'guest' } }),
  }),
]

const finish = ({ cores }: GsBases): Rule =>
  rule(
    'guest.finish',
    { core: cores },
    {
      kind: 'environment',
      source: `${platform}: syscall_handler, ContinueOperation::Terminate`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ core: gsCoreOf(core) }),
    },
  ).does({
    when: { serving: ({ core }) => core.value === 'serving' },
    events: () => ({ core: { type: 'FINISH' } }),
  })
