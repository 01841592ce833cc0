import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import {
  canReach,
  cell,
  checkSystem,
  eventually,
  type Fairness,
  infinitelyOften,
  leadsTo,
  type Property,
  rule,
  type System,
  strong,
  system,
  update,
  weak,
} from '../../checker/index.ts'
import { judge } from '../../checker/replay/judge.ts'
import { walk } from '../../checker/replay/walk.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { naiveProgress } from './naive-progress.ts'

/** A walker on a drawn graph: `edges` as `[step name, from, to]`; the initial place is the first one named. */
type Drawn = readonly (readonly [name: string, from: string, to: string])[]

function drawn(edges: Drawn, properties: (place: ReturnType<typeof placeCell>) => Property[], fairness: Fairness[] = []): System {
  const place = placeCell(edges)
  const names = [...new Set(edges.map(([name]) => name))]
  return system({
    cells: [place],
    rules: names.map((name) =>
      rule(name, {}, { actor: () => name, sends: () => ({ place }) }).does({
        when: { here: ({ place }) => edges.some(([own, from]) => own === name && from === place.context.at) },
        events: ({ place }) => ({
          place: { type: 'GO', to: edges.find(([own, from]) => own === name && from === place.context.at)![2] },
        }),
      }),
    ),
    properties: properties(place),
    fairness,
  })
}

const placeCell = (edges: Drawn) =>
  cell(
    'place',
    setup({ types: { context: {} as { at: string }, events: {} as { type: 'GO'; to: string } } }).createMachine({
      id: 'place',
      context: { at: edges[0]![1] },
      initial: 'on',
      states: {
        on: {
          on: {
            GO: {
              target: 'on',
              actions: update((place, event) => {
                place.at = event.to
              }),
            },
          },
        },
      },
    }),
  )

const goalAt = (kind: typeof eventually, name: string) => (place: ReturnType<typeof placeCell>) => [
  kind('the goal', {}, { reads: () => ({ place }), goal: ({ place }) => place.context.at === name }),
]
const fromTo = (from: string, to: string) => (place: ReturnType<typeof placeCell>) => [
  leadsTo(
    'the goal',
    {},
    {
      reads: () => ({ place }),
      from: ({ place }) => place.context.at === from,
      to: ({ place }) => place.context.at === to,
    },
  ),
]

/** The verdict on the one property, confirmed by the naive second implementation and by judging the printed run. */
function decide(of: System): { verdict: string; stem: string[]; cycle: string[]; vacuous: readonly string[] } {
  const result = checkSystem(of)
  const found = result.properties.find((property) => property.name === 'the goal')!
  expect(found.verdict).toBe(naiveProgress(of).get('the goal') ? 'violated' : 'holds')
  const labels = (steps: readonly number[]): string[] => steps.map((step) => of.steps[step]!.label)
  if (found.run !== undefined) {
    const semantics = new Semantics(of)
    const failures = judge(semantics, walk(semantics, [...found.run.stem, ...found.run.cycle]), found.run.cycle.length)
    expect(failures.map((failure) => failure.property)).toContain('the goal')
  }
  return {
    verdict: found.verdict,
    stem: labels(found.run?.stem ?? []),
    cycle: labels(found.run?.cycle ?? []),
    vacuous: result.vacuous,
  }
}

describe('what each property decides', () => {
  test('eventually sees a cycle that never meets the goal, which a search of finite paths misses', () => {
    const edges: Drawn = [
      ['a', 'start', 'left'],
      ['b', 'left', 'start'],
      ['c', 'left', 'goal'],
    ]
    expect(decide(drawn(edges, goalAt(eventually, 'goal')))).toMatchObject({ verdict: 'violated', stem: [], cycle: ['a', 'b'] })
  })
  test('eventually fails where the goal is reached on one branch only', () => {
    const edges: Drawn = [
      ['a', 'start', 'goal'],
      ['b', 'start', 'end'],
    ]
    expect(decide(drawn(edges, goalAt(eventually, 'goal')))).toMatchObject({ verdict: 'violated', stem: ['b'], cycle: [] })
  })
  test('eventually holds on maximal executions without any fairness where there is no way round the goal', () => {
    const edges: Drawn = [
      ['a', 'start', 'middle'],
      ['b', 'middle', 'goal'],
      ['c', 'goal', 'start'],
    ]
    expect(decide(drawn(edges, goalAt(eventually, 'goal'))).verdict).toBe('holds')
  })
  test('a goal that is true at first is enough for eventually, not for infinitelyOften', () => {
    const edges: Drawn = [['a', 'goal', 'end']]
    expect(decide(drawn(edges, goalAt(eventually, 'goal'))).verdict).toBe('holds')
    expect(decide(drawn(edges, goalAt(infinitelyOften, 'goal')))).toMatchObject({ verdict: 'violated', stem: ['a'], cycle: [] })
  })
  test('infinitelyOften holds for a goal in which the execution ends and stutters', () => {
    expect(decide(drawn([['a', 'start', 'goal']], goalAt(infinitelyOften, 'goal'))).verdict).toBe('holds')
  })
  test('leadsTo is answered by a state in which both are true', () => {
    expect(decide(drawn([['a', 'start', 'goal']], fromTo('goal', 'goal'))).verdict).toBe('holds')
  })
  test('leadsTo fails with the shortest stem to a state from which the obligation stays open', () => {
    const edges: Drawn = [
      ['a', 'start', 'asked'],
      ['b', 'asked', 'round'],
      ['c', 'round', 'asked'],
      ['d', 'round', 'goal'],
    ]
    expect(decide(drawn(edges, fromTo('asked', 'goal')))).toMatchObject({ verdict: 'violated', stem: ['a'], cycle: ['b', 'c'] })
  })
  test('leadsTo whose from is never reached holds, and says that it is empty', () => {
    const { verdict, vacuous } = decide(drawn([['a', 'start', 'goal']], fromTo('nowhere', 'goal')))
    expect(verdict).toBe('holds')
    expect(vacuous).toContain("the premise of 'the goal' is never reached")
  })
  test('canReach asks for a way from every state, fairness or not', () => {
    const edges: Drawn = [
      ['a', 'start', 'goal'],
      ['b', 'start', 'trap'],
      ['c', 'trap', 'trap'],
    ]
    expect(decide(drawn(edges, goalAt(canReach, 'goal')))).toMatchObject({ verdict: 'violated', stem: ['b'], cycle: [] })
    const open: Drawn = [
      ['a', 'start', 'goal'],
      ['b', 'start', 'start'],
      ['c', 'goal', 'start'],
    ]
    expect(decide(drawn(open, goalAt(canReach, 'goal'))).verdict).toBe('holds')
    expect(decide(drawn(open, goalAt(eventually, 'goal'))).verdict).toBe('violated')
  })
})

describe('what fairness does', () => {
  test('a self-loop is a cycle: without fairness the goal may wait for ever', () => {
    const edges: Drawn = [
      ['spin', 'start', 'start'],
      ['go', 'start', 'goal'],
    ]
    expect(decide(drawn(edges, goalAt(eventually, 'goal')))).toMatchObject({ verdict: 'violated', stem: [], cycle: ['spin'] })
    expect(decide(drawn(edges, goalAt(eventually, 'goal'), [weak({ step: 'go' })])).verdict).toBe('holds')
  })
  test('weak fairness is not enough for a step that is enabled again and again but not for ever; strong is', () => {
    const edges: Drawn = [
      ['out', 'start', 'away'],
      ['back', 'away', 'start'],
      ['go', 'start', 'goal'],
    ]
    expect(decide(drawn(edges, goalAt(eventually, 'goal'), [weak({ step: 'go' })]))).toMatchObject({
      verdict: 'violated',
      cycle: ['out', 'back'],
    })
    expect(decide(drawn(edges, goalAt(eventually, 'goal'), [strong({ step: 'go' })])).verdict).toBe('holds')
  })
  test('strong fairness that a smaller cycle escapes does not help', () => {
    const edges: Drawn = [
      ['a', 'start', 'one'],
      ['b', 'one', 'start'],
      ['c', 'one', 'two'],
      ['d', 'two', 'one'],
      ['e', 'two', 'three'],
      ['f', 'three', 'two'],
      ['go', 'start', 'goal'],
    ]
    expect(decide(drawn(edges, goalAt(eventually, 'goal'), [strong({ step: 'go' })])).verdict).toBe('violated')
  })
  test('a step that changes nothing counts as taken, not as enabled', () => {
    const edges: Drawn = [['spin', 'start', 'start']]
    expect(decide(drawn(edges, goalAt(eventually, 'goal'), [weak({ step: 'spin' })]))).toMatchObject({
      verdict: 'violated',
      cycle: ['spin'],
    })
  })
  test('fairness of an actor speaks of its program steps together', () => {
    const place = placeCell([['x', 'start', 'goal']])
    const of = (fairness: Fairness[]): System =>
      system({
        cells: [place],
        rules: [
          rule('noise', {}, { kind: 'environment', actor: () => 'core', sends: () => ({ place }) }).does({
            events: ({ place }) => ({ place: { type: 'GO', to: place.context.at } }),
          }),
          rule('go', {}, { actor: () => 'core', sends: () => ({ place }) }).does({
            when: { here: ({ place }) => place.context.at === 'start' },
            events: () => ({ place: { type: 'GO', to: 'goal' } }),
          }),
        ],
        properties: goalAt(eventually, 'goal')(place),
        fairness,
      })
    expect(decide(of([])).verdict).toBe('violated')
    expect(decide(of([weak({ actor: 'core' })])).verdict).toBe('holds')
  })
  test('fairness that ruled no cycle out is reported', () => {
    const edges: Drawn = [['a', 'start', 'goal']]
    expect(decide(drawn(edges, goalAt(eventually, 'goal'), [weak({ step: 'a' })])).vacuous).toContain(
      'fairness of a never mattered',
    )
  })
})

describe('deadlock', () => {
  const spinning = (loop: boolean): System => {
    const edges: Drawn = loop
      ? [
          ['a', 'start', 'stuck'],
          ['spin', 'stuck', 'stuck'],
        ]
      : [['a', 'start', 'stuck']]
    return drawn(edges, () => [])
  }
  test('a non-final state without steps is one', () => {
    expect(checkSystem(spinning(false)).verdict).toBe('deadlock')
  })
  test('hidden by a step that changes nothing, it is reported as vacuity', () => {
    const result = checkSystem(spinning(true))
    expect(result.verdict).toBe('holds')
    expect(result.vacuous).toEqual(['only a step that changes nothing hides a deadlock, after 1 steps'])
  })
})
