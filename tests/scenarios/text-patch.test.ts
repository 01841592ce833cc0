import { describe, expect, test } from 'vitest'
import { answerTo, bytesOf, type Patch, type PatchDesign, type Target } from '../../model/memory/text-patch.ts'

/*
 * What VTL1 makes of single patches. A page has four bytes here, a patch at most three.
 */

const snapshot: PatchDesign = { validity: 'of-two-pages', match: 'loose', extent: 'array' }
const later: PatchDesign = { validity: 'of-all', match: 'second-page-too', extent: 'size' }
const proposed: PatchDesign = { ...later, match: 'exact' }

const targets: Readonly<Record<string, Target>> = {
  inside: { first: 5, second: 0 },
  'after-one': { first: 7, second: 12 },
  'after-two': { first: 6, second: 12 },
}
const junk = { code: 'junk', at: 0 } as const

/** The three steps by which an honest VTL0 replaces an instruction. */
function honest(target: Target): readonly Patch[] {
  const second = bytesOf(target)[1]!
  const rest = [{ code: 'new', at: 1 }, { code: 'new', at: 2 }, junk] as const
  // The rest is on one page, or names the second one.
  const crosses = Math.floor(second / 4) !== Math.floor(bytesOf(target)[2]! / 4)
  return [
    { first: target.first, second: 0, size: 1, code: [{ code: 'breakpoint', at: 0 }, junk, junk] },
    { first: second, second: crosses ? target.second : 0, size: 2, code: rest },
    { first: target.first, second: 0, size: 1, code: [{ code: 'new', at: 0 }, junk, junk] },
  ]
}

describe('an honest replacement writes the bytes of the instruction', () => {
  test.each(Object.entries(targets))('%s', (_, target) => {
    for (const design of [later, proposed]) {
      const answers = honest(target).map((patch) => answerTo(design, patch, 'on-two-pages', target))
      const written = answers.flatMap((answer) => (typeof answer === 'string' ? [] : answer.map(({ address }) => address)))
      const [head, ...rest] = bytesOf(target)
      expect(written).toEqual([head, ...rest, head])
    }
  })

  test('except at the snapshot, with two bytes before the end of a page', () => {
    const target = targets['after-two']!
    const rest = answerTo(snapshot, honest(target)[1]!, 'on-two-pages', target)
    expect(typeof rest === 'string' ? rest : rest.map(({ address }) => address)).not.toEqual(bytesOf(target).slice(1))
  })
})

describe('a patch of one byte, a breakpoint, that names a second page', () => {
  const target = targets.inside!
  /** At the end of another page, so that the array is split after its first byte. */
  const patch: Patch = { first: 11, second: target.first, size: 1, code: [{ code: 'breakpoint', at: 0 }, junk, junk] }

  test('writes bytes that nobody compared over the instruction at the snapshot', () => {
    const answer = answerTo(snapshot, patch, 'on-one-page', target)
    expect(answer).toContainEqual({ address: target.first, ...junk })
    expect(answer).toContainEqual({ address: target.first + 1, ...junk })
  })

  test('is refused where its structure lies on two pages, and by all later versions', () => {
    expect(answerTo(snapshot, patch, 'on-two-pages', target)).toBe('refused')
    expect(answerTo(later, patch, 'on-one-page', target)).toBe('refused')
  })
})

test('the rest of an instruction at the next physical address is refused only where its place is compared', () => {
  const target = targets['after-one']!
  const patch: Patch = { ...honest(target)[1]!, first: target.first + 1, second: 0 }
  expect(answerTo(later, patch, 'on-one-page', target)).toEqual([
    { address: 8, code: 'new', at: 1 },
    { address: 9, code: 'new', at: 2 },
  ])
  expect(answerTo(proposed, patch, 'on-one-page', target)).toBe('refused')
})
