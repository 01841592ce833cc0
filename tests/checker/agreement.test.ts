import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conclude } from '../../checker/check.ts'
import { Explorer, explorePlainly, type System } from '../../checker/index.ts'
import { stateText } from '../../checker/replay/walk.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { builtIn } from '../../checker/verdict.ts'
import { shareOf } from '../lane.ts'
import { systemOf, systemPlan } from './random-system.ts'

/*
 * The compiled search against the naive explorer, on random systems. The seeds are fixed, so that a failure is
 * the same failure tomorrow; a new seed is a new set of systems.
 */

const systems = shareOf(500)

/** What a claim was decided, and the steps that show it. */
type Decided = readonly [name: string, verdict: string, steps: readonly string[] | undefined]

/** What the naive explorer finds, as the search reports it. */
function plainly(system: System) {
  const found = explorePlainly(system)
  const decided = system.properties.map(({ name, kind }, owner): Decided => {
    if (kind !== 'sometimes') return [name, found.violations.has(name) ? 'violated' : 'holds', found.violations.get(name)]
    const seen = system.instances.every((instance) => instance.owner !== owner || found.witnessed.has(instance.label))
    return [name, seen ? 'holds' : 'unwitnessed', undefined]
  })
  const { states, transitions, depth, texts, deadlock, unhandled } = found
  return {
    counts: { states, transitions, depth },
    texts,
    decided: [
      ...decided,
      [builtIn.deadlock, deadlock === undefined ? 'holds' : 'deadlock', deadlock],
      [builtIn.unhandled, unhandled === undefined ? 'holds' : 'unhandled', unhandled],
    ],
    asleep: system.steps.map((step) => step.label).filter((label) => !found.enabled.has(label)),
  }
}

function compiled(system: System) {
  const explorer = new Explorer(system).run()
  const { states, transitions, depth, properties, asleep, message } = conclude(explorer)
  expect(message).toBeUndefined()
  const { semantics, layout } = explorer.compiled
  const decided = properties.map(({ name, kind, verdict, run }): Decided => {
    const steps = run?.stem.map((step) => system.steps[step]!.label)
    return [name, verdict, kind === 'sometimes' ? undefined : steps]
  })
  const texts = Array.from({ length: states }, (_, state) =>
    stateText(semantics, explorer.compiled.localsOf(explorer.store.rows, state * layout.words)),
  )
  return { explorer, answer: { counts: { states, transitions, depth }, texts, decided, asleep: asleep.steps } }
}

test(`the compiled search and the naive explorer agree on ${systems} random systems, which are a rich lot`, () => {
  const met = { violated: 0, unwitnessed: 0, deadlock: 0, unhandled: 0, holds: 0, beyondTwenty: 0 }
  const agree = fc.property(systemPlan(), (plan) => {
    const system = systemOf(plan)
    const naive = plainly(system)
    expect(compiled(system).answer).toEqual(naive)
    for (const verdict of new Set(naive.decided.map(([, verdict]) => verdict))) met[verdict as keyof typeof met]++
    if (naive.counts.states > 20) met.beyondTwenty++
  })
  fc.assert(agree, { seed: 1, numRuns: systems })
  expect(met.violated / systems).toBeGreaterThan(0.2)
  expect(met.unwitnessed / systems).toBeGreaterThan(0.2)
  expect(met.deadlock / systems).toBeGreaterThan(0.08)
  expect(met.unhandled / systems).toBeGreaterThan(0.2)
  expect(met.beyondTwenty / systems).toBeGreaterThan(0.3)
})

test('the edges that the compiled search computes again are those of the semantics', () => {
  const agree = fc.property(systemPlan(), (plan) => {
    const system = systemOf(plan)
    const { explorer, answer } = compiled(system)
    const semantics = new Semantics(system)
    for (let state = 0; state < answer.counts.states; state++) {
      const edges: string[] = []
      explorer.successors(state, (step, to) => edges.push(`${system.steps[step]!.label} -> ${answer.texts[to]}`))
      const locals = explorer.compiled.localsOf(explorer.store.rows, state * explorer.compiled.layout.words)
      const expected = system.steps.flatMap((step) => {
        const outcome = semantics.fire(
          step,
          step.shape.cells.map((cell) => locals[cell]!),
        )
        if (outcome.kind !== 'taken') return []
        const texts = answer.texts[state]!.split('\n')
        for (const [at, local] of outcome.writes.entries()) {
          const cell = step.shape.cells[at]!
          texts[cell] = semantics.textOf(cell, local)
        }
        return [`${step.label} -> ${texts.join('\n')}`]
      })
      expect(edges).toEqual(expected)
    }
  })
  fc.assert(agree, { seed: 4, numRuns: 50 })
})
