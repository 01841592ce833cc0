import pc from 'picocolors'

/** Everything outside that a command may touch. Tests hand in their own; `main.ts` hands in the process's. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether somebody is looking: times, colours and progress are for terminals only. */
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  /** How many characters fit on a line of the terminal, as it is now. */
  readonly columns: () => number
  readonly colours: boolean
  /** Whether an unexpected error shows its stack. */
  readonly debug: boolean
  /** How many threads can run at a time. */
  readonly cores: number
  /** Whether jobs may be given to threads, which leave this one free to hear an interrupt; they run the built package. */
  readonly hasThreads: boolean
  /** The file to which a step of a GitHub workflow adds its summary, as Markdown. */
  readonly stepSummary: string | undefined
  /** A seed that nobody chose, or undefined in CI, where whoever asks for runs must choose one. */
  readonly drawSeed: () => string | undefined
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** Lets pending signals and output through between two slices of work. */
  readonly breathe: () => Promise<void>
  /** Calls back at the first interrupt; the second one kills. Returns how to stop listening. */
  readonly onInterrupt: (listener: () => void) => () => void
  /** Calls back when nothing is left to happen that what is being awaited could come of. Returns how to stop listening. */
  readonly onStranded: (listener: () => void) => () => void
  /** Whether nobody reads the output any more. */
  readonly deserted: () => boolean
  /** What is typed, line by line. */
  readonly lines: () => AsyncIterable<string>
}

export type Colours = ReturnType<typeof pc.createColors>

/** Colour functions that leave text alone where no colour is wanted. */
export const coloursOf = (io: Io): Colours => pc.createColors(io.colours)

/** Whether output is coloured: on a terminal that can, unless NO_COLOR is set (https://no-color.org). */
export const wantsColours = (isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean =>
  isTerminal && !env.NO_COLOR && env.TERM !== 'dumb'
