import type { Instance, Step, System } from '../define/system.ts'
import { truth } from './codes.ts'
import type { Compiled } from './compiled.ts'
import { Fault } from './compiled.ts'
import { keyBits, keyOf, keyText } from './key.ts'
import { fieldOf, type Layout, putField } from './layout.ts'
import { Log } from './log.ts'
import { WideTable, wideText } from './wide-table.ts'

/** One `onStep` instance asked about one step. */
interface Question {
  readonly instance: number
  readonly step: number
  readonly cells: readonly number[]
  /** Records `[numbers before…, numbers after…, truth]`. */
  readonly log: Log
  /** What the answer depends on, as cells of the pair: all of them before, and after only those that the step writes. */
  readonly key: readonly number[]
  table: Uint8Array | WideTable
}

/** Whether an instance of an `onStep` property speaks of a step at all. */
export function asksAbout({ properties }: System, instance: Instance, { rule, shape, receivers }: Step): boolean {
  const property = properties[instance.owner]!
  if (property.kind !== 'onStep') return false
  const written = shape.cells.slice(0, receivers)
  return property.on?.includes(rule.name) ?? instance.shape.cells.some((cell) => written.includes(cell))
}

/** Whether nothing is false of the step from the row at `base` to the words at `out[at…]`, as far as the tables know. */
type Quiet = (rows: Int32Array, base: number, out: Int32Array, at: number) => boolean

/** A dense table above this many bits, or beyond this many bytes altogether, is open-addressed instead. */
const densest = { bits: 16, bytes: 4 << 20 }

/** The `onStep` claims as tables over the numbers of their cells before and after a step. */
export class StepClaims {
  readonly #compiled: Compiled
  readonly #questions: Question[] = []
  readonly #ofStep: Question[][]
  #pair: Layout
  #row: Int32Array
  #denseBytes = 0
  /** What generates, from `quietTables`, a function for each step that says whether nothing is false of it. */
  quietSource = ''
  quietTables: readonly (readonly (Uint8Array | WideTable)[])[] = []
  /** By step: 1 where a question about it remains. */
  asked: Uint8Array<ArrayBufferLike> = new Uint8Array(0)
  /** How often these were made. */
  generations = 0
  /** By step: what says whether nothing is false of it, where questions about it remain. */
  quiet: readonly (Quiet | undefined)[] = []

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
        if (!asksAbout(system, instance, step)) continue
        const written = step.shape.cells.slice(0, step.receivers)
        const log = new Log(cells.length * 2 + 1)
        const key = [...cells, ...cells.filter((cell) => written.includes(cell)).map((cell) => system.cells.length + cell)]
        this.#questions.push({ instance: nth, step: step.index, cells, log, key, table: this.#tableOf(key) })
      }
    }
    this.#ofStep = system.steps.map((step) => this.#questions.filter((question) => question.step === step.index))
    this.#generate()
  }

  get none(): boolean {
    return this.#questions.length === 0
  }

  get bytes(): number {
    return this.#questions.reduce(
      (sum, { log, table }) => sum + log.bytes + (table instanceof Uint8Array ? table.byteLength : table.bytes),
      0,
    )
  }

  /** No instance of this property needs an answer any more. */
  decide(owner: number): void {
    const isOfOwner = ({ instance }: Question): boolean => this.#compiled.system.instances[instance]!.owner === owner
    if (!this.#ofStep.some((questions) => questions.some(isOfOwner))) return
    for (const [step, questions] of this.#ofStep.entries())
      this.#ofStep[step] = questions.filter((question) => !isOfOwner(question))
    this.#generate()
  }

  /** The first instance that is false of the step from the row at `base` to the words at `out[at…]`. */
  violated(step: number, rows: Int32Array, base: number, out: Int32Array, at: number): number | undefined {
    const quiet = this.quiet[step]
    if (quiet === undefined || quiet(rows, base, out, at)) return undefined
    const words = this.#compiled.layout.words
    for (let word = 0; word < words; word++) {
      this.#row[word] = rows[base + word]!
      this.#row[words + word] = out[at + word]!
    }
    return this.#ofStep[step]!.find((question) => this.#ask(question) === truth.false)?.instance
  }

  /** Makes the tables anew after the compiled system was widened. */
  widen(): void {
    this.#pair = pairOf(this.#compiled.layout)
    this.#row = new Int32Array(this.#pair.words)
    this.#denseBytes = 0
    for (const question of this.#questions) {
      question.table = this.#tableOf(question.key)
      for (let record = 0; record < question.log.length; record++) this.#enter(question, question.log.record(record))
    }
    this.#generate()
  }

  /** What was answered so far, so that another process may go on with it. */
  get logs(): Int32Array[] {
    return this.#questions.map(({ log }) => log.values)
  }

  /** Goes on with answers that were given before, over the layout that the compiled system has now. */
  recall(logs: readonly Int32Array[]): void {
    for (const [at, { log }] of this.#questions.entries()) log.recall(logs[at]!)
    this.widen()
  }

  /** Every answer given so far, last first: for the audit. */
  *answers(): Generator<{ readonly instance: number; readonly step: number; readonly record: Int32Array }> {
    for (const { instance, step, log } of this.#questions.toReversed())
      for (let record = log.length - 1; record >= 0; record--) yield { instance, step, record: log.record(record) }
  }

  #ask(question: Question): number {
    const { table, key } = question
    const known = table instanceof Uint8Array ? table[this.#dense(key)]! : table.get(this.#row, 0)
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
    this.#set(question, answer)
    return answer
  }

  #tableOf(key: readonly number[]): Uint8Array | WideTable {
    const size = 2 ** keyBits(this.#pair, key)
    if (size > 2 ** densest.bits || this.#denseBytes + size > densest.bytes)
      return new WideTable(this.#compiled.program.memory, this.#pair, key)
    this.#denseBytes += size
    return this.#compiled.program.memory.bytes(size)
  }

  #enter(question: Question, record: Int32Array): void {
    this.#row.fill(0)
    const { cells } = question
    for (const [position, cell] of cells.entries()) {
      putField(this.#pair, this.#row, 0, cell, record[position]!)
      putField(this.#pair, this.#row, 0, this.#compiled.system.cells.length + cell, record[cells.length + position]!)
    }
    this.#set(question, record[cells.length * 2]!)
  }

  #set({ table, key }: Question, answer: number): void {
    if (table instanceof Uint8Array) table[this.#dense(key)] = answer
    else table.set(this.#row, 0, answer)
  }

  #dense(key: readonly number[]): number {
    return keyOf(
      this.#pair,
      key,
      key.map((cell) => fieldOf(this.#pair, this.#row, 0, cell)),
    )
  }

  /** One function for each step that questions remain about. */
  #generate(): void {
    const { words } = this.#compiled.layout
    const tables = this.#ofStep.map((questions) => questions.map(({ table }) => table))
    const constants: string[] = []
    const texts = this.#ofStep.map((questions, step) => {
      if (questions.length === 0) return 'undefined'
      const used = [...new Set(questions.flatMap(({ key }) => key.map((cell) => this.#pair.word[cell]!)))]
      const load = used.map((word) => `const s${word} = ${word < words ? `rows[base + ${word}]` : `out[at + ${word - words}]`};`)
      const asked = questions.map(({ key, table }, nth) => {
        const name = `${step}_${nth}`
        constants.push(`const T${name} = tables[${step}][${nth}];`)
        if (!(table instanceof WideTable)) return `T${name}[${keyText(this.#pair, key)}] === ${truth.true}`
        const wide = wideText(this.#pair, key, `T${name}`)
        constants.push(`const W${name} = ${wide.get};`)
        return `W${name}${wide.call} === ${truth.true}`
      })
      return `(rows, base, out, at) => { ${load.join(' ')} return ${asked.join(' && ')}; }`
    })
    this.quietSource = `'use strict'; ${constants.join(' ')} return [${texts.join(',\n')}];`
    this.quietTables = tables
    this.asked = this.#compiled.program.memory.bytes(this.#ofStep.length)
    for (const [step, questions] of this.#ofStep.entries()) if (questions.length > 0) this.asked[step] = 1
    this.generations++
    this.quiet = new Function('tables', this.quietSource)(tables) as Quiet[]
  }
}

/** Two rows side by side: cell `c` before is cell `c`, cell `c` after is cell `count + c`. */
const pairOf = ({ bits, word, shift, words }: Layout): Layout => ({
  bits: [...bits, ...bits],
  word: [...word, ...word.map((at) => at + words)],
  shift: [...shift, ...shift],
  words: words * 2,
})
