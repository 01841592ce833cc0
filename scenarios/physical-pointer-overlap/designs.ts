import type { Design } from '../../checker/index.ts'
import type { RangeDesign } from '../../model/memory/page-range-rules.ts'
import { rangeClaims as claims } from '../../properties/page-range.ts'
import { expecting } from '../physical-pointer/designs.ts'

const snapshot: RangeDesign = { older: 'kept', mapping: 'direct', lock: 'none', contended: 'given-up' }
const locked: RangeDesign = { older: 'gone', mapping: 'direct', lock: 'together', contended: 'waited-out' }

export const overlapDesigns = {
  snapshot: {
    story:
      'LVBS at the snapshot: the protection service copies with the older family, the shim with physical pointers, both ' +
      'in the direct map. One page in common is enough: who ends first clears it for the other, and the copy fails ' +
      'between its two pages; who comes second gets the permission of the first. (Linux packs several messages in one ' +
      'page, so that ranges of different calls do overlap: issue #978.)',
    knobs: snapshot,
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 1193, full: 53801 },
      violations: { [claims.mapped]: 6, [claims.permission]: 4, [claims.completion]: 5 },
    }),
  },
  'pr-817': {
    story:
      'PR #817: the older family is gone, and the protection service and the ring buffer use physical pointers too. ' +
      'Without a lock nothing changes: it is the direct map that is shared, not the code that maps it.',
    knobs: { ...snapshot, older: 'gone' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 1193, full: 53801 },
      violations: { [claims.mapped]: 6, [claims.permission]: 4, [claims.completion]: 5 },
    }),
  },
  'range-lock-beside-older': {
    story: 'A range lock that only physical pointers take, while the older family is still there.',
    knobs: { ...locked, older: 'kept' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 1725, full: 15925 },
      violations: { [claims.mapped]: 7, [claims.permission]: 5, [claims.completion]: 6, [claims.exclusive]: 5 },
    }),
  },
  'range-lock': {
    story:
      'All pages of a range or none, waiting until they are free, and no older family: mappings last, and with a fair ' +
      'scheduler everybody is served.',
    knobs: locked,
    bugs: ['LB-11'],
    expect: expecting('holds', { states: { small: 225, full: 1625 }, asleep: ['copy.fault'] }),
  },
  'range-lock-given-up': {
    story:
      'The early branch: a bounded number of tries, then `FrameLockContention`. Mappings last; a caller can fail though ' +
      'nothing is wrong, and the error is flattened to one that nobody retries.',
    knobs: { ...locked, contended: 'given-up' },
    expect: expecting('violated', {
      states: { small: 425, full: 5525 },
      asleep: ['copy.fault'],
      only: { small: { violations: { [claims.served]: 11 } }, full: { violations: { [claims.served]: 14 } } },
    }),
  },
  'range-lock-retried': {
    story: 'The normal world asks again. Nothing keeps its turn, and it may meet a held lock every time.',
    knobs: { ...locked, contended: 'retried' },
    expect: expecting('violated', {
      states: { small: 425, full: 5525 },
      asleep: ['copy.fault'],
      only: { small: { violations: { [claims.served]: 10 } }, full: { violations: { [claims.served]: 17 } } },
    }),
  },
  'locks-in-order': {
    story: 'A lock on each page, taken from the lowest up, each waiting: mappings last, and everybody is served.',
    knobs: { ...locked, lock: 'in-order' },
    bugs: ['LB-11'],
    expect: expecting('holds', { states: { small: 313, full: 2645 }, asleep: ['copy.fault'] }),
  },
  'locks-crossed': {
    story: 'The same with one caller that takes its pages from the highest down: two callers wait for each other.',
    knobs: { ...locked, lock: 'crossed' },
    expect: expecting('violated', {
      states: { small: 317, full: 2701 },
      asleep: ['copy.fault'],
      only: {
        small: { violations: { [claims.served]: 4, 'no deadlock': 4 } },
        full: { violations: { [claims.served]: 5, 'no deadlock': 5 } },
      },
    }),
  },
  'reader-writer': {
    story:
      'Readers together, in the direct map: a reader that ends clears the page of another. Shared access to a frame ' +
      'needs an address of its own, or a count.',
    knobs: { ...locked, lock: 'reader-writer' },
    bugs: ['LB-11'],
    expect: expecting('violated', {
      states: { small: 829, full: 23531 },
      violations: { [claims.mapped]: 9, [claims.completion]: 10 },
      only: { full: { violations: { [claims.served]: 16 } } },
    }),
  },
  'reader-writer-private': {
    story:
      'Readers together, each mapping at an address of its own: nothing fails and readers do not wait for each other. ' +
      'Two readers that take turns can keep a writer away.',
    knobs: { ...locked, lock: 'reader-writer', mapping: 'private' },
    bugs: ['LB-11'],
    expect: {
      small: { verdict: 'holds', states: 325, asleep: ['copy.fault'] },
      full: { verdict: 'violated', states: 4125, violations: { [claims.served]: 17 }, asleep: ['copy.fault'] },
    },
  },
  'private-address': {
    story: 'An address of its own for each mapping, and no lock: mappings last, and nobody waits.',
    knobs: { older: 'gone', mapping: 'private', lock: 'none', contended: 'given-up' },
    bugs: ['LB-11'],
    expect: expecting('holds', { states: { small: 289, full: 4913 }, asleep: ['copy.fault'] }),
  },
} satisfies Record<string, Design<RangeDesign>>
