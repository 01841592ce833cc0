import type { Compiled } from '../compile/compiled.ts'
import { Outgrown } from '../compile/interner.ts'
import { type Layout, mover } from '../compile/layout.ts'
import { chunkSize } from '../compile/program.ts'
import type { Step } from '../define/system.ts'
import { generateWalk, type WalkCode } from './walk-code.ts'

/** How many bits of a word are set. */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** The steps that may be enabled or disabled by each step: those that touch a cell which it writes, `[chunk, mask…]`. */
function touchedBy(steps: readonly Step[]): Int32Array[] {
  const known = new Map<string, Int32Array>()
  return steps.map(({ shape, receivers }) => {
    const written = new Set(shape.cells.slice(0, receivers))
    const key = [...written].sort((a, b) => a - b).join(' ')
    let list = known.get(key)
    if (list === undefined) {
      const masks = new Int32Array(Math.ceil(steps.length / chunkSize))
      for (const { index, shape } of steps)
        if (shape.cells.some((cell) => written.has(cell))) masks[Math.floor(index / chunkSize)]! |= 1 << (index % chunkSize)
      list = Int32Array.from([...masks.entries()].filter(([, mask]) => mask !== 0).flat())
      known.set(key, list)
    }
    return list
  })
}

/**
 * One state that moves, and the steps that are enabled in it, of which only those are asked about again that the last
 * step may have changed. What is enabled is kept as bits in the order of steps, so that what a number chooses depends on
 * the state alone and not on how it was reached.
 */
export class Walker {
  readonly compiled: Compiled
  /** The state. Taken anew wherever the layout changes. */
  row: Int32Array
  /** How many steps are enabled, and how many of the program. */
  enabledCount = 0
  programCount = 0
  /** A bit for each step that is enabled, `chunkSize` of them in a word. */
  readonly enabled: Int32Array
  /** The same for each step that ever was. */
  readonly everEnabled: Int32Array
  /** Called after the row was widened, with the layout before. */
  onWiden: (before: Layout) => void = () => {}
  readonly #touched: readonly Int32Array[]
  readonly #everything: Int32Array
  readonly #programs: Int32Array
  readonly #counts: Int32Array
  #code: WalkCode
  #first:
    | { readonly enabled: Int32Array; readonly counts: Int32Array; readonly all: number; readonly programs: number }
    | undefined
  #initial: Int32Array

  /** The walker stands in the initial state. */
  constructor(compiled: Compiled) {
    const { steps } = compiled.system
    const chunks = Math.ceil(steps.length / chunkSize)
    this.compiled = compiled
    this.#code = generateWalk(compiled.program, compiled.system)
    this.#touched = touchedBy(steps)
    this.#everything = Int32Array.from({ length: chunks * 2 }, (_, at) => (at % 2 === 0 ? at / 2 : (1 << chunkSize) - 1))
    this.#programs = new Int32Array(chunks)
    for (const { index, kind } of steps)
      if (kind === 'program') this.#programs[Math.floor(index / chunkSize)]! |= 1 << (index % chunkSize)
    this.enabled = new Int32Array(chunks)
    this.everEnabled = new Int32Array(chunks)
    this.#counts = new Int32Array(chunks)
    this.#initial = compiled.initialRow()
    this.row = this.#initial.slice()
  }

  /** Back to the initial state. */
  restart(): void {
    this.row.set(this.#initial)
    if (this.#first !== undefined) {
      this.enabled.set(this.#first.enabled)
      this.#counts.set(this.#first.counts)
      this.enabledCount = this.#first.all
      this.programCount = this.#first.programs
      return
    }
    this.#askAllOrWiden()
    const { enabledCount: all, programCount: programs } = this
    this.#first = { enabled: this.enabled.slice(), counts: this.#counts.slice(), all, programs }
  }

  /** Step number `nth` of those that are enabled, counted from 0 in the order of their indices. */
  pick(nth: number): number {
    let chunk = 0
    let rest = nth
    for (; rest >= this.#counts[chunk]!; chunk++) rest -= this.#counts[chunk]!
    let word = this.enabled[chunk]!
    for (; rest > 0; rest--) word &= word - 1
    return chunk * chunkSize + 31 - Math.clz32(word & -word)
  }

  isEnabled(step: number): boolean {
    return (this.enabled[Math.floor(step / chunkSize)]! & (1 << (step % chunkSize))) !== 0
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
    if (!this.#code.take[step]!(this.row)) return false
    const touched = this.#touched[step]!
    try {
      this.#ask(touched)
    } catch (thrown) {
      this.#outgrown(thrown)
    }
    return true
  }

  /** A step that was found unhandled since this was last called, or −1. */
  unhandled(): number {
    const { unhandled } = this.#code
    if (unhandled >= 0) this.#code.unhandled = -1
    return unhandled
  }

  /** Makes room for more local states; where `roomy` is false, no more than they need. */
  widen(roomy: boolean): void {
    const before = this.compiled.widen(roomy)
    const { layout, program, system } = this.compiled
    const longer = new Int32Array(Math.max(before.words, layout.words))
    longer.set(this.row)
    mover(before, layout)(longer, 1)
    this.row = longer.slice(0, layout.words)
    this.#initial = this.compiled.initialRow()
    this.#code = generateWalk(program, system)
    this.#first = undefined
    this.onWiden(before)
    this.#askAllOrWiden()
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
    this.widen(true)
  }

  #askAll(): void {
    this.enabled.fill(0)
    this.#counts.fill(0)
    this.enabledCount = this.programCount = 0
    this.#ask(this.#everything)
  }

  #ask(list: Int32Array): void {
    const { ask } = this.#code
    const { row, enabled } = this
    for (let at = 0; at < list.length; at += 2) {
      const chunk = list[at]!
      const mask = list[at + 1]!
      const before = enabled[chunk]!
      const now = (before & ~mask) | ask[chunk]!(row, mask)
      if (now === before) continue
      const count = ones(now)
      this.enabledCount += count - this.#counts[chunk]!
      this.#counts[chunk] = count
      this.programCount += ones(now & this.#programs[chunk]!) - ones(before & this.#programs[chunk]!)
      enabled[chunk] = now
      this.everEnabled[chunk]! |= now
    }
  }
}
