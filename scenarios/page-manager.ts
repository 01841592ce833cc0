import { cell, finalWhen, type Property, type System, scenario, system, weak } from '../checker/index.ts'
import { faultHandling } from '../model/memory/fault-handling.ts'
import { type GuestCalling, guestCalling, guestCalls } from '../model/memory/guest-calls.ts'
import { memoryArea } from '../model/memory/memory-area.ts'
import { creatingAreas, creation, type Initialise, locksAgain } from '../model/memory/mmap.ts'
import { fillingAreas } from '../model/memory/mmap-contents.ts'
import { faultRaising, guestTouches, pageTouch } from '../model/memory/page-touch.ts'
import { userEntry } from '../model/memory/user-entry.ts'
import { spinlock } from '../model/platform/spinlock.ts'
import {
  accessesCanEnd,
  allowedAccessesGoOn,
  answeredFaultsAreTriedAgain,
  faultsAreAnsweredUnderTheLock,
  hardwareObeysEntries,
} from '../properties/page-faults.ts'
import {
  areasChangeUnderTheLock,
  type CreatingWorld,
  contentsComeFromTheFile,
  entriesFitTheirAreasInTheEnd,
  finishedMappingsAreFilled,
  initialisersFault,
  initialisersKeepToTheirMapping,
  mappingsAreOvertaken,
  mmapEndsItsOwnMapping,
  mmapIsAnswered,
  mmapSucceeds,
  noGuestStopsLiteBox,
  othersTouchTheNewMapping,
} from '../properties/page-manager.ts'

const knobs = {
  /** What of the lock on the areas and of the page tables the initialiser of a new mapping gets to see. */
  initialise: ['unlocked', 'under-lock', 'revalidated', 'populated-first', 'through-alias'],
  pages: [1, 2],
  /** How many calls the other thread makes. */
  calls: [1, 2],
} as const

interface Knobs {
  readonly initialise: Initialise
  readonly pages: number
  readonly calls: number
}

const caller = 'main'
const threads = ['sibling']

const world = ({ initialise, ...size }: Knobs): CreatingWorld & GuestCalling => ({
  caller,
  threads,
  pages: Array.from({ length: size.pages }, (_, at) => `page${at}`),
  vmem: cell('vmem', spinlock),
  call: cell('mmap', creation, { input: { pages: size.pages, holdsLock: !locksAgain(initialise) } }),
  area: (page) => cell(`area.${page}`, memoryArea, { input: 'absent' }),
  entry: (page) => cell(`entry.${page}`, userEntry, { input: 'absent' }),
  touch: (thread) => cell(`touch.${thread}`, pageTouch),
  calls: (thread) => cell(`calls.${thread}`, guestCalls, { input: { limit: size.calls } }),
})

function build(knobs: Knobs): System {
  const all = world(knobs)
  const { initialise } = knobs
  const toucher = initialise === 'through-alias' ? [] : [caller]
  // Where nothing answers its faults, a copy that could fault would be stuck.
  const copiers = initialise === 'populated-first' ? [] : toucher
  return system({
    cells: [
      all.vmem,
      all.call,
      ...all.pages.flatMap((page) => [all.area(page), all.entry(page)]),
      ...[...toucher, ...threads].map(all.touch),
      ...threads.map(all.calls),
    ],
    rules: [
      ...creatingAreas(all, initialise),
      ...fillingAreas(all, initialise),
      ...guestTouches(all, threads),
      faultRaising(all, [...toucher, ...threads]),
      ...faultHandling(all, { presentRead: 'refused', withheld: 'stops' }, { threads, copiers }),
      ...guestCalling(all, threads),
    ],
    properties: [...claims(all, initialise), ...witnesses(all, initialise)],
    final: finalWhen(
      {},
      { reads: () => ({ call: all.call }), holds: ({ call }) => ['mapped', 'failed', 'stopped'].includes(call.value) },
    ),
    fairness: [weak({ actor: caller })],
  })
}

const claims = (all: CreatingWorld, initialise: Initialise): readonly Property[] => [
  noGuestStopsLiteBox(all),
  ...(initialise === 'through-alias' ? [] : [initialisersKeepToTheirMapping(all)]),
  ...(locksAgain(initialise) ? [mmapEndsItsOwnMapping(all, ['mmap.protect', 'mmap.remove'])] : []),
  contentsComeFromTheFile(all),
  mmapIsAnswered(all),
  areasChangeUnderTheLock(all),
  finishedMappingsAreFilled(all),
  hardwareObeysEntries(all, threads),
  entriesFitTheirAreasInTheEnd(all),
  answeredFaultsAreTriedAgain(all, threads, ['fault.map']),
  faultsAreAnsweredUnderTheLock(all, ['fault.map', 'fault.retry', 'fault.signal']),
  allowedAccessesGoOn(all, threads, 'fault.signal'),
  accessesCanEnd(all, threads),
]

const witnesses = (all: CreatingWorld, initialise: Initialise): readonly Property[] => [
  ...(initialise === 'under-lock' ? [] : [mmapSucceeds(all)]),
  ...(initialise === 'through-alias' || initialise === 'populated-first' ? [] : [initialisersFault(all)]),
  ...(locksAgain(initialise) ? [mappingsAreOvertaken(all)] : []),
  ...(initialise === 'under-lock' ? [] : [othersTouchTheNewMapping(all)]),
]

export const pageManager = scenario({
  name: 'page-manager',
  story:
    'One thread maps a file read-only with mmap: LiteBox creates the area, copies the contents in, and protects it. Another ' +
    'thread of the guest unmaps, replaces, protects and touches the same pages meanwhile; page faults take the lock on the ' +
    'areas. Who gets stuck, who writes where, who is brought down? Left out: the TLB and frames, which other scenarios have, ' +
    'and platforms whose host fills pages by itself, where the first design does not get stuck.',
  knobs,
  sizes: { small: { pages: 1, calls: 2 }, full: { pages: 2, calls: 2 } },
  designs: {
    'before-pr-270': {
      story:
        'The lock on the areas was held while the initialiser ran. Its first write to the new page faults, and the fault ' +
        'handler wants the lock.',
      knobs: { initialise: 'under-lock' },
      bugs: ['LB-17'],
      expect: {
        small: {
          verdict: 'violated',
          states: 25,
          violations: { 'a call of mmap is answered': 6, 'no deadlock': 6, 'no thread is left in the middle of an access': 2 },
          asleep: [
            'initialiser.write',
            'mmap.protect',
            'mmap.unlock',
            'guest.pass',
            'fault.map',
            'fault.retry',
            'fault.fixUp',
            'guest.munmap',
            'guest.replace',
            'guest.mprotect',
          ],
          vacuous: ['fairness of main never mattered'],
        },
        full: {
          verdict: 'violated',
          states: 45,
          violations: { 'a call of mmap is answered': 6, 'no deadlock': 6, 'no thread is left in the middle of an access': 2 },
          asleep: [
            'initialiser.write',
            'mmap.protect',
            'mmap.unlock',
            'guest.pass',
            'fault.map',
            'fault.retry',
            'fault.fixUp',
            'guest.munmap',
            'guest.replace',
            'guest.mprotect',
          ],
          vacuous: ['fairness of main never mattered'],
        },
      },
    },
    snapshot: {
      story:
        'create_pages takes the lock three times, and not at all while the initialiser runs (PR 270). What another thread ' +
        'does in between ends in `unwrap` or `expect`; or the initialiser writes into the mapping that took the place of its ' +
        "own, and the last part protects or removes that one. All the while the mapping is writable to the guest's threads.",
      knobs: { initialise: 'unlocked' },
      bugs: ['LB-17'],
      expect: {
        small: {
          verdict: 'violated',
          states: 897,
          violations: {
            'no guest stops LiteBox': 6,
            'an initialiser writes only into its own mapping': 6,
            'the last part of mmap changes only its own mapping': 5,
            'nobody but its initialiser writes into a read-only mapping': 5,
            'no fault is refused that its area allows': 12,
            'no thread is left in the middle of an access': 8,
          },
          asleep: ['mmap.skip'],
        },
        full: {
          verdict: 'violated',
          states: 11068,
          violations: {
            'no guest stops LiteBox': 6,
            'an initialiser writes only into its own mapping': 6,
            'the last part of mmap changes only its own mapping': 5,
            'nobody but its initialiser writes into a read-only mapping': 5,
            'no fault is refused that its area allows': 17,
            'no thread is left in the middle of an access': 13,
          },
        },
      },
    },
    revalidated: {
      story:
        'As the source, but failures are errors, and the last part compares generations. The copy itself still goes to ' +
        'whatever is mapped there by then: no comparison helps that is not one step with the write.',
      knobs: { initialise: 'revalidated' },
      bugs: ['LB-17'],
      expect: {
        small: {
          verdict: 'violated',
          states: 1121,
          violations: {
            'an initialiser writes only into its own mapping': 6,
            'nobody but its initialiser writes into a read-only mapping': 5,
            'no fault is refused that its area allows': 12,
          },
        },
        full: {
          verdict: 'violated',
          states: 12815,
          violations: {
            'an initialiser writes only into its own mapping': 6,
            'nobody but its initialiser writes into a read-only mapping': 5,
            'no fault is refused that its area allows': 17,
          },
        },
      },
    },
    'populated-first': {
      story:
        'The lock is held throughout, and frames are mapped before the copy so that it cannot fault. Nobody can take the ' +
        "mapping's place; but while it is writable to the initialiser it is writable to the guest.",
      knobs: { initialise: 'populated-first' },
      bugs: ['LB-17'],
      expect: {
        small: {
          verdict: 'violated',
          states: 92,
          violations: { 'nobody but its initialiser writes into a read-only mapping': 4 },
        },
        full: {
          verdict: 'violated',
          states: 407,
          violations: { 'nobody but its initialiser writes into a read-only mapping': 4 },
        },
      },
    },
    'through-alias': {
      story:
        "Frames are filled through the kernel's own mapping of them, and appear in the guest's address space with their final " +
        'rights. The faulty twins are all the others.',
      knobs: { initialise: 'through-alias' },
      bugs: ['LB-17'],
      expect: { small: { verdict: 'holds', states: 72 }, full: { verdict: 'holds', states: 344 } },
    },
  },
  build,
})
