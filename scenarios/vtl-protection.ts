import { cell, type Property, type Rule, type System, scenario, system } from '../checker/index.ts'
import { reservations } from '../model/memory/frame-reservation.ts'
import { guestFrame } from '../model/memory/guest-frame.ts'
import { vtl0Access, vtl0Writes } from '../model/memory/hypervisor-protection.ts'
import { type ModuleWorld, moduleRequests, registration } from '../model/memory/module-calls.ts'
import { moduleEntry } from '../model/memory/module-entry.ts'
import { cleanUp, frameSets, type Module, type ModuleDesign, textOf } from '../model/memory/module-plan.ts'
import { releaseSteps } from '../model/memory/module-release.ts'
import { registryEntry } from '../model/memory/protection-registry.ts'
import { hypervisorRefusals, protections } from '../model/memory/protection-steps.ts'
import { acceptances, copies, refusals } from '../model/memory/verification.ts'
import { vtlCall } from '../model/memory/vtl-call.ts'
import { spinlock } from '../model/platform/spinlock.ts'
import {
  callsCanReturn,
  iteratedMapStays,
  iteratingHoldsTheMap,
  protectionsAreWhatWasAskedFor,
  registrySaysWhatIsSo,
  rejectionsHaveACause,
  releasesEndInRemoval,
  releasesFindWhatIsThere,
  verdictsFollowTheCopies,
} from '../properties/vtl-calls.ts'
import {
  callsOverlap,
  executableMeansVerified,
  framesCanComeBack,
  modulesComeAndGo,
  protectedFramesAreSpokenFor,
  registeredTextStaysProtected,
  successIsComplete,
  tamperedBytesAreSeen,
  vtl1IsClosed,
} from '../properties/vtl-protection.ts'

const knobs = {
  /** When text is frozen, copied and made executable. */
  order: ['copy-first', 'freeze-first', 'freeze-some-first'],
  /** Whether a validation may name frames that are protected or reserved. */
  overlap: ['accepted', 'rejected'],
  /** What becomes of frozen frames when a validation fails. */
  rollback: ['none', 'restored'],
  /** In which order a release gives frames back and forgets them. */
  release: ['unprotect-then-forget', 'take-then-unprotect', 'one-section'],
  /** Whether a module's entry keeps the ranges of its initialisation once they were given back. */
  initRanges: ['kept', 'dropped'],
  /** What becomes of a request that names VTL1's own frames. */
  ownership: ['unchecked', 'rejected', 'skipped', 'reserved'],
  /** Whether the hypervisor may refuse to take rights away. */
  hypervisor: ['obeys', 'may-refuse'],
  /** Which modules VTL0 has: see `worlds`. */
  modules: ['overlapping', 'greedy'],
  cores: [2, 3],
} as const

const executable = 'what VTL0 may execute is what was verified'
const closed = 'VTL0 has no access to memory of VTL1'
const textStays = 'VTL0 cannot write the text of a registered module that it has not asked to release'
const spokenFor = 'a frame that VTL0 cannot write belongs to a registered module or to a call under way'
const success = 'a validation that succeeds has given every frame that was named the rights of its type'
const comesBack = 'VTL0 can get a frame back'

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

/**
 * `overlapping`: the initialisation of one module has a frame that becomes the text of another, as frames do once they
 * were given back. `greedy`: a module with a valid signature names frames that are not its own as its data.
 */
const worlds: Readonly<Record<Choice['modules'], readonly Module[]>> = {
  overlapping: [
    {
      name: 'driver',
      ranges: [
        { frame: 'text', type: 'text' },
        { frame: 'init', type: 'init-text' },
      ],
    },
    { name: 'other', ranges: [{ frame: 'init', type: 'text' }] },
  ],
  greedy: [
    { name: 'driver', ranges: [{ frame: 'text', type: 'text' }] },
    {
      name: 'greedy',
      ranges: [
        { frame: 'text', type: 'data' },
        { frame: 'vtl1', type: 'data' },
      ],
    },
  ],
}
const vtl1Frame = 'vtl1'

const designOf = (choice: Choice): ModuleDesign => ({ ...choice, hypercall: 'under-lock', patches: 'none' })

function worldOf(choice: Choice): ModuleWorld {
  const modules = worlds[choice.modules]
  const frames = [...new Set(modules.flatMap(({ ranges }) => ranges.map(({ frame }) => frame)))]
  const vtl1Frames = frames.filter((frame) => frame === vtl1Frame)
  return {
    cores: Array.from({ length: choice.cores }, (_, at) => `cpu${at}`),
    frames,
    vtl1Frames,
    modules,
    authors: (frame) => modules.filter((module) => textOf(module).includes(frame)).map(({ name }) => name),
    call: (core) => cell(`call.${core}`, vtlCall),
    bytes: (frame) => cell(`bytes.${frame}`, guestFrame, { input: { of: frame === vtl1Frame ? 'litebox' : 'driver' } }),
    access: (frame) => cell(`access.${frame}`, vtl0Access, { input: frame === vtl1Frame ? 'closed' : 'writable' }),
    listing: (frame) => (choice.overlap === 'rejected' && frame !== vtl1Frame ? [cell(`registry.${frame}`, registryEntry)] : []),
    gate: [],
    entry: (module) => cell(`module.${module}`, moduleEntry),
    map: cell('map', spinlock),
    undo: (call) => cleanUp(designOf(choice), call, vtl1Frames),
  }
}

/** The modules that can be registered at all. */
const admitted = ({ modules, ownership }: Choice): readonly string[] =>
  modules === 'greedy' && (ownership === 'rejected' || ownership === 'reserved')
    ? ['driver']
    : worlds[modules].map(({ name }) => name)

function rulesOf(choice: Choice, world: ModuleWorld): Rule[] {
  return [
    vtl0Writes(world),
    ...moduleRequests(world, designOf(choice)),
    ...(choice.overlap === 'rejected' ? reservations(world, frameSets(world.modules)) : []),
    copies(world),
    acceptances(world),
    refusals(world),
    ...protections(world, choice.ownership),
    ...(choice.hypervisor === 'may-refuse' ? [hypervisorRefusals(world)] : []),
    registration(world),
    ...releaseSteps(world, designOf(choice)),
  ]
}

function build(choice: Choice): System {
  const world = worldOf(choice)
  const { cores, frames, modules, bytes, access, listing, entry, map, call } = world
  const takes = choice.release === 'take-then-unprotect'
  const properties: Property[] = [
    executableMeansVerified(world),
    ...(choice.modules === 'greedy' ? [vtl1IsClosed(world)] : []),
    registeredTextStaysProtected(world),
    protectedFramesAreSpokenFor(world),
    successIsComplete(world),
    framesCanComeBack(world),
    callsCanReturn(world),
    verdictsFollowTheCopies(world),
    protectionsAreWhatWasAskedFor(world),
    releasesFindWhatIsThere(world, takes ? 'module.take' : 'module.lock'),
    releasesEndInRemoval(world),
    ...(takes ? [] : [iteratingHoldsTheMap(world), iteratedMapStays(world)]),
    ...(choice.overlap === 'rejected' ? [rejectionsHaveACause(world), registrySaysWhatIsSo(world)] : []),
    tamperedBytesAreSeen(world),
    ...modulesComeAndGo(world, admitted(choice)),
    ...(admitted(choice).length > 1 ? [callsOverlap(world)] : []),
  ]
  return system({
    cells: [
      ...cores.map(call),
      map,
      ...modules.map(({ name }) => entry(name)),
      ...frames.flatMap((frame) => [bytes(frame), access(frame), ...listing(frame)]),
    ],
    rules: rulesOf(choice, world),
    properties,
  })
}

const snapshot = {
  order: 'copy-first',
  overlap: 'accepted',
  rollback: 'none',
  release: 'unprotect-then-forget',
  initRanges: 'kept',
  ownership: 'unchecked',
  hypervisor: 'obeys',
  modules: 'overlapping',
} as const
const pr1011 = {
  ...snapshot,
  order: 'freeze-first',
  overlap: 'rejected',
  rollback: 'restored',
  initRanges: 'dropped',
  ownership: 'reserved',
} as const

const takeFirst = { ...pr1011, release: 'take-then-unprotect' } as const

export const vtlProtection = scenario({
  name: 'vtl-protection',
  story:
    'VTL0 gives VTL1 kernel modules to verify; what was verified becomes executable and can no longer be written by VTL0, ' +
    'until VTL0 gives the module back. Asked: is what VTL0 executes what was verified, does it stay so, and does every ' +
    'frame come back? VTL0 is an adversary with a core of its own: it writes every frame that the hypervisor lets it write, ' +
    'between any two steps, and asks for validations and releases on several cores at once. Left out: what a signature ' +
    'is, ranges of several frames, the tables by which VTL1 reads VTL0 (see `physical-pointer`), VTL1 writing for VTL0 (see ' +
    '`confused-deputy`), and patches (see `text-patch` and `patch-unload`).',
  knobs,
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: {
    snapshot: {
      story:
        'mshv_vsm_validate_guest_module at the snapshot: copy the text, verify the copy, make the frames executable, ' +
        'register the module. VTL0 writes a frame between its copy and its protection, and executes what nobody verified. ' +
        'Nothing keeps two modules from naming one frame either: releasing one then unprotects the other, as does freeing ' +
        'the initialisation of a module a second time.',
      knobs: snapshot,
      bugs: ['LB-04'],
      expect: {
        small: { verdict: 'violated', states: 5658, violations: { [executable]: 6, [textStays]: 16, [success]: 17 } },
        full: { verdict: 'violated', states: 37674, violations: { [executable]: 6, [textStays]: 16, [success]: 17 } },
      },
    },
    'snapshot-may-refuse': {
      story:
        'The snapshot with a hypervisor that may refuse a hypercall: the call fails half way, and what it has protected ' +
        'stays protected, executable, and in no registration. Nobody can ask for it back.',
      knobs: { ...snapshot, hypervisor: 'may-refuse' },
      bugs: ['LB-04'],
      expect: {
        small: {
          verdict: 'violated',
          states: 6750,
          violations: { [executable]: 6, [textStays]: 16, [spokenFor]: 6, [success]: 17, [comesBack]: 7 },
        },
        full: {
          verdict: 'violated',
          states: 42102,
          violations: { [executable]: 6, [textStays]: 16, [spokenFor]: 6, [success]: 17, [comesBack]: 7 },
        },
      },
    },
    'snapshot-greedy': {
      story:
        'The snapshot with a module that has a valid signature, and names as its data a frame of another module and a ' +
        'frame of VTL1. Data is not verified, and becomes readable and writable for VTL0: with one signed file VTL0 ' +
        'unprotects any frame, and reads and writes VTL1.',
      knobs: { ...snapshot, modules: 'greedy' },
      bugs: ['LB-04', 'LB-06'],
      expect: {
        small: { verdict: 'violated', states: 2112, violations: { [executable]: 5, [closed]: 4, [textStays]: 8, [success]: 8 } },
        full: { verdict: 'violated', states: 11686, violations: { [executable]: 5, [closed]: 4, [textStays]: 8, [success]: 8 } },
      },
    },
    'pr-763': {
      story:
        'PR #763: the helper rejects frames of VTL1. The call fails there; the frames that it has unprotected before stay ' +
        'unprotected.',
      knobs: { ...snapshot, ownership: 'rejected', modules: 'greedy' },
      bugs: ['LB-04'],
      expect: {
        small: { verdict: 'violated', states: 296, violations: { [executable]: 5, [textStays]: 8, [success]: 8 } },
        full: { verdict: 'violated', states: 1176, violations: { [executable]: 5, [textStays]: 8, [success]: 8 } },
      },
    },
    'pr-851': {
      story:
        'PR #851: the helper skips frames of VTL1 and reports success, to which issue #852 objects: a module is registered ' +
        'though not every frame that it names was given its rights.',
      knobs: { ...snapshot, ownership: 'skipped', modules: 'greedy' },
      bugs: ['LB-04', 'LB-06'],
      expect: {
        small: { verdict: 'violated', states: 934, violations: { [executable]: 5, [textStays]: 8, [success]: 5 } },
        full: { verdict: 'violated', states: 5338, violations: { [executable]: 5, [textStays]: 8, [success]: 5 } },
      },
    },
    'freeze-without-reservation': {
      story:
        'A wrong fix: frames are made read-only before they are copied, and executable after the verification, but nobody ' +
        'reserves them. Another call names the same frame, fails, and its roll-back makes the frame writable while the ' +
        'first call is about to make it executable.',
      knobs: { ...snapshot, order: 'freeze-first', rollback: 'restored' },
      bugs: ['LB-04'],
      expect: {
        small: { verdict: 'violated', states: 5443, violations: { [executable]: 14, [textStays]: 14, [success]: 10 } },
        full: { verdict: 'violated', states: 38005, violations: { [executable]: 14, [textStays]: 14, [success]: 10 } },
      },
    },
    'freeze-some-first': {
      story:
        'A partial fix, listed with LB-04: the call reserves all its frames and freezes some of them before the copies, ' +
        'and the others after. VTL0 writes one of the others in between.',
      knobs: { ...takeFirst, order: 'freeze-some-first' },
      bugs: ['LB-04'],
      expect: {
        small: { verdict: 'violated', states: 1160, violations: { [executable]: 10 } },
        full: { verdict: 'violated', states: 5255, violations: { [executable]: 10 } },
      },
    },
    'no-rollback': {
      story:
        'Reserve, freeze, copy, verify, promote, without undoing anything when the verification fails: nothing unverified ' +
        'is executed, and VTL0 never gets back the frames of a module that did not verify.',
      knobs: { ...takeFirst, rollback: 'none' },
      expect: {
        small: { verdict: 'violated', states: 987, violations: { [spokenFor]: 5, [comesBack]: 3 } },
        full: { verdict: 'violated', states: 4235, violations: { [spokenFor]: 5, [comesBack]: 3 } },
      },
    },
    'pr-1011': {
      story:
        'PR #1011, as later versions have it: reserve, freeze, copy, verify, promote, register, and roll back on failure; ' +
        'frames of VTL1 and frames that are reserved or protected are rejected. A validation by itself is right. But a ' +
        'release gives the frames back in one lock section and forgets them in another, and in between a second release ' +
        'with the same token finds them again: it unprotects frames that are a new module by then, registered or on the ' +
        'way between verification and promotion.',
      knobs: pr1011,
      expect: {
        small: { verdict: 'violated', states: 8068, violations: { [executable]: 40, [textStays]: 25, [success]: 41 } },
        full: { verdict: 'violated', states: 68516, violations: { [executable]: 25, [textStays]: 25, [success]: 26 } },
      },
    },
    'pr-1011-init-kept': {
      story:
        'PR #1011 without the part that takes the ranges of the initialisation out of the entry: freeing them a second ' +
        'time, at any time, unprotects whatever module their frames belong to by then. No race is needed.',
      knobs: { ...pr1011, initRanges: 'kept' },
      expect: {
        small: { verdict: 'violated', states: 6255, violations: { [executable]: 25, [textStays]: 25, [success]: 26 } },
        full: { verdict: 'violated', states: 42655, violations: { [executable]: 25, [textStays]: 25, [success]: 26 } },
      },
    },
    'pr-1011-greedy': {
      story:
        'PR #1011 and the module that names frames that are not its own: the reservation rejects it. The faulty twins are ' +
        '`snapshot-greedy`, `pr-763` and `pr-851`.',
      knobs: { ...pr1011, modules: 'greedy' },
      bugs: ['LB-06'],
      expect: { small: { verdict: 'holds', states: 114 }, full: { verdict: 'holds', states: 435 } },
    },
    'one-section': {
      story:
        'Proposed: PR #1011 with one lock section for a whole release, so that nobody finds an entry whose frames have gone ' +
        'back. The faulty twin is `pr-1011`.',
      knobs: { ...pr1011, release: 'one-section' },
      bugs: ['LB-04'],
      expect: { small: { verdict: 'holds', states: 1824 }, full: { verdict: 'holds', states: 10205 } },
    },
    'take-first': {
      story:
        'Proposed: PR #1011 with a release that takes the entry, or its ranges, out of the map before it unprotects ' +
        'anything, and holds no lock across hypercalls. The registry still lists the frames, so that nobody reserves them ' +
        'too early. The faulty twin is `pr-1011`.',
      knobs: takeFirst,
      bugs: ['LB-04'],
      expect: { small: { verdict: 'holds', states: 940 }, full: { verdict: 'holds', states: 4097 } },
    },
    'take-first-may-refuse': {
      story:
        'The same with a hypervisor that may refuse to restrict VTL0: the roll-back gives everything back. The faulty twin ' +
        'is `snapshot-may-refuse`.',
      knobs: { ...takeFirst, hypervisor: 'may-refuse' },
      expect: { small: { verdict: 'holds', states: 1168 }, full: { verdict: 'holds', states: 4937 } },
    },
  },
  build,
})
