import { finalWhen, type Scenario, type System, scenario, system } from '../checker/index.ts'
import { type CloneTls, childBaseOf, childOf, descriptor, parentOf } from '../model/punchthrough/clone-tls.ts'
import { cloneRules } from '../model/punchthrough/clone-tls-rules.ts'
import { cloneClaimNames, cloneProperties } from '../properties/punchthrough-clone.ts'
import type { Claim } from './claim.ts'

const knobs = {
  /** Whether the call says what the base of the new thread is to be. */
  argument: ['given', 'absent'],
  /** Whether the base may be one that no user may have, or the descriptor one that no host accepts. */
  values: ['of-users', 'any'],
  /** Who reads the descriptor. */
  reader: ['parent', 'child'],
  /** Who sets the base. */
  setter: ['child', 'parent'],
  /** Who finds out that a base cannot be, and what a child does then. */
  check: ['none', 'child-unwraps', 'child-exits', 'parent'],
  /** What the base of a thread is that sets none. */
  fresh: ['zero', 'inherited'],
  children: [1, 2],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ children: count, ...choice }: Choice): System {
  const children = ['child0', 'child1'].slice(0, count)
  const world: CloneTls = { ...choice, children }
  return system({
    cells: [parentOf, descriptor, ...children.flatMap((child) => [childOf(child), childBaseOf(child)])],
    rules: cloneRules(world),
    properties: cloneProperties(world),
    final: finalWhen(
      {},
      {
        reads: () => ({ parent: parentOf, children: children.map(childOf) }),
        holds: ({ parent, children: all }) =>
          parent.value === 'inGuest' &&
          parent.context.children === count &&
          all.every(({ value }) => value !== 'starting' && value !== 'setting'),
      },
    ),
  })
}

const snapshot = {
  argument: 'given',
  values: 'of-users',
  reader: 'parent',
  setter: 'child',
  check: 'none',
  fresh: 'zero',
} as const

export const punchthroughClone: Scenario = scenario({
  name: 'punchthrough-clone',
  story:
    'A guest clones threads and passes the base of their thread-local areas; each new thread sets its own by a ' +
    'punchthrough, after clone may have returned. Does it start with what was passed, and what if that cannot be? ' +
    'Leaves out the rest of clone.',
  knobs,
  sizes: { small: { children: 1 }, full: { children: 2 } },
  designs: {
    snapshot: {
      story:
        'The source: on x86-64 the argument is the base itself, on x86 the parent copies the descriptor before it starts ' +
        'the thread (pull request 470).',
      knobs: snapshot,
      bugs: ['LB-45'],
      expect: { small: { verdict: 'holds', states: 11 }, full: { verdict: 'holds', states: 41 } },
    },
    'descriptor-read-in-child': {
      story: 'x86 before pull request 470: the child follows the pointer, and finds what the memory is used for by then.',
      knobs: { ...snapshot, reader: 'child' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 12, violations: { [cloneClaimNames.passed]: 6 } },
        full: { verdict: 'violated', states: 67, violations: { [cloneClaimNames.passed]: 6 } },
      },
    },
    'set-by-parent': {
      story: 'Linux: the parent sets the base of its child before clone returns, and an error is one of clone.',
      knobs: { ...snapshot, values: 'any', setter: 'parent' },
      expect: { small: { verdict: 'holds', states: 11 }, full: { verdict: 'holds', states: 41 } },
    },
    'snapshot-any-base': {
      story:
        'The source on x86-64 with a base that no user may have: nothing is checked, and the write of a non-canonical ' +
        'base faults in the host. Clone has reported success.',
      knobs: { ...snapshot, values: 'any' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 21, violations: { [cloneClaimNames.stops]: 4, [cloneClaimNames.told]: 4 } },
        full: { verdict: 'violated', states: 141, violations: { [cloneClaimNames.stops]: 4, [cloneClaimNames.told]: 4 } },
      },
    },
    'snapshot-x86-any-descriptor': {
      story:
        'The source on x86 with a descriptor that the host refuses: the new thread panics over the error (`.unwrap()`). ' +
        'On x86-64 so it does after pull request 994 as it was reviewed, where arch_prctl refuses such a base.',
      knobs: { ...snapshot, values: 'any', check: 'child-unwraps' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 21, violations: { [cloneClaimNames.stops]: 4, [cloneClaimNames.told]: 4 } },
        full: { verdict: 'violated', states: 141, violations: { [cloneClaimNames.stops]: 4, [cloneClaimNames.told]: 4 } },
      },
    },
    'checked-and-propagated': {
      story: 'The second remedy of that review: the new thread ends without a panic. Nobody is told; clone has returned.',
      knobs: { ...snapshot, values: 'any', check: 'child-exits' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 21, violations: { [cloneClaimNames.told]: 4 } },
        full: { verdict: 'violated', states: 141, violations: { [cloneClaimNames.told]: 4 } },
      },
    },
    'checked-in-parent': {
      story: 'The first remedy of that review: clone looks at its argument before it starts a thread.',
      knobs: { ...snapshot, values: 'any', check: 'parent' },
      bugs: ['LB-45'],
      expect: { small: { verdict: 'holds', states: 14 }, full: { verdict: 'holds', states: 66 } },
    },
    'snapshot-without-tls': {
      story:
        'The source with a clone that passes no base (no CLONE_SETTLS): both userlands start the thread with a base of ' +
        'zero, where Linux gives it that of its parent.',
      knobs: { ...snapshot, argument: 'absent' },
      expect: {
        small: { verdict: 'violated', states: 6, violations: { [cloneClaimNames.inherited]: 3 } },
        full: { verdict: 'violated', states: 16, violations: { [cloneClaimNames.inherited]: 3 } },
      },
    },
    'inherited-without-tls': {
      story: 'The new thread gets the base of its parent, as on Linux.',
      knobs: { ...snapshot, argument: 'absent', fresh: 'inherited' },
      expect: { small: { verdict: 'holds', states: 6 }, full: { verdict: 'holds', states: 16 } },
    },
  },
  build,
})

export const punchthroughCloneClaims: readonly Claim[] = [
  {
    article: 'punchthrough',
    quote: 'uses SetThreadArea to configure the thread-local storage segment',
    scenario: punchthroughClone.name,
    property: cloneClaimNames.told,
  },
]
