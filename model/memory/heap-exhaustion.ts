import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import { isExhausted } from './buddy.ts'
import type { HeapUsers, Want } from './heap-request.ts'

/*
 * The heap has no frame left.
 *
 * Models: the rescue of `litebox/src/mm/allocator.rs: SafeZoneAllocator::new`, which runs with the buddy's lock held (and the
 * lock under which the buddy was asked). On the Linux-kernel platform it asks the host for a block
 * (`host/snp/snp_impl.rs: alloc`) and believes the answer, alignment aside; what comes back empty ends in `unwrap`, or in
 * Rust's handler for failed allocations, and so in the end of the machine. On LVBS it panics
 * (`host/lvbs_impl.rs: alloc`), still under the locks. The panic handler (`litebox_runner_lvbs/src/lib.rs: panic`) prints
 * first, to the serial port and, if VTL0 has given one, to a ring buffer in its memory, for which it takes the lock of the
 * page table that is loaded (`mshv/ringbuffer.rs: write`, `lib.rs: copy_slice_to_vtl0_phys`); then it tells VTL0.
 *
 * Leaves out: the size of blocks (one frame), the locks on port and ring buffer, and page-table pages, which the exhausted
 * heap cannot give either: those for the ring buffer, and those of a page fault, where none is an error and no `unwrap`, and
 * ends the machine all the same (`platform/snp-fault.ts`).
 */

export interface ExhaustionDesign {
  /** Who is asked for more: nobody, or a host that always answers, may stay silent, or gives a block twice. */
  readonly host: 'none' | 'answers' | 'may-be-silent' | 'repeats-itself'
  /** Whether a block that the heap has already is refused. */
  readonly blocks: 'believed' | 'checked'
  /** What a request gets for which there is no memory. */
  readonly exhausted: 'panic' | 'error'
  /** Whether the rescue itself allocates an object, to say what it does. */
  readonly rescue: 'plain' | 'allocates'
  /** Where the panic handler prints. */
  readonly log: 'ring-buffer' | 'serial-port'
}

/** What the heap has been given so far, as the host remembers it, and a careful heap. */
export const hostMemory = setup({
  types: {
    context: {} as { given: readonly string[] },
    input: {} as { given: readonly string[] },
    events: {} as { type: 'GRANT'; frame: string },
  },
}).createMachine({
  id: 'hostMemory',
  context: ({ input }) => input,
  initial: 'ready',
  states: {
    ready: {
      on: {
        GRANT: {
          target: 'ready',
          actions: update((host, { frame }) => {
            if (!host.given.includes(frame)) host.given = [...host.given, frame].sort()
          }),
        },
      },
    },
  },
})

export interface Exhaustible extends HeapUsers {
  readonly hostMemory: CellOf<typeof hostMemory>
  /** What the host may name in its answer. */
  readonly hostFrames: readonly string[]
}

const source = 'litebox/src/mm/allocator.rs: SafeZoneAllocator::new, LockedHeapWithRescue'

export const exhaustion = (world: Exhaustible, design: ExhaustionDesign): readonly Rule[] => [
  runningOut(world),
  ...(design.rescue === 'allocates' ? [logging(world)] : []),
  ...(design.host === 'none' ? [] : askingTheHost(world, design)),
  ...(design.host === 'none' && design.exhausted === 'panic' ? panicking(world, design) : []),
  ...(design.host === 'none' && design.exhausted === 'error' ? [failing(world)] : []),
  ...(design.exhausted === 'error' ? returningNothing(world) : []),
  ...(design.host !== 'none' && design.exhausted === 'panic' ? [stopping(world)] : []),
]

const runningOut = ({ cores, request, buddy, buddyLock }: Exhaustible): Rule =>
  rule(
    'buddy.runOut',
    { core: cores },
    {
      source,
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ buddy }),
      sends: ({ core }) => ({ request: request(core), lock: buddyLock }),
      waitsFor: ['lock'],
    },
  ).does({
    when: {
      asking: ({ request }) => request.value === 'asking',
      wanting: ({ request }) => request.context.holds === 'nothing',
      exhausted: ({ buddy }) => isExhausted(buddy.context),
    },
    events: (_, { core }) => ({ request: { type: 'RUN_OUT' }, lock: { type: 'ACQUIRE', holder: core } }),
  })

const logging = ({ cores, request, slabLock }: Exhaustible): Rule =>
  rule(
    'rescue.log',
    { core: cores },
    {
      source: 'hypothetical: a rescue that formats a message on the heap',
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ slabLock }),
      sends: ({ core }) => ({ request: request(core) }),
    },
  ).does({
    when: {
      rescuing: ({ request }) => request.value === 'rescuing',
      slabUnlocked: ({ slabLock }) => slabLock.value === 'free',
    },
    events: () => ({ request: { type: 'LOG' } }),
  })

const askingTheHost = (
  { cores, frames, hostFrames, request, buddy, buddyLock, hostMemory }: Exhaustible,
  { host, blocks, rescue }: ExhaustionDesign,
): readonly Rule[] => [
  rule(
    'rescue.askHost',
    { core: cores },
    {
      source: 'litebox_platform_linux_kernel/src/host/snp/snp_impl.rs: alloc',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ request: request(core) }),
    },
  ).does({
    when: { due: ({ request }) => request.value === (rescue === 'allocates' ? 'logged' : 'rescuing') },
    events: () => ({ request: { type: 'ASK_HOST' } }),
  }),
  rule(
    'host.answer',
    { core: cores, block: hostFrames },
    {
      kind: 'environment',
      source: 'litebox_platform_linux_kernel/src/host/snp/snp_impl.rs: parse_alloc_result',
      actor: () => 'host',
      sends: ({ core }) => ({ request: request(core), buddy, hostMemory }),
    },
  ).does({
    when: {
      asked: ({ request }) => request.value === 'awaitingHost',
      honest: ({ hostMemory }, { block }) => host === 'repeats-itself' || !hostMemory.context.given.includes(block),
      believed: ({ hostMemory }, { block }) => blocks === 'believed' || !hostMemory.context.given.includes(block),
    },
    events: (_, { block }) => ({
      request: { type: 'BE_GRANTED' },
      buddy: { type: 'GIVE', frame: block },
      hostMemory: { type: 'GRANT', frame: block },
    }),
  }),
  rule(
    'host.refuse',
    { core: cores },
    {
      kind: 'environment',
      source: 'litebox_platform_linux_kernel/src/host/snp/snp_impl.rs: parse_alloc_result, ENOMEM',
      actor: () => 'host',
      sends: ({ core }) => ({ request: request(core) }),
    },
  ).does({
    when: { asked: ({ request }) => request.value === 'awaitingHost' },
    events: () => ({ request: { type: 'FAIL' } }),
  }),
  rule(
    'rescue.take',
    { core: cores, frame: frames },
    {
      source,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ request: request(core), buddy, lock: buddyLock }),
    },
  ).does({
    when: {
      granted: ({ request }) => request.value === 'granted',
      free: ({ buddy }, { frame }) => buddy.context.free[frame]! > 0,
    },
    events: (_, { frame }) => ({
      request: { type: 'GET', frame },
      buddy: { type: 'TAKE', frame },
      lock: { type: 'RELEASE' },
    }),
  }),
]

const panicking = ({ cores, request, tableLock }: Exhaustible, { log }: ExhaustionDesign): readonly Rule[] => [
  rule(
    'rescue.panic',
    { core: cores },
    {
      source: 'litebox_platform_lvbs/src/host/lvbs_impl.rs: alloc',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ request: request(core) }),
    },
  ).does({
    when: { rescuing: ({ request }) => request.value === 'rescuing' },
    events: () => ({ request: { type: 'PANIC' } }),
  }),
  ...(log === 'serial-port'
    ? [
        rule(
          'panic.tell',
          { core: cores },
          {
            source: 'litebox_runner_lvbs/src/lib.rs: panic, raise_vtl0_gp_fault',
            actor: ({ core }) => core,
            sends: ({ core }) => ({ request: request(core) }),
          },
        ).does({
          when: { panicking: ({ request }) => request.value === 'panicking' },
          events: () => ({ request: { type: 'TELL' } }),
        }),
      ]
    : [
        rule(
          'panic.print',
          { core: cores },
          {
            source: 'litebox_platform_lvbs/src/mshv/ringbuffer.rs: write; lib.rs: copy_slice_to_vtl0_phys',
            actor: ({ core }) => core,
            sends: ({ core }) => ({ request: request(core), lock: tableLock }),
            waitsFor: ['lock'],
          },
        ).does({
          when: { panicking: ({ request }) => request.value === 'panicking' },
          events: (_, { core }) => ({ request: { type: 'PRINT' }, lock: { type: 'ACQUIRE', holder: core } }),
        }),
        rule(
          'panic.tell',
          { core: cores },
          {
            source: 'litebox_runner_lvbs/src/lib.rs: panic, raise_vtl0_gp_fault',
            actor: ({ core }) => core,
            sends: ({ core }) => ({ request: request(core), lock: tableLock }),
          },
        ).does({
          when: { printing: ({ request }) => request.value === 'printing' },
          events: () => ({ request: { type: 'TELL' }, lock: { type: 'RELEASE' } }),
        }),
      ]),
]

const failing = ({ cores, request }: Exhaustible): Rule =>
  rule(
    'rescue.fail',
    { core: cores },
    {
      source: 'hypothetical: a rescue that gives nothing',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ request: request(core) }),
    },
  ).does({
    when: { rescuing: ({ request }) => request.value === 'rescuing' },
    events: () => ({ request: { type: 'FAIL' } }),
  })

const returningNothing = ({ cores, request, buddyLock, slabLock, tableLock }: Exhaustible): readonly Rule[] => {
  const under: Readonly<Record<Want, typeof tableLock>> = { page: tableLock, object: slabLock }
  return [
    rule(
      'heap.returnNothing',
      { core: cores, want: ['page', 'object'] },
      {
        source: 'hypothetical: PageFaultError::AllocationFailed, or an error to whoever wanted the object',
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core, want }) => ({ request: request(core), buddyLock, lock: under[want] }),
      },
    ).does({
      when: {
        failed: ({ request }) => request.value === 'failed',
        this: ({ request }, { want }) => request.context.want === want,
      },
      events: () => ({ request: { type: 'LET_GO' }, buddyLock: { type: 'RELEASE' }, lock: { type: 'RELEASE' } }),
    }),
  ]
}

const stopping = ({ cores, request }: Exhaustible): Rule =>
  rule(
    'heap.stop',
    { core: cores },
    {
      source:
        'litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs: handle_page_fault, allocate_frame(true).unwrap(); litebox/src/mm/allocator.rs: alloc, null_mut',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ request: request(core) }),
    },
  ).does({
    when: { failed: ({ request }) => request.value === 'failed' },
    events: () => ({ request: { type: 'STOP' } }),
  })
