import { control, window } from './control.ts'
import type { WindowBuffers } from './expansion.ts'

/** About how many successors a window has, and the most states that are expanded for them. */
export const successorsEach = 2048
export const mostStates = 2048

/** A stretch of the frontier that was expanded, as far as that could be done. */
export interface Expanded extends WindowBuffers {
  readonly from: number
  /** The first state that was left out, with all that follow it up to `to`. */
  readonly reached: number
  readonly to: number
  /** Where in `out` the successors end. */
  readonly end: number
  /** How many words of `idle` and `stepAsks` are valid. */
  readonly idles: number
  readonly asks: number
  /** How many states were new, where it was entered. */
  readonly births: number | undefined
}

/** What threads share: the words through which they speak, and the windows; seen by the leader. */
export class Board {
  readonly words: Int32Array
  readonly windows: readonly WindowBuffers[]
  /** One object for each window, made once. */
  readonly #expanded: readonly { -readonly [key in keyof Expanded]: Expanded[key] }[]
  /** Words of a successor. */
  readonly stride: number
  /** Whether nobody else may enter anything. */
  hasToken = false

  /** For so many windows, rows whose successors take so many words, sleep sets of so many words, and so many steps. */
  constructor(places: number, stride: number, napWords: number, steps: number) {
    this.words = integers(control.windows + places * control.windowWords)
    this.windows = Array.from({ length: places }, () => buffersFor(stride, napWords, steps))
    this.#expanded = this.windows.map((own) => ({
      ...own,
      from: 0,
      to: 0,
      reached: 0,
      end: 0,
      idles: 0,
      asks: 0,
      births: undefined,
    }))
    this.stride = stride
  }

  /** All buffers, in bytes. */
  get bytes(): number {
    const own = (buffers: WindowBuffers): number =>
      Object.values(buffers).reduce((sum, values: Int32Array) => sum + values.byteLength, 0)
    return this.words.byteLength + this.windows.reduce((sum, buffers) => sum + own(buffers), 0)
  }

  /** What a window holds, which is valid until the next is asked for in its place. */
  expanded(nth: number, isEntered: boolean): Expanded {
    const place = nth % this.windows.length
    const base = control.windows + place * control.windowWords
    const { words } = this
    const found = this.#expanded[place]!
    found.from = words[base + window.from]!
    found.to = words[base + window.to]!
    found.reached = words[base + window.reached]!
    found.end = words[base + window.end]!
    found.idles = words[base + window.idle]!
    found.asks = words[base + window.stepAsks]!
    found.births = isEntered ? words[base + window.births]! : undefined
    return found
  }

  get posted(): number {
    return this.words[control.posted]!
  }

  /** Where a word of a window stands. */
  word(nth: number, name: keyof typeof window): number {
    return control.windows + (nth % this.windows.length) * control.windowWords + window[name]
  }

  set(at: number, value: number): void {
    this.words[at] = value
  }

  isExpanded(nth: number): boolean {
    return Atomics.load(this.words, this.word(nth, 'expanded')) === nth + 1
  }

  /** Whether nobody but the leader may enter the oldest window, which is expanded. */
  isLeft(nth: number): boolean {
    const words = this.words
    const said = (name: keyof typeof window): number => words[this.word(nth, name)]!
    if (said('reached') < said('to') || said('stepAsks') > 0) return true
    return words[control.count]! + said('end') / this.stride > words[control.capacity]!
  }

  /** From now on nobody else enters anything; false where somebody is about to. */
  takeToken(): boolean {
    this.hasToken = Atomics.compareExchange(this.words, control.token, 0, 1) === 0
    return this.hasToken
  }

  giveToken(): void {
    if (this.hasToken) Atomics.store(this.words, control.token, 0)
    this.hasToken = false
  }

  /** Wakes whoever sleeps. */
  ring(): void {
    Atomics.add(this.words, control.bell, 1)
    if (Atomics.load(this.words, control.sleepers) > 0) Atomics.notify(this.words, control.bell)
  }
}

const integers = (count: number): Int32Array => new Int32Array(new SharedArrayBuffer(count * 4))

function buffersFor(stride: number, napWords: number, steps: number): WindowBuffers {
  const most = 2 * successorsEach + steps
  return {
    out: integers(most * stride),
    hashes: integers(most),
    born: integers(most),
    naps: integers(mostStates * napWords),
    marks: integers(mostStates * (napWords + 1)),
    idle: integers(mostStates),
    stepAsks: integers(most),
    counts: integers(steps),
  }
}
