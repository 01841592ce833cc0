import { bound, cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import { sizeOf } from '../model/memory/ring-layout.ts'
import { type ReaderWorld, ringReader, ringReads } from '../model/memory/ring-reader.ts'
import { failingCopies, ringWrites } from '../model/memory/ring-write.ts'
import { ringByte, ringIndex, ringWriter } from '../model/memory/ring-writer.ts'
import {
  messagesWrap,
  noMessagePanics,
  readersReadTheLog,
  readsAndWritesOverlap,
  ringHoldsTheEnd,
  ringIsInOrder,
  storesStayInside,
} from '../properties/ring-buffer.ts'

const knobs = {
  /** How a message that goes round the end of the ring is written. */
  path: ['two-mappings', 'one-mapping', 'one-write'],
  /** How it is found that one mapping would need a page twice. */
  revisit: ['by-bytes', 'by-pages', 'by-pages-of-the-rest', 'unasked'],
  /** Whether it is noticed that one mapping would need too many pages. */
  span: ['checked', 'unchecked'],
  /** Where a message that fills the whole ring begins. */
  whole: ['restarts', 'goes-on', 'at-offset'],
  /** Whether copies may fail, and what becomes of the offset then. */
  copies: ['succeed', 'may-fail'],
  afterFailure: ['advances', 'kept-mappings', 'copied-bytes'],
  /** What VTL0 is told of how far the log has come. */
  publication: ['nothing', 'offset', 'length-first', 'length', 'begin-and-end'],
  reader: ['absent', 'present'],
  pages: [2, 3, 4],
  pageBytes: [1, 3],
  messages: [2, 3, 4],
} as const

const inside = 'a store stays within the ring'
const holdsTheEnd = 'unless a copy has failed, the ring holds the end of the log, beginning at the offset'
const inOrder = 'whatever has failed, the ring holds older bytes before newer ones, beginning at the offset'
const panics = 'no message panics VTL1'
const theLog = 'what a reader takes for the log is the log'

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build(choice: Choice): System {
  const ring = { pages: choice.pages, pageBytes: choice.pageBytes }
  const size = sizeOf(ring)
  const world: ReaderWorld = {
    ring,
    lengths: Array.from({ length: size + 1 }, (_, at) => at + 1),
    mostMessages: choice.messages,
    writer: cell('writer', ringWriter),
    byte: (place) => cell(`ring.${place}`, ringByte),
    index: cell('index', ringIndex),
    reader: cell('reader', ringReader),
  }
  const { writer, reader } = world
  const reads = choice.reader === 'present'
  return system({
    cells: [writer, reader, world.index, ...Array.from({ length: size }, (_, place) => world.byte(place))],
    rules: [
      ...ringWrites(world, choice),
      ...(choice.copies === 'may-fail' ? [failingCopies(world, choice)] : []),
      ...(reads ? ringReads(world, choice.publication) : []),
    ],
    properties: [
      storesStayInside(world),
      ringHoldsTheEnd(world),
      ringIsInOrder(world),
      noMessagePanics(world),
      messagesWrap(world),
      ...(reads ? [readersReadTheLog(world, choice.publication), readsAndWritesOverlap(world)] : []),
    ],
    bounds: [
      bound(
        'messages',
        choice.messages,
        {},
        { reads: () => ({ writer }), hit: ({ writer }) => writer.context.messages === choice.messages },
      ),
    ],
    final: finalWhen(
      {},
      {
        reads: () => ({ writer }),
        holds: ({ writer: { value, context } }) =>
          value === 'panicked' || (value === 'idle' && context.messages === choice.messages),
      },
    ),
  })
}

const snapshot = {
  path: 'two-mappings',
  revisit: 'unasked',
  span: 'checked',
  whole: 'restarts',
  copies: 'succeed',
  afterFailure: 'advances',
  publication: 'nothing',
  reader: 'absent',
  pages: 3,
  pageBytes: 1,
} as const
const oneMapping = { ...snapshot, path: 'one-mapping', revisit: 'by-pages-of-the-rest', pages: 2, pageBytes: 3 } as const
const read = { ...snapshot, whole: 'goes-on', reader: 'present' } as const

export const ringBuffer = scenario({
  name: 'ring-buffer',
  story:
    'VTL1 writes messages of every length into a ring in memory that VTL0 reads. Asked: do its stores stay in the ring, does ' +
    'the ring hold the end of the log afterwards, and what can VTL0 make of it while VTL1 writes? A few messages of a few ' +
    'bytes; every offset and length comes up. Left out: who chooses the ring (see `ring-allocation`), and the page ' +
    'tables under a mapping (see `physical-pointer`).',
  knobs,
  sizes: { small: { messages: 3 }, full: { messages: 4 } },
  designs: {
    snapshot: {
      story:
        '`RingBuffer::write` at the snapshot, with copies that succeed: what goes round the end is written in two mappings, ' +
        'and a message as long as the ring replaces all of it from its first byte. The faulty twin is `one-write`.',
      knobs: snapshot,
      expect: {
        small: { verdict: 'holds', states: 365, within: ['messages=3'] },
        full: { verdict: 'holds', states: 814, within: ['messages=4'] },
      },
    },
    'one-write': {
      story: 'What the second mapping is for: written in one, a message goes on past the end of the ring.',
      knobs: { ...snapshot, path: 'one-write' },
      expect: {
        small: {
          verdict: 'violated',
          states: 376,
          violations: { [inside]: 10, [holdsTheEnd]: 12, [inOrder]: 12 },
          within: ['messages=3'],
        },
        full: {
          verdict: 'violated',
          states: 886,
          violations: { [inside]: 10, [holdsTheEnd]: 12, [inOrder]: 12 },
          within: ['messages=4'],
        },
      },
    },
    'one-mapping-by-bytes': {
      story:
        'PR #817 as it was reviewed: one mapping of scattered pages, and two where the bytes from the begin of the first page ' +
        'are more than the ring. The faulty twin is `one-mapping-unasked`.',
      knobs: { ...oneMapping, revisit: 'by-bytes' },
      expect: {
        small: { verdict: 'holds', states: 1570, within: ['messages=3'] },
        full: { verdict: 'holds', states: 4628, within: ['messages=4'] },
      },
    },
    'one-mapping-by-pages': {
      story:
        'As proposed in the answer to the review: counted in pages, before a message that is too long is cut. Such a ' +
        'message takes two mappings more often, and is written to the same bytes. The faulty twin is `one-mapping-unasked`.',
      knobs: { ...oneMapping, revisit: 'by-pages' },
      expect: {
        small: { verdict: 'holds', states: 1570, within: ['messages=3'] },
        full: { verdict: 'holds', states: 4628, within: ['messages=4'] },
      },
    },
    'one-mapping': {
      story: 'As in later versions: counted in pages of what is left to write. The faulty twin is `one-mapping-unasked`.',
      knobs: oneMapping,
      expect: {
        small: { verdict: 'holds', states: 1570, within: ['messages=3'] },
        full: { verdict: 'holds', states: 4628, within: ['messages=4'] },
      },
    },
    'one-mapping-unasked': {
      story:
        'What the predicate is for: a message that comes back to its first page names it twice, the mapping is refused, and ' +
        'nothing is written; the offset advances.',
      knobs: { ...oneMapping, revisit: 'unasked' },
      expect: {
        small: { verdict: 'violated', states: 1604, violations: { [holdsTheEnd]: 8, [inOrder]: 8 }, within: ['messages=3'] },
        full: { verdict: 'violated', states: 5102, violations: { [holdsTheEnd]: 8, [inOrder]: 8 }, within: ['messages=4'] },
      },
    },
    'span-checked': {
      story: 'A ring with more pages than one mapping may have, as in later versions. The faulty twin is `span-unchecked`.',
      knobs: { ...oneMapping, pages: 4, pageBytes: 1 },
      expect: {
        small: { verdict: 'holds', states: 643, within: ['messages=3'] },
        full: { verdict: 'holds', states: 1596, within: ['messages=4'] },
      },
    },
    'span-unchecked': {
      story: 'What MAX_SPAN_PAGES is compared for: an array of that many pages, filled without asking, panics.',
      knobs: { ...oneMapping, pages: 4, pageBytes: 1, span: 'unchecked' },
      expect: {
        small: { verdict: 'violated', states: 160, violations: { [panics]: 1 }, within: ['messages=3'] },
        full: { verdict: 'violated', states: 281, violations: { [panics]: 1 }, within: ['messages=4'] },
      },
    },
    'snapshot-failing': {
      story:
        'The snapshot with copies that may fail, as they do when another core unmaps the page that they share (LB-11): the ' +
        'offset advances anyway, and bytes of long ago are left where new ones should be. Later versions do the same.',
      knobs: { ...snapshot, copies: 'may-fail' },
      bugs: ['LB-11'],
      expect: {
        small: { verdict: 'violated', states: 2890, violations: { [inOrder]: 9 }, within: ['messages=3'] },
        full: { verdict: 'violated', states: 12757, violations: { [inOrder]: 9 }, within: ['messages=4'] },
      },
    },
    'kept-mappings': {
      story:
        'An earlier version of PR #817: the offset advances by the mappings that were copied whole. What was copied of the one ' +
        'that failed lies beyond the offset, among the oldest bytes.',
      knobs: { ...snapshot, copies: 'may-fail', afterFailure: 'kept-mappings' },
      bugs: ['LB-11'],
      expect: {
        small: { verdict: 'violated', states: 2537, violations: { [inOrder]: 10 }, within: ['messages=3'] },
        full: { verdict: 'violated', states: 10576, violations: { [inOrder]: 10 }, within: ['messages=4'] },
      },
    },
    'copied-bytes-restarts': {
      story:
        'A partial fix: the offset advances by the bytes that were copied. A message that fills the ring still begins at ' +
        'its first byte, and if it fails, the order of what is left is lost.',
      knobs: { ...snapshot, copies: 'may-fail', afterFailure: 'copied-bytes' },
      expect: {
        small: { verdict: 'violated', states: 3070, violations: { [inOrder]: 14 }, within: ['messages=3'] },
        full: { verdict: 'violated', states: 13309, violations: { [inOrder]: 14 }, within: ['messages=4'] },
      },
    },
    'copied-bytes': {
      story:
        'Proposed: the offset advances by the bytes that were copied, and every message begins at the offset. The faulty ' +
        'twins are `snapshot-failing`, `kept-mappings` and `copied-bytes-restarts`.',
      knobs: { ...snapshot, whole: 'at-offset', copies: 'may-fail', afterFailure: 'copied-bytes' },
      expect: {
        small: { verdict: 'holds', states: 3866, within: ['messages=3'] },
        full: { verdict: 'holds', states: 18118, within: ['messages=4'] },
      },
    },
    'snapshot-read': {
      story:
        'The snapshot and a reader that is told nothing, of which the review asks: it cannot tell where the log ends, nor ' +
        'what is being overwritten.',
      knobs: { ...snapshot, reader: 'present' },
      expect: {
        small: { verdict: 'violated', states: 11121, violations: { [theLog]: 10 }, within: ['messages=3'] },
        full: { verdict: 'violated', states: 43920, violations: { [theLog]: 10 }, within: ['messages=4'] },
      },
    },
    'offset-published': {
      story:
        'A wrong fix: the offset is published after each message, and a reader that finds it unchanged believes what it has ' +
        'read. It does not see a message that is being written, nor one that goes once round.',
      knobs: { ...read, publication: 'offset' },
      expect: {
        small: { verdict: 'violated', states: 14069, violations: { [theLog]: 10 }, within: ['messages=3'] },
        full: { verdict: 'violated', states: 44824, violations: { [theLog]: 10 }, within: ['messages=4'] },
      },
    },
    'length-published-first': {
      story: 'A wrong fix: the length of the log is published before the bytes are there.',
      knobs: { ...read, publication: 'length-first' },
      expect: {
        small: { verdict: 'violated', states: 17175, violations: { [theLog]: 4 }, within: ['messages=3'] },
        full: { verdict: 'violated', states: 65718, violations: { [theLog]: 4 }, within: ['messages=4'] },
      },
    },
    'length-published': {
      story:
        'A wrong fix: the length of the log is published after the bytes. What is overwritten by the message that is being ' +
        'written is believed.',
      knobs: { ...read, publication: 'length' },
      expect: {
        small: { verdict: 'violated', states: 7273, violations: { [theLog]: 13 }, within: ['messages=3'] },
        full: { verdict: 'violated', states: 31526, violations: { [theLog]: 13 }, within: ['messages=4'] },
      },
    },
    'begin-and-end-published': {
      story:
        'Proposed: the length that the log will have is published before the bytes, and the one that it has after them. A ' +
        'reader asks the second first, the first last, and keeps what lies between. It needs messages that fill the ring to ' +
        'go on from where they would have come to lie. The faulty twins are `length-published` and ' +
        '`begin-and-end-restarts`.',
      knobs: { ...read, publication: 'begin-and-end' },
      expect: {
        small: { verdict: 'holds', states: 7273, within: ['messages=3'] },
        full: { verdict: 'holds', states: 31526, within: ['messages=4'] },
      },
    },
    'begin-and-end-restarts': {
      story:
        'The same with messages that fill the ring from its first byte, as at the snapshot: the place of a byte no longer ' +
        'follows from its position in the log.',
      knobs: { ...read, whole: 'restarts', publication: 'begin-and-end' },
      expect: {
        small: { verdict: 'violated', states: 7620, violations: { [theLog]: 12 }, within: ['messages=3'] },
        full: { verdict: 'violated', states: 44175, violations: { [theLog]: 12 }, within: ['messages=4'] },
      },
    },
  },
  build,
})
