import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { Compiled } from '../compile/compiled.ts'
import { successorExtra } from '../compile/generate.ts'
import type { Progress } from '../compile/program.ts'
import type { SleepSets } from '../compile/sleep-sets.ts'
import type { StepClaims } from '../compile/step-claims.ts'
import { WideTable } from '../compile/wide-table.ts'
import type { Budget } from '../search/budget.ts'
import type { Store } from '../search/store.ts'
import { Board, type Expanded, mostStates, successorsEach } from './board.ts'
import { control } from './control.ts'
import { type Expand, enteringText, expansionText } from './expansion.ts'
import { expansionParameters, type HandOut, type ProgramHandOut, patience, workerText } from './worker.ts'

/** Fewer states than this are not worth a window. */
const fewestStates = 64
/** So many windows for each thread may be expanded ahead of the one that is entered next. */
const windowsEach = 8

/** The leader looks up at least so often, in milliseconds. */
const longestSleep = 50

/**
 * Threads that expand the frontier ahead of the search, a window of states each, and enter the windows into the store one
 * after another; this thread is one of them. What they write is what the sequential search would write, in the same
 * order, whatever the timing: windows are entered in order, and all else that is written belongs to one window.
 */
export class Crew {
  readonly #compiled: Compiled
  readonly #store: Store
  readonly #stepClaims: StepClaims
  readonly #sleep: SleepSets
  readonly #workers: number
  /** With as many states as this, a window is left to the leader, who knows what the limit means. */
  readonly #mostStates: number
  readonly #stride: number
  readonly #board: Board
  readonly #ports: MessagePort[]
  readonly #threads: Worker[]
  readonly #progress: Progress = { isStuck: false }
  /** What the worker threads do with a window, over the tables and functions of this one. */
  #expand: Expand | undefined
  readonly #enterWindow: () => boolean
  /** What was handed out last, to tell whether it is out of date. */
  #handed: readonly unknown[] = []
  #unhandledIsKnown = false
  readonly #reached = new Int32Array(2)
  /** The window that is collected next; windows are counted from the first that was ever posted. */
  #oldest = 0
  #statesEach = fewestStates
  /** The first state that was not sent out. */
  #next = 0
  /** The first window that is kept back, while any are. */
  #held: number | undefined

  /** The tables must live in shared memory. Throws what `Worker` throws where no thread can be had. */
  constructor(
    compiled: Compiled,
    store: Store,
    stepClaims: StepClaims,
    sleep: SleepSets,
    { workers = 1, states = 0x7fffffff }: Budget,
  ) {
    this.#mostStates = states
    this.#compiled = compiled
    this.#store = store
    this.#stepClaims = stepClaims
    this.#sleep = sleep
    this.#workers = workers
    this.#stride = compiled.layout.words + successorExtra
    const places = workers * windowsEach
    const steps = compiled.system.steps.length
    this.#board = new Board(places, this.#stride, sleep.sleepers.words, steps)
    const { words, windows } = this.#board
    const insert = (place: number, end: number, before: number): number => {
      const { out, hashes, born } = windows[place]!
      const { rows, table } = this.#store
      return this.#compiled.program.run.insert(out, end, hashes, rows, born, table, before, 0x7fffffff, this.#reached)
    }
    const entering = new Function('control', 'places', 'stride', 'insert', `return ${enteringText('stride')}`)
    this.#enterWindow = entering(words, places, this.#stride, insert)
    const channels = Array.from({ length: workers - 1 }, () => new MessageChannel())
    this.#ports = channels.map(({ port1 }) => port1)
    this.#threads = channels.map(({ port2 }) => {
      const workerData = { port: port2, control: words, windows, stride: this.#stride, workers }
      const thread = new Worker(workerText, { eval: true, workerData, transferList: [port2] })
      thread.unref()
      return thread
    })
    for (const port of this.#ports) port.unref()
  }

  /** All buffers of its own, in bytes. */
  get bytes(): number {
    return this.#board.bytes
  }

  /** Whether every worker has started. */
  get isPresent(): boolean {
    return Atomics.load(this.#board.words, control.present) === this.#workers - 1
  }

  /** Whether rows have the width that the buffers were made for. */
  get fits(): boolean {
    return this.#stride === this.#compiled.layout.words + successorExtra
  }

  /** Whether nothing is under way that was not collected. */
  get isIdle(): boolean {
    return this.#oldest === this.#board.posted
  }

  /** Whether nobody may begin to expand anything. */
  get isHeld(): boolean {
    return this.#held !== undefined
  }

  /** Whether states were entered that the store does not count yet. */
  get isAhead(): boolean {
    return this.#board.words[control.count]! > this.#store.count
  }

  /** Has the states from `expanded` to `until` expanded, as many as there is room for. */
  sendOut(expanded: number, until: number, unhandledIsKnown: boolean): void {
    if (this.isIdle) {
      this.#next = expanded
      this.#board.set(control.count, this.#store.count)
    }
    // Many are sent out at once, so that few have to be woken.
    const most = this.#board.windows.length - 1
    if (this.#board.posted - this.#oldest > most >> 1) return
    while (this.#next < until && this.#board.posted - this.#oldest < most) {
      this.#handOut(unhandledIsKnown)
      const to = Math.min(until, this.#next + this.#statesEach)
      const nth = this.#board.posted
      this.#sleep.read(this.#next, to, this.#board.windows[nth % this.#board.windows.length]!.naps)
      this.#board.set(this.#board.word(nth, 'from'), this.#next)
      this.#board.set(this.#board.word(nth, 'to'), to)
      Atomics.store(this.#board.words, control.posted, nth + 1)
      this.#next = to
    }
    this.#board.ring()
  }

  /**
   * Waits for the oldest window, and answers it: entered, or else expanded and to be entered by the caller, who says so by
   * `pass`. It is valid until the next is asked for. The crew must not be idle.
   */
  collect(): Expanded {
    const nth = this.#oldest
    const { words } = this.#board
    this.#await(() => {
      if (Atomics.load(words, control.entered) > nth) return true
      return this.#board.isExpanded(nth) && (this.#enterWindow() || (this.#board.isLeft(nth) && this.#board.takeToken()))
    })
    const isEntered = Atomics.load(words, control.entered) > nth
    if (isEntered) this.#board.giveToken()
    const found = this.#board.expanded(nth, isEntered)
    const successors = found.end / this.#stride
    const fitting = Math.floor((successorsEach * (found.reached - found.from)) / Math.max(1, successors))
    // What is left out keeps everyone waiting: while there is much of it, windows are small.
    const longer = Math.min(mostStates, this.#statesEach + (this.#statesEach >> 3), fitting)
    const wanted = found.reached === found.to ? longer : this.#statesEach >> 1
    this.#statesEach = Math.max(fewestStates, wanted)
    if (isEntered) this.#oldest++
    return found
  }

  /** Expands here what the window that was collected last had left out. */
  again({ reached, to }: Expanded): Expanded {
    const nth = this.#oldest
    const place = nth % this.#board.windows.length
    this.#board.set(this.#board.word(nth, 'from'), reached)
    this.#sleep.read(reached, to, this.#board.windows[place]!.naps)
    this.#expandHere(place)
    return this.#board.expanded(nth, false)
  }

  /** Says that the window that was collected last is entered, whole. */
  pass(): void {
    if (this.isIdle) return
    this.#board.set(control.count, this.#store.count)
    this.#handOut(this.#unhandledIsKnown)
    this.#oldest++
    Atomics.store(this.#board.words, control.entered, this.#oldest)
    this.#board.giveToken()
  }

  /** Waits until nobody reads the tables of steps any more: what nobody has taken yet is kept back until `release`. */
  hold(): void {
    this.#held = Atomics.exchange(this.#board.words, control.taken, this.#board.posted)
    for (let nth = this.#oldest; nth < this.#held; nth++) this.#await(() => this.#board.isExpanded(nth))
  }

  /** Goes on with what was kept back. */
  release(unhandledIsKnown: boolean): void {
    if (this.#held === undefined) return
    this.#handOut(unhandledIsKnown)
    Atomics.store(this.#board.words, control.taken, this.#held)
    this.#held = undefined
    this.#board.ring()
  }

  /** Gives up what is under way: nobody reads or writes anything any more. What was entered ahead is left in rows and table. */
  cancel(): void {
    if (this.#held === undefined) this.hold()
    this.#await(() => this.#board.hasToken || this.#board.takeToken())
    this.#oldest = this.#board.posted
    Atomics.store(this.#board.words, control.entered, this.#oldest)
    this.#board.giveToken()
    this.#held = undefined
  }

  /** Enters the states before `count` into the hash table, which is empty, together. */
  enter(count: number, unhandledIsKnown: boolean): void {
    const { words } = this.#board
    this.#handOut(unhandledIsKnown)
    words[control.partsOf] = count
    const parts = Atomics.add(words, control.partsPosted, this.#workers - 1) + this.#workers - 1
    this.#board.ring()
    this.#compiled.program.run.enter(this.#store.rows, 0, count, this.#store.table, 0, this.#workers)
    this.#await(() => Atomics.load(words, control.partsDone) === parts)
  }

  /** Ends the threads. */
  dismiss(): void {
    this.cancel()
    Atomics.store(this.#board.words, control.leaving, 1)
    this.#board.ring()
    for (const port of this.#ports) port.close()
    for (const thread of this.#threads) void thread.terminate()
  }

  /** Waits until something is so, and expands what nobody has taken yet in the meantime. */
  #await(isSo: () => boolean): void {
    const { words } = this.#board
    for (let looks = 0; ; looks++) {
      const before = Atomics.load(words, control.progress)
      if (isSo()) return
      if (this.#lendAHand()) looks = 0
      if (words[control.failed] !== 0) {
        const said = this.#ports.map((port) => receiveMessageOnPort(port)?.message).find((message) => message !== undefined)
        throw new Error(`a worker thread failed: ${said}`)
      }
      if (looks < patience.leader) continue
      Atomics.store(words, control.leaderSleeps, 1)
      if (!isSo()) Atomics.wait(words, control.progress, before, longestSleep)
      Atomics.store(words, control.leaderSleeps, 0)
    }
  }

  /** Expands the next window that nobody has; false where there is none. */
  #lendAHand(): boolean {
    const { words } = this.#board
    const taken = Atomics.load(words, control.taken)
    if (taken === this.#board.posted || Atomics.compareExchange(words, control.taken, taken, taken + 1) !== taken) return false
    this.#expandHere(taken % this.#board.windows.length)
    Atomics.store(words, this.#board.word(taken, 'expanded'), taken + 1)
    return true
  }

  /** Expands a window as the workers do, changing nothing else. */
  #expandHere(place: number): void {
    const { program } = this.#compiled
    const { run } = program
    const heard = run.onUnhandled
    program.progress = this.#progress
    run.onUnhandled = () => {
      if (!this.#unhandledIsKnown) this.#progress.isStuck = true
    }
    this.#expand!(this.#store.rows, place)
    run.onUnhandled = heard
    program.progress = undefined
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
    for (const port of this.#ports) port.postMessage(given)
    Atomics.add(this.#board.words, control.generation, 1)
    // Whoever sees that there is more room must see that there is something to catch up with.
    Atomics.store(this.#board.words, control.capacity, Math.min(this.#store.capacity, this.#mostStates))
    if (given.program === undefined) return
    const { expansion, asked } = given.program
    const quietSteps = new Function('tables', this.#stepClaims.quietSource)(this.#stepClaims.quietTables)
    const make = new Function(...expansionParameters, expansion)
    this.#expand = make(program.run, this.#progress, quietSteps, asked, this.#board.words, this.#board.windows)
    this.#unhandledIsKnown = unhandledIsKnown
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
