import type { Scenario } from '../../checker/index.ts'
import type { Io } from '../../cli/io.ts'
import { main } from '../../cli/program.ts'
import { toys } from './toy.ts'

export interface Captured {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Situation {
  readonly scenarios?: readonly Scenario[]
  readonly terminal?: boolean
  readonly columns?: number
  readonly colours?: boolean
  readonly debug?: boolean
  /** In CI nobody draws a seed. */
  readonly ci?: boolean
  readonly lines?: readonly string[]
  readonly stepSummary?: string
  /** The clock at each look, in milliseconds. Default: it stands still. */
  readonly clock?: () => number
  /** Interrupts at this many slices of work. */
  readonly interruptAt?: number
  /** The reader of the output goes away after this many writes. */
  readonly deserted?: number
}

/** Runs a command line in this process and gathers what it prints. */
export async function capture(line: string | readonly string[], situation: Situation = {}): Promise<Captured> {
  const {
    scenarios = toys,
    terminal = false,
    colours = false,
    debug = false,
    ci = false,
    lines = [],
    clock = () => 0,
  } = situation
  let [out, err, writes, slices] = ['', '', 0, 0]
  const listeners = new Set<() => void>()
  const io: Io = {
    out: (text) => {
      out += text
      writes++
    },
    err: (text) => {
      err += text
    },
    outIsTerminal: terminal,
    errIsTerminal: terminal,
    columns: () => situation.columns ?? 200,
    colours,
    debug,
    cores: 1,
    hasThreads: false,
    stepSummary: situation.stepSummary,
    drawSeed: () => (ci ? undefined : 'f00d5eed0badcafe'),
    now: clock,
    breathe: async () => {
      if (++slices === situation.interruptAt) for (const listener of listeners) listener()
    },
    onInterrupt: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onStranded: () => () => {},
    deserted: () => situation.deserted !== undefined && writes >= situation.deserted,
    lines: async function* () {
      yield* lines
    },
  }
  const argv = typeof line === 'string' ? line.split(' ').filter(Boolean) : line
  const code = await main(argv, io, scenarios)
  return { code, out, err }
}
