import { type Seed, splitMix } from './seed.ts'

/**
 * xoshiro128** (Blackman and Vigna, 2018; version 1.1) on four 32-bit words, filled by SplitMix64 from a seed. Integer
 * arithmetic only, so that every machine and version of Node draws the same; the output is pinned by a test.
 */
export class Random {
  #a = 0
  #b = 0
  #c = 0
  #d = 0

  constructor(seed: Seed) {
    this.restart(seed)
  }

  /** Begins anew from another seed: a generator serves many runs. */
  restart(seed: Seed): void {
    const [first, second] = [splitMix(seed, 0), splitMix(seed, 1)]
    this.fill(first.low, first.high, second.low, second.high)
  }

  /** Begins from these four words, not all of them 0. */
  fill(a: number, b: number, c: number, d: number): void {
    this.#a = a | 0
    this.#b = b | 0
    this.#c = c | 0
    this.#d = d | 0
  }

  /** The next 32 bits, as a signed integer. */
  bits(): number {
    let [b, d] = [this.#b, this.#d]
    const times5 = Math.imul(b, 5)
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9)
    const shifted = b << 9
    const c = this.#c ^ this.#a
    d ^= b
    b ^= c
    this.#a ^= d
    this.#b = b
    this.#c = c ^ shifted
    this.#d = (d << 11) | (d >>> 21)
    return result
  }

  /** A whole number from 0 to `count - 1`; no bias beyond `count` in 2³². */
  below(count: number): number {
    return Math.floor(((this.bits() >>> 0) * count) / 0x100000000)
  }
}
