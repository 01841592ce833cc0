import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { sizeOf } from '../model/memory/ring-layout.ts'
import { isLog, type ReaderWorld } from '../model/memory/ring-reader.ts'
import type { Publication, RingWorld } from '../model/memory/ring-write.ts'

/*
 * What a log ring is good for: it stays where it is, it holds the end of the log, and who reads it knows what it reads.
 */

/** M-I19. */
export const storesStayInside = ({ ring }: RingWorld): Property =>
  onStep(
    'a store stays within the ring',
    {},
    { on: ['ring.store'], reads: () => ({}), holds: (_, __, { at }) => Number(at.place) < sizeOf(ring) },
  )

const bytesOf = ({ ring, byte }: RingWorld) => Array.from({ length: sizeOf(ring) }, (_, place) => byte(place))

/** The ring's bytes from the offset once round, without those that were never written. */
const fromOffset = (bytes: readonly { readonly context: { readonly position: number } }[], offset: number): number[] =>
  bytes.map((_, nth) => bytes[(offset + nth) % bytes.length]!.context.position).filter((position) => position > 0)

export const ringHoldsTheEnd = (world: RingWorld): Property =>
  always(
    'unless a copy has failed, the ring holds the end of the log, beginning at the offset',
    {},
    {
      reads: () => ({ writer: world.writer, bytes: bytesOf(world) }),
      holds: ({ writer: { value, context }, bytes }) => {
        if (value !== 'idle' || context.failed) return true
        const held = fromOffset(bytes, context.offset)
        const all = Math.min(context.logged, bytes.length)
        return held.length === all && held.every((position, nth) => position === context.logged - all + 1 + nth)
      },
    },
  )

export const ringIsInOrder = (world: RingWorld): Property =>
  always(
    'whatever has failed, the ring holds older bytes before newer ones, beginning at the offset',
    {},
    {
      reads: () => ({ writer: world.writer, bytes: bytesOf(world) }),
      holds: ({ writer: { value, context }, bytes }) => {
        const held = fromOffset(bytes, context.offset)
        return value !== 'idle' || held.every((position, nth) => nth === 0 || held[nth - 1]! < position)
      },
    },
  )

export const noMessagePanics = ({ writer }: RingWorld): Property =>
  always('no message panics VTL1', {}, { reads: () => ({ writer }), holds: ({ writer }) => writer.value !== 'panicked' })

export const readersReadTheLog = ({ ring, reader, index }: ReaderWorld, publication: Publication): Property =>
  onStep(
    'what a reader takes for the log is the log',
    {},
    {
      on: ['reader.finish'],
      reads: () => ({ reader, index }),
      holds: ({ reader, index }) => isLog(publication, sizeOf(ring), reader.context, index.context),
    },
  )

export const messagesWrap = ({ writer }: RingWorld): Property =>
  sometimes(
    'a message has wrapped around',
    {},
    {
      reads: () => ({ writer }),
      holds: ({ writer: { value, context } }) => value === 'finished' && context.next > 0 && context.next < context.start,
    },
  )

export const readsAndWritesOverlap = ({ reader, writer }: ReaderWorld): Property =>
  sometimes(
    'the ring is read while a message is being stored',
    {},
    {
      reads: () => ({ reader, writer }),
      holds: ({ reader, writer }) => reader.value === 'reading' && writer.value === 'storing',
    },
  )
