import { describe, expect, test } from 'vitest'
import { assign, createMachine } from 'xstate'
import { go, hear, oneCell, onGo, refusal } from './one-cell.ts'

describe('a context that is not canonical JSON is refused', () => {
  class Point {
    x = 1
  }
  class List extends Array<number> {}
  const loop: { self?: unknown } = {}
  loop.self = loop
  const named = Object.assign([1], { first: 1 })
  const hidden = Object.defineProperty({}, 'secret', { value: 1, enumerable: false })
  const holes = { 0: 1, 2: 3 }
  const holesAndNames = Object.assign([], holes, { first: 1, length: 3 })
  const values: readonly (readonly [string, unknown, string])[] = [
    ['minus zero', -0, 'context.n is -0'],
    ['no number', Number.NaN, 'context.n is NaN'],
    ['infinity', Number.POSITIVE_INFINITY, 'context.n is Infinity'],
    ['minus infinity', Number.NEGATIVE_INFINITY, 'context.n is -Infinity'],
    ['undefined', undefined, 'context.n is undefined'],
    ['a function', () => 1, 'context.n is a function'],
    ['a symbol', Symbol('s'), 'context.n is a symbol'],
    ['a big integer', 1n, 'context.n is a bigint'],
    ['an array with a hole', Object.assign([], holes, { length: 3 }), 'context.n is an array with holes'],
    ['an array with a hole and a name in its stead', holesAndNames, 'context.n is an array with holes'],
    ['an array with a name', named, 'context.n is an array with named keys'],
    ['an array of a class of its own', List.from([1]), 'context.n is an instance of an array subclass'],
    [
      'an accessor',
      {
        get x() {
          return 1
        },
      },
      'context.n.x is an accessor',
    ],
    ['a property that is not enumerable', hidden, 'context.n.secret is not enumerable'],
    ['a symbol key', { [Symbol('s')]: 1 }, 'context.n is an object with symbol keys'],
    ['toJSON', { toJSON: 1 }, 'context.n.toJSON would change what is stored'],
    ['a Map', new Map(), 'context.n is an instance of Map'],
    ['a Set', new Set([1]), 'context.n is an instance of Set'],
    ['a Date', new Date(0), 'context.n is an instance of Date'],
    ['an instance of a class', new Point(), 'context.n is an instance of Point'],
    ['an object without a prototype', Object.create(null), 'context.n is an object without a prototype'],
    ['a cycle', loop, 'context.n.self is inside itself'],
    ['any of these further down', { list: [0, { deep: -0 }] }, 'context.n.list[1].deep is -0'],
  ]

  test.each(values)('%s, assigned', (_, value, message) => {
    const text = refusal(() => hear(onGo({ actions: assign({ n: () => value as number }) }), [go]))
    expect(text).toContain(`event GO of step 'it.hear(0)' at cell 'it': ${message}`)
  })

  test.each(values)('%s, to begin with', (_, value, message) => {
    const fixed = createMachine({ context: { n: value } })
    const made = createMachine({ context: () => ({ n: value }) })
    for (const machine of [fixed, made])
      expect(refusal(() => oneCell(machine).initial())).toContain(`the initial state of cell 'it': ${message}`)
  })

  test.each(values.filter(([, value]) => value !== undefined))('%s, as an input', (_, value, message) => {
    const text = refusal(() => oneCell(createMachine({}), undefined, value).initial())
    expect(text).toContain(`the initial state of cell 'it': ${message.replace('context.n', 'input')}`)
  })

  test.each(values)('%s, in an event', (_, n, message) => {
    const text = refusal(() => hear(onGo({ target: 'gone' }), [{ type: 'GO', n }]))
    expect(text).toContain(`the events of step 'it.hear(0)', receiver 'it': ${message.replace('context', 'event')}`)
  })

  test.each([
    ['no object', 'GO', `an event is an object with a 'type'; got "GO"`],
    ['without a type', { typ: 'GO' }, `an event is an object with a 'type'; got {"typ":"GO"}`],
    ['a number', 7, "an event is an object with a 'type'; got 7"],
    ["XState's own", { type: 'xstate.stop' }, "events named 'xstate.stop' are XState's own to send"],
  ])('an event that is %s is refused', (_, event, message) => {
    expect(refusal(() => hear(onGo({ target: 'gone' }), [event]))).toContain(
      `the events of step 'it.hear(0)', receiver 'it': ${message}`,
    )
  })

  test('every other JSON value is kept as it is', () => {
    const value = { text: 'ä\u2028"\ud800', numbers: [0, 1.5, -2, 1e21, 5e-324], empty: [[], {}], yes: true, nothing: null }
    const { local } = hear(onGo({ actions: assign({ n: () => value as never }) }), [go])
    expect(local.context).toEqual({ n: value })
  })
})
