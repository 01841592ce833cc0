import type { Design } from '../../checker/index.ts'
import type { ClientDesign } from '../../model/memory/vmap-client-rules.ts'
import type { Policy } from '../../model/memory/vmap-policy.ts'
import { reuseClaims as claims } from '../../properties/vmap-reuse.ts'
import { expecting } from '../physical-pointer/designs.ts'

type ReuseKnobs = ClientDesign & { readonly policy: Policy }

const snapshot: ReuseKnobs = {
  policy: 'lowest-first',
  pageTables: 'enough',
  rollback: 'unflushed',
  flush: 'all',
  unregister: 'after-flush',
}
/** Page-table frames can run out, and the platform says so. */
const outOfTables: ReuseKnobs = { ...snapshot, pageTables: 'run-out' }

export const reuseDesigns = {
  snapshot: {
    story:
      'LVBS at the snapshot, where a mapping never fails half-way (to run out of memory is a panic): an address is given ' +
      'again at once, the lowest first, and that is safe, for its entries are cleared and every core is flushed before ' +
      'it comes back.',
    knobs: snapshot,
    expect: expecting('holds', { states: { small: 173, full: 12545 } }),
  },
  'snapshot-out-of-tables': {
    story:
      'The same code where a page-table frame can be missing. `rollback_mapped_pages` clears what was stored and flushes ' +
      'nothing; `vmap` gives the address back. A core that walked ahead to the first page keeps its translation, and the ' +
      'next mapping of the address is copied through it: from the frame of a mapping that failed. The comment on ' +
      '`map_non_contiguous_phys_frames` (`all pages mapped by this call are unmapped (atomic)`) is true of the page ' +
      'table only.',
    knobs: outOfTables,
    expect: expecting('violated', {
      states: { small: 443, full: 85871 },
      violations: { [claims.otherFrame]: 10, [claims.forgotten]: 6 },
      asleep: ['vmap.refuseOccupied'],
    }),
  },
  'rollback-flushed': {
    story: 'A rollback that flushes as an unmapping does, before the address goes back.',
    knobs: { ...outOfTables, rollback: 'flushed' },
    expect: expecting('holds', { states: { small: 191, full: 14559 }, asleep: ['vmap.refuseOccupied'] }),
  },
  'rollback-omitted': {
    story:
      'No rollback, as for contiguous pages (`map_phys_frame_range_with` returns at the first error and leaves what it ' +
      'stored): a free address has an entry, and the next mapping there is refused as already mapped.',
    knobs: { ...outOfTables, rollback: 'omitted' },
    expect: expecting('violated', {
      states: { small: 237, full: 25569 },
      violations: { [claims.forgotten]: 6, [claims.unmapped]: 5 },
    }),
  },
  'rollback-oldest-first': {
    story: 'The unflushed rollback with addresses that wait their turn. To wait longer is not to wait long enough.',
    knobs: { ...outOfTables, policy: 'oldest-first' },
    expect: expecting('violated', {
      states: { small: 443, full: 85952 },
      violations: { [claims.forgotten]: 6 },
      asleep: ['vmap.refuseOccupied'],
      only: { small: { violations: { [claims.otherFrame]: 10 } }, full: { violations: { [claims.otherFrame]: 11 } } },
    }),
  },
  'rollback-quarantine': {
    story:
      'The unflushed rollback with a quarantine: an address is given again when every core has left VTL1 once, and with ' +
      'that has dropped what it held.',
    knobs: { ...outOfTables, policy: 'quarantine' },
    expect: expecting('holds', { states: { small: 202, full: 19981 }, asleep: ['vmap.refuseOccupied'] }),
  },
  'rollback-quarantine-short': {
    story: 'A quarantine that ends with the first core that has left.',
    knobs: { ...outOfTables, policy: 'quarantine-short' },
    expect: expecting('violated', {
      states: { small: 394, full: 60959 },
      violations: { [claims.otherFrame]: 11, [claims.forgotten]: 7 },
      asleep: ['vmap.refuseOccupied'],
    }),
  },
  'returned-before-flush': {
    story: 'The address comes back after the entries are cleared and before the flush.',
    knobs: { ...snapshot, unregister: 'before-flush' },
    expect: expecting('violated', { states: { small: 235, full: 15431 }, violations: { [claims.forgotten]: 8 } }),
  },
  'returned-before-flush-quarantine': {
    story: 'The same with a quarantine, which needs no flush to be safe.',
    knobs: { ...snapshot, unregister: 'before-flush', policy: 'quarantine' },
    expect: expecting('holds', { states: { small: 214, full: 16675 } }),
  },
  'local-flush': {
    story:
      'A flush of the own core only, as after a hypercall that failed: the address is given again while the other core still reaches the old frames.',
    knobs: { ...snapshot, flush: 'local' },
    bugs: ['LB-03'],
    expect: expecting('violated', {
      states: { small: 421, full: 74813 },
      violations: { [claims.otherFrame]: 14, [claims.forgotten]: 10 },
    }),
  },
  'local-flush-oldest-first': {
    story: 'The same with addresses that wait their turn: the counterexample grows, and is still one.',
    knobs: { ...snapshot, flush: 'local', policy: 'oldest-first' },
    bugs: ['LB-03'],
    expect: expecting('violated', {
      states: { small: 421, full: 76104 },
      violations: { [claims.forgotten]: 10 },
      only: { small: { violations: { [claims.otherFrame]: 14 } }, full: { violations: { [claims.otherFrame]: 15 } } },
    }),
  },
  'local-flush-quarantine': {
    story: 'The same with a quarantine: safe, whatever the hypervisor answers.',
    knobs: { ...snapshot, flush: 'local', policy: 'quarantine' },
    bugs: ['LB-03'],
    expect: expecting('holds', { states: { small: 194, full: 19251 } }),
  },
  'local-flush-never-reused': {
    story: 'The same with addresses that are given once: safe until the region is used up.',
    knobs: { ...snapshot, flush: 'local', policy: 'never' },
    bugs: ['LB-03'],
    expect: expecting('violated', { states: { small: 186, full: 15443 }, violations: { [claims.available]: 1 } }),
  },
} satisfies Record<string, Design<ReuseKnobs>>
