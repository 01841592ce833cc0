import { describe, expect, test } from 'vitest'
import { always, checkSystem, rule, system } from '../../checker/index.ts'
import { auditReduction } from '../../checker/reduce/audit.ts'
import type { Unsoundness } from '../../checker/reduce/footprint.ts'
import { counter, counting } from './counters.ts'
import { twoPhaseCommit } from './two-phase-commit.ts'

describe('symmetry', () => {
  test.for([
    [3, 80],
    [5, 314],
  ] as const)('two-phase commit with %i managers has the published number of orbits', ([managers, states]) => {
    const result = checkSystem(twoPhaseCommit(managers), { reduce: 'symmetry' })
    expect(result).toMatchObject({ states, verdict: 'holds', complete: true, shortest: true, asleep: { steps: [], rules: [] } })
  })

  test('7 managers, 5,040 permutations, are folded without trying each', () => {
    expect(checkSystem(twoPhaseCommit(7), { reduce: 'all' })).toMatchObject({ states: 920, verdict: 'holds', message: undefined })
  })

  test.for([3, 5])('states folded away of two-phase commit with %i managers are those that plain search reaches', (managers) => {
    expect(auditReduction(twoPhaseCommit(managers), 'symmetry').differences).toEqual([])
  })
})

describe('partial order reduction', () => {
  test('counters that nobody looks at are counted one after the other', () => {
    expect(checkSystem(counting(['a', 'b', 'c'], 3), { reduce: 'por' })).toMatchObject({
      states: 10,
      transitions: 9,
      shortest: false,
    })
    expect(checkSystem(counting(['a', 'b', 'c'], 3)).states).toBe(64)
  })

  /** `b` may be counted once `a` was; a step on the way is all that could show it. */
  const late = system({
    cells: ['a', 'b'].map(counter),
    rules: [
      rule('stop', {}, { actor: () => 'b', sends: () => ({ b: counter('b') }) }).does({
        when: { untouched: ({ b }) => b.context.count === 0 },
        events: () => ({ b: { type: 'SET', count: 1 } }),
      }),
      rule('start', {}, { actor: () => 'a', sends: () => ({ a: counter('a') }) }).does({
        when: { untouched: ({ a }) => a.context.count === 0 },
        events: () => ({ a: { type: 'SET', count: 1 } }),
      }),
      rule('reach', {}, { actor: () => 'b', sees: () => ({ a: counter('a') }), sends: () => ({ b: counter('b') }) }).does({
        when: { started: ({ a }) => a.context.count === 1, untouched: ({ b }) => b.context.count === 0 },
        events: () => ({ b: { type: 'SET', count: 2 } }),
      }),
    ],
    properties: [always('b is not reached', {}, { reads: () => ({ b: counter('b') }), holds: ({ b }) => b.context.count !== 2 })],
  })
  /** Either counter may be first; one order is forbidden. */
  const ordered = system({
    cells: ['a', 'b'].map(counter),
    rules: [
      rule('count', { name: ['a', 'b'] }, { actor: ({ name }) => name, sends: ({ name }) => ({ it: counter(name) }) }).does({
        when: { untouched: ({ it }) => it.context.count === 0 },
        events: () => ({ it: { type: 'SET', count: 1 } }),
      }),
    ],
    properties: [
      always(
        'b is never ahead of a',
        {},
        {
          reads: () => ({ a: counter('a'), b: counter('b') }),
          holds: ({ a, b }) => b.context.count <= a.context.count,
        },
      ),
    ],
  })

  const cases = [
    ['a step that is not enabled brings none that could enable it', late, { noEnablers: true }],
    ['a property is taken to see nothing', ordered, { unseen: 'b is never ahead of a' }],
  ] as const satisfies readonly (readonly [string, typeof late, Unsoundness])[]

  test.for(cases)('the comparison finds out a reduction in which %s', ([, example, unsound]) => {
    expect(auditReduction(example, 'por').differences).toEqual([])
    expect(auditReduction(example, 'por', {}, undefined, unsound).differences).not.toEqual([])
  })
})
