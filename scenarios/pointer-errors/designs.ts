import type { Design } from '../../checker/index.ts'
import type { PointerDesign } from '../../model/memory/pointer-checks.ts'
import { pointerClaims as claims } from '../../properties/pointer-errors.ts'
import { expecting } from '../physical-pointer/designs.ts'

const snapshot: PointerDesign = {
  zeroSized: 'divided-by',
  empty: 'mapped',
  tooSmall: 'refused',
  alignment: 'ignored',
  ownership: 'all-pages',
  bounds: 'checked',
  length: 'rounded-up',
  width: 'asserted',
  build: 'release',
  order: 'source',
}
const pr817: PointerDesign = { ...snapshot, zeroSized: 'refused', empty: 'answered-at-once' }
/** What the review and the claims ask for, all at once. */
const mended: PointerDesign = { ...pr817, zeroSized: 'served', length: 'kept', width: 'checked' }

export const pointerErrorDesigns = {
  snapshot: {
    story:
      'The shim at the snapshot. A type without bytes is divided by. An address that does not exist passes the ' +
      'constructor, which only asks who owns it, and panics in `vmap` (`PhysAddr::new`, or the assertion of ' +
      '`pa_to_va_direct`): the normal world chooses it. An access to no element is refused at the start of a page and ' +
      'maps a page elsewhere. And a pointer made from a length goes to the end of its last page: the index is checked ' +
      'against pages, not against the length.',
    knobs: snapshot,
    expect: expecting('violated', {
      states: { small: 1059, full: 8916 },
      violations: { [claims.panic]: 1, [claims.zeroSized]: 1, [claims.within]: 2, [claims.length]: 2, [claims.pages]: 2 },
    }),
  },
  'snapshot-debug': {
    story:
      'The same in a debug build: rounding up the end of a range that lies in the last page of the address space panics ' +
      'too, where a release build wraps it to nothing and answers that the pages are too small.',
    knobs: { ...snapshot, build: 'debug' },
    expect: expecting('violated', {
      states: { small: 1059, full: 8916 },
      violations: { [claims.panic]: 1, [claims.zeroSized]: 1, [claims.within]: 2, [claims.length]: 2, [claims.pages]: 2 },
    }),
  },
  'pr-817': {
    story:
      'PR #817: types without bytes are refused as `UnsupportedZeroSizedType`, and an access to no element is answered ' +
      'before anything is computed. Addresses that do not exist still panic, and lengths are still rounded up.',
    knobs: pr817,
    expect: expecting('violated', {
      states: { small: 1059, full: 8916 },
      violations: { [claims.panic]: 2, [claims.zeroSized]: 1, [claims.length]: 2 },
    }),
  },
  review: {
    story:
      'What the review of PR #817 asks for besides: types without bytes are served, any number of them, and pages with ' +
      'room for no element make a pointer with none.',
    knobs: { ...pr817, zeroSized: 'served', tooSmall: 'accepted' },
    expect: expecting('violated', {
      states: { small: 2531, full: 21274 },
      violations: { [claims.panic]: 2, [claims.length]: 2 },
    }),
  },
  mended: {
    story: 'The review, a check that an address exists where its owner is checked, and pointers that keep their length.',
    knobs: mended,
    expect: expecting('holds', { states: { small: 1479, full: 11636 } }),
  },
  'mended-no-elements': {
    story: 'The same with pointers that may have no element, as the review asks: nothing else depends on that error.',
    knobs: { ...mended, tooSmall: 'accepted' },
    expect: expecting('holds', { states: { small: 2331, full: 19874 } }),
  },
  'alignment-required': {
    story: 'A constructor that wants its type aligned, as the review wonders and rejects: packed messages are refused.',
    knobs: { ...mended, alignment: 'required' },
    expect: expecting('violated', { states: { small: 1239, full: 9356 }, violations: { [claims.unaligned]: 1 } }),
  },
  'first-page-validated': {
    story: "Only the first page is asked for its owner: the second may be LiteBox's.",
    knobs: { ...mended, ownership: 'first-page' },
    expect: expecting('violated', { states: { small: 1999, full: 13956 }, violations: { [claims.owned]: 2 } }),
  },
  'wrapping-bounds': {
    story: 'The end of a slice is computed without a check: a large index wraps past the comparison.',
    knobs: { ...mended, bounds: 'wrapping' },
    expect: expecting('violated', { states: { small: 1479, full: 11636 }, violations: { [claims.beyond]: 2 } }),
  },
  'ownership-first': {
    story: 'The owner is asked first: a pointer that is malformed in itself is refused for what it names.',
    knobs: { ...mended, order: 'ownership-first' },
    expect: expecting('violated', { states: { small: 1479, full: 11636 }, violations: { [claims.cause]: 1 } }),
  },
} satisfies Record<string, Design<PointerDesign>>
