import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { nextOffset, planOf, type Ring, type RingDesign, sizeOf, startOf } from './ring-layout.ts'
import type { ringByte, ringIndex, ringWriter, Store } from './ring-writer.ts'

/*
 * The steps of a write to the ring.
 *
 * Models: `RingBuffer::write` of `litebox_platform_lvbs/src/mshv/ringbuffer.rs`, and of later versions. A copy may fail at
 * any byte, because another core unmaps the page that they share (`memcpy_fallible`); an earlier version of
 * PR #817 advanced the offset by what was written; later ones advance it anyway, as the snapshot does.
 *
 * Leaves out: what `ring-layout.ts` and `ring-writer.ts` leave out, and the order in which stores become visible, which is
 * the order in which they are made (x86-64).
 */

/** What becomes of the offset where a copy fails. `kept-mappings`: it advances by the mappings that were copied whole. */
export type AfterFailure = 'advances' | 'kept-mappings' | 'copied-bytes'
/** What VTL0 is told, and when: the offset, or how long the log is, before the bytes, after them, or both. */
export type Publication = 'nothing' | 'offset' | 'length-first' | 'length' | 'begin-and-end'

export interface WriteDesign extends RingDesign {
  readonly afterFailure: AfterFailure
  readonly publication: Publication
}

export interface RingWorld {
  readonly ring: Ring
  readonly lengths: readonly number[]
  readonly mostMessages: number
  readonly writer: CellOf<typeof ringWriter>
  readonly byte: (place: number) => CellOf<typeof ringByte>
  readonly index: CellOf<typeof ringIndex>
}

const source = (symbol: string): string => `litebox_platform_lvbs/src/mshv/ringbuffer.rs: ${symbol}`

/** The stores of a message, by mapping. Of one that is longer than the ring only the end is written. */
function storesOf(design: RingDesign, ring: Ring, offset: number, logged: number, length: number): readonly Store[][] {
  const plan = planOf(design, ring, offset, length)
  if (typeof plan === 'string') return []
  let position = logged + Math.max(0, length - sizeOf(ring))
  return plan.mappings.map((places) => places.map((place) => ({ place, position: ++position })))
}

export function ringWrites(world: RingWorld, design: WriteDesign): readonly Rule[] {
  const { ring, lengths, mostMessages, writer, byte, index } = world
  const size = sizeOf(ring)
  const reach = design.path === 'one-write' ? size + Math.max(...lengths) : size
  const told = design.publication === 'nothing' ? [] : [index]
  const panics = Array.from({ length: size }, (_, offset) =>
    lengths.filter((length) => planOf(design, ring, offset, length) === 'panic'),
  )
  const begin = rule(
    'ring.begin',
    { length: lengths },
    {
      kind: 'environment',
      source: source('RingBuffer::write'),
      needed: true,
      actor: () => 'vtl1',
      sends: () => ({ writer, index: told }),
    },
  ).does({
    when: {
      idle: ({ writer }) => writer.value === 'idle',
      hasMore: ({ writer }) => writer.context.messages < mostMessages,
      fits: ({ writer }, { length }) => planOf(design, ring, writer.context.offset, length) !== 'panic',
    },
    events: ({ writer: { context }, index }, { length }) => {
      const start = startOf(design, ring, context.offset, length)
      const next = nextOffset(design, ring, context.offset, length)
      const logged = context.logged + length
      const known = index[0]?.context.end ?? 0
      return {
        writer: { type: 'BEGIN', todo: storesOf(design, ring, context.offset, context.logged, length), length, start, next },
        index:
          design.publication === 'length-first'
            ? { type: 'END', end: logged }
            : design.publication === 'begin-and-end'
              ? { type: 'BEGIN', begin: logged }
              : { type: 'END', end: known },
      }
    },
  })
  const panic = rule(
    'ring.panic',
    { length: [...new Set(panics.flat())] },
    {
      kind: 'environment',
      source: 'ArrayVec::push beyond MAX_SPAN_PAGES',
      needed: true,
      actor: () => 'vtl1',
      sends: () => ({ writer }),
    },
  ).does({
    when: {
      idle: ({ writer }) => writer.value === 'idle',
      hasMore: ({ writer }) => writer.context.messages < mostMessages,
      overruns: ({ writer }, { length }) => planOf(design, ring, writer.context.offset, length) === 'panic',
    },
    events: () => ({ writer: { type: 'PANIC' } }),
  })
  const steps = [
    rule('ring.map', {}, { source: source('map_vtl0_guard'), needed: true, actor: () => 'vtl1', sends: () => ({ writer }) }).does(
      {
        when: { begun: ({ writer }) => writer.value === 'begun' },
        events: () => ({ writer: { type: 'MAP' } }),
      },
    ),
    rule(
      'ring.store',
      { place: Array.from({ length: reach }, (_, place) => place) },
      {
        source: source('copy_slice_to_vtl0_phys'),
        needed: true,
        actor: () => 'vtl1',
        sends: ({ place }) => ({ writer, byte: place < size ? [byte(place)] : [] }),
      },
    ).does({
      when: {
        storing: ({ writer }) => writer.value === 'storing',
        itsTurn: ({ writer }, { place }) => writer.context.todo[0]?.[0]?.place === place,
      },
      events: ({ writer }) => ({
        writer: { type: 'STORE' },
        byte: { type: 'STORE', position: writer.context.todo[0]?.[0]?.position ?? 0 },
      }),
    }),
    rule(
      'ring.unmap',
      {},
      { source: source('Vtl0MappedGuard::drop'), needed: true, actor: () => 'vtl1', sends: () => ({ writer }) },
    ).does({
      when: { stored: ({ writer }) => writer.value === 'stored' },
      events: () => ({ writer: { type: 'UNMAP' } }),
    }),
    rule(
      'ring.advance',
      {},
      {
        source: source('RingBuffer::write, write_offset'),
        needed: true,
        actor: () => 'vtl1',
        sends: () => ({ writer, index: told }),
      },
    ).does({
      when: { finished: ({ writer }) => writer.value === 'finished' },
      events: ({ writer: { context } }) => {
        const offset = offsetAfter(design, ring, context)
        return {
          writer: { type: 'ADVANCE', offset },
          index: { type: 'END', end: design.publication === 'offset' ? offset : context.logged },
        }
      },
    }),
  ]
  return panics.flat().length > 0 ? [begin, panic, ...steps] : [begin, ...steps]
}

function offsetAfter(
  { afterFailure }: WriteDesign,
  ring: Ring,
  {
    start,
    next,
    copied,
    kept,
    failing,
  }: { readonly start: number; readonly next: number; readonly copied: number; readonly kept: number; readonly failing: boolean },
): number {
  if (!failing || afterFailure === 'advances') return next
  return (start + (afterFailure === 'kept-mappings' ? kept : copied)) % sizeOf(ring)
}

/** A mapping or a copy fails. The snapshot goes on with the next mapping. */
export const failingCopies = ({ writer }: RingWorld, { afterFailure }: WriteDesign): Rule =>
  rule(
    'ring.fail',
    {},
    {
      kind: 'environment',
      source: 'litebox/src/mm/exception_table.rs: memcpy_fallible, whose page another core has unmapped',
      needed: true,
      actor: () => 'peer',
      sends: () => ({ writer }),
    },
  ).does({
    when: { copying: ({ writer }) => writer.value === 'begun' || writer.value === 'storing' },
    events: () => ({ writer: { type: 'FAIL', goesOn: afterFailure === 'advances' } }),
  })
