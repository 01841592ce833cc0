import { cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import type { PointerDesign } from '../model/memory/pointer-checks.ts'
import { callProgress, pointerRequest, pointerRequests, type RequestRanges } from '../model/memory/pointer-requests.ts'
import { pointerProperties } from '../properties/pointer-errors.ts'
import { pointerErrorDesigns } from './pointer-errors/designs.ts'

const knobs = {
  /** A type without bytes. */
  zeroSized: ['divided-by', 'refused', 'served'],
  /** An access to no element. */
  empty: ['mapped', 'answered-at-once'],
  /** Pages with room for no element. */
  tooSmall: ['refused', 'accepted'],
  /** Whether an address must be aligned for the type. */
  alignment: ['ignored', 'required'],
  /** Which pages the constructor asks the owner of. */
  ownership: ['all-pages', 'first-page'],
  /** How the end of a slice is computed. */
  bounds: ['checked', 'wrapping'],
  /** How far a pointer goes that was made from a length. */
  length: ['rounded-up', 'kept'],
  /** An address that does not exist. */
  width: ['asserted', 'checked'],
  /** What an overflow does that nobody checks. */
  build: ['debug', 'release'],
  /** Which condition of the constructor is asked first. */
  order: ['source', 'ownership-first'],
  requests: ['few', 'many'],
} as const

const count = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at)
const requests: Readonly<Record<'few' | 'many', RequestRanges>> = {
  few: {
    sizes: [0, 1, 3, 4, 6],
    offsets: [0, 1, 3, 4],
    addresses: [0, 5, 30, 44, 60, 63],
    lengths: [0, 3, 4, 6],
    indices: [0, 1, 3, 4, 63],
    elements: [-1, 0, 1, 2],
  },
  many: {
    sizes: [0, 1, 2, 3, 4, 6, 9],
    offsets: count(0, 5),
    addresses: [0, 1, 4, 5, 7, 28, 30, 36, 40, 43, 44, 47, 48, 59, 60, 63],
    lengths: [0, 1, 3, 4, 6, 9],
    indices: [0, 1, 2, 3, 4, 8, 62, 63],
    elements: [-1, 0, 1, 2, 3],
  },
}

function build(knobs: PointerDesign & { readonly requests: 'few' | 'many' }): System {
  const { requests: size, ...design } = knobs
  const call = cell('call', pointerRequest, { input: design })
  const progress = cell('progress', callProgress)
  return system({
    cells: [call, progress],
    rules: pointerRequests({ call, progress }, requests[size]),
    properties: pointerProperties({ call, progress }, design),
    final: finalWhen({}, { reads: () => ({ call }), holds: ({ call }) => call.value === 'none' || call.value === 'panicked' }),
  })
}

export const pointerErrors = scenario({
  name: 'pointer-errors',
  story:
    'One call makes a physical pointer from page lists, offsets and lengths that the normal world chose, and accesses ' +
    'elements of it: every combination of the small ranges, on a machine whose pages have 4 bytes. What is granted, what ' +
    'is refused and why, and does any request panic? Left out: everything from the mapping on.',
  knobs,
  sizes: { small: { requests: 'few' }, full: { requests: 'many' } },
  designs: pointerErrorDesigns,
  build,
})
