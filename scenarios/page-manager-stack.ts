import { type CellOf, cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import { guestCalls } from '../model/memory/guest-calls.ts'
import { memoryArea } from '../model/memory/memory-area.ts'
import { faultRaising, guestTouches, pageTouch } from '../model/memory/page-touch.ts'
import { type GrowthDesign, type StackWorld, stack, stackFaults, stackGuest } from '../model/memory/stack-growth.ts'
import { userEntry } from '../model/memory/user-entry.ts'
import {
  accessesCanEnd,
  allowedAccessesGoOn,
  answeredFaultsAreTriedAgain,
  entriesFitTheirAreas,
  hardwareObeysEntries,
} from '../properties/page-faults.ts'
import {
  copiesAreToldOfTheirFaults,
  growingLeavesAreasAlone,
  refusedFaultsChangeNothing,
  stacksAreStopped,
  stacksGrow,
  theGapIsKept,
} from '../properties/page-manager-stack.ts'

const knobs = {
  /** Whether a stack grows before its rights are looked at. */
  growth: ['before-check', 'after-check'],
  /** What a fallible copy gets that faults in the guard gap. */
  gapFault: ['stops', 'fixed-up'],
  /** Where mmap puts an area that the guest suggests a place for. */
  hints: ['anywhere', 'off-the-gap'],
  /** The highest is the stack. */
  pages: [3, 5],
  /** How many pages the guard gap has. */
  gap: [1, 2],
  /** How many calls the guest makes besides touching pages. */
  calls: [1, 2],
  /** How many threads of the guest touch pages, besides the copy. */
  threads: [0, 1],
} as const

interface Knobs extends GrowthDesign {
  readonly pages: number
  readonly gap: number
  readonly calls: number
  readonly threads: number
}

function world(knobs: Knobs): StackWorld & { readonly calls: CellOf<typeof guestCalls> } {
  const pages = Array.from({ length: knobs.pages }, (_, at) => `page${at}`)
  const top = pages.at(-1)!
  return {
    pages,
    gap: knobs.gap,
    threads: knobs.threads === 0 ? [] : ['guest'],
    copiers: ['copy'],
    area: (page) => cell(`area.${page}`, memoryArea, { input: page === top ? { mapping: stack, rights: 'write' } : 'absent' }),
    entry: (page) => cell(`entry.${page}`, userEntry, { input: 'absent' }),
    touch: (thread) => cell(`touch.${thread}`, pageTouch),
    calls: cell('calls', guestCalls, { input: { limit: knobs.calls } }),
  }
}

function build(knobs: Knobs): System {
  const all = world(knobs)
  const { pages, threads, copiers, area, entry, touch, calls } = all
  const everyone = [...threads, ...copiers]
  return system({
    cells: [calls, ...everyone.map(touch), ...pages.flatMap((page) => [area(page), entry(page)])],
    rules: [...stackFaults(all, knobs), ...guestTouches(all, everyone), faultRaising(all, everyone), ...stackGuest(all, knobs)],
    properties: [
      copiesAreToldOfTheirFaults(all),
      refusedFaultsChangeNothing(all),
      theGapIsKept(all),
      growingLeavesAreasAlone(all),
      hardwareObeysEntries(all, everyone),
      entriesFitTheirAreas(all),
      answeredFaultsAreTriedAgain(all, everyone, ['fault.map', 'fault.grow']),
      allowedAccessesGoOn(all, copiers, 'fault.fixUp'),
      accessesCanEnd(all, everyone),
      stacksGrow(all, pages[0]!),
      stacksAreStopped(all),
    ],
    final: finalWhen(
      { thread: everyone },
      {
        reads: ({ thread }) => ({ touch: touch(thread) }),
        holds: ({ touch }) => ['idle', 'refused', 'stopped'].includes(touch.value),
      },
    ),
  })
}

const guarded = { growth: 'after-check', gapFault: 'fixed-up', hints: 'off-the-gap' } as const

export const pageManagerStack = scenario({
  name: 'page-manager-stack',
  story:
    'A fallible copy of LiteBox, and a thread of the guest, touch pages below a stack, while the guest maps areas next to it and ' +
    'takes rights away from it. The guard gap has one page or two instead of 256. Left out: the TLB, several stacks, and a limit ' +
    'to their size, which the source does not have.',
  knobs,
  sizes: { small: { pages: 3, gap: 1, calls: 2, threads: 0 }, full: { pages: 5, gap: 2, calls: 2, threads: 1 } },
  designs: {
    snapshot: {
      story:
        'handle_page_fault grows the stack before it asks whether the access is allowed; a fault in the gap is an ' +
        '`AllocationFailed`, which the SNP runner answers by ending the machine even if a fallible copy made it; and mmap ' +
        'keeps off the gap only where it chooses the place itself.',
      knobs: { growth: 'before-check', gapFault: 'stops', hints: 'anywhere' },
      expect: {
        small: {
          verdict: 'violated',
          states: 1029,
          violations: {
            'a fallible copy that faults is told, and the machine goes on': 4,
            'a fault that is refused grows no stack': 4,
            'nothing is mapped within the guard gap of a stack': 1,
          },
          asleep: ['fault.retry'],
        },
        full: {
          verdict: 'violated',
          states: 515092,
          violations: {
            'a fallible copy that faults is told, and the machine goes on': 4,
            'a fault that is refused grows no stack': 4,
            'nothing is mapped within the guard gap of a stack': 1,
          },
        },
      },
    },
    guarded: {
      story:
        'Growing comes after the check, every refused copy is told, and a suggested place in the gap is passed over, as ' +
        'Linux does.',
      knobs: guarded,
      expect: { small: { verdict: 'holds', states: 659, asleep: ['fault.retry'] }, full: { verdict: 'holds', states: 265726 } },
    },
    'grown-before-check': {
      story: 'Only the order of growing and checking is as in the source.',
      knobs: { ...guarded, growth: 'before-check' },
      expect: {
        small: {
          verdict: 'violated',
          states: 669,
          violations: { 'a fault that is refused grows no stack': 4 },
          asleep: ['fault.retry'],
        },
        full: { verdict: 'violated', states: 328910, violations: { 'a fault that is refused grows no stack': 4 } },
      },
    },
    'stopped-in-the-gap': {
      story: 'Only the answer to a fault in the gap is as in the source.',
      knobs: { ...guarded, gapFault: 'stops' },
      expect: {
        small: {
          verdict: 'violated',
          states: 663,
          violations: { 'a fallible copy that faults is told, and the machine goes on': 4 },
          asleep: ['fault.retry'],
        },
        full: {
          verdict: 'violated',
          states: 266398,
          violations: { 'a fallible copy that faults is told, and the machine goes on': 4 },
        },
      },
    },
    'hinted-into-the-gap': {
      story: 'Only mmap is as in the source.',
      knobs: { ...guarded, hints: 'anywhere' },
      expect: {
        small: {
          verdict: 'violated',
          states: 1011,
          violations: { 'nothing is mapped within the guard gap of a stack': 1 },
          asleep: ['fault.retry'],
        },
        full: { verdict: 'violated', states: 417254, violations: { 'nothing is mapped within the guard gap of a stack': 1 } },
      },
    },
  },
  build,
})
