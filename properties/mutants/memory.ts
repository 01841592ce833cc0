import { killsIn, type Mutants, survivorsIn } from './mutants.ts'

const walksAnyway =
  'The core walks although its TLB has the page. It then has what the table says, which is what the claims ask for; to go ' +
  'by the TLB is what could be wrong.'

/** Of the page tables, their shootdown, and who maps what. */
export const memoryMutants: Mutants = {
  kills: [
    ...killsIn('upper-level-caches', {
      'a table is unlinked only when it maps nothing': 'receiver edit.clearLeaf/leaf',
      'an upper-level entry leads to a page table': 'receiver edit.unlink/upper',
      'a page that may be written lies under an upper-level entry that may': 'swap edit.widenUpper edit.writeLeaf',
      'a page is written only when its mapping has been handed out': 'guard copy.fault/mapped',
      'a fault drops what has refused the access': 'receiver copy.fault/cache',
    }),
    ...killsIn('shootdown', {
      'the caller edits tables from the beginning of its call to its end': 'receiver unmap.return/vp',
      'a core that was called into VTL1 can leave it again': 'receiver vp.return/vp',
    }),
    ...killsIn('unmap-shootdown', {
      'no core runs its guest while it holds the lock of the page table': 'receiver unmap.unlock/lock',
      'a call that returns goes back to its guest': 'receiver unmap.return/cpu',
      'a core handles an interrupt exactly while it serves the flush that was asked of it': 'receiver ipi.acknowledge/cpu',
      'a core that has faulted is in the kernel exactly until its fault is served': 'receiver fault.return/cpu',
    }),
    ...killsIn('physical-pointer-table', {
      'a pointer that has mapped can unmap': 'receiver vunmap.base/pointer',
      'a copy goes through the table that is loaded': 'guard copy.throughTable/loaded',
    }),
    ...killsIn('physical-pointer-overlap', {
      'a copy goes over the pages of its range, one after the other': 'guard copy.page/next',
    }),
    ...killsIn('physical-pointer', {
      'a walk marks an entry dirty if and only if its copy writes': 'receiver copy.walkToWrite/entry',
      'a copy writes only through a translation that is writable and dirty': 'receiver copy.walkToWrite/tlb',
      'a part of a copy is made once': 'receiver copy.walkToRead/pointer',
      'a core holds the lock of the table from the clearing of an entry to the end of its flush, and at no other time':
        'receiver flush.local/table',
      'an address is refused only to a pointer that has none, for a frame that is registered or for want of pages':
        'guard vmap.refuse/due',
      'the lock of a frame is held by the pointer that has locked it, and by nobody else': 'receiver frameLock.release/lock',
      'a pointer gives up only where another core has its frame': 'guard frameLock.giveUp/due',
      'an entry is made writable only for a pointer that writes': 'guard directMap.merge/toMerge',
    }),
    ...killsIn('kernel-fault', {
      'what a fault has interrupted goes on only when the fault has ended': 'guard thread.push/noFault',
      'a fault of a copy ends as an error of the copy': 'guard handler.servePage/itsPage',
      'a recorded context is used only while the flag says that a thread is there': 'guard handler.loadContext/uses',
    }),
    ...killsIn('pointer-errors', {
      'every question is answered before the next is asked': 'receiver pointer.withContiguousPages/call',
    }),
    ...killsIn('vmap', {
      'a mapping in the region maps the frames of its list, page by page': 'receiver vmap.map/entries',
    }),
    ...killsIn('vmap-reuse', {
      'a core leaves VTL1 only when it has no mapping of its own': 'guard vp.leaveAndReturn/idle',
    }),
    ...killsIn('page-table-life', {
      'a request finds its application if and only if it can still be named': 'guard request.find/exists',
      'a request is told to come again only while another core has the instance': 'guard request.findBusy/busy',
      'a close takes the application down if and only if no session is left': 'guard request.countNone/none',
      'a session that is registered counts, once': 'receiver request.register/instance',
      'an instance that can be found has a page table': 'receiver request.uncache/instance',
      'a deletion has come to its end when its core goes on': 'guard request.awaitFreed/named',
      'when every request has come to its end, nobody has the instance': 'receiver request.abort/instance',
      'a request can come to its end': 'receiver request.list/request',
    }),
    ...killsIn('shared-tables', {
      'a page whose mapping was rolled back is not mapped': 'guard rollback.clearLeaf/itsTable',
      'while nobody edits them, every table that is linked maps a page': 'guard rollback.findUsed/answer',
    }),
    ...killsIn('remap-shootdown', {
      'what remap has moved is at its new address, and nowhere else': 'receiver remap.writeNew/entry',
      'no frame is mapped at two addresses at a time': 'swap remap.clearOld remap.writeNew',
      'the frame that a fault has taken is mapped': 'receiver fault.mapNew/entry',
      'a remap that was refused beforehand has changed nothing': 'receiver remap.clearOld/call',
    }),
    ...killsIn('frame-heap', {
      'a frame that the heap has had from the start is free, a page of the slab, or in use': 'receiver buddy.give/buddy',
      'the list of free frames changes only while no other core holds its lock': 'guard slab.returnPage/unlocked',
      'the heap is rescued only when it has nothing left': 'guard buddy.runOut/exhausted',
    }),
  ],
  survivors: [
    ...survivorsIn('vmap-reuse', {
      'guard copy.walk/walks':
        'The core walks although its TLB has the page, and takes what the table has: its own mapping, for which every claim ' +
        'here asks. What it cached of an earlier one it would only have found sooner.',
      'receiver copy.walk/client':
        'The walk fills the TLB and the copy takes its part through the TLB next: what a walk by speculation may do as well.',
      'receiver copy.walk/tlb':
        'The copy leaves nothing in the TLB, as if the entry were evicted at once, which it may be at any time.',
      'receiver vp.leaveAndReturn/tlbs':
        'The core comes back with what its TLB held, which is nothing of an address that is free: in these designs no claim ' +
        'rests on that a core leaves. Those with a quarantine do.',
    }),
    ...survivorsIn('shootdown', {
      'guard flush.findCompany/accompanied':
        'A caller that is alone asks the hypervisor all the same, for its own core: more is done than need be, and nothing less.',
    }),
    ...survivorsIn('upper-level-caches', {
      'guard copy.fault/refused':
        'A write faults though nothing cached refuses it, which processors do not do; the handler drops what is cached and tries ' +
        'again, and nothing comes of it.',
    }),
    ...survivorsIn('physical-pointer', {
      'guard copy.walkToRead/walks': walksAnyway,
      'guard copy.walkToWrite/walks': walksAnyway,
      'receiver copy.walkToRead/tlb':
        'The part leaves nothing in the TLB, as if the entry were evicted at once, which it may be at any time.',
      'receiver vp.leave/vp':
        'The core drops what its TLB holds and stays in VTL1 instead of leaving: it goes on to its next call, and of leaving ' +
        'nothing is claimed but what it does to the TLB.',
    }),
  ],
}
