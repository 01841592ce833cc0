import { finalWhen, type Scenario, scenario, strong, system, weak } from '../checker/index.ts'
import { memory } from '../model/platform/memory-order.ts'
import {
  exiting,
  inGuest,
  interrupterOf,
  interrupterRules,
  interruptFlag,
  killer,
  savedContextCell,
  shimLock,
  state,
  thread,
} from '../model/shim/guest-window.ts'
import {
  continueContextCell,
  suspenderOf,
  suspensionCell,
  vectoredHandlerCell,
  windowsThreadOf,
} from '../model/shim/guest-window-windows.ts'
import { windowsWindowRules } from '../model/shim/guest-window-windows-rules.ts'
import { guestWindowClaims, guestWindowProperties } from '../properties/guest-window.ts'
import { guestWindowSteps } from '../properties/guest-window-steps.ts'
import { windowsWindowProperties } from '../properties/guest-window-windows.ts'
import type { Claim } from './claim.ts'

/** What the source does. */
const snapshot = {
  memory: 'sc',
  test: 'none',
  order: 'flags-first',
  range: 'popping',
  redirect: 'leaves-flag',
  exceptions: 'unranged',
  latch: 'single-shot',
} as const
const mended = {
  ...snapshot,
  test: 'after-set',
  order: 'context-first',
  range: 'whole-entry',
  redirect: 'clears-flag',
  exceptions: 'ranged',
} as const

const steadyRules = ['forget', 'takeFastWay', 'set', 'call', 'clear', 'save']
  .map((name) => `window.${name}`)
  .concat([
    'shim.finish',
    'shim.announce',
    'shim.findNoSignals',
    'shim.checkExit',
    'shim.retract',
    'thread.clearHandle',
    'shim.drop',
  ])
  .concat(['handleInHost', 'handleFromGuest', 'clearFlag', 'leaveGuest'].map((name) => `exception.${name}`))

export const guestWindowWindows: Scenario = scenario({
  name: 'guest-window-windows',
  story:
    'A thread of Windows userland goes between shim and guest, and another thread suspends it anywhere, looks, redirects ' +
    'it and lets it go on. Does an interrupt always reach the shim, and is what is saved as the guest really the guest? ' +
    'Assumes that a suspension takes hold in the end, and that not every copy to guest memory faults.',
  knobs: {
    memory: ['sc', 'tso'],
    test: ['none', 'after-set', 'before-set'],
    order: ['flags-first', 'context-first'],
    range: ['popping', 'whole-entry'],
    redirect: ['leaves-flag', 'clears-flag'],
    exceptions: ['unranged', 'ranged'],
    latch: ['single-shot', 'resend'],
  },
  sizes: { small: {}, full: {} },
  designs: {
    'snapshot-sc': {
      story:
        'The code as it is, on a machine without store buffers: the entry never looks at the pending interrupt, a thread is ' +
        'asked to stop and looked at before it has, and a redirected thread keeps its flag.',
      knobs: snapshot,
      bugs: ['LB-15'],
      expect: {
        small: {
          verdict: 'violated',
          states: 1654,
          violations: {
            'a thread that must exit leaves its guest for good': 15,
            'host registers are never saved as the guest context': 12,
            'the flag of the guest is set only in the guest and in its windows': 16,
            'host frames are not abandoned while they hold a lock': 23,
          },
        },
      },
    },
    'snapshot-tso': {
      story: 'The code as it is, on x86.',
      knobs: { ...snapshot, memory: 'tso' },
      bugs: ['LB-15'],
      expect: {
        small: {
          verdict: 'violated',
          states: 8095,
          violations: {
            'a thread that must exit leaves its guest for good': 18,
            'host registers are never saved as the guest context': 14,
            'the flag of the guest is set only in the guest and in its windows': 19,
            'host frames are not abandoned while they hold a lock': 28,
          },
        },
      },
    },
    'set-then-check-closed-sc': {
      story:
        'The entry sets its flag, looks, then enters; whoever interrupts waits for the thread to stop before it reads flags, ' +
        'redirects it anywhere between flag and guest, and clears its flag; the handler of exceptions knows the window too.',
      knobs: mended,
      bugs: ['LB-15'],
      expect: { small: { verdict: 'holds', states: 559 } },
    },
    'set-then-check-closed-tso': {
      story: 'The same on x86: a stopped thread has no store left in its buffer.',
      knobs: { ...mended, memory: 'tso' },
      bugs: ['LB-15'],
      expect: { small: { verdict: 'holds', states: 1488 } },
    },
    'check-then-set': {
      story: 'The same with the look before the flag: an interrupt between the two is only noted.',
      knobs: { ...mended, test: 'before-set' },
      bugs: ['LB-15'],
      expect: {
        small: { verdict: 'violated', states: 571, violations: { 'a thread that must exit leaves its guest for good': 18 } },
      },
    },
    'no-check': {
      story: 'The same without a look.',
      knobs: { ...mended, test: 'none' },
      bugs: ['LB-15'],
      expect: {
        small: { verdict: 'violated', states: 541, violations: { 'a thread that must exit leaves its guest for good': 17 } },
      },
    },
    'set-then-check-only': {
      story:
        'The order of pull request 1336 and nothing else: a thread behind its look and before the popping counts as one that ' +
        'handles an exception, and is left alone.',
      knobs: { ...snapshot, test: 'after-set' },
      bugs: ['LB-15'],
      expect: {
        small: {
          verdict: 'violated',
          states: 1714,
          violations: {
            'a thread that must exit leaves its guest for good': 20,
            'host registers are never saved as the guest context': 13,
            'the flag of the guest is set only in the guest and in its windows': 17,
            'host frames are not abandoned while they hold a lock': 22,
          },
        },
      },
    },
    'popping-redirected-only': {
      story: 'All of the above but the range: only the popping of registers is redirected.',
      knobs: { ...mended, range: 'popping' },
      bugs: ['LB-15'],
      expect: {
        small: {
          verdict: 'violated',
          states: 593,
          violations: {
            'a thread that must exit leaves its guest for good': 20,
            'host registers are never saved as the guest context': 27,
            'the flag of the guest is set only in the guest and in its windows': 18,
            'host frames are not abandoned while they hold a lock': 27,
          },
        },
      },
    },
    'flags-read-early-sc': {
      story: 'All but the wait: flags are read while the thread may still run, and leave the guest before its context is read.',
      knobs: { ...mended, order: 'flags-first' },
      expect: {
        small: {
          verdict: 'violated',
          states: 833,
          violations: {
            'host registers are never saved as the guest context': 22,
            'host frames are not abandoned while they hold a lock': 22,
          },
        },
      },
    },
    'flags-read-early-tso': {
      story: 'The same on x86, where the flag of the thread may also wait in its store buffer while it is read.',
      knobs: { ...mended, order: 'flags-first', memory: 'tso' },
      expect: {
        small: {
          verdict: 'violated',
          states: 4329,
          violations: {
            'a thread that must exit leaves its guest for good': 19,
            'host registers are never saved as the guest context': 27,
            'the flag of the guest is set only in the guest and in its windows': 35,
            'host frames are not abandoned while they hold a lock': 27,
          },
        },
      },
    },
    'flag-left-set': {
      story: 'All but the clearing: a redirected thread is in the shim with its flag set.',
      knobs: { ...mended, redirect: 'leaves-flag' },
      expect: {
        small: {
          verdict: 'violated',
          states: 609,
          violations: {
            'host registers are never saved as the guest context': 25,
            'the flag of the guest is set only in the guest and in its windows': 15,
            'host frames are not abandoned while they hold a lock': 25,
          },
        },
      },
    },
    'no-check-resend': {
      story: 'No look at the entry, but an interrupter that calls the platform again until the thread is gone.',
      knobs: { ...mended, test: 'none', latch: 'resend' },
      bugs: ['LB-15'],
      expect: { small: { verdict: 'holds', states: 757 } },
    },
  },
  build: ({ memory: order, test, order: suspendOrder, latch, ...window }) => {
    const self = windowsThreadOf({ test })
    const interrupter = interrupterOf(latch)
    const suspender = suspenderOf(suspendOrder)
    // One entry more than the thread ever stores in a row: the bound is never hit.
    const flags = memory({ order, cores: [thread, killer], capacity: 4, words: [inGuest, interruptFlag] })
    return system({
      cells: [
        self,
        interrupter,
        suspender,
        suspensionCell,
        vectoredHandlerCell,
        continueContextCell,
        ...flags.cells,
        state.cell,
        exiting.cell,
        savedContextCell,
        shimLock,
      ],
      rules: [
        ...interrupterRules(interrupter, latch),
        ...windowsWindowRules({ ...window, self, interrupter, suspender, memory: flags }, test !== 'none'),
        ...flags.rules,
      ],
      properties: [
        ...guestWindowProperties({
          memory: flags,
          self,
          handlers: [vectoredHandlerCell],
          window: ['testing', 'unsetting', 'calling', 'popping', 'continuing', 'inGuest', 'atCallback'],
        }),
        ...guestWindowSteps({
          memory: flags,
          self,
          interrupter,
          handlers: [vectoredHandlerCell],
          stops: [suspensionCell],
          call: 'suspender.suspend',
        }),
        ...windowsWindowProperties(self, suspender),
      ],
      final: finalWhen({}, { reads: () => ({ self }), holds: ({ self }) => self.value === 'terminated' }),
      fairness: [
        weak({ actor: thread }),
        weak({ actor: killer }),
        weak({ rule: 'kernel.stop' }),
        strong({ rule: 'shim.unlock' }),
        // Between two suspensions of many a thread gets on.
        ...(latch === 'resend' ? steadyRules.map((rule) => strong({ rule })) : []),
        ...flags.fairness,
      ],
    })
  },
})

export const guestWindowWindowsClaims: readonly Claim[] = [
  {
    article: 'linux-on-windows',
    quote: 'intercepts Windows page-fault exceptions and converts them into Linux-style signals',
    scenario: guestWindowWindows.name,
    property: guestWindowClaims.context,
  },
]
