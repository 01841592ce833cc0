import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'

/*
 * The host's view of one page of the process in which LiteBox and its guest run, and the rest of that process.
 *
 * Models: Linux's mappings page by page, as mmap, munmap and mremap change them: free, or mapped for the guest by
 * `litebox_platform_linux_userland/src/lib.rs: PageManagementProvider`, or mapped by anybody else: LiteBox's own heap
 * (`MemoryProvider::alloc`), its binary, thread stacks, libraries. That these others map and unmap what they like, on other
 * threads and without LiteBox's locks, is what the rules here say.
 *
 * Leaves out: contents, protection bits, mappings of the guest that are not LiteBox's doing, and more than `limit` acts.
 */

export type MappingOwner = 'nobody' | 'guest' | 'host'

/** Mapping over a mapping replaces it, as MAP_FIXED does; to unmap nothing is no error. */
export const hostMapping = setup({
  types: {
    context: {} as { owner: MappingOwner },
    input: {} as { owner: MappingOwner },
    events: {} as { type: 'MAP'; owner: 'guest' | 'host' } | { type: 'UNMAP' },
  },
}).createMachine({
  id: 'hostMapping',
  context: ({ input }) => input,
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.owner === 'nobody', target: 'free' }, { target: 'mapped' }] },
    free: {},
    mapped: {},
  },
  on: {
    MAP: {
      target: '.mapped',
      actions: update((mapping, { owner }) => {
        mapping.owner = owner
      }),
    },
    UNMAP: {
      target: '.free',
      actions: update((mapping) => {
        mapping.owner = 'nobody'
      }),
    },
  },
})

export const hostActs = setup({
  types: { context: {} as { left: number }, input: {} as { limit: number }, events: {} as { type: 'ACT' } },
  guards: { some: ({ context }) => context.left > 0 },
}).createMachine({
  id: 'hostActs',
  context: ({ input }) => ({ left: input.limit }),
  initial: 'ready',
  states: {
    ready: {
      on: {
        ACT: {
          guard: 'some',
          target: 'ready',
          actions: update((acts) => {
            acts.left -= 1
          }),
        },
      },
    },
  },
})

export interface HostMappings {
  readonly pages: readonly string[]
  readonly mapping: (page: string) => CellOf<typeof hostMapping>
  readonly acts: CellOf<typeof hostActs>
}

export const hostThread = ({ pages, mapping, acts }: HostMappings): readonly Rule[] => [
  rule(
    'host.map',
    { page: pages },
    {
      kind: 'environment',
      source: 'Linux: mmap without an address gives any free range; for example MemoryProvider::alloc',
      needed: true,
      actor: () => 'host',
      sends: ({ page }) => ({ acts, mapping: mapping(page) }),
      waitsFor: ['acts'],
    },
  ).does({
    when: { free: ({ mapping }) => mapping.value === 'free' },
    events: () => ({ acts: { type: 'ACT' }, mapping: { type: 'MAP', owner: 'host' } }),
  }),
  rule(
    'host.unmap',
    { page: pages },
    {
      kind: 'environment',
      source: 'Linux: munmap of what the process maps for itself',
      needed: true,
      actor: () => 'host',
      sends: ({ page }) => ({ acts, mapping: mapping(page) }),
      waitsFor: ['acts'],
    },
  ).does({
    when: { own: ({ mapping }) => mapping.context.owner === 'host' },
    events: () => ({ acts: { type: 'ACT' }, mapping: { type: 'UNMAP' } }),
  }),
]
