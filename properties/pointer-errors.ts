import { always, type Property, sometimes } from '../checker/index.ts'
import { own, type PointerDesign, type PointerError, page, physical } from '../model/memory/pointer-checks.ts'
import type { PointerCall } from '../model/memory/pointer-requests.ts'

/* What is claimed of the answers that a physical pointer gives: stated from the request, not from the checks. */

export const pointerClaims = {
  panic: 'no request panics',
  zeroSized: 'a pointer to a type without bytes can be made',
  unaligned: 'a pointer need not be aligned for its type',
  owned: "no access maps a page of LiteBox's",
  cause: "a constructor's error names the first of its conditions that fails: type, offset, overflow, size, owner",
  within: 'an access within the elements of its pointer is granted',
  beyond: 'an access beyond the elements of its pointer is refused',
  length: 'a pointer that was made from a length reaches no further',
  answered: 'every question is answered before the next is asked',
  pages: 'an access maps exactly the pages that its elements lie in',
} as const

const isOwned = (address: number): boolean => address >= own.start && address < own.end

/** The errors that some request produces; three that the type declares are produced by nothing. */
const produced: readonly PointerError[] = [
  'InvalidBaseOffset',
  'Overflow',
  'InsufficientPhysicalPages',
  'InvalidPhysicalAddress',
  'IndexOutOfBounds',
]

/** Where a call can stand when it has been asked for nothing, for a pointer, and for an access through it. */
const answers: Readonly<Record<'none' | 'asked' | 'used', readonly string[]>> = {
  none: ['none'],
  asked: ['constructed', 'refused'],
  used: ['accessed', 'accessRefused'],
}

export function pointerProperties({ call, progress }: PointerCall, { tooSmall }: PointerDesign): readonly Property[] {
  const reads = () => ({ call })
  return [
    always(pointerClaims.panic, {}, { reads, holds: ({ call }) => call.value !== 'panicked' }),
    always(
      pointerClaims.zeroSized,
      {},
      {
        reads,
        holds: ({ call: { value, context } }) =>
          context.request.type !== 0 || (value !== 'panicked' && context.request.answer !== 'UnsupportedZeroSizedType'),
      },
    ),
    always(
      pointerClaims.unaligned,
      {},
      {
        reads,
        holds: ({ call }) => call.context.request.answer !== 'UnalignedOffset',
      },
    ),
    always(
      pointerClaims.owned,
      {},
      {
        reads,
        holds: ({ call }) => !call.context.request.mapped.some(isOwned),
      },
    ),
    always(
      pointerClaims.cause,
      {},
      {
        reads,
        holds: ({ call: { value, context } }) => {
          const { pages, offset, bytes, answer } = context.request
          if (value !== 'refused' || bytes !== -1 || answer !== 'InvalidPhysicalAddress') return true
          const room = pages.length * page - offset
          return offset < page && (tooSmall === 'accepted' || room >= context.request.type)
        },
      },
    ),
    always(
      pointerClaims.within,
      {},
      {
        reads,
        holds: ({ call: { value, context } }) => {
          const { index, elements, count, pages } = context.request
          const wanted = elements === -1 ? 1 : elements
          const exists = pages.every((address) => address + page <= physical)
          return value !== 'accessRefused' || index + wanted > count || !exists
        },
      },
    ),
    always(
      pointerClaims.beyond,
      {},
      {
        reads,
        holds: ({ call: { value, context } }) => {
          const { index, elements, count } = context.request
          const wanted = elements === -1 ? 1 : elements
          return value !== 'accessed' || wanted === 0 || index + wanted <= count
        },
      },
    ),
    always(
      pointerClaims.length,
      {},
      {
        reads,
        holds: ({ call: { value, context } }) => {
          const { index, elements, bytes, type } = context.request
          const wanted = elements === -1 ? 1 : elements
          return value !== 'accessed' || bytes === -1 || wanted === 0 || (index + wanted) * type <= bytes
        },
      },
    ),
    always(
      pointerClaims.pages,
      {},
      {
        reads,
        holds: ({ call: { value, context } }) => {
          const { pages, offset, type, index, elements, mapped } = context.request
          if (value !== 'accessed') return true
          const from = offset + index * type
          const to = from + (elements === -1 ? 1 : elements) * type
          const touched = pages.filter((_, at) => from < (at + 1) * page && at * page < to && from < to)
          return String(mapped) === String(touched)
        },
      },
    ),
    always(
      pointerClaims.answered,
      {},
      {
        reads: () => ({ call, progress }),
        holds: ({ call, progress }) => call.value === 'panicked' || answers[progress.value].includes(call.value),
      },
    ),
    sometimes(
      'the error is produced',
      { error: produced.filter((error) => tooSmall === 'refused' || error !== 'InsufficientPhysicalPages') },
      {
        reads,
        holds: ({ call }, { error }) => call.context.request.answer === error,
      },
    ),
    sometimes('an access of two pages is granted', {}, { reads, holds: ({ call }) => call.context.request.mapped.length > 1 }),
  ]
}
