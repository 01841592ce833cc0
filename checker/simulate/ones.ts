/** In each byte of the result: how many bits of a word are set in that byte and in all lower ones. */
export function onesUpTo(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return sums((fours + (fours >>> 4)) & 0x0f0f0f0f)
}

/** In each byte of the result: the sum of that byte and of all lower ones. */
const sums = (bytes: number): number => Math.imul(bytes, 0x01010101)

/** How many bits of a word are set. */
export const ones = (word: number): number => onesUpTo(word) >>> 24

/** At `byte | nth << 8`: which bit of the byte is the `nth` that is set. */
const nthOfByte = Uint8Array.from({ length: 8 << 8 }, (_, at) => {
  let byte = at & 0xff
  for (let nth = at >> 8; nth > 0; nth--) byte &= byte - 1
  return 31 - Math.clz32(byte & -byte)
})

/**
 * Which bit of a word is the `nth` that is set, both counted from 0; `upTo` is `onesUpTo` of the word. Without a branch:
 * none could be foreseen.
 */
export function nthOne(word: number, upTo: number, nth: number): number {
  // The highest bit of each byte: whether all of its bits come before the one that is looked for.
  const passed = ((Math.imul(nth, 0x01010101) | 0x80808080) - upTo) & 0x80808080
  const at = (sums(passed >>> 7) >>> 24) << 3
  const rest = nth - (((upTo << 8) >>> at) & 0xff)
  return at + nthOfByte[((word >>> at) & 0xff) | (rest << 8)]!
}
