import { finalWhen, type Scenario, type System, scenario, system } from '../checker/index.ts'
import { dutiesOf, handlerOf, interrupterCell, placeOf, threadOf } from '../model/shim/exception-slot.ts'
import { slotRules } from '../model/shim/exception-slot-rules.ts'
import { slotClaims, slotProperties } from '../properties/exception-slot.ts'
import type { Claim } from './claim.ts'

const knobs = {
  /** What the handler makes of a slot that is null: a state; a thread that is none of its; or one whose faults it can recover. */
  handler: ['unchecked', 'gives-up', 'recovers'],
  /** Whether a task is dropped before the slot of its thread is cleared, or after. */
  task: ['after-slot', 'before-slot'],
  /** Whether the handle of a thread is cleared before its state is gone, or after. */
  handle: ['before-state', 'after-state'],
  threads: [1, 2],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ threads, ...design }: Choice): System {
  const managed = ['thread0', 'thread1'].slice(0, threads)
  const world = { managed, others: ['other'] }
  const end = dutiesOf(design).length
  return system({
    cells: [
      interrupterCell,
      ...managed.map(threadOf),
      ...[...managed, ...world.others].flatMap((thread) => [placeOf(thread), handlerOf(thread)]),
    ],
    rules: slotRules(world, design),
    properties: slotProperties(world, design),
    final: finalWhen(
      {},
      {
        reads: () => ({ lives: managed.map(threadOf), handlers: [...managed, ...world.others].map(handlerOf) }),
        holds: ({ lives, handlers }) =>
          lives.every(({ context }) => context.done === end) ||
          handlers.some(({ value }) => value === 'recursing' || value === 'passed'),
      },
    ),
  })
}

const snapshot = { handler: 'unchecked', task: 'after-slot', handle: 'before-state' } as const

export const exceptionSlot: Scenario = scenario({
  name: 'exception-slot',
  story:
    'On Windows one exception handler serves every thread of the process, and finds what LiteBox knows of a thread in a ' +
    'thread-local slot. Is there always something to find? Leaves out exceptions of the guest.',
  knobs,
  sizes: { small: { threads: 1 }, full: { threads: 2 } },
  designs: {
    snapshot: {
      story:
        'A thread clears its slot and drops its task then, whose last writes to guest memory may fault; the handler takes the ' +
        'null in the slot for a state, faults itself, and is called for that. The same on a thread that never ran a guest.',
      knobs: snapshot,
      expect: {
        small: {
          verdict: 'violated',
          states: 40,
          violations: { 'the exception handler does not fault itself, on whatever thread': 3 },
        },
        full: {
          verdict: 'violated',
          states: 460,
          violations: { 'the exception handler does not fault itself, on whatever thread': 3 },
        },
      },
    },
    'null-gives-up': {
      story: 'The handler leaves a thread without a state to other handlers; nobody recovers the last writes of a task.',
      knobs: { ...snapshot, handler: 'gives-up' },
      expect: {
        small: {
          verdict: 'violated',
          states: 27,
          violations: { 'a fault in an access to guest memory that may fail is recovered': 8 },
        },
        full: {
          verdict: 'violated',
          states: 307,
          violations: { 'a fault in an access to guest memory that may fail is recovered': 8 },
        },
      },
    },
    'task-dropped-first': {
      story: 'The task is dropped while the slot is set; a thread that never ran a guest still has none.',
      knobs: { ...snapshot, task: 'before-slot' },
      expect: {
        small: {
          verdict: 'violated',
          states: 43,
          violations: { 'the exception handler does not fault itself, on whatever thread': 3 },
        },
        full: {
          verdict: 'violated',
          states: 448,
          violations: { 'the exception handler does not fault itself, on whatever thread': 3 },
        },
      },
    },
    'task-dropped-first-null-gives-up': {
      story: 'Both.',
      knobs: { ...snapshot, handler: 'gives-up', task: 'before-slot' },
      expect: { small: { verdict: 'holds', states: 29 }, full: { verdict: 'holds', states: 299 } },
    },
    'null-recovers': {
      story: 'The handler looks into its table of accesses that may fail without asking for a state.',
      knobs: { ...snapshot, handler: 'recovers' },
      expect: { small: { verdict: 'holds', states: 25 }, full: { verdict: 'holds', states: 259 } },
    },
    'handle-cleared-last': {
      story: 'A thread whose handle outlives its state: who interrupts it reads a stack that is gone.',
      knobs: { ...snapshot, handler: 'recovers', handle: 'after-state' },
      expect: {
        small: {
          verdict: 'violated',
          states: 31,
          violations: {
            'who interrupts a thread reads its state only while there is one': 7,
            'a handle is set only while the slot is, and the slot only while there is a state': 4,
          },
        },
        full: {
          verdict: 'violated',
          states: 319,
          violations: {
            'who interrupts a thread reads its state only while there is one': 7,
            'a handle is set only while the slot is, and the slot only while there is a state': 4,
          },
        },
      },
    },
  },
  build,
})

export const exceptionSlotClaims: readonly Claim[] = [
  {
    article: 'linux-on-windows',
    quote: 'A custom vectored exception handler [...] intercepts Windows page-fault exceptions',
    scenario: 'exception-slot',
    property: slotClaims.handler,
  },
  {
    article: 'linux-on-windows',
    quote: 'page faults are caught by the vectored exception handler',
    scenario: 'exception-slot',
    property: slotClaims.recovered,
  },
]
