import { always, canReach, onStep, type Property } from '../checker/index.ts'
import { type Access, mayWrite } from '../model/memory/hypervisor-protection.ts'
import type { ModuleWorld } from '../model/memory/module-calls.ts'
import type { Vtl1 } from '../model/memory/protection-steps.ts'
import { framesAhead, nextProtection, nextReservation, type UnderWay, unlocksAhead } from '../model/memory/vtl-call.ts'

/*
 * What every call that changes protections owes: that it can return, that its answers are what it has found, and that
 * the registry and the map of modules say what is so.
 */

type Calls = Pick<Vtl1, 'cores' | 'call'>

/** M-L1, as far as nobody's schedule is assumed: no call waits for what cannot come any more. */
export const callsCanReturn = ({ cores, call }: Calls): Property =>
  canReach(
    'a call to VTL1 can return',
    { core: cores },
    { reads: ({ core }) => ({ call: call(core) }), goal: ({ call }) => call.value === 'idle' },
  )

export const verdictsFollowTheCopies = ({ cores, call }: Calls): Property =>
  onStep(
    'a verification accepts what was copied if and only if it is authentic',
    { core: cores },
    {
      on: ['vtl1.verify', 'vtl1.refuse'],
      reads: ({ core }) => ({ call: call(core) }),
      holds: ({ call }, _, { rule, at }, { core }) => at.core !== core || call.context.authentic === (rule === 'vtl1.verify'),
    },
  )

/** `mem_attr_to_hv_page_prot_flags` and the hypercall add nothing to what the call was about to do, and leave nothing out. */
export const protectionsAreWhatWasAskedFor = ({ cores, frames, call, access }: Vtl1): Property =>
  onStep(
    'a hypercall gives a frame the rights that its call was about to give',
    { core: cores, frame: frames },
    {
      on: ['vtl1.protect'],
      reads: ({ core, frame }) => ({ call: call(core), access: access(frame) }),
      holds: ({ call }, { access }, { at }, { core, frame }) => {
        const due = nextProtection(call)
        return at.core !== core || due?.frame !== frame || access.value === (due.access satisfies Access)
      },
    },
  )

/** `FrameReservation::reserve` takes all frames of a call or fails it, and fails nobody who has them to himself. */
export const rejectionsHaveACause = ({ cores, frames, vtl1Frames, call, access }: Vtl1): Property =>
  onStep(
    'a call is turned away for good, and only from frames of VTL1, protected ones, and those that another call has in hand',
    { core: cores },
    {
      on: ['frames.rejectOverlap'],
      reads: ({ core }) => ({
        call: call(core),
        others: cores.filter((other) => other !== core).map(call),
        accesses: frames.map(access),
      }),
      holds: ({ call, others, accesses }, after, { at }, { core }) => {
        const isTaken = (frame: string): boolean =>
          vtl1Frames.includes(frame) ||
          !mayWrite(accesses[frames.indexOf(frame)]!.value) ||
          others.some((other) => framesAhead(other).includes(frame))
        const turnedAway = nextReservation(call)?.frames ?? []
        return at.core !== core || (turnedAway.some(isTaken) && nextReservation(after.call) === undefined)
      },
    },
  )

/** Whoever maps or reserves a frame asks the registry; who protects frames and gives them back answers for it. */
export const registrySaysWhatIsSo = ({ cores, frames, vtl1Frames, call, access, listing }: Vtl1): Property =>
  always(
    'a frame that no call has in hand is in the registry if and only if VTL0 may not write it',
    { frame: frames.filter((frame) => !vtl1Frames.includes(frame)) },
    {
      reads: ({ frame }) => ({ access: access(frame), listing: listing(frame), calls: cores.map(call) }),
      holds: ({ access, listing, calls }, { frame }) =>
        calls.some((call) => framesAhead(call).includes(frame)) ||
        listing.every(({ value }) => (value === 'listed') !== mayWrite(access.value)),
    },
  )

export const releasesFindWhatIsThere = (
  { cores, modules, call, entry }: ModuleWorld,
  finds: 'module.lock' | 'module.take',
): Property =>
  onStep(
    'a release finds its module if and only if it is registered',
    { core: cores },
    {
      on: cores.length > 1 ? [finds, 'module.miss'] : [finds],
      reads: ({ core }) => ({ call: call(core), entries: modules.map(({ name }) => entry(name)) }),
      holds: ({ call, entries }, _, { rule, at }, { core }) => {
        const of = modules.findIndex(({ name }) => name === call.context.subject)
        return at.core !== core || (entries[of]?.value === 'registered') === (rule === finds)
      },
    },
  )

/** An unload that ends leaves nothing behind by which the frames could be given back again. */
export const releasesEndInRemoval = ({ cores, modules, call, entry }: ModuleWorld): Property =>
  always(
    'a module that VTL0 has asked to unload is registered only while a call about it is under way',
    { module: modules.map(({ name }) => name) },
    {
      reads: ({ module }) => ({ entry: entry(module), calls: cores.map(call) }),
      holds: ({ entry, calls }, { module }) =>
        entry.value === 'absent' || entry.context.asked !== 'all' || calls.some(({ context }) => context.subject === module),
    },
  )

const iterates = (call: UnderWay): boolean => unlocksAhead(call).length > 0

/** `iter_entry` hands out an iterator that borrows the lock's guard. */
export const iteratingHoldsTheMap = ({ cores, call, map }: ModuleWorld): Property =>
  always(
    'a call holds the lock of the map if and only if it is going over the ranges of an entry',
    { core: cores },
    {
      reads: ({ core }) => ({ call: call(core), map }),
      holds: ({ call, map }, { core }) => iterates(call) === (map.context.holder === core),
    },
  )

export const iteratedMapStays = ({ cores, call }: ModuleWorld): Property =>
  onStep(
    'no entry comes or goes while another call is going over the ranges of one',
    { core: cores },
    {
      on: ['module.register', 'module.forget'],
      reads: ({ core }) => ({ others: cores.filter((other) => other !== core).map(call) }),
      holds: ({ others }, _, { at }, { core }) => at.core !== core || !others.some(iterates),
    },
  )
