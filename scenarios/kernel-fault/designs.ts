import type { Design } from '../../checker/index.ts'
import type { KernelFaultDesign } from '../../model/memory/kernel-fault-rules.ts'
import { faultClaims as claims } from '../../properties/kernel-fault.ts'
import { expecting } from '../physical-pointer/designs.ts'

const snapshot: KernelFaultDesign = {
  context: 'recorded',
  record: 'kept',
  flag: 'per-core',
  entry: 'record-first',
  exit: 'flag-first',
  build: 'release',
  faults: 'in-copies',
}
/** A flag that is set when the record is good and cleared before it is not, with faults wherever they hurt most. */
const flagged: KernelFaultDesign = { ...snapshot, context: 'flagged', record: 'zeroed', faults: 'anywhere' }

export const kernelFaultDesigns = {
  snapshot: {
    story:
      'LVBS at the snapshot: a fault in the kernel loads a thread context through `cur_kernel_sp` before it looks at the ' +
      'exception table. On a core that has run no thread the record is null, and the fault of a copy is the end of VTL1. ' +
      'After a thread has ended the record leads to a popped frame, and the handler calls a shim that it finds there. ' +
      'The fault needs no attacker but a peer that unmaps the same page (`physical-pointer`), while any call is decoded.',
    knobs: snapshot,
    bugs: ['LB-41'],
    expect: expecting('violated', {
      states: { small: 361, full: 6859 },
      violations: { [claims.live]: 7, [claims.null]: 2, [claims.resumed]: 1 },
    }),
  },
  'snapshot-debug': {
    story:
      'The same in a debug build, which besides asserts after each copy that it did not fault, although the comment ' +
      'above the copy says that it may (`Fallible: another core may unmap this page concurrently`).',
    knobs: { ...snapshot, build: 'debug' },
    bugs: ['LB-41'],
    expect: expecting('violated', {
      states: { small: 441, full: 9261 },
      violations: { [claims.live]: 7, [claims.null]: 2, [claims.assertion]: 8, [claims.resumed]: 1 },
    }),
  },
  'record-zeroed': {
    story: 'The record is zeroed when a thread ends, and nothing is asked of it: the dangling context becomes a null one.',
    knobs: { ...snapshot, record: 'zeroed' },
    bugs: ['LB-41'],
    expect: expecting('violated', { states: { small: 169, full: 2197 }, violations: { [claims.null]: 2, [claims.resumed]: 1 } }),
  },
  'pr-710': {
    story:
      'PR #710: a flag of each core says whether a thread is there; without one, the fault goes straight to the exception ' +
      'table. Set after the record is good and cleared before the frame is popped, it holds with a fault at every step.',
    knobs: flagged,
    bugs: ['LB-41'],
    expect: expecting('holds', { states: { small: 529, full: 12167 }, asleep: ['handler.followNull'] }),
  },
  'pr-710-record-kept': {
    story:
      'PR #710 with a record that outlives its thread, as at the snapshot: the flag alone is enough. The faulty twins are ' +
      '`flag-before-record`, `flag-after-pop` and `flag-kept`.',
    knobs: { ...flagged, record: 'kept' },
    bugs: ['LB-41'],
    expect: expecting('holds', { states: { small: 961, full: 29791 }, asleep: ['handler.followNull'] }),
  },
  'pr-710-debug': {
    story: 'The same in a debug build: what is left is the assertion against the fault that the source tolerates.',
    knobs: { ...flagged, build: 'debug' },
    expect: expecting('violated', {
      states: { small: 676, full: 17576 },
      violations: { [claims.assertion]: 4, [claims.resumed]: 1 },
      asleep: ['handler.followNull'],
    }),
  },
  'flag-before-record': {
    story: 'The flag is set before the stack is recorded: a fault in between follows the record of the thread before.',
    knobs: { ...flagged, record: 'kept', entry: 'flag-first' },
    bugs: ['LB-41'],
    expect: expecting('violated', {
      states: { small: 1024, full: 32768 },
      violations: { [claims.live]: 8, [claims.null]: 3, [claims.resumed]: 2 },
    }),
  },
  'flag-after-pop': {
    story: 'The frame is popped before the flag is cleared.',
    knobs: { ...flagged, record: 'kept', exit: 'pop-first' },
    bugs: ['LB-41'],
    expect: expecting('violated', {
      states: { small: 1024, full: 32768 },
      violations: { [claims.live]: 6 },
      asleep: ['handler.followNull'],
    }),
  },
  'flag-kept': {
    story: 'The flag says that a thread has been here, not that one is.',
    knobs: { ...flagged, record: 'kept', exit: 'flag-kept' },
    bugs: ['LB-41'],
    expect: expecting('violated', {
      states: { small: 1521, full: 59319 },
      violations: { [claims.live]: 7 },
      asleep: ['handler.followNull'],
    }),
  },
  'flag-shared': {
    story: 'One flag for all cores: a thread on one vouches for the record of another.',
    knobs: { ...flagged, flag: 'shared' },
    bugs: ['LB-41'],
    expect: expecting('violated', {
      states: { small: 983, full: 32915 },
      violations: { [claims.null]: 5, [claims.served]: 9, [claims.resumed]: 5 },
    }),
  },
  'no-context': {
    story:
      'Every fault in the kernel goes to the exception table. No context is misused, and a call that names a page that ' +
      'its thread has yet to get fails instead of getting it.',
    knobs: { ...flagged, context: 'none' },
    expect: expecting('violated', { states: { small: 529, full: 12167 }, violations: { [claims.served]: 5 } }),
  },
} satisfies Record<string, Design<KernelFaultDesign>>
