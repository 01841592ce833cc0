import type { Local } from '../define/cell.ts'
import type { Step, System } from '../define/system.ts'
import { ModelError, messageOf } from '../errors.ts'
import { Semantics } from '../semantics/semantics.ts'
import { type Claim, claimsOf, settlingAnswer } from './claims.ts'
import { code, truth } from './codes.ts'
import { Interner, Outgrown } from './interner.ts'
import { bitsFor, fieldOf, type Layout, layoutOf, putField } from './layout.ts'
import { Log } from './log.ts'
import { Memory } from './memory.ts'
import { LeadingConjuncts } from './pivot.ts'
import { Program } from './program.ts'
import { roomyBits, tightBits } from './widths.ts'

/** A step or claim that could not be evaluated: the model is wrong at this state. */
export class Fault extends ModelError {
  /** The step that was being fired, if it was one. */
  readonly step: Step | undefined

  constructor(step: Step | undefined, cause: unknown) {
    super(messageOf(cause))
    this.step = step
  }
}

/** What a compiled system has found out beside its logs. */
export interface CompiledMemory {
  /** For each cell: the canonical texts of its local states, by number. */
  readonly locals: readonly (readonly string[])[]
  readonly bits: readonly number[]
  readonly widenings: number
  /** For each step, by number of its pivot's local state: whether that rules the step out; null where nobody asked. */
  readonly ruled: readonly (readonly (boolean | null)[])[]
}

/**
 * A system as integers. Every cell's local states are numbered in the order of their discovery, a state is a packed row
 * of those numbers, and what a step does, or whether a claim is true, is looked up by the numbers of the cells it
 * touches. An entry is computed by the semantics the first time it is asked for, and logged; the fast tables over the
 * logs (`program`) are made anew whenever a row has to be widened.
 */
export class Compiled {
  readonly system: System
  readonly semantics: Semantics
  readonly claims: readonly Claim[]
  readonly interner: Interner
  readonly leading: readonly LeadingConjuncts[]
  /** The cell that alone may rule a step out, for each step that has one. */
  readonly pivots: readonly (number | undefined)[]
  /** For each step: records `[numbers of shape.cells…, code, numbers written…]`. */
  readonly stepLogs: readonly Log[]
  /** For each claim: records `[numbers of shape.cells…, truth]`. */
  readonly claimLogs: readonly Log[]
  /** For each claim: the answer that would settle it, or 0 where none is awaited (any more). */
  settles: Int32Array
  /** How often the row was widened. */
  widenings = 0
  program: Program
  #memory = new Memory(false)
  /** Whether states are few, so that rows have room to spare, and large tables do not pay. */
  #roomy = true
  readonly #initial: readonly Local[]
  /** The claims that together say whether a state is a legitimate end. */
  readonly #finals: readonly number[]
  readonly #ruled: boolean[][]

  /** @throws ModelError when the system cannot be built. */
  constructor(system: System) {
    this.system = system
    this.semantics = new Semantics(system)
    this.claims = claimsOf(system)
    this.settles = Int32Array.from(this.claims, settlingAnswer)
    this.#finals = [...this.claims.keys()].filter((at) => this.claims[at]!.role === 'final')
    this.interner = new Interner(system.cells.length)
    this.stepLogs = system.steps.map((step) => new Log(step.shape.cells.length + 1 + step.receivers))
    this.claimLogs = this.claims.map((claim) => new Log(claim.instance.shape.cells.length + 1))
    this.#initial = this.semantics.initial()
    this.#ruled = system.steps.map(() => [])
    this.leading = system.steps.map((step) => new LeadingConjuncts(step))
    this.pivots = this.leading.map((conjuncts) => conjuncts.pivot(this.#initial))
    for (const [cell, local] of this.#initial.entries()) this.interner.idOf(cell, local)
    this.program = this.#program(
      layoutOf(
        roomyBits(
          system,
          system.cells.map(() => 1),
          undefined,
        ),
      ),
    )
  }

  get layout(): Layout {
    return this.program.layout
  }

  /** The packed row of the initial state. */
  initialRow(): Int32Array {
    const row = new Int32Array(this.layout.words)
    for (const [cell, local] of this.#initial.entries()) putField(this.layout, row, 0, cell, this.interner.idOf(cell, local))
    return row
  }

  /** Whether the row at `base` is a legitimate end. Fills tables. */
  isFinal(rows: Int32Array, base: number): boolean {
    if (this.system.final === undefined) return false
    const { claims } = this.program.run
    for (const claim of this.#finals) if (claims[claim]!(rows, base) !== truth.true) return false
    return true
  }

  /** The local states of the row at `base`. */
  localsOf(rows: Int32Array, base: number): Local[] {
    return this.system.cells.map((_, cell) => this.interner.locals[cell]![fieldOf(this.layout, rows, base, cell)]!)
  }

  /**
   * Makes room for every local state found since, with a new layout and a new program. Rows must be repacked. While
   * states are few the layout is roomy; a tight one takes back what no local state needed.
   */
  widen(roomy: boolean): Layout {
    const before = this.layout
    this.widenings++
    this.#roomy = roomy
    const needed = this.#needed
    const bits = roomy ? roomyBits(this.system, needed, before.bits) : tightBits(needed, before.bits)
    this.program = this.#program(layoutOf(bits))
    return before
  }

  /** Whether `widen(false)` would make rows shorter or tables quicker: it costs a program that is generated and warmed up anew. */
  get couldBeTighter(): boolean {
    return layoutOf(this.#needed).words < this.layout.words || this.program.couldBeDenser
  }

  /** How many bits each cell needs by now. */
  get #needed(): readonly number[] {
    return this.interner.locals.map((locals) => bitsFor(locals.length))
  }

  /** Moves the tables into memory that worker threads can read; the layout stays. */
  share(): void {
    this.#memory = new Memory(true)
    const settles = this.#memory.integers(this.settles.length)
    settles.set(this.settles)
    this.settles = settles
    this.program = this.#program(this.layout)
  }

  /** Evaluates a step for the local states with these numbers, logs the answer, and returns the record's index. */
  evaluateStep(at: number, ids: readonly number[]): number {
    const step = this.system.steps[at]!
    const { cells } = step.shape
    const outcome = this.#guarded(step, () =>
      this.semantics.fire(
        step,
        ids.map((id, position) => this.interner.locals[cells[position]!]![id]!),
      ),
    )
    const record = [...ids, code[outcome.kind === 'blocked' ? 'disabled' : outcome.kind]]
    for (let position = 0; position < step.receivers; position++)
      record.push(outcome.kind === 'taken' ? this.numberOf(cells[position]!, outcome.writes[position]!) : 0)
    this.stepLogs[at]!.add(record)
    return this.stepLogs[at]!.length - 1
  }

  /** Evaluates a claim likewise. */
  evaluateClaim(at: number, ids: readonly number[]): number {
    const { instance, predicate } = this.claims[at]!
    const locals = ids.map((id, position) => this.interner.locals[instance.shape.cells[position]!]![id]!)
    const holds = this.#guarded(undefined, () => this.semantics.holds(instance, predicate, locals))
    this.claimLogs[at]!.add([...ids, holds ? truth.true : truth.false])
    return this.claimLogs[at]!.length - 1
  }

  /** Whether a step is disabled wherever its pivot has this number, as it was first answered. */
  ruledOut(at: number, id: number): boolean {
    return (this.#ruled[at]![id] ??= this.rulesOut(at, id))
  }

  /** The same, asked anew. */
  rulesOut(at: number, id: number): boolean {
    const pivot = this.pivots[at]!
    return this.leading[at]!.ruleOut(pivot, this.interner.locals[pivot]![id]!)
  }

  /** What was found out about the system so far, so that another process may go on with it. */
  get memory(): CompiledMemory {
    return {
      locals: this.interner.locals.map((own, cell) => own.map((local) => this.semantics.textOf(cell, local))),
      bits: this.layout.bits,
      widenings: this.widenings,
      ruled: this.#ruled.map((own) => Array.from(own, (isOut) => (isOut === undefined ? null : isOut))),
    }
  }

  /** Goes on with what was found out before, logs included; to be called before any row is made. */
  recall(memory: CompiledMemory, logs: readonly Int32Array[], roomy: boolean): void {
    this.widenings = memory.widenings
    this.#roomy = roomy
    this.interner.limit(memory.locals.map(({ length }) => length))
    for (const [cell, texts] of memory.locals.entries())
      for (const [id, text] of texts.entries())
        if (this.interner.idOf(cell, this.semantics.recall(cell, text)) !== id)
          throw new ModelError(`cell '${this.system.cells[cell]!.name}' does not begin as it was recorded`)
    for (const [at, log] of [...this.stepLogs, ...this.claimLogs].entries()) log.recall(logs[at]!)
    for (const [at, own] of memory.ruled.entries())
      for (const [id, isOut] of own.entries()) if (isOut !== null) this.#ruled[at]![id] = isOut
    this.program = this.#program(layoutOf(memory.bits))
  }

  /** The number of a cell's local state, which may be new. @throws Outgrown when the row has no room for it. */
  numberOf(cell: number, local: Local): number {
    const known = this.interner.locals[cell]!.length
    const id = this.interner.idOf(cell, local)
    if (id === known) this.program.discovered(cell, id)
    return id
  }

  #program(layout: Layout): Program {
    this.interner.limit(layout.bits.map((bits) => 2 ** bits))
    return new Program(this, layout, this.#memory, this.#roomy)
  }

  #guarded<T>(step: Step | undefined, run: () => T): T {
    try {
      return run()
    } catch (thrown) {
      throw thrown instanceof Outgrown ? thrown : new Fault(step, thrown)
    }
  }
}
