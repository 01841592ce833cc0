/** A set of small numbers as words of 32 bits. */
export type Bits = Int32Array

export const noBits = (size: number): Bits => new Int32Array((size + 31) >> 5)

export function bitsOf(size: number, members: Iterable<number>): Bits {
  const bits = noBits(size)
  for (const member of members) bits[member >> 5]! |= 1 << (member & 31)
  return bits
}

export const has = (bits: Bits, member: number): boolean => (bits[member >> 5]! & (1 << (member & 31))) !== 0

/** Adds every member of `more` to `bits`. */
export function unite(bits: Bits, more: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word]! |= more[word]!
}

/** How many bits of a word are set. */
export function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
