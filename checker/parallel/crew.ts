import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { Compiled } from '../compile/compiled.ts'
import { successorExtra } from '../compile/generate.ts'
import type { SleepSets } from '../compile/sleep-sets.ts'
import type { StepClaims } from '../compile/step-claims.ts'
import { WideTable } from '../compile/wide-table.ts'
import type { Store } from '../search/store.ts'
import { control, task, window } from './control.ts'
import { type Expand, expansionText, type WindowBuffers } from './expansion.ts'
import { type HandOut, type ProgramHandOut, patience, toolsText, workerText } from './worker.ts'

/** About how many successors a window has, and the most states that are expanded for them. */
const successorsEach = 512
const [fewestStates, mostStates] = [16, 512]
/** So many windows for each thread may be expanded ahead of the one that is entered next. */
const windowsEach = 16

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
}

/** What is done with a window: what the worker threads make of a `ProgramHandOut`. */
interface Tools {
  readonly expand: Expand
}

/**
 * Threads that expand the frontier ahead of the search, a window of states each, this thread lending a hand where it would
 * wait. They write nothing but what belongs to the window, so that whoever takes the windows in order and enters what
 * they hold finds what the sequential search finds, in the same order, whatever the timing.
 */
export class Crew {
  readonly #compiled: Compiled
  readonly #store: Store
  readonly #stepClaims: StepClaims
  readonly #sleep: SleepSets
  readonly #workers: number
  readonly #stride: number
  readonly #control: Int32Array
  readonly #windows: readonly WindowBuffers[]
  readonly #ports: MessagePort[]
  readonly #threads: Worker[]
  /** How often each window will have been done once all that was posted is done. */
  readonly #due: Int32Array
  #tools: Tools | undefined
  /** What was handed out last, to tell whether it is out of date, and how often anything was. */
  #handed: readonly unknown[] = []
  #generation = 0
  /** The window that is collected next; windows are counted from the first that was ever posted. */
  #oldest = 0
  #statesEach = fewestStates
  /** The first state that was not sent out. */
  #next = 0
  /** The first window that is kept back, while any are. */
  #held: number | undefined

  /** The tables must live in shared memory. Throws what `Worker` throws where no thread can be had. */
  constructor(compiled: Compiled, store: Store, stepClaims: StepClaims, sleep: SleepSets, workers: number) {
    this.#compiled = compiled
    this.#store = store
    this.#stepClaims = stepClaims
    this.#sleep = sleep
    this.#workers = workers
    this.#stride = compiled.layout.words + successorExtra
    const places = workers * windowsEach
    this.#control = integers(control.windows + places * control.windowWords)
    this.#due = new Int32Array(places)
    const steps = compiled.system.steps.length
    this.#windows = Array.from({ length: places }, () => buffersFor(this.#stride, sleep.sleepers.words, steps))
    const channels = Array.from({ length: workers - 1 }, () => new MessageChannel())
    this.#ports = channels.map(({ port1 }) => port1)
    this.#threads = channels.map(({ port2 }) => {
      const workerData = { port: port2, control: this.#control, windows: this.#windows }
      const thread = new Worker(workerText, { eval: true, workerData, transferList: [port2] })
      thread.unref()
      return thread
    })
    for (const port of this.#ports) port.unref()
  }

  /** All buffers of its own, in bytes. */
  get bytes(): number {
    const own = (buffers: WindowBuffers): number =>
      Object.values(buffers).reduce((sum, values: Int32Array) => sum + values.byteLength, 0)
    return this.#control.byteLength + this.#windows.reduce((sum, buffers) => sum + own(buffers), 0)
  }

  /** Whether every worker has started. */
  get isPresent(): boolean {
    return Atomics.load(this.#control, control.present) === this.#workers - 1
  }

  /** Whether rows have the width that the buffers were made for. */
  get fits(): boolean {
    return this.#stride === this.#compiled.layout.words + successorExtra
  }

  /** Whether nothing is under way that was not collected. */
  get isIdle(): boolean {
    while (this.#oldest < this.#posted && this.#word(this.#oldest, 'task') === task.enter) this.#oldest++
    return this.#oldest === this.#posted
  }

  /** Whether nobody may begin anything. */
  get isHeld(): boolean {
    return this.#held !== undefined
  }

  /** Has the states from `expanded` to `until` expanded, as many as there is room for. */
  sendOut(expanded: number, until: number, unhandledIsKnown: boolean): void {
    if (this.isIdle) this.#next = expanded
    // A place for each worker is kept free for rows to be entered.
    const most = this.#windows.length - this.#workers
    while (this.#next < until && this.#posted - this.#oldest < most) {
      this.#handOut(unhandledIsKnown)
      const to = Math.min(until, this.#next + this.#statesEach)
      this.#sleep.read(this.#next, to, this.#windows[this.#posted % this.#windows.length]!.naps)
      this.#post(task.expand, this.#next, to)
      this.#next = to
    }
  }

  /** Waits for the oldest window, and answers it. It is valid until the next is asked for. The crew must not be idle. */
  collect(): Expanded {
    this.#await(this.#oldest)
    const place = this.#oldest % this.#windows.length
    const [from, to, reached, end] = (['from', 'to', 'reached', 'end'] as const).map((name) => this.#word(place, name)) as [
      number,
      number,
      number,
      number,
    ]
    const successors = end / this.#stride
    const fitting = Math.floor((successorsEach * (reached - from)) / Math.max(1, successors))
    if (reached === to) this.#statesEach = Math.max(fewestStates, Math.min(mostStates, this.#statesEach * 2, fitting))
    this.#oldest++
    return {
      ...this.#windows[place]!,
      from,
      to,
      reached,
      end,
      idles: this.#word(place, 'idle'),
      asks: this.#word(place, 'stepAsks'),
    }
  }

  /** Waits until nobody reads tables any more: what nobody has taken yet is kept back until `release`. */
  hold(): void {
    this.#held = Atomics.exchange(this.#control, control.taken, this.#posted)
    for (let nth = this.#oldest; nth < this.#held; nth++) this.#await(nth)
  }

  /** Goes on with what was kept back. */
  release(unhandledIsKnown: boolean): void {
    if (this.#held === undefined) return
    this.#handOut(unhandledIsKnown)
    const words = this.#control
    for (let nth = this.#held; nth < this.#posted; nth++) this.#set(nth, 'generation', this.#generation)
    Atomics.store(words, control.taken, this.#held)
    this.#held = undefined
    if (Atomics.load(words, control.sleepers) > 0) Atomics.notify(words, control.posted)
  }

  /** Gives up what is under way: nobody reads rows or tables any more. */
  cancel(): void {
    if (this.#held === undefined) this.hold()
    for (let nth = this.#held!; nth < this.#posted; nth++) this.#due[nth % this.#due.length]!--
    this.#oldest = this.#posted
    this.#held = undefined
  }

  /** Enters the states before `count` into the hash table, which is empty, together. */
  enter(count: number, unhandledIsKnown: boolean): void {
    this.#handOut(unhandledIsKnown)
    const first = this.#posted
    for (let part = 1; part < this.#workers; part++) this.#post(task.enter, part, count)
    this.#compiled.program.run.enter(this.#store.rows, 0, count, this.#store.table, 0, this.#workers)
    for (let nth = first; nth < this.#posted; nth++) this.#await(nth)
  }

  /** Ends the threads. */
  dismiss(): void {
    this.cancel()
    for (let nth = 1; nth < this.#workers; nth++) this.#post(task.leave, 0, 0)
    for (const port of this.#ports) port.close()
    for (const thread of this.#threads) void thread.terminate()
  }

  get #posted(): number {
    return this.#control[control.posted]!
  }

  #word(nth: number, name: keyof typeof window): number {
    return this.#control[control.windows + (nth % this.#windows.length) * control.windowWords + window[name]]!
  }

  #set(nth: number, name: keyof typeof window, value: number): void {
    this.#control[control.windows + (nth % this.#windows.length) * control.windowWords + window[name]] = value
  }

  #post(what: number, from: number, to: number): void {
    const words = this.#control
    const nth = this.#posted
    this.#set(nth, 'task', what)
    this.#set(nth, 'generation', this.#generation)
    this.#set(nth, 'from', from)
    this.#set(nth, 'to', to)
    this.#set(nth, 'parts', this.#workers)
    this.#due[nth % this.#due.length]!++
    Atomics.add(words, control.posted, 1)
    if (Atomics.load(words, control.sleepers) > 0) Atomics.notify(words, control.posted, 1)
  }

  /** Waits until a window is done, and does what nobody has taken yet in the meantime. */
  #await(nth: number): void {
    const words = this.#control
    const place = nth % this.#windows.length
    const done = control.windows + place * control.windowWords + window.done
    for (let looks = 0; Atomics.load(words, done) !== this.#due[place]; looks++) {
      if (this.#lendAHand()) looks = 0
      if (looks < patience) continue
      Atomics.store(words, control.leaderSleeps, 1)
      const before = Atomics.load(words, done)
      if (before !== this.#due[place]) Atomics.wait(words, done, before)
      Atomics.store(words, control.leaderSleeps, 0)
    }
    if (words[control.failed] !== 0) {
      const said = this.#ports.map((port) => receiveMessageOnPort(port)?.message).find((message) => message !== undefined)
      throw new Error(`a worker thread failed: ${said}`)
    }
  }

  /** Expands the next window that nobody has; false where there is none. */
  #lendAHand(): boolean {
    const words = this.#control
    const taken = Atomics.load(words, control.taken)
    if (taken === this.#posted || this.#word(taken, 'task') !== task.expand) return false
    if (Atomics.compareExchange(words, control.taken, taken, taken + 1) !== taken) return false
    const place = taken % this.#windows.length
    this.#tools!.expand(this.#store.rows, place)
    Atomics.add(words, control.windows + place * control.windowWords + window.done, 1)
    return true
  }

  /** Hands out whatever was replaced since it was handed out last. */
  #handOut(unhandledIsKnown: boolean): void {
    const { program } = this.#compiled
    const { rows, table } = this.#store
    const current = [program, program.memory.replaced, this.#stepClaims.generations, this.#sleep.isOff, unhandledIsKnown]
    const known = current.every((one, at) => one === this.#handed[at])
    if (known && rows === this.#handed[5] && table === this.#handed[6]) return
    this.#handed = [...current, rows, table]
    const given: HandOut = known ? { rows, table } : { rows, table, program: this.#program(unhandledIsKnown) }
    this.#generation++
    for (const port of this.#ports) port.postMessage(given)
    if (given.program !== undefined) this.#tools = toolsOf(given.program, this.#control, this.#windows)
  }

  #program(unhandledIsKnown: boolean): ProgramHandOut {
    const { program, layout, system } = this.#compiled
    const plain = (table: Int32Array | Uint8Array | WideTable): unknown =>
      table instanceof WideTable ? { slots: table.slots } : table
    const { length } = system.steps
    return {
      source: program.run.source,
      tables: program.stepTables.map(plain),
      claimTables: program.claimTables.map(plain),
      masks: program.candidates.map(({ masks }) => masks),
      settles: program.settles,
      pool: program.pool,
      quietSource: this.#stepClaims.quietSource,
      quietTables: this.#stepClaims.quietTables.map((tables) => tables.map(plain)),
      asked: this.#sleep.isOff ? new Uint8Array(length).fill(1) : this.#stepClaims.asked,
      unhandledIsKnown,
      expansion: expansionText(layout.words, this.#stride, length, this.#sleep.sleepers.words),
    }
  }
}

const toolsOf = new Function(`return ${toolsText}`)() as (
  given: ProgramHandOut,
  control: Int32Array,
  windows: readonly WindowBuffers[],
) => Tools

const integers = (count: number): Int32Array => new Int32Array(new SharedArrayBuffer(count * 4))

function buffersFor(stride: number, napWords: number, steps: number): WindowBuffers {
  const most = 2 * successorsEach + steps
  return {
    out: integers(most * stride),
    naps: integers(mostStates * napWords),
    marks: integers(mostStates * (napWords + 1)),
    idle: integers(mostStates),
    stepAsks: integers(most),
    counts: integers(steps),
  }
}
