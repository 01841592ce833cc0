/*
 * The words through which threads speak. The leader writes what a window asks for and raises `posted`. Whoever is free
 * takes the next window that nobody has by raising `taken`, expands it, and writes `expanded`. Windows are entered one
 * after another, in order, by whoever holds `token`, which raises `entered`. Who waits counts itself in `sleepers`, or is
 * the leader, so that nobody is woken in vain.
 */

/**
 * Words of the control block, those that are written often in cache lines of their own; `windows` is where those of the
 * first window begin, each `windowWords` long.
 */
export const control = {
  posted: 0,
  /** Raised whenever there may be something to do for the others. */
  bell: 1,
  /** How often rows, table or program were handed out. */
  generation: 2,
  /** How many states the rows and the table have room for. */
  capacity: 3,
  leaving: 4,
  /** Parts of the hash table that were given out to be filled with the rows of so many states. */
  partsPosted: 5,
  partsOf: 6,
  taken: 16,
  token: 32,
  entered: 48,
  /** How many states there are once the windows before `entered` are. */
  count: 49,
  sleepers: 64,
  partsTaken: 65,
  partsDone: 66,
  /** Raised whenever something was done, and whether the leader sleeps until then. */
  progress: 80,
  leaderSleeps: 81,
  /** Workers that have started, and whether one met an error of its own. */
  present: 96,
  failed: 97,
  windows: 112,
  windowWords: 16,
} as const

/** Words of a window. */
export const window = {
  /** The states `from..to` are to be expanded. */
  from: 0,
  to: 1,
  /** One more than the number of the window that was expanded here last. */
  expanded: 2,
  /** The first of its states that was left out, with all that follow it. */
  reached: 3,
  /** Where in `out` its successors end. */
  end: 4,
  /** States in which no program step is enabled that changes something. */
  idle: 5,
  /** Transitions that an `onStep` claim must be asked about. */
  stepAsks: 6,
  /** How many of its successors were new. */
  births: 7,
} as const
