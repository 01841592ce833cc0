import { cell, type Fairness, type Property, type Rule, type System, scenario, strong, system, weak } from '../checker/index.ts'
import { type Deputies, deputy, deputyWrites } from '../model/memory/deputy.ts'
import { reservations } from '../model/memory/frame-reservation.ts'
import { guestFrame } from '../model/memory/guest-frame.ts'
import { vtl0Access, vtl0Writes } from '../model/memory/hypervisor-protection.ts'
import { type ModuleWorld, moduleRequests, registration } from '../model/memory/module-calls.ts'
import { moduleEntry } from '../model/memory/module-entry.ts'
import { cleanUp, frameSets, type Module, type ModuleDesign } from '../model/memory/module-plan.ts'
import { releaseSteps } from '../model/memory/module-release.ts'
import { registryEntry, registryLock } from '../model/memory/protection-registry.ts'
import { protections } from '../model/memory/protection-steps.ts'
import { claims, listings } from '../model/memory/registry-steps.ts'
import { acceptances, copies, refusals } from '../model/memory/verification.ts'
import { vtlCall } from '../model/memory/vtl-call.ts'
import { spinlock } from '../model/platform/spinlock.ts'
import {
  announcedWritersExist,
  buffersAreWritten,
  buffersHoldWhatWasWritten,
  interestsMeet,
  noWriteOnBehalf,
  protectionGetsItsTurn,
  readersAreCounted,
  refusalsHaveACause,
} from '../properties/confused-deputy.ts'
import {
  callsCanReturn,
  iteratingHoldsTheMap,
  protectionsAreWhatWasAskedFor,
  registrySaysWhatIsSo,
  releasesEndInRemoval,
  verdictsFollowTheCopies,
} from '../properties/vtl-calls.ts'
import {
  executableMeansVerified,
  framesCanComeBack,
  modulesComeAndGo,
  successIsComplete,
  tamperedBytesAreSeen,
} from '../properties/vtl-protection.ts'

const knobs = {
  /** Whether a module is frozen before it is copied. */
  order: ['copy-first', 'freeze-first'],
  /** Whether a validation reserves its frames. */
  reservation: ['none', 'listed'],
  /** Whether who writes for VTL0 asks the registry, and how long it holds what lets it in. */
  guard: ['none', 'let-go', 'held'],
  /** Whether the hypercall that changes a protection is made under the registry's lock, or before it is taken. */
  hypercall: ['under-lock', 'before-lock'],
  /** Whom the registry's lock lets in while a writer waits: more readers, or nobody. */
  preference: ['readers', 'writers'],
  deputies: [2, 3],
} as const

const executable = 'what VTL0 may execute is what was verified'
const onBehalf = 'VTL1 writes for VTL0 only what VTL0 may write itself'
const turn = 'a change of protection gets its turn'

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }
type World = ModuleWorld & Deputies

const driver: Module = { name: 'driver', ranges: [{ frame: 'page', type: 'text' }] }

const designOf = ({ order, reservation, hypercall }: Choice): ModuleDesign => ({
  order,
  hypercall,
  overlap: reservation === 'listed' ? 'rejected' : 'accepted',
  rollback: order === 'copy-first' ? 'none' : 'restored',
  release: 'unprotect-then-forget',
  initRanges: 'kept',
  patches: 'none',
})

/** One core validates, the others serve trusted applications. All of them are asked about one frame. */
function worldOf(choice: Choice): World {
  const registry = choice.guard !== 'none' || choice.reservation === 'listed'
  return {
    cores: ['cpu0'],
    deputies: Array.from({ length: choice.deputies }, (_, at) => `cpu${at + 1}`),
    frames: ['page'],
    vtl1Frames: [],
    modules: [driver],
    authors: () => ['driver'],
    call: (core) => cell(`call.${core}`, vtlCall),
    deputy: (core) => cell(`deputy.${core}`, deputy),
    bytes: (frame) => cell(`bytes.${frame}`, guestFrame, { input: { of: 'driver' } }),
    access: (frame) => cell(`access.${frame}`, vtl0Access, { input: 'writable' }),
    listing: (frame) => (registry ? [cell(`registry.${frame}`, registryEntry)] : []),
    gate: registry ? [cell('registry', registryLock)] : [],
    entry: (module) => cell(`module.${module}`, moduleEntry),
    map: cell('map', spinlock),
    undo: (call) => cleanUp(designOf(choice), call, []),
  }
}

function rulesOf(choice: Choice, world: World): Rule[] {
  const design = designOf(choice)
  const apart = choice.hypercall === 'before-lock'
  return [
    vtl0Writes(world),
    ...moduleRequests(world, design),
    ...(choice.reservation === 'listed' ? reservations(world, frameSets(world.modules)) : []),
    copies(world),
    acceptances(world),
    refusals(world),
    ...protections(apart ? { ...world, listing: () => [], gate: [] } : world, 'unchecked'),
    ...(apart ? [listings(world)] : []),
    ...(choice.preference === 'writers' ? [claims(world)] : []),
    registration(world),
    ...releaseSteps(world, design),
    ...deputyWrites(world, choice.guard),
  ]
}

/** Every core moves on, and a lock that is free again and again is got. Who holds no lock keeps nobody waiting. */
const fairnessOf = ({ reservation, guard, hypercall }: Choice, { cores, deputies }: World): Fairness[] => [
  ...cores.map((actor) => weak({ actor })),
  ...(guard === 'held' ? deputies.map((actor) => weak({ actor })) : []),
  ...(guard === 'held' && reservation === 'listed' ? [strong({ rule: 'frames.reserve' })] : []),
  ...(guard === 'held' ? [strong({ rule: hypercall === 'under-lock' ? 'vtl1.protect' : 'vtl1.list' })] : []),
]

function build(choice: Choice): System {
  const world = worldOf(choice)
  const { cores, deputies, frames, call, deputy, bytes, access, listing, gate, entry, map } = world
  const properties: Property[] = [
    executableMeansVerified(world),
    noWriteOnBehalf(world),
    protectionGetsItsTurn(world),
    buffersHoldWhatWasWritten(world),
    successIsComplete(world),
    framesCanComeBack(world),
    callsCanReturn(world),
    verdictsFollowTheCopies(world),
    protectionsAreWhatWasAskedFor(world),
    releasesEndInRemoval(world),
    iteratingHoldsTheMap(world),
    ...(gate.length > 0 ? [registrySaysWhatIsSo(world)] : []),
    ...(choice.guard === 'none' ? [] : [refusalsHaveACause(world)]),
    ...(choice.guard === 'held' ? [readersAreCounted(world)] : []),
    ...(choice.preference === 'writers' ? [announcedWritersExist(world)] : []),
    buffersAreWritten(world),
    interestsMeet(world),
    tamperedBytesAreSeen(world),
    ...modulesComeAndGo(world, ['driver']),
  ]
  return system({
    cells: [
      ...cores.map(call),
      ...deputies.map(deputy),
      map,
      entry(driver.name),
      ...gate,
      ...frames.flatMap((frame) => [bytes(frame), access(frame), ...listing(frame)]),
    ],
    rules: rulesOf(choice, world),
    properties,
    fairness: fairnessOf(choice, world),
  })
}

const snapshot = {
  order: 'copy-first',
  reservation: 'none',
  guard: 'none',
  hypercall: 'under-lock',
  preference: 'readers',
} as const
const pr1011 = { ...snapshot, order: 'freeze-first', reservation: 'listed', guard: 'held' } as const

export const confusedDeputy = scenario({
  name: 'confused-deputy',
  story:
    'One core of VTL1 validates a module; others write the output of trusted applications into buffers that VTL0 names, ' +
    'which the hypervisor does not stop. Asked: can VTL0 have VTL1 write what VTL0 may not write itself, and do those who ' +
    'write keep those who protect waiting for ever? VTL0 writes the frame too, whenever it may. Left out: several frames, ' +
    'and several validations at once (see `vtl-protection`).',
  knobs,
  sizes: { small: { deputies: 2 }, full: { deputies: 3 } },
  designs: {
    snapshot: {
      story:
        'The snapshot: `write_data_to_shm` maps any frame that is not VTL1 and copies. A frame that was named as a buffer ' +
        'becomes executable, or was executable all along.',
      knobs: snapshot,
      bugs: ['LB-04', 'LB-05'],
      expect: {
        small: { verdict: 'violated', states: 550, violations: { [executable]: 5, [onBehalf]: 8 } },
        full: { verdict: 'violated', states: 2750, violations: { [executable]: 5, [onBehalf]: 8 } },
      },
    },
    'freeze-first': {
      story:
        'The first half of PR #1011: the validation reserves and freezes its frames, and those who write for VTL0 do not ' +
        'ask. Freezing binds VTL0 and not VTL1.',
      knobs: { ...pr1011, guard: 'none' },
      bugs: ['LB-05'],
      expect: {
        small: { verdict: 'violated', states: 650, violations: { [executable]: 10, [onBehalf]: 7 } },
        full: { verdict: 'violated', states: 3250, violations: { [executable]: 10, [onBehalf]: 7 } },
      },
    },
    'guard-let-go': {
      story:
        'The wrong fix that is listed with LB-05: who writes asks the registry when it maps, and holds nothing while it ' +
        'copies.',
      knobs: { ...pr1011, guard: 'let-go' },
      bugs: ['LB-05'],
      expect: {
        small: { verdict: 'violated', states: 626, violations: { [executable]: 10, [onBehalf]: 7 } },
        full: { verdict: 'violated', states: 3202, violations: { [executable]: 10, [onBehalf]: 7 } },
      },
    },
    'pr-1011': {
      story:
        'PR #1011: who writes holds the registry shared from before the mapping until after the unmapping, and protections ' +
        'and reservations take it exclusively. Nothing is written that should not be. But `spin::RwLock` lets readers in ' +
        'while a writer waits: two cores whose buffers overlap in time keep every change of every protection out for ever, ' +
        'even if each of them always finishes and the writer is let in whenever the lock is free often enough.',
      knobs: pr1011,
      expect: {
        small: {
          verdict: 'violated',
          states: 336,
          violations: { [turn]: 16 },
          vacuous: ['fairness of cpu1 never mattered', 'fairness of cpu2 never mattered'],
        },
        full: {
          verdict: 'violated',
          states: 1824,
          violations: { [turn]: 16 },
          vacuous: ['fairness of cpu1 never mattered', 'fairness of cpu2 never mattered', 'fairness of cpu3 never mattered'],
        },
      },
    },
    'writers-first': {
      story:
        'Proposed: PR #1011 with a lock that admits no reader while a writer waits. The faulty twins are `guard-let-go` and ' +
        '`pr-1011`.',
      knobs: { ...pr1011, preference: 'writers' },
      bugs: ['LB-05'],
      expect: { small: { verdict: 'holds', states: 428 }, full: { verdict: 'holds', states: 2296 } },
    },
    'no-reservation': {
      story:
        'The same without a reservation: with a single validation, freezing under the lock is enough. What reservations are ' +
        'for is in `vtl-protection`. The faulty twin is `no-reservation-before-lock`.',
      knobs: { ...pr1011, preference: 'writers', reservation: 'none' },
      expect: { small: { verdict: 'holds', states: 412 }, full: { verdict: 'holds', states: 2264 } },
    },
    'no-reservation-before-lock': {
      story:
        'A wrong fix: the hypercall is made first, and the registry written after it, under its lock. A writer that was let ' +
        'in before writes a frame that is frozen already.',
      knobs: { ...pr1011, preference: 'writers', reservation: 'none', hypercall: 'before-lock' },
      bugs: ['LB-05'],
      expect: {
        small: { verdict: 'violated', states: 596, violations: { [onBehalf]: 6 } },
        full: { verdict: 'violated', states: 3208, violations: { [onBehalf]: 6 } },
      },
    },
    'reservation-before-lock': {
      story:
        'Proposed: with a reservation the hypercalls need not be made under the lock. Reserving has waited for every writer, ' +
        'and lets none in for the frames. The faulty twin is `no-reservation-before-lock`.',
      knobs: { ...pr1011, preference: 'writers', hypercall: 'before-lock' },
      bugs: ['LB-05'],
      expect: { small: { verdict: 'holds', states: 484 }, full: { verdict: 'holds', states: 2408 } },
    },
  },
  build,
})
