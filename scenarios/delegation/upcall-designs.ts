import type { Design } from '../../checker/index.ts'
import type { DelegationDesign } from '../../model/platform/delegation.ts'
import { delegationClaims as claims } from '../../properties/delegation.ts'

/** What was proposed, with whatever the pull request left open taken at its worst. */
const proposed: DelegationDesign = {
  shape: 'upcall',
  presence: 'registered-late',
  making: 'looks-first',
  absent: 'panics',
  afterRun: 'cleared',
  failure: 'ignored',
  busy: 'at-once',
  busyFound: 'first',
  validation: 'handler',
  parameters: 'by-reference',
  handler: 'runs-program',
  program: 'ends',
  programPanic: 'keeps-lock',
  intercepts: 'platform',
  unwritten: 'panics',
  unsupported: 'answered',
  answer: 'may-fail',
}
/** What the review asked for, and the mended parts of the source of reference. */
const reviewed: DelegationDesign = {
  ...proposed,
  presence: 'registered-first',
  making: 'one-step',
  absent: 'refuses',
  failure: 'returned',
  busy: 'on-wake',
  programPanic: 'never',
  parameters: 'by-value',
  unwritten: 'refused',
  unsupported: 'refused',
  answer: 'is-written',
}

export const upcallDesigns = {
  'upcall-as-proposed': {
    story:
      'The upcall of PR #556: a cell that nothing sets before the loop starts, `expect("OP-TEE upcall not registered")`, ' +
      '`let _ = upcall.execute(&mut ctx)`, a `Retry` that says nothing but that, and registers by reference, which lead to ' +
      'memory that VTL0 shares. OP-TEE commands and answers as in the source of reference.',
    knobs: proposed,
    expect: {
      small: {
        verdict: 'violated',
        states: 1713,
        violations: {
          [claims.told]: 4,
          [claims.credited]: 12,
          [claims.there]: 3,
          [claims.panic]: 4,
          [claims.validated]: 9,
          [claims.hostile]: 9,
          [claims.lock]: 10,
          [claims.returns]: 18,
          [claims.retry]: 24,
          [claims.handled]: 2,
        },
      },
      full: {
        verdict: 'violated',
        states: 52855,
        violations: {
          [claims.told]: 4,
          [claims.credited]: 12,
          [claims.there]: 3,
          [claims.panic]: 4,
          [claims.validated]: 9,
          [claims.hostile]: 9,
          [claims.lock]: 10,
          [claims.returns]: 18,
          [claims.retry]: 24,
          [claims.handled]: 2,
        },
      },
    },
  },
  'upcall-as-reviewed': {
    story: 'Registered before the loop starts, failure passed on, parameters by value, a retry that says when.',
    knobs: reviewed,
    expect: {
      small: { verdict: 'holds', states: 1323, asleep: ['handler.findNone'], vacuous: ['fairness of runner never mattered'] },
      full: { verdict: 'holds', states: 40209, asleep: ['handler.findNone'], vacuous: ['fairness of runner never mattered'] },
    },
  },
  'upcall-registered-late': {
    story: 'As reviewed, but another core may call before the handler is registered: it is refused, and told so.',
    knobs: { ...reviewed, presence: 'registered-late' },
    expect: {
      small: { verdict: 'violated', states: 1483, violations: { [claims.there]: 3 } },
      full: { verdict: 'violated', states: 45147, violations: { [claims.there]: 3 } },
    },
  },
  'upcall-registered-late-intercepts': {
    story: 'And intercepts are delegated too. Nobody can be told that an intercept was refused: VTL0 goes on as if it were.',
    knobs: { ...reviewed, presence: 'registered-late', intercepts: 'delegated' },
    expect: {
      small: { verdict: 'violated', states: 1581, violations: { [claims.told]: 5, [claims.there]: 3 } },
      full: { verdict: 'violated', states: 48195, violations: { [claims.told]: 5, [claims.there]: 3 } },
    },
  },
  'upcall-intercepts': {
    story: 'As reviewed, and intercepts are delegated too.',
    knobs: { ...reviewed, intercepts: 'delegated' },
    expect: {
      small: { verdict: 'holds', states: 1385, asleep: ['handler.findNone'], vacuous: ['fairness of runner never mattered'] },
      full: { verdict: 'holds', states: 42107, asleep: ['handler.findNone'], vacuous: ['fairness of runner never mattered'] },
    },
  },
  'upcall-at-first-use': {
    story: 'No registration: the handler is made at its first use, by a cell that makes it once.',
    knobs: { ...reviewed, presence: 'at-first-use' },
    expect: {
      small: { verdict: 'holds', states: 1361, vacuous: ['fairness of runner never mattered'] },
      full: { verdict: 'holds', states: 40325, vacuous: ['fairness of runner never mattered'] },
    },
  },
  'upcall-at-first-use-looks-first': {
    story: 'The same without such a cell: two cores find none, and each makes its own.',
    knobs: { ...reviewed, presence: 'at-first-use', making: 'looks-first' },
    expect: {
      small: {
        verdict: 'violated',
        states: 4860,
        violations: { [claims.one]: 9 },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 420175,
        violations: { [claims.one]: 9 },
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'upcall-singleton': {
    story: 'No registration: "get singleton", a handler that the runner has from the start.',
    knobs: { ...reviewed, presence: 'built-in' },
    expect: {
      small: { verdict: 'holds', states: 1322, vacuous: ['fairness of runner never mattered'] },
      full: { verdict: 'holds', states: 40208, vacuous: ['fairness of runner never mattered'] },
    },
  },
  'upcall-failure-ignored': {
    story: 'As reviewed, but for `let _ = upcall.execute(&mut ctx)`.',
    knobs: { ...reviewed, failure: 'ignored' },
    expect: {
      small: {
        verdict: 'violated',
        states: 1323,
        violations: { [claims.told]: 13 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 40209,
        violations: { [claims.told]: 13 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'upcall-retries-at-once': {
    story: 'As reviewed, but the platform tries again at once, in VTL1, as long as the handler says `Retry`.',
    knobs: { ...reviewed, busy: 'at-once' },
    expect: {
      small: {
        verdict: 'violated',
        states: 1315,
        violations: { [claims.returns]: 20, [claims.retry]: 27 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 39765,
        violations: { [claims.returns]: 20, [claims.retry]: 27 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'upcall-retries-at-once-busy-found-late': {
    story: 'The same with a handler that says `Retry` when part of its work is done.',
    knobs: { ...reviewed, busy: 'at-once', busyFound: 'late' },
    expect: {
      small: {
        verdict: 'violated',
        states: 4519,
        violations: { [claims.once]: 16, [claims.credited]: 23, [claims.returns]: 29, [claims.retry]: 29 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 271677,
        violations: { [claims.once]: 16, [claims.credited]: 23, [claims.returns]: 29, [claims.retry]: 29 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'upcall-platform-validates': {
    story: 'As reviewed, but the platform validates, early, what it has no semantics to validate.',
    knobs: { ...reviewed, validation: 'platform' },
    expect: {
      small: {
        verdict: 'violated',
        states: 2943,
        violations: { [claims.hostile]: 10 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 139983,
        violations: { [claims.hostile]: 10 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'upcall-nobody-validates': {
    story: 'As reviewed, but "care must be taken" by nobody.',
    knobs: { ...reviewed, validation: 'nobody' },
    expect: {
      small: {
        verdict: 'violated',
        states: 2115,
        violations: { [claims.validated]: 8, [claims.hostile]: 9 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 82035,
        violations: { [claims.validated]: 8, [claims.hostile]: 9 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'upcall-answers': {
    story: 'As reviewed, with a handler that answers by itself: no program, no lock, nothing to retry.',
    knobs: { ...reviewed, handler: 'answers' },
    expect: {
      small: { verdict: 'holds', states: 1055, asleep: ['handler.findNone'], vacuous: ['fairness of runner never mattered'] },
      full: { verdict: 'holds', states: 28433, asleep: ['handler.findNone'], vacuous: ['fairness of runner never mattered'] },
    },
  },
} as const satisfies Readonly<Record<string, Design<DelegationDesign>>>
