import { cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import { hostActs } from '../model/memory/host-mapping.ts'
import { type Windows, type WindowsDesign, windowsAllocation } from '../model/memory/windows-mmap.ts'
import { windowsCalling } from '../model/memory/windows-mmap-rules.ts'
import { windowsHost, windowsRegion } from '../model/memory/windows-region.ts'
import {
  answersGrowOld,
  callsReturnWithTheirPages,
  foreignRegionsAreLeftAlone,
  noCallStopsLiteBox,
  onlyForeignPagesAreRefused,
  rangesAreAllocated,
  replacedPagesAreGivenBack,
  successMeansMemory,
} from '../properties/page-manager-windows.ts'

const knobs = {
  /** Asking the system and then acting; the same under a lock of the whole process; or calls that succeed or change nothing. */
  allocate: ['query-then-act', 'under-global-lock', 'placeholders'],
  /** What becomes of a call of the system that fails. */
  failure: ['stops', 'refused'],
  /** Whether what the process had at the start may be replaced. */
  recorded: ['replaced', 'refused'],
  /** What munmap may be asked for. */
  munmap: ['unchecked', 'own-areas'],
  /** How many calls the guest makes, and how often the rest of the process changes something. */
  calls: [1, 2],
  acts: [2, 3],
} as const

interface Knobs extends WindowsDesign {
  readonly calls: number
  readonly acts: number
}

/** Two pages of one free granule; a page that the process had at the start; a page of the guest's. */
const granules = [['page0', 'page1'], ['page2'], ['page3']]
const initially: Readonly<Record<string, 'host' | 'guest'>> = { page2: 'host', page3: 'guest' }

const world = ({ calls, acts }: Knobs): Windows => ({
  pages: granules.flat(),
  granule: (page) => granules.find((pages) => pages.includes(page))!,
  ranges: { page0: ['page0'], page1: ['page1'], both: ['page0', 'page1'], page2: ['page2'], page3: ['page3'] },
  recorded: ['page2'],
  call: cell('call', windowsAllocation, { input: { limit: calls } }),
  acts: cell('host', hostActs, { input: { limit: acts } }),
  region: (page) => cell(`region.${page}`, windowsRegion, { input: { owner: initially[page] ?? 'nobody' } }),
})

function build(knobs: Knobs): System {
  const all = world(knobs)
  const { call, acts, pages, region } = all
  return system({
    cells: [call, acts, ...pages.map(region)],
    rules: [...windowsCalling(all, knobs), ...windowsHost(all, knobs.allocate === 'under-global-lock' ? [call] : [])],
    properties: [
      foreignRegionsAreLeftAlone(all),
      successMeansMemory(all),
      replacedPagesAreGivenBack(all),
      callsReturnWithTheirPages(all),
      // Where nothing is asserted of what the system answers, nothing can stop LiteBox.
      ...(knobs.allocate === 'placeholders' ? [onlyForeignPagesAreRefused(all)] : [noCallStopsLiteBox(all)]),
      rangesAreAllocated(all, all.recorded),
      ...(knobs.allocate === 'query-then-act' ? [answersGrowOld(all)] : []),
    ],
    final: finalWhen({}, { reads: () => ({ call }), holds: ({ call }) => call.value === 'returned' || call.value === 'stopped' }),
  })
}

const guarded = { allocate: 'placeholders', failure: 'refused', recorded: 'refused', munmap: 'own-areas' } as const

export const pageManagerWindows = scenario({
  name: 'page-manager-windows',
  story:
    'A guest runs in a Windows process that has memory of its own. LiteBox asks what is mapped and then acts on the answer, ' +
    'while the rest of the process reserves, commits and releases. Left out: rights, and the page manager above, whose ' +
    'areas are taken to be right.',
  knobs,
  sizes: { small: { calls: 1, acts: 2 }, full: { calls: 2, acts: 3 } },
  designs: {
    snapshot: {
      story:
        'allocate_pages queries the range, decides, queries each region again and acts. What changes in between is an ' +
        'assertion, or goes unnoticed; a page that somebody else has reserved is taken for one that LiteBox gave back. ' +
        'deallocate_pages asks nobody whose a page is, and asserts that there is one. Issue #489.',
      knobs: { allocate: 'query-then-act', failure: 'stops', recorded: 'replaced', munmap: 'unchecked' },
      bugs: ['LB-49'],
      expect: {
        small: {
          verdict: 'violated',
          states: 502,
          violations: {
            'LiteBox commits and decommits only pages of its own reservations': 1,
            'no call of the guest stops LiteBox': 1,
            'a call that succeeds has committed its pages for the guest alone': 7,
            'a call that returns without an error leaves all of its pages committed for the guest': 8,
          },
        },
        full: {
          verdict: 'violated',
          states: 4290,
          violations: {
            'LiteBox commits and decommits only pages of its own reservations': 1,
            'no call of the guest stops LiteBox': 1,
            'a call that succeeds has committed its pages for the guest alone': 7,
            'a call that returns without an error leaves all of its pages committed for the guest': 8,
          },
        },
      },
    },
    placeholders: {
      story:
        'Reserved pages are placeholders that LiteBox keeps a list of, each call of the system succeeds or changes nothing, ' +
        "failures are errors, and only the guest's own pages are replaced or given back. The repair that issue #489 names.",
      knobs: guarded,
      bugs: ['LB-49'],
      expect: { small: { verdict: 'holds', states: 247 }, full: { verdict: 'holds', states: 1638 } },
    },
    'failures-refused': {
      story: 'Asking and then acting, with errors instead of assertions: what goes unnoticed still does.',
      knobs: { ...guarded, allocate: 'query-then-act' },
      bugs: ['LB-49'],
      expect: {
        small: {
          verdict: 'violated',
          states: 412,
          violations: {
            'LiteBox commits and decommits only pages of its own reservations': 6,
            'a call that succeeds has committed its pages for the guest alone': 7,
            'a call that returns without an error leaves all of its pages committed for the guest': 8,
          },
        },
        full: {
          verdict: 'violated',
          states: 2794,
          violations: {
            'LiteBox commits and decommits only pages of its own reservations': 6,
            'a call that succeeds has committed its pages for the guest alone': 7,
            'a call that returns without an error leaves all of its pages committed for the guest': 8,
          },
        },
      },
    },
    'failures-asserted': {
      story: 'Only the assertions are as in the source.',
      knobs: { ...guarded, allocate: 'query-then-act', failure: 'stops' },
      bugs: ['LB-49'],
      expect: {
        small: {
          verdict: 'violated',
          states: 418,
          violations: {
            'LiteBox commits and decommits only pages of its own reservations': 6,
            'no call of the guest stops LiteBox': 6,
            'a call that succeeds has committed its pages for the guest alone': 7,
            'a call that returns without an error leaves all of its pages committed for the guest': 8,
          },
        },
        full: {
          verdict: 'violated',
          states: 2833,
          violations: {
            'LiteBox commits and decommits only pages of its own reservations': 6,
            'no call of the guest stops LiteBox': 6,
            'a call that succeeds has committed its pages for the guest alone': 7,
            'a call that returns without an error leaves all of its pages committed for the guest': 8,
          },
        },
      },
    },
    'record-replaced': {
      story: 'Errors instead of assertions, and what the process had at the start may be replaced, being on record.',
      knobs: { ...guarded, allocate: 'query-then-act', recorded: 'replaced' },
      expect: {
        small: {
          verdict: 'violated',
          states: 483,
          violations: {
            'LiteBox commits and decommits only pages of its own reservations': 5,
            'a call that succeeds has committed its pages for the guest alone': 7,
            'a call that returns without an error leaves all of its pages committed for the guest': 8,
          },
        },
        full: {
          verdict: 'violated',
          states: 3943,
          violations: {
            'LiteBox commits and decommits only pages of its own reservations': 5,
            'a call that succeeds has committed its pages for the guest alone': 7,
            'a call that returns without an error leaves all of its pages committed for the guest': 8,
          },
        },
      },
    },
    'munmap-unchecked': {
      story: 'Placeholders, but munmap asks nobody whose a page is.',
      knobs: { ...guarded, munmap: 'unchecked' },
      expect: {
        small: {
          verdict: 'violated',
          states: 253,
          violations: { 'LiteBox commits and decommits only pages of its own reservations': 1 },
        },
        full: {
          verdict: 'violated',
          states: 1930,
          violations: { 'LiteBox commits and decommits only pages of its own reservations': 1 },
        },
      },
    },
    'under-global-lock': {
      story:
        'Asking and then acting under a lock that the rest of the process takes for its own memory as well, with errors ' +
        'instead of assertions. What others have reserved before is still taken for what LiteBox gave back.',
      knobs: { ...guarded, allocate: 'under-global-lock' },
      bugs: ['LB-49'],
      expect: {
        small: {
          verdict: 'violated',
          states: 356,
          violations: {
            'LiteBox commits and decommits only pages of its own reservations': 6,
            'a call that succeeds has committed its pages for the guest alone': 7,
            'a call that returns without an error leaves all of its pages committed for the guest': 8,
          },
          asleep: ['alloc.findRace', 'alloc.findNothing'],
        },
        full: {
          verdict: 'violated',
          states: 2368,
          violations: {
            'LiteBox commits and decommits only pages of its own reservations': 6,
            'a call that succeeds has committed its pages for the guest alone': 7,
            'a call that returns without an error leaves all of its pages committed for the guest': 8,
          },
          asleep: ['alloc.findRace', 'alloc.findNothing'],
        },
      },
    },
  },
  build,
})
