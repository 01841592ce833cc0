import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { touches } from '../model/memory/fallible-copy.ts'
import type { ForeignWindows } from '../model/memory/foreign-windows.ts'
import { normalWorldWrite } from '../model/memory/protect-call.ts'
import { isFree, type VmapRegion } from '../model/memory/vmap-allocator.ts'

/*
 * What is claimed of physical pointers. The first two are the invariant that their review states, before the fact and at
 * the fact; the others are what the source's comments and types promise.
 */

/** The sentences by which reports and expectations call the claims. */
export const claims = {
  reach: 'memory that validate_unowned accepted never backs a Rust allocation while a copy can reach it',
  touch: 'a copy touches no live Rust allocation',
  otherFrame: 'a copy touches only the frame that its pointer names',
  acceptance: 'validate_unowned accepts only frames of the normal world',
  rustMapped: 'an address that Rust uses stays mapped',
  rustTranslated: "every core that serves a call translates an address that Rust uses to Rust's own frame",
  liveMapping: 'a guard that may still copy has a live mapping of its frame',
  permission: 'a guard that may still copy has the permission that it asked for',
  completion: 'a copy that was given a mapping does not fail',
  marked: 'a walk marks an entry dirty if and only if its copy writes',
  right: 'a copy writes only through a translation that is writable and dirty',
  once: 'a part of a copy is made once',
  editing: 'a core holds the lock of the table from the clearing of an entry to the end of its flush, and at no other time',
  panic: 'no core panics',
  ownUnmap: 'a guard unmaps its own mapping, and it is still there',
  outlived: 'no mapping outlives its guard',
  stale: 'no core that serves a call holds a translation of a page whose unmapping has ended',
  reserved: 'an address is reserved, and its frame registered, for as long as one pointer has it',
  refused: 'an address is refused only to a pointer that has none, for a frame that is registered or for want of pages',
  locked: 'the lock of a frame is held by the pointer that has locked it, and by nobody else',
  contended: 'a pointer gives up only where another core has its frame',
  merged: 'an entry is made writable only for a pointer that writes',
  shielded: 'the normal world writes no frame for which protect has answered Ok',
} as const

const mappedPhases = ['mapped', 'copying', 'completed', 'failed']
interface Pointer {
  readonly value: string
  readonly context: { readonly page: string; readonly frame: string; readonly access: string; readonly shielded: boolean }
}
const mayCopyThrough = ({ value, context }: Pointer, page: string): boolean =>
  (value === 'mapped' || value === 'copying') && context.page === page
const holdsMapping = ({ value, context }: Pointer, page: string): boolean => mappedPhases.includes(value) && context.page === page

/** No copy gets at Rust's memory. */
export const soundness = ({ cores, pages, frames, pointer, tlb, entry, frame }: ForeignWindows): readonly Property[] => [
  always(
    claims.reach,
    { core: cores, page: pages, frame: frames },
    {
      reads: ({ core, page, frame: name }) => ({
        pointer: pointer(core),
        tlb: tlb(core, page),
        entry: entry(page),
        frame: frame(name),
      }),
      holds: ({ pointer, tlb, entry, frame }, { page, frame: name }) =>
        frame.context.owner !== 'rustHeap' ||
        !mayCopyThrough(pointer, page) ||
        (tlb.context.frame !== name && entry.context.frame !== name),
    },
  ),
  onStep(
    claims.touch,
    { frame: frames },
    {
      on: touches,
      reads: ({ frame: name }) => ({ frame: frame(name) }),
      holds: ({ frame }, _, step, { frame: name }) => step.at.frame !== name || frame.context.owner !== 'rustHeap',
    },
  ),
  onStep(
    claims.otherFrame,
    { core: cores },
    {
      on: touches,
      reads: ({ core }) => ({ pointer: pointer(core) }),
      holds: ({ pointer }, _, step, { core }) => step.at.core !== core || step.at.frame === pointer.context.frame,
    },
  ),
  onStep(
    claims.acceptance,
    { frame: frames },
    {
      on: ['pointer.construct'],
      reads: ({ frame: name }) => ({ frame: frame(name) }),
      holds: ({ frame }, _, step, { frame: name }) => step.at.frame !== name || frame.context.owner === 'normalWorld',
    },
  ),
]

/** Rust's own accesses at an address that it took, or could take, go where they should. */
export const rustKeepsItsMemory = (
  { cores, pages, vp, tlb, entry, rust }: ForeignWindows,
  backing: string,
): readonly Property[] => [
  always(
    claims.rustMapped,
    { page: pages },
    {
      reads: ({ page }) => ({ rust, entry: entry(page) }),
      holds: ({ rust, entry }, { page }) =>
        rust.value !== 'using' || rust.context.what !== page || entry.context.frame === backing,
    },
  ),
  always(
    claims.rustTranslated,
    { core: cores, page: pages },
    {
      reads: ({ core, page }) => ({ rust, vp: vp(core), tlb: tlb(core, page) }),
      holds: ({ rust, vp, tlb }, { page }) =>
        rust.value !== 'using' ||
        rust.context.what !== page ||
        vp.value !== 'dispatching' ||
        tlb.value === 'empty' ||
        tlb.context.frame === backing,
    },
  ),
]

/** A mapping is there for as long as its guard, and no longer. */
export const mappings = (
  { cores, pages, table, vp, pointer, tlb, entry }: ForeignWindows,
  backing: string,
): readonly Property[] => [
  always(
    claims.liveMapping,
    { core: cores, page: pages },
    {
      reads: ({ core, page }) => ({ pointer: pointer(core), entry: entry(page) }),
      holds: ({ pointer, entry }, { page }) => !mayCopyThrough(pointer, page) || entry.context.frame === pointer.context.frame,
    },
  ),
  always(
    claims.permission,
    { core: cores, page: pages },
    {
      reads: ({ core, page }) => ({ pointer: pointer(core), entry: entry(page) }),
      holds: ({ pointer, entry }, { page }) =>
        !mayCopyThrough(pointer, page) || entry.value === 'absent' || entry.context.writable || pointer.context.access === 'read',
    },
  ),
  // A debug build asserts this: `debug_assert!(result.is_ok())` after every fallible copy in `ptr.rs`.
  always(
    claims.completion,
    { core: cores },
    { reads: ({ core }) => ({ pointer: pointer(core) }), holds: ({ pointer }) => pointer.value !== 'failed' },
  ),
  always(
    claims.panic,
    { core: cores },
    { reads: ({ core }) => ({ pointer: pointer(core) }), holds: ({ pointer }) => pointer.value !== 'panicked' },
  ),
  onStep(
    claims.ownUnmap,
    { core: cores, page: pages },
    {
      on: ['vunmap.clear'],
      reads: ({ core, page }) => ({ pointer: pointer(core), entry: entry(page) }),
      holds: ({ pointer, entry }, _, step, { core, page }) =>
        step.at.core !== core || step.at.page !== page || entry.context.frame === pointer.context.frame,
    },
  ),
  always(
    claims.outlived,
    { page: pages },
    {
      reads: ({ page }) => ({ entry: entry(page), pointers: cores.map(pointer) }),
      holds: ({ entry, pointers }, { page }) =>
        entry.value === 'absent' ||
        entry.context.frame === backing ||
        pointers.some((pointer) => pointer.value === 'panicked' || holdsMapping(pointer, page)),
    },
  ),
  always(
    claims.stale,
    { core: cores, page: pages },
    {
      reads: ({ core, page }) => ({ table, vp: vp(core), entry: entry(page), tlb: tlb(core, page) }),
      holds: ({ table, vp, entry, tlb }) =>
        table.value === 'held' || vp.value !== 'dispatching' || entry.value === 'present' || tlb.value === 'empty',
    },
  ),
]

/** The allocator's records agree with the mappings. */
export const allocations = (
  { cores, pages, foreign, pointer, entry, rust, allocator }: VmapRegion,
  unique: boolean,
): readonly Property[] => [
  always(
    claims.reserved,
    { page: pages },
    {
      reads: ({ page }) => ({ allocator, rust, entry: entry(page), pointers: cores.map(pointer) }),
      holds: ({ allocator: { context }, rust, entry, pointers }, { page }) => {
        const owners = pointers.filter((pointer) => pointer.context.page === page)
        const frame = context.owners[page]!
        if (rust.context.what === page) return owners.length === 0 && isFree(context.owners, page)
        if (isFree(context.owners, page)) return owners.length === 0 && entry.value === 'absent'
        return owners.length === 1 && owners[0]!.context.frame === frame && context.registered.includes(frame) === unique
      },
    },
  ),
  onStep(
    claims.refused,
    { core: cores },
    {
      on: ['vmap.refuse'],
      reads: ({ core }) => ({ pointer: pointer(core), allocator, rust }),
      holds: ({ pointer: { context }, allocator, rust }, _, { at }, { core }) => {
        const { registered, owners } = allocator.context
        const isFull = pages.every((page) => !isFree(owners, page) || rust.context.what === page)
        return at.core !== core || (context.page === 'none' && (registered.includes(context.frame) || isFull))
      },
    },
  ),
  sometimes(
    'an address carries different frames in turn',
    { page: pages.slice(0, 1), frame: foreign },
    { reads: ({ page }) => ({ entry: entry(page) }), holds: ({ entry }, { frame }) => entry.context.frame === frame },
  ),
]

/** What `protect` answered is true. */
export const protectionHolds = ({ cores, frames, pointer }: ForeignWindows): readonly Property[] => [
  onStep(
    claims.shielded,
    { core: cores, frame: frames },
    {
      on: [normalWorldWrite],
      reads: ({ core }) => ({ pointer: pointer(core) }),
      holds: ({ pointer }, _, step, { frame }) =>
        step.at.frame !== frame || pointer.context.frame !== frame || !pointer.context.shielded,
    },
  ),
]

/** That the world is not empty. What a design excludes is not asked of it. */
export const witnesses = (
  { cores, foreign, pages, pointer, rust }: ForeignWindows,
  possible: { readonly sharing: boolean; readonly failing: boolean; readonly taking: boolean },
): readonly Property[] => [
  sometimes(
    'a copy completes',
    { core: cores },
    { reads: ({ core }) => ({ pointer: pointer(core) }), holds: ({ pointer }) => pointer.value === 'completed' },
  ),
  ...(possible.sharing
    ? [
        sometimes(
          'both cores have one frame mapped at once',
          { frame: foreign },
          {
            reads: () => ({ pointers: cores.map(pointer) }),
            holds: ({ pointers }, { frame }) =>
              pointers.every((held) => held.context.frame === frame && pages.some((page) => holdsMapping(held, page))),
          },
        ),
      ]
    : []),
  ...(possible.failing
    ? [
        sometimes(
          'a copy fails after a part of it was copied, and the core goes on',
          { core: cores },
          {
            reads: ({ core }) => ({ pointer: pointer(core) }),
            holds: ({ pointer }) => pointer.value === 'failed' && pointer.context.copied > 0,
          },
        ),
      ]
    : []),
  ...(possible.taking
    ? [
        sometimes(
          'Rust uses what a physical pointer could name',
          {},
          { reads: () => ({ rust }), holds: ({ rust }) => rust.value === 'using' },
        ),
      ]
    : []),
]
