import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { ForeignWindows } from './foreign-windows.ts'
import { isDue, type VmapDesign } from './vmap.ts'

/*
 * The reader-writer lock under which frames change what they may be used for.
 *
 * Models: `ProtectedFrameRegistry` of later versions (`litebox_platform_lvbs/src/mshv/vsm.rs`): an ordinary writable
 * mapping holds a read guard from before it maps until after it is flushed; a mapping that only reads takes none; who
 * changes a frame's use takes the write lock. Here the writer is Rust's allocator (`rust-taking.ts`), and it takes and
 * returns the lock within its one step.
 *
 * Leaves out: the ranges that the registry records, protection changes by the hypervisor, the privileged mappings that
 * bypass it, and waiting writers: a reader is never kept out, since a writer holds the lock for no time.
 */

/** To return a guard that nobody holds has no edge. */
export const frameRegistry = setup({
  types: { context: {} as { readers: number }, events: {} as { type: 'ENTER' } | { type: 'LEAVE' } },
}).createMachine({
  id: 'frameRegistry',
  context: { readers: 0 },
  initial: 'idle',
  states: {
    idle: {
      on: {
        ENTER: {
          target: 'shared',
          actions: update((registry) => {
            registry.readers = 1
          }),
        },
      },
    },
    shared: {
      on: {
        ENTER: {
          target: 'shared',
          actions: update((registry) => {
            registry.readers += 1
          }),
        },
        LEAVE: [
          {
            guard: ({ context }) => context.readers === 1,
            target: 'idle',
            actions: update((registry) => {
              registry.readers = 0
            }),
          },
          {
            target: 'shared',
            actions: update((registry) => {
              registry.readers -= 1
            }),
          },
        ],
      },
    },
  },
})

export interface FrameRegistry extends ForeignWindows {
  readonly registry: CellOf<typeof frameRegistry>
}

export const registryGuards = ({ cores, pointer, registry }: FrameRegistry, design: VmapDesign): readonly Rule[] => [
  rule(
    'registry.enter',
    { core: cores },
    {
      source: 'litebox_platform_lvbs/src/mshv/vsm.rs: ProtectedFrameAccessGuard, in later versions',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ pointer: pointer(core), registry }),
    },
  ).does({
    when: {
      ...isDue(design, 'lock'),
    },
    events: () => ({ pointer: { type: 'LOCK' }, registry: { type: 'ENTER' } }),
  }),
  rule(
    'registry.leave',
    { core: cores },
    {
      source: 'litebox_platform_lvbs/src/lib.rs: vunmap, which drops the guard inside MapInfo, in later versions',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ pointer: pointer(core), registry }),
    },
  ).does({
    when: {
      releasing: ({ pointer }) => pointer.value === 'releasing',
      locked: ({ pointer }) => pointer.context.locked,
      addressReturned: ({ pointer }) => pointer.context.page === 'none',
    },
    events: () => ({ pointer: { type: 'UNLOCK' }, registry: { type: 'LEAVE' } }),
  }),
]
