import { finalWhen, type Scenario, scenario, strong, system, weak } from '../checker/index.ts'
import { memory } from '../model/platform/memory-order.ts'
import {
  exiting,
  inGuest,
  interrupterOf,
  interrupterRules,
  interruptFlag,
  savedContextCell,
  shimLock,
  state,
  thread,
} from '../model/shim/guest-window.ts'
import { depths, handlerOf, linuxThreadOf } from '../model/shim/guest-window-linux.ts'
import { linuxWindowRules } from '../model/shim/guest-window-linux-rules.ts'
import { guestInterruptOf } from '../model/shim/wait-state-guest.ts'
import { guestWindowProperties } from '../properties/guest-window.ts'
import { guestWindowSteps } from '../properties/guest-window-steps.ts'

/** What the source does when system calls are rewritten. */
const snapshot = {
  test: 'after-set',
  forget: 'before-shim',
  pending: 'leaves-flag',
  range: 'whole-entry',
  exceptions: 'unranged',
  handler: 'clears-first',
  mask: 'exceptions',
  backend: 'rewriter',
  latch: 'single-shot',
} as const
const mended = { ...snapshot, pending: 'clears-flag', exceptions: 'ranged', mask: 'all-handlers' } as const

const steadyRules = ['forget', 'set', 'test', 'jump', 'clear', 'save', 'callBack']
  .map((name) => `window.${name}`)
  .concat(['shim.finish', 'shim.announce', 'shim.findNoSignals', 'shim.checkExit', 'shim.retract', 'thread.clearHandle'])

export const guestWindow: Scenario = scenario({
  name: 'guest-window',
  story:
    'A thread of Linux userland goes between shim and guest, and a signal may meet it at any instruction. Does an interrupt ' +
    'always reach the shim, and is what is saved as the guest really the guest? Assumes that the kernel delivers a signal ' +
    "in the end, and that not every copy to guest memory faults. Leaves out segment bases and the wait word's store buffers.",
  knobs: {
    test: ['after-set', 'before-set', 'none'],
    forget: ['before-shim', 'after-shim'],
    pending: ['leaves-flag', 'clears-flag'],
    range: ['whole-entry', 'none'],
    exceptions: ['unranged', 'ranged'],
    handler: ['clears-first', 'clears-last'],
    mask: ['exceptions', 'all-handlers'],
    backend: ['rewriter', 'seccomp'],
    latch: ['single-shot', 'resend'],
  },
  sizes: { small: {}, full: {} },
  designs: {
    'snapshot-rewriter': {
      story:
        'The code as it is with rewritten calls. An entry that finds an interrupt pending goes to the callback with its flag ' +
        'set, so that the next fault on guest memory in the shim counts as one of the guest; and the handler of exceptions ' +
        'does not ask whether it interrupts the entry.',
      knobs: snapshot,
      expect: {
        small: {
          verdict: 'violated',
          states: 358,
          violations: {
            'a thread that must exit leaves its guest for good': 23,
            'host registers are never saved as the guest context': 10,
            'the flag of the guest is set only in the guest and in its windows': 12,
            'host frames are not abandoned while they hold a lock': 20,
            'no deadlock': 23,
          },
        },
      },
    },
    'snapshot-seccomp': {
      story:
        'The code as it is with trapped calls, the default of the runner: the handler of the trap runs with the flag set and ' +
        'the interrupt signal unmasked, and the guest may send its own thread that signal.',
      knobs: { ...snapshot, backend: 'seccomp' },
      expect: {
        small: {
          verdict: 'violated',
          states: 1533,
          violations: {
            'a thread that must exit leaves its guest for good': 23,
            'host registers are never saved as the guest context': 10,
            'the flag of the guest is set only in the guest and in its windows': 12,
            'host frames are not abandoned while they hold a lock': 20,
            'no deadlock': 23,
          },
        },
      },
    },
    'window-closed-rewriter': {
      story:
        'Three changes: an entry that finds an interrupt clears its flag, both handlers ask for the range of the entry, and ' +
        'the interrupt signal is masked in every handler.',
      knobs: mended,
      bugs: ['LB-15', 'LB-43'],
      expect: { small: { verdict: 'holds', states: 161 } },
    },
    'window-closed-seccomp': {
      story: 'The same with trapped calls.',
      knobs: { ...mended, backend: 'seccomp' },
      bugs: ['LB-15', 'LB-43'],
      expect: { small: { verdict: 'holds', states: 403 } },
    },
    'flag-left-set': {
      story: 'The three changes but the first.',
      knobs: { ...mended, pending: 'leaves-flag' },
      expect: {
        small: {
          verdict: 'violated',
          states: 188,
          violations: {
            'a thread that must exit leaves its guest for good': 23,
            'host registers are never saved as the guest context': 20,
            'the flag of the guest is set only in the guest and in its windows': 12,
            'host frames are not abandoned while they hold a lock': 20,
            'no deadlock': 23,
          },
        },
      },
    },
    'flag-left-set-seccomp': {
      story: 'The three changes but the first, where a guest may signal its own thread.',
      knobs: { ...mended, pending: 'leaves-flag', backend: 'seccomp' },
      expect: {
        small: {
          verdict: 'violated',
          states: 1004,
          violations: {
            'a thread that must exit leaves its guest for good': 23,
            'host registers are never saved as the guest context': 20,
            'the flag of the guest is set only in the guest and in its windows': 12,
            'host frames are not abandoned while they hold a lock': 20,
            'no deadlock': 23,
          },
        },
      },
    },
    'exceptions-unranged': {
      story: 'The three changes but the second.',
      knobs: { ...mended, exceptions: 'unranged' },
      expect: {
        small: { verdict: 'violated', states: 316, violations: { 'host registers are never saved as the guest context': 10 } },
      },
    },
    'trap-unmasked': {
      story: 'The three changes but the third.',
      knobs: { ...mended, mask: 'exceptions', backend: 'seccomp' },
      expect: {
        small: { verdict: 'violated', states: 820, violations: { 'host registers are never saved as the guest context': 13 } },
      },
    },
    'check-then-set': {
      story: 'The entry tests for an interrupt first and sets its flag afterwards: one that comes between is only noted.',
      knobs: { ...mended, test: 'before-set' },
      bugs: ['LB-15'],
      expect: {
        small: { verdict: 'violated', states: 167, violations: { 'a thread that must exit leaves its guest for good': 14 } },
      },
    },
    'no-check': {
      story: 'The entry does not test at all, as that of Windows userland.',
      knobs: { ...mended, test: 'none' },
      bugs: ['LB-15'],
      expect: {
        small: {
          verdict: 'violated',
          states: 161,
          violations: { 'a thread that must exit leaves its guest for good': 13 },
          asleep: ['window.test'],
        },
      },
    },
    'forgets-after-shim': {
      story: 'The pending interrupt is forgotten when the shim has returned, and with it one that came after its last look.',
      knobs: { ...mended, forget: 'after-shim' },
      expect: {
        small: { verdict: 'violated', states: 166, violations: { 'a thread that must exit leaves its guest for good': 14 } },
      },
    },
    'no-range': {
      story: 'The handler does not know the entry from the guest.',
      knobs: { ...mended, range: 'none' },
      expect: {
        small: { verdict: 'violated', states: 316, violations: { 'host registers are never saved as the guest context': 10 } },
      },
    },
    'check-then-set-resend': {
      story: 'The wrong order with an interrupter that calls the platform again until the thread is gone.',
      knobs: { ...mended, test: 'before-set', latch: 'resend' },
      expect: { small: { verdict: 'holds', states: 397 } },
    },
    'aarch64-handler-clears-last': {
      story:
        'The handler of the AArch64 port before pull request 1326: it saves the guest while the flag is still set, and a ' +
        'fault of the handler itself counts as one of the guest. No such port exists at the snapshot.',
      knobs: { ...mended, handler: 'clears-last' },
      bugs: ['LB-43'],
      expect: {
        small: {
          verdict: 'violated',
          states: 348,
          violations: {
            'host registers are never saved as the guest context': 12,
            'a handler that leaves the guest has cleared the flag of the guest before': 9,
          },
        },
      },
    },
  },
  build: ({ test, forget, latch, ...window }) => {
    const self = linuxThreadOf({ test, forget })
    const interrupter = interrupterOf(latch)
    const handlers = depths.map(handlerOf)
    const flags = memory({ order: 'sc', cores: [], words: [inGuest, interruptFlag] })
    return system({
      cells: [
        self,
        interrupter,
        ...handlers,
        ...flags.cells,
        state.cell,
        exiting.cell,
        guestInterruptOf(thread),
        savedContextCell,
        shimLock,
      ],
      rules: [...interrupterRules(interrupter, latch), ...linuxWindowRules({ ...window, self, interrupter })],
      properties: [
        ...guestWindowProperties({
          memory: flags,
          self,
          handlers,
          window: ['testing', 'restoring', 'inGuest', 'atCallback'],
        }),
        ...guestWindowSteps({ memory: flags, self, interrupter, handlers, stops: [], call: 'interrupter.signal' }),
      ],
      final: finalWhen({}, { reads: () => ({ self }), holds: ({ self }) => self.value === 'terminated' }),
      fairness: [
        weak({ actor: thread }),
        weak({ actor: 'killer' }),
        strong({ rule: 'signal.interrupt' }),
        strong({ rule: 'shim.unlock' }),
        strong({ rule: 'shim.drop' }),
        // Between two signals of a storm a thread gets on.
        ...(latch === 'resend' ? steadyRules.map((rule) => strong({ rule })) : []),
      ],
    })
  },
})
