/*
 * Which text patches VTL1 accepts, and what it writes for them: functions of the patch alone.
 *
 * Models: `HekiPatch::is_valid` (`litebox_platform_lvbs/src/mshv/heki.rs`), `find_precomputed_patch` and
 * `apply_vtl0_text_patch` (`litebox_platform_lvbs/src/mshv/vsm.rs`), `validate_text_poke_bp_batch`
 * (`litebox_platform_lvbs/src/mshv/mem_integrity.rs`), and what later versions made of them. Linux replaces an
 * instruction in three calls: a breakpoint over the first byte, the rest of the new instruction, its first byte.
 *
 * Scaled down: a page has four bytes where it has 4096, and a patch at most three where it has five. That is all the
 * arithmetic here depends on: a patch is shorter than a page and may cross one boundary.
 *
 * Leaves out: `PhysAddr` beyond 52 bits, which panics where nothing has checked it; empty patches and sizes beyond the
 * array, which no later check lets pass; and writes that VTL1 refuses because they would go to its own memory.
 */

export const pageBytes = 4
export const mostPatchBytes = 3

/** A byte of text: of the old instruction, of the new one, a breakpoint, or anything else. */
export type Code = 'old' | 'new' | 'breakpoint' | 'junk'

/** A byte that is to be written: `at` is its place in the instruction, so that `new` says which byte of the new one. */
export interface Written {
  readonly address: number
  readonly code: Code
  readonly at: number
}

/** A patch as VTL0 asks for it. `first` and `second` are where it begins and where it goes on; 0 is nowhere. */
export interface Patch {
  readonly first: number
  readonly second: number
  readonly size: number
  /** What the array of code bytes holds, all of it: bytes beyond `size` too. */
  readonly code: readonly { readonly code: Code; readonly at: number }[]
}

/** What was precomputed for an instruction: where its bytes are. It always has the greatest size. */
export interface Target {
  readonly first: number
  readonly second: number
}

const offset = (address: number): number => address % pageBytes
const pageOf = (address: number): number => address - offset(address)
const nextPage = (address: number): number => (offset(address) === 0 ? address : pageOf(address) + pageBytes)
/** From a byte to the end of its page. */
const toPageEnd = (address: number): number => pageBytes - offset(address)

/** The addresses of a target's bytes, in order. */
export const bytesOf = ({ first, second }: Target): readonly number[] =>
  Array.from({ length: mostPatchBytes }, (_, at) => (at < toPageEnd(first) ? first + at : second + at - toPageEnd(first)))

/** The addresses under which a target is found: its first byte, and its second page if only the first byte is before it. */
const keysOf = ({ first, second }: Target): readonly number[] =>
  second !== 0 && toPageEnd(first) === 1 ? [first, second] : [first]

export function isValid({ first, second, size }: Patch): boolean {
  const inFirstPage = Math.min(toPageEnd(first), size)
  return first !== 0 && offset(second) === 0 && first !== second && (inFirstPage < size ? second !== 0 : second === 0)
}

export interface Matching {
  /**
   * `loose`: a breakpoint may go anywhere. `exact-breakpoint`: only to the first byte. `second-page-too`: and the rest of an
   * instruction that goes on in a second page must name that page, by which alone nothing is found any more. `exact`: and
   * the rest begins where the second byte is.
   */
  readonly match: 'loose' | 'exact-breakpoint' | 'second-page-too' | 'exact'
}

/** Whether the target is found for a patch, and the patch is one of the three steps for it. */
export function matches({ match }: Matching, patch: Patch, target: Target): boolean {
  const { first, second, size } = patch
  const keys = keysOf(target)
  const asBefore = match === 'loose' || match === 'exact-breakpoint'
  if (![first, first - 1, ...(asBefore ? [second] : [])].some((address) => keys.includes(address))) return false
  const holds = (codes: readonly Code[], from: number): boolean =>
    codes.some((code) => patch.code.slice(0, size).every((byte, nth) => byte.code === code && byte.at === from + nth))
  const head = size === 1 && first === target.first
  if (size === 1 && patch.code[0]?.code === 'breakpoint') return match === 'loose' || head
  if (head) return holds(['old', 'new'], 0)
  const secondByteStartsPage = toPageEnd(target.first) === 1
  const follows = first === target.first + 1 || (secondByteStartsPage && first === target.second)
  const pinned = secondByteStartsPage || second === target.second
  if (size !== mostPatchBytes - 1 || !follows) return false
  if (!asBefore && !pinned) return false
  if (match === 'exact' && first !== bytesOf(target)[1]) return false
  return holds(['old', 'new'], 1)
}

/**
 * What the snapshot writes. Bytes that do not follow on physically are written in two parts: the first at the offset in
 * its page taken twice, the second with all that is left of the array. Nothing where `split_at` panics.
 */
export function writesAsWritten({ first, second, size, code }: Patch): readonly Written[] | 'panic' {
  const from = (start: number, bytes: Patch['code']): Written[] => bytes.map((byte, nth) => ({ address: start + nth, ...byte }))
  if (second === 0 || nextPage(first) === pageOf(second)) return from(first, code.slice(0, size))
  const inFirstPage = toPageEnd(first)
  if (inFirstPage > mostPatchBytes) return 'panic'
  return [...from(first + offset(first), code.slice(0, inFirstPage)), ...from(second, code.slice(inFirstPage))]
}

/** What later versions write: as many bytes as the patch has, of which those beyond its page go to the second. */
export const writesByExtent = ({ first, second, size, code }: Patch): readonly Written[] =>
  code.slice(0, size).map((byte, nth) => ({
    address: nth < toPageEnd(first) ? first + nth : pageOf(second) + nth - toPageEnd(first),
    ...byte,
  }))

export interface PatchDesign extends Matching {
  /** Whether `is_valid` is asked of structures that lie on two pages only, or of every one. */
  readonly validity: 'of-two-pages' | 'of-all'
  readonly extent: 'array' | 'size'
}

/** What VTL1 does about a patch whose structure lies on so many pages: refuses it, panics, or writes. */
export function answerTo(
  design: PatchDesign,
  patch: Patch,
  stored: 'on-one-page' | 'on-two-pages',
  target: Target,
): 'refused' | 'panic' | readonly Written[] {
  const checked = design.validity === 'of-all' || stored === 'on-two-pages'
  if ((checked && !isValid(patch)) || !matches(design, patch, target)) return 'refused'
  return design.extent === 'size' ? writesByExtent(patch) : writesAsWritten(patch)
}
