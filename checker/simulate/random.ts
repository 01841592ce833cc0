import { type Seed, splitMix } from './seed.ts'

/** So many numbers are drawn ahead together, which takes a fraction of the time of as many draws. */
const ahead = 64

/**
 * xoshiro128** (Blackman and Vigna, 2018; version 1.1) on four 32-bit words, filled by SplitMix64 from a seed. Integer
 * arithmetic only, so that every machine and version of Node draws the same; the output is pinned by a test.
 */
export class Random {
  readonly #state = new Int32Array(4)
  readonly #drawn = new Int32Array(ahead)
  /** How many of those drawn ahead were given out. */
  #given = ahead

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
    this.#state.set([a, b, c, d])
    this.#given = ahead
  }

  /** The next 32 bits, as a signed integer. */
  bits(): number {
    if (this.#given === ahead) this.#draw()
    return this.#drawn[this.#given++]!
  }

  /** A whole number from 0 to `count - 1`; no bias beyond `count` in 2³². */
  below(count: number): number {
    return scaled(this.bits(), count)
  }

  #draw(): void {
    let [a, b, c, d] = this.#state as unknown as [number, number, number, number]
    for (let at = 0; at < ahead; at++) {
      const times5 = Math.imul(b, 5)
      this.#drawn[at] = Math.imul((times5 << 7) | (times5 >>> 25), 9)
      const shifted = b << 9
      c ^= a
      d ^= b
      b ^= c
      a ^= d
      c ^= shifted
      d = (d << 11) | (d >>> 21)
    }
    this.#state.set([a, b, c, d])
    this.#given = 0
  }
}

/** The whole number from 0 to `count - 1` that 32 random bits stand for. */
export function scaled(bits: number, count: number): number {
  if (count > 0x10000) return Math.floor(((bits >>> 0) * count) / 0x100000000)
  // The same, in integers of 32 bits.
  return ((bits >>> 16) * count + (((bits & 0xffff) * count) >>> 16)) >>> 16
}
