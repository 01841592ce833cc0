/**
 * A seed of 64 bits, as two unsigned halves of 32: what determines a run, on every machine and version of Node. Written
 * as 16 hexadecimal digits.
 */
export interface Seed {
  readonly high: number
  readonly low: number
}

/** SplitMix64's increment, the golden ratio: seeds that stand this far apart give runs that have nothing in common. */
const golden: Seed = { high: 0x9e3779b9, low: 0x7f4a7c15 }

const hexadecimal = /^[0-9a-f]{16}$/i

/** A seed from 16 hexadecimal digits, or from any other text (the hash of a commit, a date) by FNV-1a over its UTF-16 units. */
export function seedOf(text: string): Seed {
  if (hexadecimal.test(text)) return { high: Number.parseInt(text.slice(0, 8), 16), low: Number.parseInt(text.slice(8), 16) }
  let hash: Seed = { high: 0xcbf29ce4, low: 0x84222325 }
  for (let at = 0; at < text.length; at++)
    hash = times({ high: hash.high, low: (hash.low ^ text.charCodeAt(at)) >>> 0 }, { high: 0x100, low: 0x1b3 })
  return hash
}

/** The seed as it is printed, and may be typed: 16 hexadecimal digits. */
export const seedText = ({ high, low }: Seed): string => [high, low].map((half) => half.toString(16).padStart(8, '0')).join('')

/** The seed of run `nth` of a campaign; that of run 0 is the campaign's own, so that any run can be had alone. */
export const runSeed = (campaign: Seed, nth: number): Seed => plus(campaign, times(golden, { high: 0, low: nth >>> 0 }))

/** Number `nth`, counted from 0, that SplitMix64 gives from this seed (Steele, Lea and Flood, OOPSLA 2014). */
export function splitMix(seed: Seed, nth: number): Seed {
  let z = runSeed(seed, nth + 1)
  z = times(shiftedXor(z, 30), { high: 0xbf58476d, low: 0x1ce4e5b9 })
  z = times(shiftedXor(z, 27), { high: 0x94d049bb, low: 0x133111eb })
  return shiftedXor(z, 31)
}

const plus = (a: Seed, b: Seed): Seed => {
  const low = a.low + b.low
  return { high: (a.high + b.high + (low > 0xffffffff ? 1 : 0)) >>> 0, low: low >>> 0 }
}

/** `z ^ (z >>> by)` for a distance below 32. */
const shiftedXor = ({ high, low }: Seed, by: number): Seed => ({
  high: (high ^ (high >>> by)) >>> 0,
  low: (low ^ ((low >>> by) | (high << (32 - by)))) >>> 0,
})

/** The product modulo 2⁶⁴, without a BigInt. */
function times(a: Seed, b: Seed): Seed {
  const [a0, a1, b0, b1] = [a.low & 0xffff, a.low >>> 16, b.low & 0xffff, b.low >>> 16]
  const middle = a1 * b0 + ((a0 * b0) >>> 16)
  const carried = a0 * b1 + (middle & 0xffff)
  const carry = a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(carried / 0x10000)
  return { high: (carry + Math.imul(a.low, b.high) + Math.imul(a.high, b.low)) >>> 0, low: Math.imul(a.low, b.low) >>> 0 }
}
