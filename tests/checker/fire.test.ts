import { describe, expect, test } from 'vitest'
import { assign, createMachine } from 'xstate'
import { always, cell, onStep, rule, system } from '../../checker/index.ts'
import { type Outcome, Semantics } from '../../checker/semantics/semantics.ts'
import { refusal } from './one-cell.ts'

const machine = createMachine({
  context: { heard: '' },
  initial: 'open',
  states: {
    open: {
      on: {
        SAY: { actions: assign({ heard: ({ event }) => (event as unknown as { word: string }).word }) },
        CLOSE: 'closed',
      },
    },
    closed: {},
  },
})
const [a, b, c, d] = [cell('a', machine), cell('b', machine), cell('c', machine), cell('d', machine)]
const say = (word: string) => ({ type: 'SAY', word })

interface Body {
  readonly sends: object
  readonly waitsFor?: readonly string[]
  readonly when?: Readonly<Record<string, (view: never) => unknown>>
  readonly events: (view: never) => unknown
}

/** What a step does where the cells named in `closed` are closed. */
function fire({ events, when, ...footprint }: Body, closed: readonly string[] = []): Outcome {
  const tested = rule('test.fire', { n: [7] }, { actor: () => 'test', ...footprint } as never)
  const closes = rule('test.close', {}, { actor: () => 'test', sends: () => ({ d }) })
  const semantics = new Semantics(
    system({
      cells: [a, b, c, d],
      rules: [tested.does({ when, events } as never), closes.does({ events: () => ({ d: { type: 'CLOSE' } }) })],
    }),
  )
  const [step, close] = semantics.system.steps
  const open = semantics.initial()[3]!
  const closing = semantics.fire(close!, [open])
  const shut = closing.kind === 'taken' ? closing.writes[0]! : open
  const locals = step!.shape.cells.map((at) => (closed.includes(semantics.system.cells[at]!.name) ? shut : open))
  return semantics.fire(step!, locals)
}

const written = (outcome: Outcome): unknown =>
  outcome.kind === 'taken' ? outcome.writes.map(({ context }) => (context as { heard: string }).heard) : outcome

describe('a step whose guard holds', () => {
  test('writes its receivers in the order in which they are sent to', () => {
    const sends = () => ({ late: d, early: a })
    expect(written(fire({ sends, events: () => ({ early: say('first'), late: say('last') }) } as never))).toEqual([
      'last',
      'first',
    ])
  })

  test('gives a broadcast one event all together', () => {
    expect(written(fire({ sends: () => ({ all: [c, a, b] }), events: () => ({ all: say('hi') }) }))).toEqual(['hi', 'hi', 'hi'])
  })

  test('or one each, in the order of the list', () => {
    const events = () => ({ all: ['to c', 'to a', 'to b'].map(say) })
    expect(written(fire({ sends: () => ({ all: [c, a, b] }), events }))).toEqual(['to c', 'to a', 'to b'])
  })

  test('may broadcast to nobody', () => {
    expect(written(fire({ sends: () => ({ a, all: [] }), events: () => ({ a: say('hi'), all: [] }) }))).toEqual(['hi'])
  })

  test('computes its events from what was before, for all receivers alike', () => {
    const sends = () => ({ a, b })
    const events = (view: { a: { value: string }; b: { value: string } }) => ({
      a: say(`b was ${view.b.value}`),
      b: say(`a was ${view.a.value}`),
    })
    expect(written(fire({ sends, events } as never))).toEqual(['b was open', 'a was open'])
  })
})

describe('a step is disabled', () => {
  const neverAsked = () => {
    throw new Error('asked')
  }

  test('by its first false conjunct, which is named, and nothing after it is asked', () => {
    const when = { one: () => true, two: () => false, three: neverAsked }
    expect(fire({ sends: () => ({ a }), when, events: neverAsked })).toEqual({ kind: 'disabled', conjunct: 'two' })
  })

  test('before it can be blocked or unhandled', () => {
    const body = { sends: () => ({ a, b }), waitsFor: ['b'], events: () => ({ a: say('hi'), b: say('hi') }) }
    expect(fire({ ...body, when: { no: () => false } }, ['a', 'b'])).toEqual({ kind: 'disabled', conjunct: 'no' })
  })
})

describe('a receiver without an edge', () => {
  const sends = () => ({ a, b, c })
  const events = () => ({ a: say('hi'), b: { type: 'CLOSE' }, c: say('hi') })

  test('makes the step unhandled', () => {
    expect(fire({ sends, events }, ['b'])).toEqual({ kind: 'unhandled', cell: 1, event: 'CLOSE' })
  })

  test('the first of several is named', () => {
    expect(fire({ sends, events }, ['b', 'c'])).toEqual({ kind: 'unhandled', cell: 1, event: 'CLOSE' })
  })

  test('blocks the step where the rule waits for it', () => {
    expect(fire({ sends, events, waitsFor: ['b'] }, ['b'])).toEqual({ kind: 'blocked', cell: 1, event: 'CLOSE' })
  })

  test('blocks it also where another receiver, before or after it, is unhandled', () => {
    const blocked = { kind: 'blocked', cell: 1, event: 'CLOSE' }
    expect(fire({ sends, events, waitsFor: ['b'] }, ['a', 'b'])).toEqual(blocked)
    expect(fire({ sends, events, waitsFor: ['b'] }, ['b', 'c'])).toEqual(blocked)
  })

  test('makes it unhandled where the rule waits for another one, which has an edge', () => {
    expect(fire({ sends, events, waitsFor: ['a', 'b'] }, ['c'])).toEqual({ kind: 'unhandled', cell: 2, event: 'SAY' })
  })

  test('blocks it as any member of a broadcast that the rule waits for', () => {
    const body = { sends: () => ({ all: [c, a], b }), waitsFor: ['all'], events: () => ({ all: say('hi'), b: say('hi') }) }
    expect(fire(body, ['a'])).toEqual({ kind: 'blocked', cell: 0, event: 'SAY' })
    expect(fire(body, ['b'])).toEqual({ kind: 'unhandled', cell: 1, event: 'SAY' })
  })
})

describe('a rule is refused when its events', () => {
  const sends = () => ({ a, all: [b, c] })
  const wrong: readonly (readonly [string, () => unknown, string])[] = [
    ['leave a receiver out', () => ({ all: say('hi') }), "give receiver 'a' nothing to hear"],
    ['give a receiver undefined', () => ({ a: undefined, all: say('hi') }), "give receiver 'a' nothing to hear"],
    ['leave a broadcast out', () => ({ a: say('hi') }), "give receiver 'all' nothing to hear"],
    ['name what is no receiver', () => ({ a: say('hi'), all: say('hi'), d: say('hi') }), "name 'd', which is no receiver"],
    ['are too few', () => ({ a: say('hi'), all: [say('hi')] }), "give 'all' 1 events for 2 cells"],
    ['are too many', () => ({ a: say('hi'), all: ['x', 'y', 'z'].map(say) }), "give 'all' 3 events for 2 cells"],
    ['are a list for one receiver', () => ({ a: [say('x'), say('y')], all: say('hi') }), "give 'a' 2 events for 1 cells"],
    [
      'have no type',
      () => ({ a: { word: 'hi' }, all: say('hi') }),
      `receiver 'a': an event is an object with a 'type'; got {"word":"hi"}`,
    ],
    [
      'have no type in a list',
      () => ({ a: say('hi'), all: [say('hi'), 'hi'] }),
      `receiver 'all': an event is an object with a 'type'; got "hi"`,
    ],
    ['are nothing', () => undefined, 'are undefined, not an object'],
    ['are null', () => null, 'are null, not an object'],
    ['are a word', () => 'SAY', 'are "SAY", not an object'],
    [
      'throw',
      () => {
        throw new Error('no\nway')
      },
      'threw: no way',
    ],
  ]
  test.each(wrong)('%s', (_, events, message) => {
    expect(refusal(() => fire({ sends, events }))).toContain(`the events of step 'test.fire(7)'`)
    expect(refusal(() => fire({ sends, events }))).toContain(message)
  })
})

const noAnswers: readonly (readonly [string, () => unknown, string])[] = [
  [
    'throws',
    () => {
      throw new TypeError('no\n\tway')
    },
    'threw: no way',
  ],
  [
    'throws what is no error',
    () => {
      throw 'no way'
    },
    'threw: no way',
  ],
  ['answers nothing', () => undefined, 'answered undefined, not true or false'],
  ['answers null', () => null, 'answered null, not true or false'],
  ['answers a number', () => 1, 'answered 1, not true or false'],
  ['answers a word', () => 'yes', 'answered "yes", not true or false'],
  ['answers an object', () => ({ yes: true }), 'answered {"yes":true}, not true or false'],
  ['answers a promise', async () => true, 'answered {}, not true or false'],
  ['answers a function', () => () => true, 'answered a function, not true or false'],
  ['answers a big integer', () => 1n, 'answered a bigint that is not JSON, not true or false'],
]

describe('a conjunct is refused when it', () => {
  test.each(noAnswers)('%s', (_, guard, message) => {
    const body = { sends: () => ({ a }), when: { fine: () => true, odd: guard }, events: () => ({ a: say('hi') }) }
    expect(refusal(() => fire(body))).toBe(`conjunct 'odd' of step 'test.fire(7)' ${message}`)
  })
})

describe('a predicate is refused when it', () => {
  const toggles = rule('test.say', {}, { actor: () => 'test', sends: () => ({ a }) }).does({ events: () => ({ a: say('hi') }) })

  test.each(noAnswers)('%s', (_, answer, message) => {
    const holds = answer as () => boolean
    const reads = () => ({ a })
    const semantics = new Semantics(
      system({
        cells: [a],
        rules: [toggles],
        properties: [always('all is well', { n: [1] }, { reads, holds }), onStep('each is well', {}, { reads, holds })],
      }),
    )
    const [state, onTheWay] = semantics.system.instances
    const before = semantics.initial()
    expect(refusal(() => semantics.holds(state!, holds, before))).toBe(`'all is well(1)' ${message}`)
    expect(refusal(() => semantics.holdsOnStep(onTheWay!, holds, semantics.system.steps[0]!, before, before))).toBe(
      `'each is well' ${message}`,
    )
  })

  test('but an `onStep` predicate is handed before, after, step and parameters', () => {
    const asked: unknown[] = []
    const claim = { reads: () => ({ a }), holds: (...handed: unknown[]) => asked.push(...handed) > 0 }
    const semantics = new Semantics(system({ cells: [a], rules: [toggles], properties: [onStep('p', { n: [3] }, claim)] }))
    const [step] = semantics.system.steps
    const before = semantics.initial()
    const outcome = semantics.fire(step!, before)
    expect(outcome.kind).toBe('taken')
    const after = outcome.kind === 'taken' ? outcome.writes : []
    expect(semantics.holdsOnStep(semantics.system.instances[0]!, claim.holds, step!, before, after)).toBe(true)
    expect(asked).toEqual([
      { a: { value: 'open', context: { heard: '' } } },
      { a: { value: 'open', context: { heard: 'hi' } } },
      { label: 'test.say', rule: 'test.say', actor: 'test', at: {} },
      { n: 3 },
    ])
  })
})
