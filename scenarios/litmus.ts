import { type Design, type Expectation, type Scenario, scenario, system } from '../checker/index.ts'
import { type MemoryOrder, memory } from '../model/platform/memory-order.ts'
import { coreOf, exchange, fence, load, type Programs, programRules, store } from '../model/platform/memory-order-program.ts'
import { word } from '../model/platform/shared-word.ts'
import { litmusEnding, litmusProperties, type Outcome } from '../properties/litmus.ts'

const x = word<number>('x', 0)
const y = word<number>('y', 0)
/** Words that each belong to one core, for a locked instruction that serves as a fence. */
const [own0, own1] = [word<number>('own0', 0), word<number>('own1', 0)]

/** A litmus test: programs, and an outcome that no interleaving of them explains. */
export interface LitmusTest {
  readonly story: string
  readonly programs: Programs
  readonly relaxed: Outcome
}

/** The tests by their usual names; `sb` is store buffering, `mp` message passing, `lb` load buffering. */
export const litmusTests = {
  sb: {
    story: 'Store buffering: both cores miss the other store. This is how a wake-up gets lost.',
    programs: { cpu0: [store(x, 1), load(y, 'r0')], cpu1: [store(y, 1), load(x, 'r1')] },
    relaxed: { r0: 0, r1: 0 },
  },
  'sb-fences': {
    story: 'Store buffering with a full fence on both cores.',
    programs: { cpu0: [store(x, 1), fence, load(y, 'r0')], cpu1: [store(y, 1), fence, load(x, 'r1')] },
    relaxed: { r0: 0, r1: 0 },
  },
  'sb-one-fence': {
    story: 'Store buffering with a full fence on one core only.',
    programs: { cpu0: [store(x, 1), fence, load(y, 'r0')], cpu1: [store(y, 1), load(x, 'r1')] },
    relaxed: { r0: 0, r1: 0 },
  },
  'sb-exchanges': {
    story: 'Store buffering with locked instructions in place of the stores.',
    programs: { cpu0: [exchange(x, 1, 'r2'), load(y, 'r0')], cpu1: [exchange(y, 1, 'r3'), load(x, 'r1')] },
    relaxed: { r0: 0, r1: 0 },
  },
  'sb-exchanges-as-fences': {
    story: 'Store buffering with a locked instruction on a third word between the store and the load.',
    programs: {
      cpu0: [store(x, 1), exchange(own0, 1, 'r2'), load(y, 'r0')],
      cpu1: [store(y, 1), exchange(own1, 1, 'r3'), load(x, 'r1')],
    },
    relaxed: { r0: 0, r1: 0 },
  },
  'sb-one-exchange': {
    story: 'Store buffering with a locked instruction on one core only: the waiter announces itself so, its waker does not.',
    programs: { cpu0: [exchange(x, 1, 'r2'), load(y, 'r0')], cpu1: [store(y, 1), load(x, 'r1')] },
    relaxed: { r0: 0, r1: 0 },
  },
  'sb-forwarding': {
    story: 'Store buffering in which each core first reads its own store: it sees it early.',
    programs: {
      cpu0: [store(x, 1), load(x, 'r0'), load(y, 'r1')],
      cpu1: [store(y, 1), load(y, 'r2'), load(x, 'r3')],
    },
    relaxed: { r0: 1, r1: 0, r2: 1, r3: 0 },
  },
  n6: {
    story: 'Store forwarding: a core reads its own store, misses an earlier one of the other core, and is overwritten last.',
    programs: { cpu0: [store(x, 1), load(x, 'r0'), load(y, 'r1')], cpu1: [store(y, 2), store(x, 2)] },
    relaxed: { r0: 1, r1: 0, x: 1 },
  },
  mp: {
    story: 'Message passing: the flag is seen and the data is not.',
    programs: { cpu0: [store(x, 1), store(y, 1)], cpu1: [load(y, 'r0'), load(x, 'r1')] },
    relaxed: { r0: 1, r1: 0 },
  },
  lb: {
    story: 'Load buffering: each core reads what the other stores later.',
    programs: { cpu0: [load(x, 'r0'), store(y, 1)], cpu1: [load(y, 'r1'), store(x, 1)] },
    relaxed: { r0: 1, r1: 1 },
  },
  iriw: {
    story: 'Independent reads of independent writes: two readers disagree about the order of two stores.',
    programs: {
      cpu0: [store(x, 1)],
      cpu1: [store(y, 1)],
      cpu2: [load(x, 'r0'), load(y, 'r1')],
      cpu3: [load(y, 'r2'), load(x, 'r3')],
    },
    relaxed: { r0: 1, r1: 0, r2: 1, r3: 0 },
  },
  r: {
    story: 'A store that is overwritten last, by a core that still misses what was stored before it.',
    programs: { cpu0: [store(x, 1), store(y, 1)], cpu1: [store(y, 2), load(x, 'r0')] },
    relaxed: { r0: 0, y: 2 },
  },
  '2-plus-2w': {
    story: 'Two stores on each core, crossed: the first of each survives.',
    programs: { cpu0: [store(x, 1), store(y, 2)], cpu1: [store(y, 1), store(x, 2)] },
    relaxed: { x: 1, y: 1 },
  },
} as const satisfies Record<string, LitmusTest>

type TestName = keyof typeof litmusTests
const names = Object.keys(litmusTests) as TestName[]

interface Answer {
  /** States under each order. */
  readonly sc: number
  readonly tso: number
  /** Steps to the relaxed outcome, where TSO allows it. */
  readonly allowedIn?: number
}

const answers: Readonly<Record<TestName, Answer>> = {
  sb: { sc: 13, tso: 34, allowedIn: 6 },
  'sb-fences': { sc: 22, tso: 31 },
  'sb-one-fence': { sc: 17, tso: 34, allowedIn: 7 },
  'sb-exchanges': { sc: 13, tso: 13 },
  'sb-exchanges-as-fences': { sc: 22, tso: 31 },
  'sb-one-exchange': { sc: 13, tso: 22, allowedIn: 5 },
  'sb-forwarding': { sc: 22, tso: 62, allowedIn: 8 },
  n6: { sc: 19, tso: 54, allowedIn: 8 },
  mp: { sc: 13, tso: 23 },
  lb: { sc: 13, tso: 22 },
  iriw: { sc: 97, tso: 164 },
  r: { sc: 13, tso: 39, allowedIn: 7 },
  '2-plus-2w': { sc: 13, tso: 42 },
}

const expected = (test: TestName, order: MemoryOrder): Expectation => {
  const { [order]: states, allowedIn } = answers[test]
  if (order === 'sc' || allowedIn === undefined) return { verdict: 'holds', states }
  return { verdict: 'violated', states, violations: { 'the relaxed outcome is never observed': allowedIn } }
}

type LitmusDesign = Design<{ readonly test: TestName; readonly memory: MemoryOrder }>

const designs: Readonly<Record<string, LitmusDesign>> = Object.fromEntries(
  names.flatMap((test) =>
    (['sc', 'tso'] as const).map((order): [string, LitmusDesign] => [
      `${test}-${order}`,
      { story: litmusTests[test].story, knobs: { test, memory: order }, expect: { small: expected(test, order) } },
    ]),
  ),
)

export const litmus: Scenario = scenario({
  name: 'litmus',
  story:
    'Does the memory of the models allow exactly what x86-TSO allows, and nothing but interleavings under sequential ' +
    'consistency? Two to four cores run a handful of instructions each. Leaves out everything of LiteBox.',
  knobs: { test: names, memory: ['sc', 'tso'] },
  sizes: { small: {}, full: {} },
  designs,
  build: ({ test, memory: order }) => {
    const { programs, relaxed }: LitmusTest = litmusTests[test]
    const cores = Object.keys(programs)
    const shared = memory({
      order,
      cores: cores.filter((core) => programs[core]!.some(({ does }) => does === 'store')),
      words: [x, y, own0, own1],
      // One entry more than any core stores: the bound is never hit.
      capacity: 3,
    })
    return system({
      cells: [...cores.map(coreOf), ...shared.cells],
      rules: [...programRules(programs, shared), ...shared.rules],
      properties: litmusProperties(programs, shared, [x, y], relaxed),
      final: litmusEnding(programs),
      bounds: shared.bounds,
    })
  },
})
