import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import { sizeOf } from './ring-layout.ts'
import type { Publication, RingWorld } from './ring-write.ts'

/*
 * VTL0 reading the log from the ring, while VTL1 writes it.
 *
 * Models: what a reader can do with what it is told. The source says nothing about reading. Told nothing, it reads the ring
 * from its first byte. Told the offset, it reads from there once round, and discards everything if the offset has changed
 * by the end. Told the length of the log, it reads the last bytes of it, and keeps those that the length it is told at the
 * end says were not overwritten meanwhile; told the begin of a write as well, it asks that.
 *
 * Leaves out: readers that remember what they read before.
 */

export const ringReader = setup({
  types: {
    context: {} as { readonly told: number; readonly seen: readonly number[] },
    events: {} as { type: 'START'; told: number } | { type: 'READ'; position: number } | { type: 'FINISH' },
  },
}).createMachine({
  id: 'ringReader',
  context: { told: 0, seen: [] },
  initial: 'idle',
  states: {
    idle: {
      on: {
        START: {
          target: 'reading',
          actions: update((reader, { told }) => {
            reader.told = told
          }),
        },
      },
    },
    reading: {
      on: {
        READ: {
          target: 'reading',
          actions: update((reader, { position }) => {
            reader.seen.push(position)
          }),
        },
        FINISH: {
          target: 'idle',
          actions: update((reader) => {
            reader.told = 0
            reader.seen = []
          }),
        },
      },
    },
  },
})

export interface ReaderWorld extends RingWorld {
  readonly reader: CellOf<typeof ringReader>
}

interface Reading {
  readonly told: number
  readonly seen: readonly number[]
}

/** The positions in the log that a reader looks for, where it is told the log's length. */
const wanted = (told: number, size: number): readonly number[] =>
  Array.from({ length: Math.min(told, size) }, (_, nth) => told - Math.min(told, size) + 1 + nth)

const byLength = (publication: Publication): boolean => publication !== 'nothing' && publication !== 'offset'

/** The place that is read next, or none when all were. */
function nextPlace(publication: Publication, size: number, { told, seen }: Reading): number | undefined {
  if (!byLength(publication)) return seen.length < size ? (told + seen.length) % size : undefined
  const position = wanted(told, size)[seen.length]
  return position === undefined ? undefined : (position - 1) % size
}

/** Whether what a reader keeps at the end is the log: the bytes it was after, or bytes that follow each other in it. */
export function isLog(
  publication: Publication,
  size: number,
  { told, seen }: Reading,
  now: { readonly begin: number; readonly end: number },
): boolean {
  if (byLength(publication)) {
    const written = publication === 'begin-and-end' ? now.begin : now.end
    return wanted(told, size).every((position, nth) => position <= written - size || seen[nth] === position)
  }
  if (publication === 'offset' && now.end !== told) return true
  const text = seen.filter((position) => position > 0)
  return text.every((position, nth) => nth === 0 || position === text[nth - 1]! + 1)
}

export function ringReads({ ring, byte, index, reader }: ReaderWorld, publication: Publication): readonly Rule[] {
  const size = sizeOf(ring)
  const source = 'a reader in VTL0'
  return [
    rule(
      'reader.start',
      {},
      { kind: 'environment', source, needed: true, actor: () => 'vtl0', sees: () => ({ index }), sends: () => ({ reader }) },
    ).does({
      when: { idle: ({ reader }) => reader.value === 'idle' },
      events: ({ index }) => ({ reader: { type: 'START', told: index.context.end } }),
    }),
    rule(
      'reader.read',
      { place: Array.from({ length: size }, (_, place) => place) },
      {
        kind: 'environment',
        source,
        needed: true,
        actor: () => 'vtl0',
        sees: ({ place }) => ({ byte: byte(place) }),
        sends: () => ({ reader }),
      },
    ).does({
      when: {
        reading: ({ reader }) => reader.value === 'reading',
        itsTurn: ({ reader }, { place }) => nextPlace(publication, size, reader.context) === place,
      },
      events: ({ byte }) => ({ reader: { type: 'READ', position: byte.context.position } }),
    }),
    rule(
      'reader.finish',
      {},
      { kind: 'environment', source, needed: true, actor: () => 'vtl0', sees: () => ({ index }), sends: () => ({ reader }) },
    ).does({
      when: {
        reading: ({ reader }) => reader.value === 'reading',
        readAll: ({ reader }) => nextPlace(publication, size, reader.context) === undefined,
      },
      events: () => ({ reader: { type: 'FINISH' } }),
    }),
  ]
}
