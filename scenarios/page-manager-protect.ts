import { cell, finalWhen, type System, scenario, system, weak } from '../checker/index.ts'
import { type FaultPolicy, faultHandling, stoppingFaults } from '../model/memory/fault-handling.ts'
import { memoryArea } from '../model/memory/memory-area.ts'
import { mprotectCalls, type Protecting, protectingAreas, type Widening } from '../model/memory/mprotect.ts'
import { faultRaising, guestTouches, pageTouch } from '../model/memory/page-touch.ts'
import { userEntry } from '../model/memory/user-entry.ts'
import { spinlock } from '../model/platform/spinlock.ts'
import {
  allowedAccessesGoOn,
  answeredFaultsAreTriedAgain,
  entriesFitTheirAreas,
  faultsAreAnsweredUnderTheLock,
  hardwareObeysEntries,
} from '../properties/page-faults.ts'
import {
  accessesEnd,
  type FaultWorld,
  mprotectChangesUnderTheLock,
  mprotectComesToEachPageOnce,
  mprotectGivesWhatWasAskedFor,
  noFaultStopsLiteBox,
  pagesAreWrittenAgain,
  rightsArriveLate,
} from '../properties/page-manager-protect.ts'

const knobs = {
  /** Whether mprotect makes an entry writable that is not, or leaves it to the next write. */
  widening: ['lazy', 'eager'],
  /** What a read gets that found the entry present and without rights. */
  presentRead: ['refused', 'looked-at-again'],
  /** What an access gets whose area allows it and whose entry still does not. */
  withheld: ['stops', 'widened', 'retried'],
  pages: [1, 2],
  /** How often the caller calls mprotect, and how many other threads use the pages. */
  calls: [2, 3],
  threads: [1, 2],
} as const

interface Knobs extends FaultPolicy {
  readonly widening: Widening
  readonly pages: number
  readonly calls: number
  readonly threads: number
}

const world = (knobs: Knobs): FaultWorld & Protecting => ({
  caller: 'main',
  threads: Array.from({ length: knobs.threads }, (_, at) => `sibling${at}`),
  pages: Array.from({ length: knobs.pages }, (_, at) => `page${at}`),
  vmem: cell('vmem', spinlock),
  call: cell('mprotect', mprotectCalls, { input: { limit: knobs.calls } }),
  area: (page) => cell(`area.${page}`, memoryArea, { input: { mapping: 'heap', rights: 'write' } }),
  entry: (page) => cell(`entry.${page}`, userEntry, { input: 'absent' }),
  touch: (thread) => cell(`touch.${thread}`, pageTouch),
})

function build(knobs: Knobs): System {
  const all = world(knobs)
  const { threads, pages } = all
  return system({
    cells: [all.vmem, all.call, ...pages.flatMap((page) => [all.area(page), all.entry(page)]), ...threads.map(all.touch)],
    rules: [
      ...protectingAreas(all, knobs.widening),
      ...guestTouches(all, threads),
      faultRaising(all, threads),
      ...faultHandling(all, knobs, { threads, copiers: [] }),
      ...(knobs.widening === 'lazy' ? stoppingFaults(all, knobs, threads) : []),
    ],
    properties: [
      noFaultStopsLiteBox(all),
      allowedAccessesGoOn(all, threads, 'fault.signal'),
      accessesEnd(all),
      mprotectChangesUnderTheLock(all),
      mprotectComesToEachPageOnce(all),
      mprotectGivesWhatWasAskedFor(all),
      hardwareObeysEntries(all, threads),
      entriesFitTheirAreas(all),
      answeredFaultsAreTriedAgain(all, threads, ['fault.map', ...(knobs.withheld === 'widened' ? ['fault.widen'] : [])]),
      faultsAreAnsweredUnderTheLock(all, ['fault.map', 'fault.retry', 'fault.signal']),
      rightsArriveLate(all),
      pagesAreWrittenAgain(all),
    ],
    final: finalWhen(
      { thread: threads },
      {
        reads: ({ thread }) => ({ call: all.call, touch: all.touch(thread) }),
        holds: ({ call, touch }) => call.value === 'returned' && (touch.value === 'idle' || touch.value === 'stopped'),
      },
    ),
    // A single thread that waits for an answer leaves nobody who could go on without it for ever.
    fairness: threads.length === 1 ? [] : [all.caller, ...threads].map((actor) => weak({ actor })),
  })
}

export const pageManagerProtect = scenario({
  name: 'page-manager-protect',
  story:
    'One thread changes the rights of its pages with mprotect, another goes on reading and writing them. Does an access ' +
    'that the rights allow get through? A fault is raised before the handler looks, and the rights may change in ' +
    'between. Left out: the TLB (a stale translation only adds faults of the same kinds), execute rights, and unmapping.',
  knobs,
  sizes: { small: { pages: 1, calls: 2, threads: 1 }, full: { pages: 2, calls: 3, threads: 2 } },
  designs: {
    snapshot: {
      story:
        'mprotect_pages leaves an entry without the writable bit that had none, for a page fault handler that would copy ' +
        'on write; the handler says `todo!("COW")`. And `access_error` refuses every read that found its entry present.',
      knobs: { widening: 'lazy', presentRead: 'refused', withheld: 'stops' },
      expect: {
        small: {
          verdict: 'violated',
          states: 234,
          violations: { 'no access of the guest stops LiteBox': 11, 'no fault is refused that its area allows': 11 },
          asleep: ['fault.retry'],
        },
        full: {
          verdict: 'violated',
          states: 30356,
          violations: { 'no access of the guest stops LiteBox': 13, 'no fault is refused that its area allows': 13 },
        },
      },
    },
    eager: {
      story:
        'Later upstream code: mprotect makes the entry writable itself. The handler is as it was, and still ends a thread ' +
        'whose read came just before the right to read.',
      knobs: { widening: 'eager', presentRead: 'refused', withheld: 'stops' },
      expect: {
        small: { verdict: 'violated', states: 227, violations: { 'no fault is refused that its area allows': 11 } },
        full: { verdict: 'violated', states: 25588, violations: { 'no fault is refused that its area allows': 13 } },
      },
    },
    'eager-looked-at-again': {
      story: 'mprotect is eager, and the handler judges every fault by the area and the entry as they are.',
      knobs: { widening: 'eager', presentRead: 'looked-at-again', withheld: 'stops' },
      expect: { small: { verdict: 'holds', states: 227 }, full: { verdict: 'holds', states: 25588 } },
    },
    'handler-widens': {
      story: 'mprotect is lazy, and the handler does what it was left: it makes the entry writable.',
      knobs: { widening: 'lazy', presentRead: 'looked-at-again', withheld: 'widened' },
      expect: { small: { verdict: 'holds', states: 233 }, full: { verdict: 'holds', states: 30155 } },
    },
    'handler-retries': {
      story: 'The tempting repair of `todo!("COW")`: return as if the fault were spurious. It comes again, for ever.',
      knobs: { widening: 'lazy', presentRead: 'looked-at-again', withheld: 'retried' },
      expect: {
        small: {
          verdict: 'violated',
          states: 233,
          violations: { 'an access that faults is let through or refused in the end': 11 },
        },
        full: {
          verdict: 'violated',
          states: 29039,
          violations: { 'an access that faults is let through or refused in the end': 13 },
        },
      },
    },
  },
  build,
})
