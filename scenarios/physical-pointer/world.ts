import { cell, finalWhen, type Property, type Rule, type System, system } from '../../checker/index.ts'
import { invalidationHandler, invalidationRequest } from '../../model/memory/copy-guard.ts'
import { type DirectMap, directMapping, directPage, mappingCount } from '../../model/memory/direct-map.ts'
import { fallibleCopy } from '../../model/memory/fallible-copy.ts'
import { windowSpeculation } from '../../model/memory/foreign-windows.ts'
import { frame } from '../../model/memory/frame.ts'
import { type FrameLocks, frameLocking } from '../../model/memory/frame-lock.ts'
import { type FrameRegistry, frameRegistry, registryGuards } from '../../model/memory/frame-registry.ts'
import { pageTableEntry } from '../../model/memory/page-table.ts'
import { physicalPointer, pointerLife } from '../../model/memory/physical-pointer.ts'
import { protection, type Shields, shield } from '../../model/memory/protect-call.ts'
import { rustTaking, rustTakings } from '../../model/memory/rust-taking.ts'
import { tlbEntry } from '../../model/memory/tlb.ts'
import { type VmapDesign, validationAtVmap } from '../../model/memory/vmap.ts'
import { type VmapRegion, vmapAllocator, vmapMapping } from '../../model/memory/vmap-allocator.ts'
import { virtualProcessor, vtlSwitches } from '../../model/memory/vp-mask.ts'
import { unmapping } from '../../model/memory/vunmap.ts'
import { windowFlush } from '../../model/memory/window-flush.ts'
import { spinlock } from '../../model/platform/spinlock.ts'
import {
  allocations,
  mappings,
  protectionHolds,
  rustKeepsItsMemory,
  soundness,
  witnesses,
} from '../../properties/physical-pointer.ts'
import { frameLocksAreMappings, mergesAreForWriters, pointerSteps } from '../../properties/physical-pointer-steps.ts'

export const knobs = {
  /** Where a mapping goes: its frame's page of the direct map, a page that its frame reserves, or one of its own. */
  mapping: ['direct', 'vmap', 'private'],
  /** Whether mappings that share a page of the direct map are counted, and what becomes of the permission. */
  counting: ['none', 'unmerged', 'merged-unflushed', 'merged'],
  /** What a mapping holds from before it maps until after it is flushed. */
  lock: ['none', 'try-lock', 'reader-writer', 'reader-writer-all'],
  /** When the allocator of the vmap region gets an address back. */
  unregister: ['after-flush', 'before-clear'],
  /** Whom the flush of an unmapping reaches. */
  flush: ['none', 'local', 'mask', 'all', 'failing'],
  /** How the flush reaches the peer; `ipi-no-wait` goes on before the peer has answered. */
  mechanism: ['hypercall', 'ipi', 'ipi-no-wait'],
  /** What the handler of the interrupt ends on its core. Without an interrupt there is no handler, and no effect. */
  guard: ['off', 'in-copy', 'while-mapped'],
  /** When a core that enters VTL1 becomes visible to flushes: after the flush of entry, or before a flush of its own. */
  registration: ['after-flush', 'before-flush'],
  /** When Rust may take what pointers could name. */
  reuse: ['never-for-rust', 'immediate', 'quarantine', 'quarantine-short'],
  /** What it takes: addresses of the windows, or frames of the normal world. No effect under `never-for-rust`. */
  takes: ['addresses', 'frames'],
  /** Who answers `validate_unowned`: the platform, or a default of the trait. */
  ownership: ['implemented', 'permissive', 'deny'],
  /** When `validate_unowned` is asked. */
  validation: ['constructor', 'also-at-vmap'],
  /** Whether `protect` is called before a mapping, and who answers. */
  protect: ['uncalled', 'implemented', 'permissive', 'deny'],
  /** What becomes of a fault in a copy. A core that has run no thread yet cannot recover, at the snapshot. */
  recovery: ['exception-table', 'no-thread-context'],
  /** The least world that shows the mapping's point, or one with two frames and two pages. */
  world: ['least', 'two-of-each'],
} as const

export type Choice = { readonly [N in keyof typeof knobs]: (typeof knobs)[N][number] }

const cores = ['cpu0', 'cpu1'] as const
/** A frame of LiteBox's own, in which a Rust object lives from the beginning. */
const backing = 'rust0'

/**
 * A page of the direct map belongs to one frame; a page of the vmap region is of interest when it carries two frames in
 * turn; private mappings are, when one frame has two pages.
 */
const leastFrames = { direct: 1, vmap: 2, private: 1 } as const
const leastWindows = { direct: 0, vmap: 1, private: 2 } as const

type World = VmapRegion & DirectMap & FrameLocks & FrameRegistry & Shields

function worldOf({ mapping, ownership, world }: Choice): World {
  const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${name}${at}`)
  const least = world === 'least'
  const foreign = numbered('foreign', least ? leastFrames[mapping] : 2)
  const frames = [...foreign, backing]
  const nameable = ownership === 'permissive' ? frames : foreign
  const pages = mapping === 'direct' ? nameable.map(directPage) : numbered('window', least ? leastWindows[mapping] : 2)
  return {
    cores,
    peer: (core) => (core === cores[0] ? cores[1] : cores[0]),
    frames,
    foreign,
    pages,
    frame: (name) => cell(`frame.${name}`, frame, { input: { owner: name === backing ? 'rustHeap' : 'normalWorld' } }),
    table: cell('table', spinlock, { references: { holder: 'core' } }),
    entry: (page) => cell(`entry.${page}`, pageTableEntry, { input: 'absent' }),
    tlb: (core, page) => cell(`tlb.${core}.${page}`, tlbEntry, { of: { core, page } }),
    vp: (core) => cell(`vp.${core}`, virtualProcessor, { of: { core } }),
    pointer: (core) => cell(`pointer.${core}`, physicalPointer, { of: { core } }),
    request: (core) => cell(`request.${core}`, invalidationRequest, { of: { core } }),
    rust: cell('rust', rustTaking),
    allocator: cell('allocator', vmapAllocator, { input: { pages } }),
    count: (page) => cell(`count.${page}`, mappingCount),
    frameLock: (name) => cell(`lock.${name}`, spinlock, { of: { frame: name }, references: { holder: 'core' } }),
    registry: cell('registry', frameRegistry),
    shield: (name) => cell(`shield.${name}`, shield),
  }
}

const takesAddresses = ({ reuse, takes }: Choice): boolean => reuse !== 'never-for-rust' && takes === 'addresses'
const interrupts = ({ flush, mechanism }: Choice): boolean => mechanism !== 'hypercall' && flush !== 'none' && flush !== 'local'

function rulesOf(choice: Choice, world: World): Rule[] {
  const { mapping, counting, lock, unregister, flush, mechanism, guard, validation, reuse, takes } = choice
  const reserved = mapping !== 'direct'
  const registered = lock === 'reader-writer' || lock === 'reader-writer-all'
  const observed = guard !== 'off' && interrupts(choice)
  const revocable = guard === 'while-mapped' && observed
  const design: VmapDesign = { ...choice, observed }
  return [
    ...vtlSwitches(world, choice.registration),
    ...pointerLife(world, choice.ownership),
    ...protection(world, design),
    ...(lock === 'try-lock' ? frameLocking(world, design) : []),
    ...(registered ? registryGuards(world, design) : []),
    ...(validation === 'also-at-vmap' ? validationAtVmap(world, design) : []),
    ...(reserved
      ? vmapMapping(world, design, unregister)
      : directMapping(world, design, { counting, taken: takesAddresses(choice) })),
    ...fallibleCopy(world, { recovery: choice.recovery, observed }),
    ...unmapping(world, { counting: reserved ? 'none' : counting, revocable, unregister }),
    ...windowFlush(world, { flush, mechanism }),
    ...(interrupts(choice) ? invalidationHandler(world, guard) : []),
    ...rustTakings(world, { reuse, takes, backing, allocated: reserved, registered }),
    ...windowSpeculation(world),
  ]
}

function propertiesOf(choice: Choice, world: World): Property[] {
  const { mapping, counting, lock, protect, recovery, reuse } = choice
  const exclusive = lock === 'try-lock' || mapping === 'vmap'
  return [
    ...soundness(world),
    ...(takesAddresses(choice) ? rustKeepsItsMemory(world, backing) : []),
    ...mappings(world, backing),
    ...pointerSteps(world),
    ...(mapping === 'direct' ? [] : allocations(world, mapping === 'vmap')),
    ...(lock === 'try-lock' ? frameLocksAreMappings(world) : []),
    ...(mapping === 'direct' && (counting === 'merged' || counting === 'merged-unflushed') ? [mergesAreForWriters(world)] : []),
    ...(protect === 'uncalled' ? [] : protectionHolds(world)),
    ...witnesses(world, {
      sharing: !exclusive,
      failing: mapping === 'direct' && !exclusive && counting === 'none' && recovery === 'exception-table',
      taking: reuse !== 'never-for-rust',
    }),
  ]
}

export function build(choice: Choice): System {
  const world = worldOf(choice)
  const { frames, pages, pointer } = world
  return system({
    cells: [
      ...cores.flatMap((core) => [world.vp(core), pointer(core), world.request(core)]),
      ...cores.flatMap((core) => pages.map((page) => world.tlb(core, page))),
      ...pages.flatMap((page) => [world.entry(page), world.count(page)]),
      ...frames.flatMap((name) => [world.frame(name), world.frameLock(name), world.shield(name)]),
      world.table,
      world.allocator,
      world.registry,
      world.rust,
    ],
    rules: rulesOf(choice, world),
    properties: propertiesOf(choice, world),
    // Windows are not: the allocator hands them out in an order.
    interchangeable: { core: cores },
    final: finalWhen(
      { core: cores },
      {
        reads: ({ core }) => ({ pointer: pointer(core) }),
        holds: ({ pointer }) => pointer.value === 'absent' || pointer.value === 'panicked',
      },
    ),
  })
}
