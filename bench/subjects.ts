import { choiceOf, type System } from '../checker/index.ts'
import { scenarios } from '../scenarios/index.ts'
import { twoPhaseCommit } from '../tests/checker/two-phase-commit.ts'
import { countsOf, fiveHundredSteps, fullShape, type Sleepers } from './five-hundred-steps.ts'

/** A system that is measured, and the size it must be found to have: a bench that searched another graph is void. */
export interface Subject {
  readonly name: string
  readonly states: number
  /** Undefined where only the number of states is known. */
  readonly transitions: number | undefined
  readonly build: () => System
}

/** Distinct states and transitions by number of managers; up to 7 as published with Stateright's `examples/2pc.rs`. */
export const twoPhaseCommitCounts = {
  3: { states: 288, transitions: 1_145 },
  5: { states: 8_832, transitions: 58_145 },
  7: { states: 296_448, transitions: 2_744_705 },
  8: { states: 1_745_408, transitions: 18_507_777 },
  9: { states: 10_340_352, transitions: 123_558_401 },
} as const

export type Managers = keyof typeof twoPhaseCommitCounts

const commit = (managers: Managers): Subject => ({
  name: `two-phase commit, ${managers} managers`,
  ...twoPhaseCommitCounts[managers],
  build: () => twoPhaseCommit(managers),
})

const dials = (sleepers: Sleepers, name: string): Subject => ({
  name,
  ...countsOf(fullShape(sleepers)),
  build: () => fiveHundredSteps(fullShape(sleepers)),
})

/** The design of the registry that expects most states at size `full`; undefined while none states how many. */
function largestScenario(): Subject | undefined {
  const expected = scenarios.flatMap((scenario) =>
    Object.entries(scenario.designs).map(([design, { expect }]) => ({ scenario, design, states: expect.full?.states ?? 0 })),
  )
  const largest = expected.toSorted((a, b) => b.states - a.states)[0]
  if (largest === undefined || largest.states === 0) return undefined
  const { scenario, design, states } = largest
  return {
    name: `${scenario.name}, ${design}, full`,
    states,
    transitions: undefined,
    build: () => scenario.build(choiceOf(scenario, design, 'full').knobs),
  }
}

/** States and transitions of the design `snapshot` of `unmap-shootdown`, by number of cores: 4 are its size `full`. */
export const unmapCounts = {
  2: { states: 7_416, transitions: 56_538 },
  3: { states: 134_544, transitions: 1_561_772 },
  4: { states: 2_449_728, transitions: 38_208_072 },
} as const

export type Cores = keyof typeof unmapCounts

export const unmapName = (cores: Cores): string => `unmap-shootdown, snapshot, ${cores} cores`

const unmap = (cores: Cores): Subject => ({
  name: unmapName(cores),
  ...unmapCounts[cores],
  build: () => {
    const scenario = scenarios.find(({ name }) => name === 'unmap-shootdown')!
    return scenario.build({ ...choiceOf(scenario, 'snapshot', 'full').knobs, cores })
  },
})

export const core = '36 steps, the core alone'
export const standing = {
  asleep: '500 steps, 464 of them asleep',
  waiting: '500 steps, 464 of them waiting for a second cell',
  comparing: '500 steps, 464 of them comparing two cells',
} as const

const largest = largestScenario()

export const subjects: readonly Subject[] = [
  commit(5),
  commit(7),
  commit(8),
  commit(9),
  unmap(3),
  unmap(4),
  dials('none', core),
  dials('asleep', standing.asleep),
  dials('waiting', standing.waiting),
  dials('comparing', standing.comparing),
  ...(largest === undefined ? [] : [largest]),
]
/** The name of the largest scenario's subject, if there is one. */
export const largestName = largest?.name
