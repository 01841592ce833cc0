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
      'stack ends the machine. So does every fault of the program; `EnterShim::exception` is never called. No memory for the ' +
      'page and a withheld write panic, and the machine ends for a general reason; no memory for a page table is an error, ' +
      'and the machine ends for an exception.',
    knobs: snapshot,
    expect: {
      small: {
        verdict: 'violated',
        states: 71,
        violations: { [claims.recovered]: 3, [claims.panic]: 3, [claims.program]: 3, [claims.reason]: 4 },
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 3425,
        violations: { [claims.recovered]: 3, [claims.panic]: 3, [claims.program]: 3, [claims.reason]: 4 },
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
        states: 175,
        violations: { [claims.recovered]: 3, [claims.panic]: 3, [claims.program]: 3, [claims.reason]: 4, [claims.stops]: 8 },
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 21265,
        violations: {
          [claims.recovered]: 3,
          [claims.panic]: 3,
          [claims.program]: 3,
          [claims.reason]: 4,
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
        states: 57,
        violations: { [claims.program]: 3 },
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 2821,
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
        states: 48,
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: {
        verdict: 'holds',
        states: 1954,
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
        states: 68,
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: { verdict: 'holds', states: 4066, asleep: ['handler.panic', 'panic.terminate'] },
    },
  },
  'copies-under-lock': {
    story: 'As the mended one, with kernel code that copies guest memory under `vmem`: the handler waits for its own thread.',
    knobs: { ...mended, copies: 'under-lock' },
    expect: {
      small: {
        verdict: 'violated',
        states: 55,
        violations: { [claims.decided]: 2, 'no deadlock': 2 },
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of handler.take(thread0) never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 2374,
        violations: { [claims.decided]: 3, 'no deadlock': 2 },
        asleep: ['handler.panic', 'panic.terminate'],
        vacuous: ['fairness of thread0 never mattered', 'fairness of thread1 never mattered'],
      },
    },
  },
} as const satisfies Readonly<Record<string, Design<FaultDesign>>>
