import { Compiled, Fault } from '../compile/compiled.ts'
import { successorExtra } from '../compile/generate.ts'
import { Outgrown } from '../compile/interner.ts'
import { StepClaims } from '../compile/step-claims.ts'
import type { System } from '../define/system.ts'
import { InputError, messageOf } from '../errors.ts'
import type { Budget, LimitName } from './budget.ts'
import { RowSet } from './row-set.ts'

/** Where something was met: by a step, if any, from a node; and how many preemptions its run has. */
export interface BoundedSighting {
  readonly node: number
  readonly step: number | undefined
  readonly instance: number | undefined
  readonly preemptions: number
  readonly length: number
}

/** A node's cost is its preemptions, and then its length, in one integer. */
const perPreemption = 1 << 22
const never = 0x7fffffff
export const mostPreemptions = 255

/**
 * Exhaustive search of the runs with at most so many preemptions (iterative context bounding: Musuvathi and Qadeer, PLDI 2007).
 * A preemption is a program step by another actor than took the last program step, while that one has a program step enabled
 * that would change something. To move on when the other is done, waits or spins costs nothing; nor do environment steps,
 * which preempt nobody: hardware acts beside the programs.
 *
 * A node is a state and the actor that moved last. Nodes are expanded in the order of their preemptions, and among those
 * of the length of their runs, so that each thing is first met by the fewest preemptions.
 */
export class PreemptionSearch {
  readonly compiled: Compiled
  readonly states: RowSet
  readonly stepClaims: StepClaims
  readonly bound: number
  /** How many preemptions the nodes that are being expanded have. */
  preemptions = 0
  /** How many states were first met with so many preemptions. */
  readonly statesBy: number[] = [0]
  transitions = 0
  /** Length of the longest run that was followed. */
  depth = 0
  limit: LimitName | undefined
  done = false
  /** Whether the bound kept a run from being followed. */
  cut = false
  fault: (BoundedSighting & { readonly message: string }) | undefined
  unhandled: BoundedSighting | undefined
  readonly violations = new Map<number, BoundedSighting>()
  readonly witnesses = new Map<number, BoundedSighting>()
  readonly boundsHit = new Set<number>()
  /** Nodes of the states in which no program step is enabled, in the order in which they were met. */
  readonly idle: BoundedSighting[] = []
  readonly enabled: Float64Array
  readonly #budget: Budget
  readonly #actors: number
  readonly #actorOf: Int32Array
  #best = new Int32Array(1024).fill(never)
  #parents = new Int32Array(1024)
  #vias = new Int32Array(1024)
  #met = new Uint8Array(1024)
  /** Nodes by the length of their runs; and preempting moves `[node, step, state…]` by length, of this round and the next. */
  #nodes: number[][] = [[0]]
  #moves: number[][] = []
  #later: number[][] = []
  #length = 0
  #at = 0
  #out: Int32Array
  #unhandledHere: number[] = []

  /** @throws ModelError when the system cannot be built, InputError for a bound out of range. */
  constructor(system: System, bound: number, budget: Budget = {}) {
    if (!Number.isSafeInteger(bound) || bound < 0 || bound > mostPreemptions)
      throw new InputError(`preemptions are bounded by a whole number from 0 to ${mostPreemptions}, not ${bound}`)
    this.compiled = new Compiled(system)
    this.bound = bound
    this.#budget = budget
    this.states = new RowSet(this.compiled.layout)
    this.stepClaims = new StepClaims(this.compiled)
    const actors = [...new Set(system.steps.filter(({ kind }) => kind === 'program').map(({ actor }) => actor))]
    this.#actors = actors.length + 1
    this.#actorOf = Int32Array.from(system.steps, ({ kind, actor }) => (kind === 'program' ? actors.indexOf(actor) + 1 : 0))
    this.enabled = new Float64Array(system.steps.length)
    this.#out = this.#buffer()
    this.#listen()
    this.states.add(this.compiled.initialRow(), 0)
    this.#best[0] = 0
    this.#parents[0] = -1
  }

  /** All buffers, in bytes. */
  get bytes(): number {
    const own = [this.#best, this.#parents, this.#vias, this.#met].reduce((sum, { byteLength }) => sum + byteLength, 0)
    return own + this.states.bytes + this.compiled.program.bytes
  }

  stateOf(node: number): number {
    return Math.floor(node / this.#actors)
  }

  /** The steps that lead to a sighting. */
  runTo({ node, step }: BoundedSighting): number[] {
    const steps: number[] = step === undefined ? [] : [step]
    for (let at = node; this.#parents[at]! >= 0; at = this.#parents[at]!) steps.push(this.#vias[at]!)
    return steps.reverse()
  }

  /** Expands up to about `nodes` more nodes. */
  advance(nodes: number): void {
    try {
      for (let rest = nodes; rest > 0 && !this.done; rest--) this.#next()
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      const node = this.#nodes[this.#length]?.[this.#at - 1] ?? 0
      this.fault = { ...this.#sighting(node, thrown.step?.index, undefined), message: messageOf(thrown) }
      this.done = true
    }
    if (this.done) return
    this.limit = this.#limit()
    this.done = this.limit !== undefined
  }

  run(): this {
    while (!this.done) this.advance(1 << 14)
    return this
  }

  #limit(): LimitName | undefined {
    const { states, bytes, first, stop } = this.#budget
    if (first && (this.violations.size > 0 || this.unhandled !== undefined)) return 'first'
    if (states !== undefined && this.states.count >= states) return 'states'
    if (bytes !== undefined && this.bytes > bytes) return 'memory'
    return stop?.()
  }

  #next(): void {
    const nodes = this.#nodes[this.#length]
    if (nodes !== undefined && this.#at < nodes.length) {
      const node = nodes[this.#at++]!
      if (this.#best[node] === this.preemptions * perPreemption + this.#length) this.#expand(node)
      return
    }
    this.#nodes[this.#length] = []
    this.#at = 0
    const { depth } = this.#budget
    const last = Math.max(this.#nodes.length, this.#moves.length) - 1
    if (this.#length < last && (depth === undefined || this.#length < depth)) {
      this.#length++
      this.depth = Math.max(this.depth, this.#length)
      this.#preempt(this.#moves[this.#length] ?? [])
      return
    }
    if (this.#length < last) this.limit = 'depth'
    if (this.#later.length === 0 || this.preemptions === this.bound) {
      this.done = true
      return
    }
    this.preemptions++
    this.statesBy.push(0)
    this.#moves = this.#later
    this.#later = []
    this.#nodes = []
    this.#length = 0
  }

  /** Takes the preempting moves that were put off until now. */
  #preempt(moves: readonly number[]): void {
    const { words } = this.compiled.layout
    for (let at = 0; at < moves.length; at += 3) {
      const [node, step, to] = [moves[at]!, moves[at + 1]!, moves[at + 2]!]
      this.#judgeStep(node, step, this.states.rows, to * words)
      this.#relax(to * this.#actors + this.#actorOf[step]!, this.#length, node, step)
    }
  }

  #expand(node: number): void {
    const [state, last] = [this.stateOf(node), node % this.#actors]
    const end = this.#successors(state)
    // Read behind the successors, which may have widened the row.
    const { words } = this.compiled.layout
    const stride = words + successorExtra
    let [mayGoOn, moves] = [false, false]
    for (let at = words; at < end; at += stride) {
      const actor = this.#actorOf[this.#out[at]!]!
      moves ||= actor > 0
      mayGoOn ||= last > 0 && actor === last && this.#out[at + 1]! >= 0
    }
    this.#meet(node, state, moves)
    for (const step of this.#unhandledHere) this.#noteUnhandled(node, step, this.#preempts(step, last, mayGoOn))
    const length = this.#length + 1
    for (let at = 0; at < end; at += stride) {
      const step = this.#out[at + words]!
      this.enabled[step]!++
      this.transitions++
      const preempts = this.#preempts(step, last, mayGoOn)
      if (preempts && this.preemptions === this.bound) {
        this.cut = true
        continue
      }
      const to = this.#out[at + words + 1]! < 0 ? state : this.states.add(this.#out, at)
      if (preempts) (this.#later[length] ??= []).push(node, step, to)
      else {
        this.#judgeStep(node, step, this.#out, at)
        this.#relax(to * this.#actors + (this.#actorOf[step]! || last), length, node, step)
      }
    }
  }

  /** Whether a step preempts: its actor's program breaks in on that of another, which could go on. */
  #preempts(step: number, last: number, mayGoOn: boolean): boolean {
    return mayGoOn && this.#actorOf[step]! > 0 && this.#actorOf[step]! !== last
  }

  #successors(state: number): number {
    for (;;)
      try {
        this.#unhandledHere = []
        return this.compiled.program.run.expand(this.states.rows, state, this.#out, 0)
      } catch (thrown) {
        if (!(thrown instanceof Outgrown)) throw thrown
        const before = this.compiled.widen(true)
        this.states.repack(before, this.compiled.layout)
        this.stepClaims.widen()
        this.#out = this.#buffer()
        this.#listen()
      }
  }

  #relax(node: number, length: number, parent: number, step: number): void {
    if (node >= this.#best.length) this.#grow(node)
    const cost = this.preemptions * perPreemption + length
    if (cost >= this.#best[node]!) return
    this.#best[node] = cost
    this.#parents[node] = parent
    this.#vias[node] = step
    ;(this.#nodes[length] ??= []).push(node)
  }

  /** Asks every claim about a state when it is first met, which is with the fewest preemptions. */
  #meet(node: number, state: number, moves: boolean): void {
    if (this.#met[state] === 1) return
    this.#met[state] = 1
    this.statesBy[this.preemptions]!++
    if (!moves) this.idle.push(this.#sighting(node, undefined, undefined))
    const { claims, program, settles, layout } = this.compiled
    for (const [at, { role, owner, nth }] of claims.entries()) {
      if (settles[at] === 0 || program.run.claims[at]!(this.states.rows, state * layout.words) !== settles[at]) continue
      if (role === 'bound') this.boundsHit.add(owner)
      else if (role === 'sometimes') this.witnesses.set(nth, this.#sighting(node, undefined, nth))
      else this.#violate(nth, this.#sighting(node, undefined, nth))
      if (role !== 'always') settles[at] = 0
    }
  }

  #judgeStep(node: number, step: number, rows: Int32Array, at: number): void {
    if (this.stepClaims.none) return
    const base = this.stateOf(node) * this.compiled.layout.words
    for (;;) {
      const instance = this.stepClaims.violated(step, this.states.rows, base, rows, at)
      if (instance === undefined) return
      this.#violate(instance, this.#sighting(node, step, instance))
    }
  }

  #violate(instance: number, sighting: BoundedSighting): void {
    const { owner } = this.compiled.system.instances[instance]!
    if (!this.violations.has(owner)) this.violations.set(owner, sighting)
    this.stepClaims.decide(owner)
    for (const [at, { role, owner: other }] of this.compiled.claims.entries())
      if (role === 'always' && other === owner) this.compiled.settles[at] = 0
  }

  #noteUnhandled(node: number, step: number, preempts: boolean): void {
    const preemptions = this.preemptions + (preempts ? 1 : 0)
    if (preemptions > this.bound || preemptions >= (this.unhandled?.preemptions ?? never)) return
    this.unhandled = { ...this.#sighting(node, step, undefined), preemptions }
  }

  #sighting(node: number, step: number | undefined, instance: number | undefined): BoundedSighting {
    const length = this.#length + (step === undefined ? 0 : 1)
    return { node, step, instance, preemptions: this.preemptions, length }
  }

  #grow(node: number): void {
    const size = Math.max(node + 1, this.#best.length * 2)
    const longer = <T extends Int32Array | Uint8Array>(array: T, fresh: T): T => {
      fresh.set(array)
      return fresh
    }
    this.#best = longer(this.#best, new Int32Array(size).fill(never))
    this.#parents = longer(this.#parents, new Int32Array(size))
    this.#vias = longer(this.#vias, new Int32Array(size))
    this.#met = longer(this.#met, new Uint8Array(size))
  }

  #buffer(): Int32Array {
    return new Int32Array(this.compiled.system.steps.length * (this.compiled.layout.words + successorExtra))
  }

  #listen(): void {
    this.compiled.program.run.onUnhandled = (step) => this.#unhandledHere.push(step)
  }

  /** Whether a state is a legitimate end. */
  isFinal(state: number): boolean {
    return this.compiled.isFinal(this.states.rows, state * this.compiled.layout.words)
  }

  /** Visits the successors of a state that was met: the step, and the state it leads to, −1 where that was not met. */
  successors(state: number, visit: (step: number, to: number) => void): void {
    const end = this.#successors(state)
    const { words } = this.compiled.layout
    for (let at = 0; at < end; at += words + successorExtra) visit(this.#out[at + words]!, this.states.find(this.#out, at))
  }
}
