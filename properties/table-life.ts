import { always, canReach, onStep, type Property, sometimes } from '../checker/index.ts'
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
  found: 'a request finds its application if and only if it can still be named',
  busy: 'a request is told to come again only while another core has the instance',
  torn: 'a close takes the application down if and only if no session is left',
  named: 'an instance that can be found has a page table',
  counted: 'a session that is registered counts, once',
  ended: 'a deletion has come to its end when its core goes on',
  unlocked: 'when every request has come to its end, nobody has the instance',
  over: 'a request can come to its end',
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

/** What `get_single_instance`, `get_session_entry`, `try_lock` and `count_sessions_for_instance` answer is what is there. */
export const answersAreTrue = ({ cores, instance, request, call, steps }: TableWorld): readonly Property[] => [
  onStep(
    claims.found,
    { core: cores },
    {
      on: ['request.find', 'request.findNothing'],
      reads: () => ({ instance }),
      holds: ({ instance: { context } }, _, { rule, at }, { core }) =>
        at.core !== core || (call(core) === 'open' ? context.cached : context.sessions > 0) === (rule === 'request.find'),
    },
  ),
  onStep(
    claims.busy,
    { core: cores },
    {
      on: ['request.findBusy'],
      reads: () => ({ instance }),
      holds: ({ instance }, _, { at }, { core }) =>
        at.core !== core || (instance.value === 'locked' && instance.context.holder !== core),
    },
  ),
  onStep(
    claims.torn,
    { core: cores.filter((core) => steps(core).includes('count')) },
    {
      on: ['request.countNone', ...(cores.some((core) => steps(core).includes('register')) ? ['request.countOthers'] : [])],
      reads: () => ({ instance }),
      holds: ({ instance }, _, { rule }) => (instance.context.sessions === 0) === (rule === 'request.countNone'),
    },
  ),
  ...(cores.some((core) => steps(core).includes('register'))
    ? [
        onStep(
          claims.counted,
          { core: cores.filter((core) => steps(core).includes('register')) },
          {
            on: ['request.register'],
            reads: ({ core }) => ({ instance, request: request(core) }),
            holds: (before, after, { at }, { core }) =>
              at.core !== core ||
              (after.instance.context.sessions === before.instance.context.sessions + 1 &&
                steps(core)[after.request.context.done] !== 'register'),
          },
        ),
      ]
    : []),
]

/** Whoever finds an instance goes on to load the table that it names. */
export const foundInstancesHaveTables = ({ tops, instance, table }: TableWorld): Property =>
  always(
    claims.named,
    {},
    {
      reads: () => ({ instance, tables: tops.map(table) }),
      holds: ({ instance, tables }) =>
        !instance.context.cached || tables.some(({ value, context }) => value === 'intact' && context.application === 'ta0'),
    },
  )

export const deletionsEnd = ({ cores, tops, request, table, steps }: TableWorld): Property =>
  onStep(
    claims.ended,
    { core: cores.filter((core) => steps(core).includes('await-freed')), top: tops },
    {
      on: ['request.awaitFreed'],
      reads: ({ core, top }) => ({ request: request(core), table: table(top) }),
      holds: ({ request, table }, _, __, { top }) =>
        request.context.top !== top || table.value === 'absent' || table.value === 'intact',
    },
  )

export const lockIsGivenBack = ({ cores, request, instance }: TableWorld): Property =>
  always(
    claims.unlocked,
    {},
    {
      reads: () => ({ requests: cores.map(request), instance }),
      holds: ({ requests, instance }) => instance.value === 'free' || requests.some(({ value }) => value !== 'over'),
    },
  )

export const requestsCanEnd = ({ cores, request }: TableWorld): Property =>
  canReach(
    claims.over,
    { core: cores },
    {
      reads: ({ core }) => ({ request: request(core) }),
      goal: ({ request }) => request.value === 'over' || request.value === 'panicked',
    },
  )

/** The ends that a request can come to beside those of a table that is gone. */
export const requestsEndEverywhere = ({ cores, call, request, steps }: TableWorld): Property =>
  sometimes(
    'a request ends when nothing is found, when the instance is busy, and when it was served',
    { core: cores.filter((core) => call(core) !== 'close'), at: ['find', 'lock', 'finish'] },
    {
      reads: ({ core }) => ({ request: request(core) }),
      holds: ({ request }, { core, at }) => request.value === 'over' && steps(core)[request.context.done] === at,
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
