import { describe, expect, test } from 'vitest'
import { type AnyStateMachine, and, assign, createMachine, enqueueActions, not, or, raise, setup, stateIn } from 'xstate'
import { cell, rule, system, update } from '../../checker/index.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { type Chart, go, hear, oneCell, onGo, refusal } from './one-cell.ts'

describe('what charts may do', () => {
  test('nested phases', () => {
    const machine = createMachine({
      initial: 'outer',
      states: { outer: { initial: 'one', on: { GO: 'done' }, states: { one: { on: { NEXT: 'two' } }, two: {} } }, done: {} },
    })
    expect(hear(machine, [{ type: 'NEXT' }]).local.value).toEqual({ outer: 'two' })
    expect(hear(machine, [{ type: 'NEXT' }, go]).local.value).toBe('done')
  })

  test('parallel phases, in one order', () => {
    const region = { initial: 'off', states: { off: { on: { GO: 'on' } }, on: { on: { GO: 'off' } } } }
    const machine = createMachine({ type: 'parallel', states: { zebra: region, ape: region } })
    const { local } = hear(machine, [go])
    expect(JSON.stringify(local.value)).toBe('{"ape":"on","zebra":"on"}')
  })

  test('final phases, nested and parallel, and what follows them', () => {
    const region = (event: string) => ({
      initial: 'busy',
      states: { busy: { on: { [event]: 'done' } }, done: { type: 'final' } },
    })
    const machine = createMachine({
      initial: 'work',
      states: { work: { type: 'parallel', states: { left: region('LEFT'), right: region('RIGHT') }, onDone: 'over' }, over: {} },
    } as Chart)
    expect(hear(machine, [{ type: 'LEFT' }]).local.value).toEqual({ work: { left: 'done', right: 'busy' } })
    expect(hear(machine, [{ type: 'RIGHT' }, { type: 'LEFT' }]).local.value).toBe('over')
  })

  test('a chart that has ended hears nothing, whatever its root says', () => {
    const machine = createMachine({
      context: { n: 0 },
      initial: 'alive',
      states: { alive: { on: { DIE: 'dead' } }, dead: { type: 'final' } },
      on: { GO: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
    })
    const { local, outcomes } = hear(machine, [go, { type: 'DIE' }, go])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['taken', 'taken', 'unhandled'])
    expect(local).toEqual({ value: 'dead', context: { n: 1 } })
  })

  test('a parallel chart that has ended hears nothing', () => {
    const region = { initial: 'busy', states: { busy: { on: { GO: 'done' } }, done: { type: 'final' } } }
    const machine = createMachine({
      type: 'parallel',
      states: { left: region, right: region },
      on: { '*': { actions: assign({}) } },
    } as Chart)
    expect(hear(machine, [{ type: 'ELSE' }, go, { type: 'ELSE' }]).outcomes.map(({ kind }) => kind)).toEqual([
      'taken',
      'taken',
      'unhandled',
    ])
  })

  test('`always`, also on the way to the initial state', () => {
    const machine = createMachine({
      context: ({ input }: { input: number }) => ({ n: input }),
      initial: 'low',
      states: {
        low: {
          always: { guard: ({ context }) => context.n >= 2, target: 'high' },
          on: { GO: { actions: update((own) => void own.n++) } },
        },
        high: {},
      },
    } as Chart)
    expect(hear(machine, [], 2).local.value).toBe('high')
    expect(hear(machine, [go], 0).local.value).toBe('low')
    expect(hear(machine, [go, go], 0).local).toEqual({ value: 'high', context: { n: 2 } })
  })

  test('guards: inline, named, with parameters, and, or, not, stateIn', () => {
    const machine = setup({
      types: { context: {} as { n: number }, events: {} as { type: 'GO'; n: number } },
      guards: {
        least: ({ context }, { least }: { least: number }) => context.n >= least,
        even: ({ event }) => event.n % 2 === 0,
      },
    }).createMachine({
      context: { n: 1 },
      initial: 'a',
      states: {
        a: {
          on: {
            GO: [
              { guard: { type: 'least', params: { least: 2 } }, target: 'wrong' },
              { guard: and(['even', not(stateIn('b'))]), target: 'b' },
              { guard: or([({ event }) => event.n === 3, 'even']), target: 'c' },
            ],
          },
        },
        b: {},
        c: {},
        wrong: {},
      },
    })
    expect(hear(machine, [{ type: 'GO', n: 2 }]).local.value).toBe('b')
    expect(hear(machine, [{ type: 'GO', n: 3 }]).local.value).toBe('c')
    expect(hear(machine, [{ type: 'GO', n: 5 }]).outcomes[0]!.kind).toBe('unhandled')
  })

  test('`raise` is heard in the same step', () => {
    const machine = onGo({ target: 'gone', actions: raise({ type: 'NEXT' }) }, { on: { NEXT: { actions: assign({ n: 9 }) } } })
    expect(hear(machine, [go]).local).toEqual({ value: 'gone', context: { n: 9 } })
  })

  test('`enqueueActions` may assign and raise', () => {
    const actions = enqueueActions(({ enqueue, context }) => {
      if (context.n === 0) enqueue.assign({ n: 4 })
      enqueue.raise({ type: 'NEXT' })
    })
    const machine = onGo({ actions }, { on: { NEXT: { actions: assign({ n: ({ context }) => context.n + 1 }) } } })
    expect(hear(machine, [go]).local.context).toEqual({ n: 5 })
  })

  test('a transition to its own phase is an edge', () => {
    expect(hear(onGo({ target: 'ready' }), [go]).outcomes[0]!.kind).toBe('taken')
  })

  test('`{}` forbids an event: it is unhandled, and the phase above does not hear it either', () => {
    const machine = onGo({}, { on: { GO: '.gone' } })
    expect(hear(machine, [go]).outcomes).toEqual([{ kind: 'unhandled', cell: 0, event: 'GO' }])
  })

  test('an event without an edge is unhandled', () => {
    expect(hear(onGo({ target: 'gone' }), [{ type: 'STAY' }]).outcomes).toEqual([{ kind: 'unhandled', cell: 0, event: 'STAY' }])
  })

  test('a wildcard hears what nothing else hears', () => {
    const machine = createMachine({
      initial: 'a',
      states: { a: { on: { GO: 'b', '*': 'c' } }, b: { on: { 'move.*': 'c' } }, c: {} },
    })
    expect(hear(machine, [go]).local.value).toBe('b')
    expect(hear(machine, [{ type: 'ELSE' }]).local.value).toBe('c')
    expect(hear(machine, [go, { type: 'move.left' }]).local.value).toBe('c')
    expect(hear(machine, [go, { type: 'ELSE' }]).outcomes[1]!.kind).toBe('unhandled')
  })
})

describe('a chart that goes round for ever is refused', () => {
  const round = { always: { actions: assign({ n: ({ context }: { context: { n: number } }) => 1 - context.n }) } }
  const message = 'Infinite loop detected: the machine has processed more than 1000 microsteps'

  test('in `always`', () => {
    const machine = onGo({ target: 'gone' }, { states: { ready: { on: { GO: 'gone' } }, gone: round } })
    expect(refusal(() => hear(machine, [go]))).toContain(`event GO of step 'it.hear(0)' at cell 'it' threw: ${message}`)
  })

  test('in `raise`', () => {
    const machine = onGo({ actions: raise(go) })
    expect(refusal(() => hear(machine, [go]))).toContain(`event GO of step 'it.hear(0)' at cell 'it' threw: ${message}`)
  })

  test('on the way to the initial state', () => {
    expect(refusal(() => oneCell(onGo({}, round)).initial())).toContain(
      `the initial state of cell 'it' ended in an error: ${message}`,
    )
  })

  const countTo = (most: number, maxIterations?: number): AnyStateMachine =>
    createMachine({
      context: { n: 0 },
      initial: 'counting',
      states: {
        counting: {
          always: { guard: ({ context }) => context.n < most, actions: assign({ n: ({ context }) => context.n + 1 }) },
        },
      },
      ...(maxIterations !== undefined && { options: { maxIterations } }),
    } as Chart)

  test('but a long way to an end is not', () => {
    expect(oneCell(countTo(900)).initial()[0]!.context).toEqual({ n: 900 })
  })

  test('and a chart may set itself a lower limit, but no higher one', () => {
    expect(refusal(() => oneCell(countTo(900, 100)).initial())).toContain('more than 100 microsteps')
    expect(refusal(() => oneCell(countTo(1200, 5000)).initial())).toContain('more than 1000 microsteps')
  })
})

describe('parallel regions that react to one event', () => {
  const regions = (left: object, right: object): AnyStateMachine =>
    createMachine({
      context: { n: 0 },
      type: 'parallel',
      states: {
        left: { initial: 'ready', states: { ready: { on: { GO: left } }, gone: {} } },
        right: { initial: 'ready', states: { ready: { on: { GO: right } }, gone: {} } },
      },
    } as Chart)
  const times2 = {
    actions: update<{ n: number }, { type: 'GO' }, undefined, { type: 'GO' }, never>((own) => void (own.n = own.n * 2 + 1)),
  }
  const plus3 = { actions: update<{ n: number }, { type: 'GO' }, undefined, { type: 'GO' }, never>((own) => void (own.n += 3)) }

  test('may make changes that commute', () => {
    expect(hear(regions(plus3, plus3), [go]).local.context).toEqual({ n: 6 })
  })

  test('are refused where their order shows, which XState takes from the past', () => {
    expect(refusal(() => hear(regions(plus3, times2), [go]))).toContain(
      "event GO of step 'it.hear(0)' at cell 'it' depends on the order in which parallel regions react",
    )
  })

  test('are refused where the order decides which of them reacts at all', () => {
    const away = (target: string) => ({ target: `#${target}` })
    const machine = createMachine({
      initial: 'both',
      states: {
        both: {
          type: 'parallel',
          states: {
            left: { initial: 'ready', states: { ready: { on: { GO: away('one') } } } },
            right: { initial: 'ready', states: { ready: { on: { GO: away('two') } } } },
          },
        },
        one: { id: 'one' },
        two: { id: 'two' },
      },
    })
    expect(refusal(() => hear(machine, [go]))).toContain('depends on the order in which parallel regions react')
  })
})

describe('local states', () => {
  const counter = () =>
    createMachine({
      context: ({ input }: { input: number }) => ({ n: input }),
      initial: 'a',
      states: { a: { on: { GO: { actions: assign({ n: ({ context }) => context.n + 1 }) } } } },
    } as Chart)

  test('cells of one machine begin where their input says', () => {
    const machine = counter()
    const cells = [cell('one', machine, { input: 1 }), cell('two', machine, { input: 2 })]
    const hears = rule('both.hear', {}, { actor: () => 'test', sends: () => ({ cells }) }).does({ events: () => ({ cells: go }) })
    const semantics = new Semantics(system({ cells, rules: [hears] }))
    const initial = semantics.initial()
    expect(initial.map(({ context }) => context)).toEqual([{ n: 1 }, { n: 2 }])
    const outcome = semantics.fire(semantics.system.steps[0]!, initial)
    expect(outcome).toEqual({ kind: 'taken', writes: [2, 3].map((n) => ({ value: 'a', context: { n } })) })
    expect(outcome.kind === 'taken' && outcome.writes[0]).toBe(initial[1])
  })

  test('cells of two machines are kept apart, though their states look alike', () => {
    const up = onGo({ actions: assign({ n: ({ context }) => context.n + 1 }) })
    const down = onGo({ actions: assign({ n: ({ context }) => context.n - 1 }) })
    const cells = [cell('up', up), cell('down', down)]
    const hears = rule('both.hear', {}, { actor: () => 'test', sends: () => ({ cells }) }).does({ events: () => ({ cells: go }) })
    const semantics = new Semantics(system({ cells, rules: [hears] }))
    const outcome = semantics.fire(semantics.system.steps[0]!, semantics.initial())
    expect(outcome.kind === 'taken' && outcome.writes.map(({ context }) => context)).toEqual([{ n: 1 }, { n: -1 }])
  })

  test('are one whatever order their keys were written in', () => {
    const write = (context: object) => ({ actions: assign(() => context), target: 'gone' })
    const machine = createMachine({
      context: {},
      initial: 'a',
      states: {
        a: { on: { AB: write({ a: 1, b: { c: 1, d: 2 } }), BA: write({ b: { d: 2, c: 1 }, a: 1 }) } },
        gone: {},
      },
    } as Chart)
    const semantics = oneCell(machine, [{ type: 'BA' }, { type: 'AB' }])
    const written = semantics.system.steps.map((step) => semantics.fire(step, semantics.initial()))
    expect(written[0]!.kind === 'taken' && written[1]!.kind === 'taken' && written[0]!.writes[0] === written[1]!.writes[0]).toBe(
      true,
    )
    expect(written.map((outcome) => outcome.kind === 'taken' && JSON.stringify(outcome.writes[0]!.context))).toEqual(
      Array(2).fill('{"a":1,"b":{"c":1,"d":2}}'),
    )
  })

  test('equal texts are equal states, and only they', () => {
    const semantics = oneCell(counter(), [go], 0)
    const [before] = semantics.initial()
    const outcome = semantics.fire(semantics.system.steps[0]!, [before!])
    const after = outcome.kind === 'taken' ? outcome.writes[0]! : before!
    expect(semantics.textOf(0, before!)).toBe('{"value":"a","context":{"n":0}}')
    expect(semantics.textOf(0, after)).toBe('{"value":"a","context":{"n":1}}')
    expect(semantics.textOf(0, semantics.initial()[0]!)).toBe(semantics.textOf(0, before!))
  })
})
