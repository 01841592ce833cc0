import type { Campaign, Explorer } from '../checker/index.ts'
import { estimateTotal, type Estimate as TotalEstimate } from '../checker/search/estimate.ts'
import type { Io } from './io.ts'
import { counted, grouped } from './report/text.ts'

const millisecondsBetween = 100

/** Writes over the last line. What is longer than the terminal is wide is cut: a line that wraps cannot be written over. */
const overwrite = (io: Io, line: string): void => io.err(`\r\x1b[K${line.slice(0, Math.max(0, io.columns() - 1))}`)

/** One line on a terminal's stderr that is written over and over; nothing at all where stderr is no terminal. */
export class Progress {
  readonly #io: Io
  readonly #what: string
  readonly #began: number
  #shownAt: number
  #visible = false
  #before = 0

  constructor(io: Io, what: string) {
    this.#io = io
    this.#what = what
    this.#began = this.#shownAt = io.now()
  }

  /** These many states were there before the clock began: a search that goes on from a checkpoint. */
  startsFrom(states: number): void {
    this.#before = states
  }

  show({ store, depth, expanded, levels, levelEnd, peakBytes }: Explorer): void {
    this.#say((rateOf) => [
      `${grouped(store.count)} states`,
      `${rateOf(store.count - this.#before)}/s`,
      `depth ${depth}`,
      `frontier ${grouped(store.count - expanded)}`,
      `${grouped(Math.round(peakBytes / 2 ** 20))} MiB`,
      ...totalText(
        estimateTotal(
          levels.map((first, at) => (levels[at + 1] ?? levelEnd) - first),
          store.count,
        ),
      ),
    ])
  }

  showRuns({ simulator, runs }: Campaign): void {
    this.#say((rateOf) => [
      `${grouped(simulator.runs)} of ${counted(runs, 'run')}`,
      `${counted(simulator.steps, 'step')}`,
      `${rateOf(simulator.steps)}/s`,
      `${grouped(simulator.visits.count)} states`,
    ])
  }

  #say(parts: (rateOf: (count: number) => string) => readonly string[]): void {
    const now = this.#io.now()
    if (!this.#io.errIsTerminal || now - this.#shownAt < millisecondsBetween) return
    const rateOf = (count: number): string => grouped(Math.round((count * 1000) / (now - this.#began)))
    overwrite(this.#io, `${this.#what}: ${parts(rateOf).join(', ')}`)
    this.#shownAt = now
    this.#visible = true
  }

  clear(): void {
    if (this.#visible) this.#io.err('\r\x1b[K')
    this.#visible = false
  }
}

/** How many states there will be, in two digits; nothing where there is no basis for saying so. */
const totalText = (estimate: TotalEstimate | undefined): string[] =>
  estimate === undefined ? [] : [`about ${rough(estimate.states)} in all (${rough(estimate.low)} to ${rough(estimate.high)})`]

const rough = (count: number): string => grouped(Number(count.toPrecision(2)))

/** How many of many are done, and about how long the rest will take; for terminals only. */
export class Estimate {
  readonly #io: Io
  readonly #what: string
  readonly #began: number
  #shownAt: number
  #visible = false

  constructor(io: Io, what: string) {
    this.#io = io
    this.#what = what
    this.#began = this.#shownAt = io.now()
  }

  show(done: number, all: number): void {
    const now = this.#io.now()
    if (!this.#io.errIsTerminal || now - this.#shownAt < millisecondsBetween) return
    const seconds = Math.ceil(((now - this.#began) * (all - done)) / done / 1000)
    const left = seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
    overwrite(this.#io, `${this.#what}: ${grouped(done)} of ${grouped(all)}, about ${left} left`)
    this.#shownAt = now
    this.#visible = true
  }

  clear(): void {
    if (this.#visible) this.#io.err('\r\x1b[K')
    this.#visible = false
  }
}
