import { always, canReach, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import type { Owner } from '../model/memory/frame.ts'
import type { TargetedWorld } from '../model/memory/targeted-unmap-rules.ts'
import { isAtWork } from '../model/memory/vtl-presence.ts'
import { held } from '../model/platform/shared-word.ts'

/*
 * What a flush of the cores in VTL1 must achieve. The claims are about cores that are at work there: a core that has
 * just been resumed, or is about to leave, runs a few instructions on memory that stays mapped, and what its TLB holds
 * harms nobody unless it is still there when the core begins to work.
 */

/** The sentences by which reports and expectations call the claims. */
export const claims = {
  freed: 'a freed frame is cached by no TLB of a core at work in VTL1',
  lost: 'a read never reaches memory that its owner has lost',
  rust: 'a read never reaches a frame that the Rust heap has been given',
  returned: 'once the call has returned, no core at work in VTL1 holds the translation that it took away',
  somebody: 'a flush that is asked of the hypervisor is meant for somebody',
  editing: 'the caller edits tables from the beginning of its call to its end',
  leaves: 'a core that was called into VTL1 can leave it again',
  ends: 'a call that has begun comes to an end',
} as const

/** No core at work can still reach what was given back. */
export const freedFramesAreForgotten = ({ cores, pages, frames, vp, tlb, frame }: TargetedWorld): Property =>
  always(
    claims.freed,
    { core: cores, page: pages, frame: frames },
    {
      reads: ({ core, page, frame: name }) => ({ vp: vp(core), tlb: tlb(core, page), frame: frame(name) }),
      holds: ({ vp, tlb, frame }, { frame: name }) =>
        tlb.context.frame !== name || !isAtWork(vp.value) || frame.context.owner === 'guest',
    },
  )

const onRead = (
  name: string,
  { cores, pages, frames, tlb, frame }: TargetedWorld,
  mayReach: (owner: Owner | 'nobody') => boolean,
): Property =>
  onStep(
    name,
    { core: cores, page: pages, frame: frames },
    {
      on: ['core.read'],
      reads: ({ core, page, frame: name }) => ({ tlb: tlb(core, page), frame: frame(name) }),
      holds: ({ tlb, frame }, _, { at }, { core, page, frame: name }) =>
        at.core !== core || at.page !== page || tlb.context.frame !== name || mayReach(frame.context.owner),
    },
  )

/** The same, as claims on the read itself: a trace ends where memory is reached. */
export const lostMemoryIsOutOfReach = (world: TargetedWorld): readonly Property[] => [
  onRead(claims.lost, world, (owner) => owner === 'guest'),
  onRead(claims.rust, world, (owner) => owner !== 'rustHeap'),
]

/** What the caller relies on: the frame, or the address, can be used for something else. */
export const returnMeansForgotten = ({ call, cores, pages, vp, tlb }: TargetedWorld): Property =>
  always(
    claims.returned,
    { core: cores, page: pages },
    {
      reads: ({ core, page }) => ({ call, vp: vp(core), tlb: tlb(core, page) }),
      holds: ({ call, vp, tlb }) => call.value !== 'returned' || !isAtWork(vp.value) || tlb.value === 'empty',
    },
  )

/** As the source asserts in a debug build: whoever asks the hypervisor is in VTL1, so somebody is. */
export const requestsNameSomebody = ({ call }: TargetedWorld): Property =>
  onStep(
    claims.somebody,
    {},
    {
      on: ['flush.callHypervisor'],
      reads: () => ({ call }),
      holds: ({ call }) => call.context.targets.length > 0,
    },
  )

export const callsEnd = ({ call }: TargetedWorld): Property =>
  leadsTo(
    claims.ends,
    {},
    {
      reads: () => ({ call }),
      from: ({ call }) => call.value === 'clearing',
      to: ({ call }) => call.value === 'returned' || call.value === 'stopped',
    },
  )

/** It touches none of the pages whose entries it takes away, until it has flushed itself too. */
export const callersEditTables = ({ call, caller, vp }: TargetedWorld): Property =>
  always(
    claims.editing,
    {},
    {
      reads: () => ({ call, vp: vp(caller) }),
      holds: ({ call, vp }) =>
        call.value === 'stopped' || (vp.value === 'editingTables') === (call.value !== 'uncalled' && call.value !== 'returned'),
    },
  )

export const coresCanLeave = ({ others, vp }: TargetedWorld): Property =>
  canReach(claims.leaves, { core: others }, { reads: ({ core }) => ({ vp: vp(core) }), goal: ({ vp }) => vp.value === 'outside' })

export const callReturns = ({ call }: TargetedWorld): Property =>
  sometimes('the call returns', {}, { reads: () => ({ call }), holds: ({ call }) => call.value === 'returned' })

/** The window that the comments on the mask overlook. */
export const walksBeforeTheBit = ({ others, pages, call, vp, tlb }: TargetedWorld): Property =>
  sometimes(
    'a core that has been resumed holds what the call takes away before its bit is set',
    { core: others, page: pages },
    {
      reads: ({ core, page }) => ({ call, vp: vp(core), tlb: tlb(core, page) }),
      holds: ({ call, vp, tlb }, { page }) =>
        vp.value === 'resumed' && tlb.value === 'cached' && call.context.cleared > pages.indexOf(page),
    },
  )

export const staleTranslationsExist = ({ others, pages, entry, tlb }: TargetedWorld): Property =>
  sometimes(
    'a TLB holds a translation that memory no longer gives',
    { core: others, page: pages },
    {
      reads: ({ core, page }) => ({ entry: entry(page).cell, tlb: tlb(core, page) }),
      holds: ({ entry: local, tlb }, { page }) => held(entry(page), local) === 'absent' && tlb.value === 'cached',
    },
  )

/** What sequential consistency does not have: the entry is cleared for the caller, and for nobody else. */
export const storesAreLate = ({ caller, call, pages, others, tlb, entry, memory }: TargetedWorld): Property =>
  sometimes(
    'a core walks an entry whose clearing still waits in the store buffer',
    { core: others },
    {
      reads: ({ core }) => ({
        call,
        own: memory.fencePorts(caller),
        entry: entry(pages[0]!).cell,
        tlb: tlb(core, pages[0]!),
      }),
      holds: ({ call, own, entry: local, tlb }) =>
        call.context.cleared > 0 &&
        own.some(({ value }) => value !== 'empty') &&
        held(entry(pages[0]!), local) !== 'absent' &&
        tlb.value === 'cached',
    },
  )

export const framesAreReused = ({ frames, frame }: TargetedWorld, owners: readonly Owner[]): Property =>
  sometimes(
    'a freed frame has a new owner',
    { frame: frames, owner: owners },
    {
      reads: ({ frame: name }) => ({ frame: frame(name) }),
      holds: ({ frame }, { owner }) => frame.context.owner === owner,
    },
  )
