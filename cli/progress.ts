import type { Explorer } from '../checker/index.ts'
import type { Io } from './io.ts'
import { grouped } from './report/text.ts'

const millisecondsBetween = 100

/** One line on a terminal's stderr that is written over and over; nothing at all where stderr is no terminal. */
export class Progress {
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

  show(explorer: Explorer): void {
    const now = this.#io.now()
    if (!this.#io.errIsTerminal || now - this.#shownAt < millisecondsBetween) return
    const { store, depth, expanded } = explorer
    const rate = Math.round((store.count * 1000) / (now - this.#began))
    const parts = [
      `${grouped(store.count)} states`,
      `${grouped(rate)}/s`,
      `depth ${depth}`,
      `frontier ${grouped(store.count - expanded)}`,
    ]
    this.#io.err(`\r\x1b[K${this.#what}: ${parts.join(', ')}`)
    this.#shownAt = now
    this.#visible = true
  }

  clear(): void {
    if (this.#visible) this.#io.err('\r\x1b[K')
    this.#visible = false
  }
}

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
    this.#io.err(`\r\x1b[K${this.#what}: ${grouped(done)} of ${grouped(all)}, about ${left} left`)
    this.#shownAt = now
    this.#visible = true
  }

  clear(): void {
    if (this.#visible) this.#io.err('\r\x1b[K')
    this.#visible = false
  }
}
