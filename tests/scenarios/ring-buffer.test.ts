import { describe, expect, test } from 'vitest'
import { planOf, type Ring, type RingDesign, revisitsFirstPage, sizeOf } from '../../model/memory/ring-layout.ts'

/*
 * What the review of PR 817 asks of the arithmetic, for every small ring, offset and length.
 */

const upTo = (count: number, from = 1): number[] => Array.from({ length: count }, (_, at) => from + at)
const rings: readonly Ring[] = upTo(4).flatMap((pages) => upTo(5).map((pageBytes) => ({ pages, pageBytes })))
const writes = rings.flatMap((ring) =>
  upTo(sizeOf(ring), 0).flatMap((offset) => upTo(2 * sizeOf(ring)).map((length) => ({ ring, offset, length }))),
)
const isWhole = ({ ring, length }: (typeof writes)[number]): boolean => length >= sizeOf(ring)

describe('when one mapping would need its first page twice', () => {
  test('the predicate as reviewed and that of later versions agree', () => {
    for (const { ring, offset, length } of writes)
      expect(revisitsFirstPage('by-bytes', ring, offset, length)).toBe(
        revisitsFirstPage('by-pages-of-the-rest', ring, offset, length),
      )
  })

  test('the predicate proposed in between differs, for messages that fill the ring only', () => {
    const differing = writes.filter(
      ({ ring, offset, length }) =>
        revisitsFirstPage('by-bytes', ring, offset, length) !== revisitsFirstPage('by-pages', ring, offset, length),
    )
    expect(differing.length).toBeGreaterThan(0)
    expect(differing.every(isWhole)).toBe(true)
  })

  test('the example of the review: a page of 4096 bytes, an offset of 4090, 16 bytes', () => {
    const ring = { pages: 1, pageBytes: 4096 }
    for (const revisit of ['by-bytes', 'by-pages', 'by-pages-of-the-rest'] as const)
      expect(revisitsFirstPage(revisit, ring, 4090, 16)).toBe(true)
  })

  test('a mapping never names a page twice, and never needs to where a predicate says so', () => {
    for (const { ring, offset, length } of writes) {
      const plan = planOf({ ...later, revisit: 'unasked', span: 'checked' }, ring, offset, length)
      if (plan === 'refused') expect(revisitsFirstPage('by-bytes', ring, offset, length)).toBe(true)
    }
  })
})

const snapshot: RingDesign = { path: 'two-mappings', revisit: 'unasked', span: 'checked', whole: 'restarts' }
const later: RingDesign = { path: 'one-mapping', revisit: 'by-pages-of-the-rest', span: 'checked', whole: 'restarts' }

describe('the same bytes go to the same places', () => {
  const places = (design: RingDesign, { ring, offset, length }: (typeof writes)[number]): readonly number[] => {
    const plan = planOf(design, ring, offset, length)
    return typeof plan === 'string' ? [] : plan.mappings.flat()
  }
  test.each(['by-bytes', 'by-pages', 'by-pages-of-the-rest'] as const)('in two mappings and in one, asked %s', (revisit) => {
    for (const write of writes) expect(places({ ...later, revisit }, write)).toEqual(places(snapshot, write))
  })

  test('and all of them are inside the ring', () => {
    for (const write of writes)
      for (const place of places(later, write)) {
        expect(place).toBeGreaterThanOrEqual(0)
        expect(place).toBeLessThan(sizeOf(write.ring))
      }
  })
})
