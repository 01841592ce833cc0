import type { Design } from '../../checker/index.ts'
import type { BootDesign } from '../../model/platform/snp-boot-rules.ts'
import { bootClaims as claims } from '../../properties/snp-boot.ts'

const snapshot: BootDesign = {
  order: 'unchecked',
  parameters: 'in-place',
  host: 'leaves-parameters',
  invalid: 'terminate',
  shim: 'before-load',
  publication: 'in-order',
  returns: 'final',
}
const mended: BootDesign = { ...snapshot, order: 'checked', parameters: 'copied-first', publication: 'release-acquire' }

export const snpBootDesigns = {
  snapshot: {
    story:
      'The entry points as they are. Nothing looks whether the kernel entry has run: a process that is run before it divides ' +
      'by a frequency of zero when first asked for the time.',
    knobs: snapshot,
    expect: {
      small: { verdict: 'violated', states: 110, violations: { [claims.order]: 7 }, asleep: ['process.refuseParameters'] },
      full: { verdict: 'violated', states: 423, violations: { [claims.order]: 7 }, asleep: ['process.refuseParameters'] },
    },
  },
  'snapshot-parameters-rewritten': {
    story:
      'The same with a driver that writes the boot parameters while they are parsed: the end of a string is found, then the ' +
      'string is copied, and its end may be gone by then.',
    knobs: { ...snapshot, host: 'rewrites-parameters' },
    expect: {
      small: { verdict: 'violated', states: 212, violations: { [claims.order]: 7, [claims.used]: 5 } },
      full: { verdict: 'violated', states: 832, violations: { [claims.order]: 7, [claims.used]: 5 } },
    },
  },
  'snapshot-resumed': {
    story: 'The same with a host that comes back to an entry point that has returned: `unreachable!`.',
    knobs: { ...snapshot, returns: 'resumed' },
    expect: {
      small: {
        verdict: 'violated',
        states: 147,
        violations: { [claims.order]: 7, [claims.returned]: 4 },
        asleep: ['process.refuseParameters'],
      },
      full: {
        verdict: 'violated',
        states: 587,
        violations: { [claims.order]: 7, [claims.returned]: 4 },
        asleep: ['process.refuseParameters'],
      },
    },
  },
  'snapshot-reordered': {
    story:
      'The same where the network finds the shim before the platform, as if the shim had been stored first: a compiler may ' +
      'move its load of the platform up, past a plain read of the shim. It asks for a platform too early.',
    knobs: { ...snapshot, publication: 'reordered' },
    expect: {
      small: { verdict: 'violated', states: 118, violations: { [claims.order]: 7 }, asleep: ['process.refuseParameters'] },
      full: { verdict: 'violated', states: 632, violations: { [claims.order]: 7 }, asleep: ['process.refuseParameters'] },
    },
  },
  'snapshot-in-parts': {
    story: 'The same where the shim, which is large, is stored in parts and its presence first.',
    knobs: { ...snapshot, publication: 'in-parts' },
    expect: {
      small: {
        verdict: 'violated',
        states: 180,
        violations: { [claims.order]: 8, [claims.whole]: 7 },
        asleep: ['process.refuseParameters'],
      },
      full: {
        verdict: 'violated',
        states: 789,
        violations: { [claims.order]: 8, [claims.whole]: 7 },
        asleep: ['process.refuseParameters'],
      },
    },
  },
  'snapshot-hoisted': {
    story: 'The same where the read of the shim is moved out of the loop that waits for it.',
    knobs: { ...snapshot, publication: 'hoisted' },
    expect: {
      small: {
        verdict: 'violated',
        states: 142,
        violations: { [claims.order]: 7, [claims.network]: 12 },
        asleep: ['process.refuseParameters'],
      },
      full: { verdict: 'violated', states: 489, violations: { [claims.order]: 7 }, asleep: ['process.refuseParameters'] },
    },
  },
  mended: {
    story:
      'The process is refused before the kernel entry has run, the parameters are copied before they are parsed, the shim is ' +
      'published with release and awaited with acquire.',
    knobs: mended,
    expect: {
      small: { verdict: 'holds', states: 74, asleep: ['process.refuseParameters', 'entry.panic'] },
      full: { verdict: 'holds', states: 332, asleep: ['process.refuseParameters', 'entry.panic'] },
    },
  },
  'mended-parameters-rewritten': {
    story: 'The same with the driver that writes the parameters.',
    knobs: { ...mended, host: 'rewrites-parameters' },
    expect: {
      small: { verdict: 'holds', states: 144, asleep: ['entry.panic'] },
      full: { verdict: 'holds', states: 682, asleep: ['entry.panic'] },
    },
  },
  'shim-after-load': {
    story: 'The shim is published when the program is loaded: the faults of the loading find none.',
    knobs: { ...mended, shim: 'after-load' },
    expect: {
      small: {
        verdict: 'violated',
        states: 100,
        violations: { [claims.shim]: 7 },
        asleep: ['process.refuseParameters', 'entry.panic'],
        vacuous: [
          'fairness of kernel never mattered',
          'fairness of process never mattered',
          'fairness of network never mattered',
        ],
      },
      full: {
        verdict: 'violated',
        states: 462,
        violations: { [claims.shim]: 7 },
        asleep: ['process.refuseParameters', 'entry.panic'],
        vacuous: ['fairness of process never mattered'],
      },
    },
  },
  'parameters-expected': {
    story: 'As the article prints it, invalid parameters are an `expect`: the machine ends for a general reason.',
    knobs: { ...mended, host: 'rewrites-parameters', invalid: 'panic' },
    expect: {
      small: { verdict: 'violated', states: 144, violations: { [claims.reason]: 7 }, asleep: ['entry.panic'] },
      full: { verdict: 'violated', states: 682, violations: { [claims.reason]: 7 }, asleep: ['entry.panic'] },
    },
  },
} as const satisfies Readonly<Record<string, Design<BootDesign>>>
