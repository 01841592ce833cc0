import { claims } from '../../properties/physical-pointer.ts'
import { type Designs, expecting, registeredFirst, snapshot } from './designs.ts'

/** The source at the snapshot, and what its own flush and entry to VTL1 do to it. */
export const snapshotDesigns = {
  snapshot: {
    story:
      'LVBS at the snapshot, for one page or contiguous pages: `vmap` maps them in the direct map, where the ' +
      'address is a function of the frame. A second core finds the entry present and goes on, whatever ' +
      "permission it asked for; nobody counts; the first guard that drops clears the entry under the other's " +
      'copy, which faults, or never had its permission. What the source calls tolerated (`Fallible: another core ' +
      "may unmap this page concurrently`) a debug build asserts never to happen. Rust's memory is out of reach: " +
      'it lives behind other addresses, in frames that `validate_unowned` refuses. Beside that, entry to VTL1 ' +
      'leaves a gap: see `snapshot-scattered`. Taken as mended here: the encoding of the flush (PR #961; `flush=failing` ' +
      'is the snapshot without it) and the context of the fault handler, which dangles once a thread has returned.',
    knobs: snapshot,
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 3149, full: 83659 },
      violations: {
        [claims.liveMapping]: 10,
        [claims.permission]: 8,
        [claims.completion]: 9,
        [claims.ownUnmap]: 14,
        [claims.stale]: 12,
      },
      asleep: ['directMap.assertSameFrame'],
    }),
  },
  'snapshot-first-call': {
    story:
      'The same on cores that have run no thread yet, as when the first calls of a boot are decoded. The ' +
      "page-fault path loads a thread's context through `cur_kernel_sp` before it looks at the exception table; " +
      'the pointer is still null, so the fault of a copy is the end of VTL1, and not an error value.',
    knobs: { ...snapshot, recovery: 'no-thread-context' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 3125, full: 83323 },
      violations: {
        [claims.liveMapping]: 11,
        [claims.permission]: 8,
        [claims.panic]: 9,
        [claims.ownUnmap]: 16,
        [claims.stale]: 12,
      },
      asleep: ['directMap.assertSameFrame'],
    }),
  },
  'snapshot-scattered': {
    story:
      'LVBS at the snapshot, for pages that are not contiguous: the allocator reserves an address, refuses a ' +
      'frame that is mapped already, and gives the address back after clear and flush, to be the next that is ' +
      'given. Sharing is excluded, and still one gap is left: a core that enters VTL1 has its TLB emptied first ' +
      'and sets its bit in the mask afterwards. In between it may walk ahead to the mapped page; the unmapper ' +
      'sees that it is alone, flushes only itself, and the address goes to another frame, which the core that ' +
      'entered reaches through its old translation. The copy gets another frame of the normal world, or faults; ' +
      "never Rust's. The comment at `vtl1_vp_mask` (`A VP that entered VTL1 after the snapshot performs a full " +
      'TLB flush`) does not cover a VP that entered before.',
    knobs: { ...snapshot, mapping: 'vmap' },
    expect: expecting('violated', {
      states: { small: 8233, full: 404601 },
      violations: { [claims.otherFrame]: 18, [claims.completion]: 18, [claims.stale]: 13 },
      asleep: ['vmap.refuseOccupied'],
    }),
  },
  'registered-before-flush': {
    story:
      '`snapshot-scattered` with the entry mended: the core sets its bit first and reloads CR3 after that. Enough under ' +
      'sequential consistency, as all here; on x86 a full fence before the mask is read is needed too: see `shootdown`.',
    knobs: { ...registeredFirst, mapping: 'vmap' },
    expect: expecting('holds', { states: { small: 2960, full: 24048 }, asleep: ['vmap.refuseOccupied', 'copy.fault'] }),
  },
  'flush-all': {
    story:
      '`snapshot-scattered` with a flush that asks where the other core is, and not what its bit says: the other ' +
      'way to close the gap.',
    knobs: { ...snapshot, mapping: 'vmap', flush: 'all' },
    expect: expecting('holds', { states: { small: 1505, full: 12241 }, asleep: ['vmap.refuseOccupied', 'copy.fault'] }),
  },
  'address-returned-first': {
    story:
      '`vunmap` gives the address back before it clears the entry. The next mapping gets it while the entry is ' +
      'still there, and is refused as already mapped, although nobody else has its frame; a debug build panics. ' +
      'The comment in `vunmap` (`recycling the VA would cause collisions`) says why the address goes back last.',
    knobs: { ...registeredFirst, mapping: 'vmap', unregister: 'before-clear' },
    expect: expecting('violated', {
      states: { small: 4328, full: 35960 },
      violations: { [claims.reserved]: 9 },
      asleep: ['copy.fault'],
    }),
  },
  'failing-flush': {
    story:
      'A hypercall that may fail, with the fallback of the snapshot: flush the own core and report success ' +
      '(`flush_tlb_range`; issue #958, PR #961). `vunmap` returns, the address goes to the next mapping, and the ' +
      'other core copies through its old translation. The entry is mended here, so that the fallback alone is to ' +
      'blame.',
    knobs: { ...registeredFirst, mapping: 'vmap', flush: 'failing' },
    bugs: ['LB-03'],
    expect: expecting('violated', {
      states: { small: 9036, full: 424384 },
      violations: { [claims.otherFrame]: 20, [claims.completion]: 20, [claims.stale]: 15 },
      asleep: ['vmap.refuseOccupied'],
    }),
  },
} satisfies Designs
