import type { Design } from '../../checker/index.ts'
import type { GhcbDesign } from '../../model/platform/snp-ghcb.ts'
import { ghcbClaims as claims } from '../../properties/snp-ghcb.ts'

const snapshot: GhcbDesign = {
  adversary: 'none',
  msr: 'per-thread',
  sequences: 'bare',
  version: 'code-only',
  address: 'compared',
  order: 'register-first',
}
const mended: GhcbDesign = { ...snapshot, msr: 'shared', sequences: 'locked', version: 'checked' }

export const ghcbDesigns = {
  snapshot: {
    story: 'The set-up as it is, with a hypervisor that keeps to the protocol and an MSR for each thread: nothing can go wrong.',
    knobs: snapshot,
    expect: {
      small: {
        verdict: 'holds',
        states: 253,
        asleep: ['runner.terminate'],
        vacuous: ['fairness of boot never mattered', 'fairness of printer0 never mattered'],
      },
      full: {
        verdict: 'holds',
        states: 2783,
        asleep: ['runner.terminate'],
        vacuous: [
          'fairness of boot never mattered',
          'fairness of printer0 never mattered',
          'fairness of printer1 never mattered',
        ],
      },
    },
  },
  'snapshot-shared-msr': {
    story:
      'The same where the driver runs two threads on one MSR: a print between the steps of the set-up sends its text as the ' +
      'request, or puts back a request where the address of the page was.',
    knobs: { ...snapshot, msr: 'shared' },
    expect: {
      small: {
        verdict: 'violated',
        states: 6420,
        violations: { [claims.own]: 7, [claims.kept]: 32, [claims.refusedOnly]: 14 },
        vacuous: ['fairness of boot never mattered', 'fairness of printer0 never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 1523546,
        violations: { [claims.own]: 7, [claims.kept]: 42, [claims.refusedOnly]: 14 },
        vacuous: [
          'fairness of boot never mattered',
          'fairness of printer0 never mattered',
          'fairness of printer1 never mattered',
        ],
      },
    },
  },
  'snapshot-under-hypervisor': {
    story:
      'The same under a hypervisor that answers what it likes: it may offer versions of the protocol that the guest does ' +
      'not speak, of which only the code of the answer is looked at.',
    knobs: { ...snapshot, adversary: 'hypervisor' },
    expect: {
      small: {
        verdict: 'violated',
        states: 693,
        violations: { [claims.version]: 11 },
        vacuous: ['fairness of boot never mattered', 'fairness of printer0 never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 7623,
        violations: { [claims.version]: 11 },
        vacuous: [
          'fairness of boot never mattered',
          'fairness of printer0 never mattered',
          'fairness of printer1 never mattered',
        ],
      },
    },
  },
  locked: {
    story: 'A lock from saving to restoring, and the versions are looked at.',
    knobs: mended,
    expect: {
      small: {
        verdict: 'holds',
        states: 117,
        asleep: ['runner.terminate'],
        vacuous: ['fairness of boot never mattered', 'fairness of printer0 never mattered'],
      },
      full: {
        verdict: 'holds',
        states: 495,
        asleep: ['runner.terminate'],
        vacuous: [
          'fairness of boot never mattered',
          'fairness of printer0 never mattered',
          'fairness of printer1 never mattered',
        ],
      },
    },
  },
  'locked-under-hypervisor': {
    story: 'The same under the hypervisor: it can refuse, and then the machine ends with the reason.',
    knobs: { ...mended, adversary: 'hypervisor' },
    expect: {
      small: {
        verdict: 'holds',
        states: 254,
        vacuous: ['fairness of boot never mattered', 'fairness of printer0 never mattered'],
      },
      full: {
        verdict: 'holds',
        states: 1146,
        vacuous: [
          'fairness of boot never mattered',
          'fairness of printer0 never mattered',
          'fairness of printer1 never mattered',
        ],
      },
    },
  },
  'address-unchecked-under-hypervisor': {
    story: 'The address that the hypervisor says it has registered is not compared with the one that was asked for.',
    knobs: { ...mended, adversary: 'hypervisor', address: 'unchecked' },
    expect: {
      small: {
        verdict: 'violated',
        states: 299,
        violations: { [claims.page]: 22 },
        vacuous: ['fairness of boot never mattered', 'fairness of printer0 never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 1353,
        violations: { [claims.page]: 22 },
        vacuous: [
          'fairness of boot never mattered',
          'fairness of printer0 never mattered',
          'fairness of printer1 never mattered',
        ],
      },
    },
  },
  'locked-through-failure-under-hypervisor': {
    story: 'The lock is still held when the failure is printed, which takes it: the machine hangs and never says why.',
    knobs: { ...mended, adversary: 'hypervisor', sequences: 'locked-through-failure' },
    expect: {
      small: {
        verdict: 'violated',
        states: 178,
        violations: { [claims.ended]: 11, 'no deadlock': 11 },
        vacuous: ['fairness of boot never mattered', 'fairness of printer0 never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 726,
        violations: { [claims.ended]: 11, 'no deadlock': 11 },
        vacuous: [
          'fairness of boot never mattered',
          'fairness of printer0 never mattered',
          'fairness of printer1 never mattered',
        ],
      },
    },
  },
  'used-before-registered': {
    story: 'The page is used before it is registered: there is no answer but a refusal.',
    knobs: { ...mended, order: 'use-first' },
    expect: {
      small: {
        verdict: 'violated',
        states: 102,
        violations: { [claims.registered]: 15 },
        vacuous: ['fairness of boot never mattered', 'fairness of printer0 never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 450,
        violations: { [claims.registered]: 15 },
        vacuous: [
          'fairness of boot never mattered',
          'fairness of printer0 never mattered',
          'fairness of printer1 never mattered',
        ],
      },
    },
  },
} as const satisfies Readonly<Record<string, Design<GhcbDesign>>>
