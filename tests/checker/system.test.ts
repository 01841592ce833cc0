import { describe, expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { fairnessText } from '../../checker/define/fairness.ts'
import {
  always,
  bound,
  cell,
  finalWhen,
  ModelError,
  onStep,
  type Rule,
  rule,
  type SystemDefinition,
  sometimes,
  strong,
  system,
  weak,
} from '../../checker/index.ts'
import { refusal } from './one-cell.ts'

const toggle = createMachine({
  id: 'toggle',
  initial: 'off',
  states: { off: { on: { TOGGLE: 'on' } }, on: { on: { TOGGLE: 'off' } } },
})
const other = createMachine({ id: 'other', initial: 'off', states: { off: {} } })
const [a, b, c] = [cell('a', toggle), cell('b', toggle), cell('c', toggle)]
const event = { type: 'TOGGLE' } as const

/** A rule of actor `ann` that toggles one cell. */
const toggles = (name: string, it = a): Rule =>
  rule(name, {}, { actor: () => 'ann', sends: () => ({ it }) }).does({ events: () => ({ it: event }) })

/** Builds a system of three cells and one rule, with something changed. */
const build = (definition: Partial<SystemDefinition>) => system({ cells: [a, b, c], rules: [toggles('a.toggle')], ...definition })

/** The footprint of a rule, as a system would be asked to list it. */
const footprint = (sends: object, rest: object = {}): Partial<SystemDefinition> => ({
  rules: [
    rule('a.toggle', {}, { actor: () => 'ann', sends: () => sends as never, ...rest }).does({ events: () => ({}) as never }),
  ],
})

describe('a name is refused', () => {
  test.each(['', 'a b', '.a', '-a', 'a(1)', 'ä', 'a\n'])('of a cell: %j', (name) => {
    expect(() => cell(name, toggle)).toThrow(RangeError)
    expect(() => cell(name, toggle)).toThrow(`cell name ${JSON.stringify(name)}: use letters, digits, '.', '_' and '-'`)
  })

  test.each(['', 'a b', '.a', 'a.', 'a..b', '1a', 'a.1', 'a_b', 'a(1)', 'a,b'])('of a rule: %j', (name) => {
    const message = `rule name ${JSON.stringify(name)}: use dotted words such as 'pageTable.clear'`
    expect(() => rule(name, {}, { actor: () => 'ann', sends: () => ({}) })).toThrow(new RangeError(message))
  })

  test.each(['', ' '])('of a property: %j', (name) => {
    const claim = { reads: () => ({ a }), holds: () => true }
    for (const define of [always, sometimes])
      expect(() => define(name, {}, claim)).toThrow('a property is named by a sentence that a reader can doubt')
  })

  test('but not where it is in order', () => {
    for (const name of ['a', '0', 'tlb.cpu1.page-0', 'A_b']) expect(cell(name, toggle).name).toBe(name)
    for (const name of ['a', 'pageTable.clear', 'x.y-2.z']) expect(toggles(name).name).toBe(name)
  })
})

describe('a system is refused', () => {
  const reads = (it: typeof a) => ({ reads: () => ({ it }), holds: () => true })
  const nowhere = cell('nowhere', toggle)
  const wrong: readonly (readonly [string, Partial<SystemDefinition>, string])[] = [
    ['for a cell that is listed twice', { cells: [a, b, cell('a', toggle)] }, "cell 'a' is listed twice in 'cells'"],
    ['for a rule that is defined twice', { rules: [toggles('r'), toggles('s'), toggles('r', b)] }, "rule 'r' is defined twice"],
    [
      'for a property that is defined twice',
      { properties: [always('p', {}, reads(a)), sometimes('p', {}, reads(b))] },
      "property 'p' is defined twice",
    ],
    ['without a rule', { rules: [] }, 'a system needs at least one step'],
    [
      'without a step',
      { rules: [rule('r', { n: [] }, { actor: () => 'ann', sends: () => ({ a }) }).does({ events: () => ({ a: event }) })] },
      'a system needs at least one step',
    ],
    [
      'for two steps of one label',
      {
        rules: [rule('r', { n: [1, '1'] }, { actor: () => 'ann', sends: () => ({ a }) }).does({ events: () => ({ a: event }) })],
      },
      "step 'r(1)' is defined twice",
    ],
    [
      'for two instances of one label',
      { properties: [always('p', { n: [1] }, reads(a)), always('p(1)', {}, reads(a))] },
      "instance 'p(1)' is defined twice",
    ],
    [
      'for a receiver that is not listed',
      footprint({ it: nowhere }),
      "step 'a.toggle' names cell 'nowhere', which is not in 'cells'",
    ],
    ['for a receiver in a list that is not listed', footprint({ all: [a, nowhere] }), "step 'a.toggle' names cell 'nowhere'"],
    [
      'for a cell that is seen and not listed',
      footprint({ a }, { sees: () => ({ it: nowhere }) }),
      "step 'a.toggle' names cell 'nowhere'",
    ],
    [
      'for a property that reads what is not listed',
      { properties: [always('p', {}, reads(nowhere))] },
      "'p' names cell 'nowhere'",
    ],
    [
      'for an ending that reads what is not listed',
      { final: finalWhen({ n: [1] }, reads(nowhere)) },
      "'final(1)' names cell 'nowhere'",
    ],
    [
      'for an ending without an instance',
      { final: finalWhen({ n: [] }, reads(a)) },
      "'final' has no instance, which would make every state an end",
    ],
    [
      'for a bound that reads what is not listed',
      { bounds: [bound('queue', 2, {}, { reads: () => ({ nowhere }), hit: () => false })] },
      "'queue' names cell 'nowhere'",
    ],
    [
      'for a cell of another machine',
      footprint({ it: cell('a', other) }),
      "step 'a.toggle' names cell 'a' with another machine than the one in 'cells'",
    ],
    [
      'for a cell of another input',
      footprint({ it: cell('a', toggle, { input: 1 as never }) }),
      "step 'a.toggle' names cell 'a' with another input than the one in 'cells'",
    ],
    [
      'for a cell that is sent to twice',
      footprint({ one: a, two: a }),
      "step 'a.toggle' sends to one cell twice: receivers must be distinct",
    ],
    ['for a cell that is sent to twice in a list', footprint({ all: [a, b, a] }), "step 'a.toggle' sends to one cell twice"],
    [
      'for a cell that is sent to by itself and in a list',
      footprint({ one: b, all: [a, b] }),
      "step 'a.toggle' sends to one cell twice",
    ],
    [
      'for a cell that is seen and sent to',
      footprint({ a, b }, { sees: () => ({ it: b }) }),
      "step 'a.toggle' both sees and sends to 'it': list it in 'sends' only, whose cells can be read too",
    ],
    [
      'for a cell that is sent to and seen in a list',
      footprint({ a }, { sees: () => ({ all: [b, a] }) }),
      "step 'a.toggle' both sees and sends to 'all'",
    ],
    ['for one name of two things', footprint({ it: a }, { sees: () => ({ it: b }) }), "step 'a.toggle' uses the name 'it' twice"],
    [
      'for waiting for what is no receiver',
      footprint({ a }, { waitsFor: ['b'] }),
      "step 'a.toggle' waits for 'b', which is no receiver",
    ],
    [
      'for waiting for what is only seen',
      footprint({ a }, { sees: () => ({ b }), waitsFor: ['b'] }),
      "step 'a.toggle' waits for 'b', which is no receiver",
    ],
    [
      'for fairness of a step that does not exist',
      { fairness: [weak({ step: 'a.toggle(1)' })] },
      "fairness names 'a.toggle(1)', which no step belongs to",
    ],
    [
      'for fairness of a rule that does not exist',
      { fairness: [strong({ rule: 'b.toggle' })] },
      "fairness names 'b.toggle', which no step belongs to",
    ],
    [
      'for fairness of an actor that does not exist',
      { fairness: [weak({ actor: 'bob' })] },
      "fairness names 'bob', which no step belongs to",
    ],
    [
      'for fairness of an actor that has environment steps only',
      { ...footprint({ a }, { kind: 'environment' }), fairness: [weak({ actor: 'ann' })] },
      "fairness names 'ann', which no step belongs to",
    ],
    [
      'for a property of the steps of a rule that does not exist',
      { properties: [onStep('p', {}, { on: ['a.toggle', 'b.toggle'], reads: () => ({ a }), holds: () => true })] },
      "property 'p' is asked on rule 'b.toggle', which does not exist",
    ],
  ]
  test.each(wrong)('%s', (_, definition, message) => {
    expect(refusal(() => build(definition))).toContain(message)
  })

  test('but not for naming a cell anew with the same machine and input', () => {
    const counter = createMachine({ context: {}, initial: 'on', states: { on: { on: { TOGGLE: 'on' } } } })
    const named = () => cell('counter', counter, { input: { from: [1] } as never })
    const toggling = rule('counter.toggle', {}, { actor: () => 'ann', sends: () => ({ it: named() }) })
    const built = system({ cells: [named()], rules: [toggling.does({ events: () => ({ it: event }) })] })
    expect(built.steps[0]!.shape.cells).toEqual([0])
  })

  test('but not for seeing one cell under two names', () => {
    const { steps } = build(footprint({ a }, { sees: () => ({ one: b, all: [b, c] }) }))
    expect(steps[0]!.shape).toEqual({
      cells: [0, 1, 2],
      slots: [
        ['a', 0],
        ['one', 1],
        ['all', [1, 2]],
      ],
    })
  })

  test('but not for fairness that names something', () => {
    const fairness = [weak({ step: 'a.toggle' }), strong({ rule: 'a.toggle' }), weak({ actor: 'ann' })]
    expect(build({ fairness }).fairness).toBe(fairness)
  })

  test('with a ModelError', () => {
    expect(() => build({ rules: [] })).toThrow(ModelError)
  })
})

describe('the steps of a system', () => {
  const moves = rule(
    'page.move',
    { core: ['x', 'y'], page: [0, 1, 2], dirty: [true, false] },
    {
      where: ({ page, dirty }) => page !== 1 || dirty,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ it: core === 'x' ? a : b }),
      sees: () => ({ c }),
    },
  ).does({ events: () => ({ it: event }) })
  const ticks = rule(
    'clock.tick',
    {},
    { kind: 'environment', actor: () => 'clock', sends: () => ({ all: [c, a] }), waitsFor: ['all'] },
  )
  const { steps } = build({ rules: [toggles('a.toggle'), moves, ticks.does({ events: () => ({ all: event }) })] })

  test('come rule by rule, the last parameter running fastest, without those that `where` excludes', () => {
    expect(steps.map(({ label }) => label)).toEqual([
      'a.toggle',
      'page.move(x,0,true)',
      'page.move(x,0,false)',
      'page.move(x,1,true)',
      'page.move(x,2,true)',
      'page.move(x,2,false)',
      'page.move(y,0,true)',
      'page.move(y,0,false)',
      'page.move(y,1,true)',
      'page.move(y,2,true)',
      'page.move(y,2,false)',
      'clock.tick',
    ])
    expect(steps.map(({ index }) => index)).toEqual([...steps.keys()])
  })

  test('know their parameters, actor and kind', () => {
    expect(steps[8]!.at).toEqual({ core: 'y', page: 1, dirty: true })
    expect([steps[8]!.actor, steps[8]!.kind]).toEqual(['y', 'program'])
    expect([steps[11]!.actor, steps[11]!.kind]).toEqual(['clock', 'environment'])
  })

  test('list their receivers first, in the order in which they are sent to', () => {
    expect(steps[8]!.shape.cells).toEqual([1, 2])
    expect([steps[8]!.receivers, steps[8]!.heard, steps[8]!.waits]).toEqual([1, 1, [false]])
    expect(steps[11]!.shape.cells).toEqual([2, 0])
    expect([steps[11]!.receivers, steps[11]!.heard, steps[11]!.waits]).toEqual([2, 1, [true, true]])
  })
})

test('the instances of a system come property by property, the last parameter running fastest', () => {
  const pair = { one: ['a', 'b'], two: ['a', 'b'] } as const
  const claim = { where: ({ one, two }: { one: string; two: string }) => one !== two, reads: () => ({ a }), holds: () => true }
  const built = build({
    properties: [
      sometimes('something happens', {}, { reads: () => ({ c }), holds: () => true }),
      always('they differ', pair, claim),
    ],
    final: finalWhen({ n: [1, 2] }, { reads: () => ({ b }), holds: () => true }),
    bounds: [bound('queue', 2, { n: [3] }, { reads: () => ({ c }), hit: () => false })],
  })
  expect(built.instances.map(({ label, owner }) => [label, owner])).toEqual([
    ['something happens', 0],
    ['they differ(a,b)', 1],
    ['they differ(b,a)', 1],
  ])
  expect(built.final!.instances.map(({ label }) => label)).toEqual(['final(1)', 'final(2)'])
  expect(built.bounds[0]!.instances.map(({ label, shape }) => [label, shape.cells])).toEqual([['queue(3)', [2]]])
})

test('fairness is printed by strength, in the order of its definition', () => {
  expect(fairnessText([])).toBe('none')
  expect(fairnessText([strong({ rule: 'lock.acquire' }), weak({ actor: 'cpu0' }), weak({ step: 'futex.wake(1)' })])).toBe(
    'weak: cpu0, futex.wake(1); strong: lock.acquire',
  )
})
