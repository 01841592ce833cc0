import { describe, expect, test } from 'vitest'
import {
  type AnyStateMachine,
  and,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  log,
  not,
  or,
  raise,
  sendTo,
  spawnChild,
  stopChild,
} from 'xstate'
import { go, hear, oneCell, onGo, refusal } from './one-cell.ts'

describe('a chart is refused when the system is built', () => {
  const never = () => true
  const charts: readonly (readonly [string, AnyStateMachine, string])[] = [
    [
      'for a shallow history state',
      createMachine({ initial: 'a', states: { a: {}, past: { type: 'history' } } }),
      "has a history state: its past is not part of { value, context }; name the phases instead (state 'past')",
    ],
    [
      'for a deep history state inside another state',
      createMachine({
        initial: 'a',
        states: { a: { initial: 'b', states: { b: {}, past: { type: 'history', history: 'deep' } } } },
      }),
      "has a history state: its past is not part of { value, context }; name the phases instead (state 'past')",
    ],
    [
      'for a delayed transition',
      createMachine({ initial: 'a', states: { a: { after: { 10: 'b' } }, b: {} } }),
      "uses 'after': time is not part of a state; send an event from an environment rule instead (state 'a')",
    ],
    [
      'for an invoked child',
      createMachine({ initial: 'a', states: { a: { invoke: { src: 'child' } } } }),
      "uses 'invoke': children are not part of a state; make the child a cell of its own (state 'a')",
    ],
    ['for an action that nobody wrote, on a transition', onGo({ actions: 'shout' }), "uses action 'shout'"],
    ['in the form of an object', onGo({ actions: { type: 'shout', params: { loud: true } } }), "uses action 'shout'"],
    ['among others', onGo({ actions: [assign({ n: 1 }), 'shout'] }), "uses action 'shout'"],
    ['on entry', onGo({ target: 'gone' }, { entry: 'shout' }), "uses action 'shout'"],
    ['on exit', onGo({ target: 'gone' }, { exit: [{ type: 'shout' }] }), "uses action 'shout'"],
    ['in an `always`', onGo({}, { always: { guard: never, actions: 'shout' } }), "uses action 'shout'"],
    ['on the way to an initial phase', onGo({}, { initial: { target: 'ready', actions: 'shout' } }), "uses action 'shout'"],
    ['even if it is named like one of XState', onGo({ actions: 'xstate.raise' }), "uses action 'xstate.raise'"],
    ['for a guard that nobody wrote', onGo({ guard: 'may' }), "uses guard 'may'"],
    ['in the form of an object with parameters', onGo({ guard: { type: 'may', params: { n: 1 } } }), "uses guard 'may'"],
    ['in an `always` as a guard', onGo({}, { always: { guard: 'may', target: '.gone' } }), "uses guard 'may'"],
    ['inside `and`', onGo({ guard: and([never, 'may']) }), "uses guard 'may'"],
    ['inside `or`', onGo({ guard: or(['may', never]) }), "uses guard 'may'"],
    ['inside `not`', onGo({ guard: not('may') }), "uses guard 'may'"],
    ['deep inside', onGo({ guard: and([never, or([never, not({ type: 'may' })])]) }), "uses guard 'may'"],
    [
      'inside a guard that somebody wrote',
      onGo({ guard: 'both' }).provide({ guards: { both: and(['may', 'can']), can: never } } as never),
      "uses guard 'may'",
    ],
  ]
  test.each(charts)('%s', (_, machine, message) => {
    const text = refusal(() => oneCell(machine))
    expect(text).toContain("the chart of cell 'it'")
    expect(text).toContain(message)
  })
})

describe('a chart is refused at the first step that', () => {
  const refused: readonly (readonly [string, AnyStateMachine, string])[] = [
    ['runs code of its own', onGo({ actions: function shout() {} }), "runs the action 'shout'"],
    [
      'runs code of its own that has no name',
      onGo({
        actions: (
          () => () =>
            undefined
        )(),
      }),
      "runs the action '(anonymous)'",
    ],
    [
      'runs code of its own under a name',
      onGo({ actions: 'shout' }).provide({ actions: { shout() {} } }),
      "runs the action 'shout'",
    ],
    [
      'runs code on entry',
      onGo({ target: 'gone' }, { states: { ready: { on: { GO: 'gone' } }, gone: { entry: log('hello') } } }),
      'xstate.log',
    ],
    [
      'runs code on exit',
      onGo({ target: 'gone' }, { states: { ready: { exit: log('hello'), on: { GO: 'gone' } }, gone: {} } }),
      'xstate.log',
    ],
    ['logs', onGo({ actions: log('hello') }), "runs the action 'xstate.log'"],
    ['raises with a delay', onGo({ actions: raise({ type: 'NEXT' }, { delay: 10 }) }), "runs the action 'xstate.raise'"],
    [
      'raises with a delay of nothing',
      onGo({ actions: raise({ type: 'NEXT' }, { delay: 0 }) }),
      "runs the action 'xstate.raise'",
    ],
    ['sends to an actor', onGo({ actions: sendTo(({ self }) => self, go) }), "runs the action 'xstate.sendTo'"],
    ['emits', onGo({ actions: emit({ type: 'hello' } as never) }), "runs the action 'xstate.emit'"],
    ['cancels', onGo({ actions: cancel('soon') }), "runs the action 'xstate.cancel'"],
    ['stops a child', onGo({ actions: stopChild('child') }), "runs the action 'xstate.stopChild'"],
    ['spawns a child', onGo({ actions: spawnChild(createMachine({})) }), "runs the action 'xstate.spawnChild'"],
    [
      'spawns a child in an assignment',
      onGo({ actions: assign(({ spawn }) => ({ child: spawn(createMachine({})).id }) as never) }),
      'starts a child actor; make it a cell of its own',
    ],
    [
      'enqueues an action that may not be',
      onGo({ actions: enqueueActions(({ enqueue }) => enqueue(log('hello'))) }),
      "runs the action 'xstate.log'",
    ],
    [
      'enqueues an action that nobody wrote',
      onGo({ actions: enqueueActions(({ enqueue }) => enqueue('shout' as never)) }),
      "runs the action 'shout'",
    ],
    [
      'throws',
      onGo({
        actions: assign(() => {
          throw new Error('no\n  way')
        }),
      }),
      'threw: no way',
    ],
    [
      'throws in a guard',
      onGo({
        guard: () => {
          throw new Error('no way')
        },
      }),
      'no way',
    ],
  ]
  test.each(refused)('%s', (_, machine, message) => {
    const text = refusal(() => hear(machine, [go]))
    expect(text).toContain("event GO of step 'it.hear(0)' at cell 'it'")
    expect(text).toContain(message)
  })

  test('runs code on the way to the initial state', () => {
    const text = refusal(() => oneCell(onGo({}, { entry: log('hello') })).initial())
    expect(text).toContain("the initial state of cell 'it' runs the action 'xstate.log'")
  })

  test('throws on the way to the initial state', () => {
    const machine = createMachine({
      context: () => {
        throw new Error('no way')
      },
    })
    expect(refusal(() => oneCell(machine).initial())).toBe("the initial state of cell 'it' ended in an error: no way")
  })
})
