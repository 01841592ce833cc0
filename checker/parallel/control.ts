/*
 * The words through which leader and workers speak. The leader writes what a window asks for, then raises `posted`; whoever
 * is free takes the next window that nobody has by raising `taken`, and says that it is done by raising the window's own
 * `done`. Who waits counts itself in `sleepers`, so that nobody is woken in vain.
 */

/** Words of the control block; `windows` is where those of the first window begin, each `windowWords` long. */
export const control = {
  posted: 0,
  taken: 1,
  sleepers: 2,
  /** Whether the leader sleeps. */
  leaderSleeps: 3,
  /** Workers that have started, and those that met an error of their own. */
  present: 4,
  failed: 5,
  windows: 16,
  windowWords: 16,
} as const

/** What a window asks for: to leave, to expand states, or to enter the rows of states into a part of the hash table. */
export const task = { leave: 1, expand: 2, enter: 3 } as const

/** Words of a window. */
export const window = {
  task: 0,
  /** Of which generation the program and the buffers are that it is to be done with. */
  generation: 1,
  /** The states `from..to`, or which of so many parts of the hash table. */
  from: 2,
  to: 3,
  parts: 4,
  /** How often a window was done in this place. */
  done: 5,
  /** The first of its states that was not expanded. */
  reached: 6,
  /** Where in `out` its successors end. */
  end: 7,
  /** States in which no program step is enabled that changes something. */
  idle: 8,
  /** Transitions that an `onStep` claim must be asked about. */
  stepAsks: 9,
} as const
