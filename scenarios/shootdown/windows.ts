import {
  type Designs,
  fencedTso,
  holding,
  snapshotWindow,
  tso,
  usedAfterReturn,
  violated,
  windowRegistersFirst,
} from './designs.ts'

const entering = { ...snapshotWindow, scope: 'mask-and-entering' } as const
const kept = { entryTlb: 'kept' } as const

/** Windows onto VTL0 memory: mapped for a copy and unmapped after it, in tables that all page tables share. */
export const windowDesigns = {
  'snapshot-window': {
    story:
      'A core that is called into VTL1 has its TLB emptied by the hypervisor, saves registers, and only then sets its ' +
      'bit. In between it may walk ahead to the window that another core is about to unmap. The unmapper reads the ' +
      'mask, finds itself alone, and flushes itself; the core that entered sets its bit and goes to work with the old ' +
      'translation. The comment at `vtl1_vp_mask` covers a VP that entered after the snapshot of the mask, and not one ' +
      'that entered before it and was not in it yet. In the direct map the stale entry still leads to the same frame of ' +
      'VTL0; in the vmap region its address is given to another frame. No store buffer is needed for it, and no ' +
      'assumption about what an entry does to the TLB helps: see `snapshot-window-kept`.',
    knobs: snapshotWindow,
    expect: violated({ small: [137, usedAfterReturn(8)], full: [8795, usedAfterReturn(9)] }),
  },
  'snapshot-window-tso': {
    story:
      'The same with store buffers, which add a second way to the same end: the store to the entry still waits while ' +
      'the mask is read, so that even a core that is resumed after that walks to the old entry. `window-entering-tso` ' +
      'shows it alone.',
    knobs: { ...snapshotWindow, ...tso },
    expect: violated({ small: [224, usedAfterReturn(9)], full: [20618, usedAfterReturn(11)] }),
  },
  'snapshot-window-kept': {
    story:
      'The same with a TLB that is tagged by VTL and keeps what VTL1 left there, for which no manual is known to ' +
      'promise otherwise. A core that left with a translation comes back with it; nobody flushed it meanwhile.',
    knobs: { ...snapshotWindow, ...kept },
    expect: violated({ small: [176, usedAfterReturn(8)], full: [15872, usedAfterReturn(9)] }),
  },
  'window-no-fast-path': {
    story:
      'The mask is read once instead of twice: the question whether the caller is alone is not asked. What the core ' +
      'that enters has not said yet, one load misses as two do. That the two loads may disagree harms nobody.',
    knobs: { ...snapshotWindow, fastPath: 'off' },
    expect: violated({ small: [121, usedAfterReturn(10)], full: [7803, usedAfterReturn(11)] }),
  },
  'window-fenced-tso': {
    story: 'A full fence before the mask is read, and the entry as it is: each mends one half. The other half is missing.',
    knobs: { ...snapshotWindow, ...fencedTso },
    expect: violated({ small: [165, usedAfterReturn(10)], full: [11499, usedAfterReturn(12)] }),
  },
  'window-registers-first': {
    story:
      'The entry mended: the core sets its bit first and then reloads CR3. Whoever reads the mask too early to see the ' +
      'bit has cleared the entry before the walk. Under sequential consistency that is all; the faulty twin is ' +
      '`snapshot-window`. Real processors have store buffers: see `window-registers-first-tso`.',
    knobs: windowRegistersFirst,
    expect: holding({ small: 172, full: 13652 }),
  },
  'window-registers-first-kept': {
    story: 'It does not depend on what an entry does to the TLB, since the core flushes itself.',
    knobs: { ...windowRegistersFirst, ...kept },
    expect: holding({ small: 211, full: 22055 }),
  },
  'window-registers-first-tso': {
    story:
      'The entry mended, on x86 as it is: the plain store to the entry waits in the store buffer, the plain load of the ' +
      'mask overtakes it, and finds nobody. A core enters, sets its bit with a locked instruction, reloads CR3, and its ' +
      'walk reads the old entry from memory. invlpg then empties the buffer, too late for that core. Store buffering, ' +
      'as in the first litmus test, with a page walk as one of the loads.',
    knobs: { ...windowRegistersFirst, ...tso },
    expect: violated({ small: [288, usedAfterReturn(10)], full: [35258, usedAfterReturn(12)] }),
  },
  'window-registers-first-seq-cst-tso': {
    story:
      'Loads of the mask that are called sequentially consistent instead of relaxed. On x86 they are the same ' +
      'instruction, and the store to the entry is no atomic at all: nothing changes, not even the number of states.',
    knobs: { ...windowRegistersFirst, ...tso, maskOrder: 'seq-cst' },
    expect: violated({ small: [288, usedAfterReturn(10)], full: [35258, usedAfterReturn(12)] }),
  },
  'window-registers-first-no-fast-path-tso': {
    story: 'Without the fast path the hypercall empties the buffer, but its list of targets was read before.',
    knobs: { ...windowRegistersFirst, ...tso, fastPath: 'off' },
    expect: violated({ small: [216, usedAfterReturn(12)], full: [28322, usedAfterReturn(14)] }),
  },
  'window-registers-first-fenced-tso': {
    story:
      'Both halves mended: set the bit and then reload CR3 on entry; clear the entry, then a full fence, then read the ' +
      'mask. The locked instruction that sets the bit is the fence of the other side. The faulty twins are ' +
      '`window-registers-first-tso` and `window-fenced-tso`.',
    knobs: { ...windowRegistersFirst, ...fencedTso },
    expect: holding({ small: 208, full: 18276 }),
  },
  'window-registers-first-fenced-kept-tso': {
    story: 'Both halves mended, with a TLB that keeps what VTL1 left there.',
    knobs: { ...windowRegistersFirst, ...fencedTso, ...kept },
    expect: holding({ small: 251, full: 28455 }),
  },
  'window-registers-first-fenced-no-fast-path-tso': {
    story: 'Both halves mended, without the fast path: it may be kept or not.',
    knobs: { ...windowRegistersFirst, ...fencedTso, fastPath: 'off' },
    expect: holding({ small: 186, full: 16696 }),
  },
  'window-entering': {
    story:
      'The mask, and who has been resumed and is not in it yet, as only the hypervisor could tell. The gap of the ' +
      'snapshot is closed without a change of the entry. The faulty twin is `snapshot-window`.',
    knobs: entering,
    expect: holding({ small: 136, full: 7274 }),
  },
  'window-entering-tso': {
    story:
      'Does the plain store to the entry, followed by a plain load of the mask, let a core enter, set its bit and walk ' +
      'the old entry? It does: with the other gap closed this is what remains.',
    knobs: { ...entering, ...tso },
    expect: violated({ small: [224, usedAfterReturn(9)], full: [20618, usedAfterReturn(11)] }),
  },
  'window-entering-fenced-tso': {
    story: 'The same with the fence. The faulty twin is `window-entering-tso`.',
    knobs: { ...entering, ...fencedTso },
    expect: holding({ small: 164, full: 9978 }),
  },
  'window-entering-kept': {
    story:
      'The same with a TLB that keeps what VTL1 left there: this design, unlike those in which the core flushes itself, ' +
      'rests on the flush at entry.',
    knobs: { ...entering, ...kept },
    expect: violated({ small: [176, usedAfterReturn(12)], full: [15872, usedAfterReturn(13)] }),
  },
  'window-all-tso': {
    story:
      'No mask at all: the hypervisor flushes every core, wherever it is. The hypercall empties the store buffer before ' +
      'anybody is flushed, so no fence is needed either. The plainest of the designs that hold.',
    knobs: { ...snapshotWindow, scope: 'all', ...tso },
    expect: holding({ small: 125, full: 8237 }),
  },
  'window-all-kept-tso': {
    story: 'The same with a TLB that keeps what VTL1 left there: the flush is taken to reach it while the core is in VTL0.',
    knobs: { ...snapshotWindow, scope: 'all', ...tso, ...kept },
    expect: holding({ small: 140, full: 12272 }),
  },
  'window-local': {
    story: 'The own core only. What is left when nobody else is told; the faulty twin of `window-all-tso`.',
    knobs: { ...windowRegistersFirst, scope: 'local' },
    expect: violated({ small: [72, usedAfterReturn(8)], full: [5202, usedAfterReturn(9)] }),
  },
  'window-quarantine': {
    story:
      'No remote flush: the caller flushes itself, then reads the mask, and the address counts as free when each of ' +
      'those cores has left VTL1 once. A core that has been resumed and has not set its bit is not waited for.',
    knobs: { ...snapshotWindow, means: 'quarantine' },
    expect: violated({ small: [89, usedAfterReturn(10)], full: [4269, usedAfterReturn(11)] }),
  },
  'window-quarantine-registers-first-tso': {
    story:
      'The quarantine with the entry mended. The own flush comes before the mask is read and empties the store buffer, ' +
      'so that it is the fence. What it costs: a core that stays in VTL1 delays it for ever, and two callers that wait ' +
      'for each other would never end. The faulty twin is `window-quarantine`.',
    knobs: { ...windowRegistersFirst, means: 'quarantine', ...tso },
    expect: holding({ small: 129, full: 10341 }),
  },
  'window-quarantine-registers-first-kept': {
    story: 'The same with a TLB that keeps what VTL1 left there: a core that comes back flushes itself.',
    knobs: { ...windowRegistersFirst, means: 'quarantine', ...kept },
    expect: holding({ small: 126, full: 10116 }),
  },
} satisfies Designs
