import { code } from './codes.ts'
import type { Compiled } from './compiled.ts'
import { type Generated, generate } from './generate.ts'
import { keyBits, keyOf } from './key.ts'
import { fieldOf, type Layout, maskedWords, maskOf, putField } from './layout.ts'
import type { Log } from './log.ts'
import type { Memory } from './memory.ts'
import { WideTable } from './wide-table.ts'

/**
 * A table of a step or claim with more bits than these, or beyond so many bytes altogether, is open-addressed and not dense.
 * While states are few, and rows roomy, clearing large tables would cost more than they save. Claims have more room: their
 * tables are no reason to make the program anew later.
 */
const densest = { roomy: { step: 14, claim: 16, bytes: 2 << 20 }, tight: { step: 20, claim: 20, bytes: 16 << 20 } }
/** Steps are asked in chunks of this many, one candidate bit each; 30 keeps the masks small integers in V8. */
export const chunkSize = 30

export type Table = Int32Array | WideTable

/** Whether something was met that only the search itself may deal with. */
export interface Progress {
  isStuck: boolean
}

/** Which chunk of steps is ruled by which cell: `masks[id]` has a bit for each step that `id` does not rule out. */
interface Candidates {
  readonly chunk: number
  readonly cell: number
  readonly masks: Int32Array
}

/**
 * The fast tables and generated functions for one layout of the row. Step tables hold a code, or an offset into `pool`,
 * where the words to be merged into the row stand.
 */
export class Program {
  readonly layout: Layout
  readonly memory: Memory
  readonly stepTables: readonly Table[]
  readonly claimTables: readonly Table[]
  readonly candidates: readonly Candidates[]
  /** For each claim: the answer that would settle it, or 0 where none is awaited. */
  readonly settles: Int32Array
  readonly run: Generated
  /** Merged words of outcomes; the first few offsets would be taken for codes and stay empty. */
  pool: Int32Array
  /** Given where tables are to be read only. */
  progress: Progress | undefined
  #pooled: number = code.taken
  readonly #compiled: Compiled
  readonly #row: Int32Array

  constructor(compiled: Compiled, layout: Layout, memory: Memory, roomy: boolean) {
    const { system, claims } = compiled
    this.#compiled = compiled
    this.layout = layout
    this.memory = memory
    this.pool = memory.integers(1024)
    this.#row = new Int32Array(layout.words)
    const shapes = [...system.steps.map((step) => step.shape.cells), ...claims.map((claim) => claim.instance.shape.cells)]
    const most = roomy ? densest.roomy : densest.tight
    const tables = this.#tables(
      shapes,
      shapes.map((_, at) => (at < system.steps.length ? most.step : most.claim)),
      most.bytes,
    )
    this.stepTables = tables.slice(0, system.steps.length)
    this.claimTables = tables.slice(system.steps.length)
    this.candidates = this.#candidates()
    for (const [at, log] of compiled.stepLogs.entries()) this.#restore(log, (record) => this.#enterStep(at, log, record))
    for (const [at, log] of compiled.claimLogs.entries()) this.#restore(log, (record) => this.#enterClaim(at, log, record))
    this.settles = compiled.settles
    this.run = generate(this, system, claims)
  }

  /** All buffers of the tables, in bytes. */
  get bytes(): number {
    const logs = [...this.#compiled.stepLogs, ...this.#compiled.claimLogs].reduce((sum, log) => sum + log.bytes, 0)
    const tables = [...this.stepTables, ...this.claimTables].reduce((sum, table) => sum + sizeOf(table), 0)
    return logs + tables + this.pool.byteLength + this.candidates.reduce((sum, { masks }) => sum + masks.byteLength, 0)
  }

  /** Whether some step's table would be dense, and quicker, where states are many. Claims are asked far more rarely than steps. */
  get couldBeDenser(): boolean {
    const { steps } = this.#compiled.system
    return this.stepTables.some(
      (table, at) => table instanceof WideTable && keyBits(this.layout, steps[at]!.shape.cells) <= densest.tight.step,
    )
  }

  /** Fills a step's entry for the row at `base` and returns it; or only notes that it is missing, where `progress` is given. */
  stepMiss(at: number, rows: Int32Array, base: number): number {
    if (this.progress !== undefined) {
      this.progress.isStuck = true
      return code.disabled
    }
    const { cells } = this.#compiled.system.steps[at]!.shape
    const record = this.#compiled.evaluateStep(
      at,
      cells.map((cell) => fieldOf(this.layout, rows, base, cell)),
    )
    return this.#enterStep(at, this.#compiled.stepLogs[at]!, record)
  }

  /** Fills a claim's entry for the row at `base` and returns it. */
  claimMiss(at: number, rows: Int32Array, base: number): number {
    const { cells } = this.#compiled.claims[at]!.instance.shape
    const record = this.#compiled.evaluateClaim(
      at,
      cells.map((cell) => fieldOf(this.layout, rows, base, cell)),
    )
    return this.#enterClaim(at, this.#compiled.claimLogs[at]!, record)
  }

  /** The cell that may rule the step out, if there is one. */
  pivotOf(step: number): number | undefined {
    return this.#compiled.pivots[step]
  }

  /** A cell has a new local state: say which steps it rules out. */
  discovered(cell: number, id: number): void {
    for (const candidates of this.candidates) if (candidates.cell === cell) this.#rule(candidates, id)
  }

  #tables(shapes: readonly (readonly number[])[], mostBits: readonly number[], mostBytes: number): Table[] {
    const bits = shapes.map((cells) => keyBits(this.layout, cells))
    const bySize = shapes.map((_, at) => at).sort((a, b) => bits[a]! - bits[b]! || a - b)
    const tables: Table[] = []
    let bytes = 0
    for (const at of bySize) {
      const dense = bits[at]! <= mostBits[at]! && bytes + 2 ** bits[at]! * 4 <= mostBytes
      if (dense) bytes += 2 ** bits[at]! * 4
      tables[at] = dense ? this.memory.integers(2 ** bits[at]!) : new WideTable(this.memory, this.layout, shapes[at]!)
    }
    return tables
  }

  #candidates(): Candidates[] {
    const { pivots, interner } = this.#compiled
    const found: Candidates[] = []
    for (let chunk = 0; chunk * chunkSize < pivots.length; chunk++) {
      const cells = new Set(pivots.slice(chunk * chunkSize, (chunk + 1) * chunkSize))
      for (const cell of cells)
        if (cell !== undefined) found.push({ chunk, cell, masks: this.memory.integers(maskOf(this.layout.bits[cell]!) + 1) })
    }
    for (const candidates of found)
      for (const id of interner.locals[candidates.cell]!.keys()) if (id < candidates.masks.length) this.#rule(candidates, id)
    return found
  }

  #rule({ chunk, cell, masks }: Candidates, id: number): void {
    const { pivots } = this.#compiled
    for (let bit = 0; bit < chunkSize; bit++) {
      const at = chunk * chunkSize + bit
      if (pivots[at] === cell && !this.#compiled.ruledOut(at, id)) masks[id]! |= 1 << bit
    }
  }

  #restore(log: Log, enter: (record: number) => void): void {
    for (let record = 0; record < log.length; record++) enter(record)
  }

  #enterStep(at: number, log: Log, index: number): number {
    const step = this.#compiled.system.steps[at]!
    const { cells } = step.shape
    const record = log.record(index)
    let entry = record[cells.length]!
    const written = cells.slice(0, step.receivers)
    const changes = written.some((_, position) => record[cells.length + 1 + position] !== record[position])
    if (entry === code.taken && !changes) entry = code.unchanged
    else if (entry === code.taken) {
      this.#row.fill(0)
      for (const [position, cell] of written.entries())
        putField(this.layout, this.#row, 0, cell, record[cells.length + 1 + position]!)
      entry = this.#pool(maskedWords(this.layout, written).map(({ word }) => this.#row[word]!))
    }
    this.#enter(this.stepTables[at]!, cells, record, entry)
    return entry
  }

  #enterClaim(at: number, log: Log, index: number): number {
    const { cells } = this.#compiled.claims[at]!.instance.shape
    const record = log.record(index)
    const entry = record[cells.length]!
    this.#enter(this.claimTables[at]!, cells, record, entry)
    return entry
  }

  #enter(table: Table, cells: readonly number[], record: Int32Array, entry: number): void {
    if (table instanceof Int32Array) {
      table[keyOf(this.layout, cells, record)] = entry
      return
    }
    this.#row.fill(0)
    for (const [position, cell] of cells.entries()) putField(this.layout, this.#row, 0, cell, record[position]!)
    table.set(this.#row, 0, entry)
  }

  #pool(words: readonly number[]): number {
    if (this.#pooled + words.length + 1 > this.pool.length) this.pool = this.memory.doubled(this.pool)
    const offset = this.#pooled
    this.pool.set(words, offset)
    this.#pooled += words.length
    return offset
  }
}

const sizeOf = (table: Table): number => (table instanceof Int32Array ? table.byteLength : table.bytes)
