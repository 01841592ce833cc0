import { stepClaims } from '../../properties/session-steps.ts'
import { claims } from '../../properties/sessions.ts'

/** Asleep in every design. */
const never = ['call.cacheOverAnother', 'call.answerOnBase', 'call.deleteNothing'] as const
/** What no call comes to where instances are taken down under a lock, and a call looks again once it has it. */
const underLock = ['call.recycleNumber', 'call.countOthers', 'call.uncacheAnother', 'call.uncacheNothing'] as const
/** What a call comes to only where another has taken it away. */
const intact = ['call.panicAtTable', 'call.findNoSessionLeft', 'call.dropNoEntry'] as const
/** What the lock of an application leaves nothing of. */
const byApplication = ['call.findBusy', 'call.unregisterAndDrop'] as const

/** What the locks of the snapshot break, whoever checks what afterwards. */
const unlocked = {
  [claims.base]: 28,
  [claims.live]: 25,
  [claims.known]: 28,
  [claims.sessionLive]: 25,
  [claims.cached]: 23,
  [claims.locked]: 22,
  [claims.registered]: 16,
  [claims.closedOnce]: 15,
} as const

/** What each design answers: the shortest trace of every violation, and the rules of which no step is ever enabled. */
export const expected = {
  snapshot: {
    small: {
      verdict: 'violated',
      states: 8467,
      violations: {
        ...unlocked,
        [claims.oneInside]: 39,
        [claims.ownTable]: 35,
        [claims.ownSession]: 51,
        [claims.noPanic]: 1,
      },
      asleep: [...never, 'call.findLimitReached', 'call.unregisterAndDrop', 'call.uncacheAnother'],
      within: ['instances=1'],
    },
    full: {
      verdict: 'violated',
      states: 603_828,
      violations: {
        ...unlocked,
        [claims.oneInside]: 36,
        [claims.ownTable]: 32,
        [claims.ownSession]: 31,
        [claims.noPanic]: 1,
        [claims.ownMemory]: 41,
        [stepClaims.inHand]: 39,
      },
      asleep: [...never, 'call.unregisterAndDrop', 'call.uncacheAnother'],
      within: ['instances=2'],
    },
  },
  'locked-to-base': {
    small: {
      verdict: 'violated',
      states: 5963,
      violations: {
        [claims.base]: 41,
        [claims.live]: 35,
        [claims.known]: 41,
        [claims.sessionLive]: 36,
        [claims.cached]: 36,
        [claims.oneInside]: 36,
        [claims.ownTable]: 32,
        [claims.registered]: 32,
        [claims.ownSession]: 47,
        [claims.tornDown]: 53,
        [claims.ownMemory]: 50,
        [claims.ownDeletion]: 52,
      },
      asleep: [
        ...never,
        'call.findLimitReached',
        'call.countOthers',
        'call.dropEntry',
        'call.dropNoEntry',
        'call.uncacheNothing',
      ],
      within: ['instances=1'],
    },
    full: {
      verdict: 'violated',
      states: 402_509,
      violations: {
        [claims.base]: 40,
        [claims.live]: 34,
        [claims.known]: 40,
        [claims.sessionLive]: 35,
        [claims.cached]: 35,
        [claims.oneInside]: 35,
        [claims.ownTable]: 31,
        [claims.registered]: 31,
        [claims.ownSession]: 46,
        [claims.tornDown]: 52,
        [claims.ownMemory]: 49,
        [claims.ownDeletion]: 51,
      },
      asleep: [...never, 'call.countOthers', 'call.dropEntry', 'call.dropNoEntry'],
      within: ['instances=2'],
    },
  },
  'locked-to-base-marked': {
    small: {
      verdict: 'holds',
      states: 5569,
      asleep: [...never, ...underLock, ...intact, 'call.findLimitReached', 'call.findNoTable', 'call.dropEntry'],
      within: ['instances=1'],
    },
    full: {
      verdict: 'holds',
      states: 396_603,
      asleep: [...never, ...underLock, ...intact, 'call.findNoTable', 'call.dropEntry'],
      within: ['instances=2'],
    },
  },
  'locked-by-application': {
    small: {
      verdict: 'violated',
      states: 5154,
      violations: { [claims.ownTable]: 54, [claims.registered]: 54, [claims.ownSession]: 58 },
      asleep: [...never, ...underLock, ...intact, ...byApplication, 'call.findLimitReached', 'call.findNoRoom'],
    },
    full: {
      verdict: 'violated',
      states: 289_230,
      violations: {
        [claims.base]: 61,
        [claims.live]: 60,
        [claims.known]: 61,
        [claims.oneInside]: 42,
        [claims.ownTable]: 38,
        [claims.registered]: 38,
        [claims.ownSession]: 54,
        [stepClaims.inHand]: 56,
      },
      asleep: [...never, ...underLock, ...byApplication, 'call.findLimitReached'],
      within: ['instances=2'],
    },
  },
  'locked-by-application-recheck': {
    small: {
      verdict: 'holds',
      states: 5326,
      asleep: [
        ...never,
        ...underLock,
        ...intact,
        ...byApplication,
        'call.findInstanceGone',
        'call.findLimitReached',
        'call.findNoRoom',
        'call.findNoTable',
      ],
    },
    full: {
      verdict: 'holds',
      states: 293_679,
      asleep: [
        ...never,
        ...underLock,
        ...intact,
        ...byApplication,
        'call.findInstanceGone',
        'call.findLimitReached',
        'call.findNoTable',
      ],
      within: ['instances=2'],
    },
  },
  'locked-by-application-generation': {
    small: {
      verdict: 'holds',
      states: 5110,
      asleep: [...never, ...underLock, ...intact, ...byApplication, 'call.findLimitReached', 'call.findNoRoom'],
    },
    full: {
      verdict: 'holds',
      states: 283_806,
      asleep: [...never, ...underLock, ...intact, ...byApplication, 'call.findLimitReached'],
      within: ['instances=2'],
    },
  },
  generation: {
    small: {
      verdict: 'violated',
      states: 8539,
      violations: {
        ...unlocked,
        [claims.ownSession]: 51,
      },
      asleep: [...never, 'call.findLimitReached', 'call.unregisterAndDrop', 'call.uncacheAnother'],
      within: ['instances=1'],
    },
    full: {
      verdict: 'violated',
      states: 607_474,
      violations: {
        ...unlocked,
        [claims.ownSession]: 31,
        [claims.ownMemory]: 41,
        [stepClaims.inHand]: 39,
      },
      asleep: [...never, 'call.unregisterAndDrop', 'call.uncacheAnother'],
      within: ['instances=2'],
    },
  },
  'own-session': {
    small: {
      verdict: 'violated',
      states: 8225,
      violations: {
        ...unlocked,
        [claims.oneInside]: 38,
        [claims.ownTable]: 34,
      },
      asleep: [...never, 'call.findLimitReached', 'call.dropEntry', 'call.dropNoEntry'],
      within: ['instances=1'],
    },
    full: {
      verdict: 'violated',
      states: 538_748,
      violations: {
        ...unlocked,
        [claims.oneInside]: 36,
        [claims.ownTable]: 32,
        [claims.ownSession]: 31,
      },
      asleep: [...never, 'call.dropEntry', 'call.dropNoEntry'],
      within: ['instances=2'],
    },
  },
} as const
