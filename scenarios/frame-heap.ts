import { cell, finalWhen, type Property, type Rule, type System, scenario, strong, system, weak } from '../checker/index.ts'
import { buddy, slab } from '../model/memory/buddy.ts'
import { type Exhaustible, type ExhaustionDesign, exhaustion, hostMemory } from '../model/memory/heap-exhaustion.ts'
import { heapRequest } from '../model/memory/heap-request.ts'
import { heapRequests, slabReclamation } from '../model/memory/heap-request-rules.ts'
import { spinlock } from '../model/platform/spinlock.ts'
import {
  blocksAreGranted,
  coresWaitForTheHeap,
  exhaustionStopsNobody,
  framesHaveOneUser,
  heapsRunOut,
  isOver,
  locksAreGivenBack,
  noFrameIsLost,
  onlyEmptyHeapsAreRescued,
  panicsAreTold,
  requestsAreAnswered,
  slabPagesComeBack,
  theHeapChangesUnderItsLock,
} from '../properties/frame-heap.ts'

const knobs = {
  /** Who is asked for more memory. */
  host: ['none', 'answers', 'may-be-silent', 'repeats-itself'],
  /** Whether what the host names is compared with what the heap has. */
  blocks: ['believed', 'checked'],
  /** What a request gets for which there is none. */
  exhausted: ['panic', 'error'],
  /** Whether asking for memory needs memory. */
  rescue: ['plain', 'allocates'],
  /** Where the panic handler of LVBS prints, besides the port. */
  log: ['ring-buffer', 'serial-port'],
  /** Whether a slab page whose objects are gone goes back to the buddy. */
  slabPages: ['kept', 'returned'],
  cores: [2, 3],
  /** How many frames the heap has at the start, and how many the host can add. */
  frames: [1, 2],
  blockCount: [1, 2],
} as const

interface Knobs extends ExhaustionDesign {
  readonly slabPages: 'kept' | 'returned'
  readonly cores: number
  readonly frames: number
  readonly blockCount: number
}

function world(knobs: Knobs): Exhaustible {
  const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${name}${at}`)
  const own = numbered('frame', knobs.frames)
  const frames = [...own, ...numbered('block', knobs.host === 'none' ? 0 : knobs.blockCount)]
  return {
    cores: numbered('cpu', knobs.cores),
    frames,
    hostFrames: knobs.host === 'repeats-itself' ? frames : frames.filter((frame) => !own.includes(frame)),
    buddy: cell('buddy', buddy, { input: { frames, free: own } }),
    buddyLock: cell('lock.buddy', spinlock),
    slab: cell('slab', slab),
    slabLock: cell('lock.slab', spinlock),
    tableLock: cell('lock.table', spinlock),
    request: (core) => cell(`request.${core}`, heapRequest),
    hostMemory: cell('host', hostMemory, { input: { given: own } }),
  }
}

const rulesOf = (all: Exhaustible, knobs: Knobs): readonly Rule[] => [
  ...heapRequests(all),
  ...exhaustion(all, knobs),
  ...(knobs.slabPages === 'returned' ? [slabReclamation(all)] : []),
]

const propertiesOf = (all: Exhaustible, { host, exhausted, frames }: Knobs): readonly Property[] => [
  framesHaveOneUser(all),
  noFrameIsLost(all, all.frames.slice(0, frames)),
  theHeapChangesUnderItsLock(all),
  onlyEmptyHeapsAreRescued(all),
  locksAreGivenBack(all),
  requestsAreAnswered(all),
  exhaustionStopsNobody(all),
  ...(host === 'none' && exhausted === 'panic' ? [panicsAreTold(all)] : []),
  slabPagesComeBack(all),
  heapsRunOut(all),
  coresWaitForTheHeap(all),
  ...(host === 'none' ? [] : [blocksAreGranted(all)]),
]

function build(knobs: Knobs): System {
  const all = world(knobs)
  const { cores, request } = all
  return system({
    cells: [
      ...cores.map(request),
      all.buddy,
      all.buddyLock,
      all.slab,
      all.slabLock,
      all.tableLock,
      ...(knobs.host === 'none' ? [] : [all.hostMemory]),
    ],
    rules: rulesOf(all, knobs),
    properties: propertiesOf(all, knobs),
    final: finalWhen(
      {},
      {
        reads: () => ({ requests: cores.map(request) }),
        holds: ({ requests }) => isOver(requests) || requests.every(({ value }) => value === 'idle'),
      },
    ),
    // Spin locks are unfair, but a core that finds its lock free again and again gets it in the end; a host that is not
    // silent answers, if only to refuse.
    fairness: [
      ...cores.map((actor) => strong({ actor })),
      ...(knobs.host === 'none' || knobs.host === 'may-be-silent'
        ? []
        : cores.map((core) => weak({ step: `host.refuse(${core})` }))),
    ],
  })
}

const lvbs = {
  host: 'none',
  blocks: 'believed',
  exhausted: 'panic',
  rescue: 'plain',
  log: 'ring-buffer',
  slabPages: 'kept',
} as const
const snp = { ...lvbs, host: 'answers' } as const

export const frameHeap = scenario({
  name: 'frame-heap',
  story:
    'Cores ask the heap for pages (under the lock of the page table) and for Rust objects (under the lock of the slab), ' +
    'until it has none left. Who has what, who waits for whom, and what becomes of the locks? Left out: block orders, ' +
    'sizes, and what is done with the memory.',
  knobs,
  sizes: { small: { cores: 2, frames: 1, blockCount: 1 }, full: { cores: 3, frames: 2, blockCount: 2 } },
  designs: {
    'snapshot-lvbs': {
      story:
        'LVBS has the memory that it was given at boot. When that is used up the rescue panics, under the lock of the heap and ' +
        'of the slab or the page table. If it is the page table, the panic handler waits for that very lock as soon as it ' +
        "prints to VTL0's ring buffer: the core never comes back, and no other that wants memory goes on.",
      knobs: lvbs,
      expect: {
        small: {
          verdict: 'violated',
          states: 86,
          violations: {
            'a lock that is taken is given back': 8,
            'a request to the heap is answered': 8,
            'want of memory stops no core': 5,
            'VTL0 is told of a panic': 8,
            'the pages of the slab can become free frames again': 3,
            'no deadlock': 6,
          },
        },
        full: {
          verdict: 'violated',
          states: 904,
          violations: {
            'a lock that is taken is given back': 11,
            'a request to the heap is answered': 11,
            'want of memory stops no core': 8,
            'VTL0 is told of a panic': 11,
            'the pages of the slab can become free frames again': 3,
            'no deadlock': 9,
          },
        },
      },
    },
    'snapshot-lvbs-serial-port': {
      story:
        'The same where VTL0 has given no ring buffer: VTL0 is told of the panic, and everything ends there (by design: nothing ' +
        'is to be resumed). Slab pages whose objects are gone are kept, so that memory can be used up by what is not in use.',
      knobs: { ...lvbs, log: 'serial-port' },
      expect: {
        small: {
          verdict: 'violated',
          states: 92,
          violations: { 'want of memory stops no core': 5, 'the pages of the slab can become free frames again': 3 },
        },
        full: {
          verdict: 'violated',
          states: 973,
          violations: { 'want of memory stops no core': 8, 'the pages of the slab can become free frames again': 3 },
        },
      },
    },
    'snapshot-snp': {
      story:
        'The Linux-kernel platform asks the host for a block, under the same locks, and may be refused. A page fault unwraps the ' +
        'frame that it has not got, and a failed allocation of an object ends in Rust: the virtual machine is over.',
      knobs: snp,
      expect: {
        small: {
          verdict: 'violated',
          states: 299,
          violations: { 'want of memory stops no core': 7, 'the pages of the slab can become free frames again': 3 },
        },
        full: {
          verdict: 'violated',
          states: 10660,
          violations: { 'want of memory stops no core': 10, 'the pages of the slab can become free frames again': 3 },
        },
      },
    },
    'snapshot-snp-silent-host': {
      story:
        'The host does not answer. Every core that wants memory waits for it, by way of the lock that the asking core holds.',
      knobs: { ...snp, host: 'may-be-silent' },
      expect: {
        small: {
          verdict: 'violated',
          states: 299,
          violations: {
            'a lock that is taken is given back': 8,
            'a request to the heap is answered': 8,
            'want of memory stops no core': 7,
            'the pages of the slab can become free frames again': 3,
          },
        },
        full: {
          verdict: 'violated',
          states: 10660,
          violations: {
            'a lock that is taken is given back': 11,
            'a request to the heap is answered': 11,
            'want of memory stops no core': 10,
            'the pages of the slab can become free frames again': 3,
          },
        },
      },
    },
    'snapshot-snp-lying-host': {
      story:
        'The host names a block that the heap has already been given, which only its alignment is checked of. It has two users.',
      knobs: { ...snp, host: 'repeats-itself' },
      expect: {
        small: {
          verdict: 'violated',
          states: 1191,
          violations: {
            'no frame has two users': 6,
            'want of memory stops no core': 7,
            'the pages of the slab can become free frames again': 3,
          },
        },
        full: {
          verdict: 'violated',
          states: 156452,
          violations: {
            'no frame has two users': 9,
            'want of memory stops no core': 10,
            'the pages of the slab can become free frames again': 3,
          },
        },
      },
    },
    'errors-lvbs': {
      story:
        'Running out is an error: locks are released, the fault or the allocation fails, the core goes on; empty slab pages come ' +
        'back. The faulty twins are `snapshot-lvbs` and `errors-slab-kept`.',
      knobs: { ...lvbs, exhausted: 'error', slabPages: 'returned' },
      expect: { small: { verdict: 'holds', states: 76 }, full: { verdict: 'holds', states: 838 } },
    },
    'errors-snp': {
      story:
        'The same with a host that is asked and may refuse. The faulty twins are `snapshot-snp` and `errors-rescue-allocates`.',
      knobs: { ...snp, exhausted: 'error', slabPages: 'returned' },
      expect: { small: { verdict: 'holds', states: 275 }, full: { verdict: 'holds', states: 11915 } },
    },
    'errors-snp-checked': {
      story:
        'The same with a host that lies, and a heap that remembers what it has been given. The faulty twin is ' +
        '`snapshot-snp-lying-host`.',
      knobs: { ...snp, host: 'repeats-itself', blocks: 'checked', exhausted: 'error', slabPages: 'returned' },
      expect: { small: { verdict: 'holds', states: 275 }, full: { verdict: 'holds', states: 11915 } },
    },
    'errors-slab-kept': {
      story: 'Errors instead of panics, but slab pages are kept, as in the source.',
      knobs: { ...lvbs, exhausted: 'error' },
      expect: {
        small: { verdict: 'violated', states: 76, violations: { 'the pages of the slab can become free frames again': 3 } },
        full: { verdict: 'violated', states: 838, violations: { 'the pages of the slab can become free frames again': 3 } },
      },
    },
    'errors-rescue-allocates': {
      story:
        'Errors instead of panics, but the rescue says what it does in a message that it allocates: under the lock of the buddy ' +
        'it wants the lock of the slab, which others hold while they want the buddy.',
      knobs: { ...snp, exhausted: 'error', slabPages: 'returned', rescue: 'allocates' },
      expect: {
        small: {
          verdict: 'violated',
          states: 259,
          violations: {
            'a lock that is taken is given back': 5,
            'a request to the heap is answered': 5,
            'the pages of the slab can become free frames again': 4,
            'no deadlock': 5,
          },
        },
        full: {
          verdict: 'violated',
          states: 11801,
          violations: {
            'a lock that is taken is given back': 8,
            'a request to the heap is answered': 8,
            'the pages of the slab can become free frames again': 7,
            'no deadlock': 8,
          },
        },
      },
    },
  },
  build,
})
