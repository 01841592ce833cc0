import type { Design } from '../../checker/index.ts'
import type { FaultDesign } from '../../model/platform/snp-fault.ts'
import { snpFaultClaims as claims } from '../../properties/snp-faults.ts'

const snapshot: FaultDesign = {
  lookup: 'access-errors',
  delivery: 'terminate',
  unmendable: 'panics',
  copies: 'outside-lock',
  host: 'ends-machine',
  refusal: 'panics',
}
const mended: FaultDesign = {
  ...snapshot,
  lookup: 'all-errors',
  delivery: 'signal',
  unmendable: 'is-an-error',
  refusal: 'halts',
}

export const snpFaultDesigns = {
  snapshot: {
    story:
      'The handler as it is. The exception table is searched for access errors only: a copy that touches the gap under a ' +
      'stack ends the machine. So does every fault of the program; `EnterShim::exception` is never called. No memory and a ' +
      'withheld write panic, and the machine ends for a general reason.',
    knobs: snapshot,
    expect: {
      small: {
        verdict: 'violated',
        states: 59,
        violations: { [claims.recovered]: 3, [claims.panic]: 3, [claims.program]: 3, [claims.reason]: 5 },
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 2222,
        violations: { [claims.recovered]: 3, [claims.panic]: 3, [claims.program]: 3, [claims.reason]: 5, 'no deadlock': 5 },
        vacuous: ['fairness of thread0 never mattered', 'fairness of thread1 never mattered'],
      },
    },
  },
  'snapshot-refused': {
    story:
      'The same under a host that comes back from the request to end the machine: `unreachable!` panics, the panic asks ' +
      'again, and so on.',
    knobs: { ...snapshot, host: 'may-refuse' },
    expect: {
      small: {
        verdict: 'violated',
        states: 133,
        violations: { [claims.recovered]: 3, [claims.panic]: 3, [claims.program]: 3, [claims.reason]: 5, [claims.stops]: 8 },
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 11380,
        violations: {
          [claims.recovered]: 3,
          [claims.panic]: 3,
          [claims.program]: 3,
          [claims.reason]: 5,
          [claims.decided]: 8,
          [claims.stops]: 8,
        },
      },
    },
  },
  'all-errors-searched': {
    story: 'The exception table is searched for every error, and nothing in the handler panics.',
    knobs: { ...snapshot, lookup: 'all-errors', unmendable: 'is-an-error' },
    expect: {
      small: {
        verdict: 'violated',
        states: 47,
        violations: { [claims.program]: 3 },
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 1904,
        violations: { [claims.program]: 3 },
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of thread1 never mattered'],
      },
    },
  },
  mended: {
    story: 'And a fault of the program is its signal.',
    knobs: mended,
    expect: {
      small: {
        verdict: 'holds',
        states: 40,
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: {
        verdict: 'holds',
        states: 1355,
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of thread1 never mattered'],
      },
    },
  },
  'mended-refused': {
    story: 'The same under the host that comes back: the thread halts, as the comment says.',
    knobs: { ...mended, host: 'may-refuse' },
    expect: {
      small: {
        verdict: 'holds',
        states: 56,
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: { verdict: 'holds', states: 2731, asleep: ['handler.panic', 'panic.terminate'] },
    },
  },
  'copies-under-lock': {
    story: 'As the mended one, with kernel code that copies guest memory under `vmem`: the handler waits for its own thread.',
    knobs: { ...mended, copies: 'under-lock' },
    expect: {
      small: {
        verdict: 'violated',
        states: 46,
        violations: { [claims.decided]: 2, 'no deadlock': 2 },
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 1655,
        violations: { [claims.decided]: 3, 'no deadlock': 2 },
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of thread1 never mattered'],
      },
    },
  },
} as const satisfies Readonly<Record<string, Design<FaultDesign>>>
