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
    {
      scenario: 'session-failures',
      property: 'each step of a call brings it on',
      mutant: 'receiver call.unregisterAndDrop/call',
    },
    {
      scenario: 'session-failures',
      property: 'a core acts on the application, the instance and the session number of its call',
      mutant: 'guard call.findSession/asked',
    },
    {
      scenario: 'session-failures',
      property: 'an instance is counted once for each call, session and cache entry that names it',
      mutant: 'guard call.unregister/closes',
    },
    {
      scenario: 'session-failures',
      property: 'what a look-up of a session answers is what the map holds',
      mutant: 'guard call.findNoSession/nothing',
    },
    {
      scenario: 'session-failures',
      property: 'what a look-up of an instance answers is what the cache holds',
      mutant: 'guard call.findNoInstance/nothing',
    },
    {
      scenario: 'session-failures',
      property: 'an instance is taken for the last of its sessions when no session names it',
      mutant: 'guard call.countNone/isLast',
    },
    {
      scenario: 'session-failures',
      property: 'an open is refused a session number only when none is free',
      mutant: 'guard call.findNoNumber/none',
    },
    {
      scenario: 'session-failures',
      property: 'a page table is meant by the number that its instance has for it',
      mutant: 'guard call.awaitFreed/named',
    },
    {
      scenario: 'session-failures',
      property: 'a page table is in the map once it has been put there',
      mutant: 'receiver call.listTable/table',
    },
    {
      scenario: 'session-failures',
      property: 'a deletion has come to its end before its caller goes on',
      mutant: 'guard call.awaitFreed/freed',
    },
    {
      scenario: 'session-failures',
      property: 'a core that has gone to the base page table has it loaded',
      mutant: 'receiver call.loadBase/processor',
    },
    {
      scenario: 'session-failures',
      property: 'the lock of an instance is held only for a call that has the instance in hand',
      mutant: 'receiver call.unlock/instance',
    },
    {
      scenario: 'session-failures',
      property: 'a session number that is taken belongs to its call, and one that is given back to nobody',
      mutant: 'receiver call.recycleNumber/session',
    },
    {
      scenario: 'session-failures',
      property: 'a close tells the application before it removes the session',
      mutant: 'guard call.enter/notToClose',
    },
    {
      scenario: 'session-failures',
      property: 'an instance that others can find is marked when its application crashes or is released',
      mutant: 'receiver call.leaveCrashed/instance',
    },
    {
      scenario: 'session-failures',
      property: 'the lock of an application is held only for a call of that application',
      mutant: 'guard call.returnEarly/next',
    },
    {
      scenario: 'session-failures',
      property: 'a call is told to come again only while another holds what it asks for',
      mutant: 'guard call.returnEarly/next',
    },
    {
      scenario: 'session-recycling',
      property: 'each step of a call brings it on',
      mutant: 'receiver call.release/call',
    },
    {
      scenario: 'session-recycling',
      property: 'a core acts on the application, the instance and the session number of its call',
      mutant: 'guard call.listTable/known',
    },
    {
      scenario: 'session-recycling',
      property: 'an instance is counted once for each call, session and cache entry that names it',
      mutant: 'receiver call.dropEntry/instance',
    },
    {
      scenario: 'session-recycling',
      property: 'a session number that is taken belongs to its call, and one that is given back to nobody',
      mutant: 'receiver call.unregister/session',
    },
    {
      scenario: 'session-recycling',
      property: 'what a look-up of a session answers is what the map holds',
      mutant: 'guard call.findNoSession/nothing',
    },
    {
      scenario: 'session-recycling',
      property: 'what a look-up of an instance answers is what the cache holds',
      mutant: 'guard call.findNoInstance/nothing',
    },
    {
      scenario: 'session-recycling',
      property: 'an open is refused a session number only when none is free',
      mutant: 'guard call.findNoNumber/none',
    },
    {
      scenario: 'session-recycling',
      property: 'a page table is missed only when it is not in the map',
      mutant: 'guard call.findNoTable/missing',
    },
    {
      scenario: 'session-recycling',
      property: 'a page table is in the map once it has been put there',
      mutant: 'receiver call.listTable/table',
    },
    {
      scenario: 'session-recycling',
      property: 'a deletion has come to its end before its caller goes on',
      mutant: 'guard call.awaitFreed/freed',
    },
    {
      scenario: 'session-recycling',
      property: 'a core that has gone to the base page table has it loaded',
      mutant: 'receiver call.loadBase/processor',
    },
    {
      scenario: 'session-recycling',
      property: 'the lock of an application is held only for a call of that application',
      mutant: 'receiver call.leaveApplication/lock',
    },
    {
      scenario: 'session-recycling',
      property: 'a call is told to come again only while another holds what it asks for',
      mutant: 'guard call.findApplicationBusy/held',
    },
    {
      scenario: 'session-recycling',
      property: 'the lock of an instance is held only for a call that has the instance in hand',
      mutant: 'receiver call.unlock/instance',
    },
    {
      scenario: 'session-recycling',
      property: 'a close tells the application before it removes the session',
      mutant: 'guard call.enter/notToClose',
    },
    {
      scenario: 'session-recycling',
      property: 'an instance that others can find is marked when its application crashes or is released',
      mutant: 'receiver call.release/instance',
    },
    {
      scenario: 'sessions',
      property: 'each step of a call brings it on',
      mutant: 'receiver call.release/call',
    },
    {
      scenario: 'sessions',
      property: 'a core acts on the application, the instance and the session number of its call',
      mutant: 'guard call.findSession/asked',
    },
    {
      scenario: 'sessions',
      property: 'an instance is counted once for each call, session and cache entry that names it',
      mutant: 'receiver call.dropEntry/instance',
    },
    {
      scenario: 'sessions',
      property: 'a session number that is taken belongs to its call, and one that is given back to nobody',
      mutant: 'receiver call.unregister/session',
    },
    {
      scenario: 'sessions',
      property: 'what a look-up of a session answers is what the map holds',
      mutant: 'guard call.findNoSession/nothing',
    },
    {
      scenario: 'sessions',
      property: 'what a look-up of an instance answers is what the cache holds',
      mutant: 'guard call.findNoInstance/nothing',
    },
    {
      scenario: 'sessions',
      property: 'an instance is taken for the last of its sessions when no session names it',
      mutant: 'guard call.countNone/isLast',
    },
    {
      scenario: 'sessions',
      property: 'an open is refused a session number only when none is free',
      mutant: 'guard call.findNoNumber/none',
    },
    {
      scenario: 'sessions',
      property: 'a page table is meant by the number that its instance has for it',
      mutant: 'guard call.awaitFreed/named',
    },
    {
      scenario: 'sessions',
      property: 'a page table is missed only when it is not in the map',
      mutant: 'guard call.findNoTable/missing',
    },
    {
      scenario: 'sessions',
      property: 'a page table is in the map once it has been put there',
      mutant: 'receiver call.listTable/table',
    },
    {
      scenario: 'sessions',
      property: 'a deletion has come to its end before its caller goes on',
      mutant: 'guard call.awaitFreed/freed',
    },
    {
      scenario: 'sessions',
      property: 'a core that has gone to the base page table has it loaded',
      mutant: 'receiver call.loadBase/processor',
    },
    {
      scenario: 'sessions',
      property: 'the lock of an application is held only for a call of that application',
      mutant: 'receiver call.leaveApplication/lock',
    },
    {
      scenario: 'sessions',
      property: 'a call is told to come again only while another holds what it asks for',
      mutant: 'guard call.findApplicationBusy/held',
    },
    {
      scenario: 'sessions',
      property: 'the lock of an instance is held only for a call that has the instance in hand',
      mutant: 'receiver call.unlock/instance',
    },
    {
      scenario: 'sessions',
      property: 'a close tells the application before it removes the session',
      mutant: 'guard call.enter/notToClose',
    },
    {
      scenario: 'sessions',
      property: 'an instance that others can find is marked when its application crashes or is released',
      mutant: 'receiver call.release/instance',
    },
  ],
  survivors: [
    {
      scenario: 'session-failures',
      mutant: 'guard call.buildTable/firstName',
      reason:
        'An instance gets another name than the first that is free. The model chooses names, and nobody asks for their order.',
    },
    {
      scenario: 'session-failures',
      mutant: 'guard call.leaveRefused/mayRefuse',
      reason:
        'An application refuses an invoke or a close, too. The call ends as after any command: what an application answers to those is not looked at.',
    },
    {
      scenario: 'session-failures',
      mutant: 'guard call.leaveCrashed/mayCrash',
      reason:
        'An application crashes in its first run, too, when nobody else knows its instance. It is torn down like one that has refused.',
    },
    {
      scenario: 'session-failures',
      mutant: 'guard call.answerOnBase/atBase',
      reason:
        'An answer is written without the map of page tables being asked for the table that is loaded. That table is in the map by then, and the answer is the same.',
    },
    {
      scenario: 'sessions',
      mutant: 'guard call.findNoRoom/full',
      reason:
        'Where an open takes a place of the limit it is refused although one is left. It ends like every open that is refused; that an open is served wherever it can be is not claimed.',
    },
    {
      scenario: 'session-recycling',
      mutant: 'guard call.findNoRoom/full',
      reason:
        'An open is refused although a frame is left for its page table. The source panics where none is left; here such an open is refused only so that the world stays small, and nothing is claimed of it.',
    },
  ],
}
