import { cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import { hostActs, hostMapping, hostThread } from '../model/memory/host-mapping.ts'
import { memoryArea } from '../model/memory/memory-area.ts'
import {
  own,
  reserved,
  type Userland,
  type UserlandDesign,
  userlandCalling,
  userlandCalls,
} from '../model/memory/userland-mmap.ts'
import { userlandMremap } from '../model/memory/userland-mremap.ts'
import {
  areasMatchMappings,
  foreignMappingsAreLeftAlone,
  guestsTakeWhatIsFree,
  hostsTakeWhatIsFree,
  mappingsGrowWhereTheyCan,
  replacementsLeaveNoHole,
} from '../properties/page-manager-host.ts'

const knobs = {
  /** How a range that has areas is mapped anew. */
  replace: ['atomic', 'unmap-then-map'],
  /** Whether an area may be replaced that only records what the process had at the start. */
  reserved: ['replaced', 'refused'],
  /** What munmap may be asked for. */
  munmap: ['unchecked', 'own-areas'],
  /** In which order mremap changes the areas. */
  bookkeeping: ['insert-remove', 'remove-insert'],
  /** How many calls the guest makes, and how often the rest of the process maps or unmaps something. */
  calls: [3, 4],
  acts: [2, 3],
} as const

interface Knobs extends UserlandDesign {
  readonly calls: number
  readonly acts: number
}

const pages = ['page0', 'page1', 'page2', 'page3']
/** `page0` is the guest's; `page1` was mapped by the process before the guest came. */
const initially: Readonly<Record<string, 'guest' | 'host'>> = { page0: 'guest', page1: 'host' }

function world({ calls, acts }: Knobs): Userland {
  const recordOf = (page: string) => {
    if (initially[page] === 'guest') return { mapping: own, rights: 'write' } as const
    return initially[page] === 'host' ? ({ mapping: reserved, rights: 'none' } as const) : 'absent'
  }
  return {
    pages,
    ranges: { page0: ['page0'], page1: ['page1'], page2: ['page2'], 'page1-to-page2': ['page1', 'page2'] },
    growing: { page: 'page0', next: 'page1', elsewhere: ['page2', 'page3'] },
    call: cell('call', userlandCalls, { input: { limit: calls } }),
    acts: cell('host', hostActs, { input: { limit: acts } }),
    area: (page) => cell(`area.${page}`, memoryArea, { input: recordOf(page) }),
    mapping: (page) => cell(`mapping.${page}`, hostMapping, { input: { owner: initially[page] ?? 'nobody' } }),
  }
}

function build(knobs: Knobs): System {
  const all = world(knobs)
  return system({
    cells: [all.call, all.acts, ...pages.flatMap((page) => [all.area(page), all.mapping(page)])],
    rules: [...userlandCalling(all, knobs), ...userlandMremap(all, knobs), ...hostThread(all)],
    properties: [
      foreignMappingsAreLeftAlone(all),
      areasMatchMappings(all),
      mappingsGrowWhereTheyCan(all),
      ...(knobs.replace === 'atomic' ? [] : [replacementsLeaveNoHole(all)]),
      hostsTakeWhatIsFree(all),
      guestsTakeWhatIsFree(all),
    ],
    final: finalWhen({}, { reads: () => ({ call: all.call }), holds: ({ call }) => call.value === 'returned' }),
  })
}

const guarded = { replace: 'atomic', reserved: 'refused', munmap: 'own-areas', bookkeeping: 'remove-insert' } as const

export const pageManagerHost = scenario({
  name: 'page-manager-host',
  story:
    'A guest runs in a host process that has mappings of its own. It maps pages at fixed addresses, unmaps and remaps, ' +
    "while other threads of the process map and unmap. Does LiteBox touch what is not the guest's, and do its areas say " +
    "what is mapped? Left out: rights, and the guest's own loads and stores, which nothing keeps off the process.",
  knobs,
  sizes: { small: { calls: 3, acts: 2 }, full: { calls: 4, acts: 3 } },
  designs: {
    snapshot: {
      story:
        'The Linux platform since PR 488: a range is replaced by one MAP_FIXED. But areas that only record what the process ' +
        'had mapped at the start count as replaceable, munmap asks no area, and mremap strikes the old range off after it ' +
        'has recorded the new one, though the host may have grown the pages in place.',
      knobs: { replace: 'atomic', reserved: 'replaced', munmap: 'unchecked', bookkeeping: 'insert-remove' },
      bugs: ['LB-16'],
      expect: {
        small: {
          verdict: 'violated',
          states: 488,
          violations: {
            "no call of the guest takes a mapping that is not the guest's": 1,
            'between calls the areas of the guest are what the host has mapped for it': 3,
          },
        },
        full: {
          verdict: 'violated',
          states: 1269,
          violations: {
            "no call of the guest takes a mapping that is not the guest's": 1,
            'between calls the areas of the guest are what the host has mapped for it': 3,
          },
        },
      },
    },
    'before-pr-488': {
      story:
        'A fixed mapping unmapped what was in its way and then mapped with replace semantics. Between the two calls any ' +
        'other thread of the process may be given the range, and lose it again.',
      knobs: { ...guarded, replace: 'unmap-then-map' },
      bugs: ['LB-16'],
      expect: {
        small: {
          verdict: 'violated',
          states: 501,
          violations: {
            "no call of the guest takes a mapping that is not the guest's": 3,
            'a page that is being replaced is mapped all the while': 1,
          },
        },
        full: {
          verdict: 'violated',
          states: 1639,
          violations: {
            "no call of the guest takes a mapping that is not the guest's": 3,
            'a page that is being replaced is mapped all the while': 1,
          },
        },
      },
    },
    guarded: {
      story:
        "PR 488 carried through: the record is not for replacing, munmap gives back the guest's own pages only, and mremap " +
        'strikes off before it records.',
      knobs: guarded,
      bugs: ['LB-16'],
      expect: { small: { verdict: 'holds', states: 238 }, full: { verdict: 'holds', states: 588 } },
    },
    'record-replaced': {
      story: 'Only the record is treated as in the source.',
      knobs: { ...guarded, reserved: 'replaced' },
      expect: {
        small: {
          verdict: 'violated',
          states: 348,
          violations: { "no call of the guest takes a mapping that is not the guest's": 1 },
        },
        full: {
          verdict: 'violated',
          states: 896,
          violations: { "no call of the guest takes a mapping that is not the guest's": 1 },
        },
      },
    },
    'munmap-unchecked': {
      story: 'Only munmap is as in the source.',
      knobs: { ...guarded, munmap: 'unchecked' },
      expect: {
        small: {
          verdict: 'violated',
          states: 431,
          violations: { "no call of the guest takes a mapping that is not the guest's": 1 },
        },
        full: {
          verdict: 'violated',
          states: 1126,
          violations: { "no call of the guest takes a mapping that is not the guest's": 1 },
        },
      },
    },
    'recorded-then-struck-off': {
      story: 'Only the bookkeeping of mremap is as in the source.',
      knobs: { ...guarded, bookkeeping: 'insert-remove' },
      expect: {
        small: {
          verdict: 'violated',
          states: 203,
          violations: { 'between calls the areas of the guest are what the host has mapped for it': 3 },
          asleep: ['mremap.extend'],
        },
        full: {
          verdict: 'violated',
          states: 451,
          violations: { 'between calls the areas of the guest are what the host has mapped for it': 3 },
          asleep: ['mremap.extend'],
        },
      },
    },
  },
  build,
})
