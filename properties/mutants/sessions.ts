import type { Mutants } from './mutants.ts'

/** Of OP-TEE sessions and the memory that they share. */
export const sessionMutants: Mutants = {
  kills: [
    {
      scenario: 'shared-memory-registration',
      property: 'an insertion registers the list that was read, and ends the call',
      mutant: 'receiver shm.insert/call',
    },
    {
      scenario: 'shared-memory-registration',
      property: 'no list that was read to its end is refused while its reference is free',
      mutant: 'guard shm.insertInVain/refused',
    },
    {
      scenario: 'shared-memory-registration',
      property: 'a node is frozen only for cores that walk',
      mutant: 'guard shm.insert/next',
    },
    {
      scenario: 'shared-memory-use',
      property: 'nobody is refused memory that is registered and that nobody uses',
      mutant: 'guard shm.removeInVain/refused',
    },
    {
      scenario: 'shared-memory-use',
      property: 'a use writes each page that it has got, and each once',
      mutant: 'guard shm.write/nextPage',
    },
    {
      scenario: 'shared-memory-use',
      property: 'VTL0 is on its way to be told of what was taken back',
      mutant: 'guard shm.return/nothingToTell',
    },
    { scenario: 'shared-memory-use', property: 'every call can return to VTL0', mutant: 'receiver shm.tell/call' },
    { scenario: 'shared-memory-use', property: 'a registration counts the cores that use it', mutant: 'receiver shm.get/call' },
  ],
  survivors: [],
}
