/*
 * Where the bytes of a log message go in the ring, and where the next message begins: functions of offset and length.
 *
 * Models: `RingBuffer::write` of `litebox_platform_lvbs/src/mshv/ringbuffer.rs`, which maps what lies before the wrap and
 * what lies after it one after the other; and `write_fast` of PR #817, which maps both at once, as a list of pages, and
 * falls back to two mappings where a page would be needed twice or the list would be too long.
 *
 * Scaled down: pages of a few bytes, and a list of at most three pages where it has 16.
 *
 * Leaves out: a ring that is not page-aligned, whose writes take two mappings anyway; an empty ring and an empty message.
 */

export interface Ring {
  readonly pages: number
  readonly pageBytes: number
}

/** The longest list of pages that is mapped at once. */
export const mostSpanPages = 3

/** How it is found that a message needs its first page again at its end. */
export type Revisit = 'by-bytes' | 'by-pages' | 'by-pages-of-the-rest' | 'unasked'

export interface RingDesign {
  /** `one-write` goes on past the end of the ring. */
  readonly path: 'two-mappings' | 'one-mapping' | 'one-write'
  readonly revisit: Revisit
  /** Whether a list that is too long is noticed, or overruns its array. */
  readonly span: 'checked' | 'unchecked'
  /**
   * Where a message that fills the ring begins: at the ring's first byte; where its last bytes would have come to lie, had
   * all of it been written; or at the offset.
   */
  readonly whole: 'restarts' | 'goes-on' | 'at-offset'
}

export const sizeOf = ({ pages, pageBytes }: Ring): number => pages * pageBytes
const spanPages = ({ pageBytes }: Ring, offset: number, length: number): number =>
  Math.ceil(((offset % pageBytes) + length) / pageBytes)

/** The predicates of the review: as reviewed, as proposed in the answer, and of later versions. */
export function revisitsFirstPage(revisit: Revisit, ring: Ring, offset: number, length: number): boolean {
  const size = sizeOf(ring)
  const whole = length >= size
  switch (revisit) {
    case 'by-bytes':
      return !whole && (offset % ring.pageBytes) + length > size
    case 'by-pages':
      return spanPages(ring, offset, length) > ring.pages
    case 'by-pages-of-the-rest':
      return spanPages(ring, whole ? 0 : offset, Math.min(length, size)) > ring.pages
    case 'unasked':
      return false
    default:
      return revisit satisfies never
  }
}

/** The mappings of a write, each with the places in the ring that it fills, in order. */
export type Plan = { readonly mappings: readonly (readonly number[])[] } | 'refused' | 'panic'

const places = (from: number, count: number): number[] => Array.from({ length: count }, (_, nth) => from + nth)

/** How a message of so many bytes is written. Of one as long as the ring or longer only the end is. */
export function planOf(design: RingDesign, ring: Ring, offset: number, length: number): Plan {
  const { path, revisit, span } = design
  const size = sizeOf(ring)
  const start = startOf(design, ring, offset, length)
  const count = Math.min(length, size)
  const before = Math.min(count, size - start)
  const inTwo = { mappings: [places(start, before), places(0, count - before)].filter((part) => part.length > 0) }
  if (path === 'two-mappings') return inTwo
  if (path === 'one-write') return { mappings: [places(start, count)] }
  if (revisitsFirstPage(revisit, ring, offset, length)) return inTwo
  const pages = spanPages(ring, start, count)
  if (pages > mostSpanPages) return span === 'checked' ? inTwo : 'panic'
  // `vmap` rejects a list that names a page twice, and the message is not written.
  if (pages > ring.pages) return 'refused'
  return { mappings: [places(start, count).map((place) => place % size)] }
}

/** Where a message begins. */
export const startOf = (design: RingDesign, ring: Ring, offset: number, length: number): number =>
  length >= sizeOf(ring) ? nextOffset(design, ring, offset, length) : offset

/** Where the next one begins. */
export function nextOffset({ whole }: RingDesign, ring: Ring, offset: number, length: number): number {
  const size = sizeOf(ring)
  if (length < size || whole === 'goes-on') return (offset + length) % size
  return whole === 'restarts' ? 0 : offset
}
