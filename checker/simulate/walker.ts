import type { Compiled } from '../compile/compiled.ts'
import { Outgrown } from '../compile/interner.ts'
import { type Layout, mover } from '../compile/layout.ts'
import { chunkSize } from '../compile/program.ts'
import type { StepClaims } from '../compile/step-claims.ts'
import { EnabledSteps } from './enabled.ts'
import { type Touched, touchedBy } from './joint.ts'
import { came, everything } from './take-code.ts'
import { generateWalk, type WalkCode } from './walk-code.ts'

/**
 * One state that moves, and the steps that are enabled in it, of which only those are asked about again that the last
 * step may have changed.
 */
export class Walker {
  readonly compiled: Compiled
  /** The state. Taken anew wherever the layout changes. */
  row: Int32Array
  /** The state before the last step that claims speak of. */
  before: Int32Array
  readonly enabled: EnabledSteps
  /** A bit for each step that ever was enabled, `chunkSize` of them in a word. */
  readonly everEnabled: Int32Array
  /** Called after the row was widened, with the layout before. */
  onWiden: (before: Layout) => void = () => {}
  readonly #claims: StepClaims | undefined
  readonly #everything: readonly Touched[]
  readonly #everyChunk: Int32Array
  /** The steps of the program, as such bits. */
  readonly #programs: Int32Array
  /** For each step: the steps that it may enable or disable, and their chunks. */
  #touched: readonly (readonly Touched[])[] = []
  #chunks: readonly Int32Array[] = []
  #isSettled = false
  #code: WalkCode
  /** What is enabled in the initial state, once it is known. */
  #first: Int32Array | undefined
  #initial: Int32Array

  /** The walker stands in the initial state. `claims`: to be told by `advance` which steps these have to judge. */
  constructor(compiled: Compiled, claims?: StepClaims) {
    const chunks = Math.ceil(compiled.system.steps.length / chunkSize)
    this.compiled = compiled
    this.#claims = claims
    this.#programs = new Int32Array(chunks)
    for (const { index, kind } of compiled.system.steps)
      if (kind === 'program') this.#programs[Math.floor(index / chunkSize)]! |= 1 << (index % chunkSize)
    this.#everything = Array.from({ length: chunks }, (_, chunk) => ({ chunk, joints: [], rest: (1 << chunkSize) - 1 }))
    this.#everyChunk = Int32Array.from(this.#everything, ({ chunk }) => chunk)
    this.enabled = new EnabledSteps(chunks)
    this.everEnabled = new Int32Array(chunks)
    this.#initial = compiled.initialRow()
    this.row = this.#initial.slice()
    this.before = this.row.slice()
    this.#code = this.#generate()
  }

  /** Back to the initial state. */
  restart(): void {
    this.row.set(this.#initial)
    if (this.#first === undefined) {
      this.#askAllOrWiden()
      this.#first = this.enabled.now.slice()
    } else {
      this.enabled.now.set(this.#first)
      this.enabled.changed(this.#everyChunk)
    }
  }

  /** Whether any step of the program is enabled. */
  get isProgramEnabled(): boolean {
    return this.enabled.anyOf(this.#programs)
  }

  /** Whether a step that is enabled would change anything. */
  changes(step: number): boolean {
    return this.#code.changes[step]!(this.row)
  }

  /**
   * Takes a step that is enabled; whether it changed anything.
   *
   * @throws Fault when some step that touches the same cells cannot be evaluated.
   */
  take(step: number): boolean {
    return (this.advance(step) & came.changed) !== 0
  }

  /** The same; what it `came` to. */
  advance(step: number): number {
    let bits = everything
    try {
      bits = this.#code.take[step]!(this.row)
      if ((bits & came.changed) === 0) return bits
      if ((bits & came.unsure) === 0) this.enabled.changed(this.#chunks[step]!)
      else this.#learn(step)
    } catch (thrown) {
      this.#outgrown(thrown)
      return everything
    }
    return bits
  }

  /** Whether the state is a legitimate end. */
  isFinal(): boolean {
    return this.compiled.isFinal(this.row, 0)
  }

  /** A step that was found unhandled since this was last called, or −1. */
  unhandled(): number {
    const { unhandled } = this.#code
    if (unhandled >= 0) this.#code.unhandled = -1
    return unhandled
  }

  /** For a walk that goes on for long: packs the row tightly, and makes joint tables. */
  settle(): void {
    this.#isSettled = true
    this.#pack(false)
  }

  /** Makes room for more local states. */
  widen(): void {
    this.#pack(true)
  }

  #pack(roomy: boolean): void {
    const before = this.compiled.widen(roomy)
    const { layout } = this.compiled
    const move = mover(before, layout)
    const [row, earlier] = [this.row, this.before].map((narrow) => {
      const longer = new Int32Array(Math.max(before.words, layout.words))
      longer.set(narrow)
      move(longer, 1)
      return longer.slice(0, layout.words)
    }) as [Int32Array, Int32Array]
    this.row = row
    this.before = earlier
    this.#initial = this.compiled.initialRow()
    this.#first = undefined
    this.#claims?.widen()
    this.#code = this.#generate()
    this.onWiden(before)
    this.#askAllOrWiden()
  }

  #generate(): WalkCode {
    const { program, system } = this.compiled
    this.#touched = touchedBy(system.steps, program.layout, this.#isSettled)
    this.#chunks = this.#touched.map((list) => Int32Array.from(list, ({ chunk }) => chunk))
    const standing = { now: this.enabled.now, ever: this.everEnabled, before: this.before }
    return generateWalk(this.compiled, this.#touched, this.#isSettled, standing, this.#claims)
  }

  /** Finds out what the step changed, and tells the joint tables; they know nothing of steps that are unhandled. */
  #learn(step: number): void {
    this.#ask(this.#touched[step]!)
    this.enabled.changed(this.#chunks[step]!)
    if (this.#code.unhandled < 0) this.#code.learn[step]!(this.row)
  }

  #askAllOrWiden(): void {
    try {
      this.#askAll()
    } catch (thrown) {
      this.#outgrown(thrown)
    }
  }

  #outgrown(thrown: unknown): void {
    if (!(thrown instanceof Outgrown)) throw thrown
    this.widen()
  }

  #askAll(): void {
    this.#ask(this.#everything)
    this.enabled.changed(this.#everyChunk)
  }

  #ask(touched: readonly Touched[]): void {
    const { ask } = this.#code
    const { row } = this
    const { now } = this.enabled
    for (const { chunk, joints, rest } of touched) {
      const mask = joints.reduce((bits, joint) => bits | joint.mask, rest)
      now[chunk] = (now[chunk]! & ~mask) | ask[chunk]!(row, mask)
    }
  }
}
