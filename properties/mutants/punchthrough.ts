import type { Mutants } from './mutants.ts'

/** Of tokens, registers and rewritten system calls. */
export const punchthroughMutants: Mutants = {
  kills: [
    {
      scenario: 'punchthrough-clone',
      property: 'no thread runs with a base that no user may have',
      mutant: 'guard clone.spawn/accepted',
    },
    { scenario: 'punchthrough-clone', property: 'clone refuses no base that Linux accepts', mutant: 'guard clone.refuse/isBad' },
    { scenario: 'punchthrough-optee', property: 'a call goes on by what its own core does', mutant: 'guard ldelf.enter/isOn' },
    { scenario: 'punchthrough-gs-base', property: 'a core can always come to run a guest', mutant: 'receiver request.set/core' },
    {
      scenario: 'fs-base',
      property: 'a base that was asked for is kept and in the register when the request returns',
      mutant: 'receiver shim.setBase/register',
    },
    {
      scenario: 'fs-base',
      property: 'a visit to the shim takes the interrupt along that was posted before it',
      mutant: 'receiver shim.keepBase/flag',
    },
    {
      scenario: 'syscall-rewriting',
      property: 'a guest runs nothing before it has been loaded or written',
      mutant: 'guard guest.call/loaded',
    },
    { scenario: 'patch-plan', property: 'a call of mmap knows which mapping it has made', mutant: 'receiver mmap.replace/call' },
    {
      scenario: 'patch-plan',
      property: 'a patching that begins is noted for its file, and for no other',
      mutant: 'guard patch.begin/ofFile',
    },
    { scenario: 'patch-plan', property: 'a call of mmap or mprotect can always return', mutant: 'receiver mmap.list/call' },
    { scenario: 'patch-plan', property: 'a guest whose call was served can always go on', mutant: 'never guest.return' },
  ],
  survivors: [
    {
      scenario: 'fs-base',
      mutant: 'receiver guest.access/slice',
      reason:
        'The scheduler lets the thread run on after the one access for which it had promised it a slice. That is for Windows to decide: no claim of LiteBox rests on a switch that comes.',
    },
    {
      scenario: 'fs-base',
      mutant: 'receiver shim.deliver/slice',
      reason:
        'The slice in which a fault is handled lasts beyond the handling. That is for Windows to decide: no claim of LiteBox rests on a switch that comes.',
    },
    {
      scenario: 'patch-plan',
      mutant: 'guard guest.mprotect/left',
      reason:
        'The guest calls mprotect more often than the scenario lets it, without end. How often it calls is a limit of the scenario and not a promise; no property failed in what was searched.',
    },
    {
      scenario: 'patch-plan',
      mutant: 'guard guest.mmapFixed/left',
      reason:
        'The guest maps over the page more often than the scenario lets it, without end. How often it calls is a limit of the scenario and not a promise; no property failed in what was searched.',
    },
  ],
}
