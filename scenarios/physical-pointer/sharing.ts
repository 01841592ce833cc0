import { claims } from '../../properties/physical-pointer.ts'
import { type Designs, expecting, registeredFirst, snapshot } from './designs.ts'

/** Ways to keep a peer from unmapping under a copy. */
export const sharingDesigns = {
  'pr-817-range-lock': {
    story:
      'The range lock that PR #817 announces for the next one, as its early branch has it: all frames or none, a ' +
      'bounded number of tries, held until after the unmapping. It ends the sharing of the direct map. What is ' +
      "left is the gap at entry to VTL1: a read-only translation that the flush missed makes the next writer's " +
      'copy fault.',
    knobs: { ...snapshot, lock: 'try-lock' },
    expect: expecting('violated', {
      states: { small: 1577, full: 70523 },
      violations: { [claims.completion]: 18, [claims.stale]: 13 },
      asleep: ['directMap.share', 'directMap.assertSameFrame'],
    }),
  },
  'range-lock': {
    story:
      'The range lock with the entry mended. Correct; a second access to a page is refused or waits, which is ' +
      'more than needed when both read.',
    knobs: { ...registeredFirst, lock: 'try-lock' },
    bugs: ['LB-11'],
    expect: expecting('holds', {
      states: { small: 924, full: 9760 },
      asleep: ['directMap.share', 'directMap.assertSameFrame', 'copy.fault'],
    }),
  },
  'range-lock-reused': {
    story:
      'The range lock on a platform that gives Rust addresses of the direct map. The lock is between mappings, ' +
      "and Rust's allocator is none: the next mapping of the frame finds Rust's page at its address and fails " +
      "the assertion. Rust's memory stays out of reach.",
    knobs: { ...registeredFirst, lock: 'try-lock', reuse: 'immediate' },
    expect: expecting('violated', {
      states: { small: 1789, full: 39554 },
      violations: { [claims.panic]: 8 },
      asleep: ['directMap.share', 'copy.fault'],
      only: { full: { violations: { 'no deadlock': 13 } } },
    }),
  },
  'private-mapping': {
    story:
      'A private address for each mapping, as in PR #1028 and the sources since: nothing is shared, nothing is ' +
      'counted, no frame is refused. Even a platform that gives the addresses to Rust at once is sound.',
    knobs: { ...registeredFirst, mapping: 'private', reuse: 'immediate' },
    bugs: ['LB-11'],
    expect: expecting('holds', { states: { small: 25782, full: 122466 }, asleep: ['vmap.refuseOccupied', 'copy.fault'] }),
  },
  'private-mapping-local-flush': {
    story:
      'Private addresses with a flush of the own core only: the other core keeps its translation of an address ' +
      'that is given to another mapping, and copies through it to the old frame, or faults. Private mappings ' +
      'need the flush as much as shared ones need the lock.',
    knobs: { ...registeredFirst, mapping: 'private', flush: 'local' },
    expect: expecting('violated', {
      states: { small: 44898, full: 528280 },
      violations: { [claims.completion]: 19, [claims.stale]: 14 },
      asleep: ['vmap.refuse', 'vmap.refuseOccupied'],
      only: { full: { violations: { [claims.otherFrame]: 19 } } },
    }),
  },
  'counted-without-merge': {
    story:
      'The shared direct map with a count of its mappings: the last one clears. The entry keeps the permission ' +
      'of the first, so that a writer who comes second still cannot write.',
    knobs: { ...registeredFirst, counting: 'unmerged' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 1818, full: 20724 },
      violations: { [claims.permission]: 10, [claims.completion]: 11 },
      asleep: ['directMap.assertSameFrame'],
    }),
  },
  'counted-merge-unflushed': {
    story:
      "Counted, and the permission that is asked for is merged into the entry. The writer's core may hold the " +
      'read-only translation already, and a processor may fault on that without walking again; LiteBox does not ' +
      'retry a fault at a kernel address.',
    knobs: { ...registeredFirst, counting: 'merged-unflushed' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 2665, full: 34938 },
      violations: { [claims.completion]: 12 },
      asleep: ['directMap.assertSameFrame'],
    }),
  },
  counted: {
    story: 'Counted, merged, and the core that maps for writing drops its own translation first.',
    knobs: { ...registeredFirst, counting: 'merged' },
    bugs: ['LB-11'],
    expect: expecting('holds', { states: { small: 1878, full: 23476 }, asleep: ['directMap.assertSameFrame', 'copy.fault'] }),
  },
} satisfies Designs
