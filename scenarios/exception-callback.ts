import { finalWhen, type Scenario, scenario, system } from '../checker/index.ts'
import { callbackRules, callbackThreadCell } from '../model/shim/exception-callback.ts'
import { callbackClaim, callbackProperties } from '../properties/exception-callback.ts'
import type { Claim } from './claim.ts'

export const exceptionCallback: Scenario = scenario({
  name: 'exception-callback',
  story:
    'A guest on Windows faults, or is interrupted, and its thread is diverted to a callback on the host stack. Does the ' +
    'callback find the thread that it is for? Leaves out the window between host and guest.',
  knobs: {
    /** Where the callback of exceptions looks for its thread: on top of its stack, or where `host_sp` points. */
    finds: ['top-of-stack', 'kept-pointer'],
  },
  sizes: { small: {}, full: {} },
  designs: {
    snapshot: {
      story:
        'The callback takes the top of the stack for its thread context, as that of interrupts does; but the handler has put ' +
        'an exception record there. Every exception of a guest goes astray. Pull request 1256.',
      knobs: { finds: 'top-of-stack' },
      expect: {
        small: {
          verdict: 'violated',
          states: 7,
          violations: { 'a callback is handed the context of its own thread': 3 },
          unwitnessed: ['a thread that was diverted is in the shim'],
        },
        full: {
          verdict: 'violated',
          states: 7,
          violations: { 'a callback is handed the context of its own thread': 3 },
          unwitnessed: ['a thread that was diverted is in the shim'],
        },
      },
    },
    'kept-pointer': {
      story: 'The callback takes its thread context from where the kept stack pointer points, as on Linux.',
      knobs: { finds: 'kept-pointer' },
      expect: { small: { verdict: 'holds', states: 7 }, full: { verdict: 'holds', states: 7 } },
    },
  },
  build: (design) =>
    system({
      cells: [callbackThreadCell],
      rules: callbackRules(design),
      properties: callbackProperties,
      final: finalWhen({}, { reads: () => ({ thread: callbackThreadCell }), holds: ({ thread }) => thread.value === 'astray' }),
    }),
})

export const exceptionCallbackClaims: readonly Claim[] = [
  {
    article: 'linux-on-windows',
    quote: "delivers them to the guest's signal handlers",
    scenario: 'exception-callback',
    property: callbackClaim,
  },
]
