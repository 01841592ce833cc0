import { punchthroughClaimNames as claims } from '../../properties/punchthrough.ts'
import { type Designs, logged, permitted, snapshot } from './designs.ts'

/** Refusals, failures, and what the log says of them. */
export const answerDesigns = {
  'snapshot-denied': {
    story: 'The callers of the source on a platform that refuses, as the mock platform refuses everything: they panic.',
    knobs: { ...snapshot, policy: 'denies-some' },
    expect: {
      small: { verdict: 'violated', states: 84, violations: { [claims.logged]: 2, [claims.stops]: 1 } },
      full: { verdict: 'violated', states: 196, violations: { [claims.logged]: 2, [claims.stops]: 1 } },
    },
  },
  'denied-with-errno': {
    story: 'Callers that tell their guest what the platform has refused.',
    knobs: { ...logged, policy: 'denies-some', denial: 'errno' },
    expect: { small: { verdict: 'holds', states: 352 }, full: { verdict: 'holds', states: 1936 } },
  },
  'snapshot-unsupported': {
    story:
      'The callers of the source on a platform that grants and then answers that it does not support the request, as ' +
      '`IgnoredPunchthroughProvider` does: they panic.',
    knobs: { ...snapshot, policy: 'unsupported-some' },
    expect: {
      small: { verdict: 'violated', states: 119, violations: { [claims.logged]: 2, [claims.stops]: 3 } },
      full: { verdict: 'violated', states: 289, violations: { [claims.logged]: 2, [claims.stops]: 3 } },
    },
  },
  'unsupported-with-errno': {
    story: 'Callers that tell their guest, and a log that says what came of each request.',
    knobs: { ...snapshot, policy: 'unsupported-some', denial: 'errno', audit: 'intent-and-outcome' },
    expect: { small: { verdict: 'holds', states: 715 }, full: { verdict: 'holds', states: 4225 } },
  },
  'failure-discarded': {
    story:
      'A platform whose executions can fail, and a caller that drops the answer, as `restore_guest_tls` of the OP-TEE ' +
      'shim does: the guest is entered without its base. No platform of the source fails on x86-64.',
    knobs: { ...snapshot, execution: 'may-fail', failure: 'discard', audit: 'intent-and-outcome' },
    expect: {
      small: { verdict: 'violated', states: 715, violations: { [claims.entry]: 6, [claims.reading]: 15 } },
      full: { verdict: 'violated', states: 4225, violations: { [claims.entry]: 16, [claims.reading]: 15 } },
    },
  },
  'failure-unwrapped': {
    story: 'A caller that takes an error for impossible, as the start of a new thread does.',
    knobs: { ...snapshot, execution: 'may-fail', failure: 'panic', audit: 'intent-and-outcome' },
    expect: {
      small: { verdict: 'violated', states: 260, violations: { [claims.stops]: 5 } },
      full: { verdict: 'violated', states: 676, violations: { [claims.stops]: 5 } },
    },
  },
  'failure-propagated': {
    story: 'A caller that hands the error to its guest, and a log that says what came of each request.',
    knobs: { ...snapshot, execution: 'may-fail', audit: 'intent-and-outcome' },
    expect: { small: { verdict: 'holds', states: 715 }, full: { verdict: 'holds', states: 4225 } },
  },
  'logged-before-use-failing': {
    story: 'A line before each execution, where executions can fail: the log claims what never happened.',
    knobs: { ...logged, execution: 'may-fail' },
    expect: {
      small: { verdict: 'violated', states: 459, violations: { [claims.honest]: 4 } },
      full: { verdict: 'violated', states: 2601, violations: { [claims.honest]: 4 } },
    },
  },
  'logged-after-use': {
    story: 'A line after each execution: between the effect and the line the log does not know of it.',
    knobs: { ...snapshot, audit: 'after-use' },
    expect: {
      small: { verdict: 'violated', states: 84, violations: { [claims.logged]: 2 } },
      full: { verdict: 'violated', states: 196, violations: { [claims.logged]: 2 } },
    },
  },
  'logged-at-grant': {
    story: 'The gatekeeper of the article: the platform logs what it grants. It is enough for the callers of the source.',
    knobs: { ...snapshot, audit: 'at-grant' },
    expect: { small: { verdict: 'holds', states: 55 }, full: { verdict: 'holds', states: 121 } },
  },
  'logged-at-grant-permitted': {
    story: 'The same log with what the interface permits: it has lines for tokens that were dropped, and none of their delay.',
    knobs: { ...permitted, audit: 'at-grant' },
    expect: {
      small: {
        verdict: 'violated',
        states: 4724,
        violations: {
          [claims.atOnce]: 2,
          [claims.thread]: 5,
          [claims.order]: 7,
          [claims.entry]: 7,
          [claims.reading]: 7,
          [claims.honest]: 2,
        },
      },
      full: {
        verdict: 'violated',
        states: 782609,
        violations: {
          [claims.atOnce]: 2,
          [claims.thread]: 5,
          [claims.order]: 7,
          [claims.entry]: 7,
          [claims.reading]: 7,
          [claims.honest]: 2,
        },
      },
    },
  },
  'asks-host': {
    story: 'A platform that leaves the decision to its host, which answers when it likes, or never.',
    knobs: { ...logged, policy: 'asks-host', denial: 'errno' },
    expect: {
      small: { verdict: 'violated', states: 459, violations: { [claims.waits]: 2 } },
      full: { verdict: 'violated', states: 2601, violations: { [claims.waits]: 2 } },
    },
  },
} as const satisfies Designs
