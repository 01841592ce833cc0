import { claims } from '../../properties/sessions.ts'

/** Asleep in every design. */
const never = ['call.findLimitReached', 'call.findNoRoom', 'call.uncacheAnother', 'call.deleteNothing'] as const
/** What a call comes to only where another has locked it, or taken it away. */
const unmet = ['call.findBusy', 'call.findNoTable', 'call.findNoSessionLeft', 'call.dropNoEntry', 'call.uncacheNothing'] as const
/** What only two calls come to that overlap. */
const overlapping = ['call.cacheOverAnother', 'call.panicAtTable'] as const
/** What a call that tries the lock of its application finds only if another had it in between. */
const between = ['call.findApplicationBusy', 'call.findSessionGone', 'call.findInstanceGone'] as const

/** What an open that makes an instance breaks, on one core as on two. */
const firstOpen = {
  [claims.locked]: 18,
  [claims.numberUsed]: 16,
  [claims.noSessionLeft]: 20,
  [claims.noTableLeft]: 16,
  [claims.tornDown]: 16,
  [claims.noPanic]: 1,
} as const

/** What each design answers: the shortest trace of every violation, and the rules of which no step is ever enabled. */
export const expected = {
  snapshot: {
    small: {
      verdict: 'violated',
      states: 901,
      violations: {
        [claims.locked]: 11,
        [claims.crashed]: 17,
        [claims.closedOnce]: 17,
        [claims.numberUsed]: 40,
        [claims.noSessionLeft]: 14,
        [claims.noTableLeft]: 40,
        [claims.tornDown]: 40,
        [claims.noPanic]: 1,
      },
      asleep: [...never, ...unmet, ...overlapping],
    },
    full: {
      verdict: 'violated',
      states: 25_571,
      violations: {
        [claims.locked]: 11,
        [claims.crashed]: 15,
        [claims.closedOnce]: 15,
        [claims.numberUsed]: 28,
        [claims.noSessionLeft]: 14,
        [claims.noTableLeft]: 28,
        [claims.tornDown]: 28,
        [claims.noPanic]: 1,
      },
      asleep: [...never, 'call.cacheOverAnother'],
    },
  },
  'snapshot-first-open': {
    small: {
      verdict: 'violated',
      states: 1507,
      violations: firstOpen,
      asleep: [...never, ...unmet, ...overlapping, 'call.findNoNumber'],
    },
    full: {
      verdict: 'violated',
      states: 45_390,
      violations: firstOpen,
      asleep: [...never, ...unmet, 'call.findNoNumber'],
    },
  },
  'snapshot-debug': {
    small: {
      verdict: 'violated',
      states: 1459,
      violations: {
        ...firstOpen,
        [claims.onTable]: 18,
      },
      asleep: [...never, ...unmet, ...overlapping, 'call.findNoNumber'],
    },
    full: {
      verdict: 'violated',
      states: 40_854,
      violations: {
        ...firstOpen,
        [claims.onTable]: 18,
      },
      asleep: [...never, ...unmet, 'call.findNoNumber'],
    },
  },
  'answered-first': {
    small: {
      verdict: 'violated',
      states: 1487,
      violations: {
        [claims.locked]: 18,
        [claims.numberUsed]: 13,
        [claims.noSessionLeft]: 20,
        [claims.noTableLeft]: 13,
        [claims.tornDown]: 13,
      },
      asleep: [...never, ...unmet, ...overlapping, 'call.findNoNumber', 'call.answerOnBase'],
    },
    full: {
      verdict: 'violated',
      states: 42_363,
      violations: {
        [claims.locked]: 18,
        [claims.numberUsed]: 13,
        [claims.noSessionLeft]: 20,
        [claims.noTableLeft]: 13,
        [claims.tornDown]: 13,
      },
      asleep: [...never, ...unmet, 'call.findNoNumber', 'call.answerOnBase'],
    },
  },
  guarded: {
    small: {
      verdict: 'violated',
      states: 1167,
      violations: { [claims.noSessionLeft]: 22 },
      asleep: [...never, ...unmet, ...overlapping, ...between, 'call.findNoNumber'],
    },
    full: {
      verdict: 'violated',
      states: 19_399,
      violations: { [claims.noSessionLeft]: 22 },
      asleep: [...never, ...unmet, ...overlapping, 'call.findSessionGone', 'call.findInstanceGone', 'call.findNoNumber'],
    },
  },
  finished: {
    small: {
      verdict: 'violated',
      states: 2129,
      violations: { [claims.numberUsed]: 18, [claims.noTableLeft]: 18, [claims.tornDown]: 18 },
      asleep: [...never, ...unmet, ...overlapping, ...between, 'call.findNoNumber'],
    },
    full: {
      verdict: 'violated',
      states: 27_575,
      violations: { [claims.numberUsed]: 18, [claims.noTableLeft]: 18, [claims.tornDown]: 18 },
      asleep: [...never, ...unmet, ...overlapping, 'call.findInstanceGone', 'call.findNoNumber'],
    },
  },
  'guarded-and-finished': {
    small: {
      verdict: 'violated',
      states: 897,
      violations: { [claims.crashed]: 22 },
      asleep: [...never, ...unmet, ...overlapping, ...between],
    },
    full: {
      verdict: 'violated',
      states: 15_545,
      violations: { [claims.crashed]: 21 },
      asleep: [...never, ...unmet, ...overlapping, 'call.findInstanceGone'],
    },
  },
  'marked-crashed': {
    small: {
      verdict: 'holds',
      states: 889,
      asleep: [...never, ...unmet, ...overlapping, ...between],
    },
    full: {
      verdict: 'holds',
      states: 15_331,
      asleep: [...never, ...unmet, ...overlapping, 'call.findInstanceGone'],
    },
  },
} as const
