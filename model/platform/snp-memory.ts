import { type Rule, rule } from '../../checker/index.ts'
import type { Requests } from './snp-request-rules.ts'

/*
 * Blocks that the host gave: mapped for the guest, unmapped, given back.
 *
 * Models: `litebox_platform_linux_kernel/src/mm/pgtable.rs: PageTableAllocator::allocate_frame`, which sets the private bit
 * (bit 51) in the address of each frame, and `src/mm/mod.rs: make_pa_private`. At the source of reference the allocator
 * never gives a block back (`SafeZoneAllocator` does not call `MemoryProvider::free`), and `HostSnpInterface::free` is
 * `unimplemented!()`; the other ways are those of an allocator that would.
 *
 * Leaves out: frames (a block is mapped whole), TLBs (`unmap-shootdown`), and whether the host made the memory private.
 */

export const hostBlockRules = ({ vcpus, blockNames, block, request, privateBit, free }: Requests): readonly Rule[] => [
  rule(
    'guest.map',
    { name: blockNames },
    {
      kind: 'environment',
      source: 'litebox_platform_linux_kernel/src/mm/pgtable.rs: allocate_frame, make_pa_private',
      needed: true,
      actor: () => vcpus[0]!,
      sends: ({ name }) => ({ block: block(name) }),
    },
  ).does({
    when: {
      inHeap: ({ block }) => block.context.given > 0,
      unmapped: ({ block }) => block.context.mapped === 'no',
    },
    events: () => ({ block: { type: 'MAP', isPrivate: privateBit === 'set' } }),
  }),
  rule(
    'guest.unmap',
    { name: blockNames },
    {
      kind: 'environment',
      source: 'litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs: unmap_pages',
      actor: () => vcpus[0]!,
      sends: ({ name }) => ({ block: block(name) }),
    },
  ).does({
    when: { mapped: ({ block }) => block.context.mapped !== 'no' },
    events: () => ({ block: { type: 'UNMAP' } }),
  }),
  ...(free === 'never'
    ? []
    : [
        rule(
          'guest.giveBack',
          { name: blockNames },
          {
            kind: 'environment',
            source: 'litebox/src/mm/allocator.rs: MemoryProvider::free, which nobody calls',
            actor: () => vcpus[0]!,
            sends: ({ name }) => ({ request: request(vcpus[0]!), block: block(name) }),
          },
        ).does({
          when: {
            inHeap: ({ block }) => block.context.given > 0,
            unmapped: ({ block }) => block.context.mapped === 'no',
            noRequest: ({ request }) => request.value === 'absent',
          },
          events: () =>
            free === 'panics'
              ? { request: { type: 'PANIC' as const }, block: { type: 'UNMAP' as const } }
              : { request: { type: 'IDLE' as const }, block: { type: 'RETURN' as const, scrubbed: free === 'scrubs' } },
        }),
      ]),
]
