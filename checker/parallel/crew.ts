import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { Compiled } from '../compile/compiled.ts'
import { type Generated, programParameters, successorExtra } from '../compile/generate.ts'
import type { Sleepers, SleepSets } from '../compile/sleep-sets.ts'
import type { StepClaims } from '../compile/step-claims.ts'
import { WideTable } from '../compile/wide-table.ts'
import type { Store } from '../search/store.ts'
import { command, control, report } from './control.ts'
import { mostMisses, type Phases, phasesText, type RoundBuffers } from './phases.ts'
import { type HandOut, patience, phaseParameters, workerText } from './worker.ts'

/** About how many successors each worker gathers in a round, and the most states that it expands for them. */
const successorsEach = 1 << 14
const [fewestStates, mostStates] = [64, 1 << 13]

/** What a round found. The arrays are valid until the next. */
export interface Round {
  /** The states up to here were expanded. */
  readonly reached: number
  /** Where each new state stands in `out`, in order; there are so many as `fresh` says. */
  readonly births: Int32Array
  readonly fresh: number
  readonly out: Int32Array
  /** Their sleep sets, one after another. */
  readonly newNaps: Int32Array
  /** Where transitions stand in `out` that `onStep` claims must be asked about, in order. */
  readonly stepAsks: readonly number[]
  /** Ordinals of new states that claims must be asked about, in order. */
  readonly asks: readonly number[]
  /** Idle states, complemented where they spin, in order. */
  readonly idle: readonly number[]
  /** For each worker, how often each step was enabled. */
  readonly enabled: readonly Int32Array[]
}

/**
 * Worker threads that search together in rounds, this thread being the first of them. A round takes a stretch of the
 * frontier: all expand a slice of it, then each enters the successors that fall into its part of the hash table, then
 * each numbers the states it found first. What a round finds is what the sequential search would find in the same
 * stretch, in the same order; where anything out of the ordinary is met (a model error, a row to be widened, a limit),
 * the round is given up before it has changed anything and the sequential search goes over the stretch instead.
 */
export class Crew {
  readonly #compiled: Compiled
  readonly #store: Store
  readonly #stepClaims: StepClaims
  readonly #sleep: SleepSets
  readonly #workers: number
  readonly #stride: number
  readonly #share: number
  readonly #buffers: RoundBuffers
  readonly #ports: MessagePort[]
  readonly #threads: Worker[]
  #phases: Phases | undefined
  /** What was handed out last, to tell whether it is out of date. */
  #handed: readonly unknown[] = []
  #statesEach = fewestStates

  /** The tables must live in shared memory. Throws what `Worker` throws where no thread can be had. */
  constructor(compiled: Compiled, store: Store, stepClaims: StepClaims, sleep: SleepSets, workers: number) {
    this.#compiled = compiled
    this.#store = store
    this.#stepClaims = stepClaims
    this.#sleep = sleep
    this.#workers = workers
    const steps = compiled.system.steps.length
    this.#stride = compiled.layout.words + successorExtra
    this.#share = (2 * successorsEach + steps) * this.#stride
    this.#buffers = buffersFor(workers, this.#share, this.#stride, sleep.sleepers, steps)
    const channels = Array.from({ length: workers - 1 }, () => new MessageChannel())
    this.#ports = channels.map(({ port1 }) => port1)
    this.#threads = channels.map(({ port2 }, nth) => {
      const workerData = { port: port2, buffers: this.#buffers, me: nth + 1, workers, share: this.#share }
      const thread = new Worker(workerText, { eval: true, workerData, transferList: [port2] })
      thread.unref()
      return thread
    })
    for (const port of this.#ports) port.unref()
  }

  /** All buffers of its own, in bytes. */
  get bytes(): number {
    return Object.values(this.#buffers).reduce((sum, buffer: Int32Array) => sum + buffer.byteLength, 0)
  }

  /** Whether every worker has started; a round before that waits for them. */
  get isPresent(): boolean {
    return Atomics.load(this.#buffers.control, control.present) === this.#workers - 1
  }

  /** How many states the next round takes at most. */
  get stretch(): number {
    return this.#statesEach * this.#workers
  }

  /** Whether rows have the width that the buffers were made for. */
  get fits(): boolean {
    return this.#stride === this.#compiled.layout.words + successorExtra
  }

  /**
   * Expands a stretch of the frontier `from..to`, and enters what it finds into the store. `mayAdd` is asked with the
   * number of successors before anything is entered.
   *
   * @returns What was found, or undefined where the round was given up and nothing has changed.
   */
  round(from: number, to: number, unhandledIsKnown: boolean, mayAdd: (successors: number) => boolean): Round | undefined {
    const until = Math.min(to, from + this.stretch)
    this.#sleep.read(from, until, this.#buffers.naps)
    for (;;) {
      this.#handOut()
      this.#command(command.expand, from, until)
      const reports = this.#reports()
      if (!unhandledIsKnown && reports.some(({ unhandled }) => unhandled === 1)) return undefined
      if (reports.some(({ reached }, nth) => reached < sliceStart(from, until, nth + 1, this.#workers))) {
        this.#statesEach = Math.max(1, this.#statesEach >> 1)
        return undefined
      }
      if (reports.every(({ misses }) => misses === 0)) break
      if (!this.#fillIn(reports)) return undefined
    }
    const ends = this.#reports().map(({ end }, nth) => end - nth * this.#share)
    const successors = ends.reduce((sum, end) => sum + end / this.#stride, 0)
    this.#statesEach = Math.min(
      mostStates,
      this.#statesEach * 2,
      Math.max(1, Math.floor((successorsEach * (until - from)) / Math.max(1, successors))),
    )
    if (!mayAdd(successors)) return undefined
    this.#handOut()
    const before = this.#store.count
    this.#command(command.insert, before, 0)
    this.#command(command.number, before, from)
    return this.#found(until)
  }

  /** Ends the threads. */
  dismiss(): void {
    this.#tell(command.leave, 0, 0)
    for (const port of this.#ports) port.close()
    for (const thread of this.#threads) void thread.terminate()
  }

  #found(reached: number): Round {
    const { births, out, stepAsks, asks, idle, enabled, newNaps } = this.#buffers
    const reports = this.#reports()
    const each = this.#share / this.#stride
    const all = each * this.#workers
    const { length } = this.#compiled.system.steps
    const parts = (values: Int32Array, size: number, count: (nth: number) => number): number[] =>
      reports.flatMap((_, nth) => [...values.subarray(nth * size, nth * size + count(nth))])
    return {
      reached,
      births,
      fresh: reports.reduce((sum, { fresh }) => sum + fresh, 0),
      out,
      newNaps,
      stepAsks: parts(stepAsks, each, (nth) => reports[nth]!.stepAsks),
      asks: parts(asks, all, (nth) => reports[nth]!.asks).sort((a, b) => a - b),
      idle: parts(idle, each, (nth) => reports[nth]!.idle),
      enabled: reports.map((_, nth) => enabled.subarray(nth * length, (nth + 1) * length)),
    }
  }

  /** Fills the entries that the workers missed, in the order in which the sequential search would; false where that fails. */
  #fillIn(reports: readonly Report[]): boolean {
    const out = new Int32Array(this.#compiled.system.steps.length * this.#stride)
    try {
      for (const [nth, { misses }] of reports.entries())
        for (let miss = 0; miss < misses; miss++)
          this.#compiled.program.run.expand(this.#store.rows, this.#buffers.misses[nth * mostMisses + miss]!, out, 0)
      return true
    } catch {
      // The sequential search meets it again, and knows what to do about it.
      return false
    }
  }

  /** Hands out whatever was replaced since it was handed out last. */
  #handOut(): void {
    const { program } = this.#compiled
    const { rows, table } = this.#store
    const current = [program, program.memory.replaced, this.#stepClaims.generations, this.#sleep.isOff]
    const known = current.every((one, at) => one === this.#handed[at])
    if (known && rows === this.#handed[4] && table === this.#handed[5]) return
    this.#handed = [...current, rows, table]
    const given = known ? { rows, table } : this.#whole()
    for (const port of this.#ports) port.postMessage(given)
    if (!known) this.#phases = this.#ownPhases(given as HandOut)
    this.#command(command.setUp, 0, 0)
  }

  #whole(): HandOut {
    const { program, layout, system } = this.#compiled
    const plain = (table: Int32Array | Uint8Array | WideTable): unknown =>
      table instanceof WideTable ? { slots: table.slots } : table
    return {
      source: program.run.source,
      tables: program.stepTables.map(plain),
      claimTables: program.claimTables.map(plain),
      masks: program.candidates.map(({ masks }) => masks),
      settles: program.settles,
      pool: program.pool,
      quietSource: this.#stepClaims.quietSource,
      quietTables: this.#stepClaims.quietTables.map((tables) => tables.map(plain)),
      asked: this.#sleep.isOff ? new Uint8Array(system.steps.length).fill(1) : this.#stepClaims.asked,
      phases: phasesText(layout.words, this.#stride, system.steps.length, this.#sleep.sleepers.words),
      rows: this.#store.rows,
      table: this.#store.table,
    }
  }

  #ownPhases(given: HandOut): Phases {
    const program = { pool: given.pool, claimMiss: () => 0 }
    const { tables, claimTables, masks, settles } = given
    const self = new Function(...programParameters, given.source)(program, tables, claimTables, masks, settles) as Generated
    const quietSteps = new Function('tables', given.quietSource)(given.quietTables)
    const make = new Function(...phaseParameters, given.phases)
    return make(self, this.#buffers, quietSteps, given.asked, 0, this.#workers, this.#share, program) as Phases
  }

  /** Has a command carried out by all, this thread included. */
  #command(told: number, first: number, second: number): void {
    this.#tell(told, first, second)
    const { rows, table } = this.#store
    if (told === command.expand) this.#phases!.expand(rows, first, first, sliceStart(first, second, 1, this.#workers))
    else if (told === command.insert) this.#phases!.insert(rows, table, first)
    else if (told === command.number) this.#phases!.number(rows, table, first, second)
    this.#await()
  }

  #tell(told: number, first: number, second: number): void {
    const words = this.#buffers.control
    words[control.command] = told
    words[control.first] = first
    words[control.second] = second
    words[control.arrived] = 0
    Atomics.add(words, control.epoch, 1)
    Atomics.notify(words, control.epoch)
  }

  #await(): void {
    const words = this.#buffers.control
    const others = this.#workers - 1
    for (let looks = 0; looks < patience && Atomics.load(words, control.arrived) < others; looks++);
    for (let arrived = 0; (arrived = Atomics.load(words, control.arrived)) < others; )
      Atomics.wait(words, control.arrived, arrived)
    if (words[control.failed] !== 0) {
      const said = this.#ports.map((port) => receiveMessageOnPort(port)?.message).find((message) => message !== undefined)
      throw new Error(`a worker thread failed: ${said}`)
    }
  }

  #reports(): Report[] {
    const words = this.#buffers.control
    return Array.from({ length: this.#workers }, (_, nth) => {
      const base = control.report + nth * control.reportWords
      return Object.fromEntries(Object.entries(report).map(([name, at]) => [name, words[base + at]!])) as unknown as Report
    })
  }
}

type Report = { readonly [word in keyof typeof report]: number }

/** Where the slice of worker `nth` begins when the states `from..to` are shared out. */
const sliceStart = (from: number, to: number, nth: number, workers: number): number =>
  from + Math.floor(((to - from) * nth) / workers)

function buffersFor(workers: number, share: number, stride: number, sleepers: Sleepers, steps: number): RoundBuffers {
  const integers = (count: number): Int32Array => new Int32Array(new SharedArrayBuffer(count * 4))
  const shared = (values: Int32Array): Int32Array => {
    const copy = integers(values.length)
    copy.set(values)
    return copy
  }
  const each = share / stride
  const all = each * workers
  return {
    control: integers(control.report + workers * control.reportWords),
    out: integers(workers * share),
    hashes: integers(all),
    fresh: integers(workers * all),
    slots: integers(workers * all),
    births: integers(all),
    idle: integers(all),
    misses: integers(workers * mostMisses),
    stepAsks: integers(all),
    asks: integers(workers * all),
    enabled: integers(workers * steps),
    naps: integers(workers * mostStates * sleepers.words),
    newNaps: integers(all * sleepers.words),
    marks: integers(workers * mostStates * (sleepers.words + 1)),
    independent: shared(sleepers.independent),
    before: shared(sleepers.before),
  }
}
