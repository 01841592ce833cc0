import { describe, expect, test } from 'vitest'
import { assign, createMachine } from 'xstate'
import { cell, rule, system } from '../../checker/index.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { type Chart, go, hear, oneCell, onGo, refusal } from './one-cell.ts'

describe('whatever user code is handed is frozen', () => {
  const readOnly = /Cannot assign to read only property|Cannot add property|object is not extensible/

  test('the context that an assignment reads', () => {
    const machine = onGo({ actions: assign(({ context }) => ({ n: ++context.n })) })
    expect(refusal(() => hear(machine, [go]))).toMatch(readOnly)
  })

  test('all the way down', () => {
    const machine = createMachine({
      context: { list: [{ n: 0 }] },
      initial: 'a',
      states: { a: { on: { GO: { actions: assign(({ context }) => ({ list: [{ n: ++context.list[0]!.n }] })) } } } },
    })
    expect(refusal(() => hear(machine, [go]))).toMatch(readOnly)
  })

  test('a context that was made by the step before', () => {
    const machine = onGo(
      { actions: assign(({ context }) => ({ n: (context.n as unknown as number[]).push(1) })) },
      { on: { MAKE: { actions: assign({ n: () => [1] as never }) } } },
    )
    expect(refusal(() => hear(machine, [{ type: 'MAKE' }, go]))).toMatch(readOnly)
  })

  test('the context that a chart begins with, which all its cells share', () => {
    const machine = createMachine({ context: { n: 0 }, entry: assign(({ context }) => ({ n: ++context.n })) })
    expect(refusal(() => oneCell(machine).initial())).toMatch(readOnly)
  })

  test('the input', () => {
    const machine = createMachine({ context: ({ input }: { input: { n: number } }) => ({ n: ++input.n }) } as Chart)
    expect(refusal(() => oneCell(machine, undefined, { n: 1 }).initial())).toMatch(readOnly)
  })

  test('the payload of an event', () => {
    const machine = onGo({ actions: assign(({ event }) => ({ n: ++(event as unknown as { by: { n: number } }).by.n })) })
    expect(refusal(() => hear(machine, [{ type: 'GO', by: { n: 1 } }]))).toMatch(readOnly)
  })

  test('the context that a guard reads', () => {
    const machine = onGo({ guard: ({ context }: { context: { n: number } }) => ++context.n > 0, target: 'gone' })
    expect(refusal(() => hear(machine, [go]))).toMatch(readOnly)
  })

  const it = cell('it', onGo({ target: 'gone' }))
  const step = (body: { when?: (view: never, at: never) => boolean; events?: (view: never, at: never) => void }) => {
    const heard = rule('it.hear', { n: [1] }, { actor: () => 'test', sees: () => ({ others: [] }), sends: () => ({ it }) }).does({
      when: { first: (view, at) => body.when?.(view as never, at as never) ?? true },
      events: (view, at) => {
        body.events?.(view as never, at as never)
        return { it: go }
      },
    })
    const semantics = new Semantics(system({ cells: [it], rules: [heard] }))
    return () => semantics.fire(semantics.system.steps[0]!, semantics.initial())
  }

  test('the view of a guard, the lists in it, and the parameters', () => {
    expect(refusal(step({ when: (view: { it: unknown }) => (view.it = 1) === 1 }))).toMatch(readOnly)
    expect(refusal(step({ when: (view: { it: { value: string } }) => (view.it.value = 'gone') === 'gone' }))).toMatch(readOnly)
    expect(refusal(step({ when: (view: { others: number[] }) => view.others.push(1) > 0 }))).toMatch(readOnly)
    expect(refusal(step({ when: (_, at: { n: number }) => (at.n = 2) === 2 }))).toMatch(readOnly)
  })

  test('the view of the events', () => {
    expect(refusal(step({ events: (view: { it: { context: { n: number } } }) => void (view.it.context.n = 1) }))).toMatch(
      readOnly,
    )
  })

  test('but not what a rule keeps for itself: an event is delivered as a copy', () => {
    const kept = { type: 'GO', list: [1] }
    expect(hear(onGo({ target: 'gone' }), [kept]).local.value).toBe('gone')
    expect(Object.isFrozen(kept) || Object.isFrozen(kept.list)).toBe(false)
  })
})
