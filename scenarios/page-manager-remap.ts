import { cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import { memoryArea } from '../model/memory/memory-area.ts'
import { mremapCalls, type Remapping } from '../model/memory/mremap.ts'
import { type RemapDesign, remapGuest, remapping } from '../model/memory/mremap-rules.ts'
import { userEntry } from '../model/memory/user-entry.ts'
import {
  entriesLieInAreas,
  failuresCanBeRepeated,
  failuresChangeNothing,
  neighboursAreNoOverlap,
  newMappingsAreEmpty,
  newMappingsAreMade,
  noFrameIsLost,
  pagesKeepTheirOrder,
  presentEntriesLeadToFrames,
  remapFails,
  remapSucceeds,
} from '../properties/page-manager-remap.ts'

const knobs = {
  /** What is left behind where a move fails. */
  recovery: ['none', 'last-page', 'all-pages', 'tables-first'],
  /** Where the search has found a place for the pages, and whether a place that merely touches the old one overlaps it. */
  place: ['apart', 'beside'],
  overlap: ['at-latest', 'before'],
  /** The last one has never been touched. */
  pages: [3, 4],
  calls: [2, 3],
} as const

interface Knobs extends RemapDesign {
  readonly pages: number
  readonly calls: number
}

function world(knobs: Knobs): Remapping {
  const pages = Array.from({ length: knobs.pages }, (_, at) => `old${at}`)
  const frameOf = (page: string): string => page.replace('old', 'frame')
  const frames = pages.slice(0, -1).map(frameOf)
  return {
    caller: 'guest',
    pages,
    frames,
    zeroes: 'zeroes',
    destination: (page) => page.replace('old', 'new'),
    call: cell('mremap', mremapCalls, { input: { limit: knobs.calls } }),
    area: (page) =>
      cell(`area.${page}`, memoryArea, { input: pages.includes(page) ? { mapping: 'heap', rights: 'write' } : 'absent' }),
    entry: (page) =>
      cell(`entry.${page}`, userEntry, {
        input: frames.includes(frameOf(page)) ? { frame: frameOf(page), rights: 'write' } : 'absent',
      }),
  }
}

function build(knobs: Knobs): System {
  const all = world(knobs)
  const { call, pages, area, entry, destination } = all
  const refusesNeighbours = knobs.place === 'beside' && knobs.overlap === 'at-latest'
  return system({
    cells: [call, ...[...pages, ...pages.map(destination)].flatMap((page) => [area(page), entry(page)])],
    rules: [...remapping(all, knobs), ...remapGuest(all)],
    properties: [
      entriesLieInAreas(all),
      presentEntriesLeadToFrames(all),
      pagesKeepTheirOrder(all),
      noFrameIsLost(all),
      failuresChangeNothing(all),
      newMappingsAreEmpty(all),
      failuresCanBeRepeated(all),
      neighboursAreNoOverlap(all),
      newMappingsAreMade(all),
      ...(refusesNeighbours ? [] : [remapSucceeds(all), remapFails(all, 'outOfMemory')]),
    ],
    final: finalWhen({}, { reads: () => ({ call }), holds: ({ call }) => call.value === 'returned' }),
  })
}

export const pageManagerRemap = scenario({
  name: 'page-manager-remap',
  story:
    'A guest asks mremap for more room than there is in place, so that LiteBox has to move its pages, and the host refuses ' +
    'memory half-way. Is everything where the guest left it, and can it try again? Left out: other threads, the TLB, and ' +
    'growing in place.',
  knobs,
  sizes: { small: { pages: 3, calls: 2 }, full: { pages: 4, calls: 3 } },
  designs: {
    snapshot: {
      story:
        'remap_pages of the Linux-kernel platform (`litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs`) returns where ' +
        'it stands: line 173 has cleared the old entry, line 185 returns OutOfMemory. Pages before it are at a place that no ' +
        'area covers, the frame in hand is mapped nowhere, and the areas are as before. When the guest tries again, line 203 ' +
        'passes over the page as over one that was never touched, the call succeeds, and `litebox/src/mm/linux.rs`, lines 692 ' +
        'and 693, moves the area: the place of the page is empty. A fault of LiteBox, where a host may refuse memory; on ' +
        'LVBS, whose code is the same (lines 257, 269 and 286), a heap without memory panics before it comes to that.',
      knobs: { recovery: 'none', place: 'apart', overlap: 'at-latest' },
      expect: {
        small: {
          verdict: 'violated',
          states: 540,
          violations: {
            'every present entry lies in an area': 6,
            "no frame of the guest's is lost": 4,
            'a call that failed has changed nothing': 4,
            'a new mapping holds nothing but zeroes': 7,
            'no call fails because of what an earlier one has left behind': 11,
            'a page that moves comes to the place that is its own': 11,
          },
        },
        full: {
          verdict: 'violated',
          states: 4903,
          violations: {
            'every present entry lies in an area': 6,
            "no frame of the guest's is lost": 4,
            'a call that failed has changed nothing': 4,
            'a new mapping holds nothing but zeroes': 7,
            'no call fails because of what an earlier one has left behind': 11,
            'a page that moves comes to the place that is its own': 13,
          },
        },
      },
    },
    'last-page-restored': {
      story:
        'Later upstream code: the new place is looked at before anything moves, and the page in hand is put back. Pages ' +
        'moved before it stay where they are.',
      knobs: { recovery: 'last-page', place: 'apart', overlap: 'before' },
      expect: {
        small: {
          verdict: 'violated',
          states: 212,
          violations: {
            'every present entry lies in an area': 8,
            'a call that failed has changed nothing': 8,
            'a new mapping holds nothing but zeroes': 9,
            'no call fails because of what an earlier one has left behind': 10,
          },
        },
        full: {
          verdict: 'violated',
          states: 781,
          violations: {
            'every present entry lies in an area': 8,
            'a call that failed has changed nothing': 8,
            'a new mapping holds nothing but zeroes': 9,
            'no call fails because of what an earlier one has left behind': 10,
          },
        },
      },
    },
    'all-pages-restored': {
      story: 'A move that fails is undone, page by page.',
      knobs: { recovery: 'all-pages', place: 'apart', overlap: 'before' },
      expect: { small: { verdict: 'holds', states: 108 }, full: { verdict: 'holds', states: 241 } },
    },
    'tables-first': {
      story: 'What can fail comes first: all page-table pages of the new place are there before the first page moves.',
      knobs: { recovery: 'tables-first', place: 'apart', overlap: 'before' },
      expect: { small: { verdict: 'holds', states: 88 }, full: { verdict: 'holds', states: 199 } },
    },
    'snapshot-beside': {
      story:
        'Both kernel platforms compare the ranges with `<=`: a range that ends where the other starts counts as overlapping. ' +
        'The search from the top goes on below the lowest of a packed run of areas, which is the one that was mapped last: ' +
        'just that area cannot be moved.',
      knobs: { recovery: 'none', place: 'beside', overlap: 'at-latest' },
      expect: {
        small: { verdict: 'violated', states: 58, violations: { 'no move to a place beside the old one is refused': 2 } },
        full: { verdict: 'violated', states: 142, violations: { 'no move to a place beside the old one is refused': 2 } },
      },
    },
    'tables-first-beside': {
      story: 'Ranges that touch do not overlap, as later upstream code has it.',
      knobs: { recovery: 'tables-first', place: 'beside', overlap: 'before' },
      expect: { small: { verdict: 'holds', states: 88 }, full: { verdict: 'holds', states: 199 } },
    },
  },
  build,
})
