/*
 * The words through which leader and workers speak. The leader writes a command and its parameters, then raises
 * `epoch`; every worker carries it out and raises `arrived`. Between commands nobody but the leader runs, so that
 * whatever it writes then is plain memory to the others. `present` counts the workers that have started.
 */

/** Words of the control block; `report` is where that of the first worker begins, each `reportWords` long. */
export const control = {
  epoch: 0,
  command: 1,
  arrived: 2,
  first: 3,
  second: 4,
  failed: 5,
  present: 6,
  report: 16,
  reportWords: 16,
} as const

export const command = { leave: 1, setUp: 2, expand: 3, insert: 4, number: 5 } as const

/** Words of a worker's report. */
export const report = {
  /** Where in `out` its successors end. */
  end: 0,
  /** The first state of its slice that it did not expand. */
  reached: 1,
  /** Steps whose table has no entry yet. */
  misses: 2,
  /** Whether a step was not handled. */
  unhandled: 3,
  /** States in which no program step is enabled that changes something. */
  idle: 4,
  /** Transitions that an `onStep` claim must be asked about. */
  stepAsks: 5,
  /** States that it found first. */
  fresh: 6,
  /** New states that a claim must be asked about. */
  asks: 7,
} as const
