import type { Compiled } from '../compile/compiled.ts'
import { successorExtra } from '../compile/generate.ts'
import type { StepClaims } from '../compile/step-claims.ts'
import { type Bits, has } from './bits.ts'
import { CanonicalRow } from './canonical-row.ts'
import { asymmetryOf, asymmetryOfInitial } from './equivariance.ts'
import { footprintsOf, type Unsoundness } from './footprint.ts'
import { Images } from './images.ts'
import { Reasons } from './reasons.ts'
import type { ReductionPlan } from './reduction.ts'
import { StubbornSets } from './stubborn.ts'

/** Where states are looked up: the rows found so far and their hash table. */
export interface KnownStates {
  readonly rows: Int32Array
  readonly table: Int32Array
}

/**
 * What a reduction makes of one state's successors, which stand in `out[start..end)` as `expand` left them. First
 * `choose` drops what partial order reduction leaves out; then `fold` puts in the place of each row the one that stands
 * for its orbit.
 */
export class Reducer {
  readonly #compiled: Compiled
  readonly #unsound: Unsoundness
  readonly #reasons: Reasons | undefined
  readonly #stubborn: StubbornSets | undefined
  readonly #images: Images | undefined
  readonly #canonical: CanonicalRow | undefined
  readonly #taken: Int32Array
  /** A successor that is looked up before it is folded. */
  #probe: Int32Array

  constructor(compiled: Compiled, plan: ReductionPlan, unsound: Unsoundness = {}) {
    this.#compiled = compiled
    this.#unsound = unsound
    this.#taken = new Int32Array(compiled.system.steps.length)
    this.#probe = new Int32Array(compiled.layout.words)
    if (plan.por) {
      const footprints = footprintsOf(compiled.system, unsound)
      this.#reasons = new Reasons(compiled, footprints)
      this.#stubborn = new StubbornSets(footprints, this.#reasons, unsound)
    }
    if (plan.symmetry === undefined) return
    this.#images = new Images(compiled, plan.symmetry)
    this.#canonical = new CanonicalRow(compiled, this.#images)
  }

  /** Why the initial state is not its own image under every exchange, if it is not. */
  asymmetryAtTheStart(): string | undefined {
    return this.#images && asymmetryOfInitial(this.#compiled, this.#images)
  }

  /** Why what the search rested on is not closed under every exchange, if it is not. */
  asymmetryIn(stepClaims: StepClaims): string | undefined {
    return this.#images && asymmetryOf(this.#compiled, this.#images, stepClaims)
  }

  /** To be called when rows have another layout. */
  widen(): void {
    this.#reasons?.widen()
    this.#canonical?.widen()
    this.#probe = new Int32Array(this.#compiled.layout.words)
  }

  /**
   * Drops what can wait among the successors of `state` in `out[start..end)` and returns their new end. `nextLevel` is
   * the first state of the level behind that of `state`: a set of steps that leads to nothing on it or beyond it would
   * put off the others for ever, perhaps, and is refused. That depends on levels alone, not on the order within them.
   */
  choose(state: number, nextLevel: number, out: Int32Array, start: number, end: number, known: KnownStates): number {
    const { words } = this.#compiled.layout
    const stride = words + successorExtra
    const count = (end - start) / stride
    if (this.#stubborn === undefined || count < 2) return end
    for (let nth = 0; nth < count; nth++) this.#taken[nth] = out[start + nth * stride + words]!
    if (this.#stubborn.find(this.#taken, count, known.rows, state * words) === 0) return end
    for (let set = this.#stubborn.next(); set !== undefined; set = this.#stubborn.next())
      if (this.#unsound.noProviso || this.#leadsOn(set, nextLevel, out, start, end, known))
        return this.#keep(set, out, start, end)
    return end
  }

  /**
   * Folds every row in `out[start..end)`. For each, `arrivals` then holds its step and by which code that is to be renamed
   * likewise, or the renamed step and −1: see `arrival`.
   */
  fold(out: Int32Array, start: number, end: number, arrivals: Int32Array): void {
    const { words } = this.#compiled.layout
    const canonical = this.#canonical!
    const stride = words + successorExtra
    for (let at = start; at < end; at += stride) {
      const step = out[at + words]!
      const note = (at / stride) * 2
      arrivals[note] = step
      arrivals[note + 1] = -1
      if (out[at + words + 1]! < 0 || !canonical.fold(out, at)) continue
      const { code } = canonical
      arrivals[note + 1] = code
      if (code < 0) arrivals[note] = canonical.stepImage(step)
    }
  }

  /** The step by which successor `nth` is reached, renamed as its row was. */
  arrival(arrivals: Int32Array, nth: number): number {
    const [step, code] = [arrivals[nth * 2]!, arrivals[nth * 2 + 1]!]
    return code < 0 ? step : this.#canonical!.stepImageBy(code, step)
  }

  /** The exchanges, in order, that make of the row at `out[at…]` the one that stands for its orbit. */
  exchangesOf(out: Int32Array, at: number): number[] {
    return this.#canonical?.fold(out, at) ? this.#canonical.exchanges() : []
  }

  #leadsOn(set: Bits, nextLevel: number, out: Int32Array, start: number, end: number, known: KnownStates): boolean {
    const { layout, program } = this.#compiled
    const { words } = layout
    for (let at = start; at < end; at += words + successorExtra) {
      if (out[at + words + 1]! < 0 || !has(set, out[at + words]!)) continue
      for (let word = 0; word < words; word++) this.#probe[word] = out[at + word]!
      this.#canonical?.fold(this.#probe, 0)
      const to = program.run.find(this.#probe, 0, known.rows, known.table)
      if (to < 0 || to >= nextLevel) return true
    }
    return false
  }

  #keep(set: Bits, out: Int32Array, start: number, end: number): number {
    const { words } = this.#compiled.layout
    const stride = words + successorExtra
    let kept = start
    for (let at = start; at < end; at += stride) {
      if (!has(set, out[at + words]!)) continue
      if (kept !== at) out.copyWithin(kept, at, at + stride)
      kept += stride
    }
    return kept
  }
}
