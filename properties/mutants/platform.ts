import type { Mutants } from './mutants.ts'

/** Of hypervisors, virtual trust levels, SNP and the host. */
export const platformMutants: Mutants = {
  kills: [
    {
      scenario: 'page-manager',
      property: 'mmap changes the areas only while it holds their lock, and gives it back',
      mutant: 'deaf vmem',
    },
    {
      scenario: 'page-manager',
      property: 'no fault fills a page of a mapping that is finished',
      mutant: 'guard mmap.publish/populated',
    },
    {
      scenario: 'page-manager',
      property: 'an access passes where the entry of its page allows it, and faults where not',
      mutant: 'guard guest.pass/this',
    },
    {
      scenario: 'page-manager',
      property: 'an entry leads to a page of its area, with no right that the area does not give',
      mutant: 'receiver mmap.publish/areas',
    },
    {
      scenario: 'page-manager',
      property: 'a fault that is answered leaves its page present, filled for the access, which is made again',
      mutant: 'guard fault.retry/answer',
    },
    {
      scenario: 'page-manager',
      property: 'no fault is answered while a call changes the areas',
      mutant: 'guard fault.signal/unlocked',
    },
    {
      scenario: 'page-manager-protect',
      property: 'mprotect holds the lock of the areas while it changes them',
      mutant: 'deaf vmem',
    },
    {
      scenario: 'page-manager-protect',
      property: 'mprotect comes to each page of its range in its turn, and once',
      mutant: 'guard mprotect.passOver/itsTurn',
    },
    {
      scenario: 'page-manager-protect',
      property: 'mprotect returns when every page of its range has the rights that were asked for',
      mutant: 'guard mprotect.passOver/same',
    },
    {
      scenario: 'page-manager-protect',
      property: 'an access passes where the entry of its page allows it, and faults where not',
      mutant: 'guard guest.pass/this',
    },
    {
      scenario: 'page-manager-protect',
      property: 'an entry leads to a page of its area, with no right that the area does not give',
      mutant: 'receiver mprotect.change/entry',
    },
    {
      scenario: 'page-manager-protect',
      property: 'a fault that is answered leaves its page present, filled for the access, which is made again',
      mutant: 'receiver fault.map/touch',
    },
    {
      scenario: 'page-manager-protect',
      property: 'no fault is answered while a call changes the areas',
      mutant: 'guard fault.map/unlocked',
    },
    { scenario: 'page-manager-remap', property: 'every present entry leads to a frame', mutant: 'guard mremap.unmap/present' },
    { scenario: 'page-manager-stack', property: 'a stack grows over no area that is there', mutant: 'guard fault.grow/nearest' },
    {
      scenario: 'page-manager-stack',
      property: 'an access passes where the entry of its page allows it, and faults where not',
      mutant: 'guard guest.pass/this',
    },
    {
      scenario: 'page-manager-stack',
      property: 'an entry leads to a page of its area, with no right that the area does not give',
      mutant: 'guard fault.grow/nearest',
    },
    {
      scenario: 'page-manager-stack',
      property: 'a fault that is answered leaves its page present, filled for the access, which is made again',
      mutant: 'guard fault.map/here',
    },
    { scenario: 'page-manager-stack', property: 'no fault is refused that its area allows', mutant: 'guard fault.fixUp/here' },
    {
      scenario: 'page-manager-stack',
      property: 'no thread is left in the middle of an access',
      mutant: 'receiver fault.map/entry',
    },
    {
      scenario: 'page-manager-host',
      property: 'mremap grows a mapping where there is room, does something else where not, and returns',
      mutant: 'guard mremap.move/noRoom',
    },
    {
      scenario: 'page-manager-windows',
      property: 'a page that is replaced is decommitted before it is committed again',
      mutant: 'receiver alloc.decommit/region',
    },
    {
      scenario: 'page-manager-windows',
      property: "a call fails only at a page of its range that is not the guest's and cannot be reserved",
      mutant: 'guard alloc.cannotClaim/acting',
    },
    {
      scenario: 'page-manager-windows-replace',
      property: 'mmap over pages returns when all of them are new',
      mutant: 'guard mmap.return/itsTurn',
    },
    {
      scenario: 'delegation',
      property: 'the platform serves itself what it understands, and nothing else',
      mutant: 'guard call.serve/understood',
    },
    {
      scenario: 'delegation',
      property: 'a program runs under the lock of its application, which nobody holds who does not run one',
      mutant: 'receiver handler.finish/lock',
    },
    { scenario: 'snp-requests', property: 'no memory is dropped that the host has given', mutant: 'guard guest.accept/noMemory' },
    { scenario: 'snp-requests', property: 'an error is not taken for an answer', mutant: 'guard guest.accept/acceptable' },
    {
      scenario: 'litmus',
      property: 'a core runs the lines of its program in their order',
      mutant: 'guard cpu0.line0.store/here',
    },
    {
      scenario: 'snp-ghcb',
      property: 'a sequence that has saved the register leaves it as it was',
      mutant: 'guard page.judge/aUse',
    },
    {
      scenario: 'snp-faults',
      property: 'the page manager is asked under its lock, which is free again once it has answered',
      mutant: 'receiver handler.take/lock',
    },
    {
      scenario: 'snp-faults',
      property: 'no thread does anything in a machine that has ended',
      mutant: 'guard thread.goOn/machineRuns',
    },
    {
      scenario: 'snp-boot',
      property: 'boot parameters are refused that were found invalid, and no others',
      mutant: 'guard process.refuseParameters/here',
    },
    {
      scenario: 'snp-boot',
      property: 'no entry point goes on in a machine that has ended',
      mutant: 'guard entry.step/machineRuns',
    },
    {
      scenario: 'snp-boot',
      property: 'the first two entry points can always come to an end',
      mutant: 'receiver kernel.storeFrequency/entry',
    },
    {
      scenario: 'vtl-switch',
      property: 'what is no intercept has its answer in the registers that VTL0 gets back',
      mutant: 'receiver switch.setAnswer/slot',
    },
    {
      scenario: 'vtl-switch',
      property: 'a walk follows the link of the page that it is at, and ends where that says so or leads back',
      mutant: 'guard walk.follow/here',
    },
    {
      scenario: 'vtl-first-entry',
      property: 'the bit of a core that is back in VTL0 is clear',
      mutant: 'guard boot.list/unstarted',
    },
    {
      scenario: 'vtl-first-entry',
      property: 'a core that has written its answer is on its way out',
      mutant: 'receiver switch.setAnswer/core',
    },
    {
      scenario: 'vtl-switch',
      property: 'a core that has written its answer is on its way out',
      mutant: 'receiver switch.setAnswer/core',
    },
  ],
  survivors: [
    {
      scenario: 'page-manager-protect',
      mutant: 'guard mprotect.change/differs',
      reason:
        'An area is given the rights that it has, and its entry with it. In the design whose mprotect is eager an entry that is ' +
        'present has the rights of its area already, so that nothing changes but which of two rules came to the page.',
    },
    {
      scenario: 'page-manager-host',
      mutant: 'guard mremap.giveUp/nowhere',
      reason:
        'The host moves the mapping out of this world though there is room for it within. Linux promises nothing about the place ' +
        'that it chooses, and to LiteBox any is as good.',
    },
    {
      scenario: 'page-manager-windows',
      mutant: 'receiver alloc.claim/call',
      reason:
        'The call does not note that it has reserved the page. It then finds the page on its list of own placeholders, which is ' +
        'what it does with pages that it had before: one step more to the same state.',
    },
    {
      scenario: 'platform-multiplexer',
      mutant: 'guard platform.get/isNext',
      reason:
        'A caller asks for the platform more often than its program says, without end. It may ask as often as it likes, and gets the same answer each time; the search never ends.',
    },
    {
      scenario: 'delegation',
      mutant: 'receiver vtl.return/shared',
      reason:
        'The memory that VTL0 shares keeps what it held at the end of a call, where the model writes a value that saves states. VTL0 writes any value before it is looked at again.',
    },
    {
      scenario: 'delegation',
      mutant: 'receiver handler.makeOnce/call',
      reason:
        'The core that has made the handler does not note that it has one. It looks again, and finds the handler that it has made: one step more to the same state.',
    },
    {
      scenario: 'snp-network',
      mutant: 'guard thread.interrupt/wanted',
      reason:
        'An interrupt brings a computing thread into the shim though nobody wants it there. It finds nothing to do and goes back; an interrupt too many is allowed.',
    },
    {
      scenario: 'vtl-switch',
      mutant: 'receiver walk.end/page',
      reason:
        'The page at which a walk has ended keeps its link, where the model writes a value that saves states. VTL0 writes any link before the next walk looks.',
    },
    {
      scenario: 'vtl-switch',
      mutant: 'receiver walk.end/others',
      reason:
        'The pages at which a walk did not end keep their links, where the model writes a value that saves states. VTL0 writes any link before the next walk looks.',
    },
    {
      scenario: 'vtl-first-entry',
      mutant: 'guard boot.list/notYet',
      reason: 'The core that boots others sets the bit of a core whose bit is set, before it starts it: the same mask.',
    },
  ],
}
