import { claims } from '../../properties/targeted-shootdown.ts'
import { type Designs, fencedTso, holding, snapshotWindow, usedAfterReturn, violated, windowRegistersFirst } from './designs.ts'

const starting = { ...windowRegistersFirst, ...fencedTso, arrival: 'starting' } as const
/** A core whose own bit is not set never finds itself alone, and so never flushes only itself. */
const neverAlone = ['flush.findAlone', 'flush.own']

/**
 * Cores that start. Until `vtl_switch_init` they are in VTL1 without a bit, and they run much of LiteBox; what they map
 * and unmap is the log's ring buffer, for which debug builds write, if VTL0 has set it up before it starts them.
 */
export const startingDesigns = {
  'snapshot-starting': {
    story:
      'Another core unmaps a window while a core starts. The core that starts is in VTL1 and not in the mask, so that ' +
      'nobody flushes it.',
    knobs: { ...snapshotWindow, arrival: 'starting' },
    expect: violated({ small: [167, usedAfterReturn(7)], full: [14135, usedAfterReturn(8)] }),
  },
  'starting-when-started': {
    story: 'The same with everything else mended: registration at the end of the start is a gap of its own.',
    knobs: starting,
    expect: violated({ small: [254, usedAfterReturn(9)], full: [29972, usedAfterReturn(11)] }),
  },
  'starting-at-once': {
    story:
      'A core that starts sets its bit with its first instructions and reloads CR3 after that. The faulty twin is ' +
      '`starting-when-started`.',
    knobs: { ...starting, bootRegistration: 'at-once' },
    expect: holding({ small: 222, full: 20078 }),
  },
  'starting-by-boot-core': {
    story:
      'The core that starts another sets its bit before it does; the TLB of a core that was never in VTL1 is empty. The ' +
      'faulty twin is `starting-when-started`.',
    knobs: { ...starting, bootRegistration: 'by-boot-core' },
    expect: holding({ small: 287, full: 31809 }),
  },
  'snapshot-caller-starting-unready': {
    story:
      'The core that starts unmaps a window itself before it has set up hypercalls. `flush_tlb_range` then flushes the ' +
      'own core only, which its comment calls safe because no other core is in VTL1 yet. That is so for the first core; ' +
      'the others start while VTL0 already calls into VTL1.',
    knobs: { ...snapshotWindow, caller: 'starting-unready' },
    expect: violated({ small: [56, usedAfterReturn(7)], full: [3042, usedAfterReturn(8)] }),
  },
  'snapshot-caller-starting': {
    story:
      'The same after hypercalls have been set up and before the bit is set. The caller is not in the mask: it does not ' +
      'find itself alone even if it is, and asks for a flush of everybody but itself. Its own translation stays. If ' +
      'nobody else is there the request names no core at all, which a debug build asserts never to happen.',
    knobs: { ...snapshotWindow, caller: 'starting' },
    expect: violated(
      {
        small: [136, { ...usedAfterReturn(8), [claims.somebody]: 5 }],
        full: [8964, { ...usedAfterReturn(9), [claims.somebody]: 6 }],
      },
      neverAlone,
    ),
  },
  'caller-starting-fenced-tso': {
    story: 'The same with entry and fence mended. A core must be registered before it takes a mapping away.',
    knobs: { ...windowRegistersFirst, ...fencedTso, caller: 'starting' },
    expect: violated(
      {
        small: [204, { ...usedAfterReturn(10), [claims.somebody]: 7 }],
        full: [18244, { ...usedAfterReturn(12), [claims.somebody]: 9 }],
      },
      neverAlone,
    ),
  },
} satisfies Designs
