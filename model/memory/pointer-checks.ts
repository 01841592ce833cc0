/*
 * The arithmetic and the checks of a physical pointer, on a machine small enough to try every request.
 *
 * Models: `litebox_shim_optee/src/ptr.rs: PhysMutPtr::new, with_contiguous_pages, map_and_get_ptr_guard, map_range` and
 * the first lines of `litebox_platform_lvbs/src/lib.rs: vmap`, check after check. A page has 4 bytes, an address 6 bits
 * of which the upper ones must not all be used, and LiteBox owns two pages.
 *
 * Leaves out: what happens after `vmap` has its pages, and allocation failures.
 */

export const page = 4
/** One more than the largest `usize`. */
export const word = 64
/** Addresses from here on do not exist: `PhysAddr::new` panics above 52 bits, and the direct map ends before. */
export const physical = 48
/** LiteBox's own memory. */
export const own = { start: 32, end: 40 } as const

export const errors = [
  'InvalidBaseOffset',
  'Overflow',
  'InsufficientPhysicalPages',
  'UnsupportedZeroSizedType',
  'UnalignedOffset',
  'InvalidPhysicalAddress',
  'IndexOutOfBounds',
] as const
export type PointerError = (typeof errors)[number]
export type Answer = 'granted' | 'panicked' | PointerError

export interface PointerDesign {
  /** A type without bytes: divided by, refused, or served (there is room for any number of them). */
  readonly zeroSized: 'divided-by' | 'refused' | 'served'
  /** An access to no element: mapped like any other, or answered at once. */
  readonly empty: 'mapped' | 'answered-at-once'
  /** Pages with room for no element. */
  readonly tooSmall: 'refused' | 'accepted'
  readonly alignment: 'ignored' | 'required'
  readonly ownership: 'all-pages' | 'first-page'
  /** Whether the end of a slice is computed with a check for overflow. */
  readonly bounds: 'checked' | 'wrapping'
  /** How far a pointer goes that was made from a length: to the end of its last page, or to its length. */
  readonly length: 'rounded-up' | 'kept'
  /** An address that does not exist: an assertion of the platform, or an error. */
  readonly width: 'asserted' | 'checked'
  readonly build: 'debug' | 'release'
  readonly order: 'source' | 'ownership-first'
}

export interface Pages {
  readonly pages: readonly number[]
  readonly offset: number
  readonly type: number
  /** The length in bytes that a pointer was made from, if it was. */
  readonly bytes?: number
}

const owned = (address: number): boolean => address >= own.start && address < own.end

/** `PhysMutPtr::new`: the answer, and how many elements the pointer then has. */
export function construct(design: PointerDesign, { pages, offset, type, bytes }: Pages): readonly [Answer, number] {
  const unowned = design.ownership === 'all-pages' ? pages : pages.slice(0, 1)
  const refusedOwner = unowned.some(owned)
  if (design.order === 'ownership-first' && refusedOwner) return ['InvalidPhysicalAddress', 0]
  if (type === 0 && design.zeroSized === 'refused') return ['UnsupportedZeroSizedType', 0]
  if (offset >= page) return ['InvalidBaseOffset', 0]
  if (pages.length * page >= word) return ['Overflow', 0]
  const whole = pages.length === 0 ? 0 : pages.length * page - offset
  const size = design.length === 'kept' && bytes !== undefined ? Math.min(bytes, whole) : whole
  if (size < type && design.tooSmall === 'refused') return ['InsufficientPhysicalPages', 0]
  if (design.alignment === 'required' && type > 0 && offset % type !== 0) return ['UnalignedOffset', 0]
  if (refusedOwner) return ['InvalidPhysicalAddress', 0]
  if (type === 0) return design.zeroSized === 'divided-by' ? ['panicked', 0] : ['granted', word - 1]
  return ['granted', Math.floor(size / type)]
}

/** `with_contiguous_pages`: the pages of a range of bytes, or the answer where it stops. */
export function pagesOfRange(design: PointerDesign, address: number, bytes: number, type: number): Pages | Answer {
  if (bytes < type && design.tooSmall === 'refused') return 'InsufficientPhysicalPages'
  const last = address + bytes
  if (last >= word) return 'Overflow'
  const rounded = Math.ceil(last / page) * page
  // `next_multiple_of` panics where overflow is checked, and wraps to nothing where it is not.
  if (rounded >= word && design.width === 'checked') return 'Overflow'
  if (rounded >= word && design.build === 'debug') return 'panicked'
  const end = rounded % word
  const start = Math.floor(address / page) * page
  const pages: number[] = []
  for (let at = start; at < end; at += page) pages.push(at)
  // A page address is a `NonZeroAddress`.
  if (pages.includes(0)) return 'InvalidPhysicalAddress'
  return { pages, offset: address - start, type, bytes }
}

/** `read_at_offset` and its like up to the mapping: the answer, and the pages of the list that are mapped. */
export function access(
  design: PointerDesign,
  { pages, offset, type }: Pages,
  count: number,
  index: number,
  elements: number | 'one',
): readonly [Answer, readonly number[]] {
  const length = elements === 'one' ? 1 : elements
  if (length === 0 && design.empty === 'answered-at-once') return ['granted', []]
  const end = index + length
  if (end >= word && design.bounds === 'checked') return ['IndexOutOfBounds', []]
  if (elements === 'one' ? index >= count : end % word > count) return ['IndexOutOfBounds', []]
  if (type === 0 && design.zeroSized === 'served') return ['granted', []]
  const skip = offset + index * type
  if (skip >= word) return ['Overflow', []]
  const [from, to] = [Math.floor(skip / page), Math.ceil((skip + length * type) / page)]
  if (from >= to || to > pages.length) return ['IndexOutOfBounds', []]
  const mapped = pages.slice(from, to)
  if (mapped.some((address) => address + page > physical)) {
    return [design.width === 'asserted' ? 'panicked' : 'InvalidPhysicalAddress', []]
  }
  return ['granted', mapped]
}
