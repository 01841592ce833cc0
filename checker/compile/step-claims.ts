import { truth } from './codes.ts'
import type { Compiled } from './compiled.ts'
import { Fault } from './compiled.ts'
import { WideTable } from './key.ts'
import { fieldOf, type Layout, putField } from './layout.ts'
import { Log } from './log.ts'

/** One `onStep` instance asked about one step. */
interface Question {
  readonly instance: number
  readonly step: number
  readonly cells: readonly number[]
  /** Records `[numbers before…, numbers after…, truth]`. */
  readonly log: Log
  table: WideTable
}

/** The `onStep` claims as tables over the numbers of their cells before and after a step. */
export class StepClaims {
  readonly #compiled: Compiled
  readonly #questions: Question[] = []
  readonly #ofStep: Question[][]
  readonly #decided = new Set<number>()
  #pair: Layout
  #row: Int32Array

  constructor(compiled: Compiled) {
    this.#compiled = compiled
    const { system } = compiled
    this.#pair = pairOf(compiled.layout)
    this.#row = new Int32Array(this.#pair.words)
    for (const [nth, instance] of system.instances.entries()) {
      const property = system.properties[instance.owner]!
      if (property.kind !== 'onStep') continue
      const { cells } = instance.shape
      for (const step of system.steps) {
        const written = step.shape.cells.slice(0, step.receivers)
        if (!(property.on?.includes(step.rule.name) ?? cells.some((cell) => written.includes(cell)))) continue
        const log = new Log(cells.length * 2 + 1)
        this.#questions.push({ instance: nth, step: step.index, cells, log, table: this.#tableOf(cells) })
      }
    }
    this.#ofStep = system.steps.map((step) => this.#questions.filter((question) => question.step === step.index))
  }

  get none(): boolean {
    return this.#questions.length === 0
  }

  get bytes(): number {
    return this.#questions.reduce((sum, { log, table }) => sum + log.bytes + table.bytes, 0)
  }

  /** No instance of this property needs an answer any more. */
  decide(owner: number): void {
    this.#decided.add(owner)
    for (const [step, questions] of this.#ofStep.entries())
      this.#ofStep[step] = questions.filter(({ instance }) => this.#compiled.system.instances[instance]!.owner !== owner)
  }

  /** The first instance that is false of the step from the row at `base` to the words at `out[at…]`. */
  violated(step: number, rows: Int32Array, base: number, out: Int32Array, at: number): number | undefined {
    const questions = this.#ofStep[step]!
    if (questions.length === 0) return undefined
    const words = this.#compiled.layout.words
    for (let word = 0; word < words; word++) {
      this.#row[word] = rows[base + word]!
      this.#row[words + word] = out[at + word]!
    }
    return questions.find((question) => this.#ask(question) === truth.false)?.instance
  }

  /** Makes the tables anew after the compiled system was widened. */
  widen(): void {
    this.#pair = pairOf(this.#compiled.layout)
    this.#row = new Int32Array(this.#pair.words)
    for (const question of this.#questions) {
      question.table = this.#tableOf(question.cells)
      for (let record = 0; record < question.log.length; record++) this.#enter(question, question.log.record(record))
    }
  }

  /** Every answer given so far, last first: for the audit. */
  *answers(): Generator<{ readonly instance: number; readonly step: number; readonly record: Int32Array }> {
    for (const { instance, step, log } of this.#questions.toReversed())
      for (let record = log.length - 1; record >= 0; record--) yield { instance, step, record: log.record(record) }
  }

  #ask(question: Question): number {
    const known = question.table.get(this.#row, 0)
    if (known !== 0) return known
    const { system, interner, semantics } = this.#compiled
    const { cells } = question
    const cellCount = system.cells.length
    const before = cells.map((cell) => fieldOf(this.#pair, this.#row, 0, cell))
    const after = cells.map((cell) => fieldOf(this.#pair, this.#row, 0, cellCount + cell))
    const instance = system.instances[question.instance]!
    const property = system.properties[instance.owner]!
    if (property.kind !== 'onStep') throw new TypeError('only onStep properties are asked about steps')
    const step = system.steps[question.step]!
    const localsOf = (ids: readonly number[]) => ids.map((id, position) => interner.locals[cells[position]!]![id]!)
    let holds: boolean
    try {
      holds = semantics.holdsOnStep(instance, property.holds, step, localsOf(before), localsOf(after))
    } catch (thrown) {
      throw new Fault(step, thrown)
    }
    const answer = holds ? truth.true : truth.false
    question.log.add([...before, ...after, answer])
    question.table.set(this.#row, 0, answer)
    return answer
  }

  #tableOf(cells: readonly number[]): WideTable {
    return new WideTable(this.#pair, [...cells, ...cells.map((cell) => this.#compiled.system.cells.length + cell)])
  }

  #enter(question: Question, record: Int32Array): void {
    this.#row.fill(0)
    const { cells } = question
    for (const [position, cell] of cells.entries()) {
      putField(this.#pair, this.#row, 0, cell, record[position]!)
      putField(this.#pair, this.#row, 0, this.#compiled.system.cells.length + cell, record[cells.length + position]!)
    }
    question.table.set(this.#row, 0, record[cells.length * 2]!)
  }
}

/** Two rows side by side: cell `c` before is cell `c`, cell `c` after is cell `count + c`. */
const pairOf = ({ bits, word, shift, words }: Layout): Layout => ({
  bits: [...bits, ...bits],
  word: [...word, ...word.map((at) => at + words)],
  shift: [...shift, ...shift],
  words: words * 2,
})
