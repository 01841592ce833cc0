import { finalWhen, type Property, type System, scenario, system } from '../checker/index.ts'
import {
  type Arrangement,
  cellsOf,
  newOwners,
  rulesOf,
  type SharedAddressSpace,
  sharedAddressSpace,
} from '../model/memory/shared-address-space.ts'
import {
  faultsEndInTheGuest,
  faultsWaitForTheCall,
  guestsRunWithoutTheLock,
  interruptsArriveLate,
  interruptsEndWithTheirRequest,
  requestsMeetStaleTranslations,
  returnMeansForgotten,
  returnMeansNoMoreWrites,
  theCallerGoesBack,
  theCallReturns,
} from '../properties/revocation.ts'
import {
  dirtyTranslationsExist,
  entriesChangeUnderTheLock,
  framesAreReused,
  freedFramesAreForgotten,
  lostMemoryIsOutOfReach,
  rustMemoryIsOutOfReach,
  staleTranslationsExist,
} from '../properties/translation.ts'

const knobs = {
  /** What the guest on `cpu0` asks for: to give its pages up, or to make them read-only. */
  operation: ['unmap', 'mprotect'],
  /** Whether a frame goes back to the heap before its translation is flushed, or after. */
  free: ['before-flush', 'after-flush'],
  /** How many pages one flush covers: one, or all of the call's. */
  flush: ['per-page', 'per-batch'],
  /** Whose TLBs are flushed. */
  scope: ['local', 'all'],
  /** How other cores are reached. */
  mechanism: ['hypercall', 'ipi'],
  /** Whether the hypervisor may answer a flush with an error. */
  hypervisor: ['obeys', 'may-refuse'],
  /** What the caller does about the error. */
  refusal: ['local-flush', 'retry-or-stop'],
  /** Whether, and when, the caller of an IPI flush waits for the other cores. */
  acknowledge: ['awaited', 'not-awaited', 'before-return'],
  /** Whether the caller keeps the page-table lock while it flushes, or never takes it. */
  lock: ['across-flush', 'until-flush', 'never'],
  /** When the other cores have interrupts off: now and then, or also while they spin for the page-table lock. */
  interrupts: ['off-briefly', 'off-for-lock'],
  cores: [2, 3, 4],
  pages: [1, 2, 3],
} as const

function build(arrangement: Arrangement): System {
  const world = sharedAddressSpace(arrangement)
  return system({
    cells: cellsOf(world),
    rules: rulesOf(arrangement, world),
    // Pages are not: the call goes over them in their order.
    interchangeable: { core: world.others },
    properties: [...claims(arrangement, world), ...witnesses(arrangement, world)],
    final: finalWhen(
      {},
      { reads: () => ({ call: world.call }), holds: ({ call }) => call.value === 'returned' || call.value === 'stopped' },
    ),
  })
}

const claims = ({ mechanism, scope, interrupts }: Arrangement, world: SharedAddressSpace): readonly Property[] => [
  // The caller's own core runs no guest code until it has flushed.
  freedFramesAreForgotten({ ...world, cores: world.others }, 'a freed frame is cached by no other core'),
  ...lostMemoryIsOutOfReach(world, ['guest.read'], ['guest.write']),
  rustMemoryIsOutOfReach(world, ['guest.read', 'guest.write']),
  returnMeansForgotten(world),
  returnMeansNoMoreWrites(world, ['guest.write']),
  entriesChangeUnderTheLock(world, { core: world.caller, lock: world.lock }),
  guestsRunWithoutTheLock(world),
  theCallerGoesBack(world),
  ...(scope === 'all' && mechanism === 'ipi' ? [interruptsEndWithTheirRequest(world)] : []),
  ...(scope === 'all' && interrupts === 'off-for-lock' ? [faultsEndInTheGuest(world, world.fault)] : []),
]

const witnesses = ({ operation, scope, mechanism, interrupts }: Arrangement, world: SharedAddressSpace): readonly Property[] => [
  theCallReturns(world),
  dirtyTranslationsExist(world),
  staleTranslationsExist(world),
  ...(operation === 'unmap' ? [framesAreReused(world, newOwners)] : []),
  ...(scope === 'all' ? [requestsMeetStaleTranslations(world)] : []),
  ...(scope === 'all' && mechanism === 'ipi' ? [interruptsArriveLate(world)] : []),
  ...(scope === 'all' && interrupts === 'off-for-lock' ? [faultsWaitForTheCall(world, world.fault)] : []),
]

/** How soon the claims on memory that was given back fail: the TLB holds it, a core reaches it, Rust has got it by then. */
const reachedAfterFree = (steps: number) => ({
  'a freed frame is cached by no other core': steps,
  'a read never reaches memory that the guest has lost': steps + 1,
  'a write never lands in memory that the guest has lost': steps + 1,
  'a frame owned by the Rust heap is reached by no core through a stale translation': steps + 2,
})

/** How soon the claims on the finished call fail: a TLB still holds the right, a core still writes. */
const usedAfterReturn = (steps: number) => ({
  'once the call has returned, no TLB holds the right that it took away': steps,
  'after the call has returned, no core writes through the old translation': steps + 1,
})

/** `unmap_pages` of the LVBS platform. */
const lvbsUnmap = {
  operation: 'unmap',
  free: 'before-flush',
  flush: 'per-batch',
  scope: 'all',
  mechanism: 'hypercall',
  hypervisor: 'may-refuse',
  refusal: 'local-flush',
  acknowledge: 'awaited',
  lock: 'across-flush',
  interrupts: 'off-briefly',
} as const

/** The same with a flush that the hypervisor understands. */
const repaired = { ...lvbsUnmap, hypervisor: 'obeys' } as const

/** `unmap_pages` of the Linux-kernel platform. */
const snpUnmap = { ...repaired, flush: 'per-page', scope: 'local' } as const

export const unmapShootdown = scenario({
  name: 'unmap-shootdown',
  story:
    'Guest threads run on several cores over one page table. One of them unmaps its pages, or makes them read-only, while ' +
    'the others go on using what their TLBs hold and the rest of LiteBox allocates. Does anybody reach a frame that is ' +
    "no longer the guest's, and may the caller rely on the call once it has returned? Left out: the set of cores that are " +
    'in VTL1 and its memory order, page-table pages and their caches, mremap, and a second caller.',
  knobs,
  sizes: { small: { cores: 2, pages: 2 }, full: { cores: 4, pages: 2 } },
  designs: {
    snapshot: {
      story:
        'unmap_pages of the LVBS platform: every entry of the range is cleared and its frame given back in one loop, and ' +
        'one hypercall flushes the range on every core after the loop ' +
        "(`litebox_platform_lvbs/src/arch/x86/mm/paging.rs`). Its comment claims to follow Linux's mmu_gather, which " +
        'frees after the flush (mended by PR #848). The request is encoded wrongly ' +
        '(`litebox_platform_lvbs/src/mshv/hvcall_mm.rs`; issue #958, PR #961), so that the hypervisor may refuse it ' +
        'whenever another core is in VTL1; `flush_tlb_range` then flushes its own core and reports success. At the ' +
        'snapshot no two cores run one trusted application at a time, so on LVBS the race waits for the first application ' +
        'with two threads; `snapshot-snp` has it today.',
      knobs: lvbsUnmap,
      bugs: ['LB-01', 'LB-03'],
      expect: {
        small: { verdict: 'violated', states: 7416, violations: { ...reachedAfterFree(5), ...usedAfterReturn(12) } },
        full: { verdict: 'violated', states: 2449728, violations: { ...reachedAfterFree(5), ...usedAfterReturn(12) } },
      },
    },
    'snapshot-mprotect': {
      story:
        'mprotect_pages of the LVBS platform: entries lose the writable bit in one loop, then one hypercall, encoded as ' +
        'in `snapshot`, flushes the range on every core, all under the page-table lock. Where it is refused the caller is ' +
        'told that the right is gone while other cores still use it.',
      knobs: { ...lvbsUnmap, operation: 'mprotect' },
      bugs: ['LB-03'],
      expect: {
        small: { verdict: 'violated', states: 6984, violations: usedAfterReturn(10) },
        full: { verdict: 'violated', states: 5632224, violations: usedAfterReturn(10) },
      },
    },
    'hypercall-repaired': {
      story: 'The snapshot with PR #961 alone: the hypervisor obeys, and frames still go back before the flush.',
      knobs: repaired,
      bugs: ['LB-01'],
      expect: {
        small: { verdict: 'violated', states: 5526, violations: reachedAfterFree(5) },
        full: { verdict: 'violated', states: 1820088, violations: reachedAfterFree(5) },
      },
    },
    'free-after-flush': {
      story:
        'The fix of PR #848 on top of PR #961: frames are gathered while entries are cleared, and given back once the ' +
        'hypercall has flushed every core. That every core is in the set that is flushed is assumed here: see scenario ' +
        '`shootdown`. The faulty twins are `hypercall-repaired` and `hypercall-failing`.',
      knobs: { ...repaired, free: 'after-flush' },
      bugs: ['LB-01'],
      expect: { small: { verdict: 'holds', states: 1504 }, full: { verdict: 'holds', states: 416128 } },
    },
    unlocked: {
      story:
        '`free-after-flush` without the page-table lock: what the lock is for. One caller alone does no harm, and its ' +
        'stores are seen by whoever walks or edits the table meanwhile.',
      knobs: { ...repaired, free: 'after-flush', lock: 'never' },
      expect: {
        small: { verdict: 'violated', states: 1198, violations: { 'page-table entries are changed only under the lock': 2 } },
        full: { verdict: 'violated', states: 342328, violations: { 'page-table entries are changed only under the lock': 2 } },
      },
    },
    'per-page-free-before-flush': {
      story:
        "The snapshot's order with a flush for every page instead of one for the range: a smaller window, and still " +
        'one. Suggests itself as a quick fix; the order is what matters, not the size of the batch.',
      knobs: { ...repaired, flush: 'per-page' },
      bugs: ['LB-01'],
      expect: {
        small: { verdict: 'violated', states: 3510, violations: reachedAfterFree(5) },
        full: { verdict: 'violated', states: 1088568, violations: reachedAfterFree(5) },
      },
    },
    'free-after-flush-per-page': {
      story: 'Clear, flush everywhere, give back, page by page: the slow and plain form of PR #848.',
      knobs: { ...repaired, free: 'after-flush', flush: 'per-page' },
      bugs: ['LB-01'],
      expect: { small: { verdict: 'holds', states: 1770 }, full: { verdict: 'holds', states: 491400 } },
    },
    'hypercall-repaired-mprotect': {
      story:
        'mprotect with PR #961: nothing is freed, and the call returns when every core has been flushed. That every core ' +
        'is in the set that is flushed is assumed here: see scenario `shootdown`. The faulty twins are ' +
        '`snapshot-snp-mprotect` and `snapshot-mprotect`.',
      knobs: { ...repaired, operation: 'mprotect' },
      expect: { small: { verdict: 'holds', states: 5040 }, full: { verdict: 'holds', states: 3958656 } },
    },
    'snapshot-snp': {
      story:
        'unmap_pages of the Linux-kernel platform, on which guests run in an SNP virtual machine: page by page the ' +
        "entry is cleared, the frame given back and the own core's translation dropped with invlpg " +
        '(`litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs`). No other core is ever flushed: issue #671.',
      knobs: snpUnmap,
      bugs: ['LB-01', 'LB-02'],
      expect: {
        small: { verdict: 'violated', states: 3078, violations: { ...reachedAfterFree(5), ...usedAfterReturn(11) } },
        full: { verdict: 'violated', states: 899640, violations: { ...reachedAfterFree(5), ...usedAfterReturn(11) } },
      },
    },
    'snp-free-after-flush': {
      story:
        'The order of PR #848 carried over to the Linux-kernel platform without a remote flush. What is left of ' +
        'issue #671 when only the order is mended.',
      knobs: { ...snpUnmap, free: 'after-flush' },
      bugs: ['LB-02'],
      expect: {
        small: { verdict: 'violated', states: 2070, violations: { ...reachedAfterFree(6), ...usedAfterReturn(11) } },
        full: { verdict: 'violated', states: 593784, violations: { ...reachedAfterFree(6), ...usedAfterReturn(11) } },
      },
    },
    'snapshot-snp-mprotect': {
      story:
        'mprotect_pages of the Linux-kernel platform: the entry loses the writable bit and the own core is flushed. ' +
        'The permission half of issue #671: another core still writes after the call has returned.',
      knobs: { ...snpUnmap, operation: 'mprotect' },
      bugs: ['LB-02'],
      expect: {
        small: { verdict: 'violated', states: 3624, violations: usedAfterReturn(9) },
        full: { verdict: 'violated', states: 1903200, violations: usedAfterReturn(9) },
      },
    },
    'hypercall-failing': {
      story:
        'PR #848 without PR #961: the order is right, and a refused flush still counts as done: a local flush, and ' + 'success.',
      knobs: { ...lvbsUnmap, free: 'after-flush' },
      bugs: ['LB-03'],
      expect: {
        small: { verdict: 'violated', states: 2162, violations: { ...reachedAfterFree(9), ...usedAfterReturn(12) } },
        full: { verdict: 'violated', states: 649160, violations: { ...reachedAfterFree(9), ...usedAfterReturn(12) } },
      },
    },
    'retry-or-stop': {
      story:
        'A refused flush never returns normally: the caller asks again, or stops for good, lock and frames held. The ' +
        'contract that later upstream code writes down for its flush (`Failure must therefore not return normally`), ' +
        'and the advice given with LB-03. The faulty twin is `hypercall-failing`.',
      knobs: { ...lvbsUnmap, free: 'after-flush', refusal: 'retry-or-stop' },
      bugs: ['LB-03'],
      expect: { small: { verdict: 'holds', states: 1828 }, full: { verdict: 'holds', states: 521104 } },
    },
    'retry-or-stop-mprotect': {
      story: 'The same contract for mprotect. The faulty twin is `snapshot-mprotect`.',
      knobs: { ...lvbsUnmap, operation: 'mprotect', refusal: 'retry-or-stop' },
      bugs: ['LB-03'],
      expect: { small: { verdict: 'holds', states: 7344 }, full: { verdict: 'holds', states: 5764992 } },
    },
    'ipi-awaited': {
      story:
        'What the Linux-kernel platform would need, where there is no flush hypercall: interrupt the other cores, ' +
        'flush the own, wait for every acknowledgement, then give the frames back. The broadcast that issue #671 asks ' +
        'for. The faulty twins are `flush-without-ack`, `ack-after-free` and `ipi-under-lock`.',
      knobs: { ...repaired, free: 'after-flush', mechanism: 'ipi' },
      bugs: ['LB-02'],
      expect: { small: { verdict: 'holds', states: 1604 }, full: { verdict: 'holds', states: 606128 } },
    },
    'ipi-awaited-mprotect': {
      story:
        'The same broadcast for mprotect: it returns when every core has acknowledged. The faulty twin is ' +
        '`flush-without-ack-mprotect`.',
      knobs: { ...repaired, operation: 'mprotect', mechanism: 'ipi' },
      bugs: ['LB-02'],
      expect: { small: { verdict: 'holds', states: 6072 }, full: { verdict: 'holds', states: 10018896 } },
    },
    'flush-without-ack': {
      story:
        'A broadcast that is sent and forgotten: the frames go back while an interrupt is still on its way, or waits ' +
        'for a core whose interrupts are off. A sub-variant listed with LB-02.',
      knobs: { ...repaired, free: 'after-flush', mechanism: 'ipi', acknowledge: 'not-awaited' },
      expect: {
        small: { verdict: 'violated', states: 2472, violations: { ...reachedAfterFree(9), ...usedAfterReturn(12) } },
        full: { verdict: 'violated', states: 1442880, violations: { ...reachedAfterFree(9), ...usedAfterReturn(12) } },
      },
    },
    'flush-without-ack-mprotect': {
      story: 'mprotect that returns when the interrupts are sent. A sub-variant listed with LB-02.',
      knobs: { ...repaired, operation: 'mprotect', mechanism: 'ipi', acknowledge: 'not-awaited' },
      expect: {
        small: { verdict: 'violated', states: 8028, violations: usedAfterReturn(10) },
        full: { verdict: 'violated', states: 15952356, violations: usedAfterReturn(10) },
      },
    },
    'ack-after-free': {
      story:
        'A broadcast whose acknowledgements are collected before the call returns, and after the frames have gone ' +
        'back: the caller is never told too early, and still the heap is. A sub-variant listed with LB-02.',
      knobs: { ...repaired, free: 'after-flush', mechanism: 'ipi', acknowledge: 'before-return' },
      expect: {
        small: { verdict: 'violated', states: 2220, violations: reachedAfterFree(9) },
        full: { verdict: 'violated', states: 1199952, violations: reachedAfterFree(9) },
      },
    },
    'ipi-under-lock': {
      story:
        '`ipi-awaited` with what page faults do at the snapshot: their gate turns interrupts off, and the handler ' +
        'spins for the page-table lock, which the caller holds while it waits for that core to acknowledge. Nobody ' +
        'moves again. An IPI cannot simply be put where the hypercall is.',
      knobs: { ...repaired, free: 'after-flush', mechanism: 'ipi', interrupts: 'off-for-lock' },
      expect: {
        small: { verdict: 'deadlock', states: 2639, violations: { 'no deadlock': 7 } },
        full: { verdict: 'deadlock', states: 2225525, violations: { 'no deadlock': 9 } },
      },
    },
    'ipi-after-unlock': {
      story:
        '`ipi-under-lock` mended: the caller lets go of its locks before it interrupts anybody, and still gives the ' +
        'frames back only after every acknowledgement. (The other way is never to spin for that lock with interrupts ' +
        'off.) The faulty twin is `ipi-under-lock`.',
      knobs: { ...repaired, free: 'after-flush', mechanism: 'ipi', lock: 'until-flush', interrupts: 'off-for-lock' },
      expect: { small: { verdict: 'holds', states: 3063 }, full: { verdict: 'holds', states: 3106741 } },
    },
    'hypercall-under-lock': {
      story:
        '`free-after-flush` with the same page faults: the hypervisor needs no cooperation from the core that spins, ' +
        'so flushing under the lock is safe. The faulty twin is `ipi-under-lock`.',
      knobs: { ...repaired, free: 'after-flush', interrupts: 'off-for-lock' },
      expect: { small: { verdict: 'holds', states: 2562 }, full: { verdict: 'holds', states: 1902582 } },
    },
  },
  build,
})
