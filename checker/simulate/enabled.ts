import { chunkSize } from '../compile/program.ts'
import { nthOne, ones, onesUpTo } from './ones.ts'
import { scaled } from './random.ts'

/** With so few chunks of steps one is drawn by code without a branch; with more, by how many of each chunk are enabled. */
const few = 4

/**
 * Which steps are enabled, as bits in the order of steps, so that what a number chooses depends on the state alone and not
 * on how it was reached.
 */
export class EnabledSteps {
  /** A bit for each step, `chunkSize` of them in a word. Whoever writes to it says so by `changed`. */
  readonly now: Int32Array
  /** For each chunk: how many of its steps are enabled; and how many are altogether. */
  readonly #counts: Int32Array
  #count = 0
  #isCounted = true
  readonly #draw: ((bits: number) => number) | undefined

  constructor(chunks: number) {
    this.now = new Int32Array(chunks)
    this.#counts = new Int32Array(chunks)
    if (chunks <= few) this.#draw = generateDraw(this.now)
  }

  get count(): number {
    if (!this.#isCounted) this.#recount()
    return this.#count
  }

  get any(): boolean {
    let found = 0
    for (let chunk = 0; chunk < this.now.length; chunk++) found |= this.now[chunk]!
    return found !== 0
  }

  /** Whether any of these, bits like `now`, is enabled. */
  anyOf(steps: Int32Array): boolean {
    let found = 0
    for (let chunk = 0; chunk < this.now.length; chunk++) found |= this.now[chunk]! & steps[chunk]!
    return found !== 0
  }

  has(step: number): boolean {
    return (this.now[Math.floor(step / chunkSize)]! & (1 << (step % chunkSize))) !== 0
  }

  /** Step number `nth` of those that are enabled, counted from 0 in the order of their indices. */
  pick(nth: number): number {
    if (!this.#isCounted) this.#recount()
    let chunk = 0
    let rest = nth
    for (; rest >= this.#counts[chunk]!; chunk++) rest -= this.#counts[chunk]!
    const word = this.now[chunk]!
    return chunk * chunkSize + nthOne(word, onesUpTo(word), rest)
  }

  /** The step that 32 random bits choose, each with the same chance; one at least is enabled. */
  draw(bits: number): number {
    return this.#draw === undefined ? this.pick(scaled(bits, this.count)) : this.#draw(bits)
  }

  /** These chunks were written to. */
  changed(chunks: Int32Array): void {
    if (this.#draw !== undefined) this.#isCounted = false
    else for (let at = 0; at < chunks.length; at++) this.#countAnew(chunks[at]!)
  }

  #recount(): void {
    this.#isCounted = true
    for (let chunk = 0; chunk < this.now.length; chunk++) this.#countAnew(chunk)
  }

  #countAnew(chunk: number): void {
    const count = ones(this.now[chunk]!)
    this.#count += count - this.#counts[chunk]!
    this.#counts[chunk] = count
  }
}

/** `draw` for the words of `now`: masks take the place of a search for the right one. */
function generateDraw(now: Int32Array): (bits: number) => number {
  const chunks = [...now.keys()]
  const last = chunks.length - 1
  const each = (text: (chunk: number) => string, between: string): string => chunks.map(text).join(between)
  /** −1 where the step is of that chunk: beyond all of those before, and not beyond its own. */
  const isOf = (chunk: number): string =>
    [chunk > 0 ? `beyond${chunk - 1}` : '-1', chunk < last ? `~beyond${chunk}` : '-1'].join(' & ')
  const source = `'use strict';
return (bits) => {
  ${each((chunk) => `const word${chunk} = now[${chunk}], upTo${chunk} = onesUpTo(word${chunk});`, ' ')}
  ${each((chunk) => `const all${chunk} = ${chunk > 0 ? `all${chunk - 1} + ` : ''}(upTo${chunk} >>> 24);`, ' ')}
  const nth = scaled(bits, all${last});
  ${each((chunk) => `const beyond${chunk} = ~((nth - all${chunk}) >> 31);`, ' ')}
  ${each((chunk) => `const is${chunk} = ${isOf(chunk)};`, ' ')}
  const word = ${each((chunk) => `word${chunk} & is${chunk}`, ' | ')};
  const upTo = ${each((chunk) => `upTo${chunk} & is${chunk}`, ' | ')};
  const before = ${each((chunk) => (chunk > 0 ? `all${chunk - 1} & is${chunk}` : '0'), ' | ')};
  return (${each((chunk) => `${chunk * chunkSize} & is${chunk}`, ' | ')}) + nthOne(word, upTo, nth - before);
};`
  return new Function('now', 'onesUpTo', 'nthOne', 'scaled', source)(now, onesUpTo, nthOne, scaled)
}
