import type { Design } from '../../checker/index.ts'
import type { DelegationDesign } from '../../model/platform/delegation.ts'
import { delegationClaims as claims } from '../../properties/delegation.ts'
import { upcallDesigns } from './upcall-designs.ts'

export const snapshot: DelegationDesign = {
  shape: 'runner-loop',
  presence: 'built-in',
  making: 'one-step',
  absent: 'refuses',
  afterRun: 'cleared',
  failure: 'returned',
  busy: 'to-caller',
  busyFound: 'first',
  validation: 'handler',
  parameters: 'by-value',
  handler: 'runs-program',
  program: 'ends',
  intercepts: 'platform',
  unwritten: 'panics',
  unsupported: 'answered',
  answer: 'may-fail',
}
/** The loop with every known fault of the snapshot mended. */
export const mended: DelegationDesign = {
  ...snapshot,
  unwritten: 'refused',
  unsupported: 'refused',
  answer: 'is-written',
  busy: 'on-wake',
}
const shimMethod: DelegationDesign = { ...mended, shape: 'shim-method', presence: 'per-run' }

const loopDesigns = {
  snapshot: {
    story:
      'The loop in the runner, as it is since PR #594: the platform hands every call to the runner, which serves OP-TEE ' +
      'messages itself and passes the others to the protection services. A command that is known and not written is a ' +
      '`todo!`, and so VTL0 can stop a core for ever with one message; a service that is not supported answers zero, for ' +
      'done; the answer goes to a page of VTL0, and where it cannot be written the caller is told an error for what was ' +
      'done; a busy application is left to its caller to retry.',
    knobs: snapshot,
    expect: {
      small: {
        verdict: 'violated',
        states: 2064,
        violations: {
          [claims.told]: 4,
          [claims.credited]: 12,
          [claims.panic]: 5,
          [claims.returns]: 14,
          [claims.retry]: 36,
          [claims.handled]: 2,
        },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 83656,
        violations: {
          [claims.told]: 4,
          [claims.credited]: 12,
          [claims.panic]: 5,
          [claims.returns]: 14,
          [claims.retry]: 36,
          [claims.handled]: 2,
        },
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'snapshot-looping-program': {
    story: 'The same, with a trusted application that does not end: nothing takes the core from it.',
    knobs: { ...snapshot, program: 'may-loop' },
    expect: {
      small: {
        verdict: 'violated',
        states: 2064,
        violations: {
          [claims.told]: 4,
          [claims.credited]: 12,
          [claims.panic]: 5,
          [claims.returns]: 14,
          [claims.retry]: 36,
          [claims.handled]: 2,
        },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 83656,
        violations: {
          [claims.told]: 4,
          [claims.credited]: 12,
          [claims.panic]: 5,
          [claims.returns]: 14,
          [claims.retry]: 36,
          [claims.handled]: 2,
        },
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'runner-loop-refuses-unwritten': {
    story: 'Commands that are not written and services that are not supported are refused, as unknown numbers are.',
    knobs: { ...snapshot, unwritten: 'refused', unsupported: 'refused' },
    expect: {
      small: {
        verdict: 'violated',
        states: 1984,
        violations: { [claims.credited]: 12, [claims.retry]: 36 },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 80488,
        violations: { [claims.credited]: 12, [claims.retry]: 36 },
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'runner-loop-keeps-answer-page': {
    story: 'And the page of the answer is kept mapped from the first look at it, so that the answer can be written.',
    knobs: { ...snapshot, unwritten: 'refused', unsupported: 'refused', answer: 'is-written' },
    expect: {
      small: {
        verdict: 'violated',
        states: 1664,
        violations: { [claims.retry]: 36 },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 60074,
        violations: { [claims.retry]: 36 },
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'runner-loop-wakes': {
    story: 'And who finds the application busy is handed the lock in turn.',
    knobs: mended,
    expect: {
      small: { verdict: 'holds', states: 1322, vacuous: ['fairness of runner never mattered'] },
      full: { verdict: 'holds', states: 40208, vacuous: ['fairness of runner never mattered'] },
    },
  },
  'runner-loop-by-reference': {
    story: 'As the one that holds, but the handler reads the parameters where VTL0 has them, each time it needs them.',
    knobs: { ...mended, parameters: 'by-reference' },
    expect: {
      small: {
        verdict: 'violated',
        states: 850,
        violations: { [claims.validated]: 8, [claims.hostile]: 8 },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 19607,
        violations: { [claims.validated]: 8, [claims.hostile]: 8 },
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'runner-loop-busy-found-late': {
    story: 'As the one that holds, but the handler finds out that it is busy when part of its work is done.',
    knobs: { ...mended, busyFound: 'late' },
    expect: {
      small: {
        verdict: 'violated',
        states: 2714,
        violations: { [claims.once]: 18, [claims.credited]: 21 },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 122192,
        violations: { [claims.once]: 18, [claims.credited]: 21 },
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
} as const satisfies Readonly<Record<string, Design<DelegationDesign>>>

const shimDesigns = {
  'shim-method': {
    story:
      'One more function of `EnterShim`, as the review first settled. The platform is given a shim by `run_thread` only, and ' +
      'no thread runs on a core to which VTL0 calls: no message ever finds a shim, which was found infeasible a week later.',
    knobs: { ...shimMethod, absent: 'panics' },
    expect: {
      small: {
        verdict: 'violated',
        states: 104,
        violations: { [claims.there]: 4, [claims.panic]: 5, [claims.returns]: 10, [claims.handled]: 0 },
        asleep: [
          'vtl0.rewrite',
          'handler.find',
          'handler.meetUnwritten',
          'handler.copy',
          'handler.validate',
          'handler.use',
          'handler.lock',
          'handler.queue',
          'handler.takeOver',
          'shim.cannotRun',
          'handler.judge',
          'answer.write',
        ],
        vacuous: [
          "the premise of 'a message whose handler was busy is taken up again in the end(cpu0)' is never reached",
          "the premise of 'a message whose handler was busy is taken up again in the end(cpu1)' is never reached",
          'fairness of runner never mattered',
          'fairness of cpu0 never mattered',
        ],
      },
      full: {
        verdict: 'violated',
        states: 614,
        violations: { [claims.there]: 4, [claims.panic]: 5, [claims.returns]: 10, [claims.handled]: 0 },
        asleep: [
          'vtl0.rewrite',
          'handler.find',
          'handler.meetUnwritten',
          'handler.copy',
          'handler.validate',
          'handler.use',
          'handler.lock',
          'handler.queue',
          'handler.takeOver',
          'shim.cannotRun',
          'handler.judge',
          'answer.write',
        ],
        vacuous: [
          "the premise of 'a message whose handler was busy is taken up again in the end(cpu0)' is never reached",
          "the premise of 'a message whose handler was busy is taken up again in the end(cpu1)' is never reached",
          "the premise of 'a message whose handler was busy is taken up again in the end(cpu2)' is never reached",
          'fairness of runner never mattered',
          'fairness of cpu0 never mattered',
        ],
      },
    },
  },
  'shim-method-refuses': {
    story: 'The same, and a message that finds no shim is refused. Nothing panics, and no message is ever handled.',
    knobs: shimMethod,
    expect: {
      small: {
        verdict: 'violated',
        states: 62,
        violations: { [claims.there]: 4, [claims.handled]: 0 },
        asleep: [
          'vtl0.rewrite',
          'handler.find',
          'handler.meetUnwritten',
          'handler.copy',
          'handler.validate',
          'handler.use',
          'handler.lock',
          'handler.queue',
          'handler.takeOver',
          'shim.cannotRun',
          'handler.judge',
          'answer.write',
        ],
        vacuous: [
          "the premise of 'a message whose handler was busy is taken up again in the end(cpu0)' is never reached",
          "the premise of 'a message whose handler was busy is taken up again in the end(cpu1)' is never reached",
          'fairness of runner never mattered',
        ],
      },
      full: {
        verdict: 'violated',
        states: 242,
        violations: { [claims.there]: 4, [claims.handled]: 0 },
        asleep: [
          'vtl0.rewrite',
          'handler.find',
          'handler.meetUnwritten',
          'handler.copy',
          'handler.validate',
          'handler.use',
          'handler.lock',
          'handler.queue',
          'handler.takeOver',
          'shim.cannotRun',
          'handler.judge',
          'answer.write',
        ],
        vacuous: [
          "the premise of 'a message whose handler was busy is taken up again in the end(cpu0)' is never reached",
          "the premise of 'a message whose handler was busy is taken up again in the end(cpu1)' is never reached",
          "the premise of 'a message whose handler was busy is taken up again in the end(cpu2)' is never reached",
          'fairness of runner never mattered',
        ],
      },
    },
  },
  'shim-method-keeps-pointer': {
    story:
      'The platform keeps the pointer to the shim that ran last, as it keeps `cur_kernel_sp`: the message goes to a shim ' +
      'whose run is over.',
    knobs: { ...shimMethod, afterRun: 'kept' },
    bugs: ['LB-41'],
    expect: {
      small: {
        verdict: 'violated',
        states: 915,
        violations: { [claims.gone]: 5, [claims.handled]: 0 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 22227,
        violations: { [claims.gone]: 5, [claims.handled]: 0 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'shim-method-registered': {
    story:
      'A shim that is registered before the loop starts, and not per run; it answers by itself. That it cannot load a ' +
      'program is what keeps it from serving an OP-TEE message: see the next.',
    knobs: { ...shimMethod, presence: 'registered-first', handler: 'answers' },
    bugs: ['LB-41'],
    expect: {
      small: { verdict: 'holds', states: 1055, asleep: ['handler.findNone'], vacuous: ['fairness of runner never mattered'] },
      full: { verdict: 'holds', states: 28433, asleep: ['handler.findNone'], vacuous: ['fairness of runner never mattered'] },
    },
  },
  'shim-method-must-run': {
    story: 'The registered shim, with messages that need a program to be loaded and run, which a shim cannot do.',
    knobs: { ...shimMethod, presence: 'registered-first' },
    expect: {
      small: {
        verdict: 'violated',
        states: 915,
        violations: { [claims.handled]: 0 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 22227,
        violations: { [claims.handled]: 0 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
} as const satisfies Readonly<Record<string, Design<DelegationDesign>>>

export const delegationDesigns = { ...loopDesigns, ...upcallDesigns, ...shimDesigns }
