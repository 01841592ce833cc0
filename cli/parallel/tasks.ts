import type { AnyAssignment } from '../../checker/define/scenario.ts'
import type { Budget, Scenario } from '../../checker/index.ts'
import { type Answered, answer } from '../../checker/matrix/answer.ts'
import { type Mutation, mutate } from '../../checker/mutate/scenario.ts'
import type { ReductionName } from '../../checker/reduce/reduction.ts'
import { type CheckedPlainly, type CheckJob, checkPlainly } from '../check-task.ts'
import { scenarioOf } from '../selection.ts'

/** The limits of one search, as plain JSON. */
export interface Limits {
  readonly first?: true
  readonly maxStates?: number
  readonly maxDepth?: number
  readonly maxMemory?: number
  /** Seconds. */
  readonly time?: number
  readonly reduce?: ReductionName
  readonly safety?: true
}

/** Limits as the search hears them; the clock begins now. */
export function budgetOf({ first, maxStates, maxDepth, maxMemory, time, reduce, safety }: Limits, now: () => number): Budget {
  const deadline = time === undefined ? undefined : now() + time * 1000
  return {
    ...(maxStates !== undefined && { states: maxStates }),
    ...(maxDepth !== undefined && { depth: maxDepth }),
    ...(maxMemory !== undefined && { bytes: maxMemory * 2 ** 20 }),
    ...(first && { first }),
    ...(reduce !== undefined && { reduce }),
    ...(safety && { safetyOnly: true }),
    ...(deadline !== undefined && { stop: () => (now() >= deadline ? 'time' : undefined) }),
  }
}

/** What a worker needs to know once, and then for each job; both are plain JSON, and so is the answer. */
export interface Tasks {
  readonly check: { readonly setup: Limits; readonly job: CheckJob; readonly answer: CheckedPlainly }
  readonly matrix: {
    readonly setup: { readonly scenario: string; readonly limits: Limits }
    /** With `first`, one violation is enough. */
    readonly job: { readonly knobs: AnyAssignment; readonly first: boolean }
    readonly answer: Answered
  }
  readonly mutate: {
    readonly setup: { readonly states?: number }
    readonly job: { readonly scenario: string; readonly design?: string }
    readonly answer: Mutation
  }
}
export type TaskName = keyof Tasks

/** What is done in a worker, or in this thread where there is none. */
export const tasks: {
  readonly [T in TaskName]: (
    registry: readonly Scenario[],
    setup: Tasks[T]['setup'],
    now: () => number,
  ) => (job: Tasks[T]['job']) => Tasks[T]['answer']
} = {
  check: (registry, limits, now) => (job) => checkPlainly(registry, job, budgetOf(limits, now), now),
  matrix: (registry, { scenario, limits }, now) => {
    const found = scenarioOf(registry, scenario)
    return ({ knobs, first }) => answer(found, knobs, budgetOf({ ...limits, ...(first && { first }) }, now))
  },
  mutate:
    (registry, setup) =>
    ({ scenario, design }) =>
      mutate(scenarioOf(registry, scenario), { ...setup, ...(design !== undefined && { design }) }),
}
