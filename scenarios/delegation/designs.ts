import type { Design } from '../../checker/index.ts'
import type { DelegationDesign } from '../../model/platform/delegation.ts'
import { delegationClaims as claims } from '../../properties/delegation.ts'
import { mended, snapshot } from './loop-knobs.ts'
import { shimDesigns } from './shim-designs.ts'
import { upcallDesigns } from './upcall-designs.ts'

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
        states: 2408,
        violations: {
          [claims.told]: 4,
          [claims.credited]: 12,
          [claims.panic]: 5,
          [claims.lock]: 10,
          [claims.returns]: 14,
          [claims.retry]: 36,
          [claims.handled]: 2,
        },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 103240,
        violations: {
          [claims.told]: 4,
          [claims.credited]: 12,
          [claims.panic]: 5,
          [claims.lock]: 10,
          [claims.returns]: 14,
          [claims.retry]: 36,
          [claims.handled]: 2,
        },
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'snapshot-looping-program': {
    story:
      'The same, with a trusted application that does not end: nothing takes the core from it. A panic breaks the same claims, ' +
      'and hides what the loop does; `runner-loop-looping-program` has the loop alone.',
    knobs: { ...snapshot, program: 'may-loop' },
    expect: {
      small: {
        verdict: 'violated',
        states: 2580,
        violations: {
          [claims.told]: 4,
          [claims.credited]: 12,
          [claims.panic]: 5,
          [claims.lock]: 10,
          [claims.returns]: 14,
          [claims.retry]: 36,
          [claims.handled]: 2,
        },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 113032,
        violations: {
          [claims.told]: 4,
          [claims.credited]: 12,
          [claims.panic]: 5,
          [claims.lock]: 10,
          [claims.returns]: 14,
          [claims.retry]: 36,
          [claims.handled]: 2,
        },
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'runner-loop-refuses-unwritten': {
    story: 'Commands, system calls and services that are not written are refused, as unknown numbers are: nothing panics.',
    knobs: { ...snapshot, unwritten: 'refused', unsupported: 'refused', programPanic: 'never' },
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
    knobs: { ...snapshot, unwritten: 'refused', unsupported: 'refused', answer: 'is-written', programPanic: 'never' },
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
  'runner-loop-panic-keeps-lock': {
    story:
      'As the one that holds, but a program may panic the kernel by a system call that is a `todo!`. Its core holds the lock ' +
      'for ever, and no other core ever gets to the application.',
    knobs: { ...mended, programPanic: 'keeps-lock' },
    expect: {
      small: {
        verdict: 'violated',
        states: 1586,
        violations: {
          [claims.panic]: 9,
          [claims.lock]: 10,
          [claims.returns]: 18,
          [claims.retry]: 17,
          [claims.handled]: 9,
          'no deadlock': 16,
        },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 51596,
        violations: {
          [claims.panic]: 9,
          [claims.lock]: 10,
          [claims.returns]: 18,
          [claims.retry]: 23,
          [claims.handled]: 9,
          'no deadlock': 22,
        },
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'runner-loop-panic-poisons-lock': {
    story: 'The same with a lock that is poisoned by the panic: others are refused, and told so.',
    knobs: { ...mended, programPanic: 'poisons-lock' },
    expect: {
      small: {
        verdict: 'violated',
        states: 1634,
        violations: { [claims.panic]: 9, [claims.returns]: 18, [claims.handled]: 9 },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 56444,
        violations: { [claims.panic]: 9, [claims.returns]: 18, [claims.handled]: 9 },
        vacuous: ['fairness of runner never mattered'],
      },
    },
  },
  'runner-loop-looping-program': {
    story:
      'As the one that holds, with a trusted application that does not end. Its core never returns to VTL0, and who waits for ' +
      'the application waits for ever.',
    knobs: { ...mended, program: 'may-loop' },
    expect: {
      small: {
        verdict: 'violated',
        states: 1454,
        violations: { [claims.returns]: 10, [claims.retry]: 16, [claims.handled]: 9, 'no deadlock': 15 },
        vacuous: ['fairness of runner never mattered'],
      },
      full: {
        verdict: 'violated',
        states: 45902,
        violations: { [claims.returns]: 10, [claims.retry]: 16, [claims.handled]: 9, 'no deadlock': 21 },
        vacuous: ['fairness of runner never mattered'],
      },
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

export const delegationDesigns = { ...loopDesigns, ...upcallDesigns, ...shimDesigns }
