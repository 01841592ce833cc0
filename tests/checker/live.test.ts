import fc from 'fast-check'
import { expect, test } from 'vitest'
import { choiceOf, type System } from '../../checker/index.ts'
import { type Outcome, Semantics } from '../../checker/semantics/semantics.ts'
import { scenarios } from '../../scenarios/index.ts'
import { slice } from '../lane.ts'
import { LiveSystem, type Prospect } from './live.ts'
import { systemOf, systemPlan } from './random-system.ts'
import { twoPhaseCommit } from './two-phase-commit.ts'

/**
 * Walks at random over live actors. In every state each step must promise what the semantics say of it, and after every
 * step each cell must be where they say. Answers how many steps were taken.
 */
function walkBoth(system: System, choices: readonly number[]): number {
  const live = new LiveSystem(system)
  const semantics = new Semantics(system)
  const state = semantics.initial()
  expect(live.locals()).toEqual(state)
  const outcomeOf = (step: System['steps'][number]) =>
    semantics.fire(
      step,
      step.shape.cells.map((cell) => state[cell]!),
    )
  for (const [taken, choice] of choices.entries()) {
    const prospects = system.steps.map((step) => live.prospect(step))
    expect(prospects).toEqual(system.steps.map((step) => prospectOf(outcomeOf(step), system)))
    const enabled = system.steps.filter((step) => prospects[step.index]!.kind === 'taken')
    if (enabled.length === 0) return taken
    const step = enabled[choice % enabled.length]!
    const outcome = outcomeOf(step)
    live.take(step)
    if (outcome.kind === 'taken') for (const [at, local] of outcome.writes.entries()) state[step.shape.cells[at]!] = local
    expect(live.locals()).toEqual(state)
  }
  return choices.length
}

/** An outcome without what it writes, which shows only when the step is taken. */
function prospectOf(outcome: Outcome, { cells }: System): Prospect {
  if (outcome.kind === 'taken') return { kind: 'taken' }
  return outcome.kind === 'disabled' ? outcome : { kind: outcome.kind, cell: cells[outcome.cell]!.name }
}

const choices = (most: number) => fc.array(fc.nat(1000), { minLength: most, maxLength: most })

test('live actors go where the semantics say on random systems', () => {
  let steps = 0
  const walks = fc.property(systemPlan(), choices(25), (plan, chosen) => {
    steps += walkBoth(systemOf(plan), chosen)
  })
  fc.assert(walks, { seed: 2, numRuns: 150 })
  expect(steps).toBeGreaterThan(2000)
})

test('live actors go where the semantics say in two-phase commit', () => {
  let steps = 0
  const system = twoPhaseCommit(3)
  const walks = fc.property(choices(40), (chosen) => {
    steps += walkBoth(system, chosen)
  })
  fc.assert(walks, { seed: 3, numRuns: 50 })
  expect(steps).toBeGreaterThan(1000)
})

test('live actors go where the semantics say in designs of every scenario, at its small size', { timeout: 300_000 }, () => {
  let steps = 0
  for (const scenario of scenarios)
    for (const [nth, design] of slice(Object.keys(scenario.designs), 200).entries()) {
      const { knobs } = choiceOf(scenario, design, 'small')
      const chosen = Array.from({ length: 20 }, (_, at) => (nth * 31 + at * 17 + ((at * at) % 13)) % 1009)
      steps += walkBoth(scenario.build(knobs), chosen)
    }
  expect(steps).toBeGreaterThan(2000)
})
