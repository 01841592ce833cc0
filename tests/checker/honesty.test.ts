import { describe, expect, test } from 'vitest'
import { assign, setup } from 'xstate'
import { always, cell, checkSystem, rule, system } from '../../checker/index.ts'
import { counter, counting } from './counters.ts'

describe('a model that gives two answers for the same input is dishonest', () => {
  test('a property that counts its calls', () => {
    let calls = 0
    const claim = always('never the fifth time', {}, { reads: () => ({ a: counter('a') }), holds: () => ++calls !== 9 })
    const result = checkSystem(counting(['a'], 5, [claim]))
    expect(result.verdict).toBe('dishonest')
    expect(result.message).toMatch(/'never the fifth time' gave two answers for the same input/)
  })

  test('a guard that remembers', () => {
    let calls = 0
    const moody = rule(
      'moody',
      {},
      { actor: () => 'b', sees: () => ({ a: counter('a') }), sends: () => ({ b: counter('b') }) },
    ).does({
      when: { sometimes: ({ a, b }) => a.context.count + b.context.count >= 0 && ++calls < 6 },
      events: () => ({ b: { type: 'SET', count: 7 } }),
    })
    const base = counting(['a', 'b'], 4)
    const result = checkSystem(system({ cells: base.cells, rules: [...base.rules, moody] }))
    expect(result.verdict).toBe('dishonest')
    expect(result.message).toMatch(/step 'moody' gave two answers/)
  })

  test('a guard over its own phase only, which the search would not even look up', () => {
    let calls = 0
    const moody = rule('moody', {}, { actor: () => 'b', sends: () => ({ b: counter('b') }) }).does({
      when: { early: ({ b }) => b.context.count >= 0 && ++calls < 4 },
      events: () => ({ b: { type: 'SET', count: 7 } }),
    })
    const base = counting(['a', 'b'], 4)
    const result = checkSystem(system({ cells: base.cells, rules: [...base.rules, moody] }))
    expect(result.verdict).toBe('dishonest')
  })

  test('a chart whose assign reads the world', () => {
    let world = 0
    const machine = setup({ types: { context: {} as { n: number }, events: {} as { type: 'GO' } } }).createMachine({
      id: 'impure',
      context: { n: 0 },
      initial: 'on',
      states: { on: { on: { GO: { target: 'off', actions: assign({ n: () => ++world }) } } }, off: {} },
    })
    const impure = cell('impure', machine)
    const result = checkSystem(
      system({
        cells: [impure],
        rules: [
          rule('go', {}, { actor: () => 'a', sends: () => ({ impure }) }).does({
            when: { on: ({ impure }) => impure.value === 'on' },
            events: () => ({ impure: { type: 'GO' } }),
          }),
        ],
      }),
    )
    expect(result.verdict).toBe('dishonest')
  })
})

describe('a model that cannot be evaluated is an error, with the way to it', () => {
  const failing = (make: () => boolean) =>
    rule('fail', {}, { actor: () => 'b', sees: () => ({ a: counter('a') }), sends: () => ({ b: counter('b') }) }).does({
      when: { late: ({ a, b }) => (a.context.count === 2 && b.context.count === 0 ? make() : false) },
      events: () => ({ b: { type: 'SET', count: 7 } }),
    })
  test('a guard that throws', () => {
    const base = counting(['a', 'b'], 4)
    const boom = failing(() => {
      throw new Error('boom')
    })
    const result = checkSystem(system({ cells: base.cells, rules: [...base.rules, boom] }))
    expect(result).toMatchObject({ verdict: 'error', complete: false, message: "conjunct 'late' of step 'fail' threw: boom" })
    expect(result.properties[0]!.run!.stem.map((step) => result.system.steps[step]!.label)).toEqual([
      'count(a)',
      'count(a)',
      'fail',
    ])
  })
  test('a property that throws', () => {
    const claim = always(
      'a is small',
      {},
      {
        reads: () => ({ a: counter('a') }),
        holds: ({ a }) => {
          if (a.context.count === 3) throw new Error('too large to say')
          return true
        },
      },
    )
    const result = checkSystem(counting(['a', 'b'], 4, [claim]))
    expect(result).toMatchObject({ verdict: 'error', message: "'a is small' threw: too large to say" })
    expect(result.properties[0]!.run!.stem.length).toBe(3)
  })
})
