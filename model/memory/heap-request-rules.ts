import { type Rule, rule } from '../../checker/index.ts'
import type { HeapUsers } from './heap-request.ts'

/*
 * The steps of asking the heap for a page or an object, and of giving back.
 *
 * Models: see `heap-request.ts`. That a core begins is up to the guest and to LiteBox's callers; what it has begun it goes on
 * with.
 *
 * Leaves out: see `heap-request.ts`.
 */

const faultSource = 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs and litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs'
const heapSource = 'litebox/src/mm/allocator.rs: SafeZoneAllocator'

export const heapRequests = (world: HeapUsers): readonly Rule[] => [
  ...locking(world),
  takingAFrame(world),
  ...finishing(world),
  ...slabPlaces(world),
  ...givingAFrameBack(world),
]

/** A core holds one thing at a time. */
const locking = ({ cores, request, slab, slabLock, tableLock }: HeapUsers): readonly Rule[] => [
  rule(
    'fault.lock',
    { core: cores },
    {
      kind: 'environment',
      source: `${faultSource}: handle_page_fault, X64PageTable::inner`,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ request: request(core), lock: tableLock }),
      waitsFor: ['lock'],
    },
  ).does({
    when: {
      idle: ({ request }) => request.value === 'idle',
      empty: ({ request }) => request.context.holds === 'nothing',
    },
    events: (_, { core }) => ({ request: { type: 'LOCK', want: 'page' }, lock: { type: 'ACQUIRE', holder: core } }),
  }),
  rule(
    'slab.lock',
    { core: cores },
    {
      kind: 'environment',
      source: `${heapSource}::alloc, slab_allocator.lock`,
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ slab }),
      sends: ({ core }) => ({ request: request(core), lock: slabLock }),
      waitsFor: ['lock'],
    },
  ).does({
    when: {
      idle: ({ request }) => request.value === 'idle',
      empty: ({ request }) => request.context.holds === 'nothing',
      full: ({ slab }) => slab.context.spare === 0,
    },
    events: (_, { core }) => ({ request: { type: 'LOCK', want: 'object' }, lock: { type: 'ACQUIRE', holder: core } }),
  }),
]

const takingAFrame = ({ cores, frames, request, buddy, buddyLock }: HeapUsers): Rule =>
  rule(
    'buddy.take',
    { core: cores, frame: frames },
    {
      source: `${heapSource}::allocate_pages`,
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ lock: buddyLock }),
      sends: ({ core }) => ({ request: request(core), buddy }),
    },
  ).does({
    when: {
      asking: ({ request }) => request.value === 'asking',
      empty: ({ request }) => request.context.holds === 'nothing',
      unlocked: ({ lock }) => lock.value === 'free',
      free: ({ buddy }, { frame }) => buddy.context.free[frame]! > 0,
    },
    events: (_, { frame }) => ({ request: { type: 'GET', frame }, buddy: { type: 'TAKE', frame } }),
  })

const finishing = ({ cores, request, slab, slabLock, tableLock }: HeapUsers): readonly Rule[] => [
  rule(
    'fault.map',
    { core: cores },
    {
      source: `${faultSource}: handle_page_fault, map_to_with_table_flags`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ request: request(core), lock: tableLock }),
    },
  ).does({
    when: { given: ({ request }) => request.value === 'given', page: ({ request }) => request.context.want === 'page' },
    events: () => ({ request: { type: 'HOLD', what: 'page' }, lock: { type: 'RELEASE' } }),
  }),
  rule(
    'slab.refill',
    { core: cores },
    {
      source: `${heapSource}::alloc, zone_allocator.refill`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ request: request(core), slab, lock: slabLock }),
    },
  ).does({
    when: { given: ({ request }) => request.value === 'given', object: ({ request }) => request.context.want === 'object' },
    events: ({ request }) => ({
      request: { type: 'HOLD', what: 'object' },
      slab: { type: 'REFILL', frame: request.context.frame },
      lock: { type: 'RELEASE' },
    }),
  }),
]

/** Sections of the slab's lock within which nothing is asked of the buddy. */
const slabPlaces = ({ cores, request, slab, slabLock }: HeapUsers): readonly Rule[] => [
  rule(
    'slab.take',
    { core: cores },
    {
      kind: 'environment',
      source: `${heapSource}::alloc, zone_allocator.allocate`,
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ lock: slabLock }),
      sends: ({ core }) => ({ request: request(core), slab }),
      waitsFor: ['slab'],
    },
  ).does({
    when: {
      idle: ({ request }) => request.value === 'idle',
      empty: ({ request }) => request.context.holds === 'nothing',
      unlocked: ({ lock }) => lock.value === 'free',
    },
    events: () => ({ request: { type: 'HOLD', what: 'object' }, slab: { type: 'TAKE' } }),
  }),
  rule(
    'slab.give',
    { core: cores },
    {
      kind: 'environment',
      source: `${heapSource}::dealloc`,
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ lock: slabLock }),
      sends: ({ core }) => ({ request: request(core), slab }),
    },
  ).does({
    when: {
      idle: ({ request }) => request.value === 'idle',
      object: ({ request }) => request.context.holds === 'object',
      unlocked: ({ lock }) => lock.value === 'free',
    },
    events: () => ({ request: { type: 'LET_GO' }, slab: { type: 'GIVE' } }),
  }),
]

const givingAFrameBack = ({ cores, frames, request, buddy, buddyLock, tableLock }: HeapUsers): readonly Rule[] => [
  rule(
    'unmap.lock',
    { core: cores },
    {
      kind: 'environment',
      source: `${faultSource}: unmap_pages, X64PageTable::inner`,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ request: request(core), lock: tableLock }),
      waitsFor: ['lock'],
    },
  ).does({
    when: {
      idle: ({ request }) => request.value === 'idle',
      page: ({ request }) => request.context.holds === 'page',
    },
    events: (_, { core }) => ({ request: { type: 'LOCK', want: 'page' }, lock: { type: 'ACQUIRE', holder: core } }),
  }),
  rule(
    'buddy.give',
    { core: cores, frame: frames },
    {
      source: `${heapSource}::free_pages`,
      actor: ({ core }) => core,
      sees: () => ({ lock: buddyLock }),
      sends: ({ core }) => ({ request: request(core), buddy }),
    },
  ).does({
    when: {
      asking: ({ request }) => request.value === 'asking',
      own: ({ request: { context } }, { frame }) => context.holds === 'page' && context.frame === frame,
      unlocked: ({ lock }) => lock.value === 'free',
    },
    events: (_, { frame }) => ({ request: { type: 'LET_GO' }, buddy: { type: 'GIVE', frame } }),
  }),
  rule(
    'unmap.unlock',
    { core: cores },
    {
      source: `${faultSource}: unmap_pages, end of the scope of inner`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ request: request(core), lock: tableLock }),
    },
  ).does({
    when: { gave: ({ request }) => request.value === 'gave' },
    events: () => ({ request: { type: 'LET_GO' }, lock: { type: 'RELEASE' } }),
  }),
]

/** The reclamation that the source leaves to do: an empty slab page becomes a free frame. */
export const slabReclamation = ({ frames, slab, slabLock, buddy, buddyLock }: HeapUsers): Rule =>
  rule(
    'slab.returnPage',
    { frame: frames },
    {
      source: `hypothetical; ${heapSource}::dealloc, TODO`,
      needed: true,
      actor: () => 'slab',
      sees: () => ({ slabLock, buddyLock }),
      sends: () => ({ slab, buddy }),
    },
  ).does({
    when: {
      itsPage: ({ slab }, { frame }) => slab.context.pages.includes(frame) && slab.context.spare > 0,
      unlocked: ({ slabLock, buddyLock }) => slabLock.value === 'free' && buddyLock.value === 'free',
    },
    events: (_, { frame }) => ({ slab: { type: 'RETURN_PAGE', frame }, buddy: { type: 'GIVE', frame } }),
  })
