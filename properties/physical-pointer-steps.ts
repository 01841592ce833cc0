import { always, onStep, type Property } from '../checker/index.ts'
import { touches } from '../model/memory/fallible-copy.ts'
import type { ForeignWindows } from '../model/memory/foreign-windows.ts'
import type { FrameLocks } from '../model/memory/frame-lock.ts'
import { claims } from './physical-pointer.ts'

/*
 * What single steps of a physical pointer's life owe: a copy its parts and its right to write, an unmapping the lock of the
 * table, a lock of a frame its mapping.
 */

const unmappingPhases = ['cleared', 'alone', 'together', 'awaiting']

export const pointerSteps = ({ cores, pages, table, pointer, tlb, entry }: ForeignWindows): readonly Property[] => [
  onStep(
    claims.marked,
    { core: cores, page: pages },
    {
      on: ['copy.walkToRead', 'copy.walkToWrite'],
      reads: ({ core, page }) => ({ pointer: pointer(core), entry: entry(page) }),
      holds: (before, after, { at }, { core, page }) =>
        at.core !== core ||
        at.page !== page ||
        after.entry.context.dirty === (before.entry.context.dirty || before.pointer.context.access === 'write'),
    },
  ),
  onStep(
    claims.right,
    { core: cores, page: pages },
    {
      on: touches,
      reads: ({ core, page }) => ({ pointer: pointer(core), tlb: tlb(core, page) }),
      holds: ({ pointer }, { tlb }, { at }, { core, page }) =>
        at.core !== core || at.page !== page || pointer.context.access === 'read' || (tlb.context.writable && tlb.context.dirty),
    },
  ),
  onStep(
    claims.once,
    { core: cores },
    {
      on: touches,
      reads: ({ core }) => ({ pointer: pointer(core) }),
      holds: (before, after, { at }, { core }) =>
        at.core !== core ||
        after.pointer.value === 'completed' ||
        after.pointer.context.copied === before.pointer.context.copied + 1,
    },
  ),
  always(
    claims.editing,
    { core: cores },
    {
      reads: ({ core }) => ({ table, pointer: pointer(core) }),
      holds: ({ table, pointer }, { core }) =>
        pointer.value === 'panicked' || (table.context.holder === core) === unmappingPhases.includes(pointer.value),
    },
  ),
]

/** The lock of a frame is its mapping's, and nobody gives up for his own. */
export const frameLocksAreMappings = ({ cores, frames, pointer, frameLock }: FrameLocks): readonly Property[] => [
  always(
    claims.locked,
    { core: cores, frame: frames },
    {
      reads: ({ core, frame }) => ({ pointer: pointer(core), lock: frameLock(frame) }),
      holds: ({ pointer: { context }, lock }, { core, frame }) =>
        (lock.context.holder === core) === (context.locked && context.frame === frame),
    },
  ),
  onStep(
    claims.contended,
    { core: cores, frame: frames },
    {
      on: ['frameLock.giveUp'],
      reads: ({ frame }) => ({ lock: frameLock(frame) }),
      holds: ({ lock }, _, { at }, { core, frame }) =>
        at.core !== core || at.frame !== frame || (lock.value === 'held' && lock.context.holder !== core),
    },
  ),
]

/** A permission is merged into a shared entry for who asks for it. */
export const mergesAreForWriters = ({ cores, pointer }: ForeignWindows): Property =>
  onStep(
    claims.merged,
    { core: cores },
    {
      on: ['directMap.merge'],
      reads: ({ core }) => ({ pointer: pointer(core) }),
      holds: ({ pointer }, _, { at }, { core }) => at.core !== core || pointer.context.access === 'write',
    },
  )
