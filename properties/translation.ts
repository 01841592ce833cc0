import { always, type CellOf, onStep, type Property, sometimes } from '../checker/index.ts'
import type { frame, Owner } from '../model/memory/frame.ts'
import type { Translation } from '../model/memory/tlb.ts'
import type { spinlock } from '../model/platform/spinlock.ts'

/*
 * What is claimed of translations: nobody reaches a frame through a stale one once the frame is somebody else's, and
 * entries change under their lock. Any scenario with TLBs, page-table entries and frames can ask it.
 *
 * The claims on accesses are asked of the step that reads or writes, so that a trace ends where memory is reached. The
 * claim on TLBs is stronger: it is false as soon as such an access has become possible.
 */

export interface FrameWorld extends Translation {
  readonly frames: readonly string[]
  readonly frame: (name: string) => CellOf<typeof frame>
}

/** Once a frame is given back, no core can still reach it. */
export const freedFramesAreForgotten = (
  { cores, pages, tlb, frames, frame }: FrameWorld,
  name = 'a freed frame is cached by no TLB',
): Property =>
  always(
    name,
    { core: cores, page: pages, frame: frames },
    {
      reads: ({ core, page, frame: name }) => ({ tlb: tlb(core, page), frame: frame(name) }),
      holds: ({ tlb, frame }, { frame: name }) => tlb.context.frame !== name || frame.context.owner === 'guest',
    },
  )

/** A claim on every frame that a step of the rules `on`, which have `core` and `page`, reaches through a TLB entry. */
const onAccess = (
  name: string,
  { cores, pages, tlb, frames, frame }: FrameWorld,
  on: readonly string[],
  mayReach: (owner: Owner | 'nobody') => boolean,
): Property =>
  onStep(
    name,
    { core: cores, page: pages, frame: frames },
    {
      on,
      reads: ({ core, page, frame: name }) => ({ tlb: tlb(core, page), frame: frame(name) }),
      holds: ({ tlb, frame }, _, { at }, { core, page, frame: name }) =>
        at.core !== core || at.page !== page || tlb.context.frame !== name || mayReach(frame.context.owner),
    },
  )

/** Isolation: what the guest has lost it can neither see nor change. A free frame holds links of the heap's own lists. */
export const lostMemoryIsOutOfReach = (world: FrameWorld, reads: readonly string[], writes: readonly string[]): Property[] => [
  onAccess('a read never reaches memory that the guest has lost', world, reads, (owner) => owner === 'guest'),
  onAccess('a write never lands in memory that the guest has lost', world, writes, (owner) => owner === 'guest'),
]

/** Memory safety: Rust's memory is changed and read by Rust alone. */
export const rustMemoryIsOutOfReach = (world: FrameWorld, accesses: readonly string[]): Property =>
  onAccess(
    'a frame owned by the Rust heap is reached by no core through a stale translation',
    world,
    accesses,
    (owner) => owner !== 'rustHeap',
  )

/** LiteBox changes what an entry maps only while it holds the table's lock; hardware changes only the dirty bit. */
export const entriesChangeUnderTheLock = (
  { pages, entry }: Translation,
  { core, lock }: { readonly core: string; readonly lock: CellOf<typeof spinlock> },
): Property =>
  onStep(
    'page-table entries are changed only under the lock',
    { page: pages },
    {
      reads: ({ page }) => ({ entry: entry(core, page), lock }),
      holds: (before, after, { actor }) =>
        (before.entry.value === after.entry.value &&
          before.entry.context.frame === after.entry.context.frame &&
          before.entry.context.writable === after.entry.context.writable) ||
        before.lock.context.holder === actor,
    },
  )

/** The worlds in which the claims above say something. */
export const staleTranslationsExist = ({ cores, pages, tlb, entry }: Translation): Property =>
  sometimes(
    'a TLB holds a right that its page-table entry no longer gives',
    { core: cores, page: pages },
    {
      reads: ({ core, page }) => ({ tlb: tlb(core, page), entry: entry(core, page) }),
      holds: ({ tlb, entry }) =>
        tlb.value === 'cached' && (entry.value === 'absent' || (tlb.context.writable && !entry.context.writable)),
    },
  )

export const dirtyTranslationsExist = ({ cores, pages, tlb, entry }: Translation): Property =>
  sometimes(
    'a TLB entry is dirty whose page-table entry no longer lets anybody write',
    { core: cores, page: pages },
    {
      reads: ({ core, page }) => ({ tlb: tlb(core, page), entry: entry(core, page) }),
      holds: ({ tlb, entry }) => tlb.context.dirty && !entry.context.writable,
    },
  )

export const framesAreReused = ({ frames, frame }: FrameWorld, owners: readonly Owner[]): Property =>
  sometimes(
    'a freed frame has a new owner',
    { frame: frames, owner: owners },
    {
      reads: ({ frame: name }) => ({ frame: frame(name) }),
      holds: ({ frame }, { owner }) => frame.context.owner === owner,
    },
  )
