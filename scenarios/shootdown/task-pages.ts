import { claims } from '../../properties/targeted-shootdown.ts'
import { type Designs, fencedTso, holding, reached, snapshotTask, tso, usedAfterReturn, violated } from './designs.ts'

const afterFlush = { ...snapshotTask, free: 'after-flush' } as const
const refused = { ...afterFlush, ...fencedTso, hypervisor: 'may-refuse' } as const

/** Memory of a trusted application whose table two cores have loaded: frames go back to the heap. */
export const taskDesigns = {
  snapshot: {
    story:
      'unmap_pages of the LVBS platform with the flush that it really makes. The frame goes back to the heap before any ' +
      'flush: LB-01. The entry into VTL1 does no harm here, since a core comes in on the base table and loads the ' +
      "application's table, by a write of CR3, after it has set its bit; when the call returns, everybody has forgotten.",
    knobs: snapshotTask,
    bugs: ['LB-01'],
    expect: violated({ small: [462, reached(7)], full: [102060, reached(7)] }),
  },
  'snapshot-tso': {
    story:
      'The same with store buffers. To give a frame back takes the lock of the heap, with a locked instruction, which ' +
      'empties the store buffer before the mask is read. So what is promised on return holds, by luck: the very order ' +
      'that makes LB-01 is also the fence.',
    knobs: { ...snapshotTask, ...tso },
    bugs: ['LB-01'],
    expect: violated({ small: [480, reached(8)], full: [106684, reached(8)] }),
  },
  'free-after-flush': {
    story: 'The fix of PR #848 under sequential consistency: frames go back after the flush. The faulty twin is `snapshot`.',
    knobs: afterFlush,
    bugs: ['LB-01'],
    expect: holding({ small: 212, full: 17572 }),
  },
  'free-after-flush-tso': {
    story:
      'The fix of PR #848 on x86: with the free gone from between the store to the entry and the load of the mask (the ' +
      'frames wait in an array on the stack), nothing empties the store buffer there any more. A core sets its bit, loads the table and walks the old entry ' +
      'while the caller takes itself to be alone; then the frame is given back.',
    knobs: { ...afterFlush, ...tso },
    bugs: ['LB-01'],
    expect: violated({
      small: [333, { ...reached(10), ...usedAfterReturn(11) }],
      full: [41038, { ...reached(12), ...usedAfterReturn(14) }],
    }),
  },
  'free-after-flush-fenced-tso': {
    story: 'The fix of PR #848 with a full fence before the mask is read. The faulty twin is `free-after-flush-tso`.',
    knobs: { ...afterFlush, ...fencedTso },
    bugs: ['LB-01'],
    expect: holding({ small: 248, full: 22196 }),
  },
  'quarantine-tso': {
    story:
      'Frames in quarantine until every core that was in VTL1 has left it once, instead of any remote flush. The faulty ' +
      'twin is `window-quarantine`.',
    knobs: { ...afterFlush, means: 'quarantine', ...tso },
    bugs: ['LB-01'],
    expect: holding({ small: 169, full: 14261 }),
  },
  'entered-on-task-table': {
    story:
      "What if a core came into VTL1 on the application's table, which the runner rules out by going back to the base " +
      'table before every return (`switch_to_base_page_table`)? Then the gap at entry would reach frames that are freed ' +
      'and not only windows.',
    knobs: { ...afterFlush, entryOrder: 'flush-then-register' },
    expect: violated({
      small: [172, { ...reached(8), ...usedAfterReturn(9) }],
      full: [12175, { ...reached(9), ...usedAfterReturn(11) }],
    }),
  },
  'refused-local-flush': {
    story:
      'Everything else mended, and a hypervisor that may answer with an error, as it does when the request is encoded ' +
      'wrongly (issue #958, PR #961): the own core is flushed and success is reported. The path on which the caller is ' +
      'alone never fails; it takes a second core to see it.',
    knobs: refused,
    bugs: ['LB-03'],
    expect: violated({
      small: [374, { ...reached(13), ...usedAfterReturn(14) }],
      full: [41644, { ...reached(15), ...usedAfterReturn(17) }],
    }),
  },
  'refused-keep-frames': {
    story:
      'A refused flush keeps its frames for ever: nobody reaches what is not theirs, and still the address cannot be ' +
      'used again.',
    knobs: { ...refused, refusal: 'keep-frames' },
    bugs: ['LB-03'],
    expect: violated({ small: [304, usedAfterReturn(13)], full: [26684, usedAfterReturn(15)] }),
  },
  'refused-retry': {
    story: 'A refused flush is asked for again until it is done. Safe, and it need never end: the lock is held all the while.',
    knobs: { ...refused, refusal: 'retry' },
    bugs: ['LB-03'],
    expect: violated({ small: [276, { [claims.ends]: 10 }], full: [25188, { [claims.ends]: 12 }] }),
  },
  'refused-stop': {
    story:
      'A refused flush never returns: what the contract of later sources says (`Failure must therefore not return ' +
      'normally`). The faulty twin is `refused-local-flush`.',
    knobs: { ...refused, refusal: 'stop' },
    bugs: ['LB-03'],
    expect: holding({ small: 304, full: 28180 }),
  },
} satisfies Designs
