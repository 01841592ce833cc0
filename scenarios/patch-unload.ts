import { cell, type Property, type Rule, type System, scenario, system } from '../checker/index.ts'
import { reservations } from '../model/memory/frame-reservation.ts'
import { guestFrame } from '../model/memory/guest-frame.ts'
import { vtl0Access, vtl0Writes } from '../model/memory/hypervisor-protection.ts'
import { moduleRequests, registration } from '../model/memory/module-calls.ts'
import { moduleEntry } from '../model/memory/module-entry.ts'
import { cleanUp, frameSets, type Module, type ModuleDesign } from '../model/memory/module-plan.ts'
import { releaseSteps } from '../model/memory/module-release.ts'
import { type Patching, patchEntry, patcher, patchMap, patchWrites } from '../model/memory/patch-lookup.ts'
import { registryEntry, registryLock } from '../model/memory/protection-registry.ts'
import { protections } from '../model/memory/protection-steps.ts'
import { acceptances, copies, refusals } from '../model/memory/verification.ts'
import { vtlCall } from '../model/memory/vtl-call.ts'
import { spinlock } from '../model/platform/spinlock.ts'
import {
  foundPatchesHoldTheMap,
  lookupsFindWhatIsThere,
  patchesAreWritten,
  patchesMeetTheirModule,
  patchesMeetTheirText,
} from '../properties/patch-unload.ts'
import {
  callsCanReturn,
  protectionsAreWhatWasAskedFor,
  registrySaysWhatIsSo,
  rejectionsHaveACause,
  releasesFindWhatIsThere,
  verdictsFollowTheCopies,
} from '../properties/vtl-calls.ts'
import { executableMeansVerified, framesCanComeBack, modulesComeAndGo, successIsComplete } from '../properties/vtl-protection.ts'

const knobs = {
  /** Which calls a module goes through: the snapshot's, or those of PR #1011. */
  validation: ['copy-first', 'freeze-first'],
  /** When the patches of a frame that is given back are dropped. */
  patches: ['dropped-last', 'dropped-first', 'kept-after-init'],
  /** What is held between the lookup of a patch and its write. */
  lookup: ['unlocked', 'generation', 'lock-spanning'],
  /** Whether the patched text is there for good, or for the initialisation of the module. */
  text: ['text', 'init-text'],
  /** Whether a release gives frames back before it forgets them, or after. */
  release: ['unprotect-then-forget', 'take-then-unprotect'],
  /** How many cores serve calls about modules, and how many patch. */
  cores: [1, 2],
  patchers: [1, 2],
} as const

const executable = 'what VTL0 may execute is what was verified'
const itsModule = 'a patch is written only while its module is registered or a call about it is under way'
const itsText = 'a patch changes no text but that which it was precomputed for'

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

const designOf = ({ validation, patches, release }: Choice): ModuleDesign => ({
  order: validation,
  overlap: validation === 'copy-first' ? 'accepted' : 'rejected',
  rollback: validation === 'copy-first' ? 'none' : 'restored',
  release,
  hypercall: 'under-lock',
  patches,
  initRanges: patches === 'kept-after-init' ? 'kept' : 'dropped',
})

/** Some cores validate and release, others patch. The frame of the first module becomes the text of a second. */
function worldOf(choice: Choice): Patching {
  const modules: readonly Module[] = [
    { name: 'driver', ranges: [{ frame: 'page', type: choice.text }] },
    { name: 'other', ranges: [{ frame: 'page', type: 'text' }] },
  ]
  return {
    cores: Array.from({ length: choice.cores }, (_, at) => `cpu${at}`),
    patchers: Array.from({ length: choice.patchers }, (_, at) => `cpu${choice.cores + at}`),
    frames: ['page'],
    vtl1Frames: [],
    modules,
    authors: () => ['driver', 'other'],
    call: (core) => cell(`call.${core}`, vtlCall),
    patcher: (core) => cell(`patcher.${core}`, patcher),
    patched: { module: 'driver', frame: 'page' },
    patches: cell('patches', patchEntry),
    patchLock: cell('patchLock', registryLock),
    bytes: (frame) => cell(`bytes.${frame}`, guestFrame, { input: { of: 'driver' } }),
    access: (frame) => cell(`access.${frame}`, vtl0Access, { input: 'writable' }),
    listing: (frame) => (choice.validation === 'freeze-first' ? [cell(`registry.${frame}`, registryEntry)] : []),
    gate: [],
    entry: (module) => cell(`module.${module}`, moduleEntry),
    map: cell('map', spinlock),
    undo: (call) => cleanUp(designOf(choice), call, []),
  }
}

function rulesOf(choice: Choice, world: Patching): Rule[] {
  const design = designOf(choice)
  return [
    vtl0Writes(world),
    ...moduleRequests(world, design),
    ...(choice.validation === 'freeze-first' ? reservations(world, frameSets(world.modules)) : []),
    copies(world),
    acceptances(world),
    refusals(world),
    ...protections(world, 'unchecked'),
    registration(world),
    ...releaseSteps(world, design),
    ...patchMap(world),
    ...patchWrites(world, choice.lookup),
  ]
}

function build(choice: Choice): System {
  const world = worldOf(choice)
  const { cores, patchers, modules, frames, call, patcher, patches, patchLock, bytes, access, listing, entry, map } = world
  const properties: Property[] = [
    executableMeansVerified(world),
    patchesMeetTheirModule(world),
    patchesMeetTheirText(world),
    lookupsFindWhatIsThere(world),
    ...(choice.lookup === 'lock-spanning' ? [foundPatchesHoldTheMap(world)] : []),
    successIsComplete(world),
    framesCanComeBack(world),
    callsCanReturn(world),
    verdictsFollowTheCopies(world),
    protectionsAreWhatWasAskedFor(world),
    releasesFindWhatIsThere(world, choice.release === 'take-then-unprotect' ? 'module.take' : 'module.lock'),
    ...(choice.validation === 'freeze-first' ? [rejectionsHaveACause(world), registrySaysWhatIsSo(world)] : []),
    patchesAreWritten(world),
    ...modulesComeAndGo(world, ['driver', 'other']),
  ]
  return system({
    cells: [
      ...cores.map(call),
      ...patchers.map(patcher),
      patches,
      patchLock,
      map,
      ...modules.map(({ name }) => entry(name)),
      ...frames.flatMap((frame) => [bytes(frame), access(frame), ...listing(frame)]),
    ],
    rules: rulesOf(choice, world),
    properties,
  })
}

const snapshot = {
  validation: 'copy-first',
  patches: 'kept-after-init',
  lookup: 'unlocked',
  text: 'text',
  release: 'unprotect-then-forget',
  cores: 1,
} as const
const pr1011 = { ...snapshot, validation: 'freeze-first', patches: 'dropped-last' } as const
const lockSpanning = {
  ...pr1011,
  patches: 'dropped-first',
  lookup: 'lock-spanning',
  release: 'take-then-unprotect',
  cores: 2,
} as const

export const patchUnload = scenario({
  name: 'patch-unload',
  story:
    'A core of VTL1 looks up a patch and writes it, while another unloads the module that the patch came with, and a second ' +
    'module is loaded into its frame. Asked: can a patch reach text that it was not precomputed for? VTL0 writes the frame ' +
    'whenever it may. Left out: what a patch may say (see `text-patch`).',
  knobs,
  sizes: { small: { patchers: 1 }, full: { patchers: 2 } },
  designs: {
    snapshot: {
      story:
        'The snapshot: the lookup holds the lock of the map for itself, the write holds nothing, and an unload drops the ' +
        'patches of a module when its frames have been given back. Validation is that of the snapshot too, with what ' +
        'follows from it.',
      knobs: snapshot,
      bugs: ['LB-04'],
      expect: {
        small: { verdict: 'violated', states: 1086, violations: { [executable]: 6, [itsModule]: 15, [itsText]: 9 } },
        full: { verdict: 'violated', states: 3258, violations: { [executable]: 6, [itsModule]: 15, [itsText]: 9 } },
      },
    },
    'snapshot-init': {
      story:
        'The snapshot, with a patch in text of the initialisation: freeing the initialisation does not drop it at all, and ' +
        'whoever has the frame next is patched.',
      knobs: { ...snapshot, text: 'init-text' },
      bugs: ['LB-04'],
      expect: {
        small: { verdict: 'violated', states: 1590, violations: { [executable]: 6, [itsModule]: 15, [itsText]: 9 } },
        full: { verdict: 'violated', states: 4770, violations: { [executable]: 6, [itsModule]: 15, [itsText]: 9 } },
      },
    },
    'pr-1011': {
      story:
        'PR #1011: freeze first, and an unload as at the snapshot. A patch that was looked up before the unload is written ' +
        'after the next module was verified and made executable.',
      knobs: pr1011,
      expect: {
        small: { verdict: 'violated', states: 410, violations: { [executable]: 24, [itsModule]: 17, [itsText]: 21 } },
        full: { verdict: 'violated', states: 1262, violations: { [executable]: 24, [itsModule]: 17, [itsText]: 21 } },
      },
    },
    'pr-1011-init': {
      story:
        'PR #1011 and text of the initialisation: freeing it drops its patches ("no patch-after-free"), after the frames ' +
        'were given back, and with the same race.',
      knobs: { ...pr1011, text: 'init-text' },
      expect: {
        small: { verdict: 'violated', states: 920, violations: { [executable]: 24, [itsModule]: 17, [itsText]: 21 } },
        full: { verdict: 'violated', states: 2852, violations: { [executable]: 24, [itsModule]: 17, [itsText]: 21 } },
      },
    },
    'init-patches-kept': {
      story: 'Why it drops them: with every lock of `lock-spanning`, a patch that is kept still reaches the next module.',
      knobs: { ...lockSpanning, patches: 'kept-after-init', text: 'init-text', cores: 1 },
      expect: {
        small: { verdict: 'violated', states: 518, violations: { [executable]: 21, [itsText]: 18 } },
        full: { verdict: 'violated', states: 1366, violations: { [executable]: 21, [itsText]: 18 } },
      },
    },
    'dropped-first': {
      story: 'A wrong fix: patches are dropped before frames are given back. A lookup that is already made is not undone.',
      knobs: { ...lockSpanning, lookup: 'unlocked', cores: 1 },
      expect: {
        small: { verdict: 'violated', states: 318, violations: { [executable]: 22, [itsModule]: 15, [itsText]: 19 } },
        full: { verdict: 'violated', states: 990, violations: { [executable]: 22, [itsModule]: 15, [itsText]: 19 } },
      },
    },
    generation: {
      story: 'A wrong fix: the entry is looked at again before the write. The window is smaller, and still one.',
      knobs: { ...lockSpanning, lookup: 'generation', cores: 1 },
      expect: {
        small: { verdict: 'violated', states: 600, violations: { [executable]: 23, [itsModule]: 16, [itsText]: 20 } },
        full: { verdict: 'violated', states: 3744, violations: { [executable]: 23, [itsModule]: 16, [itsText]: 20 } },
      },
    },
    'lock-spanning-dropped-last': {
      story:
        'A wrong fix: the lock of the map is held from lookup to write, and patches are dropped after the frames were given ' +
        'back. In between another core loads the next module.',
      knobs: { ...lockSpanning, patches: 'dropped-last' },
      expect: {
        small: { verdict: 'violated', states: 1900, violations: { [executable]: 21, [itsText]: 18 } },
        full: { verdict: 'violated', states: 4472, violations: { [executable]: 21, [itsText]: 18 } },
      },
    },
    'lock-spanning': {
      story:
        'Proposed: the lock of the map is held shared from lookup to write, and patches are dropped, which waits for it, ' +
        'before frames are given back. The faulty twins are `dropped-first` and `lock-spanning-dropped-last`.',
      knobs: lockSpanning,
      expect: { small: { verdict: 'holds', states: 1128 }, full: { verdict: 'holds', states: 2412 } },
    },
    'lock-spanning-init': {
      story: 'The same for text of the initialisation. The faulty twin is `init-patches-kept`.',
      knobs: { ...lockSpanning, text: 'init-text' },
      expect: { small: { verdict: 'holds', states: 3130 }, full: { verdict: 'holds', states: 6566 } },
    },
  },
  build,
})
