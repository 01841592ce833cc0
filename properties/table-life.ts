import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import type { TableWorld } from '../model/memory/table-life.ts'

/*
 * What is claimed of page tables that cores load and others delete.
 */

/** The sentences by which reports and expectations call the claims. */
export const claims = {
  live: 'CR3 of every core names a page table that is whole',
  unused: 'a page table is not deleted while a core has it loaded',
  memory: "an application's memory is released only while no other core has its table loaded",
  own: 'a core that serves an application has the table of that application loaded',
  walks: 'a walk begins in a page table that is whole',
  references: 'a reference to the current page table is used only while the table is there',
  panic: 'no core finds its own page table unknown',
  freed: 'when everything is over, the table of an application that is gone has been freed',
} as const

export const loadedTablesLive = ({ cores, tops, cr3, table }: TableWorld): readonly Property[] => [
  always(
    claims.live,
    { core: cores, top: tops },
    {
      reads: ({ core, top }) => ({ cr3: cr3(core), table: table(top) }),
      holds: ({ cr3, table }, { top }) => cr3.context.table !== top || table.value === 'intact',
    },
  ),
  onStep(
    claims.walks,
    { core: cores, top: tops },
    {
      on: ['walk.read'],
      reads: ({ top }) => ({ table: table(top) }),
      holds: ({ table }, _, { at }, { core, top }) => at.core !== core || at.top !== top || table.value === 'intact',
    },
  ),
  onStep(
    claims.references,
    { core: cores, top: tops },
    {
      on: ['request.answer'],
      reads: ({ top }) => ({ table: table(top) }),
      holds: ({ table }, _, { at }, { core, top }) => at.core !== core || at.top !== top || table.value === 'intact',
    },
  ),
]

/** What `current_page_table` says that `delete_task_page_table` does. */
export const deletionIsRefused = ({ cores, tops, cr3, table }: TableWorld): Property =>
  onStep(
    claims.unused,
    { top: tops },
    {
      on: ['request.delete'],
      reads: ({ top }) => ({ table: table(top), registers: cores.map(cr3) }),
      holds: (before, after, _, { top }) =>
        before.table.value !== 'intact' ||
        after.table.value === 'intact' ||
        before.registers.every((register) => register.context.table !== top),
    },
  )

export const memoryIsKept = ({ cores, cr3 }: TableWorld): Property =>
  onStep(
    claims.memory,
    { core: cores },
    {
      on: ['request.release'],
      reads: ({ core }) => ({ own: cr3(core), registers: cores.map(cr3) }),
      holds: ({ own, registers }, _, { at }, { core }) =>
        at.core !== core || registers.filter((register) => register.context.table === own.context.table).length === 1,
    },
  )

export const applicationsAreApart = ({ cores, tops, cr3, table, request }: TableWorld): Property =>
  always(
    claims.own,
    { core: cores, top: tops },
    {
      reads: ({ core, top }) => ({ cr3: cr3(core), table: table(top), request: request(core) }),
      holds: ({ cr3, table, request }, { top }) =>
        cr3.context.table !== top || table.value !== 'intact' || table.context.application === request.context.application,
    },
  )

export const nobodyPanics = ({ cores, request }: TableWorld): Property =>
  always(
    claims.panic,
    { core: cores },
    { reads: ({ core }) => ({ request: request(core) }), holds: ({ request }) => request.value !== 'panicked' },
  )

export const nothingLeaks = ({ cores, tops, request, instance, table }: TableWorld): Property =>
  always(
    claims.freed,
    { top: tops },
    {
      reads: ({ top }) => ({ requests: cores.map(request), instance, table: table(top) }),
      holds: ({ requests, instance, table }) =>
        requests.some((request) => request.value !== 'over') ||
        instance.context.cached ||
        table.value !== 'intact' ||
        table.context.application !== 'ta0',
    },
  )

export const tablesAreReused = ({ table }: TableWorld): Property =>
  sometimes(
    'the next application has its table in the frame of the last',
    {},
    { reads: () => ({ table: table('top0') }), holds: ({ table }) => table.context.application === 'ta1' },
  )

export const requestsEnd = ({ cores, request }: TableWorld): Property =>
  sometimes(
    'every request comes to its end',
    {},
    {
      reads: () => ({ requests: cores.map(request) }),
      holds: ({ requests }) => requests.every((request) => request.value === 'over'),
    },
  )

export const tablesAreShared = ({ cores, cr3 }: TableWorld): Property =>
  sometimes(
    'two cores have one task table loaded at a time',
    {},
    {
      reads: () => ({ registers: cores.map(cr3) }),
      holds: ({ registers }) => registers.filter((register) => register.context.table === 'top0').length > 1,
    },
  )
