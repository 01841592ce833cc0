import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { hostActs } from './host-mapping.ts'
import type { windowsAllocation } from './windows-mmap.ts'

/*
 * One page of a Windows process: what VirtualQuery says of it, and the rest of the process, which changes it.
 *
 * Models: the states MEM_FREE, MEM_RESERVE and MEM_COMMIT, and (a ghost: Windows does not tell) whose reservation the page
 * belongs to. A reservation starts at a multiple of the allocation granularity: what its last granule has left over stays
 * free and can be reserved by nobody. Committing what is committed succeeds and changes nothing; decommitting keeps the
 * reservation. The rest of the process reserves first and commits later, as heaps and stacks do.
 *
 * Leaves out: protection, contents, file views, and more than `limit` acts of the rest of the process.
 */

export type RegionOwner = 'nobody' | 'guest' | 'host'

export const windowsRegion = setup({
  types: {
    context: {} as { owner: RegionOwner },
    input: {} as { owner: RegionOwner },
    events: {} as { type: 'RESERVE'; owner: 'guest' | 'host' } | { type: 'COMMIT' } | { type: 'DECOMMIT' } | { type: 'RELEASE' },
  },
}).createMachine({
  id: 'windowsRegion',
  context: ({ input }) => input,
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.owner === 'nobody', target: 'free' }, { target: 'committed' }] },
    free: {
      on: {
        RESERVE: {
          target: 'reserved',
          actions: update((region, { owner }) => {
            region.owner = owner
          }),
        },
      },
    },
    reserved: { on: { COMMIT: 'committed', DECOMMIT: 'reserved' } },
    committed: { on: { COMMIT: 'committed', DECOMMIT: 'reserved' } },
  },
  on: {
    RELEASE: {
      target: '.free',
      actions: update((region) => {
        region.owner = 'nobody'
      }),
    },
  },
})

export interface Regions {
  readonly pages: readonly string[]
  readonly region: (page: string) => CellOf<typeof windowsRegion>
  /** The pages of the granule that a page belongs to, the first of it first. */
  readonly granule: (page: string) => readonly string[]
  readonly acts: CellOf<typeof hostActs>
}

/** A call of the guest that the rest of the process waits for, where one lock is for both. */
type Call = CellOf<typeof windowsAllocation>
const isOver = ({ value }: { readonly value: string }): boolean => value === 'returned' || value === 'stopped'

export const windowsHost = ({ pages, region, granule, acts }: Regions, lockedBy: readonly Call[]): readonly Rule[] => [
  rule(
    'host.reserve',
    { page: pages },
    {
      kind: 'environment',
      source: 'Windows: VirtualAlloc with MEM_RESERVE, of one page',
      needed: true,
      where: ({ page }) => granule(page)[0] === page,
      actor: () => 'host',
      sees: ({ page }) => ({ rest: granule(page).slice(1).map(region), calls: lockedBy }),
      sends: ({ page }) => ({ acts, region: region(page) }),
      waitsFor: ['acts'],
    },
  ).does({
    when: {
      unlocked: ({ calls }) => calls.every(isOver),
      free: ({ region }) => region.value === 'free',
      wholeGranule: ({ rest }) => rest.every(({ value }) => value === 'free'),
    },
    events: () => ({ acts: { type: 'ACT' }, region: { type: 'RESERVE', owner: 'host' } }),
  }),
  rule(
    'host.commit',
    { page: pages },
    {
      kind: 'environment',
      source: 'Windows: VirtualAlloc with MEM_COMMIT within an own reservation',
      needed: true,
      where: ({ page }) => granule(page)[0] === page,
      actor: () => 'host',
      sees: () => ({ calls: lockedBy }),
      sends: ({ page }) => ({ acts, region: region(page) }),
      waitsFor: ['acts'],
    },
  ).does({
    when: {
      unlocked: ({ calls }) => calls.every(isOver),
      own: ({ region }) => region.context.owner === 'host',
      uncommitted: ({ region }) => region.value === 'reserved',
    },
    events: () => ({ acts: { type: 'ACT' }, region: { type: 'COMMIT' } }),
  }),
  rule(
    'host.release',
    { page: pages },
    {
      kind: 'environment',
      source: 'Windows: VirtualFree with MEM_RELEASE of an own reservation',
      needed: true,
      where: ({ page }) => granule(page)[0] === page,
      actor: () => 'host',
      sees: () => ({ calls: lockedBy }),
      sends: ({ page }) => ({ acts, region: region(page) }),
      waitsFor: ['acts'],
    },
  ).does({
    when: { unlocked: ({ calls }) => calls.every(isOver), own: ({ region }) => region.context.owner === 'host' },
    events: () => ({ acts: { type: 'ACT' }, region: { type: 'RELEASE' } }),
  }),
]
