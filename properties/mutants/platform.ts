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
  ],
}
