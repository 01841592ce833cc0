import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { frame, Owner } from './frame.ts'

/*
 * The rest of LiteBox, which allocates.
 *
 * Models: any other core that asks the one buddy heap for memory while the call at hand is running, and gets any free
 * frame: for a Rust object, or for another guest's page. From `litebox/src/mm/allocator.rs: SafeZoneAllocator::alloc`.
 *
 * Leaves out: which free frame the buddy would choose (any may be chosen), exhaustion, and giving frames back: one reuse
 * is enough to make a stale translation dangerous.
 */

export const allocations = (
  frames: readonly string[],
  frameOf: (name: string) => CellOf<typeof frame>,
  owners: readonly Owner[],
): readonly Rule[] => [
  rule(
    'heap.take',
    { frame: frames, owner: owners },
    {
      source: 'litebox/src/mm/allocator.rs: SafeZoneAllocator::alloc',
      actor: () => 'heap',
      sends: ({ frame }) => ({ frame: frameOf(frame) }),
    },
  ).does({
    when: { free: ({ frame }) => frame.value === 'free' },
    events: (_, { owner }) => ({ frame: { type: 'TAKE', owner } }),
  }),
]
