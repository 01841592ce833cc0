import { always, canReach, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { isExhausted } from '../model/memory/buddy.ts'
import type { Exhaustible } from '../model/memory/heap-exhaustion.ts'

/*
 * What is claimed of the heap and of those who ask it.
 */

/** M-I2: whatever is on the list, in a slab page, or somebody's page, is there once. */
export const framesHaveOneUser = ({ frames, cores, request, buddy, slab }: Exhaustible): Property =>
  always(
    'no frame has two users',
    { frame: frames },
    {
      reads: () => ({ buddy, slab, requests: cores.map(request) }),
      holds: ({ buddy, slab, requests }, { frame }) =>
        buddy.context.free[frame]! +
          slab.context.pages.filter((page) => page === frame).length +
          requests.filter(({ context }) => context.frame === frame).length <=
        1,
    },
  )

/** What was given is either free or in use: nothing else could ever be given back. */
export const noFrameIsLost = ({ cores, request, buddy, slab }: Exhaustible, given: readonly string[]): Property =>
  always(
    'a frame that the heap has had from the start is free, a page of the slab, or in use',
    { frame: given },
    {
      reads: () => ({ buddy, slab, requests: cores.map(request) }),
      holds: ({ buddy, slab, requests }, { frame }) =>
        buddy.context.free[frame]! > 0 ||
        slab.context.pages.includes(frame) ||
        requests.some(({ context }) => context.frame === frame),
    },
  )

/** `LockedHeapWithRescue`: the rescue runs under the lock, for the core that has it. */
export const theHeapChangesUnderItsLock = ({ buddy, buddyLock }: Exhaustible): Property =>
  onStep(
    'the list of free frames changes only while no other core holds its lock',
    {},
    {
      reads: () => ({ buddy, lock: buddyLock }),
      holds: (before, after, { actor, at }) =>
        before.lock.value === 'free' ||
        [actor, at.core].includes(before.lock.context.holder) ||
        Object.entries(before.buddy.context.free).every(([frame, count]) => after.buddy.context.free[frame] === count),
    },
  )

export const onlyEmptyHeapsAreRescued = ({ cores, request, buddy }: Exhaustible): Property =>
  always(
    'the heap is rescued only when it has nothing left',
    { core: cores },
    {
      reads: ({ core }) => ({ request: request(core), buddy }),
      holds: ({ request, buddy }) => request.value !== 'rescuing' || isExhausted(buddy.context),
    },
  )

/** A machine that has been stopped as a whole needs no locks, nor does one whose VTL0 is about to dump and restart it. */
export const isOver = (requests: readonly { readonly value: string }[]): boolean =>
  requests.some(({ value }) => value === 'stopped' || value === 'told')

/** M-L2. */
export const locksAreGivenBack = ({ cores, request, buddyLock, slabLock, tableLock }: Exhaustible): Property => {
  const locks = { buddy: buddyLock, slab: slabLock, table: tableLock }
  return leadsTo(
    'a lock that is taken is given back',
    { lock: ['buddy', 'slab', 'table'] },
    {
      reads: ({ lock }) => ({ lock: locks[lock], requests: cores.map(request) }),
      from: ({ lock }) => lock.value === 'held',
      to: ({ lock, requests }) => lock.value === 'free' || isOver(requests),
    },
  )
}

export const requestsAreAnswered = ({ cores, request }: Exhaustible): Property =>
  leadsTo(
    'a request to the heap is answered',
    { core: cores },
    {
      reads: ({ core }) => ({ own: request(core), requests: cores.map(request) }),
      from: ({ own }) => own.value === 'asking',
      to: ({ own, requests }) => own.value === 'idle' || isOver(requests),
    },
  )

export const exhaustionStopsNobody = ({ cores, request }: Exhaustible): Property =>
  always(
    'want of memory stops no core',
    { core: cores },
    {
      reads: ({ core }) => ({ request: request(core) }),
      holds: ({ request }) => !['panicking', 'printing', 'told', 'stopped'].includes(request.value),
    },
  )

/** What the panic handler is for: a crash dump and a restart. */
export const panicsAreTold = ({ cores, request }: Exhaustible): Property =>
  leadsTo(
    'VTL0 is told of a panic',
    { core: cores },
    {
      reads: ({ core }) => ({ request: request(core) }),
      from: ({ request }) => request.value === 'panicking',
      to: ({ request }) => request.value === 'told',
    },
  )

/** M-L6. */
export const slabPagesComeBack = ({ slab }: Exhaustible): Property =>
  canReach(
    'the pages of the slab can become free frames again',
    {},
    { reads: () => ({ slab }), goal: ({ slab }) => slab.context.pages.length === 0 },
  )

export const heapsRunOut = ({ cores, request }: Exhaustible): Property =>
  sometimes(
    'a request finds the heap empty',
    { core: cores, want: ['page', 'object'] },
    {
      reads: ({ core }) => ({ request: request(core) }),
      holds: ({ request: { value, context } }, { want }) => value === 'rescuing' && context.want === want,
    },
  )

export const coresWaitForTheHeap = ({ cores, request, buddyLock }: Exhaustible): Property =>
  sometimes(
    'a core waits for the heap while another rescues it',
    { core: cores },
    {
      reads: ({ core }) => ({ request: request(core), lock: buddyLock }),
      holds: ({ request, lock }, { core }) => request.value === 'asking' && lock.value === 'held' && lock.context.holder !== core,
    },
  )

export const blocksAreGranted = ({ cores, request }: Exhaustible): Property =>
  sometimes(
    'the host gives a block',
    { core: cores },
    { reads: ({ core }) => ({ request: request(core) }), holds: ({ request }) => request.value === 'granted' },
  )
