import { rangeClaims } from '../../properties/page-range.ts'
import { claims } from '../../properties/physical-pointer.ts'
import { pointerClaims } from '../../properties/pointer-errors.ts'
import { tableClaims } from '../../properties/pointer-tables.ts'
import { vmapClaims } from '../../properties/vmap.ts'
import { reuseClaims } from '../../properties/vmap-reuse.ts'
import type { Claim } from '../claim.ts'

const article = 'pr-817-physical-pointers'

/** What the description of PR #817, its author and its reviewers say, in the order in which they say it. */
export const physicalPointerClaims: readonly Claim[] = [
  // The description.
  {
    article,
    quote: 'it is not only safer than the legacy memory copy functions',
    scenario: 'physical-pointer-overlap',
    property: rangeClaims.mapped,
  },
  {
    article,
    quote: 'but also supporting non-contiguous physical pages',
    scenario: 'vmap-reuse',
    property: reuseClaims.otherFrame,
  },
  {
    article,
    quote: 'This PR and physical address range lock (next PR) will enable memory-safe VTL0 memory access',
    scenario: 'physical-pointer',
    property: claims.touch,
  },
  {
    article,
    quote: 'physical address range lock (next PR)',
    scenario: 'physical-pointer-overlap',
    property: rangeClaims.completion,
  },
  // The author, on the ring buffer and on indices.
  {
    article,
    quote: "whether wraparound requires duplicated mapping, which our page mapper doesn't allow",
    scenario: 'vmap',
    property: vmapClaims.recorded,
  },
  {
    article,
    quote: 'If `buf` would force the start page into the span twice, vmap rejects the duplicate',
    scenario: 'vmap',
    property: vmapClaims.single,
  },
  {
    article,
    quote: 'if values.is_empty()',
    scenario: 'pointer-errors',
    property: pointerClaims.pages,
  },
  {
    article,
    quote: 'Is count the offset? Yes',
    scenario: 'pointer-errors',
    property: pointerClaims.within,
  },
  // The review of the pointers.
  {
    article,
    quote: "I'm wondering why ZSTs are not supported here",
    scenario: 'pointer-errors',
    property: pointerClaims.zeroSized,
  },
  {
    article,
    quote:
      'unsound [...] if these read and write operations are operating on memory that overlaps with any valid Rust allocation',
    scenario: 'physical-pointer',
    property: claims.reach,
  },
  {
    article,
    quote: "That's discharged through the V::manager().validate_owned() call",
    scenario: 'physical-pointer',
    property: claims.acceptance,
  },
  {
    article,
    quote: 'It could potentially leave T in a partially copied state',
    scenario: 'physical-pointer',
    property: claims.completion,
  },
  {
    article,
    quote: 'it must return the appropriate, active VmapManager for the current system',
    scenario: 'physical-pointer-table',
    property: tableClaims.own,
  },
  {
    article,
    quote: 'the appropriate, active VmapManager',
    scenario: 'physical-pointer-table',
    property: tableClaims.outlived,
  },
  {
    article,
    quote: 'That means that GlobalVmapManager should be an unsafe trait',
    scenario: 'physical-pointer-table',
    property: tableClaims.kept,
  },
  {
    article,
    quote: 'the soundness of this implementation relies on the fact that V::validate_unowned is correct',
    scenario: 'pointer-errors',
    property: pointerClaims.owned,
  },
  {
    article,
    quote: 'any address range for which this function ever returns Ok(()) must never be used to store any Rust allocation',
    scenario: 'physical-pointer',
    property: claims.reach,
  },
  {
    article,
    quote: 'Should the function ensure that (ALIGN + offset) % align_of::<T>() == 0? [...] probably: no',
    scenario: 'pointer-errors',
    property: pointerClaims.unaligned,
  },
  {
    article,
    quote: 'Is there a good reason to ensure that this can never capture "zero elements of type T"?',
    scenario: 'pointer-errors',
    property: pointerClaims.beyond,
  },
  {
    article,
    quote: '"this function assumes" means "this function will return an error if not"',
    scenario: 'pointer-errors',
    property: pointerClaims.length,
  },
  // The thorny part.
  {
    article,
    quote: 'if another core unmaps this memory in parallel',
    scenario: 'physical-pointer',
    property: claims.liveMapping,
  },
  {
    article,
    quote: 'but the memory is then re-mapped carrying some Rust allocation, then this write races with Rust accesses',
    scenario: 'physical-pointer',
    property: claims.touch,
  },
  {
    article,
    quote: 'this asm!-backed memcpy can be unconditionally safe',
    scenario: 'physical-pointer',
    property: claims.touch,
  },
  {
    article,
    quote:
      'guarantee that all concurrent memcpys operating on a now-revoked page terminate, before the virtual address is ever reused',
    scenario: 'physical-pointer',
    property: claims.rustMapped,
  },
  {
    article,
    quote: 'before the virtual address is ever reused',
    scenario: 'vmap-reuse',
    property: reuseClaims.forgotten,
  },
  {
    article,
    quote: 'easier and cleaner to simply guarantee that such VAs are never re-used for Rust allocations',
    scenario: 'physical-pointer',
    property: claims.rustTranslated,
  },
  // The defaults of the trait, and the log.
  {
    article,
    quote: 'it will cause any address to be marked as unowned and eligible to be written to',
    scenario: 'physical-pointer',
    property: claims.acceptance,
  },
  {
    article,
    quote: 'Same here, default impl should be removed or made conservative',
    scenario: 'physical-pointer',
    property: claims.shielded,
  },
  {
    article,
    quote: 'Is there a documentation of the expected ring buffer semantics somewhere?',
    scenario: 'ring-buffer',
    property: 'what a reader takes for the log is the log',
  },
  {
    article,
    quote: 'it resets the write_offset to zero after a large write',
    scenario: 'ring-buffer',
    property: 'unless a copy has failed, the ring holds the end of the log, beginning at the offset',
  },
]
