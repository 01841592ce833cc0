import type { Design } from '../../checker/index.ts'
import type { SnpNetworkDesign } from '../../model/shim/snp-network.ts'
import { networkClaims as claims } from '../../properties/snp-network.ts'

const snapshot: SnpNetworkDesign = {
  inner: 'until-wait',
  ends: 'no-threads',
  lower: 'before-drop',
  interrupts: 'none',
  refusal: 'leaks',
  comesBack: 'panics',
}
const mended: SnpNetworkDesign = {
  inner: 'bounded',
  ends: 'drained',
  lower: 'after-drop',
  interrupts: 'delivered',
  refusal: 'reclaims',
  comesBack: 'halts',
}

export const snpNetworkDesigns = {
  snapshot: {
    story:
      'The loop as it is. What the last thread sent is lost if the loop looks between that and the next interaction; a peer ' +
      'that sends without end keeps the loop from looking; a thread that computes never hears that its process ends; and a ' +
      'thread that the host refuses is counted by its process for ever.',
    knobs: snapshot,
    bugs: ['LB-22'],
    expect: {
      small: {
        verdict: 'violated',
        states: 464,
        violations: {
          [claims.lives]: 4,
          [claims.sent]: 5,
          [claims.ends]: 7,
          [claims.noticed]: 10,
          [claims.leaked]: 3,
          [claims.halts]: 5,
        },
      },
      full: {
        verdict: 'violated',
        states: 3520,
        violations: {
          [claims.lives]: 4,
          [claims.sent]: 5,
          [claims.ends]: 7,
          [claims.noticed]: 10,
          [claims.leaked]: 3,
          [claims.halts]: 5,
        },
      },
    },
  },
  'threads-reclaimed': {
    story: 'The start arguments of a refused thread are taken back, and its task dropped.',
    knobs: { ...snapshot, refusal: 'reclaims' },
    expect: {
      small: {
        verdict: 'violated',
        states: 424,
        violations: { [claims.lives]: 4, [claims.sent]: 5, [claims.ends]: 7, [claims.noticed]: 10, [claims.halts]: 5 },
      },
      full: {
        verdict: 'violated',
        states: 2936,
        violations: { [claims.lives]: 4, [claims.sent]: 5, [claims.ends]: 7, [claims.noticed]: 10, [claims.halts]: 5 },
      },
    },
  },
  'threads-interrupted': {
    story: 'And an interrupt brings a computing thread into the shim, where it learns that its process ends.',
    knobs: { ...snapshot, refusal: 'reclaims', interrupts: 'delivered' },
    expect: {
      small: {
        verdict: 'violated',
        states: 424,
        violations: { [claims.lives]: 4, [claims.sent]: 5, [claims.ends]: 7, [claims.halts]: 5 },
      },
      full: {
        verdict: 'violated',
        states: 2936,
        violations: { [claims.lives]: 4, [claims.sent]: 5, [claims.ends]: 7, [claims.halts]: 5 },
      },
    },
  },
  'network-bounded': {
    story: 'And the loop looks after a bounded number of interactions.',
    knobs: { ...mended, ends: 'no-threads', lower: 'before-drop', comesBack: 'panics' },
    expect: {
      small: {
        verdict: 'violated',
        states: 612,
        violations: { [claims.lives]: 4, [claims.sent]: 5, [claims.halts]: 5 },
      },
      full: {
        verdict: 'violated',
        states: 4332,
        violations: { [claims.lives]: 4, [claims.sent]: 5, [claims.halts]: 5 },
      },
    },
  },
  'counted-after-drop': {
    story: 'And a thread is counted out when its task is dropped, which may close what the network still serves.',
    knobs: { ...mended, ends: 'no-threads', comesBack: 'panics' },
    expect: {
      small: {
        verdict: 'violated',
        states: 580,
        violations: { [claims.sent]: 6, [claims.halts]: 6 },
      },
      full: {
        verdict: 'violated',
        states: 4220,
        violations: { [claims.sent]: 6, [claims.halts]: 6 },
      },
    },
  },
  mended: {
    story: 'And the loop ends when nothing is left to send, and halts if the host comes back.',
    knobs: mended,
    bugs: ['LB-22'],
    expect: {
      small: { verdict: 'holds', states: 572 },
      full: { verdict: 'holds', states: 4204 },
    },
  },
  'drained-until-wait': {
    story: 'As the mended one, but interacting until the advice is to wait: the peer decides when the machine ends.',
    knobs: { ...mended, inner: 'until-wait' },
    expect: {
      small: { verdict: 'violated', states: 384, violations: { [claims.ends]: 7 } },
      full: { verdict: 'violated', states: 2808, violations: { [claims.ends]: 7 } },
    },
  },
} as const satisfies Readonly<Record<string, Design<SnpNetworkDesign>>>
