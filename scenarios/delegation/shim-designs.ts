import type { Design } from '../../checker/index.ts'
import type { DelegationDesign } from '../../model/platform/delegation.ts'
import { delegationClaims as claims } from '../../properties/delegation.ts'
import { mended } from './loop-knobs.ts'

const shimMethod: DelegationDesign = { ...mended, shape: 'shim-method', presence: 'per-run' }

export const shimDesigns = {
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
        violations: { [claims.served]: 5, [claims.gone]: 5, [claims.handled]: 0 },
        asleep: ['handler.findNone'],
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 22227,
        violations: { [claims.served]: 5, [claims.gone]: 5, [claims.handled]: 0 },
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
