import { killsIn, type Mutants, survivorsIn } from './mutants.ts'

/** Of the page tables, their shootdown, and who maps what. */
export const memoryMutants: Mutants = {
  kills: [
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
    {
      scenario: 'unmap-shootdown',
      mutant: 'receiver unmap.unlock/lock',
      reason: 'The lock stays held after the only call that takes it, and by then nobody else waits for it.',
    },
    {
      scenario: 'unmap-shootdown',
      mutant: 'receiver unmap.return/cpu',
      reason: "The caller's core never goes back to its guest. Nothing is claimed of what the caller does after the call.",
    },
    {
      scenario: 'unmap-shootdown',
      mutant: 'swap unmap.unlock unmap.return',
      reason: 'The core goes back before the lock is free. Both come after every flush, and nobody else waits for the lock.',
    },
    {
      scenario: 'unmap-shootdown',
      mutant: 'receiver ipi.acknowledge/cpu',
      reason: 'The core stays in its handler once it has acknowledged. What its guest could still have reached is flushed.',
    },
    {
      scenario: 'unmap-shootdown',
      mutant: 'receiver fault.return/cpu',
      reason: 'The core stays in its fault handler once that is done: its guest does less than it could.',
    },
  ],
}
