import { type Scenario, type System, scenario, strong, system, weak } from '../checker/index.ts'
import { type FsBaseWorld, flagOf, fsThreadOf, keptOf, registerOf, sliceOf } from '../model/platform/fs-base.ts'
import { faultRules } from '../model/platform/fs-base-faults.ts'
import { fsBaseRules } from '../model/platform/fs-base-rules.ts'
import { fsBaseClaimNames, fsBaseProperties } from '../properties/fs-base.ts'
import type { Claim } from './claim.ts'

const knobs = {
  /** Which faults the exception handler takes for the work of the scheduler. */
  detection: ['zero-but-kept', 'zero', 'differs', 'none'],
  /** How it repairs a cleared base. */
  repair: ['through-entry', 'in-place'],
  /** Whether an entry looks at the interrupt flag. */
  entryCheck: ['none', 'after-announcing'],
  /** Whether the way out of the guest keeps what it finds in the register. */
  capture: ['never', 'always', 'unless-zero'],
  /** Whether guests write their base by an instruction, too. */
  writes: ['by-request', 'by-instruction-too'],
  /** Whether guests use FS in ways that do not fault when the base is zero. */
  accesses: ['faulting', 'silent-too'],
  interrupts: ['none', 'any'],
  /**
   * What the scheduler owes a thread: now and then a slice that is long enough for what it has begun; no more than that an
   * instruction runs at last which could run again and again; or nothing.
   */
  scheduler: ['long-slices', 'runs-instructions', 'at-will'],
  threads: [1, 2],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ threads: count, scheduler, ...choice }: Choice): System {
  const threads = ['thread0', 'thread1'].slice(0, count)
  const world: FsBaseWorld = { ...choice, threads, slices: scheduler === 'long-slices' ? 'long-too' : 'short' }
  return system({
    cells: threads.flatMap((thread) => [fsThreadOf(thread), registerOf(thread), keptOf(thread), sliceOf(thread), flagOf(thread)]),
    rules: [...fsBaseRules(world), ...faultRules(world)],
    properties: fsBaseProperties(world),
    fairness: [
      // A thread that is alone is never starved: nobody else can go on for ever without it.
      ...(threads.length > 1 ? threads.map((actor) => weak({ actor })) : []),
      ...(scheduler === 'long-slices' ? threads.map((thread) => weak({ step: `scheduler.letRun(${thread})` })) : []),
      ...(scheduler === 'runs-instructions'
        ? threads.flatMap((thread) => [strong({ step: `guest.access(${thread})` }), strong({ step: `handler.raise(${thread})` })])
        : []),
    ],
  })
}

/** The source, with guests that never write their base themselves, and nobody who interrupts them. */
const snapshot = {
  detection: 'zero-but-kept',
  repair: 'through-entry',
  entryCheck: 'none',
  capture: 'never',
  writes: 'by-request',
  accesses: 'faulting',
  interrupts: 'none',
  scheduler: 'long-slices',
} as const
/** The snapshot with interrupts and an entry that does not lose them. */
const mended = { ...snapshot, interrupts: 'any', entryCheck: 'after-announcing' } as const

export const fsBase: Scenario = scenario({
  name: 'fs-base',
  story:
    'Windows clears the FS base whenever it switches threads, and the exception handler of LiteBox puts it back when a ' +
    'guest faults for the want of it. Does every guest keep its base, get its own faults and no others, and get on? ' +
    'Leaves out the other registers and what is behind the base.',
  knobs,
  sizes: { small: { threads: 1 }, full: { threads: 2 } },
  designs: {
    snapshot: {
      story:
        'The source: a fault with a zero base and another one kept goes the way of an interrupt, which restores the base ' +
        'and tries again. Guests set their base by arch_prctl only. They get on if now and then a slice lasts from ' +
        'wherever the thread is to the end of the access, or to the signal for its fault.',
      knobs: snapshot,
      expect: { small: { verdict: 'holds', states: 156 }, full: { verdict: 'holds', states: 24336 } },
    },
    'snapshot-instructions-run': {
      story:
        'The same under a scheduler that lets an instruction run at last which could run again and again. It is not ' +
        'enough: the base can be cleared every time between the entry that restores it and the jump to the guest, and ' +
        'then the access never could run.',
      knobs: { ...snapshot, scheduler: 'runs-instructions' },
      expect: {
        small: { verdict: 'violated', states: 78, violations: { [fsBaseClaimNames.access]: 19, [fsBaseClaimNames.fault]: 18 } },
        full: { verdict: 'violated', states: 6084, violations: { [fsBaseClaimNames.access]: 27, [fsBaseClaimNames.fault]: 26 } },
      },
    },
    'snapshot-scheduled-at-will': {
      story:
        'The same under a scheduler that owes nothing but that every thread runs: it may clear the base between every ' +
        'entry and the access, and between every fault and the look at the register. Nothing counts the retries.',
      knobs: { ...snapshot, scheduler: 'at-will' },
      expect: {
        small: { verdict: 'violated', states: 78, violations: { [fsBaseClaimNames.access]: 18, [fsBaseClaimNames.fault]: 18 } },
        full: { verdict: 'violated', states: 6084, violations: { [fsBaseClaimNames.access]: 26, [fsBaseClaimNames.fault]: 26 } },
      },
    },
    'snapshot-interrupted': {
      story:
        'The same with another thread that interrupts: it sets the flag of a thread that is not in its guest, for an ' +
        'entry that never looks. The repair is one more way into that gap.',
      knobs: { ...snapshot, interrupts: 'any' },
      bugs: ['LB-15'],
      expect: {
        small: {
          verdict: 'violated',
          states: 338,
          violations: { [fsBaseClaimNames.interrupted]: 4, [fsBaseClaimNames.posted]: 6 },
        },
        full: {
          verdict: 'violated',
          states: 114244,
          violations: { [fsBaseClaimNames.interrupted]: 4, [fsBaseClaimNames.posted]: 14 },
        },
      },
    },
    'entry-checked': {
      story: 'The entry looks at the flag after it has said that the thread is in its guest (pull request 1336).',
      knobs: mended,
      bugs: ['LB-15'],
      expect: { small: { verdict: 'holds', states: 344 }, full: { verdict: 'holds', states: 118336 } },
    },
    'repaired-in-place': {
      story:
        'With that entry, what the comment in the handler warns of: to write the base and return from there loses an ' +
        'interrupt that came while the handler ran.',
      knobs: { ...mended, repair: 'in-place' },
      expect: {
        small: {
          verdict: 'violated',
          states: 395,
          violations: { [fsBaseClaimNames.interrupted]: 17, [fsBaseClaimNames.posted]: 23 },
        },
        full: {
          verdict: 'violated',
          states: 156025,
          violations: { [fsBaseClaimNames.interrupted]: 17, [fsBaseClaimNames.posted]: 33 },
        },
      },
    },
    'repaired-in-place-uninterrupted': {
      story: 'Where nobody interrupts, repairing on the spot is as good.',
      knobs: { ...snapshot, repair: 'in-place' },
      expect: { small: { verdict: 'holds', states: 124 }, full: { verdict: 'holds', states: 15376 } },
    },
    'never-repaired': {
      story: 'Every fault goes to the guest: it gets signals for what the scheduler did.',
      knobs: { ...snapshot, detection: 'none' },
      expect: {
        small: {
          verdict: 'violated',
          states: 112,
          violations: { [fsBaseClaimNames.alarm]: 14 },
          vacuous: ['fairness of scheduler.letRun(thread0) never mattered'],
        },
        full: { verdict: 'violated', states: 12544, violations: { [fsBaseClaimNames.alarm]: 14 } },
      },
    },
    'zero-is-enough': {
      story:
        'A handler that does not look whether a base is kept at all: a guest that has never set one faults for ever and ' +
        'is never told.',
      knobs: { ...snapshot, detection: 'zero' },
      expect: {
        small: { verdict: 'violated', states: 162, violations: { [fsBaseClaimNames.fault]: 12 } },
        full: { verdict: 'violated', states: 26244, violations: { [fsBaseClaimNames.fault]: 16 } },
      },
    },
    'any-difference-counts': {
      story: 'A handler that compares the register with the kept base: as good, where guests set their base by request only.',
      knobs: { ...snapshot, detection: 'differs' },
      expect: { small: { verdict: 'holds', states: 156 }, full: { verdict: 'holds', states: 24336 } },
    },
    'snapshot-wrfsbase': {
      story:
        'The source with guests that write their base by the instruction, which nothing in user mode prevents: the next ' +
        'entry restores an older one, and where none is kept a cleared base is a fault of the guest.',
      knobs: { ...snapshot, writes: 'by-instruction-too' },
      expect: {
        small: {
          verdict: 'violated',
          states: 373,
          violations: { [fsBaseClaimNames.alarm]: 9, [fsBaseClaimNames.kept]: 9, [fsBaseClaimNames.astray]: 20 },
        },
        full: {
          verdict: 'violated',
          states: 139129,
          violations: { [fsBaseClaimNames.alarm]: 9, [fsBaseClaimNames.kept]: 9, [fsBaseClaimNames.astray]: 20 },
        },
      },
    },
    'captured-at-every-exit': {
      story: 'Every way out keeps what it finds in the register, as Linux userland does for a system call: it keeps zeros.',
      knobs: { ...snapshot, capture: 'always' },
      expect: {
        small: { verdict: 'violated', states: 178, violations: { [fsBaseClaimNames.alarm]: 14, [fsBaseClaimNames.kept]: 15 } },
        full: { verdict: 'violated', states: 31684, violations: { [fsBaseClaimNames.alarm]: 14, [fsBaseClaimNames.kept]: 15 } },
      },
    },
    'wrfsbase-captured-unless-zero': {
      story:
        'Every way out keeps what it finds unless it is zero. What the scheduler has cleared before that is lost: no ' +
        'way out comes early enough, and such an instruction must be rewritten as the system call is.',
      knobs: { ...snapshot, writes: 'by-instruction-too', capture: 'unless-zero' },
      expect: {
        small: {
          verdict: 'violated',
          states: 356,
          violations: { [fsBaseClaimNames.alarm]: 9, [fsBaseClaimNames.kept]: 10, [fsBaseClaimNames.astray]: 20 },
        },
        full: {
          verdict: 'violated',
          states: 126736,
          violations: { [fsBaseClaimNames.alarm]: 9, [fsBaseClaimNames.kept]: 10, [fsBaseClaimNames.astray]: 20 },
        },
      },
    },
    'snapshot-silent-accesses': {
      story:
        'The source with guests that read the base itself or use offsets so large that they reach mapped memory from ' +
        'address zero: a cleared base goes unnoticed, because nothing faults.',
      knobs: { ...snapshot, accesses: 'silent-too' },
      expect: {
        small: { verdict: 'violated', states: 291, violations: { [fsBaseClaimNames.astray]: 12 } },
        full: { verdict: 'violated', states: 84681, violations: { [fsBaseClaimNames.astray]: 12 } },
      },
    },
  },
  build,
})

export const fsBaseClaims: readonly Claim[] = [
  {
    article: 'linux-on-windows',
    quote: "This handler also restores the guest's FS base register when the Windows scheduler clears it",
    scenario: fsBase.name,
    property: fsBaseClaimNames.alarm,
  },
  {
    article: 'linux-on-windows',
    quote: 'intercepts Windows page-fault exceptions and converts them into Linux-style signals',
    scenario: fsBase.name,
    property: fsBaseClaimNames.fault,
  },
  {
    article: 'linux-on-windows',
    quote: 'LiteBox emulates this by storing THREAD_FS_BASE per-thread in Windows TLS',
    scenario: fsBase.name,
    property: fsBaseClaimNames.kept,
  },
  {
    article: 'linux-on-windows',
    quote: 'ensuring thread-local storage remains consistent after Windows interrupts the thread',
    scenario: fsBase.name,
    property: fsBaseClaimNames.astray,
  },
]
