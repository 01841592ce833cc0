import type { Visits } from './visits.ts'

/** What is estimated of the states that runs did not visit. */
export interface Unseen {
  /** Share of a further run's visits that would be to states which no run so far visited. */
  readonly share: number
  /** An interval about that: approximate, 95 of 100. */
  readonly low: number
  readonly high: number
}

/** How much of what the runs could have visited they did visit. */
export interface Saturation {
  /** Distinct states visited. */
  readonly states: number
  /** Whether those are all: where the set was full, there are more, and the estimate rests on the ones that were kept. */
  readonly exact: boolean
  /** Undefined for fewer than two runs, or where no state was counted. */
  readonly unseen: Unseen | undefined
}

/** Standard deviations about the mean that hold 95 of 100. */
const deviations = 1.96

/**
 * Good and Turing's estimate (Good, Biometrika 1953) with runs as the sample: visits within a run depend on each other,
 * runs do not. The share of all visits that were to states which only one run visited is, without bias, what the last of
 * the runs would have found new had it come last; and so what one more run will. The interval is Esty's (Annals of
 * Statistics 1983) carried over to runs that count many visits each: the spread of the runs' own shares, and a term for each
 * pair of runs that alone visited some states. Where no state was visited by one run only, the upper end is 3 in the number
 * of runs.
 *
 * It speaks of runs by this strategy, of this length; states that such runs hardly ever visit weigh next to nothing in it.
 */
export function saturationOf(visits: Visits, runs: number): Saturation {
  const { count: states, exact } = visits
  if (runs < 2 || states === 0) return { states, exact, unseen: undefined }
  let [unique, all] = [0, 0]
  for (let run = 0; run < runs; run++) {
    unique += visits.unique[run]!
    all += visits.all[run]!
  }
  const share = unique / all
  let spread = 0
  for (let run = 0; run < runs; run++) spread += (visits.unique[run]! - share * visits.all[run]!) ** 2
  for (const [one, other] of visits.pairs()) spread += 2 * one * other
  const half = (deviations * Math.sqrt(spread)) / all
  const high = unique === 0 ? Math.max(half, 3 / runs) : share + half
  return { states, exact, unseen: { share, low: Math.max(0, share - half), high: Math.min(1, high) } }
}
