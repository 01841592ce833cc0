import { claims } from '../../properties/physical-pointer.ts'
import { type Designs, expecting, registeredFirst, snapshot } from './designs.ts'

/** Who says that a frame is not LiteBox's, when, and for how long that stays true. */
export const ownershipDesigns = {
  'permissive-defaults': {
    story:
      "A platform that implements `vmap` and forgets `validate_unowned` and `protect`: the trait's defaults " +
      "answer Ok to everything. The normal world names a frame of LiteBox's and has it read or written for it; " +
      'and it writes a frame of which LiteBox was told that it is protected. The review asks to remove both ' +
      'defaults.',
    knobs: { ...registeredFirst, mapping: 'vmap', ownership: 'permissive', protect: 'permissive' },
    expect: expecting('violated', {
      states: { small: 10972, full: 81916 },
      violations: { [claims.reach]: 7, [claims.touch]: 8, [claims.acceptance]: 4, [claims.shielded]: 6 },
      asleep: ['pointer.reject', 'vmap.refuseOccupied', 'copy.fault'],
    }),
  },
  'deny-defaults': {
    story: 'The same platform with defaults that deny: sound, and of no use, which its author notices at once.',
    knobs: { ...registeredFirst, mapping: 'vmap', ownership: 'deny', protect: 'deny' },
    expect: expecting('unwitnessed', {
      states: { small: 16, full: 16 },
      unwitnessed: ['an address carries different frames in turn', 'a copy completes', 'every needed rule is enabled somewhere'],
      asleep: [
        'pointer.construct',
        'pointer.drop',
        'protect.refuse',
        'protect.open',
        'vmap.reserve',
        'vmap.refuse',
        'vmap.map',
        'vmap.refuseOccupied',
        'vmap.unregister',
        'copy.throughTlb',
        'copy.walkToRead',
        'copy.walkToWrite',
        'copy.fault',
        'vunmap.clear',
        'flush.assess',
        'flush.local',
        'flush.hypercall',
        'tlb.fill',
        'tlb.evict',
      ],
    }),
  },
  'protect-uncounted': {
    story:
      '`protect` as LVBS implements it, called around each access by two cores. It sets the access of a frame ' +
      'and keeps no count: the first core to finish opens the frame to the normal world while the second still ' +
      'relies on it. The snapshot calls it nowhere.',
    knobs: { ...registeredFirst, mapping: 'vmap', protect: 'implemented' },
    expect: expecting('violated', {
      states: { small: 8808, full: 54464 },
      violations: { [claims.shielded]: 14 },
      asleep: ['vmap.refuseOccupied', 'copy.fault'],
    }),
  },
  'growing-heap': {
    story:
      'A platform whose heap takes frames from the normal world. `validate_unowned` was asked when the pointer ' +
      "was made and is not asked again: a frame can become Rust's between the constructor and the mapping. On " +
      'LVBS the answer cannot change, since the boot fixes what belongs to VTL1.',
    knobs: { ...registeredFirst, mapping: 'vmap', reuse: 'immediate', takes: 'frames' },
    expect: expecting('violated', {
      states: { small: 14672, full: 119856 },
      violations: { [claims.reach]: 8, [claims.touch]: 9 },
      asleep: ['vmap.refuseOccupied', 'copy.fault'],
    }),
  },
  'growing-heap-revalidated': {
    story: '`validate_unowned` is asked again inside `vmap`. Nothing keeps the answer true until the entry is stored.',
    knobs: { ...registeredFirst, mapping: 'vmap', reuse: 'immediate', takes: 'frames', validation: 'also-at-vmap' },
    expect: expecting('violated', {
      states: { small: 19904, full: 132800 },
      violations: { [claims.reach]: 9, [claims.touch]: 10 },
      asleep: ['vmap.refuseOccupied', 'copy.fault'],
    }),
  },
  'growing-heap-registry': {
    story:
      'The second check is made under a read guard of the registry that later sources hold for writable ' +
      'mappings, and the heap takes frames under its write lock. A mapping that only reads takes no guard, and ' +
      "reads Rust's memory.",
    knobs: {
      ...registeredFirst,
      mapping: 'vmap',
      lock: 'reader-writer',
      reuse: 'immediate',
      takes: 'frames',
      validation: 'also-at-vmap',
    },
    expect: expecting('violated', {
      states: { small: 19668, full: 104148 },
      violations: { [claims.reach]: 9, [claims.touch]: 10 },
      asleep: ['vmap.refuseOccupied', 'copy.fault'],
    }),
  },
  'growing-heap-registry-for-reads': {
    story: 'The same with a read guard for every mapping.',
    knobs: {
      ...registeredFirst,
      mapping: 'vmap',
      lock: 'reader-writer-all',
      reuse: 'immediate',
      takes: 'frames',
      validation: 'also-at-vmap',
    },
    expect: expecting('holds', { states: { small: 18992, full: 74288 }, asleep: ['vmap.refuseOccupied', 'copy.fault'] }),
  },
  'growing-heap-quarantine': {
    story:
      'No second check: a frame that the heap takes is refused to new pointers at once, and used when every core ' +
      'that was in VTL1 has left once, and with it every pointer that was made before.',
    knobs: { ...registeredFirst, mapping: 'vmap', reuse: 'quarantine', takes: 'frames' },
    expect: expecting('holds', { states: { small: 20458, full: 140882 }, asleep: ['vmap.refuseOccupied', 'copy.fault'] }),
  },
  'growing-heap-quarantine-short': {
    story: 'The same with a quarantine that ends as soon as one core is out of VTL1.',
    knobs: { ...registeredFirst, mapping: 'vmap', reuse: 'quarantine-short', takes: 'frames' },
    expect: expecting('violated', {
      states: { small: 27202, full: 188098 },
      violations: { [claims.reach]: 8, [claims.touch]: 9 },
      asleep: ['vmap.refuseOccupied', 'copy.fault'],
    }),
  },
  'upstream-newer': {
    story:
      'The sources after PR #1028: a private address for each mapping, a second check inside `vmap`, a read ' +
      'guard of the registry for writable mappings, no defaults in the trait, and windows that are kept apart ' +
      "from Rust's. The mask is still set after the flush of entry, so that the gap of `snapshot-scattered` is " +
      'still there.',
    knobs: { ...snapshot, mapping: 'private', lock: 'reader-writer', validation: 'also-at-vmap' },
    expect: expecting('violated', {
      states: { small: 70051, full: 859641 },
      violations: { [claims.completion]: 21, [claims.stale]: 14 },
      asleep: ['vmap.refuseOwned', 'vmap.refuse', 'vmap.refuseOccupied'],
      only: { full: { violations: { [claims.otherFrame]: 20 } } },
    }),
  },
  'upstream-newer-registered': {
    story: 'The same with the entry mended.',
    knobs: { ...registeredFirst, mapping: 'private', lock: 'reader-writer', validation: 'also-at-vmap' },
    bugs: ['LB-11'],
    expect: expecting('holds', {
      states: { small: 8924, full: 38576 },
      asleep: ['vmap.refuseOwned', 'vmap.refuse', 'vmap.refuseOccupied', 'copy.fault'],
    }),
  },
} satisfies Designs
