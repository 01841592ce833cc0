import { punchthroughClaimNames as claims } from '../../properties/punchthrough.ts'
import { type Designs, logged, permitted, snapshot } from './designs.ts'

/** What holds a token to its use. */
export const tokenDesigns = {
  snapshot: {
    story:
      'The callers of the source on its platforms: every request is granted, and every token is executed in the ' +
      'expression that got it. What the interface leaves open, the callers keep; but no platform logs anything.',
    knobs: snapshot,
    expect: {
      small: { verdict: 'violated', states: 55, violations: { [claims.logged]: 2 } },
      full: { verdict: 'violated', states: 121, violations: { [claims.logged]: 2 } },
    },
  },
  'logged-before-use': {
    story: 'The callers of the source on a platform that logs each execution before it acts.',
    knobs: logged,
    expect: { small: { verdict: 'holds', states: 84 }, full: { verdict: 'holds', states: 196 } },
  },
  'snapshot-interface': {
    story:
      'What the interface of the source permits: a token is a plain value that can be kept, handed to ' +
      'another thread and dropped. The comment at `PunchthroughToken` allows the delay, and the effect is on ' +
      'whichever thread executes it. No caller does any of it.',
    knobs: { ...snapshot, delay: 'arbitrary' },
    bugs: ['LB-45'],
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
          [claims.logged]: 2,
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
          [claims.logged]: 2,
        },
      },
    },
  },
  'must-be-used': {
    story:
      'A token that cannot be dropped: whoever has one must execute it before it enters its guest. That brings every ' +
      'effect, but neither to the right thread nor in the right order.',
    knobs: { ...permitted, token: 'linear' },
    bugs: ['LB-45'],
    expect: {
      small: {
        verdict: 'violated',
        states: 4111,
        violations: {
          [claims.atOnce]: 2,
          [claims.thread]: 6,
          [claims.order]: 9,
          [claims.entry]: 10,
          [claims.reading]: 8,
          [claims.honest]: 4,
        },
      },
      full: {
        verdict: 'violated',
        states: 451986,
        violations: {
          [claims.atOnce]: 2,
          [claims.thread]: 6,
          [claims.order]: 9,
          [claims.entry]: 10,
          [claims.reading]: 8,
          [claims.honest]: 4,
        },
      },
    },
  },
  'bound-to-thread': {
    story:
      'A token that has an effect only on the thread that asked, and is refused elsewhere. It can still be late, ' +
      'and then it undoes what came after it.',
    knobs: { ...permitted, binding: 'asking-thread' },
    bugs: ['LB-45'],
    expect: {
      small: {
        verdict: 'violated',
        states: 5850,
        violations: { [claims.atOnce]: 2, [claims.order]: 9, [claims.entry]: 7, [claims.reading]: 8, [claims.honest]: 4 },
      },
      full: {
        verdict: 'violated',
        states: 841354,
        violations: { [claims.atOnce]: 2, [claims.order]: 9, [claims.entry]: 7, [claims.reading]: 8, [claims.honest]: 4 },
      },
    },
  },
  'must-be-used-and-bound': {
    story: 'Both: every token acts, and on its own thread; late ones still act out of order.',
    knobs: { ...permitted, token: 'linear', binding: 'asking-thread' },
    bugs: ['LB-45'],
    expect: {
      small: {
        verdict: 'violated',
        states: 3311,
        violations: { [claims.atOnce]: 2, [claims.order]: 9, [claims.entry]: 10, [claims.reading]: 8, [claims.honest]: 4 },
      },
      full: {
        verdict: 'violated',
        states: 276312,
        violations: { [claims.atOnce]: 2, [claims.order]: 9, [claims.entry]: 10, [claims.reading]: 8, [claims.honest]: 4 },
      },
    },
  },
  scoped: {
    story:
      'The provider takes what is to be done and does it within the call: there is no token to keep. Pull request 806 ' +
      'goes this way and removes the tokens.',
    knobs: { ...permitted, token: 'scoped' },
    bugs: ['LB-45'],
    expect: { small: { verdict: 'holds', states: 84 }, full: { verdict: 'holds', states: 196 } },
  },
  copyable: {
    story: 'A token that `execute` does not consume: what a copy does later undoes what was asked in between.',
    knobs: { ...logged, token: 'copyable' },
    expect: {
      small: {
        verdict: 'violated',
        states: 1650,
        violations: { [claims.once]: 7, [claims.atOnce]: 4, [claims.order]: 11, [claims.entry]: 17, [claims.reading]: 16 },
      },
      full: {
        verdict: 'violated',
        states: 22500,
        violations: { [claims.once]: 7, [claims.atOnce]: 4, [claims.order]: 11, [claims.entry]: 17, [claims.reading]: 16 },
      },
    },
  },
} as const satisfies Designs
