import { setup } from 'xstate'
import { type Rule, rule, update } from '../../checker/index.ts'
import type { FrameRegistry } from './frame-registry.ts'
import { isFree, type VmapRegion } from './vmap-allocator.ts'

/*
 * Rust's allocator, on a platform that lets it take what physical pointers may name: an address of their windows, or a
 * frame of the normal world.
 *
 * Models: the question of the review of the physical pointers. The trait `VmapManager` does not say that what
 * `validate_unowned` accepted stays out of Rust's hands, so a platform may give it: at once, after a grace period in
 * which every core that was in VTL1 has left once, or never. An address is given when nothing is mapped there; a frame
 * when no entry maps it and the normal world gives it up. On LVBS it is never: Rust lives in the kernel window, whose
 * frames the boot fixed (`litebox_platform_lvbs/src/lib.rs: validate_unowned, PageTableManager`).
 *
 * Leaves out: more than one taking, giving back, and Rust's own accesses (its address must lead every core to its frame,
 * and that is a property).
 */

/** `quarantine-short` ends as soon as one core owes nothing, instead of all. */
export type Reuse = 'never-for-rust' | 'immediate' | 'quarantine' | 'quarantine-short'
export type Takes = 'addresses' | 'frames'

export const rustTaking = setup({
  types: { context: {} as { what: string }, events: {} as { type: 'CLAIM'; what: string } | { type: 'USE' } },
}).createMachine({
  id: 'rustTaking',
  context: { what: 'none' },
  initial: 'content',
  states: {
    content: {
      on: {
        CLAIM: {
          target: 'claiming',
          actions: update((rust, { what }) => {
            rust.what = what
          }),
        },
      },
    },
    claiming: { on: { USE: 'using' } },
    using: {},
  },
})

export interface TakingDesign {
  readonly reuse: Reuse
  readonly takes: Takes
  /** The frame of LiteBox's own with which Rust backs an address that it takes. */
  readonly backing: string
  /** The vmap allocator must have the address free; the direct map has no allocator. */
  readonly allocated: boolean
  /** Taking is a change of use, for which the registry's write lock is needed. */
  readonly registered: boolean
}

const source = 'hypothetical: an implementation of litebox_common_linux/src/vmap.rs: VmapManager'

export const rustTakings = (world: VmapRegion & FrameRegistry, design: TakingDesign): readonly Rule[] => {
  const { cores, foreign, pages, frame, entry, table, vp, rust, allocator, registry } = world
  const graces = design.reuse === 'quarantine' || design.reuse === 'quarantine-short'
  const owing = () => (graces ? cores.map(vp) : [])
  const graceEnded = (vps: readonly { readonly context: { readonly owes: boolean } }[]): boolean => {
    const owe = vps.filter(({ context }) => context.owes).length
    return owe === 0 || (design.reuse === 'quarantine-short' && owe < vps.length)
  }
  const writers = () => (design.registered ? [registry] : [])
  const addresses = [
    rule(
      'rust.claimAddress',
      { page: pages },
      {
        source,
        needed: true,
        actor: () => 'rust',
        sees: ({ page }) => ({
          entry: entry(page),
          table,
          allocators: design.allocated ? [allocator] : [],
          registries: writers(),
        }),
        sends: () => ({ rust, vps: owing() }),
      },
    ).does({
      when: {
        content: ({ rust }) => rust.value === 'content',
        absent: ({ entry }) => entry.value === 'absent',
        notBeingUnmapped: ({ table }) => table.value === 'free',
        free: ({ allocators }, { page }) => allocators.every(({ context }) => isFree(context.owners, page)),
        noReaders: ({ registries }) => registries.every(({ value }) => value === 'idle'),
      },
      events: (_, { page }) => ({ rust: { type: 'CLAIM', what: page }, vps: { type: 'OWE' } }),
    }),
    rule(
      'rust.useAddress',
      { page: pages },
      {
        source,
        needed: true,
        actor: () => 'rust',
        sees: () => ({ table, vps: owing() }),
        sends: ({ page }) => ({ rust, entry: entry(page) }),
      },
    ).does({
      when: {
        claiming: ({ rust }) => rust.value === 'claiming',
        claimed: ({ rust }, { page }) => rust.context.what === page,
        tableFree: ({ table }) => table.value === 'free',
        graceEnded: ({ vps }) => graceEnded(vps),
      },
      events: () => ({
        rust: { type: 'USE' },
        entry: { type: 'MAP', mapping: { frame: design.backing, writable: true } },
      }),
    }),
  ]
  const wholeFrames = [
    rule(
      'rust.claimFrame',
      { frame: foreign },
      {
        source,
        needed: true,
        actor: () => 'rust',
        sees: () => ({ table, entries: pages.map(entry), registries: writers() }),
        sends: ({ frame: name }) => ({ rust, frame: frame(name), vps: owing() }),
      },
    ).does({
      when: {
        content: ({ rust }) => rust.value === 'content',
        mappedNowhere: ({ entries }, { frame }) => entries.every(({ context }) => context.frame !== frame),
        notBeingUnmapped: ({ table }) => table.value === 'free',
        noReaders: ({ registries }) => registries.every(({ value }) => value === 'idle'),
      },
      events: (_, { frame }) => ({ rust: { type: 'CLAIM', what: frame }, frame: { type: 'FREE' }, vps: { type: 'OWE' } }),
    }),
    rule(
      'rust.useFrame',
      { frame: foreign },
      {
        source,
        needed: true,
        actor: () => 'rust',
        sees: () => ({ vps: owing() }),
        sends: ({ frame: name }) => ({ rust, frame: frame(name) }),
      },
    ).does({
      when: {
        claiming: ({ rust }) => rust.value === 'claiming',
        claimed: ({ rust }, { frame }) => rust.context.what === frame,
        graceEnded: ({ vps }) => graceEnded(vps),
      },
      events: () => ({ rust: { type: 'USE' }, frame: { type: 'TAKE', owner: 'rustHeap' } }),
    }),
  ]
  if (design.reuse === 'never-for-rust') return []
  return design.takes === 'addresses' ? addresses : wholeFrames
}
