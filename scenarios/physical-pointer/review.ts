import { claims } from '../../properties/physical-pointer.ts'
import { type Designs, expecting, registeredFirst, snapshot } from './designs.ts'

/** Physical pointers as proposed, and what their review discusses: when an address that they used may be Rust's. */
export const reviewDesigns = {
  'pr-817': {
    story:
      'PR #817 as proposed, on a platform that uses what the trait `VmapManager` leaves open: an address that is ' +
      "mapped nowhere may be given to Rust. The review's case: `if another core unmaps this memory in parallel, " +
      'but the memory is then re-mapped carrying some Rust allocation, then this write races with Rust ' +
      "accesses`. The shared direct map makes it real: the peer's guard unmaps, Rust takes the address, the copy " +
      "walks to it. The copy's own guard then unmaps Rust's memory, and the next pointer to the frame fails the " +
      'assertion of the direct map, with the page-table lock held.',
    knobs: { ...snapshot, reuse: 'immediate' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 5108, full: 373273 },
      violations: {
        [claims.reach]: 14,
        [claims.touch]: 15,
        [claims.otherFrame]: 15,
        [claims.rustMapped]: 16,
        [claims.rustTranslated]: 14,
        [claims.liveMapping]: 10,
        [claims.permission]: 8,
        [claims.completion]: 9,
        [claims.panic]: 6,
        [claims.ownUnmap]: 14,
        [claims.stale]: 12,
      },
      only: { small: { violations: { 'no deadlock': 16 } }, full: { violations: { 'no deadlock': 12 } } },
    }),
  },
  'scattered-reused': {
    story:
      'The same permission to reuse where no address is shared: non-contiguous pages at an address of the ' +
      "allocator's. Nobody else unmaps it, and it is given away after the flush. What the review fears needs a " +
      'shared address, or a flush that misses a core.',
    knobs: { ...registeredFirst, mapping: 'vmap', reuse: 'immediate' },
    expect: expecting('holds', { states: { small: 3801, full: 113186 }, asleep: ['vmap.refuseOccupied', 'copy.fault'] }),
  },
  'scattered-reused-local-flush': {
    story:
      "`scattered-reused` with a flush of the own core only. The copies still touch nothing of Rust's; but " +
      "Rust's own accesses at the address go, on the other core, to a frame of the normal world.",
    knobs: { ...registeredFirst, mapping: 'vmap', flush: 'local', reuse: 'immediate' },
    expect: expecting('violated', {
      states: { small: 9561, full: 911658 },
      violations: { [claims.otherFrame]: 19, [claims.rustTranslated]: 17, [claims.completion]: 19, [claims.stale]: 14 },
      asleep: ['vmap.refuseOccupied'],
    }),
  },
  'never-reused-for-rust': {
    story:
      "The reviewer's first way out, which he calls easier and cleaner: `guarantee that such VAs are never " +
      "re-used for Rust allocations`. That is what LVBS does by its layout. Rust's memory is safe; a copy still " +
      'loses its mapping to a peer. The first way out answers soundness, not availability.',
    knobs: registeredFirst,
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 1992, full: 12648 },
      violations: { [claims.liveMapping]: 12, [claims.permission]: 10, [claims.completion]: 11, [claims.ownUnmap]: 16 },
      asleep: ['directMap.assertSameFrame'],
    }),
  },
  'handler-guard': {
    story:
      "The reviewer's second way out, word for word: the shootdown is an interrupt, and its handler `detects " +
      'whether the local core is currently in the memcpy_fallible assembly` and ends the copy. A core that has ' +
      'its address from `vmap` and has not begun to copy is not in the assembly: the handler passes it by, the ' +
      'address goes to Rust, and the copy begins. (On LVBS the flush is a hypercall, and there is no handler to ' +
      'put a guard in.)',
    knobs: { ...registeredFirst, mechanism: 'ipi', guard: 'in-copy', reuse: 'immediate' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 4725, full: 94410 },
      violations: {
        [claims.reach]: 19,
        [claims.touch]: 21,
        [claims.otherFrame]: 21,
        [claims.rustMapped]: 21,
        [claims.liveMapping]: 13,
        [claims.permission]: 10,
        [claims.completion]: 12,
        [claims.panic]: 7,
        [claims.ownUnmap]: 19,
      },
      only: { small: { violations: { 'no deadlock': 21 } }, full: { violations: { 'no deadlock': 15 } } },
    }),
  },
  'handler-guard-while-mapped': {
    story:
      'The second way out, widened until it is sound: the handler ends any mapping of the page, from `vmap` to ' +
      "the drop of the guard, and the guard then has nothing to unmap. Rust's memory is safe; copies fail as " +
      'before, and pointers to a frame whose page of the direct map went to Rust fail its assertion.',
    knobs: { ...registeredFirst, mechanism: 'ipi', guard: 'while-mapped', reuse: 'immediate' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 3349, full: 62658 },
      violations: { [claims.liveMapping]: 13, [claims.permission]: 10, [claims.completion]: 12, [claims.panic]: 7 },
      only: { full: { violations: { 'no deadlock': 15 } } },
    }),
  },
  'handler-guard-no-wait': {
    story:
      "The same handler, and an unmapper that does not wait for its answer: the address is Rust's before the " +
      'copy is ended. An answer that comes late also ends a mapping that was made since.',
    knobs: { ...registeredFirst, mechanism: 'ipi-no-wait', guard: 'while-mapped', reuse: 'immediate' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 40560, full: 7538231 },
      violations: {
        [claims.reach]: 17,
        [claims.touch]: 19,
        [claims.otherFrame]: 19,
        [claims.rustMapped]: 20,
        [claims.rustTranslated]: 17,
        [claims.liveMapping]: 13,
        [claims.permission]: 10,
        [claims.completion]: 12,
        [claims.panic]: 7,
        [claims.ownUnmap]: 18,
        [claims.outlived]: 17,
        [claims.stale]: 15,
      },
      only: { full: { violations: { 'no deadlock': 15 } } },
    }),
  },
  quarantine: {
    story:
      'A third way: an address goes to Rust only after every core that was in VTL1 has left once, so that no ' +
      'call can still hold it. Sound without a handler; the copies fail as before.',
    knobs: { ...registeredFirst, reuse: 'quarantine' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 2802, full: 61396 },
      violations: {
        [claims.liveMapping]: 12,
        [claims.permission]: 10,
        [claims.completion]: 11,
        [claims.panic]: 7,
        [claims.ownUnmap]: 16,
      },
      only: { full: { violations: { 'no deadlock': 14 } } },
    }),
  },
  'quarantine-short': {
    story: 'A quarantine that ends with the first core that has left, for instance the one that unmapped.',
    knobs: { ...registeredFirst, reuse: 'quarantine-short' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 4624, full: 137240 },
      violations: {
        [claims.reach]: 18,
        [claims.touch]: 19,
        [claims.otherFrame]: 19,
        [claims.rustMapped]: 20,
        [claims.liveMapping]: 12,
        [claims.permission]: 10,
        [claims.completion]: 11,
        [claims.panic]: 7,
        [claims.ownUnmap]: 16,
      },
      only: { small: { violations: { 'no deadlock': 24 } }, full: { violations: { 'no deadlock': 14 } } },
    }),
  },
} satisfies Designs
